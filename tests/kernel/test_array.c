/* test_array.c - arithmetic on arrays: operators with either operand a number, exact sums, moments, places of
 * extremes, order, running sums, histograms at their edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>
#include "array.h"

static void same(const double *x, const double *expected, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (x[k] != expected[k] && !(isnan(x[k]) && isnan(expected[k]))) {
      fail_msg("element %lld is %.17g, not %.17g", (long long)k, x[k], expected[k]);
    }
  }
}

static void test_apply(void **unused) {
  (void)unused;
  const double a[] = {1, 2, 4}, b[] = {8, -1, 0.5}, two = 2;
  double out[3];
  ln_array_apply(LN_ARRAY_ADD, 3, a, 1, b, 1, out);
  same(out, (double[]){9, 1, 4.5}, 3);
  ln_array_apply(LN_ARRAY_SUB, 3, &two, 0, a, 1, out);
  same(out, (double[]){1, 0, -2}, 3);
  ln_array_apply(LN_ARRAY_MUL, 3, a, 1, &two, 0, out);
  same(out, (double[]){2, 4, 8}, 3);
  ln_array_apply(LN_ARRAY_DIV, 3, out, 1, a, 1, out); /* in place */
  same(out, (double[]){2, 2, 2}, 3);
  ln_array_apply(LN_ARRAY_POW, 3, a, 1, b, 1, out);
  same(out, (double[]){1, 0.5, 2}, 3);
  ln_array_apply(LN_ARRAY_DIV, 1, &two, 0, &(double){0}, 0, out);
  assert_true(isinf(out[0]));
}

static void test_sum(void **unused) {
  (void)unused;
  double x[1000];
  for (int k = 0; k < 1000; k++) x[k] = 0.1;
  assert_true(ln_array_sum(x, 1000) == 100); /* one after the other they give 99.9999999999986 */
  assert_true(ln_array_sum((double[]){1e300, 1, -1e300}, 3) == 1);
  assert_true(ln_array_sum(x, 0) == 0);
}

static void test_moments(void **unused) {
  (void)unused;
  ln_array_moments m;
  ln_array_get_moments((double[]){2, 4, 4, 4, 5, 5, 7, 9}, 8, &m);
  assert_true(m.mean == 5 && m.variance == 4 && m.min == 2 && m.max == 9);
  ln_array_get_moments((double[]){1e9 + 1, 1e9 + 2, 1e9 + 3}, 3, &m);
  assert_true(m.mean == 1e9 + 2 && m.variance == 2.0 / 3);
  ln_array_get_moments((double[]){-3}, 1, &m);
  assert_true(m.mean == -3 && m.variance == 0 && m.min == -3 && m.max == -3);
  ln_array_get_moments((double[]){1, NAN, 0}, 3, &m);
  assert_true(isnan(m.mean) && isnan(m.variance) && isnan(m.min) && isnan(m.max));
  ln_array_get_moments((double[]){1, INFINITY}, 2, &m);
  assert_true(isinf(m.mean) && isnan(m.variance) && m.min == 1 && isinf(m.max));
  ln_array_get_moments(NULL, 0, &m);
  assert_true(isnan(m.mean) && isnan(m.variance) && isnan(m.min) && isnan(m.max));
}

static void test_extremes(void **unused) {
  (void)unused;
  assert_int_equal(ln_array_argmin((double[]){3, 1, 2, 1}, 4), 1);
  assert_int_equal(ln_array_argmax((double[]){3, 5, 5}, 3), 1);
  assert_int_equal(ln_array_argmin((double[]){3, NAN, 1, NAN}, 4), 1);
  assert_int_equal(ln_array_argmax((double[]){NAN, 9}, 2), 0);
  assert_int_equal(ln_array_argmin(NULL, 0), -1);
  assert_int_equal(ln_array_argmax(NULL, 0), -1);
}

static void test_sort(void **unused) {
  (void)unused;
  double x[] = {NAN, 3, -INFINITY, 1, NAN, INFINITY, -2};
  ln_array_sort(x, 7);
  same(x, (double[]){-INFINITY, -2, 1, 3, INFINITY, NAN, NAN}, 7);
}

static void test_cumsum(void **unused) {
  (void)unused;
  double x[] = {1, 1e17, -1e17, 2}, tenth[1000], sums[1000];
  ln_array_cumsum(x, 4, x);
  same(x, (double[]){1, 1e17, 1, 3}, 4);
  for (int k = 0; k < 1000; k++) tenth[k] = 0.1;
  ln_array_cumsum(tenth, 1000, sums);
  for (int k = 0; k < 1000; k++) { /* to the last bit or the one beside it */
    const double exact = ln_array_sum(tenth, k + 1);
    assert_true(sums[k] >= nextafter(exact, 0) && sums[k] <= nextafter(exact, 1000));
  }
  double beyond[] = {1, INFINITY, 1};
  ln_array_cumsum(beyond, 3, beyond);
  same(beyond, (double[]){1, INFINITY, INFINITY}, 3);
}

static void test_histogram(void **unused) {
  (void)unused;
  double count[10];
  ln_array_histogram((double[]){-0.1, 0, 0.5, 1, 1.5, 2, 2.1, NAN, INFINITY}, 9, 0, 2, 2, count);
  same(count, (double[]){2, 3}, 2);
  /* edges that are not representable: every edge lies in the bin it begins */
  const double low = 0.1, high = 0.8, width = (high - low) / 7;
  for (int b = 0; b < 7; b++) {
    const double edge = low + b * width, below = nextafter(edge, 0);
    ln_array_histogram(&edge, 1, low, high, 7, count);
    for (int k = 0; k < 7; k++) assert_true(count[k] == (k == b));
    if (b == 0) continue;
    ln_array_histogram(&below, 1, low, high, 7, count);
    for (int k = 0; k < 7; k++) assert_true(count[k] == (k == b - 1));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_apply), cmocka_unit_test(test_sum), cmocka_unit_test(test_moments),
      cmocka_unit_test(test_extremes), cmocka_unit_test(test_sort), cmocka_unit_test(test_cumsum),
      cmocka_unit_test(test_histogram)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
