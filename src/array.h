/* array.h - arithmetic on dense arrays of doubles: element by element, sums, order. Local.
 *
 * Results do not depend on the machine's number of ranks or threads; sums are exact (sum.h). NaN propagates:
 * into sums, minima and maxima. Lengths are counts of doubles; out may be an input.
 */
#ifndef LN_ARRAY_H
#define LN_ARRAY_H

#include <stdint.h>

typedef enum ln_array_op { LN_ARRAY_ADD, LN_ARRAY_SUB, LN_ARRAY_MUL, LN_ARRAY_DIV, LN_ARRAY_POW } ln_array_op;

/* out[k] = a[k] op b[k]; an operand with step 0 is one number, with step 1 an array. */
void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out);

double ln_array_sum(const double *x, int64_t n);
/* Variance over n (not n - 1), from exact sums. All NaN where n is 0. */
typedef struct ln_array_moments {
  double mean, variance, min, max;
} ln_array_moments;
void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out);

/* Place of the first smallest or largest element, or of the first NaN; -1 where n is 0. */
int64_t ln_array_argmin(const double *x, int64_t n);
int64_t ln_array_argmax(const double *x, int64_t n);

void ln_array_sort(double *x, int64_t n);                       /* ascending, NaN last */
void ln_array_cumsum(const double *x, int64_t n, double *out);  /* running sums, compensated */
/* Counts of x in `bins` equal bins of [low, high]; each holds its lower edge, the last one both. */
void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t bins, double *count);

#endif
