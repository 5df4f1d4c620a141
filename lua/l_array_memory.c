/* l_array_memory.c - memory of arrays that were collected, kept for results of the same size: `a + b` then costs
 * what the loop does, not the several times as much that new pages cost.
 */
#include "l_array.h"

#include "memory.h"

enum {
  KEPT = 8,            /* arrays at most … */
  KEPT_FROM = 1 << 12, /* … of so many doubles or more … */
  KEPT_MOST = 1 << 23  /* … and all together (64 MiB) */
};

static struct {
  double *data;
  int64_t n;
} kept[KEPT];
static int64_t kept_doubles;
static int kept_next;

static void forget(int k) {
  ln_free(kept[k].data);
  kept_doubles -= kept[k].n;
  kept[k].data = NULL;
  kept[k].n = 0;
}

void ln_array_keep(double *data, int64_t n) {
  if (!data || n < KEPT_FROM || n > KEPT_MOST / 2) {
    ln_free(data);
    return;
  }
  kept_next = (kept_next + 1) % KEPT; /* the oldest makes room */
  forget(kept_next);
  for (int k = 0; k < KEPT && kept_doubles + n > KEPT_MOST; k++) forget(k);
  kept[kept_next].data = data;
  kept[kept_next].n = n;
  kept_doubles += n;
}

double *ln_array_take_kept(int64_t n) {
  for (int back = 0; n >= KEPT_FROM && back < KEPT; back++) {
    const int k = (kept_next + KEPT - back) % KEPT; /* the last one may still be in a cache */
    if (kept[k].n != n) continue;
    double *data = kept[k].data;
    kept_doubles -= n;
    kept[k].data = NULL;
    kept[k].n = 0;
    return data;
  }
  return NULL;
}
