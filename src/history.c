/* history.c - spikes of targets whose effect on synapses is put off: their arrays.
 */
#include "history.h"
#include "memory.h"

/* Of each held value, LN_LATE - 1 arrays by target and one like the ring. */
static uint64_t held_elements(int c) { return c % LN_LATE == LN_LATE - 1 ? LN_RING : 1; }

/* The place of element 0 of an array that begins with another, and the way back. */
static void *shifted(void *array, uint64_t elements, size_t size) {
  return array ? (void *)((uintptr_t)array - elements * size) : NULL;
}
static void release(void *from, uint64_t elements, size_t size) {
  if (from) ln_free((void *)((uintptr_t)from + elements * size));
}

int ln_history_init(ln_history *h, uint32_t lo, uint32_t hi, uint64_t n_runs, int n_held, const int32_t *held, ln_error *err) {
  *h = (ln_history){0};
  uint64_t n = hi > lo ? hi - lo : 0;
  bool good = (h->done = ln_alloc_array(n_runs, sizeof *h->done)) != NULL;
  for (int k = 0; k < LN_LATE; k++)
    good &= (h->late[k] = shifted(ln_alloc_array(n, sizeof(int32_t)), lo, sizeof(int32_t))) != NULL;
  good &= (h->ring = shifted(ln_alloc_array(n * LN_RING, sizeof(int32_t)), (uint64_t)lo * LN_RING, sizeof(int32_t))) != NULL;
  good &= (h->count = shifted(ln_alloc_array(n, sizeof(uint32_t)), lo, sizeof(uint32_t))) != NULL;
  good &= (h->held = ln_alloc_array(LN_LATE * (size_t)n_held, sizeof *h->held)) != NULL;
  for (int c = 0; c < LN_LATE * n_held && good; c++) {
    size_t size = (size_t)held[c / LN_LATE];
    good &= (h->held[c] = shifted(ln_alloc_array(n * held_elements(c), size), lo * held_elements(c), size)) != NULL;
  }
  if (!good) {
    ln_history_destroy(h, lo, n_held, held);
    return ln_fail(err, LN_ENOMEM, "no memory for the last spikes of %llu neurons", (unsigned long long)n);
  }
  ln_history_clear(h, lo, hi, n_runs);
  return 0;
}

void ln_history_destroy(ln_history *h, uint32_t lo, int n_held, const int32_t *held) {
  for (int k = 0; k < LN_LATE; k++) release(h->late[k], lo, sizeof(int32_t));
  for (int c = 0; h->held && c < LN_LATE * n_held; c++) release(h->held[c], lo * held_elements(c), (size_t)held[c / LN_LATE]);
  release(h->ring, (uint64_t)lo * LN_RING, sizeof(int32_t));
  release(h->count, lo, sizeof(uint32_t));
  ln_free(h->held);
  ln_free(h->done);
  *h = (ln_history){0};
}

void ln_history_clear(ln_history *h, uint32_t lo, uint32_t hi, uint64_t n_runs) {
  for (int k = 0; k < LN_LATE; k++) {
    for (uint32_t g = lo; g < hi; g++) h->late[k][g] = LN_NEVER;
    h->newest[k] = LN_NEVER;
  }
  for (uint32_t g = lo; g < hi; g++) h->count[g] = 0;
  for (uint64_t run = 0; run < n_runs; run++) h->done[run] = LN_NEVER;
}

uint64_t ln_history_bytes(uint32_t n_targets, uint64_t n_runs, int n_held, const int32_t *held) {
  uint64_t each = (LN_LATE + LN_RING + 1) * sizeof(int32_t);
  for (int c = 0; c < n_held; c++) each += (LN_LATE - 1 + LN_RING) * (uint64_t)held[c];
  return n_targets * each + n_runs * sizeof(int32_t);
}
