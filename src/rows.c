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
  uint64_t bytes = r->n * (r->wide ? 4 : 2);
  for (int k = 0; k < r->n_var; k++)
    bytes += r->var[k] ? ln_rows_elements(r, unit, k) * ln_element_size(ln_element_of(unit, k)) : 0;
  return bytes + r->n_runs * sizeof *r->run + (uint64_t)(r->n_rows + 1) * sizeof *r->row;
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
  r->var[var] = ln_alloc_array(ln_rows_elements(r, unit, var), ln_element_size(ln_element_of(unit, var)));
  return r->var[var] ? 0 : ln_fail(err, LN_ENOMEM, "no memory for variable %s of %llu synapses", unit->var[var].name,
                                   (unsigned long long)r->n);
}

uint64_t ln_rows_run_of(const ln_rows *r, int64_t row, uint64_t at) {
  uint64_t run = r->row[row].run;
  for (uint64_t end = r->row[row].first + r->run[run].n; end <= at; end += r->run[run].n) run++;
  return run;
}

/* ------------------------------------------------------------------ walking */

/* Place of the first of the ascending targets of synapses [at, end) that is at least `least`; no branches. */
static uint64_t first_from(const ln_rows *r, uint64_t at, uint64_t end, uint32_t least) {
  uint64_t n = end - at;
  while (n > 1) {
    uint64_t half = n / 2;
    at += ln_rows_target(r, at + half - 1) < least ? half : 0;
    n -= half;
  }
  return at + (n == 1 && ln_rows_target(r, at) < least);
}

bool ln_rows_has(const ln_rows *r, int64_t row, uint32_t target) {
  if (row >= r->n_rows) return false;
  uint64_t at = r->row[row].first;
  for (uint64_t run = r->row[row].run; run < r->row[row + 1].run; run++) {
    uint64_t end = at + r->run[run].n, found = first_from(r, at, end, target);
    if (found < end && ln_rows_target(r, found) == target) return true;
    at = end;
  }
  return false;
}

typedef struct walk { /* of a visit */
  const ln_rows *r;
  const ln_window *w;
  uint64_t *seen;     /* by target, or NULL: row + 1, and above it how often the target occurred there */
  ln_visit *chunk;
  ln_visitor visit;
  void *user;
} walk;

static uint32_t occurrence(uint64_t *seen, uint32_t row) {
  *seen = (uint32_t)*seen == row + 1 ? *seen + ((uint64_t)1 << 32) : row + 1;
  return (uint32_t)(*seen >> 32);
}

/* The synapses [at, end) of a row, all in the window. */
static int take(walk *k, uint32_t row, uint64_t at, uint64_t end, ln_error *err) {
  ln_visit *chunk = k->chunk;
  while (at < end) {
    uint64_t room = (uint64_t)(LN_VISIT_CHUNK - chunk->n), stop = end - at < room ? end : at + room;
    for (; at < stop; at++, chunk->n++) {
      uint32_t target = ln_rows_target(k->r, at);
      chunk->at[chunk->n] = at;
      chunk->row[chunk->n] = row;
      chunk->target[chunk->n] = target;
      if (k->seen) chunk->occurrence[chunk->n] = occurrence(&k->seen[target - k->w->target_lo], row);
    }
    if (chunk->n < LN_VISIT_CHUNK) continue;
    int code = k->visit(k->user, chunk, err);
    if (code) return code;
    chunk->n = 0;
  }
  return 0;
}

/* Targets ascend within a run, so that the window is one stretch of it. */
static int visit_row(walk *k, int64_t row, ln_error *err) {
  const ln_rows *r = k->r;
  uint64_t at = r->row[row].first;
  int code = 0;
  for (uint64_t run = r->row[row].run; run < r->row[row + 1].run && !code; run++) {
    uint64_t next = at + r->run[run].n, lo = first_from(r, at, next, k->w->target_lo);
    code = take(k, (uint32_t)row, lo, first_from(r, lo, next, k->w->target_hi), err);
    at = next;
  }
  return code;
}

int ln_rows_visit(const ln_rows *r, const ln_window *w, ln_visitor visit, void *user, ln_error *err) {
  int code = 0;
  uint64_t *seen = NULL;
  ln_visit *chunk = ln_alloc(sizeof *chunk);
  if (w->count) seen = ln_alloc_array(w->target_hi - w->target_lo, sizeof *seen);
  if (!chunk || (w->count && !seen)) code = ln_fail(err, LN_ENOMEM, "no memory to walk through synapses");
  int64_t hi = w->row_hi < r->n_rows ? w->row_hi : r->n_rows;
  walk k = {r, w, seen, chunk, visit, user};
  for (int64_t row = w->row_lo; row < hi && !code && w->target_hi > w->target_lo; row++)
    code = visit_row(&k, row, err);
  if (!code && chunk->n) code = visit(user, chunk, err);
  ln_free(seen);
  ln_free(chunk);
  return code;
}
