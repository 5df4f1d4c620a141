/* rows_select.c - rows made of a part of other rows, in order and compact.
 *
 * Row by row: its runs by delay, then groups of runs that become one, whose targets are merged.
 */
#include "rows_select.h"
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"

typedef struct work { /* on one row */
  ln_selection *s;
  int64_t row;
  uint64_t *order;        /* its runs in their new order */
  uint64_t *place;        /* of each run of the row, its first synapse */
  uint64_t *item, *other; /* of a group: target << 32 | place in the row */
  uint64_t room;          /* of the new directory */
} work;

static bool wanted(const ln_selection *s, uint64_t at) { return !s->mark || s->mark[at] == s->wanted; }

static uint64_t count_wanted(const ln_selection *s) {
  uint64_t n = s->mark ? 0 : s->old->n;
  for (uint64_t at = 0; s->mark && at < s->old->n; at++) n += s->mark[at] == s->wanted;
  return n;
}

/* ------------------------------------------------------------------ one row */

static bool same_values(const ln_selection *s, uint64_t a, uint64_t b) {
  for (int k = 0; k < s->unit->n_var; k++) {
    if (!(s->unit->var[k].flags & LN_PER_SEGMENT) || !s->old->var[k]) continue;
    size_t size = ln_element_size(ln_element_of(s->unit, k));
    const char *value = s->old->var[k];
    if (memcmp(value + a * size, value + b * size, size) != 0) return false;
  }
  return true;
}

static bool may_join(const ln_selection *s, uint64_t a, uint64_t b) {
  return s->state && s->old->run[a].delay == s->old->run[b].delay && s->state[a] == s->state[b] && same_values(s, a, b);
}

/* Stable: of equal delays the older run comes first. What was in order already costs one look. */
static int64_t sort_runs(work *w) {
  const ln_rows *old = w->s->old;
  uint64_t lo = old->row[w->row].run, hi = old->row[w->row + 1].run, at = old->row[w->row].first;
  for (uint64_t run = lo; run < hi; run++) {
    uint64_t k = run - lo;
    for (; k > 0 && old->run[w->order[k - 1]].delay > old->run[run].delay; k--) w->order[k] = w->order[k - 1];
    w->order[k] = run;
    w->place[run - lo] = at;
    at += old->run[run].n;
  }
  return (int64_t)(hi - lo);
}

/* Adds the wanted synapses of a run to the n items of its group, which ascend. */
static uint64_t add_items(work *w, uint64_t run, uint64_t n) {
  const ln_rows *old = w->s->old;
  uint64_t first = old->row[w->row].first, at = w->place[run - old->row[w->row].run], end = at + old->run[run].n;
  uint64_t k = 0, m = 0;
  for (; at < end; at++) {
    if (!wanted(w->s, at)) continue;
    uint64_t item = (uint64_t)ln_rows_target(old, at) << 32 | (at - first);
    while (k < n && w->item[k] < item) w->other[m++] = w->item[k++];
    w->other[m++] = item;
  }
  while (k < n) w->other[m++] = w->item[k++];
  uint64_t *swap = w->item;
  w->item = w->other;
  w->other = swap;
  return m;
}

/* The runs order[k .. end) become one, from synapse `to` on; returns how many synapses. */
static uint64_t join(work *w, int64_t k, int64_t end, uint64_t to) {
  ln_selection *s = w->s;
  uint64_t n = 0;
  for (int64_t q = k; q < end; q++) {
    n = add_items(w, w->order[q], n);
    s->run[w->order[q]] = (uint32_t)s->rows.n_runs;
    s->first[w->order[q]] = to;
    s->n[w->order[q]] = 0;
  }
  for (uint64_t q = 0; q < n; q++) {
    ln_rows_set_target(&s->rows, to + q, (uint32_t)(w->item[q] >> 32));
    s->from[to + q] = (uint32_t)w->item[q];
  }
  s->n[w->order[k]] = (uint16_t)n;
  return n;
}

/* The end of the group that begins at order[k]: as much as one run can hold. */
static int64_t group_end(const work *w, int64_t k, int64_t n_runs) {
  const ln_run *run = w->s->old->run;
  uint64_t n = run[w->order[k]].n;
  int64_t end = k + 1;
  for (; end < n_runs && may_join(w->s, w->order[k], w->order[end]); end++) {
    n += run[w->order[end]].n;
    if (n > UINT16_MAX) break;
  }
  return end;
}

static int select_row(work *w, uint64_t *to, ln_error *err) {
  ln_selection *s = w->s;
  int64_t n_runs = sort_runs(w);
  int code = 0;
  s->rows.row[w->row] = (ln_row){*to, s->rows.n_runs};
  for (int64_t k = 0, end; k < n_runs && !code; k = end) {
    end = group_end(w, k, n_runs);
    uint64_t n = join(w, k, end, *to);
    code = ln_rows_add_run(&s->rows, s->old->run[w->order[k]].delay, n, &w->room, err);
    *to += n;
  }
  return code;
}

/* ------------------------------------------------------------------ all rows */

static int select_rows(ln_selection *s, ln_error *err) {
  uint64_t runs = 0, longest = 0, to = 0;
  for (int64_t row = 0; row < s->old->n_rows; row++) {
    uint64_t n = s->old->row[row + 1].run - s->old->row[row].run, m = ln_row_count(s->old, row);
    runs = n > runs ? n : runs;
    longest = m > longest ? m : longest;
  }
  work w = {.s = s, .order = ln_alloc_array(runs, 8), .place = ln_alloc_array(runs, 8),
            .item = ln_alloc_array(longest, 8), .other = ln_alloc_array(longest, 8)};
  int code = 0;
  if (!w.order || !w.place || !w.item || !w.other) code = ln_fail(err, LN_ENOMEM, "no memory to put synapses in order");
  for (; w.row < s->old->n_rows && !code; w.row++) code = select_row(&w, &to, err);
  s->rows.row[s->old->n_rows] = (ln_row){to, s->rows.n_runs};
  ln_free(w.order);
  ln_free(w.place);
  ln_free(w.item);
  ln_free(w.other);
  return code;
}

static void copy_values(ln_selection *s, int var, size_t size) {
  char *to = s->rows.var[var];
  const char *from = s->old->var[var];
  for (int64_t row = 0; row < s->old->n_rows; row++) {
    const char *first = from + s->old->row[row].first * size;
    for (uint64_t at = s->rows.row[row].first; at < s->rows.row[row + 1].first; at++)
      memcpy(to + at * size, first + s->from[at] * size, size);
  }
}

static int select_values(ln_selection *s, int var, ln_error *err) {
  if (!s->old->var[var]) return 0;
  int code = ln_rows_alloc_var(&s->rows, s->unit, var, err);
  if (code) return code;
  size_t size = ln_element_size(ln_element_of(s->unit, var));
  char *to = s->rows.var[var];
  const char *from = s->old->var[var];
  int32_t flags = s->unit->var[var].flags;
  if (flags & LN_PER_TARGET) memcpy(to, from, s->rows.n_targets * size);
  else if (flags & LN_PER_SEGMENT) {
    for (uint64_t k = 0; k < s->old->n_runs; k++) {
      if (s->n[k]) memcpy(to + s->run[k] * size, from + k * size, size);
    }
  } else if (size == 4) {
    copy_values(s, var, 4);
  } else {
    copy_values(s, var, 8);
  }
  return 0;
}

int ln_selection_make(ln_selection *s, ln_error *err) {
  const ln_rows *old = s->old;
  uint64_t n = count_wanted(s);
  int code = ln_rows_init(&s->rows, s->unit, old->n_rows, err);
  s->run = ln_alloc_array(old->n_runs, sizeof *s->run);
  s->first = ln_alloc_array(old->n_runs, sizeof *s->first);
  s->n = ln_alloc_array(old->n_runs, sizeof *s->n);
  s->from = ln_alloc_array(n, sizeof *s->from);
  s->rows.n_targets = old->n_targets;
  if (!code && !(s->run && s->first && s->n && s->from))
    code = ln_fail(err, LN_ENOMEM, "no memory to put %llu synapses in order", (unsigned long long)n);
  if (!code) code = ln_rows_alloc_targets(&s->rows, n, old->wide, err);
  if (!code) code = select_rows(s, err);
  for (int k = 0; k < s->unit->n_var && !code; k++) code = select_values(s, k, err);
  return code;
}

void ln_selection_clear(ln_selection *s, bool all) {
  if (all) ln_rows_destroy(&s->rows);
  ln_free(s->run);
  ln_free(s->first);
  ln_free(s->n);
  ln_free(s->from);
  s->run = NULL, s->first = NULL, s->n = NULL, s->from = NULL;
}
