/* pulse.h - pulses of signals on their way to synapses: spikes of a population, counted by the step they are due. Local.
 *
 * Every rank hears of every spike, so that all count the same.
 */
#ifndef LN_PULSE_H
#define LN_PULSE_H

#include "error.h"
#include <stddef.h>
#include <stdint.h>

typedef struct ln_pulses { /* of one pathway */
  uint32_t nid_lo, nid_hi; /* whose spikes; none where equal */
  int delay;               /* steps */
  uint32_t *due;           /* by step modulo delay + 1 */
} ln_pulses;

int ln_pulses_init(ln_pulses *p, uint32_t nid_lo, uint32_t nid_hi, int delay, ln_error *err);
void ln_pulses_destroy(ln_pulses *p); /* frees the content of p */
/* Counts those of a step's spikes, ascending, that are pulses. */
void ln_pulses_file(ln_pulses *p, int64_t step, const uint32_t *nid, int64_t n);
uint32_t ln_pulses_take(ln_pulses *p, int64_t step); /* how many are due; they are done with */
void ln_pulses_clear(ln_pulses *p);
static inline size_t ln_pulses_size(const ln_pulses *p) { return p->due ? ((size_t)p->delay + 1) * sizeof *p->due : 0; }

#endif
