/* clock.h - who ticks when. Local.
 *
 * A network's step is its fastest clock; a population or projection may have a slower one, which ticks at every
 * so many of those steps, beginning with step 0. As in Brian2, what runs between two ticks of an object and asks
 * it for the time is told that of the tick to come.
 */
#ifndef LN_CLOCK_H
#define LN_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include "error.h"

typedef struct ln_clock {
  double dt;      /* seconds from tick to tick */
  int64_t stride; /* steps of the network from tick to tick */
} ln_clock;

/* The clock of an object by this name; dt 0: the network's own, `step`. Refuses what is no whole multiple of
 * that. */
int ln_clock_make(ln_clock *out, const char *name, double step, double dt, ln_error *err);

static inline bool ln_clock_ticks(const ln_clock *c, int64_t step) {
  return c->stride == 1 || step % c->stride == 0;
}

/* The number of the tick at this step or, between two ticks, of the next one. */
static inline int64_t ln_clock_tick(const ln_clock *c, int64_t step) {
  return c->stride == 1 ? step : (step + c->stride - 1) / c->stride;
}

/* Likewise of the one before. */
static inline int64_t ln_clock_last(const ln_clock *c, int64_t step) {
  return c->stride == 1 ? step : step / c->stride;
}

/* Tells random numbers of steps between two ticks apart: 0 at a tick. */
static inline uint64_t ln_clock_beside(const ln_clock *c, int64_t step) {
  return c->stride == 1 ? 0 : (uint64_t)(step % c->stride);
}

static inline double ln_clock_time(const ln_clock *c, int64_t step) {
  return (double)ln_clock_tick(c, step) * c->dt;
}

#endif
