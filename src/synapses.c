/* synapses.c - a storage of synapses: what may share it, and what it holds.
 *
 * A storage has its own part in every step (synapses_step.c), for which it mirrors variables of sources
 * (synapses_mirror.c). It is built in synapses_build.c; projections are moved apart in synapses_split.c; a
 * snapshot takes it with synapses_saved.c.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"
#include "population_p.h"
#include "spread.h"
#include "synapses_p.h"

/* ------------------------------------------------------------------ pathways */

static int kind_of(const ln_unit *u, int pathway) {
  return pathway == 0 ? LN_OF_SOURCE : u->pathway[pathway - 1].kind;
}

/* Where nothing else is said, as in Brian2: sums before the neurons' update, spikes of sources before those
 * of targets. */
static int usual_order(int kind) {
  return kind == LN_OF_SOURCE || kind == LN_SUMMED ? -1 : kind == LN_OF_TARGET;
}

static int order_of(const ln_unit *u, const int *order, int pathway) {
  return order ? order[pathway] : usual_order(kind_of(u, pathway));
}

int ln_synapses_n_pathways(const ln_synapses *s) { return s->unit->n_pathway + 1; }
int ln_synapses_kind(const ln_synapses *s, int pathway) { return kind_of(s->unit, pathway); }
int ln_synapses_order(const ln_synapses *s, int pathway) { return s->order[pathway]; }

/* ------------------------------------------------------------------ making */

int ln_synapses_create(ln_synapses **out, const ln_synapses_spec *spec, ln_error *err) {
  *out = NULL;
  const ln_unit *u = ln_model_unit(spec->model);
  ln_synapses *s = ln_alloc(sizeof *s);
  if (!s) return ln_fail(err, LN_ENOMEM, "no memory for synapses");
  *s = (ln_synapses){.model = ln_model_retain(spec->model),
                     .unit = u,
                     .block = spec->post_block,
                     .comm = spec->comm,
                     .key = spec->key,
                     .clock = spec->clock};
  size_t n_post = (size_t)u->n_post, n_pre = (size_t)u->n_pre;
  s->par = ln_alloc_array((size_t)u->n_par, sizeof *s->par);
  s->order = ln_alloc_array((size_t)u->n_pathway + 1, sizeof *s->order);
  s->post_var = ln_alloc_array(n_post, sizeof *s->post_var);
  s->post_par = ln_alloc_array((size_t)u->n_post_par, sizeof *s->post_par);
  s->pre_par = ln_alloc_array((size_t)u->n_pre_par, sizeof *s->pre_par);
  s->post_array = ln_alloc_array(n_post, sizeof *s->post_array);
  s->post_value = ln_alloc_array((size_t)u->n_post_par, sizeof *s->post_value);
  s->pre_value = ln_alloc_array((size_t)u->n_pre_par, sizeof *s->pre_value);
  s->mirror = ln_alloc_array(n_pre, sizeof *s->mirror);
  s->signal = ln_alloc_array((size_t)u->n_signal, sizeof *s->signal);
  if (!s->par || !s->order || !s->post_var || !s->post_par || !s->pre_par || !s->post_array ||
      !s->post_value || !s->pre_value || !s->mirror || !s->signal) {
    ln_synapses_destroy(s);
    return ln_fail(err, LN_ENOMEM, "no memory for synapses");
  }
  if (u->n_par) memcpy(s->par, spec->par, (size_t)u->n_par * sizeof *s->par);
  for (int k = 0; k <= u->n_pathway; k++) s->order[k] = order_of(u, spec->order, k);
  const ln_model *target = ln_block_model(s->block);
  for (int k = 0; k < u->n_post; k++) s->post_var[k] = ln_model_variable(target, u->post[k]);
  for (int k = 0; k < u->n_post_par; k++) s->post_par[k] = ln_model_parameter(target, u->post_par[k]);
  *out = s;
  return 0;
}

/* Who runs the pathways that signals run: one projection has the storage for itself. */
static int add_pulses(ln_synapses *s, const ln_projection *p, ln_error *err) {
  const ln_unit *u = s->unit;
  if (!ln_plastic_sweeps(u, LN_ON_SIGNAL)) return 0;
  s->pulses = ln_alloc_array((size_t)u->n_pathway, sizeof *s->pulses);
  if (!s->pulses) return ln_fail(err, LN_ENOMEM, "%s: no memory for pulses of signals", p->name);
  int code = 0;
  for (int k = 0; k < u->n_pathway && !code; k++) {
    if (u->pathway[k].kind != LN_ON_SIGNAL) continue;
    const ln_trigger *w = &p->trigger[k];
    uint32_t nid = w->population ? ln_population_event_nid(w->population, 0) : 0;
    uint32_t lo = nid + (uint32_t)w->lo, hi = nid + (uint32_t)w->hi;
    code = ln_pulses_init(&s->pulses[k], lo, hi, p->route_delay[k], err);
  }
  return code;
}

static void destroy_variant(ln_variant *v, const ln_unit *u) {
  if (!v) return;
  ln_plastic_destroy(&v->plastic, u);
  ln_calendar_destroy(&v->calendar);
  ln_rows_destroy(&v->rows);
  ln_free(v->par);
  ln_free(v->shared);
  ln_free(v->syn);
  ln_free(v);
}

void ln_synapses_destroy(ln_synapses *s) {
  if (!s) return;
  for (int k = 0; k < s->n_variants; k++) destroy_variant(s->variant[k], s->unit);
  for (int k = 0; k < s->n_sources; k++) ln_free(s->source[k].pre);
  for (int k = 0; s->mirror && k < s->unit->n_pre; k++) ln_free(s->mirror[k]);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) ln_pulses_destroy(&s->pulses[k]);
  void *array[] = {s->par,        s->order,      s->projection, s->source, s->row_nid, s->row_gid,
                   s->variant,    s->post_var,   s->post_par, s->pre_par, s->post_array,
                   s->post_value, s->pre_value,  s->mirror,  s->signal,  s->pulses};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++) ln_free(array[k]);
  ln_model_release(s->model);
  ln_free(s);
}

/* ------------------------------------------------------------------ sharing */

/* The code depends on which population its target is in. */
static bool needs_one_post(const ln_synapses *s) {
  if (s->unit->n_post_par) return true;
  const ln_unit *target = ln_model_unit(ln_block_model(s->block));
  for (int k = 0; k < s->unit->n_post; k++) {
    if (target->var[s->post_var[k]].flags & LN_SHARED) return true;
  }
  return false;
}

/* Whether sources, synapses and targets tick as those here do. */
static bool same_clocks(const ln_synapses *s, const ln_projection_spec *spec, const ln_projection *first) {
  double dt = spec->dt > 0 ? spec->dt : first->step_dt;
  return fabs(s->clock.dt - dt) <= 1e-6 * dt &&
         ln_population_clock(spec->post)->stride == ln_population_clock(s->post)->stride &&
         ln_population_clock(spec->pre)->stride == ln_population_clock(s->pre)->stride;
}

bool ln_synapses_accepts(const ln_synapses *s, const ln_projection_spec *spec) {
  const ln_unit *u = s->unit;
  if (ln_model_unit(spec->synapse) != u || ln_population_block(spec->post) != s->block) return false;
  const ln_projection *first = s->n_projections ? s->projection[0] : NULL;
  const double *par = first ? first->par : s->par;
  if (u->n_par && memcmp(par, spec->par, (size_t)u->n_par * sizeof *par) != 0) return false;
  for (int k = 0; k <= u->n_pathway; k++) {
    if (s->order[k] != order_of(u, spec->order, k)) return false;
  }
  if (!first) return true;
  if (ln_plastic_unit(u) || ln_population_image(first->post) || !same_clocks(s, spec, first)) return false;
  for (int k = 0; k < u->n_var; k++) {
    if (!ln_projection_stores_once(first, k)) continue;
    if (spec->var[k].kind != LN_VALUE_CONSTANT || first->var[k].a != spec->var[k].a) return false;
  }
  if (spec->post != first->post && needs_one_post(s)) return false;
  if (spec->pre != first->pre && u->n_pre_par) return false;
  for (int k = 0; k < s->n_projections; k++) {
    if (s->projection[k]->pre == spec->pre && s->projection[k]->post == spec->post) return false;
  }
  return true;
}

int ln_synapses_add(ln_synapses *s, ln_projection *p, ln_error *err) {
  size_t n = (size_t)s->n_projections, each = sizeof *s->projection;
  ln_projection **grown = ln_realloc(s->projection, n * each, (n + 1) * each);
  if (!grown) return ln_fail(err, LN_ENOMEM, "%s: no memory for a projection", p->name);
  s->projection = grown;
  s->projection[s->n_projections++] = p;
  p->synapses = s;
  if (n == 0) {
    s->post = p->post, s->pre = p->pre;
    const ln_model *source = ln_population_model(p->pre);
    for (int k = 0; k < s->unit->n_pre_par; k++)
      s->pre_par[k] = ln_model_parameter(source, s->unit->pre_par[k]);
    return add_pulses(s, p, err);
  }
  return 0;
}

void ln_synapses_forget(ln_synapses *s, const ln_projection *p) {
  int n = 0;
  for (int k = 0; k < s->n_projections; k++) {
    if (s->projection[k] != p) s->projection[n++] = s->projection[k];
  }
  s->n_projections = n;
}

/* ------------------------------------------------------------------ variants */

bool ln_variant_fits(const ln_synapses *s, const ln_variant *v, const ln_projection *p) {
  const ln_unit *u = s->unit;
  if (u->n_par && memcmp(v->par, p->par, (size_t)u->n_par * sizeof *v->par) != 0) return false;
  for (int k = 0; k < u->n_var; k++) {
    if (!ln_projection_stores_once(p, k)) continue;
    double cell = 0;
    ln_element_store(ln_element_of(u, k), &cell, &p->var[k].a, 1);
    if (memcmp(&cell, &v->shared[k], sizeof cell) != 0) return false;
  }
  return true;
}

void ln_variant_set(ln_synapses *s, ln_variant *v, const ln_projection *p) {
  const ln_unit *u = s->unit;
  if (u->n_par) memcpy(v->par, p->par, (size_t)u->n_par * sizeof *v->par);
  for (int k = 0; k < u->n_var; k++) {
    if (ln_projection_stores_once(p, k))
      ln_element_store(ln_element_of(u, k), &v->shared[k], &p->var[k].a, 1);
  }
}

void ln_variant_refresh(const ln_synapses *s, ln_variant *v) {
  for (int k = 0; k < s->unit->n_var; k++) v->syn[k] = v->rows.var[k] ? v->rows.var[k] : &v->shared[k];
}

bool ln_synapses_has_variant(const ln_synapses *s, const ln_projection *p) {
  for (int k = 0; k < s->n_variants; k++) {
    if (ln_variant_fits(s, s->variant[k], p)) return true;
  }
  return false;
}

int ln_synapses_add_variant(ln_synapses *s, const ln_projection *p, ln_variant **out, ln_error *err) {
  size_t n = (size_t)s->n_variants, n_var = (size_t)s->unit->n_var;
  ln_variant **grown = ln_realloc(s->variant, n * sizeof *grown, (n + 1) * sizeof *grown);
  if (grown) s->variant = grown;
  ln_variant *v = grown ? ln_alloc(sizeof *v) : NULL;
  if (!v) return ln_fail(err, LN_ENOMEM, "%s: no memory for synapses", p->name);
  v->par = ln_alloc_array((size_t)s->unit->n_par, sizeof *v->par);
  v->shared = ln_alloc_array(n_var, sizeof *v->shared);
  v->syn = ln_alloc_array(n_var, sizeof *v->syn);
  int code =
      v->par && v->shared && v->syn ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory for synapses", p->name);
  if (!code) code = ln_rows_init(&v->rows, s->unit, 0, err);
  if (!code) code = ln_calendar_reserve(&v->calendar, 0, err);
  if (!code && ln_plastic_unit(s->unit)) code = ln_plastic_init(&v->plastic, s->unit, p->route_delay, err);
  if (code) {
    destroy_variant(v, s->unit);
    return code;
  }
  for (int k = 0; k < v->plastic.n_routes; k++) {
    const char *event = s->unit->pathway[k].event;
    if (event) v->plastic.route[k].event = ln_population_event(s->post, event);
  }
  ln_variant_set(s, v, p);
  ln_variant_refresh(s, v);
  *out = s->variant[s->n_variants++] = v;
  return 0;
}

void ln_synapses_touch(ln_synapses *s, ln_projection *p) {
  int others = 0;
  for (int k = 0; k < s->n_projections; k++)
    others += s->projection[k] != p && s->projection[k]->variant == p->variant;
  if (!p->variant) return;
  if (others) s->stale = true;
  else ln_variant_set(s, p->variant, p);
}

/* ------------------------------------------------------------------ rows of sources */

static int by_nid(const void *a, const void *b) {
  const ln_source *x = a, *y = b;
  return x->nid_lo < y->nid_lo ? -1 : x->nid_lo > y->nid_lo;
}

static int grow_rows(ln_synapses *s, int64_t n, ln_error *err) {
  size_t old = (size_t)s->n_rows, now = old + (size_t)n, real = sizeof(double); /* or float, or int32_t */
  uint32_t *nid = ln_realloc(s->row_nid, old * sizeof *nid, now * sizeof *nid);
  if (nid) s->row_nid = nid;
  uint32_t *gid = ln_realloc(s->row_gid, old * sizeof *gid, now * sizeof *gid);
  if (gid) s->row_gid = gid;
  bool good = nid && gid;
  for (int k = 0; k < s->unit->n_pre && good; k++) {
    void *mirror = ln_realloc(s->mirror[k], old * real, now * real);
    if (mirror) s->mirror[k] = mirror;
    good = mirror != NULL;
  }
  return good ? 0 : ln_fail(err, LN_ENOMEM, "no memory for synapses of %zu sources", now);
}

static int add_source(ln_synapses *s, ln_population *population, int event, ln_error *err) {
  int64_t n = ln_population_size(population);
  size_t count = (size_t)s->n_sources;
  ln_source *grown = ln_realloc(s->source, count * sizeof *grown, (count + 1) * sizeof *grown);
  if (!grown) return ln_fail(err, LN_ENOMEM, "no memory for synapses");
  s->source = grown;
  int *pre = ln_alloc_array((size_t)s->unit->n_pre, sizeof *pre);
  int code = pre ? grow_rows(s, n, err) : ln_fail(err, LN_ENOMEM, "no memory for synapses");
  if (code) {
    ln_free(pre);
    return code;
  }
  uint32_t nid = ln_population_event_nid(population, event);
  for (int64_t k = 0; k < n; k++) {
    s->row_nid[s->n_rows + k] = nid + (uint32_t)k;
    s->row_gid[s->n_rows + k] = (uint32_t)k;
  }
  const ln_model *model = ln_population_model(population);
  for (int k = 0; k < s->unit->n_pre; k++) {
    const char *name = s->unit->pre[k];
    pre[k] = strcmp(name, "lastspike") == 0 ? LN_LAST_SPIKE : ln_model_variable(model, name);
  }
  s->source[s->n_sources++] = (ln_source){population, event, nid, nid + (uint32_t)n, s->n_rows, pre};
  s->n_rows += n;
  qsort(s->source, (size_t)s->n_sources, sizeof *s->source, by_nid);
  return 0;
}

static const ln_source *find_source(const ln_synapses *s, const ln_population *population, int event) {
  for (int k = 0; k < s->n_sources; k++) {
    if (s->source[k].population == population && s->source[k].event == event) return &s->source[k];
  }
  return NULL;
}

int ln_synapses_add_sources(ln_synapses *s, ln_error *err) {
  for (int k = 0; k < s->n_projections; k++) {
    ln_projection *p = s->projection[k];
    int code = find_source(s, p->pre, p->event) ? 0 : add_source(s, p->pre, p->event, err);
    if (code) return code;
    p->row0 = find_source(s, p->pre, p->event)->row0;
  }
  return 0;
}

/* ------------------------------------------------------------------ what there is */

void ln_synapses_set_step(ln_synapses *s, int64_t step) { s->step = step; }

bool ln_synapses_stale(const ln_synapses *s) { return s->stale; }

int64_t ln_synapses_count(const ln_synapses *s) {
  uint64_t n = 0;
  for (int k = 0; k < s->n_variants; k++) n += s->variant[k]->rows.n;
  return (int64_t)n;
}

uint64_t ln_synapses_bytes(const ln_synapses *s) {
  uint64_t bytes = (uint64_t)s->n_rows * (8 + (uint64_t)s->unit->n_pre * sizeof(double));
  for (int k = 0; k < s->n_variants; k++)
    bytes += ln_rows_bytes(&s->variant[k]->rows, s->unit) + ln_calendar_bytes(&s->variant[k]->calendar) +
             ln_plastic_bytes(&s->variant[k]->plastic, s->unit);
  return bytes;
}

int ln_synapses_min_delay(const ln_synapses *s) {
  int least = INT_MAX;
  for (int k = 0; k < s->n_variants; k++) {
    const ln_variant *v = s->variant[k];
    least = v->rows.min_delay < least ? v->rows.min_delay : least;
    for (int q = 0; q < v->plastic.n_routes; q++) {
      int delays = s->unit->pathway[q].delays;
      int delay = delays ? ln_spread_least(&v->rows, delays - 1) : v->plastic.route[q].delay;
      if (s->unit->pathway[q].kind == LN_OF_SOURCE && delay < least) least = delay;
    }
  }
  return least;
}

int ln_synapses_max_delay(const ln_synapses *s) {
  int most = -1;
  for (int k = 0; k < s->n_variants; k++)
    most = s->variant[k]->rows.max_delay > most ? s->variant[k]->rows.max_delay : most;
  return most;
}
