/* array_lanes.c - arrays of several dimensions: reductions and running results along an axis, axes in another
 * order; and what needs order: different values, quantiles, interpolation, convolution. See array.h.
 *
 * A lane is the elements that differ in one index only. It is copied to a buffer first, so that each result
 * is the very number that the one-dimensional function gives.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>
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

/* Copies `count` neighbouring lanes, one after the other. */
static void fetch(const double *x, int64_t n, int64_t inner, int64_t count, double *lane) {
  for (int64_t k = 0; k < n; k++) {
    for (int64_t j = 0; j < count; j++) lane[j * n + k] = x[k * inner + j];
  }
}

static int64_t together(int64_t left) { return left < LN_ARRAY_LANES ? left : LN_ARRAY_LANES; }

void ln_array_scan_lanes(ln_array_scan how, const double *x, int64_t outer, int64_t n, int64_t inner,
                         double *buffer, double *out) {
  const int64_t m = how == LN_ARRAY_DIFF ? n - 1 : n;
  for (int64_t i = 0; i < outer; i++) {
    if (how == LN_ARRAY_CUMSUM) {
      ln_array_cumsum_lanes(x + i * n * inner, n, inner, out + i * n * inner);
      continue;
    }
    if (how == LN_ARRAY_DIFF) {
      const double *first = x + i * n * inner;
      for (int64_t k = 0; k < m * inner; k++) out[i * m * inner + k] = first[k + inner] - first[k];
      continue;
    }
    for (int64_t j = 0, count; j < inner; j += count) {
      count = together(inner - j);
      fetch(x + i * n * inner + j, n, inner, count, buffer);
      for (int64_t c = 0; c < count; c++) {
        double *lane = buffer + c * n;
        ln_array_sort(lane, n);
      }
      for (int64_t k = 0; k < m; k++) {
        for (int64_t c = 0; c < count; c++) out[(i * m + k) * inner + j + c] = buffer[c * n + k];
      }
    }
  }
}

void ln_array_take(const void *x, int64_t outer, int64_t n, int64_t bytes, const int64_t *place,
                   int64_t count, void *out) {
  int64_t steps = 0;
  for (int64_t k = 1; k < count; k++) steps += place[k] == place[k - 1] + 1;
  const bool in_a_row = steps == count - 1;
  for (int64_t o = 0; o < outer; o++) {
    const char *from = (const char *)x + o * n * bytes;
    char *to = (char *)out + o * count * bytes;
    if (in_a_row) {
      memcpy(to, from + place[0] * bytes, (size_t)(count * bytes));
    } else if (bytes == sizeof(double)) {
      for (int64_t k = 0; k < count; k++) ((double *)to)[k] = ((const double *)from)[place[k]];
    } else {
      for (int64_t k = 0; k < count; k++) memcpy(to + k * bytes, from + place[k] * bytes, (size_t)bytes);
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
