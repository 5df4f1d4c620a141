/* array_reduce.c - one number from each lane of an array: extremes, their places, quantiles; sums by
 * array_sum.c. See array.h.
 *
 * Lanes that lie side by side are gone through row by row, all at once. One lane of many numbers is taken as
 * rows of SIDE numbers, and what is found there reduced again.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "array.h"
#include "clones.h"

enum { SIDE = 32, TILE = 1024 /* lanes at a time, so that what is found stays in the cache */ };

/* The least of sign x, of more rows: nan where one is. */
LN_CLONES static void find_least(const double *x, int64_t rows, int64_t step, int64_t lanes, double sign,
                              double *restrict least) {
  for (int64_t k = 0; k < rows; k++, x += step) {
    for (int64_t j = 0; j < lanes; j++) {
      const double v = sign * x[j];
      least[j] = (v < least[j]) | (v != v) ? v : least[j];
    }
  }
}

/* The same with places, counted from `from`; of the first ones. */
LN_CLONES static void find_places(const double *x, int64_t rows, int64_t step, int64_t lanes, double sign,
                               double *restrict least, double *restrict place) {
  for (int64_t k = 0; k < rows; k++, x += step) {
    for (int64_t j = 0; j < lanes; j++) {
      const double v = sign * x[j];
      const bool better = (v < least[j]) | ((v != v) & (least[j] == least[j]));
      least[j] = better ? v : least[j];
      place[j] = better ? (double)(k + 1) : place[j];
    }
  }
}

static double least_of(const double *x, int64_t n, double sign) {
  double side[SIDE], least = n ? INFINITY : NAN;
  const int64_t rows = n / SIDE;
  for (int j = 0; j < SIDE; j++) side[j] = INFINITY;
  if (rows) {
    find_least(x, rows, SIDE, SIDE, sign, side);
    find_least(side, SIDE, 1, 1, 1, &least);
  }
  bool is_nan = least != least;
  for (int64_t k = rows * SIDE; k < n; k++) {
    const double v = sign * x[k];
    least = v < least ? v : least;
    is_nan |= v != v;
  }
  return is_nan ? NAN : sign * least;
}

void ln_array_get_extremes(const double *x, int64_t n, double *least, double *most) {
  *least = least_of(x, n, 1);
  *most = least_of(x, n, -1);
}

static int64_t place_of(const double *x, int64_t n, double sign) {
  if (n == 0) return -1;
  const double least = least_of(x, n, sign);
  int64_t k = 0;
  while (!(x[k] == least) && !(isnan(least) && isnan(x[k]))) k++;
  return k;
}

int64_t ln_array_argmin(const double *x, int64_t n) { return place_of(x, n, 1); }
int64_t ln_array_argmax(const double *x, int64_t n) { return place_of(x, n, -1); }

static void reduce_extremes(const double *x, int64_t n, int64_t inner, bool places, double sign,
                            double *out) {
  double least[TILE];
  for (int64_t from = 0; from < inner; from += TILE) {
    const int64_t lanes = inner - from < TILE ? inner - from : TILE;
    for (int64_t j = 0; j < lanes; j++) {
      least[j] = sign * x[from + j];
      out[from + j] = places ? 1 : NAN;
    }
    if (places) {
      find_places(x + from, n, inner, lanes, sign, least, out + from);
    } else {
      find_least(x + from, n, inner, lanes, sign, least);
      for (int64_t j = 0; j < lanes; j++) out[from + j] = sign * least[j];
    }
  }
}

static bool has_nan(const double *x, int64_t n) {
  int64_t count = 0;
  for (int64_t k = 0; k < n; k++) count += x[k] != x[k];
  return count > 0;
}

/* Some lanes at a time, copied one after the other: they share cache lines. */
static void reduce_sorted(double q, const double *x, int64_t n, int64_t inner, double *buffer, double *out) {
  for (int64_t from = 0; from < inner; from += LN_ARRAY_LANES) {
    const int64_t lanes = inner - from < LN_ARRAY_LANES ? inner - from : LN_ARRAY_LANES;
    for (int64_t k = 0; k < n; k++) {
      for (int64_t j = 0; j < lanes; j++) buffer[j * n + k] = x[k * inner + from + j];
    }
    for (int64_t j = 0; j < lanes; j++) {
      double *lane = buffer + j * n;
      const bool defined = n > 0 && !has_nan(lane, n);
      if (defined) ln_array_sort(lane, n);
      out[from + j] = defined ? ln_array_quantile(lane, n, q) : NAN;
    }
  }
}

static void reduce_sums(ln_array_reduction how, const double *x, int64_t outer, int64_t n, int64_t inner,
                        double *out) {
  ln_array_sum_lanes(x, outer, n, inner, out);
  if (how == LN_ARRAY_SUM) return;
  for (int64_t j = 0; j < outer * inner; j++) out[j] /= (double)n;
  if (how == LN_ARRAY_MEAN) return;
  ln_array_variance_lanes(x, outer, n, inner, out, out);
  for (int64_t j = 0; j < outer * inner && how == LN_ARRAY_SD; j++) out[j] = sqrt(out[j]);
}

/* Of one lane that lies in one piece. */
static double extreme_of(ln_array_reduction how, const double *x, int64_t n) {
  if (n == 0) return NAN;
  if (how == LN_ARRAY_MIN || how == LN_ARRAY_MAX) return least_of(x, n, how == LN_ARRAY_MIN ? 1 : -1);
  return (double)(place_of(x, n, how == LN_ARRAY_ARGMIN ? 1 : -1) + 1);
}

static void reduce(ln_array_reduction how, double q, const double *x, int64_t n, int64_t inner,
                   double *buffer, double *out) {
  const bool least = how == LN_ARRAY_MIN || how == LN_ARRAY_ARGMIN;
  switch (how) {
    case LN_ARRAY_MEDIAN: reduce_sorted(0.5, x, n, inner, buffer, out); break;
    case LN_ARRAY_QUANTILE: reduce_sorted(q, x, n, inner, buffer, out); break;
    case LN_ARRAY_MIN:
    case LN_ARRAY_MAX:
    case LN_ARRAY_ARGMIN:
    case LN_ARRAY_ARGMAX:
      if (inner == 1 || n == 0)
        for (int64_t j = 0; j < inner; j++) out[j] = extreme_of(how, x + j, n);
      else
        reduce_extremes(x, n, inner, how >= LN_ARRAY_ARGMIN, least ? 1 : -1, out);
      break;
    default: break;
  }
}

void ln_array_reduce(ln_array_reduction how, double q, const double *x, int64_t outer, int64_t n,
                     int64_t inner, double *buffer, double *out) {
  if (how <= LN_ARRAY_SD) {
    reduce_sums(how, x, outer, n, inner, out);
    return;
  }
  for (int64_t i = 0; i < outer; i++) reduce(how, q, x + i * n * inner, n, inner, buffer, out + i * inner);
}
