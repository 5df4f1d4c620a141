/* array.h - arithmetic on dense arrays of doubles: element by element, sums, order. Local.
 *
 * Results do not depend on the machine's number of ranks or threads; sums are exact (sum.h). NaN propagates:
 * into sums, minima and maxima. Lengths are counts of doubles; out may be an input.
 */
#ifndef LN_ARRAY_H
#define LN_ARRAY_H

#include <stdint.h>

typedef enum ln_array_op {
  LN_ARRAY_ADD,
  LN_ARRAY_SUB,
  LN_ARRAY_MUL,
  LN_ARRAY_DIV,
  LN_ARRAY_POW,
  LN_ARRAY_MOD, /* with the sign of b, as Lua's */
  LN_ARRAY_MINIMUM, /* NaN if either is; and so */
  LN_ARRAY_MAXIMUM,
  LN_ARRAY_ATAN2,
  LN_ARRAY_LT, /* from here on 1 or 0 */
  LN_ARRAY_LE,
  LN_ARRAY_GT,
  LN_ARRAY_GE,
  LN_ARRAY_EQ,
  LN_ARRAY_NE
} ln_array_op;

/* out[k] = a[k] op b[k]; an operand with step 0 is one number, with step 1 an array. */
void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out);

/* The same over a shape of three sizes, row-major; a_step and b_step count doubles along each, the last 0
 * or 1. */
void ln_array_broadcast(ln_array_op op, const int64_t shape[3], const double *a, const int64_t a_step[3],
                        const double *b, const int64_t b_step[3], double *out);

/* out[k] = f(x[k]); NULL where there is no function of that name (exp, log, sqrt, floor, isnan, erf, ...). */
typedef double (*ln_array_function)(double x);
ln_array_function ln_array_find_function(const char *name);
void ln_array_map(ln_array_function f, int64_t n, const double *x, double *out);

double ln_array_sum(const double *x, int64_t n);
/* Variance over n (not n - 1), from exact sums. All NaN where n is 0. */
typedef struct ln_array_moments {
  double mean, variance, min, max;
} ln_array_moments;
void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out);

/* Place of the first smallest or largest element, or of the first NaN; -1 where n is 0. */
int64_t ln_array_argmin(const double *x, int64_t n);
int64_t ln_array_argmax(const double *x, int64_t n);

void ln_array_sort(double *x, int64_t n);                      /* ascending, NaN last */
void ln_array_cumsum(const double *x, int64_t n, double *out); /* running sums, compensated */
/* Counts of x in `bins` equal bins of [low, high]; each holds its lower edge, the last one both. */
void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t bins, double *count);

/* Place of each element in ascending order (NaN last), from 0; equal ones in the order they stand. */
void ln_array_argsort(const double *x, int64_t n, int64_t *place);
/* The different values of a sorted array and how often each stands there; returns how many. */
int64_t ln_array_unique(const double *sorted, int64_t n, double *value, double *count);
/* Quantile q of a sorted array without NaN, linear between the elements (type 7); n > 0. */
double ln_array_quantile(const double *sorted, int64_t n, double q);
/* y at x by straight lines between the points (px ascending, py), the outermost y beyond them; n_point > 0.
 */
void ln_array_interpolate(const double *x, int64_t n, const double *px, const double *py, int64_t n_point,
                          double *out);
/* The n_a + n_b - 1 numbers of the full convolution; neither is empty, out is no input. */
void ln_array_convolve(const double *a, int64_t n_a, const double *b, int64_t n_b, double *out);

/* One number from each lane of an array of outer x n x inner, n along the lane: out is outer x inner. */
typedef enum ln_array_reduction {
  LN_ARRAY_SUM,
  LN_ARRAY_MEAN,
  LN_ARRAY_VAR,
  LN_ARRAY_SD,
  LN_ARRAY_MIN,
  LN_ARRAY_MAX,
  LN_ARRAY_MEDIAN,
  LN_ARRAY_QUANTILE,
  LN_ARRAY_ARGMIN,
  LN_ARRAY_ARGMAX /* places from 1 */
} ln_array_reduction;
/* q: of LN_ARRAY_QUANTILE. buffer: n doubles (none where inner is 1 and nothing is sorted). What has no value
 * (of an empty lane, or of one with NaN) is NaN. */
void ln_array_reduce(ln_array_reduction how, double q, const double *x, int64_t outer, int64_t n,
                     int64_t inner, double *buffer, double *out);
/* A lane from each lane: sorted, running sums (n), differences of neighbours (n - 1; n > 0). out is no input.
 */
typedef enum ln_array_scan { LN_ARRAY_SORTED, LN_ARRAY_CUMSUM, LN_ARRAY_DIFF } ln_array_scan;
void ln_array_scan_lanes(ln_array_scan how, const double *x, int64_t outer, int64_t n, int64_t inner,
                         double *buffer, double *out);
/* out[i][j][k] = x with its axes in another order: axis d of out is axis order[d] of x. out is no input. */
void ln_array_permute(const double *x, const int64_t shape[3], const int order[3], double *out);

#endif
