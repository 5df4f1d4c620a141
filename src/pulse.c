/* pulse.c - pulses of signals on their way to synapses. */
#include "pulse.h"
#include <string.h>
#include "memory.h"

int ln_pulses_init(ln_pulses *p, uint32_t nid_lo, uint32_t nid_hi, int delay, ln_error *err) {
  *p = (ln_pulses){.nid_lo = nid_lo, .nid_hi = nid_hi, .delay = delay};
  p->due = ln_alloc_array((size_t)delay + 1, sizeof *p->due);
  return p->due ? 0 : ln_fail(err, LN_ENOMEM, "no memory for pulses of a signal");
}

void ln_pulses_destroy(ln_pulses *p) {
  ln_free(p->due);
  p->due = NULL;
}

void ln_pulses_clear(ln_pulses *p) {
  if (p->due) memset(p->due, 0, ln_pulses_size(p));
}

void ln_pulses_file(ln_pulses *p, int64_t step, const uint32_t *nid, int64_t n) {
  if (p->nid_lo == p->nid_hi) return;
  int64_t lo = 0, hi = n;
  while (lo < hi) {
    int64_t middle = (lo + hi) / 2;
    if (nid[middle] < p->nid_lo) lo = middle + 1;
    else hi = middle;
  }
  uint32_t *due = &p->due[(step + p->delay) % (p->delay + 1)];
  for (; lo < n && nid[lo] < p->nid_hi; lo++) ++*due;
}

uint32_t ln_pulses_take(ln_pulses *p, int64_t step) {
  uint32_t *due = &p->due[step % (p->delay + 1)], n = *due;
  *due = 0;
  return n;
}
