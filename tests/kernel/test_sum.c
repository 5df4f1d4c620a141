/* test_sum.c - exact sums: against __float128 where that is exact, hard cases of rounding, the whole range
 * of doubles, and the same bits for every order and partition.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "rng.h"
#include "sum.h"

static double sum_of(const double *x, int64_t n) {
  ln_sum s;
  ln_sum_clear(&s);
  ln_sum_add_array(&s, x, n);
  return ln_sum_value(&s);
}

static uint64_t bits_of(double x) {
  uint64_t b;
  memcpy(&b, &x, sizeof b);
  return b;
}

#define CHECK(expected, ...) \
  do { \
    const double x_[] = {__VA_ARGS__}; \
    double got_ = sum_of(x_, sizeof x_ / sizeof *x_); \
    if (bits_of(got_) != bits_of(expected)) \
      fail_msg("sum of " #__VA_ARGS__ ": %a, not %a", got_, (double)(expected)); \
  } while (0)

static void test_single(void **state) {
  (void)state;
  const double x[] = {0,
                      1,
                      -1,
                      1.5,
                      0.1,
                      -0.1,
                      M_PI,
                      DBL_MAX,
                      -DBL_MAX,
                      DBL_MIN,
                      -DBL_MIN,
                      DBL_TRUE_MIN,
                      -DBL_TRUE_MIN,
                      DBL_MIN - DBL_TRUE_MIN,
                      0x1p53,
                      0x1.fffffffffffffp52,
                      1e-300,
                      -3e307};
  for (size_t k = 0; k < sizeof x / sizeof *x; k++) CHECK(x[k], x[k]);
  ln_stream s = {1, 2, 0};
  for (int k = 0; k < 100000; k++) { /* any bits that are a number */
    ln_philox4 r = ln_philox(s.key, s.a, s.b++);
    uint64_t b = (uint64_t)r.w[0] << 32 | r.w[1];
    double y;
    memcpy(&y, &b, sizeof y);
    if (isfinite(y) && y != 0) CHECK(y, y);
  }
}

static void test_cancellation(void **state) {
  (void)state;
  CHECK(1, 1e308, 1, -1e308);
  CHECK(DBL_TRUE_MIN, DBL_MAX, DBL_TRUE_MIN, -DBL_MAX);
  CHECK(0, 1e308, -1e308);
  CHECK(-1e-320, 1, -1e-320, -1);
  CHECK(2, 1, 1e100, 1, -1e100);
  CHECK(0.1 + 0.2, 0.1, 0.2);                                 /* two summands: what IEEE addition gives */
  CHECK(1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1); /* which adding in turn does not */
}

static void test_ties(void **state) {
  (void)state;
  CHECK(0x1p53, 0x1p53, 1);                   /* half: to even, down */
  CHECK(0x1p53 + 4, 0x1p53 + 2, 1);           /* half: to even, up */
  CHECK(0x1p53 + 2, 0x1p53, 1, DBL_TRUE_MIN); /* a hair above half */
  CHECK(0x1p53, 0x1p53, 1, -DBL_TRUE_MIN);    /* a hair below */
  CHECK(-0x1p53, -0x1p53, -1);
  CHECK(-0x1p53 - 2, -0x1p53, -1, -0x1p-1000);
  CHECK(0x1p54, 0x1.fffffffffffffp53, 1);                 /* rounding carries into a new bit */
  CHECK(0x1p-1022, DBL_MIN - DBL_TRUE_MIN, DBL_TRUE_MIN); /* subnormal to normal */
}

static void test_overflow(void **state) {
  (void)state;
  CHECK(INFINITY, DBL_MAX, DBL_MAX);
  CHECK(-INFINITY, -DBL_MAX, -DBL_MAX);
  CHECK(DBL_MAX, DBL_MAX, 0x1p969);           /* below half of the last place */
  CHECK(INFINITY, DBL_MAX, 0x1p970);          /* half: away, as IEEE rounds */
  CHECK(DBL_MAX, DBL_MAX, DBL_MAX, -DBL_MAX); /* too large only on the way */
  CHECK(INFINITY, INFINITY, -DBL_MAX);
  CHECK(-INFINITY, 1, -INFINITY);
  ln_sum s;
  ln_sum_clear(&s);
  ln_sum_add(&s, INFINITY);
  ln_sum_add(&s, -INFINITY);
  assert_true(isnan(ln_sum_value(&s)));
  ln_sum_clear(&s);
  ln_sum_add(&s, NAN);
  ln_sum_add(&s, 1);
  assert_true(isnan(ln_sum_value(&s)));
}

/* Numbers whose exponents differ by at most 40, a thousand of them: __float128 (113 bits) holds their sum. */
static void test_against_quad(void **state) {
  (void)state;
  double x[1000];
  for (int trial = 0; trial < 500; trial++) {
    int scale = trial * 4 - 1080;
    __float128 exact = 0;
    for (int k = 0; k < 1000; k++) {
      double u = ln_uniform(7, (uint64_t)trial, (uint64_t)k), v = ln_uniform(8, (uint64_t)trial, (uint64_t)k);
      x[k] = ldexp(2 * u - 1, scale + (int)(40 * v));
      exact += x[k];
    }
    if (bits_of(sum_of(x, 1000)) != bits_of((double)exact)) fail_msg("trial %d", trial);
  }
}

/* All magnitudes mixed, in twenty orders and partitions. */
static void test_order(void **state) {
  (void)state;
  enum { N = 5000 };
  static double x[N];
  for (int k = 0; k < N; k++) {
    double u = ln_uniform(3, 0, (uint64_t)k);
    x[k] = ldexp(2 * u - 1, (int)(2000 * ln_uniform(3, 1, (uint64_t)k)) - 1000);
  }
  uint64_t expected = bits_of(sum_of(x, N));
  ln_stream s = {4, 0, 0};
  for (int trial = 0; trial < 20; trial++) {
    for (int k = N - 1; k > 0; k--) {
      int j = (int)(ln_stream_uniform(&s) * (k + 1));
      double y = x[k];
      x[k] = x[j];
      x[j] = y;
    }
    ln_sum part[4];
    for (int p = 0; p < 4; p++) ln_sum_clear(&part[p]);
    for (int k = 0; k < N; k++) ln_sum_add(&part[k * 7 % 4], x[k]);
    for (int p = 1; p < 4; p++) ln_sum_merge(&part[0], &part[p]);
    assert_int_equal(bits_of(ln_sum_value(&part[0])), expected);
  }
}

/* Carries in time: as if 2^31 numbers of the largest kind had been added. */
static void test_many(void **state) {
  (void)state;
  ln_sum s, all;
  ln_sum_clear(&all);
  ln_sum_clear(&s);
  for (int k = 0; k < 1000; k++) ln_sum_add(&s, 0x1.fffffffffffffp0);
  for (int k = 0; k < 20; k++) ln_sum_merge(&s, &s); /* 1000 * 2^20 */
  ln_sum_merge(&all, &s);
  assert_true(ln_sum_value(&all) == 1000 * 0x1p20 * 0x1.fffffffffffffp0);
  all.pending = ((int64_t)1 << 30) - 5; /* the next carries fall among these */
  double x[16];
  for (int k = 0; k < 16; k++) x[k] = -1;
  ln_sum_add_array(&all, x, 16);
  for (int k = 0; k < 16; k++) ln_sum_add(&all, 1);
  assert_true(ln_sum_value(&all) == 1000 * 0x1p20 * 0x1.fffffffffffffp0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_single),   cmocka_unit_test(test_cancellation), cmocka_unit_test(test_ties),
      cmocka_unit_test(test_overflow), cmocka_unit_test(test_against_quad), cmocka_unit_test(test_order),
      cmocka_unit_test(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
