/* test_block.c - blocks: growing keeps what is there, arrays are aligned and apart, images go back. */
#include "units/units.h"
#include "block.h"
#include "memory.h"

static ln_model *model;

static void test_grow(void **state) {
  (void)state;
  ln_block *b;
  int64_t first, total = 0, size[] = {1, 64, 100, 3000, 200000};
  OK(ln_block_create(&b, model, &err));
  for (int r = 0; r < 5; r++) {
    uint64_t more = ln_block_bytes_to_extend(b, size[r]), had = ln_block_bytes(b);
    OK(ln_block_extend(b, size[r], &first, &err));
    assert_int_equal(first, total);
    assert_int_equal(ln_block_bytes(b), more ? more : had);
    total += (size[r] + 63) / 64 * 64;
    assert_int_equal(ln_block_size(b), total);
    double *v = ln_block_var(b, V);
    int32_t *n = ln_block_var(b, N);
    for (int64_t k = first; k < total; k++) {
      assert_true(v[k] == 0 && n[k] == 0 && ln_block_last(b)[k] == LN_NEVER &&
                  ln_block_nid(b)[k] == UINT32_MAX);
      v[k] = (double)k;
      n[k] = (int32_t)-k;
      ln_block_gid(b)[k] = (uint32_t)(7 * k);
    }
    for (int64_t k = 0; k < total; k++) {
      assert_true(v[k] == (double)k && n[k] == -k && ln_block_gid(b)[k] == (uint32_t)(7 * k));
    }
  }
  assert_null(ln_block_var(b, G));
  ln_block_destroy(b);
}

/* Vector loops count on 64 bytes; big arrays must not start at the same place of a page. */
static void test_places(void **state) {
  (void)state;
  ln_block *b;
  int64_t first;
  OK(ln_block_create(&b, model, &err));
  OK(ln_block_extend(b, 100000, &first, &err));
  uintptr_t at[] = {(uintptr_t)ln_block_var(b, V), (uintptr_t)ln_block_var(b, I),
                    (uintptr_t)ln_block_var(b, N), (uintptr_t)ln_block_last(b),
                    (uintptr_t)ln_block_nid(b),    (uintptr_t)ln_block_gid(b)};
  for (int i = 0; i < 6; i++) {
    assert_int_equal(at[i] % 64, 0);
    for (int j = 0; j < i; j++) assert_true(at[i] % 4096 != at[j] % 4096);
  }
  ln_block_destroy(b);
}

static void test_image(void **state) {
  (void)state;
  ln_block *b;
  int64_t first;
  size_t bytes, again;
  OK(ln_block_create(&b, model, &err));
  OK(ln_block_extend(b, 1000, &first, &err));
  double *v = ln_block_var(b, V);
  for (int k = 0; k < 1000; k++) v[k] = k;
  const void *image = ln_block_image(b, &bytes);
  void *copy = ln_alloc(bytes);
  memcpy(copy, image, bytes);
  for (int k = 0; k < 1000; k++) v[k] = -1;
  ln_block_last(b)[3] = 8;
  ln_block_set_image(b, copy);
  for (int k = 0; k < 1000; k++) assert_true(v[k] == k);
  assert_int_equal(ln_block_last(b)[3], LN_NEVER);
  ln_block_image(b, &again);
  assert_int_equal(bytes, again);
  ln_free(copy);
  ln_block_destroy(b);
}

static void test_without_model(void **state) {
  (void)state;
  ln_block *b;
  int64_t first;
  OK(ln_block_create(&b, NULL, &err));
  OK(ln_block_extend(b, 65, &first, &err));
  assert_int_equal(ln_block_size(b), 128);
  assert_int_equal(ln_block_last(b)[127], LN_NEVER);
  REFUSED(ln_block_extend(b, INT64_C(1) << 32, &first, &err), LN_EINVAL, "of one model on one rank");
  assert_int_equal(ln_block_size(b), 128);
  ln_block_destroy(b);
  ln_block_destroy(NULL);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_grow), cmocka_unit_test(test_places),
                                     cmocka_unit_test(test_image), cmocka_unit_test(test_without_model)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_model_release(model);
  ln_comm_destroy(comm);
  return failed;
}
