/* synapses.c - a storage of synapses: what may share it, and its part in a step.
 *
 * Spikes are filed as segments in the calendar, due segments are handed to the compiled code. Building is in
 * synapses_build.c, moving projections apart in synapses_split.c.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "flush.h"
#include "image.h"
#include "memory.h"
#include "population_p.h"
#include "spread.h"
#include "synapses_p.h"

#define BATCH 256 /* spikes filed together */

/* ------------------------------------------------------------------ pathways */

static int kind_of(const ln_unit *u, int pathway) { return pathway == 0 ? LN_OF_SOURCE : u->pathway[pathway - 1].kind; }

int ln_synapses_usual_order(int kind) { return kind == LN_OF_SOURCE || kind == LN_SUMMED ? -1 : kind == LN_OF_TARGET; }

static int order_of(const ln_unit *u, const int *order, int pathway) {
  return order ? order[pathway] : ln_synapses_usual_order(kind_of(u, pathway));
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
  if (!s->par || !s->order || !s->post_var || !s->post_par || !s->pre_par || !s->post_array || !s->post_value ||
      !s->pre_value || !s->mirror || !s->signal) {
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
    code = ln_pulses_init(&s->pulses[k], nid + (uint32_t)w->lo, nid + (uint32_t)w->hi, p->route_delay[k], err);
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
  for (int k = 0; k < s->unit->n_pre; k++)
    pre[k] = strcmp(s->unit->pre[k], "lastspike") == 0 ? LN_LAST_SPIKE
                                                       : ln_model_variable(ln_population_model(population), s->unit->pre[k]);
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
      int delays = s->unit->pathway[q].delays, delay = delays ? ln_spread_least(&v->rows, delays - 1) : v->plastic.route[q].delay;
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

/* ------------------------------------------------------------------ a step */

/* The targets as what they stand for, if they are synapses. Such a storage has one projection. */
static ln_image *onto_synapses(const ln_synapses *s) { return s->post ? ln_population_image(s->post) : NULL; }

static int file_rows(ln_synapses *s, ln_variant *v, int64_t step, const uint32_t *row, int64_t n,
                     ln_error *err) {
  int code = ln_calendar_file(&v->calendar, &v->rows, step, row, n, err);
  if (!code && v->plastic.n_routes) code = ln_plastic_file(&v->plastic, s->unit, &v->rows, step, row, n, err);
  return code;
}

/* The spikes of all sources together, so that what is cold is fetched well ahead however few each has. */
static int file_spikes(ln_synapses *s, ln_variant *v, int64_t step, const uint32_t *nid, int64_t n,
                       ln_error *err) {
  uint32_t row[BATCH];
  int64_t n_rows = 0;
  const ln_source *source = s->source, *end = source + s->n_sources;
  for (int64_t k = 0; k < n && source < end; k++) {
    while (source < end && nid[k] >= source->nid_hi) source++;
    if (source == end || nid[k] < source->nid_lo || source->row0 >= v->rows.n_rows) continue;
    row[n_rows++] = (uint32_t)(source->row0 + nid[k] - source->nid_lo);
    if (n_rows < BATCH) continue;
    int code = file_rows(s, v, step, row, n_rows, err);
    if (code) return code;
    n_rows = 0;
  }
  return file_rows(s, v, step, row, n_rows, err);
}

/* Until when the spikes of a step may have something due, where all ranks must agree on it. */
static void extend(ln_synapses *s, int64_t step, const uint32_t *nid, int64_t n) {
  for (int q = 0; q < s->n_sources; q++) {
    for (int64_t k = 0; k < n; k++) {
      bool ours = nid[k] >= s->source[q].nid_lo && nid[k] < s->source[q].nid_hi;
      if (ours && s->until < step + s->longest) s->until = step + s->longest;
    }
  }
}

int ln_synapses_file(ln_synapses *s, int64_t step, const uint32_t *nid, int64_t n, ln_error *err) {
  if (onto_synapses(s)) extend(s, step, nid, n);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) ln_pulses_file(&s->pulses[k], step, nid, n);
  for (int v = 0; v < s->n_variants; v++) {
    int code = file_spikes(s, s->variant[v], step, nid, n, err);
    if (code) return code;
  }
  return 0;
}

void ln_synapses_fetch_targets(ln_synapses *s) {
  const ln_unit *u = s->unit;
  for (int k = 0; k < u->n_post; k++) {
    void *array = ln_block_var(s->block, s->post_var[k]);
    s->post_array[k] = array ? array : ln_population_var(s->post, s->post_var[k]);
  }
  for (int k = 0; k < u->n_post_par; k++) s->post_value[k] = ln_population_parameter(s->post, s->post_par[k]);
  for (int k = 0; k < u->n_pre_par; k++)
    s->pre_value[k] = ln_population_parameter(s->projection[0]->pre, s->pre_par[k]);
}

ln_deliver_args ln_synapses_arguments(const ln_synapses *s, ln_variant *v, int64_t step) {
  const ln_clock *post = ln_population_clock(s->post), *pre = ln_population_clock(s->pre);
  uint64_t beside = ln_clock_beside(&s->clock, step);
  ln_deliver_args a = {
    .target = v->rows.target, .syn = v->syn, .post = s->post_array, .pre = s->mirror, .par = v->par,
    .post_par = s->post_value, .pre_par = s->pre_value, .row_nid = s->row_nid, .post_nid = ln_block_nid(s->block),
    .row_gid = s->row_gid, .post_gid = ln_block_gid(s->block), .post_last = ln_block_last(s->block),
    .step = ln_clock_tick(&s->clock, step), .t = ln_clock_time(&s->clock, step), .dt = s->clock.dt,
    .post_step = ln_clock_last(post, step), .post_dt = post->dt,
    .pre_step = ln_clock_last(pre, step), .pre_dt = pre->dt,
    .key = beside ? ln_key(s->key, beside, 0) : s->key, .signal = s->signal, .target_lo = v->plastic.target_lo, .target_hi = v->plastic.target_hi,
    .timed = s->n_projections ? s->projection[0]->table : NULL};
  if (v->plastic.tabled) ln_plastic_lend(&v->plastic, &a);
  return a;
}

static void run_slot(const ln_synapses *s, const ln_variant *v, ln_deliver_args *a, ln_slot *slot) {
  const ln_unit *u = s->unit;
  bool frozen = v->plastic.frozen && u->frozen16;
  a->segment = slot->segment;
  a->n_segments = slot->n;
  if (v->rows.wide) (frozen ? u->frozen32 : u->deliver32)(a);
  else (frozen ? u->frozen16 : u->deliver16)(a);
  slot->n = 0;
  slot->events = 0;
}

/* On all ranks, whatever there was to do here. */
static void stir_targets(const ln_synapses *s) {
  for (int k = 0; k < s->n_projections; k++) ln_population_stir(s->projection[k]->post);
}

/* The pathway's place among those beside the first; all stay all. */
static int route_of(int pathway) { return pathway < 0 ? pathway : pathway - 1; }

int64_t ln_synapses_deliver(ln_synapses *s, int only, int64_t step) {
  int64_t events = 0;
  bool fetched = false;
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    ln_slot none = {0}, *slot = only <= 0 ? ln_calendar_slot(&v->calendar, step) : &none;
    if (slot->n == 0 && v->plastic.n_routes == 0) continue;
    if (!fetched) ln_synapses_fetch_targets(s);
    fetched = true;
    events += slot->events;
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    if (v->plastic.tabled) ln_plastic_tabulate(&v->plastic, s->unit, &args);
    if (slot->n) run_slot(s, v, &args, slot);
    if (only != 0) events += ln_plastic_deliver(&v->plastic, s->unit, route_of(only), step, &args, v->rows.wide);
  }
  stir_targets(s);
  return events;
}

bool ln_synapses_learns(const ln_synapses *s) {
  return ln_plastic_learns(s->unit) && s->n_variants && !s->variant[0]->plastic.frozen;
}

bool ln_synapses_has(const ln_synapses *s, int kind) { return ln_plastic_sweeps(s->unit, kind); }

bool ln_synapses_due(const ln_synapses *s, int kind, int64_t step) {
  if (kind == LN_CLOCK) return ln_clock_ticks(&s->clock, step);
  return kind != LN_SUMMED || ln_clock_ticks(ln_population_clock(s->post), step);
}

int ln_synapses_sweep(ln_synapses *s, int kind, int only, int64_t step, ln_error *err) {
  ln_image *targets = onto_synapses(s);
  if (targets && !ln_plastic_sweeps_at(&s->variant[0]->plastic, s->unit, kind, route_of(only), step)) return 0;
  int code = targets ? ln_image_pull(targets, err) : 0;
  if (!code) code = ln_synapses_mirror(s, kind, err);
  ln_synapses_fetch_targets(s);
  for (int k = 0; k < s->n_variants && !code; k++) {
    ln_variant *v = s->variant[k];
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    ln_plastic_tabulate(&v->plastic, s->unit, &args);
    ln_plastic_sweep(&v->plastic, s->unit, &v->rows, kind, route_of(only), step, &args);
  }
  stir_targets(s);
  if (targets && !code) code = ln_image_push(targets, err);
  return code;
}

int ln_synapses_deliver_pulses(ln_synapses *s, int64_t step, ln_error *err) {
  int code = 0;
  for (int k = 0; s->pulses && k < s->unit->n_pathway && !code; k++) {
    for (uint32_t n = s->pulses[k].due ? ln_pulses_take(&s->pulses[k], step) : 0; n > 0 && !code; n--)
      code = ln_synapses_sweep(s, LN_ON_SIGNAL, k + 1, step, err);
  }
  return code;
}

/* What happened to targets in this step goes into the queues of the pathways that are about it. */
static int take(ln_synapses *s, ln_variant *v, int only, int64_t step, ln_error *err) {
  for (int event = -1; event < ln_population_n_events(s->post); event++) {
    int64_t n;
    const uint32_t *lid = ln_population_events(s->post, event, &n);
    int code =
        ln_plastic_take(&v->plastic, s->unit, route_of(only), event, step, lid, n, ln_population_blid(s->post), err);
    if (code) return code;
  }
  return 0;
}

int ln_synapses_deliver_back(ln_synapses *s, int only, int64_t step, int64_t *events, ln_error *err) {
  ln_synapses_fetch_targets(s);
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    int code = take(s, v, only, step, err);
    if (code) return code;
    ln_plastic_tabulate(&v->plastic, s->unit, &args);
    *events += ln_plastic_deliver_back(&v->plastic, s->unit, route_of(only), &v->rows, step, &args);
  }
  stir_targets(s);
  return 0;
}

/* One segment, or all where row < 0. */
static void settle(ln_synapses *s, ln_variant *v, int64_t row, uint64_t run) {
  if (!ln_plastic_owes(&v->plastic)) return;
  ln_synapses_fetch_targets(s);
  ln_deliver_args args = ln_synapses_arguments(s, v, 0);
  uint64_t mode = ln_flush_begin();
  ln_plastic_tabulate(&v->plastic, s->unit, &args);
  if (row < 0) ln_plastic_settle(&v->plastic, s->unit, &v->rows, &args);
  else ln_plastic_settle_run(&v->plastic, s->unit, &v->rows, &args, row, run);
  ln_flush_end(mode);
}

void ln_synapses_settle(ln_synapses *s) {
  for (int k = 0; k < s->n_variants; k++) settle(s, s->variant[k], -1, 0);
}

void ln_synapses_settle_run(ln_synapses *s, ln_variant *v, int64_t row, uint64_t run) { settle(s, v, row, run); }

void ln_synapses_clear_calendar(ln_synapses *s) {
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) ln_pulses_clear(&s->pulses[k]);
  for (int k = 0; k < s->n_variants; k++) {
    ln_calendar_clear(&s->variant[k]->calendar);
    ln_plastic_clear(&s->variant[k]->plastic, s->unit);
  }
}

/* ------------------------------------------------------------------ targets that are synapses */

static bool any_due(const ln_synapses *s, int only, int64_t step) {
  bool any = false;
  for (int k = 0; k < s->n_variants; k++) {
    const ln_variant *v = s->variant[k];
    any |= only <= 0 && ln_calendar_slot(&v->calendar, step)->n > 0;
    for (int q = 0; q < v->plastic.n_routes; q++) {
      bool asked = s->unit->pathway[q].kind == LN_OF_SOURCE && (only < 0 || only == q + 1);
      any |= asked && ln_calendar_slot(&v->plastic.route[q].calendar, step)->n > 0;
    }
  }
  return any;
}

int ln_synapses_borrow_targets(ln_synapses *s, int only, int64_t step, bool *fetched, ln_error *err) {
  ln_image *targets = onto_synapses(s);
  *fetched = targets && step <= s->until && ln_comm_max(s->comm, any_due(s, only, step));
  return *fetched ? ln_image_pull(targets, err) : 0;
}

int ln_synapses_return_targets(ln_synapses *s, ln_error *err) { return ln_image_push(onto_synapses(s), err); }

void ln_synapses_survey(ln_synapses *s) {
  if (!onto_synapses(s)) return;
  int longest = ln_synapses_max_delay(s);
  for (int k = 0; k < s->n_variants; k++) {
    const ln_plastic *p = &s->variant[k]->plastic;
    for (int q = 0; q < p->n_routes; q++) {
      if (s->unit->pathway[q].kind == LN_OF_SOURCE && p->route[q].delay > longest) longest = p->route[q].delay;
    }
  }
  s->longest = (int)ln_comm_max(s->comm, longest);
}

/* ------------------------------------------------------------------ pre variables by row */

static bool reads_linked(const ln_synapses *s) {
  const ln_unit *target = ln_model_unit(ln_block_model(s->block));
  bool any = false;
  for (int k = 0; k < s->unit->n_post; k++) any |= (target->var[s->post_var[k]].flags & LN_LINKED) != 0;
  return any;
}

bool ln_synapses_reads_pre(const ln_synapses *s) {
  return s->unit->n_pre > 0 || s->unit->n_signal > 0 || reads_linked(s);
}

/* The linked variables that the code reads, of all targets and sources. Collective. */
static void fetch_linked(ln_synapses *s) {
  for (int k = 0; k < s->unit->n_post; k++) {
    for (int q = 0; q < s->n_projections; q++) ln_population_show(s->projection[q]->post, s->post_var[k]);
  }
  for (int q = 0; q < s->n_sources; q++) {
    for (int k = 0; k < s->unit->n_pre; k++) ln_population_show(s->source[q].population, s->source[q].pre[k]);
  }
}

/* The value of each signal, from the rank that has it, if nobody has asked since it may have changed. Collective. */
static void fetch_signals(ln_synapses *s) {
  int n = 0, ranks = ln_comm_size(s->comm), wanted[s->unit->n_signal];
  const ln_signal *signal = s->projection[0]->signal;
  for (int k = 0; k < s->unit->n_signal; k++) {
    if (!ln_population_kept(signal[k].population, signal[k].var, &s->signal[k])) wanted[n++] = k;
  }
  if (n == 0) return; /* on all ranks */
  double own[n], all[n * ranks];
  for (int q = 0; q < n; q++) {
    const ln_signal *w = &signal[wanted[q]];
    int64_t lo, hi, first, count;
    own[q] = 0;
    ln_population_own(w->population, &lo, &hi);
    if (lo < hi) ln_population_read(w->population, w->var, lo, hi, &own[q], &first, &count);
  }
  ln_comm_allgather(s->comm, own, sizeof own, all);
  for (int q = 0; q < n; q++) {
    const ln_signal *w = &signal[wanted[q]];
    for (int r = 0; r < ranks; r++) {
      int64_t lo, hi;
      ln_population_slice_of(w->population, r, &lo, &hi);
      if (lo < hi) s->signal[wanted[q]] = all[r * n + q];
    }
    ln_population_keep(w->population, w->var, s->signal[wanted[q]]);
  }
}

static int64_t own_sources(const ln_source *source, int rank, int64_t *lo) {
  int64_t hi;
  ln_population_slice_of(source->population, rank, lo, &hi);
  return hi - *lo;
}

static void read_own(const ln_source *source, int var, int64_t lo, int64_t n, double *out) {
  int64_t first;
  if (source->pre[var] != LN_LAST_SPIKE) {
    ln_population_read(source->population, source->pre[var], lo, lo + n, out, &first, &n);
    return;
  }
  const int32_t *last = ln_block_last(ln_population_block(source->population)) + ln_population_blid(source->population);
  for (int64_t k = 0; k < n; k++) out[k] = last[k];
}

/* Own values of all pre variables of all sources, one behind the other. */
static double *pack_own(const ln_synapses *s, size_t *count) {
  int64_t lo, total = 0;
  int rank = ln_comm_rank(s->comm);
  for (int k = 0; k < s->n_sources; k++) total += own_sources(&s->source[k], rank, &lo) * s->unit->n_pre;
  double *own = ln_alloc_array((size_t)total, sizeof *own), *at = own;
  *count = (size_t)total;
  for (int k = 0; k < s->n_sources && own; k++) {
    int64_t own_n = own_sources(&s->source[k], rank, &lo);
    for (int v = 0; v < s->unit->n_pre; v++, at += own_n) read_own(&s->source[k], v, lo, own_n, at);
  }
  return own;
}

/* What the code takes a source's variable for: whole numbers stay so. */
static ln_element mirrored(const ln_synapses *s, const ln_source *source, int var) {
  ln_element real = s->unit->precision == 4 ? LN_ELEMENT_FLOAT : LN_ELEMENT_DOUBLE;
  if (source->pre[var] == LN_LAST_SPIKE) return LN_ELEMENT_INT;
  return ln_model_unit(ln_population_model(source->population))->var[source->pre[var]].type == LN_INT ? LN_ELEMENT_INT : real;
}

static void unpack(ln_synapses *s, const double *all) {
  for (int rank = 0; rank < ln_comm_size(s->comm); rank++) {
    for (int k = 0; k < s->n_sources; k++) {
      int64_t lo, n = own_sources(&s->source[k], rank, &lo), row = s->source[k].row0 + lo;
      for (int v = 0; v < s->unit->n_pre; v++, all += n) {
        ln_element type = mirrored(s, &s->source[k], v);
        ln_element_store(type, (char *)s->mirror[v] + ln_element_size(type) * (size_t)row, all, n);
      }
    }
  }
}

/* Of sources that are synapses the variables; where they are all here, and of the type that is wanted, in their place. */
static int mirror_synapses(ln_synapses *s, bool *done, ln_error *err) {
  ln_image *sources = s->n_sources == 1 ? ln_population_image(s->source[0].population) : NULL;
  if (!sources) return 0;
  const ln_source *source = &s->source[0];
  const ln_unit *unit = ln_model_unit(ln_population_model(source->population));
  *done = ln_comm_size(s->comm) == 1;
  for (int v = 0; v < s->unit->n_pre; v++) *done = *done && mirrored(s, source, v) == ln_element_of(unit, source->pre[v]);
  int code = *done || sources == onto_synapses(s) ? 0 : ln_image_pull(sources, err);
  for (int v = 0; v < s->unit->n_pre && *done && !code; v++) {
    size_t size = ln_element_size(mirrored(s, source, v));
    code = ln_image_pull_to(sources, source->pre[v], (char *)s->mirror[v] + size * (size_t)source->row0, err);
  }
  return code;
}

int ln_synapses_mirror(ln_synapses *s, int kind, ln_error *err) {
  if (s->unit->reads_none >> kind & 1) return 0;
  if (s->unit->n_signal > 0 && s->n_projections > 0) fetch_signals(s);
  fetch_linked(s);
  if (s->unit->n_pre == 0) return 0;
  bool done = false;
  int pulled = mirror_synapses(s, &done, err);
  if (pulled || done) return pulled;
  size_t n;
  double *own = pack_own(s, &n), *all = NULL;
  int code = own ? 0 : ln_fail(err, LN_ENOMEM, "no memory to read variables of source neurons");
  if (!own) n = 0; /* the others wait in the collective */
  int gathered = ln_comm_allgatherv(s->comm, own, n * sizeof *own, (void **)&all, NULL, err);
  code = code ? code : gathered;
  if (!code) unpack(s, all);
  ln_free(own);
  ln_free(all);
  return code;
}

/* ------------------------------------------------------------------ snapshots */

typedef struct saved { /* followed by pulses under way, then each variant: its cells, arrays, size of the calendar, calendar */
  int64_t n_builds, n_variants, n_synapses, until;
} saved;

static size_t array_size(const ln_synapses *s, const ln_variant *v, int var) {
  return v->rows.var[var] ? ln_rows_elements(&v->rows, s->unit, var) * ln_element_size(ln_element_of(s->unit, var)) : 0;
}

static size_t variant_size(const ln_synapses *s, const ln_variant *v) {
  size_t bytes = (size_t)s->unit->n_var * sizeof *v->shared + sizeof(size_t) + ln_calendar_size(&v->calendar);
  for (int k = 0; k < s->unit->n_var; k++) bytes += array_size(s, v, k);
  return bytes + ln_plastic_size(&v->plastic, s->unit);
}

static char *write_bytes(char *at, const void *data, size_t bytes) {
  if (bytes) memcpy(at, data, bytes);
  return at + bytes;
}

static const char *read_bytes(const char *at, void *data, size_t bytes) {
  if (bytes) memcpy(data, at, bytes);
  return at + bytes;
}

int ln_synapses_save(ln_synapses *s, void **data, size_t *bytes, ln_error *err) {
  ln_synapses_settle(s);
  saved head = {s->n_builds, s->n_variants, ln_synapses_count(s), s->until};
  *bytes = sizeof head;
  for (int k = 0; k < s->n_variants; k++) *bytes += variant_size(s, s->variant[k]);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) *bytes += ln_pulses_size(&s->pulses[k]);
  *data = ln_alloc(*bytes);
  if (!*data)
    return ln_fail(err, LN_ENOMEM, "no memory to store synapses (%.3g GiB)", (double)*bytes / 0x1p30);
  char *at = write_bytes(*data, &head, sizeof head);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++)
    at = write_bytes(at, s->pulses[k].due, ln_pulses_size(&s->pulses[k]));
  for (int k = 0; k < s->n_variants; k++) {
    const ln_variant *v = s->variant[k];
    at = write_bytes(at, v->shared, (size_t)s->unit->n_var * sizeof *v->shared);
    for (int q = 0; q < s->unit->n_var; q++)
      at = write_bytes(at, v->rows.var[q], array_size(s, v, q));
    size_t size = ln_calendar_size(&v->calendar);
    at = write_bytes(at, &size, sizeof size);
    ln_calendar_write(&v->calendar, at);
    at = ln_plastic_write(&v->plastic, s->unit, at + size);
  }
  return 0;
}

/* Stored-once values of projections follow those of their variant. */
static void restore_projections(ln_synapses *s, const ln_variant *v) {
  for (int k = 0; k < s->n_projections; k++) {
    ln_projection *p = s->projection[k];
    if (p->variant == v) p->frozen = v->plastic.frozen;
    for (int q = 0; q < s->unit->n_var && p->variant == v; q++) {
      if (ln_projection_stores_once(p, q) && !ln_variant_fits(s, v, p))
        p->var[q] = ln_value_constant(ln_element_get(ln_element_of(s->unit, q), &v->shared[q], 0));
    }
  }
}

int ln_synapses_can_load(const ln_synapses *s, const void *data, size_t bytes, ln_error *err) {
  saved head = {0};
  if (bytes >= sizeof head) memcpy(&head, data, sizeof head);
  if (bytes >= sizeof head && head.n_builds == s->n_builds && head.n_variants == s->n_variants &&
      head.n_synapses == ln_synapses_count(s))
    return 0;
  return ln_fail(err, LN_EINVAL, "synapses were added or stored anew since the network was stored");
}

int ln_synapses_load(ln_synapses *s, const void *data, size_t bytes, ln_error *err) {
  int refused = ln_synapses_can_load(s, data, bytes, err);
  if (refused) return refused;
  saved head;
  memcpy(&head, data, sizeof head);
  s->until = head.until;
  const char *at = (const char *)data + sizeof head;
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++)
    at = read_bytes(at, s->pulses[k].due, ln_pulses_size(&s->pulses[k]));
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    at = read_bytes(at, v->shared, (size_t)s->unit->n_var * sizeof *v->shared);
    for (int q = 0; q < s->unit->n_var; q++)
      at = read_bytes(at, v->rows.var[q], array_size(s, v, q));
    size_t size;
    at = read_bytes(at, &size, sizeof size);
    int code = ln_calendar_read(&v->calendar, at, size, err);
    at += size;
    if (!code) code = ln_plastic_read(&v->plastic, s->unit, &at, err);
    if (code) return code;
    restore_projections(s, v);
  }
  return 0;
}
