/* l_linalg.c - the module lunate.linalg: linear algebra on arrays by BLAS and LAPACK, without units.
 *
 * Loaded when a script first needs it. BLAS works with one thread: every rank computes the same numbers in
 * the same order, and cores belong to ranks. Matrices are row-major; what LAPACK overwrites is a copy.
 */
#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "l_array.h"

static ln_array_info check_matrix(lua_State *L, int index, bool square) {
  const ln_array_info a = ln_array_check(L, index);
  if (a.ndim != 2) ln_array_fail(L, "a matrix (an array of 2 dimensions) is needed, this one has %d", a.ndim);
  if (a.shape[0] == 0 || a.shape[1] == 0) ln_array_fail(L, "a matrix must not be empty");
  if (a.shape[0] > INT_MAX || a.shape[1] > INT_MAX) ln_array_fail(L, "this matrix is too large for LAPACK");
  if (square && a.shape[0] != a.shape[1]) {
    ln_array_fail(L, "a square matrix is needed, this one is %I x %I", (LUAI_UACINT)a.shape[0],
               (LUAI_UACINT)a.shape[1]);
  }
  for (int64_t k = 0; k < a.n; k++) {
    if (!isfinite(a.data[k])) ln_array_fail(L, "the matrix holds %s", isnan(a.data[k]) ? "nan" : "inf");
  }
  return a;
}

static double *push_matrix(lua_State *L, int64_t rows, int64_t columns) {
  return ln_array_push_zeros(L, 2, (int64_t[]){rows, columns});
}

static double *push_vector(lua_State *L, int64_t n) { return ln_array_push_zeros(L, 1, &n); }

static double *push_copy(lua_State *L, const ln_array_info *a) {
  double *out = ln_array_push_zeros(L, a->ndim, a->shape);
  if (a->n) memcpy(out, a->data, (size_t)a->n * sizeof *out);
  return out;
}

static int min(int64_t a, int64_t b) { return (int)(a < b ? a : b); }

static void check_done(lua_State *L, lapack_int info, const char *what) {
  if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
    ln_array_fail(L, "no memory for %s", what);
  if (info) ln_array_fail(L, "%s failed", what);
}

/* product(a, b): vector by vector (a number), matrix by vector, vector by matrix, matrix by matrix */
static int linalg_product(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1), b = ln_array_check(L, 2);
  if (a.ndim > 2 || b.ndim > 2) return ln_array_fail(L, "dot takes arrays of 1 or 2 dimensions");
  const int64_t m = a.ndim == 2 ? a.shape[0] : 1, k = a.shape[a.ndim - 1], n = b.ndim == 2 ? b.shape[1] : 1;
  if (k != b.shape[0]) {
    return ln_array_fail(L, "dot: %I columns do not go with %I rows", (LUAI_UACINT)k, (LUAI_UACINT)b.shape[0]);
  }
  if (m > INT_MAX || n > INT_MAX || k > INT_MAX)
    return ln_array_fail(L, "these matrices are too large for BLAS");
  if (a.ndim == 1 && b.ndim == 1) {
    lua_pushnumber(L, cblas_ddot((int)k, a.data, 1, b.data, 1));
    return 1;
  }
  double *out = a.ndim == 2 && b.ndim == 2 ? push_matrix(L, m, n) : push_vector(L, m * n);
  if (m && n && k) {
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a.data, (int)k, b.data,
                (int)n, 0, out, (int)n);
  }
  return 1;
}

static ln_array_info check_right(lua_State *L, const ln_array_info *a) {
  const ln_array_info b = ln_array_check(L, 2);
  if (b.ndim > 2 || b.shape[0] != a->shape[0]) {
    ln_array_fail(L, "the right-hand side must have %I rows, as the matrix", (LUAI_UACINT)a->shape[0]);
  }
  if (b.n == 0) ln_array_fail(L, "the right-hand side must not be empty");
  for (int64_t k = 0; k < b.n; k++) {
    if (!isfinite(b.data[k])) ln_array_fail(L, "the right-hand side holds %s", isnan(b.data[k]) ? "nan" : "inf");
  }
  return b;
}

static int linalg_solve(lua_State *L) { /* solve(a, b) -> x: a x = b */
  const ln_array_info a = check_matrix(L, 1, true), b = check_right(L, &a);
  const int n = (int)a.shape[0], m = b.ndim == 2 ? (int)b.shape[1] : 1;
  double *lu = push_copy(L, &a);
  lapack_int *pivot = lua_newuserdatauv(L, sizeof *pivot * (size_t)n, 0);
  double *x = push_copy(L, &b);
  const lapack_int info = LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, m, lu, n, pivot, x, m);
  if (info > 0) return ln_array_fail(L, "the matrix is singular");
  check_done(L, info, "solving");
  return 1;
}

static int linalg_lstsq(
    lua_State *L) { /* lstsq(a, b) -> x, rank, singular values of a: minimises |a x - b| */
  const ln_array_info a = check_matrix(L, 1, false), b = check_right(L, &a);
  const int m = (int)a.shape[0], n = (int)a.shape[1], columns = b.ndim == 2 ? (int)b.shape[1] : 1;
  double *copy = push_copy(L, &a);
  const int rows = m > n ? m : n;
  double *work = push_matrix(L, rows, columns);
  memcpy(work, b.data, (size_t)b.n * sizeof *work);
  int64_t shape[2] = {n, columns};
  double *x = ln_array_push_zeros(L, b.ndim, shape);
  lapack_int rank = 0;
  double *s = lua_newuserdatauv(L, sizeof *s * (size_t)min(m, n), 0);
  check_done(L, LAPACKE_dgelsd(LAPACK_ROW_MAJOR, m, n, columns, copy, n, work, columns, s, -1, &rank),
             "least squares");
  memcpy(x, work, sizeof *x * (size_t)n * (size_t)columns);
  lua_pop(L, 1);
  lua_pushinteger(L, rank);
  return 2;
}

static int linalg_inverse(lua_State *L) {
  const ln_array_info a = check_matrix(L, 1, true);
  const int n = (int)a.shape[0];
  lapack_int *pivot = lua_newuserdatauv(L, sizeof *pivot * (size_t)n, 0);
  double *out = push_copy(L, &a);
  lapack_int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, out, n, pivot);
  if (!info) info = LAPACKE_dgetri(LAPACK_ROW_MAJOR, n, out, n, pivot);
  if (info > 0) return ln_array_fail(L, "the matrix is singular");
  check_done(L, info, "inverting");
  return 1;
}

static int linalg_det(lua_State *L) {
  const ln_array_info a = check_matrix(L, 1, true);
  const int n = (int)a.shape[0];
  lapack_int *pivot = lua_newuserdatauv(L, sizeof *pivot * (size_t)n, 0);
  double *lu = push_copy(L, &a), det = 1;
  const lapack_int info = LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, lu, n, pivot);
  if (info < 0) check_done(L, info, "the determinant");
  for (int k = 0; k < n; k++) det *= pivot[k] == k + 1 ? lu[k * n + k] : -lu[k * n + k];
  lua_pushnumber(L, det);
  return 1;
}

/* Eigenvectors and singular vectors are unique up to their sign: the largest entry (by magnitude; the first
 * of equal ones) of each column is made positive. Returns the sign it had. */
static double fix_column(double *v, int rows, int columns, int j) {
  int best = 0;
  for (int i = 1; i < rows; i++) {
    if (fabs(v[i * columns + j]) > fabs(v[best * columns + j]) * (1 + 1e-12)) best = i;
  }
  const double sign = v[best * columns + j] < 0 ? -1 : 1;
  for (int i = 0; sign < 0 && i < rows; i++) v[i * columns + j] = -v[i * columns + j];
  return sign;
}

static int linalg_eigh(
    lua_State *L) { /* eigh(a) -> values (ascending), vectors (columns), of a symmetric matrix */
  const ln_array_info a = check_matrix(L, 1, true);
  const int n = (int)a.shape[0];
  double largest = 0;
  for (int64_t k = 0; k < a.n; k++) largest = fmax(largest, fabs(a.data[k]));
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) {
      if (fabs(a.data[i * n + j] - a.data[j * n + i]) > 1e-10 * largest) {
        return ln_array_fail(L, "the matrix is not symmetric: elements (%d, %d) and (%d, %d) differ", i + 1,
                          j + 1, j + 1, i + 1);
      }
    }
  }
  double *value = push_vector(L, n), *vector = push_copy(L, &a);
  const lapack_int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', n, vector, n, value);
  if (info > 0) return ln_array_fail(L, "the eigenvalues did not converge");
  check_done(L, info, "the eigenvalues");
  for (int j = 0; j < n; j++) fix_column(vector, n, n, j);
  return 2;
}

/* eig(a) -> real and imaginary parts of the eigenvalues; real and imaginary parts of the vectors (columns) */
static int linalg_eig(lua_State *L) {
  const ln_array_info a = check_matrix(L, 1, true);
  const int n = (int)a.shape[0];
  double *work = push_copy(L, &a), *v = push_copy(L, &a);
  double *re = push_vector(L, n), *im = push_vector(L, n), *vr = push_matrix(L, n, n),
         *vi = push_matrix(L, n, n);
  const lapack_int info = LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'V', n, work, n, re, im, NULL, n, v, n);
  if (info > 0) return ln_array_fail(L, "the eigenvalues did not converge");
  check_done(L, info, "the eigenvalues");
  for (int j = 0; j < n; j++) {
    const bool pair = im[j] > 0 && j + 1 < n; /* its conjugate follows */
    for (int i = 0; i < n; i++) {
      vr[i * n + j] = v[i * n + j];
      if (!pair) continue;
      vi[i * n + j] = v[i * n + j + 1];
      vr[i * n + j + 1] = v[i * n + j];
      vi[i * n + j + 1] = -v[i * n + j + 1];
    }
    j += pair;
  }
  return 4;
}

static int linalg_svd(
    lua_State *L) { /* svd(a) -> u, s (descending), vt: a = u diag(s) vt, the economy size */
  const ln_array_info a = check_matrix(L, 1, false);
  const int m = (int)a.shape[0], n = (int)a.shape[1], k = min(m, n);
  double *work = push_copy(L, &a);
  double *u = push_matrix(L, m, k), *s = push_vector(L, k), *vt = push_matrix(L, k, n);
  const lapack_int info = LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', m, n, work, n, s, u, k, vt, n);
  if (info > 0) return ln_array_fail(L, "the singular values did not converge");
  check_done(L, info, "the singular values");
  for (int j = 0; j < k; j++) {
    if (fix_column(u, m, k, j) > 0) continue;
    for (int i = 0; i < n; i++) vt[j * n + i] = -vt[j * n + i];
  }
  return 3;
}

static int linalg_qr(lua_State *L) { /* qr(a) -> q, r: the economy size, the diagonal of r not negative */
  const ln_array_info a = check_matrix(L, 1, false);
  const int m = (int)a.shape[0], n = (int)a.shape[1], k = min(m, n);
  double *work = push_copy(L, &a);
  double *tau = lua_newuserdatauv(L, sizeof *tau * (size_t)k, 0);
  double *q = push_matrix(L, m, k), *r = push_matrix(L, k, n);
  check_done(L, LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, m, n, work, n, tau), "QR");
  for (int i = 0; i < k; i++) {
    for (int j = i; j < n; j++) r[i * n + j] = work[i * n + j];
  }
  for (int i = 0; i < m; i++)
    memcpy(q + (size_t)i * (size_t)k, work + (size_t)i * (size_t)n, sizeof *q * (size_t)k);
  check_done(L, LAPACKE_dorgqr(LAPACK_ROW_MAJOR, m, k, k, q, k, tau), "QR");
  for (int d = 0; d < k; d++) {
    if (!(r[d * n + d] < 0)) continue;
    for (int j = d; j < n; j++) r[d * n + j] = -r[d * n + j];
    for (int i = 0; i < m; i++) q[i * k + d] = -q[i * k + d];
  }
  return 2;
}

static int linalg_cholesky(lua_State *L) { /* cholesky(a) -> lower triangle l: a = l l' */
  const ln_array_info a = check_matrix(L, 1, true);
  const int n = (int)a.shape[0];
  double *l = push_copy(L, &a);
  const lapack_int info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, l, n);
  if (info > 0) return ln_array_fail(L, "the matrix is not positive definite");
  check_done(L, info, "the Cholesky factor");
  for (int i = 0; i < n; i++) {
    for (int j = i + 1; j < n; j++) l[i * n + j] = 0;
  }
  return 1;
}

int luaopen_lunate_linalg(lua_State *L) {
  static const luaL_Reg functions[] = {{"product", linalg_product},
                                       {"solve", linalg_solve},
                                       {"lstsq", linalg_lstsq},
                                       {"inverse", linalg_inverse},
                                       {"det", linalg_det},
                                       {"eigh", linalg_eigh},
                                       {"eig", linalg_eig},
                                       {"svd", linalg_svd},
                                       {"qr", linalg_qr},
                                       {"cholesky", linalg_cholesky},
                                       {NULL, NULL}};
  openblas_set_num_threads(1); /* lua/lunate/array/linear.lua has seen to it that it did not start more */
  luaL_newlib(L, functions);
  return 1;
}
