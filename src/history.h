/* history.h - spikes of targets whose effect on synapses is put off, and how far each segment has made up for them.
 * Local.
 *
 * A target's spike is noted once (ln_history_push of abi.h) and takes effect on a synapse when its segment comes
 * up, or everything is settled. `done` of each segment says up to which step it has; no segment is behind
 * `settled`, so that what is older may be forgotten: a target's ring has room for LN_RING spikes.
 */
#ifndef LN_HISTORY_H
#define LN_HISTORY_H

#include <stdbool.h>
#include "abi.h"
#include "error.h"

/* Of the targets [lo, hi) of a block, with n_held values of held[c] bytes a spike; every segment done. Arrays by target are
 * as long as that and begin so far before that indices of the block fit. */
int ln_history_init(ln_history *h, uint32_t lo, uint32_t hi, uint64_t n_runs, int n_held, const int32_t *held, ln_error *err);
/* Frees the content of h. */
void ln_history_destroy(ln_history *h, uint32_t lo, int n_held, const int32_t *held);
void ln_history_clear(ln_history *h, uint32_t lo, uint32_t hi, uint64_t n_runs); /* all is settled */
uint64_t ln_history_bytes(uint32_t n_targets, uint64_t n_runs, int n_held, const int32_t *held);
/* Whether a spike of target g would push out one that takes no effect on segments done up to `settled` only. */
static inline bool ln_history_full(const ln_history *h, uint32_t g, int32_t settled) {
  return h->count[g] >= LN_RING && h->ring[(uint64_t)g * LN_RING + h->count[g] % LN_RING] > settled;
}

#endif
