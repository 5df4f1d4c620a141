/* rows_sort.h - sorting the new synapses of a row by delay, then target. Local.
 *
 * An entry is a synapse on its way into a row: delay and target in one word, 4 bytes where targets have 2,
 * else 8.
 */
#ifndef LN_ROWS_SORT_H
#define LN_ROWS_SORT_H

#include "rows.h"

typedef struct ln_sort_item {
  uint64_t key;
  int64_t origin;
} ln_sort_item;

typedef struct ln_sorter {
  const void *entry; /* of all rows */
  bool wide;
  int64_t *origin; /* places in value arrays, moved along; NULL: none */
  uint32_t *count; /* by delay; zero between rows */
  ln_sort_item *item, *other;
} ln_sorter;

static inline size_t ln_entry_size(bool wide) { return wide ? 8 : 4; }
static inline void ln_entry_set(void *entry, bool wide, uint64_t at, uint32_t delay, uint32_t target) {
  if (wide) ((uint64_t *)entry)[at] = (uint64_t)delay << 32 | target;
  else ((uint32_t *)entry)[at] = delay << 16 | target;
}
static inline void ln_entry_get(const void *entry, bool wide, uint64_t at, uint32_t *delay,
                                uint32_t *target) {
  uint64_t x = wide ? ((const uint64_t *)entry)[at] : ((const uint32_t *)entry)[at];
  *delay = (uint32_t)(x >> (wide ? 32 : 16));
  *target = wide ? (uint32_t)x : (uint16_t)x;
}

/* Room for rows of up to longest entries. */
int ln_sorter_init(ln_sorter *s, const void *entry, bool wide, int64_t *origin, uint64_t longest,
                   ln_error *err);
void ln_sorter_destroy(ln_sorter *s);
/* Sorts entries [from, from + n), n > 0, stably: their targets go to rows from place `to` on, their delays
 * become runs (room as in ln_rows_add_run). */
int ln_sorter_row(ln_sorter *s, uint64_t from, uint64_t n, ln_rows *rows, uint64_t to, uint64_t *room,
                  ln_error *err);

#endif
