/* test_draw.c - many numbers at once are those of rng.h: uniforms to the bit, normals to rounding; and the
 * same in every group.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "draw.h"
#include "rng.h"
#include "statistics.h"

enum { N = 200000 };
static uint64_t id[2 * N];
static double x[N];

static int setup(void **state) {
  (void)state;
  for (int k = 0; k < N; k++) id[2 * k] = (uint64_t)k * 0x9e3779b97f4a7c15u, id[2 * k + 1] = (uint64_t)k % 7;
  return 0;
}

static void uniforms(void **state) {
  (void)state;
  ln_draw_uniform(5, id, (uint64_t)3 << 48, N, x);
  for (int k = 0; k < N; k++)
    assert_true(x[k] == ln_uniform(5, id[2 * k], id[2 * k + 1] + ((uint64_t)3 << 48)));
}

static void normals(void **state) {
  (void)state;
  ln_draw_normal(5, id, 11, N, x);
  for (int k = 0; k < N; k++) {
    double y = ln_normal(5, id[2 * k], id[2 * k + 1] + 11);
    assert_true(fabs(x[k] - y) < 1e-14 * (1 + fabs(y)));
  }
  const double standard[] = {0, 1};
  assert_true(kolmogorov(x, N, normal_cdf, standard) < 2.2);
}

static void any_group(void **state) {
  (void)state;
  double y[37];
  ln_draw_normal(6, id, 0, N, x);
  for (int from = 0; from + 37 <= 5000; from += 37) {
    for (int n = 1; n <= 37; n += 4) {
      ln_draw_normal(6, id + 2 * from, 0, n, y);
      assert_memory_equal(y, x + from, (size_t)n * sizeof *y);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(uniforms), cmocka_unit_test(normals),
                                     cmocka_unit_test(any_group)};
  return cmocka_run_group_tests(tests, setup, NULL);
}
