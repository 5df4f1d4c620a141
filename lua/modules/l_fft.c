/* l_fft.c - the module lunate.fft: discrete Fourier transforms of arrays by FFTW, along the last axis,
 * without units.
 *
 * A complex array is a pair of arrays: real and imaginary parts. Plans are estimated, never measured, so that
 * every rank and every run has the same one. The inverse is divided by the length.
 */
#include <fftw3.h>
#include <limits.h>
#include <string.h>
#include "l_array.h"

/* The length of the last axis, and how many rows there are. */
static int check_rows(lua_State *L, const ln_array_info *a, int64_t *rows) {
  const int64_t n = a->shape[a->ndim - 1];
  if (n < 1) ln_array_fail(L, "a Fourier transform needs at least one element");
  if (n > INT_MAX / 2) ln_array_fail(L, "this array is too long for a Fourier transform");
  *rows = a->n / n;
  return (int)n;
}

static fftw_complex *push_complex(lua_State *L, int n) {
  fftw_complex *z = lua_newuserdatauv(L, sizeof *z * ((size_t)n + 1), 0);
  return (fftw_complex *)(((uintptr_t)z + 15) & ~(uintptr_t)15);
}

/* transform(re, im or nil, inverse) -> re, im */
static int fft_transform(lua_State *L) {
  const ln_array_info re = ln_array_check(L, 1);
  ln_array_info im = re;
  const bool is_complex = !lua_isnoneornil(L, 2), inverse = lua_toboolean(L, 3);
  if (is_complex) im = ln_array_check(L, 2);
  if (is_complex && (im.ndim != re.ndim || memcmp(im.shape, re.shape, (size_t)re.ndim * sizeof *re.shape))) {
    return ln_array_fail(L, "the real and the imaginary part differ in shape");
  }
  int64_t rows;
  const int n = check_rows(L, &re, &rows);
  fftw_complex *z = push_complex(L, n);
  double *out_re = ln_array_push_zeros(L, re.ndim, re.shape),
         *out_im = ln_array_push_zeros(L, re.ndim, re.shape);
  fftw_plan plan = fftw_plan_dft_1d(n, z, z, inverse ? FFTW_BACKWARD : FFTW_FORWARD, FFTW_ESTIMATE);
  if (!plan) return ln_array_fail(L, "no memory for a Fourier transform");
  const double scale = inverse ? 1.0 / n : 1.0;
  for (int64_t r = 0; r < rows; r++) {
    for (int k = 0; k < n; k++) z[k][0] = re.data[r * n + k], z[k][1] = is_complex ? im.data[r * n + k] : 0;
    fftw_execute(plan);
    for (int k = 0; k < n; k++) out_re[r * n + k] = z[k][0] * scale, out_im[r * n + k] = z[k][1] * scale;
  }
  fftw_destroy_plan(plan);
  return 2;
}

static int fft_real(lua_State *L) { /* real(x) -> re, im of frequencies 0 to n/2 */
  ln_array_info x = ln_array_check(L, 1);
  int64_t rows;
  const int n = check_rows(L, &x, &rows), m = n / 2 + 1;
  fftw_complex *z = push_complex(L, m), *in = push_complex(L, m); /* in: n doubles */
  x.shape[x.ndim - 1] = m;
  double *re = ln_array_push_zeros(L, x.ndim, x.shape), *im = ln_array_push_zeros(L, x.ndim, x.shape);
  fftw_plan plan = fftw_plan_dft_r2c_1d(n, (double *)in, z, FFTW_ESTIMATE);
  if (!plan) return ln_array_fail(L, "no memory for a Fourier transform");
  for (int64_t r = 0; r < rows; r++) {
    memcpy(in, x.data + r * n, (size_t)n * sizeof(double));
    fftw_execute(plan);
    for (int k = 0; k < m; k++) re[r * m + k] = z[k][0], im[r * m + k] = z[k][1];
  }
  fftw_destroy_plan(plan);
  return 2;
}

static int fft_real_inverse(lua_State *L) { /* real_inverse(re, im, n) -> x of n elements */
  const ln_array_info re = ln_array_check(L, 1), im = ln_array_check(L, 2);
  const lua_Integer n = luaL_checkinteger(L, 3);
  int64_t rows;
  const int m = check_rows(L, &re, &rows);
  if (n < 1 || n / 2 + 1 != m || im.n != re.n) {
    return ln_array_fail(L, "%d frequencies do not belong to %I elements", m, (LUAI_UACINT)n);
  }
  fftw_complex *z = push_complex(L, m), *out = push_complex(L, m);
  ln_array_info shape = re;
  shape.shape[re.ndim - 1] = n;
  double *x = ln_array_push_zeros(L, re.ndim, shape.shape);
  fftw_plan plan = fftw_plan_dft_c2r_1d((int)n, z, (double *)out, FFTW_ESTIMATE);
  if (!plan) return ln_array_fail(L, "no memory for a Fourier transform");
  for (int64_t r = 0; r < rows; r++) {
    for (int k = 0; k < m; k++) z[k][0] = re.data[r * m + k], z[k][1] = im.data[r * m + k];
    fftw_execute(plan);
    for (int64_t k = 0; k < n; k++) x[r * n + k] = ((double *)out)[k] / (double)n;
  }
  fftw_destroy_plan(plan);
  return 1;
}

int luaopen_lunate_fft(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"transform", fft_transform}, {"real", fft_real}, {"real_inverse", fft_real_inverse}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
