/* array.c - arithmetic on dense arrays of doubles. See array.h. */
#include "array.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "sum.h"

/* The loops with one operand a number are written out: so they vectorise. */
#define APPLY(expression)                              \
  if (a_step && b_step) {                              \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k], y = b[k];                 \
      out[k] = (expression);                           \
    }                                                  \
  } else if (a_step) {                                 \
    const double y = *b;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (b_step) {                                 \
    const double x = *a;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double y = b[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (n > 0) {                                  \
    const double x = *a, y = *b, value = (expression); \
    for (int64_t k = 0; k < n; k++) out[k] = value;    \
  }                                                    \
  break

static double modulo(double x, double y) {
  const double r = fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out) {
  switch (op) {
    case LN_ARRAY_ADD: APPLY(x + y);
    case LN_ARRAY_SUB: APPLY(x - y);
    case LN_ARRAY_MUL: APPLY(x * y);
    case LN_ARRAY_DIV: APPLY(x / y);
    case LN_ARRAY_POW:
      if (!b_step && *b == 2) {
        for (int64_t k = 0; k < n; k++) out[k] = a[k * a_step] * a[k * a_step];
        break;
      }
      APPLY(pow(x, y));
    case LN_ARRAY_MOD: APPLY(modulo(x, y));
    case LN_ARRAY_MINIMUM: APPLY(x < y || isnan(x) ? x : y);
    case LN_ARRAY_MAXIMUM: APPLY(x > y || isnan(x) ? x : y);
    case LN_ARRAY_ATAN2: APPLY(atan2(x, y));
    case LN_ARRAY_LT: APPLY(x < y);
    case LN_ARRAY_LE: APPLY(x <= y);
    case LN_ARRAY_GT: APPLY(x > y);
    case LN_ARRAY_GE: APPLY(x >= y);
    case LN_ARRAY_EQ: APPLY(x == y);
    case LN_ARRAY_NE: APPLY(x != y);
  }
}

void ln_array_broadcast(ln_array_op op, const int64_t shape[3], const double *a, const int64_t a_step[3],
                        const double *b, const int64_t b_step[3], double *out) {
  for (int64_t i = 0; i < shape[0]; i++) {
    for (int64_t j = 0; j < shape[1]; j++) {
      ln_array_apply(op, shape[2], a + i * a_step[0] + j * a_step[1], (int)a_step[2],
                     b + i * b_step[0] + j * b_step[1], (int)b_step[2], out + (i * shape[1] + j) * shape[2]);
    }
  }
}

static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static double is_nan(double x) { return isnan(x); }
static double is_finite(double x) { return isfinite(x) != 0; }
static double negate_truth(double x) { return x == 0; }

ln_array_function ln_array_find_function(const char *name) {
  static const struct {
    const char *name;
    ln_array_function f;
  } functions[] = {{"exp", exp},        {"log", log},
                   {"log10", log10},    {"log2", log2},
                   {"log1p", log1p},    {"expm1", expm1},
                   {"sqrt", sqrt},      {"sin", sin},
                   {"cos", cos},        {"tan", tan},
                   {"arcsin", asin},    {"arccos", acos},
                   {"arctan", atan},    {"sinh", sinh},
                   {"cosh", cosh},      {"tanh", tanh},
                   {"abs", fabs},       {"floor", floor},
                   {"ceil", ceil},      {"round", round},
                   {"sign", sign},      {"erf", erf},
                   {"erfc", erfc},      {"lgamma", lgamma},
                   {"isnan", is_nan},   {"isfinite", is_finite},
                   {"no", negate_truth}};
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (strcmp(name, functions[k].name) == 0) return functions[k].f;
  }
  return NULL;
}

void ln_array_map(ln_array_function f, int64_t n, const double *x, double *out) {
  if (f == (ln_array_function)sqrt) { /* these vectorise */
    for (int64_t k = 0; k < n; k++) out[k] = sqrt(x[k]);
  } else if (f == (ln_array_function)fabs) {
    for (int64_t k = 0; k < n; k++) out[k] = fabs(x[k]);
  } else {
    for (int64_t k = 0; k < n; k++) out[k] = f(x[k]);
  }
}

double ln_array_sum(const double *x, int64_t n) {
  ln_sum sum;
  ln_sum_clear(&sum);
  ln_sum_add_array(&sum, x, n);
  return ln_sum_value(&sum);
}

static void get_extremes(const double *x, int64_t n, double *least, double *most) {
  double min = n ? x[0] : NAN, max = min;
  bool has_nan = false;
  for (int64_t k = 0; k < n; k++) {
    min = x[k] < min ? x[k] : min;
    max = x[k] > max ? x[k] : max;
    has_nan |= x[k] != x[k];
  }
  *least = has_nan ? NAN : min;
  *most = has_nan ? NAN : max;
}

void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out) {
  enum { BLOCK = 4096 };
  const double mean = ln_array_sum(x, n) / (double)n; /* 0/0 is NaN */
  double square[BLOCK];
  ln_sum squares;
  ln_sum_clear(&squares);
  for (int64_t from = 0; from < n && !isnan(mean); from += BLOCK) {
    const int64_t count = n - from < BLOCK ? n - from : BLOCK;
    for (int64_t k = 0; k < count; k++) square[k] = (x[from + k] - mean) * (x[from + k] - mean);
    ln_sum_add_array(&squares, square, count);
  }
  out->mean = mean;
  out->variance = isnan(mean) ? NAN : ln_sum_value(&squares) / (double)n;
  get_extremes(x, n, &out->min, &out->max);
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
