/* rows_sort.c - sorting the new synapses of a row by delay, then target.
 *
 * Projections place their targets in ascending order, so that a counting sort by delay does; what comes
 * otherwise (several projections or lists that overlap, few synapses with very different delays) is sorted
 * by the whole key. A row fits the cache either way.
 */
#include <string.h>
#include "memory.h"
#include "rows_sort.h"

#define SHORT_ROW 32 /* sorted by insertion */

int ln_sorter_init(ln_sorter *s, const void *entry, bool wide, int64_t *origin, uint64_t longest,
                   ln_error *err) {
  *s = (ln_sorter){.entry = entry, .wide = wide, .origin = origin};
  s->count = ln_alloc_array(LN_MAX_DELAY + 1, sizeof *s->count);
  s->item = ln_alloc_array(longest, sizeof *s->item);
  s->other = ln_alloc_array(longest, sizeof *s->other);
  return s->count && s->item && s->other ? 0 : ln_fail(err, LN_ENOMEM, "no memory to sort synapses");
}

void ln_sorter_destroy(ln_sorter *s) {
  ln_free(s->count);
  ln_free(s->item);
  ln_free(s->other);
}

/* ------------------------------------------------------------------ by delay alone */

typedef struct survey {
  uint32_t least, most;
  bool ascending;
} survey; /* delays; whether targets ascend */

static inline survey look(const ln_sorter *s, bool wide, uint64_t from, uint64_t n) {
  survey v = {UINT32_MAX, 0, true};
  uint32_t before = 0, delay, target;
  for (uint64_t k = from; k < from + n; k++) {
    ln_entry_get(s->entry, wide, k, &delay, &target);
    v.least = delay < v.least ? delay : v.least;
    v.most = delay > v.most ? delay : v.most;
    v.ascending &= target >= before;
    before = target;
  }
  return v;
}

static inline void count_delays(ln_sorter *s, bool wide, uint64_t from, uint64_t n) {
  uint32_t delay, target;
  for (uint64_t k = from; k < from + n; k++) {
    ln_entry_get(s->entry, wide, k, &delay, &target);
    s->count[delay]++;
  }
}

static inline void distribute(ln_sorter *s, bool wide, uint64_t from, uint64_t n, ln_rows *rows,
                              uint64_t to) {
  uint32_t delay, target;
  for (uint64_t k = from; k < from + n; k++) {
    ln_entry_get(s->entry, wide, k, &delay, &target);
    ln_rows_set_target(rows, to + s->count[delay]++, target);
  }
}

static int sort_by_delay(ln_sorter *s, survey v, uint64_t from, uint64_t n, ln_rows *rows, uint64_t to,
                         uint64_t *room, ln_error *err) {
  int code = 0;
  uint32_t at = 0;
  if (s->wide) count_delays(s, true, from, n);
  else count_delays(s, false, from, n);
  for (uint32_t d = v.least; d <= v.most && !code; d++) {
    uint32_t here = s->count[d];
    s->count[d] = at;
    at += here;
    if (here) code = ln_rows_add_run(rows, (int)d, here, room, err);
  }
  if (s->wide) distribute(s, true, from, n, rows, to);
  else distribute(s, false, from, n, rows, to);
  memset(s->count + v.least, 0, (v.most - v.least + 1) * sizeof *s->count);
  return code;
}

/* ------------------------------------------------------------------ by delay and target */

static void insert_items(ln_sort_item *item, uint64_t n) {
  for (uint64_t k = 1; k < n; k++) {
    ln_sort_item x = item[k];
    uint64_t at = k;
    for (; at > 0 && item[at - 1].key > x.key; at--) item[at] = item[at - 1];
    item[at] = x;
  }
}

/* Least digit first; digits that all share are passed over. */
static void radix_sort(ln_sorter *s, uint64_t n) {
  uint64_t differ = 0;
  for (uint64_t k = 0; k < n; k++) differ |= s->item[k].key ^ s->item[0].key;
  for (int shift = 0; shift < 48; shift += 8) {
    if (!(differ >> shift & 255)) continue;
    uint64_t start[257] = {0};
    for (uint64_t k = 0; k < n; k++) start[(s->item[k].key >> shift & 255) + 1]++;
    for (int d = 0; d < 256; d++) start[d + 1] += start[d];
    for (uint64_t k = 0; k < n; k++) s->other[start[s->item[k].key >> shift & 255]++] = s->item[k];
    ln_sort_item *swap = s->item;
    s->item = s->other;
    s->other = swap;
  }
}

static int sort_by_key(ln_sorter *s, uint64_t from, uint64_t n, ln_rows *rows, uint64_t to, uint64_t *room,
                       ln_error *err) {
  uint32_t delay, target;
  for (uint64_t k = 0; k < n; k++) {
    ln_entry_get(s->entry, s->wide, from + k, &delay, &target);
    s->item[k] = (ln_sort_item){(uint64_t)delay << 32 | target, s->origin ? s->origin[from + k] : 0};
  }
  if (n <= SHORT_ROW) insert_items(s->item, n);
  else radix_sort(s, n);
  int code = 0;
  for (uint64_t k = 0, first = 0; k < n && !code; k++) {
    ln_rows_set_target(rows, to + k, (uint32_t)s->item[k].key);
    if (s->origin) s->origin[from + k] = s->item[k].origin;
    delay = (uint32_t)(s->item[k].key >> 32);
    if (k + 1 < n && s->item[k + 1].key >> 32 == delay) continue;
    code = ln_rows_add_run(rows, (int)delay, k + 1 - first, room, err);
    first = k + 1;
  }
  return code;
}

int ln_sorter_row(ln_sorter *s, uint64_t from, uint64_t n, ln_rows *rows, uint64_t to, uint64_t *room,
                  ln_error *err) {
  survey v = s->wide ? look(s, true, from, n) : look(s, false, from, n);
  if (v.ascending && !s->origin && v.most - v.least < 4 * n + 64)
    return sort_by_delay(s, v, from, n, rows, to, room, err);
  return sort_by_key(s, from, n, rows, to, room, err);
}
