/* test_memory.c - aligned arrays: alignment, zeroing, growing and shrinking across the small/big border,
 * sizes that overflow, and the estimate of what is left. Also ln_fail, whose texts may not fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "error.h"
#include "memory.h"

#define MIB ((size_t)1 << 20)

static int all_zero(const unsigned char *p, size_t n) {
  for (size_t k = 0; k < n; k++) {
    if (p[k]) return 0;
  }
  return 1;
}

static void test_alignment(void **state) {
  (void)state;
  const size_t sizes[] = {0, 1, 63, 64, 65, 4096, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 9 * MIB + 12345};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    unsigned char *p = ln_alloc(sizes[k]);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 64, 0);
    if (sizes[k] >= 4 * MIB) assert_int_equal((uintptr_t)p % (2 * MIB), 0);
    assert_true(all_zero(p, sizes[k]));
    memset(p, 0xAB, sizes[k]);
    ln_free(p);
  }
  ln_free(NULL);
}

static void test_reuse_is_zeroed(void **state) {
  (void)state;
  for (int k = 0; k < 100; k++) {
    unsigned char *p = ln_alloc(1000);
    assert_true(all_zero(p, 1000));
    memset(p, 0xFF, 1000);
    ln_free(p);
  }
}

static void test_too_much(void **state) {
  (void)state;
  assert_null(ln_alloc(SIZE_MAX));
  assert_null(ln_alloc((size_t)1 << 60));
  assert_null(ln_alloc_array((size_t)1 << 40, (size_t)1 << 30));
  assert_null(ln_alloc_array(SIZE_MAX, 2));
  char *p = ln_alloc(100);
  strcpy(p, "still here");
  assert_null(ln_realloc(p, 100, SIZE_MAX / 2));
  assert_string_equal(p, "still here");
  ln_free(p);
  p = ln_alloc(8 * MIB);
  strcpy(p, "still here");
  assert_null(ln_realloc(p, 8 * MIB, (size_t)1 << 55));
  assert_string_equal(p, "still here");
  ln_free(p);
}

/* From one size to another: what was there stays, what is added is zero, big data stay aligned. */
static void resize(size_t from, size_t to) {
  unsigned char *p = ln_alloc(from);
  assert_non_null(p);
  for (size_t k = 0; k < from; k++) p[k] = (unsigned char)(k % 251 + 1);
  p = ln_realloc(p, from, to);
  assert_non_null(p);
  if (to >= 4 * MIB) assert_int_equal((uintptr_t)p % (2 * MIB), 0);
  size_t kept = from < to ? from : to;
  for (size_t k = 0; k < kept; k++) {
    if (p[k] != (unsigned char)(k % 251 + 1)) fail_msg("byte %zu of %zu -> %zu", k, from, to);
  }
  if (to > from) assert_true(all_zero(p + from, to - from));
  ln_free(p);
}

static void test_resizing(void **state) {
  (void)state;
  const size_t sizes[] = {0, 10, 70, 5000, 4 * MIB - 8, 4 * MIB, 5 * MIB + 100, 5 * MIB + 300, 13 * MIB};
  const size_t n = sizeof sizes / sizeof *sizes;
  for (size_t a = 0; a < n; a++) {
    for (size_t b = 0; b < n; b++) resize(sizes[a], sizes[b]);
  }
  unsigned char *p = ln_realloc(NULL, 0, 100);
  assert_true(all_zero(p, 100));
  ln_free(p);
}

/* Shrinking within a mapping and growing again must not bring old bytes back. */
static void test_shrink_then_grow(void **state) {
  (void)state;
  const size_t from[] = {3000, 6 * MIB}, to[] = {1000, 5 * MIB + 17};
  for (int k = 0; k < 2; k++) {
    unsigned char *p = ln_alloc(from[k]);
    memset(p, 0xEE, from[k]);
    p = ln_realloc(p, from[k], to[k]);
    p = ln_realloc(p, to[k], from[k]);
    assert_true(all_zero(p + to[k], from[k] - to[k]));
    assert_int_equal(p[to[k] - 1], 0xEE);
    ln_free(p);
  }
}

/* A big array whose neighbourhood is taken has to move: many growing side by side. */
static void test_growing_side_by_side(void **state) {
  (void)state;
  enum { N = 6 };
  uint64_t *p[N];
  size_t bytes = 4 * MIB;
  for (int k = 0; k < N; k++) p[k] = ln_alloc(bytes), p[k][0] = p[k][bytes / 8 - 1] = (uint64_t)k + 1;
  size_t first = bytes;
  for (int round = 0; round < 3; round++, bytes *= 2) {
    for (int k = 0; k < N; k++) {
      p[k] = ln_realloc(p[k], bytes, 2 * bytes);
      assert_non_null(p[k]);
      assert_int_equal(p[k][0], k + 1);
      assert_int_equal(p[k][first / 8 - 1], k + 1);
      assert_int_equal(p[k][2 * bytes / 8 - 1], 0);
    }
  }
  for (int k = 0; k < N; k++) ln_free(p[k]);
}

static void test_available(void **state) {
  (void)state;
  uint64_t before = ln_memory_available();
  assert_true(before > 16 * MIB);
  assert_true(before < (uint64_t)1 << 50);
}

static void test_fail(void **state) {
  (void)state;
  ln_error err;
  assert_int_equal(ln_fail(&err, LN_EINVAL, "no variable '%s' in %d", "x", 7), LN_EINVAL);
  assert_int_equal(err.code, LN_EINVAL);
  assert_string_equal(err.text, "no variable 'x' in 7");
  assert_int_equal(ln_fail(&err, LN_EIO, "%s: %s", "file", err.text), LN_EIO); /* from its own text */
  assert_string_equal(err.text, "file: no variable 'x' in 7");
  assert_int_equal(ln_fail(NULL, LN_ENOMEM, "nobody listens"), LN_ENOMEM);
}

static void test_fail_long(void **state) {
  (void)state;
  ln_error err;
  char text[3000] = "x";
  for (int k = 1; k + 2 < (int)sizeof text; k += 2) memcpy(text + k, "é", 3);
  for (int from = 0; from < 2; from++) {
    ln_fail(&err, LN_EINVAL, "%s", text + from);
    size_t n = strlen(err.text);
    assert_true(n < sizeof err.text && n > sizeof err.text - 8);
    assert_string_equal(err.text + n - 3, "...");
    assert_int_equal((unsigned char)err.text[n - 4], 0xA9); /* the second half of a whole letter */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_alignment),        cmocka_unit_test(test_reuse_is_zeroed),
      cmocka_unit_test(test_too_much),         cmocka_unit_test(test_resizing),
      cmocka_unit_test(test_shrink_then_grow), cmocka_unit_test(test_growing_side_by_side),
      cmocka_unit_test(test_available),        cmocka_unit_test(test_fail),
      cmocka_unit_test(test_fail_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
