/* synapses_chore.c - a script's statements at all synapses of a projection.
 *
 * The code was compiled apart from that of the storage: it has lists of its own of what it reads of neurons and signals.
 * So it is given a view: a storage without rows, of one projection, which is a twin of the real one with other constants.
 */
#include "synapses_chore.h"
#include <string.h>
#include "memory.h"
#include "population_p.h"
#include "synapses_p.h"

#define BATCH 256 /* segments run together */

struct ln_synapses_chore {
  ln_projection *real, twin, *list; /* list: of the view: the twin alone */
  ln_synapses view;
  ln_source source;
  ln_plastic tables;                /* of exponentials; nothing else in it */
  int64_t *from;
  int64_t room;                     /* rows of the view's mirror */
};

/* ------------------------------------------------------------------ making */

static int take_names(ln_synapses_chore *c, ln_error *err) {
  const ln_unit *u = c->view.unit;
  const ln_model *post = ln_population_model(c->real->post), *pre = ln_population_model(c->real->pre);
  int found = 0;
  for (int k = 0; k < u->n_post; k++) found |= c->view.post_var[k] = ln_model_variable(post, u->post[k]);
  for (int k = 0; k < u->n_post_par; k++) found |= c->view.post_par[k] = ln_model_parameter(post, u->post_par[k]);
  for (int k = 0; k < u->n_pre_par; k++) found |= c->view.pre_par[k] = pre ? ln_model_parameter(pre, u->pre_par[k]) : -1;
  for (int k = 0; k < u->n_pre; k++) {
    bool last = strcmp(u->pre[k], "lastspike") == 0;
    c->source.pre[k] = last ? LN_LAST_SPIKE : pre ? ln_model_variable(pre, u->pre[k]) : -1;
    if (!last) found |= c->source.pre[k];
  }
  if (found >= 0) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: the statements use what its neurons do not have", c->real->name);
}

static bool take_arrays(ln_synapses_chore *c, const ln_chore_spec *spec) {
  const ln_unit *u = c->view.unit;
  ln_synapses *s = &c->view;
  size_t n_par = (size_t)u->n_par, n_post = (size_t)u->n_post, n_pre = (size_t)u->n_pre;
  size_t n_post_par = (size_t)u->n_post_par, n_pre_par = (size_t)u->n_pre_par, n_signal = (size_t)u->n_signal;
  c->from = ln_alloc_array(n_par, sizeof *c->from);
  c->source.pre = ln_alloc_array(n_pre, sizeof *c->source.pre);
  c->twin.par = ln_alloc_array(n_par, sizeof *c->twin.par);
  c->twin.signal = ln_alloc_array(n_signal, sizeof *c->twin.signal);
  c->twin.table = ln_timed_copy(spec->table, u->n_table);
  s->post_var = ln_alloc_array(n_post, sizeof *s->post_var);
  s->post_par = ln_alloc_array(n_post_par, sizeof *s->post_par);
  s->pre_par = ln_alloc_array(n_pre_par, sizeof *s->pre_par);
  s->post_array = ln_alloc_array(n_post, sizeof *s->post_array);
  s->post_value = ln_alloc_array(n_post_par, sizeof *s->post_value);
  s->pre_value = ln_alloc_array(n_pre_par, sizeof *s->pre_value);
  s->mirror = ln_alloc_array(n_pre, sizeof *s->mirror);
  s->signal = ln_alloc_array(n_signal, sizeof *s->signal);
  if (!c->from || !c->source.pre || !c->twin.par || !c->twin.signal || !c->twin.table || !s->post_var || !s->post_par ||
      !s->pre_par || !s->post_array || !s->post_value || !s->pre_value || !s->mirror || !s->signal)
    return false;
  if (n_par) memcpy(c->from, spec->from, n_par * sizeof *c->from);
  if (n_par) memcpy(c->twin.par, spec->par, n_par * sizeof *c->twin.par);
  if (n_signal) memcpy(c->twin.signal, spec->signal, n_signal * sizeof *c->twin.signal);
  return true;
}

/* The synapses' variables are those of the projection, one by one. */
static int check(const ln_chore_spec *spec, ln_error *err) {
  const ln_unit *u = ln_model_unit(spec->code), *own = ln_model_unit(ln_projection_model(spec->projection));
  bool good = u->kind == LN_SYNAPSE && u->n_var == own->n_var && u->precision == own->precision;
  for (int k = 0; k < u->n_var && good; k++) {
    const int layout = LN_SHARED | LN_PER_SEGMENT | LN_PER_TARGET;
    good = u->var[k].type == own->var[k].type && ((u->var[k].flags ^ own->var[k].flags) & layout) == 0;
  }
  if (good) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: these are no statements of its synapses", ln_projection_name(spec->projection));
}

int ln_synapses_chore_create(ln_synapses_chore **out, const ln_chore_spec *spec, uint64_t key, ln_error *err) {
  *out = NULL;
  int code = check(spec, err);
  if (code) return code;
  ln_projection *p = spec->projection;
  ln_synapses_chore *c = ln_alloc(sizeof *c);
  if (!c) return ln_fail(err, LN_ENOMEM, "%s: no memory for statements", p->name);
  const ln_unit *u = ln_model_unit(spec->code);
  *c = (ln_synapses_chore){.real = p, .twin = {.name = p->name, .pre = p->pre, .post = p->post, .event = p->event,
                                               .unit = u, .comm = p->comm}};
  c->list = &c->twin;
  c->view = (ln_synapses){.model = spec->code, .unit = u, .block = ln_population_block(p->post), .comm = p->comm,
                          .key = key, .clock = p->clock, .n_projections = 1, .projection = &c->list, .post = p->post,
                          .pre = p->pre, .n_sources = 1, .source = &c->source};
  c->source = (ln_source){.population = p->pre, .event = p->event};
  if (!take_arrays(c, spec)) code = ln_fail(err, LN_ENOMEM, "%s: no memory for statements", p->name);
  if (!code) code = ln_plastic_init(&c->tables, u, NULL, err);
  if (!code) code = take_names(c, err);
  for (int k = 0; k < u->n_var && !code; k++) p->accumulates[k] |= (u->var[k].flags & LN_CHECKED) != 0;
  if (code) ln_synapses_chore_destroy(c);
  else *out = c;
  return code;
}

void ln_synapses_chore_destroy(ln_synapses_chore *c) {
  if (!c) return;
  ln_synapses *s = &c->view;
  for (int k = 0; s->mirror && k < s->unit->n_pre; k++) ln_free(s->mirror[k]);
  void *array[] = {c->from,       c->source.pre, c->twin.par,   c->twin.signal, s->post_var,  s->post_par, s->pre_par,
                   s->post_array, s->post_value, s->pre_value, s->mirror,      s->signal};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++) ln_free(array[k]);
  ln_timed_free(c->twin.table, s->unit->n_table);
  ln_plastic_destroy(&c->tables, s->unit);
  ln_free(c);
}

/* ------------------------------------------------------------------ running */

/* The view follows what has become of the storage since. Collective. */
static int follow(ln_synapses_chore *c, ln_error *err) {
  const ln_synapses *s = c->real->synapses;
  ln_synapses *view = &c->view;
  for (int k = 0; k < view->unit->n_par; k++) {
    if (c->from[k] >= 0) c->twin.par[k] = c->real->par[c->from[k]];
  }
  view->row_nid = s->row_nid, view->row_gid = s->row_gid, view->n_rows = s->n_rows;
  c->source.row0 = c->real->row0;
  if (c->room >= s->n_rows || view->unit->n_pre == 0) return LN_OK; /* on all ranks */
  bool good = true;
  for (int k = 0; k < view->unit->n_pre; k++) { /* nothing in it is kept */
    ln_free(view->mirror[k]);
    view->mirror[k] = ln_alloc_array((size_t)s->n_rows, sizeof(double));
    good &= view->mirror[k] != NULL;
  }
  c->room = good ? s->n_rows : 0;
  int code = good ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory for statements", c->real->name);
  return ln_comm_agree(c->real->comm, code, err);
}

/* The part of a run, whose targets ascend, that is the projection's. */
static ln_segment part_of(const ln_rows *rows, const ln_window *w, uint64_t first, uint64_t n, uint32_t row, uint64_t run) {
  uint64_t lo = first, hi = first + n;
  while (lo < hi && ln_rows_target(rows, lo) < w->target_lo) lo++;
  while (hi > lo && ln_rows_target(rows, hi - 1) >= w->target_hi) hi--;
  return (ln_segment){lo, (uint16_t)(hi - lo), row, (uint32_t)run};
}

static void sweep(const ln_synapses_chore *c, const ln_rows *rows, ln_deliver_args *a) {
  ln_segment batch[BATCH];
  ln_window w = ln_projection_window(c->real, false);
  const ln_unit *u = c->view.unit;
  a->segment = batch, a->n_segments = 0;
  for (int64_t row = w.row_lo; row < w.row_hi && row < rows->n_rows; row++) {
    uint64_t first = rows->row[row].first;
    for (uint64_t run = rows->row[row].run; run < rows->row[row + 1].run; first += rows->run[run++].n) {
      ln_segment part = part_of(rows, &w, first, rows->run[run].n, (uint32_t)row, run);
      if (part.n == 0) continue;
      batch[a->n_segments++] = part;
      if (a->n_segments < BATCH) continue;
      (rows->wide ? u->deliver32 : u->deliver16)(a);
      a->n_segments = 0;
    }
  }
  if (a->n_segments) (rows->wide ? u->deliver32 : u->deliver16)(a);
}

int ln_synapses_chore_run(ln_synapses_chore *c, int64_t step, ln_error *err) {
  ln_variant *v = c->real->variant;
  if (!v) return LN_OK; /* there are no synapses yet; the same on all ranks */
  ln_synapses_settle(c->real->synapses);
  int code = follow(c, err);
  if (!code) code = ln_synapses_mirror(&c->view, LN_EVERY, err);
  if (code) return code;
  ln_synapses_fetch_targets(&c->view);
  ln_deliver_args a = ln_synapses_arguments(&c->view, v, step);
  a.par = c->twin.par;
  ln_plastic_tabulate(&c->tables, c->view.unit, &a);
  sweep(c, &v->rows, &a);
  ln_population_stir(c->real->post);
  return LN_OK;
}
