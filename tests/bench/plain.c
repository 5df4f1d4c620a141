/* plain.c - plain C loops over arrays: the yardstick of arrays.lua, which loads this as a module and hands over the
 * very arrays that it computes with itself; the last argument gets the result. Products and transforms are calls of
 * the same libraries, random numbers come from the same generator. Compiled as the kernel is.
 */
#include <fftw3.h>
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "l_array.h"
#include "rng.h"

#define EACH(k, n) for (int64_t k = 0; k < (n); k++)
/* a function of arrays a, b (doubles), m (a mask), c (the result; all may be missing), and a's rows and columns */
#define PLAIN(name, ...)                                                               \
  static int name(lua_State *L) {                                                      \
    const int last = lua_gettop(L);                                                    \
    const ln_array_info A = ln_array_look(L, 1), B = ln_array_look(L, last > 2 ? 2 : 1), \
                        C = ln_array_look(L, last);                                    \
    const double *restrict a = A.raw, *restrict b = B.raw;                             \
    const uint8_t *restrict m = A.raw, *restrict mb = B.raw;                           \
    double *restrict c = C.raw;                                                        \
    uint8_t *restrict mc = C.raw;                                                      \
    const int64_t n = A.n, rows = A.shape[0], columns = A.ndim > 1 ? A.shape[1] : 1;   \
    (void)a, (void)b, (void)m, (void)mb, (void)c, (void)mc, (void)n, (void)rows, (void)columns; \
    __VA_ARGS__;                                                                       \
    return 0;                                                                          \
  }

PLAIN(add, EACH(k, n) c[k] = a[k] + b[k])
PLAIN(multiply_add, EACH(k, n) c[k] = a[k] * b[k] + a[k])
PLAIN(scale, EACH(k, n) c[k] = a[k] * 2.5)
PLAIN(divide, EACH(k, n) c[k] = a[k] / b[k])
PLAIN(root, EACH(k, n) c[k] = sqrt(a[k]))
PLAIN(exponential, EACH(k, n) c[k] = exp(a[k]))
PLAIN(logarithm, EACH(k, n) c[k] = log(a[k]))
PLAIN(sine, EACH(k, n) c[k] = sin(a[k]))
PLAIN(power, EACH(k, n) c[k] = pow(a[k], 1.5))
PLAIN(absolute, EACH(k, n) c[k] = fabs(a[k]))
PLAIN(round_down, EACH(k, n) c[k] = floor(a[k]))
PLAIN(nearest, EACH(k, n) c[k] = round(a[k]))
PLAIN(smaller, EACH(k, n) c[k] = a[k] < b[k] ? a[k] : b[k])
PLAIN(remainder_of, EACH(k, n) c[k] = fmod(a[k], 0.37))
PLAIN(add_row, EACH(i, rows) EACH(j, columns) c[i * columns + j] = a[i * columns + j] + b[j])
PLAIN(add_column, EACH(i, rows) EACH(j, columns) c[i * columns + j] = a[i * columns + j] + b[i])
PLAIN(greater, EACH(k, n) mc[k] = a[k] > b[k])
PLAIN(is_nan, EACH(k, n) mc[k] = isnan(a[k]))
PLAIN(and, EACH(k, n) mc[k] = m[k] & mb[k])
PLAIN(no, EACH(k, n) mc[k] = !m[k])
PLAIN(count, int64_t sum = 0; EACH(k, n) sum += m[k]; c[0] = (double)sum)
PLAIN(any, bool some = false; EACH(k, n) some |= m[k]; c[0] = some)
PLAIN(choose, EACH(k, n) c[k] = mb[k] ? a[k] : 0)
PLAIN(where, int64_t at = 0; EACH(k, n) if (mb[k]) c[at++] = a[k])
PLAIN(places, int64_t at = 0; EACH(k, n) if (m[k]) c[at++] = (double)(k + 1))
PLAIN(take, EACH(k, n) c[k] = a[(int64_t)b[k] - 1])
PLAIN(copy, EACH(k, n) c[k] = a[k])
PLAIN(from_mask, EACH(k, n) c[k] = m[k])
PLAIN(to_mask, EACH(k, n) mc[k] = a[k] != 0)
PLAIN(column, EACH(i, rows) c[i] = a[i * columns + 3])
PLAIN(half, EACH(i, rows) EACH(j, columns / 2) c[i * (columns / 2) + j] = a[i * columns + j])
PLAIN(transpose, EACH(i, columns) EACH(j, rows) c[i * rows + j] = a[j * columns + i])
PLAIN(sum, double sum = 0; EACH(k, n) sum += a[k]; c[0] = sum)
PLAIN(least, double least = a[0]; EACH(k, n) least = a[k] < least ? a[k] : least; c[0] = least)
PLAIN(place_of_least, int64_t at = 0; EACH(k, n) if (a[k] < a[at]) at = k; c[0] = (double)at)

static double deviation(const double *x, int64_t n, int64_t step) { /* two passes */
  double sum = 0, squares = 0;
  EACH(k, n) sum += x[k * step];
  const double mean = sum / (double)n;
  EACH(k, n) squares += (x[k * step] - mean) * (x[k * step] - mean);
  return sqrt(squares / (double)n);
}

PLAIN(sd, c[0] = deviation(a, n, 1))
PLAIN(sum_rows, EACH(i, rows) { double sum = 0; EACH(j, columns) sum += a[i * columns + j]; c[i] = sum; })
PLAIN(sd_rows, EACH(i, rows) c[i] = deviation(a + i * columns, columns, 1))
PLAIN(least_rows,
      EACH(i, rows) { double low = a[i * columns]; EACH(j, columns) low = fmin(low, a[i * columns + j]); c[i] = low; })
PLAIN(sum_columns, memset(c, 0, (size_t)columns * 8); EACH(i, rows) EACH(j, columns) c[j] += a[i * columns + j])
PLAIN(least_columns, memcpy(c, a, (size_t)columns * 8);
      EACH(i, rows) EACH(j, columns) c[j] = a[i * columns + j] < c[j] ? a[i * columns + j] : c[j])
PLAIN(sd_columns, double *mean = malloc((size_t)columns * 8); memset(mean, 0, (size_t)columns * 8);
      memset(c, 0, (size_t)columns * 8); EACH(i, rows) EACH(j, columns) mean[j] += a[i * columns + j];
      EACH(j, columns) mean[j] /= (double)rows;
      EACH(i, rows) EACH(j, columns) c[j] += (a[i * columns + j] - mean[j]) * (a[i * columns + j] - mean[j]);
      EACH(j, columns) c[j] = sqrt(c[j] / (double)rows); free(mean))
PLAIN(cumsum, double sum = 0; EACH(k, n) c[k] = sum += a[k])
PLAIN(cumsum_columns, memcpy(c, a, (size_t)columns * 8);
      for (int64_t i = 1; i < rows; i++) EACH(j, columns) c[i * columns + j] = c[(i - 1) * columns + j] + a[i * columns + j])
PLAIN(diff, EACH(k, n - 1) c[k] = a[k + 1] - a[k])

static int ascending(const void *p, const void *q) {
  const double x = *(const double *)p, y = *(const double *)q;
  return (x > y) - (x < y);
}

static const double *ranked;
static int by_rank(const void *p, const void *q) {
  const double x = ranked[*(const int64_t *)p], y = ranked[*(const int64_t *)q];
  return (x > y) - (x < y);
}

PLAIN(sort, memcpy(c, a, (size_t)n * 8); qsort(c, (size_t)n, 8, ascending))
PLAIN(argsort, int64_t *place = malloc((size_t)n * 8); ranked = a; EACH(k, n) place[k] = k;
      qsort(place, (size_t)n, 8, by_rank); EACH(k, n) c[k] = (double)place[k]; free(place))
PLAIN(sort_rows, memcpy(c, a, (size_t)n * 8); EACH(i, rows) qsort(c + i * columns, (size_t)columns, 8, ascending))
PLAIN(histogram, memset(c, 0, 100 * 8); EACH(k, n) c[a[k] < 1 ? (int64_t)(a[k] * 100) : 99]++)
PLAIN(convolve, memset(c, 0, (size_t)(n + 49) * 8); EACH(k, n) EACH(j, 50) c[k + j] += a[k] * b[j])
PLAIN(interpolate, EACH(k, n) {
  int64_t low = 0, high = B.n - 1;
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    if (b[middle] <= a[k]) low = middle;
    else high = middle;
  }
  c[k] = b[low] + (b[high] - b[low]) * ((a[k] - b[low]) / (b[high] - b[low]));
})
PLAIN(fill_uniform, EACH(k, n) c[k] = ln_uniform(1, 0, (uint64_t)k))
PLAIN(product, cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)rows, (int)rows, 1, a, (int)rows,
                           b, (int)rows, 0, c, (int)rows))
PLAIN(inner_product, c[0] = cblas_ddot((int)n, a, 1, b, 1))

static int transform(lua_State *L) { /* of complex numbers, the plan made before */
  static fftw_plan plan;
  static fftw_complex *x, *y;
  static int64_t planned;
  const ln_array_info a = ln_array_look(L, 1), c = ln_array_look(L, 2);
  if (planned != a.n) {
    x = fftw_malloc((size_t)a.n * sizeof *x), y = fftw_malloc((size_t)a.n * sizeof *y);
    plan = fftw_plan_dft_1d((int)a.n, x, y, FFTW_FORWARD, FFTW_ESTIMATE);
    planned = a.n;
  }
  EACH(k, a.n) x[k][0] = a.data[k], x[k][1] = 0;
  fftw_execute(plan);
  EACH(k, a.n) c.data[k] = y[k][0];
  return 0;
}

int luaopen_plain(lua_State *L);
int luaopen_plain(lua_State *L) {
#define F(name) {#name, name}
  static const luaL_Reg functions[] = {F(add), F(multiply_add), F(scale), F(divide), F(root), F(exponential),
    F(logarithm), F(sine), F(power), F(absolute), F(round_down), F(nearest), F(smaller), F(remainder_of), F(add_row),
    F(add_column), F(greater), F(is_nan), F(and), F(no), F(count), F(any), F(choose), F(where), F(places), F(take),
    F(copy), F(from_mask), F(to_mask), F(column), F(half), F(transpose), F(sum), F(least), F(place_of_least), F(sd),
    F(sum_rows), F(sd_rows), F(least_rows), F(sum_columns), F(least_columns), F(sd_columns), F(cumsum),
    F(cumsum_columns), F(diff), F(sort), F(argsort), F(sort_rows), F(histogram), F(convolve), F(interpolate),
    F(fill_uniform), F(product), F(inner_product), F(transform), {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
