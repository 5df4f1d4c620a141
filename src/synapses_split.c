/* synapses_split.c - storing projections apart that are given different constants.
 *
 * Projections share rows as long as their run-time constants and stored-once values agree. Those that do
 * not fit their variant any more are moved to one of their own: its synapses, their values, and their
 * segments in flight. Rare, so it is written for brevity.
 */
#include <string.h>
#include "element.h"
#include "memory.h"
#include "synapses_p.h"

/* One of the two halves of a variant: synapses whose mark is `wanted`. */
typedef struct half {
  const ln_synapses *s;
  const ln_variant *v;
  const uint8_t *mark;
  uint8_t wanted;
  ln_rows rows;
  ln_calendar calendar;
  ln_calendar *more;   /* of the routes */
  uint32_t *run;       /* new number of each run that has synapses here */
  uint64_t *first;     /* new place of its first synapse */
  uint16_t *n;         /* its synapses here */
} half;

static uint64_t count_wanted(const half *h, uint64_t from, uint64_t to) {
  uint64_t n = 0;
  for (uint64_t at = from; at < to; at++) n += h->mark[at] == h->wanted;
  return n;
}

static int select_runs(half *h, ln_error *err) {
  const ln_rows *old = &h->v->rows;
  uint64_t room = 0, to = 0;
  int code = 0;
  for (int64_t row = 0; row < old->n_rows; row++) {
    h->rows.row[row] = (ln_row){to, h->rows.n_runs};
    uint64_t at = old->row[row].first;
    for (uint64_t run = old->row[row].run; run < old->row[row + 1].run && !code;
         run++, at += old->run[run - 1].n) {
      uint64_t n = count_wanted(h, at, at + old->run[run].n);
      h->run[run] = (uint32_t)h->rows.n_runs;
      h->first[run] = to;
      h->n[run] = (uint16_t)n;
      code = ln_rows_add_run(&h->rows, old->run[run].delay, n, &room, err);
      to += n;
    }
  }
  h->rows.row[old->n_rows] = (ln_row){to, h->rows.n_runs};
  return code;
}

static int select_values(half *h, int var, ln_error *err) {
  if (!h->v->rows.var[var]) return 0;
  int code = ln_rows_alloc_var(&h->rows, h->s->unit, var, err);
  size_t size = ln_element_size(ln_element_of(h->s->unit, var));
  char *to = h->rows.var[var];
  const char *from = h->v->rows.var[var];
  int32_t flags = h->s->unit->var[var].flags;
  if (!code && flags & LN_PER_TARGET) memcpy(to, from, h->rows.n_targets * size);
  for (uint64_t k = 0; !code && flags & LN_PER_SEGMENT && k < h->v->rows.n_runs; k++) {
    if (h->n[k]) memcpy(to + h->run[k] * size, from + k * size, size);
  }
  if (flags & (LN_PER_TARGET | LN_PER_SEGMENT)) return code;
  for (uint64_t at = 0; at < h->v->rows.n && !code; at++) {
    if (h->mark[at] != h->wanted) continue;
    memcpy(to, (const char *)h->v->rows.var[var] + at * size, size);
    to += size;
  }
  return code;
}

/* What is on its way to synapses of this half. */
static int select_segments(const half *h, const ln_calendar *c, ln_calendar *to, ln_error *err) {
  int code = ln_calendar_reserve(to, (int)c->n_slots - 1, err);
  for (int64_t k = 0; k < c->n_slots; k++) {
    for (uint32_t q = 0; q < c->slot[k].n && !code; q++) {
      ln_segment g = c->slot[k].segment[q];
      ln_segment moved = {.first = h->first[g.run], .n = h->n[g.run], .row = g.row, .run = h->run[g.run]};
      if (moved.n) code = ln_calendar_add(to, c->slot[k].due, moved, err);
    }
  }
  return code;
}

static int select_all_segments(half *h, ln_error *err) {
  const ln_plastic *plastic = &h->v->plastic;
  int code = select_segments(h, &h->v->calendar, &h->calendar, err);
  h->more = ln_alloc_array((size_t)plastic->n_routes, sizeof *h->more);
  if (!h->more) return ln_fail(err, LN_ENOMEM, "no memory to store synapses apart");
  for (int k = 0; k < plastic->n_routes && !code; k++) {
    if (plastic->route[k].calendar.slot) code = select_segments(h, &plastic->route[k].calendar, &h->more[k], err);
  }
  return code;
}

static int make_half(half *h, ln_error *err) {
  const ln_rows *old = &h->v->rows;
  int code = ln_rows_init(&h->rows, h->s->unit, old->n_rows, err);
  h->run = ln_alloc_array(old->n_runs, sizeof *h->run);
  h->first = ln_alloc_array(old->n_runs, sizeof *h->first);
  h->n = ln_alloc_array(old->n_runs, sizeof *h->n);
  h->rows.n_targets = old->n_targets;
  if (!code && !(h->run && h->first && h->n)) code = ln_fail(err, LN_ENOMEM, "no memory to store synapses apart");
  if (!code) code = ln_rows_alloc_targets(&h->rows, count_wanted(h, 0, old->n), old->wide, err);
  if (!code) code = select_runs(h, err);
  for (uint64_t at = 0, to = 0; at < old->n && !code; at++) {
    if (h->mark[at] == h->wanted) ln_rows_set_target(&h->rows, to++, ln_rows_target(old, at));
  }
  for (int k = 0; k < h->s->unit->n_var && !code; k++) code = select_values(h, k, err);
  return code ? code : select_all_segments(h, err);
}

/* Frees what is of use only while it is made; all of it when it is given up. */
static void clear_half(half *h, bool all) {
  for (int k = 0; all && h->more && k < h->v->plastic.n_routes; k++) ln_calendar_destroy(&h->more[k]);
  if (all) {
    ln_rows_destroy(&h->rows);
    ln_calendar_destroy(&h->calendar);
  }
  ln_free(h->more);
  ln_free(h->run);
  ln_free(h->first);
  ln_free(h->n);
}

static void install(half *h, ln_variant *v) {
  ln_rows_destroy(&v->rows);
  ln_calendar_destroy(&v->calendar);
  v->rows = h->rows;
  v->calendar = h->calendar;
  for (int k = 0; k < v->plastic.n_routes; k++) {
    ln_calendar_destroy(&v->plastic.route[k].calendar);
    v->plastic.route[k].calendar = h->more[k];
  }
  ln_variant_refresh(h->s, v);
}

static int set_mark(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  for (int64_t k = 0; k < chunk->n; k++) ((uint8_t *)user)[chunk->at[k]] = 1;
  return 0;
}

/* Moves the projections of v whose values are those of `like` to a new variant. */
static int move_apart(ln_synapses *s, ln_variant *v, const ln_projection *like, ln_error *err) {
  ln_variant *other = NULL;
  uint8_t *mark = ln_alloc(v->rows.n);
  int code = mark ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to store its synapses apart", like->name);
  if (!code) code = ln_synapses_add_variant(s, like, &other, err);
  for (int k = 0; k < s->n_projections && !code; k++) {
    ln_projection *p = s->projection[k];
    if (p->variant != v || !ln_variant_fits(s, other, p)) continue;
    ln_window w = ln_projection_window(p, false);
    code = ln_rows_visit(&v->rows, &w, set_mark, mark, err);
  }
  half stay = {.s = s, .v = v, .mark = mark, .wanted = 0}, go = {.s = s, .v = v, .mark = mark, .wanted = 1};
  if (!code) code = make_half(&stay, err);
  if (!code) code = make_half(&go, err);
  ln_free(mark);
  if (code) {
    clear_half(&stay, true);
    clear_half(&go, true);
    return code;
  }
  install(&stay, v);
  install(&go, other);
  clear_half(&stay, false);
  clear_half(&go, false);
  for (int k = 0; k < s->n_projections; k++) {
    ln_projection *p = s->projection[k];
    if (p->variant == v && ln_variant_fits(s, other, p)) p->variant = other;
  }
  s->n_builds++;
  return 0;
}

int ln_synapses_remove(ln_synapses *s, ln_projection *p, const uint8_t *mark, ln_error *err) {
  ln_variant *v = p->variant;
  half stay = {.s = s, .v = v, .mark = mark, .wanted = 0};
  int code = make_half(&stay, err);
  if (!code && ln_plastic_unit(s->unit))
    code = ln_plastic_build(&v->plastic, s->unit, &stay.rows, v->plastic.target_lo, v->plastic.target_hi, err);
  if (!code) install(&stay, v);
  clear_half(&stay, code != 0);
  s->n_builds += code == 0;
  return code;
}

/* Whether any projection stored in v still has its values. */
static bool is_in_use(const ln_synapses *s, const ln_variant *v) {
  for (int k = 0; k < s->n_projections; k++) {
    if (s->projection[k]->variant == v && ln_variant_fits(s, v, s->projection[k])) return true;
  }
  return false;
}

int ln_synapses_split(ln_synapses *s, ln_error *err) {
  for (int k = 0; k < s->n_projections; k++) {
    ln_projection *p = s->projection[k];
    ln_variant *v = p->variant;
    if (!v || ln_variant_fits(s, v, p)) continue;
    int code = 0;
    if (is_in_use(s, v)) code = move_apart(s, v, p, err);
    else ln_variant_set(s, v, p);
    if (code) return code;
  }
  s->stale = false;
  return 0;
}
