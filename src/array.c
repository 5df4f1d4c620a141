/* array.c - arithmetic on dense arrays of doubles. See array.h. */
#include "array.h"
#include <math.h>
#include <stdlib.h>
#include "sum.h"

#define APPLY(expression)                           \
  for (int64_t k = 0; k < n; k++) {                 \
    const double x = a[k * a_step], y = b[k * b_step]; \
    out[k] = (expression);                          \
  }                                                 \
  break

void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out) {
  switch (op) {
    case LN_ARRAY_ADD: APPLY(x + y);
    case LN_ARRAY_SUB: APPLY(x - y);
    case LN_ARRAY_MUL: APPLY(x * y);
    case LN_ARRAY_DIV: APPLY(x / y);
    case LN_ARRAY_POW: APPLY(pow(x, y));
  }
}

double ln_array_sum(const double *x, int64_t n) {
  ln_sum sum;
  ln_sum_clear(&sum);
  ln_sum_add_array(&sum, x, n);
  return ln_sum_value(&sum);
}

void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out) {
  const double mean = ln_array_sum(x, n) / (double)n; /* 0/0 is NaN */
  double min = n ? x[0] : NAN, max = min;
  ln_sum squares;
  ln_sum_clear(&squares);
  for (int64_t k = 0; k < n; k++) {
    ln_sum_add(&squares, (x[k] - mean) * (x[k] - mean));
    if (x[k] < min || isnan(x[k])) min = x[k];
    if (x[k] > max || isnan(x[k])) max = x[k];
    if (isnan(min)) break; /* and so is everything else: the mean is NaN */
  }
  const double variance = isnan(mean) ? NAN : ln_sum_value(&squares) / (double)n;
  *out = (ln_array_moments){.mean = mean, .variance = variance, .min = min + 0.0, .max = max + 0.0}; /* no -0 */
}

int64_t ln_array_argmin(const double *x, int64_t n) {
  int64_t best = n ? 0 : -1;
  for (int64_t k = 1; k < n && !isnan(x[best]); k++) {
    if (x[k] < x[best] || isnan(x[k])) best = k;
  }
  return best;
}

int64_t ln_array_argmax(const double *x, int64_t n) {
  int64_t best = n ? 0 : -1;
  for (int64_t k = 1; k < n && !isnan(x[best]); k++) {
    if (x[k] > x[best] || isnan(x[k])) best = k;
  }
  return best;
}

static int ascending(const void *p, const void *q) {
  const double a = *(const double *)p, b = *(const double *)q;
  if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
  return (a > b) - (a < b);
}

void ln_array_sort(double *x, int64_t n) { qsort(x, (size_t)n, sizeof *x, ascending); }

void ln_array_cumsum(const double *x, int64_t n, double *out) {
  double sum = 0, lost = 0; /* what rounding took from sum */
  for (int64_t k = 0; k < n; k++) {
    const double term = x[k], next = sum + term;
    lost += fabs(sum) >= fabs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
    out[k] = isfinite(sum) ? sum + lost : sum;
  }
}

void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t bins, double *count) {
  const double width = (high - low) / (double)bins;
  for (int64_t b = 0; b < bins; b++) count[b] = 0;
  for (int64_t k = 0; k < n; k++) {
    if (!(x[k] >= low && x[k] <= high)) continue;
    int64_t b = (int64_t)((x[k] - low) / width);
    if (b >= bins) b = bins - 1;
    /* the division rounds; edges are low + b width */
    if (b > 0 && x[k] < low + (double)b * width) b--;
    else if (b + 1 < bins && x[k] >= low + (double)(b + 1) * width) b++;
    count[b]++;
  }
}
