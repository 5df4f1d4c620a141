/* test_propagator.c - exact integration against closed forms, evaluated in long double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "propagator.h"

#define ULPS 4.0

static ln_error err;

static void near(double got, long double expected) {
  double tolerance = ULPS * 2.220446049250313e-16 * (double)fabsl(expected);
  if (fabsl((long double)got - expected) > tolerance) fail_msg("%.17g, expected %.17Lg", got, expected);
}

/* (1 - exp(-a h))/a without cancellation */
static long double decay_integral(long double a, long double h) { return -expm1l(-a * h) / a; }

static void test_one_equation(void **state) {
  (void)state;
  const double tau[] = {1e-6, 1e-4, 0.1e-3, 5e-3, 20e-3, 1.0, 1e6}, h = 1e-4;
  for (int k = 0; k < 7; k++) {
    double A = -1 / tau[k], P, Q;
    assert_int_equal(ln_propagator(1, &A, h, &P, &Q, &err), 0);
    near(P, expl((long double)A * h));
    near(Q, decay_integral(-(long double)A, h));
  }
  double A = 300, P, Q; /* growth */
  assert_int_equal(ln_propagator(1, &A, h, &P, &Q, &err), 0);
  near(P, expl(300.0L * h));
}

static void test_no_dynamics(void **state) {
  (void)state;
  double A[9] = {0}, P[9], Q[9], h = 1e-4;
  assert_int_equal(ln_propagator(3, A, h, P, Q, &err), 0);
  for (int e = 0; e < 9; e++) {
    assert_true(P[e] == (e % 4 == 0 ? 1 : 0));
    assert_true(Q[e] == (e % 4 == 0 ? h : 0));
  }
}

/* v' = -a v + c g, g' = -b g, with c from units as different as volts and amperes. */
static void test_psp(void **state) {
  (void)state;
  const double time[][2] = {{20e-3, 5e-3}, {10e-3, 10e-3}, {10e-3, 10.0000001e-3}, {1e-3, 2.0}, {1e-5, 1e-2}};
  const double gain[] = {1, 50, 4e9, 1e15, 1e-9};
  for (int k = 0; k < 25; k++) {
    double h = 1e-4, A[4] = {-1 / time[k / 5][0], gain[k % 5], 0, -1 / time[k / 5][1]}, P[4], Q[4];
    long double a = -(long double)A[0], b = -(long double)A[3], d = (a - b) * h;
    assert_int_equal(ln_propagator(2, A, h, P, Q, &err), 0);
    near(P[0], expl(-a * h));
    near(P[3], expl(-b * h));
    assert_true(P[2] == 0 && Q[2] == 0);
    long double shape = d == 0 ? expl(-b * h) * h : -expl(-b * h) * expm1l(-d) / (a - b);
    near(P[1], A[1] * shape);
    near(Q[0], decay_integral(a, h));
    near(Q[3], decay_integral(b, h));
  }
}

static void test_oscillation(void **state) {
  (void)state;
  double w = 2 * 3.14159265358979 * 40, h = 1e-3, A[4] = {0, w, -w, 0}, P[4], Q[4];
  assert_int_equal(ln_propagator(2, A, h, P, Q, &err), 0);
  near(P[0], cosl((long double)w * h));
  near(P[1], sinl((long double)w * h));
  near(P[2], -sinl((long double)w * h));
  near(Q[0], sinl((long double)w * h) / w);
  near(Q[1], 2 * powl(sinl((long double)w * h / 2), 2) / w);
}

/* Alpha currents of two kinds: five equations. Two half steps make a whole one. */
static void test_semigroup(void **state) {
  (void)state;
  enum { M = 5 };
  double A[M * M] = {-50, 4e9, 0, 4e9, 0, 0,    -200, 1e3, 0, 0, 0, 0,   -200,
                     0,   0,   0, 0,   0, -100, 1e3,  0,   0, 0, 0, -100};
  double P[M * M], Q[M * M], H[M * M], R[M * M];
  assert_int_equal(ln_propagator(M, A, 1e-4, P, Q, &err), 0);
  assert_int_equal(ln_propagator(M, A, 5e-5, H, R, &err), 0);
  for (int i = 0; i < M; i++) {
    for (int j = 0; j < M; j++) {
      long double p = 0, q = R[i * M + j];
      for (int k = 0; k < M; k++) p += (long double)H[i * M + k] * H[k * M + j];
      for (int k = 0; k < M; k++) q += (long double)H[i * M + k] * R[k * M + j];
      near(P[i * M + j], p);
      near(Q[i * M + j], q);
    }
  }
}

static void test_refused(void **state) {
  (void)state;
  double A = -INFINITY, P, Q;
  assert_int_equal(ln_propagator(1, &A, 1e-4, &P, &Q, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "not finite"));
  A = 1e8;
  assert_int_equal(ln_propagator(1, &A, 1e-4, &P, &Q, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "beyond all numbers"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_one_equation), cmocka_unit_test(test_no_dynamics), cmocka_unit_test(test_psp),
    cmocka_unit_test(test_oscillation),  cmocka_unit_test(test_semigroup),   cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
