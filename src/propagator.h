/* propagator.h - exact integration of linear equations over one step. Local.
 *
 * For x' = A x + b with constant A and b, x(t + h) = P x(t) + Q b with
 *   P = expm(A h),  Q = integral_0^h expm(A s) ds,
 * whether or not A can be inverted. Every entry is right to a few units in its last place unless it is a
 * difference of much larger ones.
 */
#ifndef LN_PROPAGATOR_H
#define LN_PROPAGATOR_H

#include "error.h"

/* A, P, Q: row-major m x m. LN_EINVAL when A h is not finite or its exponential overflows. */
int ln_propagator(int m, const double *A, double h, double *P, double *Q, ln_error *err);

#endif
