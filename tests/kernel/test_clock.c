/* test_clock.c - who ticks when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "clock.h"

static ln_error err;

static void multiples(void **state) {
  (void)state;
  ln_clock c;
  assert_int_equal(ln_clock_make(&c, "p", 1e-4, 0, &err), LN_OK);
  assert_true(c.stride == 1 && c.dt == 1e-4);
  assert_int_equal(ln_clock_make(&c, "p", 1e-4, 1e-4 * (1 + 1e-9), &err), LN_OK); /* the network's own, whatever was meant */
  assert_true(c.stride == 1 && c.dt == 1e-4);
  assert_int_equal(ln_clock_make(&c, "p", 1e-4, 3e-4, &err), LN_OK); /* not 3 * 1e-4, which is another number */
  assert_true(c.stride == 3 && c.dt == 3e-4);
  assert_int_equal(ln_clock_make(&c, "p", 1e-5, 2, &err), LN_OK);
  assert_int_equal(c.stride, 200000);
  const double wrong[] = {0.5e-4, 2.5e-4, 1.0001e-4, -1e-4, 1e6};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    assert_int_equal(ln_clock_make(&c, "p", 1e-4, wrong[k], &err), LN_EINVAL);
    assert_non_null(strstr(err.text, "p: dt = "));
  }
}

static void ticks(void **state) {
  (void)state;
  const ln_clock own = {.dt = 1e-4, .stride = 1}, slow = {.dt = 4e-4, .stride = 4};
  const int64_t tick[] = {0, 1, 1, 1, 1, 2, 2}, last[] = {0, 0, 0, 0, 1, 1, 1};
  for (int64_t step = 0; step < 7; step++) {
    assert_true(ln_clock_ticks(&own, step) && ln_clock_tick(&own, step) == step && ln_clock_last(&own, step) == step);
    assert_true(ln_clock_time(&own, step) == (double)step * 1e-4 && ln_clock_beside(&own, step) == 0);
    assert_int_equal(ln_clock_ticks(&slow, step), step % 4 == 0);
    assert_int_equal(ln_clock_tick(&slow, step), tick[step]);
    assert_int_equal(ln_clock_last(&slow, step), last[step]);
    assert_int_equal(ln_clock_beside(&slow, step), step % 4);
    assert_true(ln_clock_time(&slow, step) == (double)tick[step] * 4e-4);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(multiples), cmocka_unit_test(ticks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
