/* draw.h - random numbers for many elements at once. Local.
 *
 * The numbers of rng.h's counters by vector loops: plain IEEE arithmetic without a maths library, so that
 * an element's number is the same on every processor, in every group, and alone.
 */
#ifndef LN_DRAW_H
#define LN_DRAW_H

#include <stdint.h>

/* out[k] of counter (id[2k], id[2k+1] + offset) under key. */
void ln_draw_uniform(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n, double *out); /* [0, 1) */
void ln_draw_normal(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n,
                    double *out); /* standard normal */

#endif
