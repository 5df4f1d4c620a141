/* sum_near.h - sums of many lanes at once by vector arithmetic, each with a bound on its error: most often so
 * near the exact sum that rounding can only give one number. For the rest there is sum.h. Local.
 *
 * A lane is a column of the rows that are added. What is not finite, or as large as overflow, is never sure.
 */
#ifndef LN_SUM_NEAR_H
#define LN_SUM_NEAR_H

#include <stdbool.h>
#include <stdint.h>

enum {
  LN_NEAR_LANES = 1024, /* at most */
  LN_NEAR_ROOM = LN_NEAR_LANES + 64 /* what is read and written together has other places in its page */
};

typedef struct ln_near {
  int64_t lanes, rows, drains; /* rows: since the last drain */
  int now;                     /* which of the two is current: the other one is what it was some rows ago */
  double sum[2][LN_NEAR_ROOM], low[2][LN_NEAR_ROOM]; /* sum counts from a base, low what it cannot hold */
  double total[LN_NEAR_ROOM], rest[LN_NEAR_ROOM];
} ln_near;

void ln_near_clear(ln_near *s, int64_t lanes);
/* Rows of as many numbers as there are lanes, `step` apart. */
void ln_near_add(ln_near *s, const double *x, int64_t rows, int64_t step);
/* When all are added: the sums of lanes j, j + lanes, ... together, and whether they are the exact ones,
 * rounded. lanes divides what s has; value and sure have so many. */
void ln_near_finish(ln_near *s, int64_t lanes, double *value, bool *sure);

#endif
