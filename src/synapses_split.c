/* synapses_split.c - storing part of a variant: what is left by pruning, projections that are given other constants.
 *
 * Projections share rows as long as their run-time constants and stored-once values agree. Those that do
 * not fit their variant any more are moved to one of their own: its synapses, their values, and their
 * segments in flight.
 */
#include <string.h>
#include "keys.h"
#include "memory.h"
#include "rows_select.h"
#include "synapses_p.h"

/* Part of a variant: synapses whose mark is wanted, in order, and what is on its way to them. */
typedef struct half {
  const ln_synapses *s;
  const ln_variant *v;
  ln_selection select;
  ln_calendar calendar;
  ln_calendar *more; /* of the routes */
} half;

static half half_of(const ln_synapses *s, const ln_variant *v, const uint8_t *mark, uint8_t wanted) {
  return (half){.s = s, .v = v, .select = {.unit = s->unit, .old = &v->rows, .mark = mark, .wanted = wanted}};
}

/* What is on its way to synapses of this half. */
static int select_segments(const half *h, const ln_calendar *c, ln_calendar *to, ln_error *err) {
  const ln_selection *x = &h->select;
  int code = ln_calendar_reserve(to, (int)c->n_slots - 1, err);
  for (int64_t k = 0; k < c->n_slots; k++) {
    for (uint32_t q = 0; q < c->slot[k].n && !code; q++) {
      ln_segment g = c->slot[k].segment[q];
      ln_segment moved = {.first = x->first[g.run], .n = x->n[g.run], .row = g.row, .run = x->run[g.run]};
      if (moved.n) code = ln_calendar_add(to, c->slot[k].due, moved, err);
    }
  }
  return code;
}

static int make_half(half *h, ln_error *err) {
  const ln_plastic *plastic = &h->v->plastic;
  int code = ln_selection_make(&h->select, err);
  if (!code) code = select_segments(h, &h->v->calendar, &h->calendar, err);
  h->more = ln_alloc_array((size_t)plastic->n_routes, sizeof *h->more);
  if (!code && !h->more) return ln_fail(err, LN_ENOMEM, "no memory to store synapses apart");
  for (int k = 0; k < plastic->n_routes && !code; k++) {
    if (plastic->route[k].calendar.slot) code = select_segments(h, &plastic->route[k].calendar, &h->more[k], err);
  }
  return code;
}

/* Frees what is of use only while it is made; all of it when it is given up. */
static void clear_half(half *h, bool all) {
  for (int k = 0; all && h->more && k < h->v->plastic.n_routes; k++) ln_calendar_destroy(&h->more[k]);
  if (all) ln_calendar_destroy(&h->calendar);
  ln_selection_clear(&h->select, all);
  ln_free(h->more);
}

static void install(half *h, ln_variant *v) {
  ln_rows_destroy(&v->rows);
  ln_calendar_destroy(&v->calendar);
  v->rows = h->select.rows;
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
  half stay = half_of(s, v, mark, 0), go = half_of(s, v, mark, 1);
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

/* ------------------------------------------------------------------ rewiring */

static void note_segments(const ln_calendar *c, uint64_t label, uint64_t *state) {
  for (int64_t k = 0; k < c->n_slots; k++) {
    for (uint32_t q = 0; q < c->slot[k].n; q++)
      state[c->slot[k].segment[q].run] += ln_key(label, (uint64_t)c->slot[k].due, 1);
  }
}

/* By run: a sum over what is on its way to it, the same for runs that expect the same. */
static uint64_t *states(const ln_variant *v) {
  uint64_t *state = ln_alloc_array(v->rows.n_runs, sizeof *state);
  if (!state) return NULL;
  note_segments(&v->calendar, 0, state);
  for (int k = 0; k < v->plastic.n_routes; k++) note_segments(&v->plastic.route[k].calendar, (uint64_t)k + 1, state);
  return state;
}

/* Old and new rows stand side by side for a moment, with 4 bytes more a synapse and 22 a run. */
static int check_memory(const ln_synapses *s, const ln_variant *v, ln_error *err) {
  double need = (double)ln_rows_bytes(&v->rows, s->unit) + 4 * (double)v->rows.n + 22 * (double)v->rows.n_runs;
  double rest = (double)ln_memory_available() / ln_comm_node_size(s->comm);
  if (need <= rest) return 0;
  return ln_fail(err, LN_ENOMEM, "rewiring %llu synapses needs %.3g GiB on this rank for a moment, but %.3g GiB are left",
                 (unsigned long long)v->rows.n, need / 0x1p30, rest / 0x1p30);
}

static int keep(ln_synapses *s, ln_variant *v, const uint8_t *mark, ln_error *err) {
  ln_synapses_settle(s);
  half stay = half_of(s, v, mark, 0);
  int code = check_memory(s, v, err);
  if (code) return code;
  uint64_t *state = states(v);
  code = state ? 0 : ln_fail(err, LN_ENOMEM, "no memory to rewire");
  stay.select.state = state;
  if (!code) code = make_half(&stay, err);
  if (!code && ln_plastic_unit(s->unit))
    code = ln_plastic_build(&v->plastic, s->unit, &stay.select.rows, v->plastic.target_lo, v->plastic.target_hi, err);
  if (!code) install(&stay, v);
  clear_half(&stay, code != 0);
  ln_free(state);
  v->ragged = v->ragged && code;
  s->n_builds += code == 0;
  return code;
}

int ln_synapses_remove(ln_synapses *s, ln_projection *p, const uint8_t *mark, ln_error *err) {
  return keep(s, p->variant, mark, err);
}

int ln_synapses_tidy(ln_synapses *s, ln_variant *v, ln_error *err) { return v->ragged ? keep(s, v, NULL, err) : 0; }

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
