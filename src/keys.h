/* keys.h - who draws which random numbers. Local.
 *
 * Every object of a network that draws has a kind and an index (its place in the order of creation, the
 * same on all ranks), and draws for several purposes; the three with the network's seed give a Philox key.
 */
#ifndef LN_KEYS_H
#define LN_KEYS_H

#include "rng.h"

enum { /* kinds of objects */
  LN_OBJECT_POPULATION = 1,
  LN_OBJECT_PROJECTION,
  LN_OBJECT_SYNAPSES,
  LN_OBJECT_INPUT,
  LN_OBJECT_RECORDER,
  LN_OBJECT_CHORE
};

enum {              /* purposes */
  LN_DRAW_STEP = 1, /* the equations while running */
  LN_DRAW_ARRIVALS, /* how many spikes an input's target gets */
  LN_DRAW_MEAN,     /* setting an input's means */
  LN_DRAW_VARIABLE, /* setting variables: + index << 8, + number of the assignment << 24 */
  LN_DRAW_EVALUATE
};

static inline uint64_t ln_object_key(uint64_t seed, int kind, int index, uint64_t purpose) {
  return ln_key(seed, (uint64_t)kind << 32 | (uint32_t)index, purpose);
}

#endif
