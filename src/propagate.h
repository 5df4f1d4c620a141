/* propagate.h - one step of linear equations that are coupled, where each synapse may have coefficients of its own.
 *
 * As the kernel's propagator.c (balance, Taylor series, doubling), but in double precision and on the stack. Steps are
 * short beside what the equations follow, so that there are few doublings, and little is lost by them.
 */
#ifndef LN_PROPAGATE_H
#define LN_PROPAGATE_H

#include <math.h>

enum { LN_PROPAGATE_TERMS = 14, LN_PROPAGATE_SWEEPS = 20 };

static inline void ln_small_multiply(int m, const double *a, const double *b, double *out) {
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < m; j++) {
      double sum = 0;
      for (int k = 0; k < m; k++) sum += a[i * m + k] * b[k * m + j];
      out[i * m + j] = sum;
    }
  }
}

/* A power of two by which variable i is measured, so that what it gives and what it gets are alike in size. */
static inline double ln_small_unit(int m, const double *a, int i) {
  double row = 0, column = 0;
  for (int j = 0; j < m; j++) {
    if (j == i) continue;
    row += fabs(a[i * m + j]);
    column += fabs(a[j * m + i]);
  }
  if (row == 0 && column == 0) return 1;
  if (column == 0) column = 1 < row ? 1 : row; /* it gives nothing: what it gets is made about one, at most */
  if (row == 0) row = 1 < column ? 1 : column;
  int e = (int)floor(log2(row / column) / 2 + 0.5);
  return ldexp(1, e > 500 ? 500 : e < -500 ? -500 : e);
}

static inline void ln_small_balance(int m, double *a, double *d) {
  for (int i = 0; i < m; i++) d[i] = 1;
  for (int sweep = 0, changed = 1; changed && sweep < LN_PROPAGATE_SWEEPS; sweep++) {
    changed = 0;
    for (int i = 0; i < m; i++) {
      const double f = ln_small_unit(m, a, i);
      if (f == 1 || !(f > 0)) continue;
      changed = 1;
      d[i] *= f;
      for (int j = 0; j < m; j++) {
        if (j == i) continue;
        a[i * m + j] /= f;
        a[j * m + i] *= f;
      }
    }
  }
}

/* P = exp(A dt), then Q, its integral over dt: m * m numbers each, row by row. What is not finite in A makes NaN. */
static inline void ln_propagate(int m, const double *A, double dt, double *P) {
  const int mm = m * m;
  double a[mm], work[mm], d[m], *Q = P + mm, norm = 0;
  for (int e = 0; e < mm; e++) a[e] = A[e] * dt;
  ln_small_balance(m, a, d);
  for (int i = 0; i < m; i++) {
    double sum = 0;
    for (int j = 0; j < m; j++) sum += fabs(a[i * m + j]);
    if (!(sum <= norm)) norm = sum;
  }
  int doublings = 0;
  if (isfinite(norm)) frexp(norm, &doublings);
  doublings = doublings + 2 > 0 ? doublings + 2 : 0;
  for (int e = 0; e < mm; e++) a[e] = ldexp(a[e], -doublings), Q[e] = e % (m + 1) == 0;
  for (int k = LN_PROPAGATE_TERMS; k >= 2; k--) {
    ln_small_multiply(m, a, Q, work);
    for (int e = 0; e < mm; e++) Q[e] = work[e] / k + (e % (m + 1) == 0);
  }
  ln_small_multiply(m, a, Q, P);
  for (int e = 0; e < mm; e++) P[e] += e % (m + 1) == 0;
  for (int k = 0; k < doublings; k++) {
    ln_small_multiply(m, P, Q, work);
    for (int e = 0; e < mm; e++) Q[e] = (Q[e] + work[e]) / 2;
    ln_small_multiply(m, P, P, work);
    for (int e = 0; e < mm; e++) P[e] = work[e];
  }
  for (int e = 0; e < mm; e++) {
    P[e] *= d[e / m] / d[e % m];
    Q[e] *= d[e / m] / d[e % m] * dt;
  }
}

#endif
