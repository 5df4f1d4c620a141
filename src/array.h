/* array.h - arithmetic on dense arrays of doubles: element by element, sums, order. Local.
 *
 * Results do not depend on the machine's number of ranks or threads; sums are exact (sum.h). NaN
 * propagates: into sums, minima and maxima. Lengths are counts of doubles; out may be an input. A mask is
 * an array of bytes, 1 (true) or 0; whole numbers are doubles of at most LN_ARRAY_WHOLE, exact one by one.
 */
#ifndef LN_ARRAY_H
#define LN_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#define LN_ARRAY_WHOLE 9007199254740992.0 /* 2^53 */

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
  LN_ARRAY_LT, /* from here on comparisons: a mask */
  LN_ARRAY_LE,
  LN_ARRAY_GT,
  LN_ARRAY_GE,
  LN_ARRAY_EQ,
  LN_ARRAY_NE
} ln_array_op;

/* out[k] = a[k] op b[k]; an operand with step 0 is one number, with step 1 an array. No comparisons. */
void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out);
/* The same of a comparison. */
void ln_array_compare(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                      uint8_t *out);

/* What a result is made of. */
typedef enum ln_array_kind { LN_ARRAY_DOUBLE, LN_ARRAY_INTEGER, LN_ARRAY_BOOLEAN } ln_array_kind;

/* An operand over a shape of three sizes: step counts elements along each, the last 0 or 1. */
typedef struct ln_array_operand {
  const void *data; /* borrowed: doubles, or a mask */
  bool is_mask;
  int64_t step[3];
} ln_array_operand;

/* Row by row over a shape. out holds doubles (LN_ARRAY_INTEGER: whole ones, else false comes back) or a
 * mask: of comparisons, and of two masks LN_ARRAY_MUL and MINIMUM ("and") and MAXIMUM ("or"). */
bool ln_array_broadcast(ln_array_op op, const int64_t shape[3], const ln_array_operand *a,
                        const ln_array_operand *b, ln_array_kind kind, void *out);

/* Whether all are whole numbers that a double holds exactly. */
bool ln_array_is_whole(const double *x, int64_t n);
void ln_array_from_mask(const uint8_t *mask, int64_t n, double *out);
int64_t ln_array_count(const uint8_t *mask, int64_t n); /* how many are true */
/* The elements, of so many bytes (1 or 8), where the mask is true. */
void ln_array_select(const void *x, const uint8_t *mask, int64_t n, int bytes, void *out);

/* out[k] = f(x[k]); NULL where there is no function of that name (exp, log, sqrt, floor, isnan, erf, ...). */
typedef double (*ln_array_function)(double x);
ln_array_function ln_array_find_function(const char *name);
void ln_array_map(ln_array_function f, int64_t n, const double *x, double *out);

double ln_array_sum(const double *x, int64_t n); /* rounded once */
/* The same of each lane, of outer x n x inner numbers: out has outer x inner. */
void ln_array_sum_lanes(const double *x, int64_t outer, int64_t n, int64_t inner, double *out);
/* The sum of whole numbers, exact; false where it is beyond LN_ARRAY_WHOLE. */
bool ln_array_sum_whole(const double *x, int64_t n, double *sum);
/* Over n (not n - 1), the sum of squares exact; mean has as many as out, and may be out. nan where n is 0. */
void ln_array_variance_lanes(const double *x, int64_t outer, int64_t n, int64_t inner, const double *mean,
                             double *out);
/* From exact sums; all nan where n is 0. */
typedef struct ln_array_moments {
  double mean, variance, min, max;
} ln_array_moments;
void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out);
void ln_array_get_extremes(const double *x, int64_t n, double *least,
                           double *most); /* NaN where n is 0 or one is */

/* Place of the first smallest or largest element, or of the first NaN; -1 where n is 0. */
int64_t ln_array_argmin(const double *x, int64_t n);
int64_t ln_array_argmax(const double *x, int64_t n);

void ln_array_sort(double *x, int64_t n);                      /* ascending, NaN last */
/* Running sums, compensated; the same of the lanes of n x inner numbers. out may be x. */
void ln_array_cumsum(const double *x, int64_t n, double *out);
void ln_array_cumsum_lanes(const double *x, int64_t n, int64_t inner, double *out);
/* Counts of x in `bins` equal bins of [low, high]; each holds its lower edge, the last one both. */
void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t bins, double *count);
void ln_array_edges(double low, double high, int64_t bins, double *out); /* the very edges: bins + 1 */

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
/* q: of LN_ARRAY_QUANTILE. buffer: LN_ARRAY_LANES n doubles, for medians and quantiles. What has no value (of an empty lane, or of
 * one with NaN) is NaN. */
#define LN_ARRAY_LANES 8 /* lanes are fetched together: they share cache lines */
void ln_array_reduce(ln_array_reduction how, double q, const double *x, int64_t outer, int64_t n,
                     int64_t inner, double *buffer, double *out);
/* A lane from each lane: sorted, running sums (n), differences of neighbours (n - 1; n > 0). out is no input.
 */
typedef enum ln_array_scan { LN_ARRAY_SORTED, LN_ARRAY_CUMSUM, LN_ARRAY_DIFF } ln_array_scan;
void ln_array_scan_lanes(ln_array_scan how, const double *x, int64_t outer, int64_t n, int64_t inner,
                         double *buffer, double *out);
/* Elements `place` (from 0) along the lanes of an array of outer x n x pieces of so many bytes; places that follow one
 * another are copied as one. */
void ln_array_take(const void *x, int64_t outer, int64_t n, int64_t bytes, const int64_t *place, int64_t count,
                   void *out);
/* out[i][j][k] = x with its axes in another order: axis d of out is axis order[d] of x. out is no input. */
void ln_array_permute(const double *x, const int64_t shape[3], const int order[3], double *out);

#endif
