/* spread.c - delays of further pathways that differ from synapse to synapse: building rows by them.
 *
 * Rarely wanted, so that one comparison sort serves.
 */
#define _GNU_SOURCE
#include "spread.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "rows_sort.h"

static int no_memory(uint64_t n, ln_error *err) {
  return ln_fail(err, LN_ENOMEM, "no memory for the delays of %llu synapses", (unsigned long long)n);
}

int ln_spread_init(ln_spread *s, const ln_unit *unit, uint64_t n, uint64_t longest, ln_error *err) {
  *s = (ln_spread){0};
  for (int k = 0; k < unit->n_var; k++) s->n += (unit->var[k].flags & LN_DELAY) != 0;
  if (s->n == 0) return 0;
  s->var = ln_alloc_array((size_t)s->n, sizeof *s->var);
  s->entry = ln_alloc_array((size_t)s->n, sizeof *s->entry);
  s->run = ln_alloc_array((size_t)s->n, sizeof *s->run);
  s->order = ln_alloc_array(longest, sizeof *s->order);
  s->origin = ln_alloc_array(longest, sizeof *s->origin);
  bool good = s->var && s->entry && s->run && s->order && s->origin;
  for (int k = 0, q = 0; k < unit->n_var && good; k++) {
    if (!(unit->var[k].flags & LN_DELAY)) continue;
    s->var[q] = k;
    s->entry[q] = ln_alloc_array(n, sizeof **s->entry);
    good = s->entry[q++] != NULL;
  }
  return good ? 0 : no_memory(n, err);
}

void ln_spread_destroy(ln_spread *s) {
  for (int k = 0; k < s->n; k++) {
    if (s->entry) ln_free(s->entry[k]);
    if (s->run) ln_free(s->run[k]);
  }
  ln_free(s->var);
  ln_free(s->entry);
  ln_free(s->run);
  ln_free(s->order);
  ln_free(s->origin);
  *s = (ln_spread){0};
}

/* Room for runs up to n. */
static int reserve(ln_spread *s, uint64_t n, ln_error *err) {
  if (n <= s->room) return 0;
  uint64_t room = n + n / 2 + 256;
  for (int k = 0; k < s->n; k++) {
    int32_t *grown = ln_realloc(s->run[k], s->room * sizeof *grown, room * sizeof *grown);
    if (!grown) return no_memory(n, err);
    s->run[k] = grown;
  }
  s->room = room;
  return 0;
}

int ln_spread_keep(ln_spread *s, const ln_rows *old, uint64_t run, uint64_t end, ln_error *err) {
  int code = s->n ? reserve(s, s->n_runs + end - run, err) : 0;
  if (code) return code;
  for (int k = 0; k < s->n && end > run; k++)
    memcpy(s->run[k] + s->n_runs, (const int32_t *)old->var[s->var[k]] + run, (end - run) * sizeof **s->run);
  s->n_runs += end - run;
  return 0;
}

/* ------------------------------------------------------------------ sorting a row */

typedef struct sorting {
  const ln_spread *s;
  const void *entry;
  bool wide;
} sorting;

/* Whether two entries differ in a delay, and how. */
static int by_delays(const sorting *o, uint64_t x, uint64_t y) {
  uint32_t a, b, target;
  ln_entry_get(o->entry, o->wide, x, &a, &target);
  ln_entry_get(o->entry, o->wide, y, &b, &target);
  for (int k = 0; a == b && k < o->s->n; k++) a = o->s->entry[k][x], b = o->s->entry[k][y];
  return a < b ? -1 : a > b;
}

static int by_all(const void *p, const void *q, void *user) {
  const sorting *o = user;
  uint64_t x = *(const uint64_t *)p, y = *(const uint64_t *)q;
  uint32_t a, b, delay;
  int delays = by_delays(o, x, y);
  if (delays) return delays;
  ln_entry_get(o->entry, o->wide, x, &delay, &a);
  ln_entry_get(o->entry, o->wide, y, &delay, &b);
  if (a != b) return a < b ? -1 : 1;
  return x < y ? -1 : x > y;
}

/* n synapses with the delays of entry x, the first pathway's being `delay`: a run, or several. */
static int add_runs(ln_spread *s, uint64_t x, int delay, uint64_t n, ln_rows *rows, uint64_t *room, ln_error *err) {
  int code = ln_rows_add_run(rows, delay, n, room, err);
  if (!code) code = reserve(s, rows->n_runs, err);
  for (; !code && s->n_runs < rows->n_runs; s->n_runs++) {
    for (int k = 0; k < s->n; k++) s->run[k][s->n_runs] = s->entry[k][x];
  }
  return code;
}

int ln_spread_row(ln_spread *s, const void *entry, bool wide, int64_t *origin, uint64_t from, uint64_t n, ln_rows *rows,
                  uint64_t to, uint64_t *room, ln_error *err) {
  sorting o = {s, entry, wide};
  for (uint64_t k = 0; k < n; k++) s->order[k] = from + k;
  qsort_r(s->order, n, sizeof *s->order, by_all, &o);
  int code = 0;
  uint32_t delay, target;
  for (uint64_t k = 0, first = 0; k < n && !code; k++) {
    uint64_t x = s->order[k];
    ln_entry_get(entry, wide, x, &delay, &target);
    ln_rows_set_target(rows, to + k, target);
    if (origin) s->origin[k] = origin[x];
    if (k + 1 < n && by_delays(&o, x, s->order[k + 1]) == 0) continue;
    code = add_runs(s, x, (int)delay, k + 1 - first, rows, room, err);
    first = k + 1;
  }
  if (origin) memcpy(origin + from, s->origin, n * sizeof *origin);
  return code;
}

void ln_spread_install(ln_spread *s, ln_rows *rows) {
  for (int k = 0; k < s->n; k++) {
    rows->var[s->var[k]] = s->run[k];
    s->run[k] = NULL;
  }
}

/* ------------------------------------------------------------------ of rows that are made */

int ln_spread_least(const ln_rows *rows, int var) {
  const int32_t *delay = rows->var[var];
  int least = INT_MAX;
  for (uint64_t k = 0; k < rows->n_runs; k++) least = delay[k] < least ? delay[k] : least;
  return least;
}

int ln_spread_most(const ln_rows *rows, int var) {
  const int32_t *delay = rows->var[var];
  int most = -1;
  for (uint64_t k = 0; k < rows->n_runs; k++) most = delay[k] > most ? delay[k] : most;
  return most;
}
