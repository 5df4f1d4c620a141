/* sum.h - exact sums of doubles: a superaccumulator. Local, except ln_sum_reduce.
 *
 * The rounded result does not depend on the order or the partition of the summands. NaN and infinities
 * propagate as in plain addition.
 */
#ifndef LN_SUM_H
#define LN_SUM_H

#include <stdint.h>
#include "comm.h"

typedef struct ln_sum {
  int64_t limb[70]; /* fixed point, 32 bits a limb with room for carries */
  int64_t pending;  /* additions since the last carry */
  int64_t nan, pinf, ninf;
} ln_sum;

void ln_sum_clear(ln_sum *s);
void ln_sum_add(ln_sum *s, double x);
void ln_sum_add_array(ln_sum *s, const double *x, int64_t n);
void ln_sum_merge(ln_sum *s, const ln_sum *other);
double ln_sum_value(const ln_sum *s);              /* correctly rounded */
double ln_sum_reduce(const ln_sum *s, ln_comm *comm); /* Collective: the sum over all ranks */
void ln_sum_reduce_all(ln_sum *s, int n, ln_comm *comm, double *out); /* Collective: n of them; s is used up */

#endif
