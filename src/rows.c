/* rows.c - arrays of synapses, row by row: allocation, access, and walking through part of them.
 *
 * Building them is synapses_build.c's work.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"
#include "rows.h"

int ln_rows_init(ln_rows *r, const ln_unit *unit, int64_t n_rows, ln_error *err) {
  *r = (ln_rows){.n_rows = n_rows, .n_var = unit->n_var, .min_delay = INT_MAX, .max_delay = -1};
  r->row = ln_alloc_array((size_t)n_rows + 1, sizeof *r->row);
  r->var = ln_alloc_array((size_t)unit->n_var, sizeof *r->var);
  if (r->row && r->var) return 0;
  return ln_fail(err, LN_ENOMEM, "no memory for synapses of %lld sources", (long long)n_rows);
}

void ln_rows_destroy(ln_rows *r) {
  for (int k = 0; r->var && k < r->n_var; k++) ln_free(r->var[k]);
  ln_free(r->var);
  ln_free(r->target);
  ln_free(r->run);
  ln_free(r->row);
  *r = (ln_rows){0};
}

uint64_t ln_rows_bytes(const ln_rows *r, const ln_unit *unit) {
  uint64_t each = r->wide ? 4 : 2;
  for (int k = 0; k < r->n_var; k++) each += r->var[k] ? ln_element_size(ln_element_of(unit, k)) : 0;
  return r->n * each + r->n_runs * sizeof *r->run + (uint64_t)(r->n_rows + 1) * sizeof *r->row;
}

static int add_run(ln_rows *r, int delay, uint16_t n, uint64_t *room, ln_error *err) {
  if (r->n_runs == *room) {
    uint64_t more = *room ? *room + *room / 2 : 1024;
    ln_run *grown = ln_realloc(r->run, *room * sizeof *grown, more * sizeof *grown);
    if (!grown)
      return ln_fail(err, LN_ENOMEM, "no memory for the directory of %llu runs of synapses",
                     (unsigned long long)more);
    r->run = grown;
    *room = more;
  }
  r->run[r->n_runs++] = (ln_run){(uint16_t)delay, n};
  r->min_delay = delay < r->min_delay ? delay : r->min_delay;
  r->max_delay = delay > r->max_delay ? delay : r->max_delay;
  return 0;
}

int ln_rows_add_run(ln_rows *r, int delay, uint64_t n, uint64_t *room, ln_error *err) {
  int code = 0;
  for (; n > UINT16_MAX && !code; n -= UINT16_MAX) code = add_run(r, delay, UINT16_MAX, room, err);
  return code || n == 0 ? code : add_run(r, delay, (uint16_t)n, room, err);
}

int ln_rows_alloc_targets(ln_rows *r, uint64_t n, bool wide, ln_error *err) {
  r->wide = wide;
  r->n = n;
  r->target = ln_alloc_array(n, wide ? 4 : 2);
  return r->target
             ? 0
             : ln_fail(err, LN_ENOMEM, "no memory for the targets of %llu synapses", (unsigned long long)n);
}

int ln_rows_alloc_var(ln_rows *r, const ln_unit *unit, int var, ln_error *err) {
  r->var[var] = ln_alloc_array(r->n, ln_element_size(ln_element_of(unit, var)));
  return r->var[var] ? 0
                     : ln_fail(err, LN_ENOMEM, "no memory for variable %s of %llu synapses",
                               unit->var[var].name, (unsigned long long)r->n);
}

/* ------------------------------------------------------------------ walking */

/* Appends those of synapses [at, end) whose target lies in the window; there is room for all. Without a
 * branch: what does not lie there is overwritten. */
static inline void collect(const void *targets, bool wide, const ln_window *w, uint32_t row, uint64_t at,
                           uint64_t end, ln_visit *chunk) {
  uint32_t lo = w->target_lo, width = w->target_hi - lo;
  int64_t n = chunk->n;
  for (; at < end; at++) {
    uint32_t target = wide ? ((const uint32_t *)targets)[at] : ((const uint16_t *)targets)[at];
    chunk->at[n] = at;
    chunk->row[n] = row;
    chunk->target[n] = target;
    n += target - lo < width;
  }
  chunk->n = n;
}

/* Occurrences of the synapses from place n of the chunk on. seen: by target, the last row + 1 and how many
 * there. */
static void count_occurrences(uint64_t *seen, uint32_t lo, int64_t n, ln_visit *chunk) {
  for (; n < chunk->n; n++) {
    uint64_t *x = &seen[chunk->target[n] - lo], stamp = (uint64_t)(chunk->row[n] + 1) << 32;
    uint32_t before = *x >> 32 == stamp >> 32 ? (uint32_t)*x : 0;
    chunk->occurrence[n] = before;
    *x = stamp | (before + 1);
  }
}

static int visit_row(const ln_rows *r, const ln_window *w, int64_t row, uint64_t *seen, ln_visit *chunk,
                     ln_visitor visit, void *user, ln_error *err) {
  uint64_t at = r->row[row].first, end = r->row[row + 1].first;
  while (at < end) {
    uint64_t room = (uint64_t)(LN_VISIT_CHUNK - chunk->n), stop = end - at < room ? end : at + room;
    int64_t n = chunk->n;
    if (r->wide) collect(r->target, true, w, (uint32_t)row, at, stop, chunk);
    else collect(r->target, false, w, (uint32_t)row, at, stop, chunk);
    if (seen) count_occurrences(seen, w->target_lo, n, chunk);
    at = stop;
    if (chunk->n < LN_VISIT_CHUNK) continue;
    int code = visit(user, chunk, err);
    if (code) return code;
    chunk->n = 0;
  }
  return 0;
}

int ln_rows_visit(const ln_rows *r, const ln_window *w, ln_visitor visit, void *user, ln_error *err) {
  int code = 0;
  uint64_t *seen = NULL;
  ln_visit *chunk = ln_alloc(sizeof *chunk);
  if (w->count) seen = ln_alloc_array(w->target_hi - w->target_lo, sizeof *seen);
  if (!chunk || (w->count && !seen)) code = ln_fail(err, LN_ENOMEM, "no memory to walk through synapses");
  int64_t hi = w->row_hi < r->n_rows ? w->row_hi : r->n_rows;
  for (int64_t row = w->row_lo; row < hi && !code && w->target_hi > w->target_lo; row++)
    code = visit_row(r, w, row, seen, chunk, visit, user, err);
  if (!code && chunk->n) code = visit(user, chunk, err);
  ln_free(seen);
  ln_free(chunk);
  return code;
}
