/* array_lanes.c - arrays of several dimensions: reductions and running results along an axis, axes in another
 * order; and what needs order: different values, quantiles, interpolation, convolution. See array.h.
 *
 * A lane is the elements that differ in one index only. It is copied to a buffer first, so that each result
 * is the very number that the one-dimensional function gives.
 */
#include <math.h>
#include <stdbool.h>
#include "array.h"

int64_t ln_array_unique(const double *sorted, int64_t n, double *value, double *count) {
  int64_t m = 0;
  for (int64_t k = 0; k < n; k++) {
    if (m > 0 && (sorted[k] == value[m - 1] || (isnan(sorted[k]) && isnan(value[m - 1])))) {
      count[m - 1]++;
    } else {
      value[m] = sorted[k];
      count[m++] = 1;
    }
  }
  return m;
}

double ln_array_quantile(const double *sorted, int64_t n, double q) {
  const double place = q * (double)(n - 1);
  const int64_t k = (int64_t)place;
  if (k >= n - 1) return sorted[n - 1];
  const double part = place - (double)k;
  return part == 0 ? sorted[k] : sorted[k] + part * (sorted[k + 1] - sorted[k]);
}

void ln_array_interpolate(const double *x, int64_t n, const double *px, const double *py, int64_t n_point,
                          double *out) {
  for (int64_t k = 0; k < n; k++) {
    if (!(x[k] > px[0])) {
      out[k] = isnan(x[k]) ? NAN : py[0];
    } else if (x[k] >= px[n_point - 1]) {
      out[k] = py[n_point - 1];
    } else {
      int64_t low = 0, high = n_point - 1; /* px[low] <= x < px[high] */
      while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (px[middle] <= x[k]) low = middle;
        else high = middle;
      }
      out[k] = py[low] + (py[high] - py[low]) * ((x[k] - px[low]) / (px[high] - px[low]));
    }
  }
}

void ln_array_convolve(const double *a, int64_t n_a, const double *b, int64_t n_b, double *out) {
  if (n_a < n_b) {
    ln_array_convolve(b, n_b, a, n_a, out);
    return;
  }
  for (int64_t k = 0; k < n_a + n_b - 1; k++) out[k] = 0;
  for (int64_t j = 0; j < n_b; j++) {
    for (int64_t i = 0; i < n_a; i++) out[i + j] += a[i] * b[j];
  }
}

static void fetch(const double *x, int64_t n, int64_t inner, double *lane) {
  for (int64_t k = 0; k < n; k++) lane[k] = x[k * inner];
}

static bool has_nan(const double *x, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (isnan(x[k])) return true;
  }
  return false;
}

static bool sorts(ln_array_reduction how) { return how == LN_ARRAY_MEDIAN || how == LN_ARRAY_QUANTILE; }

static double of_lane(ln_array_reduction how, const double *lane, int64_t n) {
  if (how == LN_ARRAY_SUM) return ln_array_sum(lane, n);
  if (n == 0) return NAN;
  if (how == LN_ARRAY_ARGMIN) return (double)(ln_array_argmin(lane, n) + 1);
  if (how == LN_ARRAY_ARGMAX) return (double)(ln_array_argmax(lane, n) + 1);
  ln_array_moments m;
  ln_array_get_moments(lane, n, &m);
  switch (how) {
    case LN_ARRAY_MEAN: return m.mean;
    case LN_ARRAY_VAR: return m.variance;
    case LN_ARRAY_SD: return sqrt(m.variance);
    case LN_ARRAY_MIN: return m.min;
    default: return m.max;
  }
}

static double quantile_of_lane(double q, double *lane, int64_t n) {
  if (n == 0 || has_nan(lane, n)) return NAN;
  ln_array_sort(lane, n);
  return ln_array_quantile(lane, n, q);
}

void ln_array_reduce(ln_array_reduction how, double q, const double *x, int64_t outer, int64_t n,
                     int64_t inner, double *buffer, double *out) {
  for (int64_t i = 0; i < outer; i++) {
    for (int64_t j = 0; j < inner; j++) {
      const double *lane = x + i * n * inner + j;
      if (sorts(how) || inner > 1) fetch(lane, n, inner, buffer);
      if (sorts(how)) out[i * inner + j] = quantile_of_lane(how == LN_ARRAY_MEDIAN ? 0.5 : q, buffer, n);
      else out[i * inner + j] = of_lane(how, inner > 1 ? buffer : lane, n);
    }
  }
}

void ln_array_scan_lanes(ln_array_scan how, const double *x, int64_t outer, int64_t n, int64_t inner,
                         double *buffer, double *out) {
  const int64_t m = how == LN_ARRAY_DIFF ? n - 1 : n;
  for (int64_t i = 0; i < outer; i++) {
    for (int64_t j = 0; j < inner; j++) {
      fetch(x + i * n * inner + j, n, inner, buffer);
      if (how == LN_ARRAY_SORTED) ln_array_sort(buffer, n);
      else if (how == LN_ARRAY_CUMSUM) ln_array_cumsum(buffer, n, buffer);
      double *lane = out + i * m * inner + j;
      for (int64_t k = 0; k < m; k++) {
        lane[k * inner] = how == LN_ARRAY_DIFF ? buffer[k + 1] - buffer[k] : buffer[k];
      }
    }
  }
}

void ln_array_permute(const double *x, const int64_t shape[3], const int order[3], double *out) {
  const int64_t stride[3] = {shape[1] * shape[2], shape[2], 1};
  const int64_t n0 = shape[order[0]], n1 = shape[order[1]], n2 = shape[order[2]];
  for (int64_t i = 0; i < n0; i++) {
    for (int64_t j = 0; j < n1; j++) {
      const double *from = x + i * stride[order[0]] + j * stride[order[1]];
      for (int64_t k = 0; k < n2; k++) *out++ = from[k * stride[order[2]]];
    }
  }
}
