/* history.c - spikes of targets whose effect on synapses is put off: their arrays.
 */
#include "history.h"
#include <string.h>
#include "memory.h"

/* Of each held value, LN_LATE - 1 arrays by target and one like the ring. */
static uint64_t held_elements(int c, uint32_t n_targets) {
  return c % LN_LATE == LN_LATE - 1 ? (uint64_t)n_targets * LN_RING : n_targets;
}

int ln_history_init(ln_history *h, uint32_t n_targets, uint64_t n_runs, int n_held, const int32_t *held, ln_error *err) {
  *h = (ln_history){0};
  bool good = true;
  for (int k = 0; k < LN_LATE; k++) good &= (h->late[k] = ln_alloc_array(n_targets, sizeof **h->late)) != NULL;
  good &= (h->ring = ln_alloc_array((uint64_t)n_targets * LN_RING, sizeof *h->ring)) != NULL;
  good &= (h->count = ln_alloc_array(n_targets, sizeof *h->count)) != NULL;
  good &= (h->done = ln_alloc_array(n_runs, sizeof *h->done)) != NULL;
  good &= (h->held = ln_alloc_array(LN_LATE * (size_t)n_held, sizeof *h->held)) != NULL;
  for (int c = 0; c < LN_LATE * n_held && good; c++)
    good &= (h->held[c] = ln_alloc_array(held_elements(c, n_targets), (size_t)held[c / LN_LATE])) != NULL;
  if (!good) {
    ln_history_destroy(h, n_held);
    return ln_fail(err, LN_ENOMEM, "no memory for the last spikes of %u neurons", n_targets);
  }
  ln_history_clear(h, n_targets, n_runs);
  return 0;
}

void ln_history_destroy(ln_history *h, int n_held) {
  for (int k = 0; k < LN_LATE; k++) ln_free(h->late[k]);
  for (int c = 0; h->held && c < LN_LATE * n_held; c++) ln_free(h->held[c]);
  ln_free(h->held);
  ln_free(h->ring);
  ln_free(h->count);
  ln_free(h->done);
  *h = (ln_history){0};
}

void ln_history_clear(ln_history *h, uint32_t n_targets, uint64_t n_runs) {
  for (int k = 0; k < LN_LATE; k++) {
    for (uint32_t g = 0; g < n_targets; g++) h->late[k][g] = LN_NEVER;
    h->newest[k] = LN_NEVER;
  }
  memset(h->count, 0, n_targets * sizeof *h->count);
  for (uint64_t run = 0; run < n_runs; run++) h->done[run] = LN_NEVER;
}

uint64_t ln_history_bytes(uint32_t n_targets, uint64_t n_runs, int n_held, const int32_t *held) {
  uint64_t each = (LN_LATE + LN_RING + 1) * sizeof(int32_t);
  for (int c = 0; c < n_held; c++) each += (LN_LATE - 1 + LN_RING) * (uint64_t)held[c];
  return n_targets * each + n_runs * sizeof(int32_t);
}
