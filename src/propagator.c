/* propagator.c - the matrix exponential and its integral: balance, Taylor series, doubling.
 *
 * Only Q is expanded: P = I + A Q, and doubling the time gives Q(2h) = Q + P Q, P(2h) = P P. All of it in
 * long double (64 bits of mantissa on x86), so that what the doublings lose stays below double precision.
 * Units make rows differ by many powers of ten (1/C stands beside 1/tau): without balancing, the norm, and
 * with it the number of doublings, would follow the units instead of the dynamics.
 */
#include "propagator.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "memory.h"

typedef long double real;

enum { TERMS = 16 }; /* of the series: 0.5^16 / 17! < 2^-64 */

static void multiply(int m, const real *a, const real *b, real *out) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < m; j++) {
      real sum = 0;
      for (int k = 0; k < m; k++) sum += a[i * m + k] * b[k * m + j];
      out[i * m + j] = sum;
    }
  }
}

/* A unit for variable i that makes what it gives to others (column) as large as what it gets (row). Where
 * it only gives or only gets, the other side counts as the rates on the diagonal. A power of two. */
static real better_unit(int m, const real *a, int i, real rate) {
  real row = 0, column = 0;
  for (int j = 0; j < m; j++) {
    if (j == i) continue;
    row = fmaxl(row, fabsl(a[i * m + j]));
    column = fmaxl(column, fabsl(a[j * m + i]));
  }
  if (row == 0 && column == 0) return 1;
  if (row == 0 || column == 0) {
    real only = fmaxl(row, column);
    if (only <= rate) return 1;
    return ldexpl(1, (int)lroundl(log2l(row > 0 ? row / rate : rate / column)));
  }
  return ldexpl(1, (int)lroundl(log2l(row / column) / 2));
}

/* Replaces a by D^-1 a D with D = diag(d). */
static void balance(int m, real *a, real *d) {
  real rate = 0;
  for (int i = 0; i < m; i++) {
    d[i] = 1;
    rate = fmaxl(rate, fabsl(a[i * m + i]));
  }
  if (rate == 0) rate = 1; /* a is already multiplied by the step: rates are about one */
  for (int sweep = 0; sweep < 100; sweep++) {
    bool changed = false;
    for (int i = 0; i < m; i++) {
      real f = better_unit(m, a, i, rate);
      if (f == 1) continue;
      changed = true;
      d[i] *= f;
      for (int j = 0; j < m; j++) {
        if (j == i) continue;
        a[i * m + j] /= f;
        a[j * m + i] *= f;
      }
    }
    if (!changed) break;
  }
}

static real norm(int m, const real *a) { /* greatest row sum */
  real most = 0;
  for (int i = 0; i < m; i++) {
    real sum = 0;
    for (int j = 0; j < m; j++) sum += fabsl(a[i * m + j]);
    most = fmaxl(most, sum);
  }
  return most;
}

/* q = I + a/2 (I + a/3 (I + ...)), p = I + a q: the exponential and its mean over the step. */
static void series(int m, const real *a, real *p, real *q, real *work) {
  memset(q, 0, sizeof(real) * (size_t)(m * m));
  for (int i = 0; i < m; i++) q[i * m + i] = 1;
  for (int k = TERMS; k >= 2; k--) {
    multiply(m, a, q, work);
    for (int e = 0; e < m * m; e++) q[e] = work[e] / k;
    for (int i = 0; i < m; i++) q[i * m + i] += 1;
  }
  multiply(m, a, q, p);
  for (int i = 0; i < m; i++) p[i * m + i] += 1;
}

/* From half the time to the whole: the mean of the exponential over it is (q + p q) / 2. */
static void twice(int m, real *p, real *q, real *work) {
  multiply(m, p, q, work);
  for (int e = 0; e < m * m; e++) q[e] = (q[e] + work[e]) / 2;
  multiply(m, p, p, work);
  memcpy(p, work, sizeof(real) * (size_t)(m * m));
}

int ln_propagator(int m, const double *A, double h, double *P, double *Q, ln_error *err) {
  size_t mm = (size_t)m * (size_t)m;
  real *a = ln_alloc_array(4 * mm + (size_t)m, sizeof(real));
  if (!a) return ln_fail(err, LN_ENOMEM, "no memory for a propagator of %d equations", m);
  real *p = a + mm, *q = p + mm, *work = q + mm, *d = work + mm;
  int code = LN_OK;
  bool finite = true;
  for (size_t e = 0; e < mm; e++) {
    a[e] = (real)A[e] * h;
    finite = finite && isfinite(A[e]);
  }
  if (!finite) {
    code = ln_fail(err, LN_EINVAL,
                   "a coefficient of the linear equations is not finite (a time constant of zero?)");
    goto done;
  }
  balance(m, a, d);
  int doublings = 0;
  frexpl(norm(m, a), &doublings); /* norm < 2^doublings */
  doublings = doublings + 1 > 0 ? doublings + 1 : 0;
  for (size_t e = 0; e < mm; e++) a[e] = ldexpl(a[e], -doublings);
  series(m, a, p, q, work);
  for (int k = 0; k < doublings; k++) twice(m, p, q, work);
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < m; j++) {
      int e = i * m + j;
      P[e] = (double)(p[e] * d[i] / d[j]);
      Q[e] = (double)(q[e] * d[i] / d[j] * h);
      if (!isfinite(P[e]) || !isfinite(Q[e])) code = LN_EINVAL;
    }
  }
  if (code) ln_fail(err, code, "the linear equations grow beyond all numbers within one step (dt = %g s)", h);
done:
  ln_free(a);
  return code;
}
