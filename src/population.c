/* population.c - a named range of neurons of one model.
 *
 * Owns what is not in the block: parameters and the propagators derived from them, shared variables, the
 * spikes of the step, the schedule of a population without a model. The spans of variables that the script
 * reads and assigns are in population_values.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "keys.h"
#include "memory.h"
#include "population_struct.h"
#include "propagator.h"

/* ------------------------------------------------------------------ making */

int ln_population_check(const ln_population_spec *spec, ln_error *err) {
  if (spec->size < 1) {
    return ln_fail(err, LN_EINVAL, "%s: a population of %lld neurons; expected at least 1", spec->name,
                   (long long)spec->size);
  }
  if (!spec->model == !spec->schedule) {
    return ln_fail(err, LN_EINVAL, "%s: expected either a model or spike times", spec->name);
  }
  if (spec->schedule) return ln_schedule_check(spec->schedule, spec->name, spec->size, err);
  const ln_unit *unit = ln_model_unit(spec->model);
  if (unit->kind == LN_NEURON) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: %s is not a model of neurons", spec->name, unit->name);
}

uint64_t ln_population_own_bytes(int64_t n_own, int64_t n_scheduled) { /* events, which are few, left out */
  return sizeof(ln_population) + 4 * (uint64_t)(n_own + LN_LANES) + 16 * (uint64_t)n_scheduled;
}

/* Room for what happens beside the step. */
static int take_actions(ln_population *p) {
  size_t n_every = p->unit ? (size_t)p->unit->n_every : 0, n_event = p->unit ? (size_t)p->unit->n_event : 0;
  p->every = ln_alloc_array(n_every, sizeof *p->every);
  p->n_event = ln_alloc_array(n_event, sizeof *p->n_event);
  p->event = ln_alloc_array(n_event, sizeof *p->event);
  if (!p->every || !p->n_event || !p->event) return LN_ENOMEM;
  for (size_t k = 0; k < n_event; k++) {
    p->event[k] = ln_alloc_array((size_t)p->n_sweep, sizeof *p->event[k]);
    if (!p->event[k]) return LN_ENOMEM;
  }
  return LN_OK;
}

static int take_arrays(ln_population *p, const ln_population_spec *spec) {
  const ln_unit *u = p->unit;
  size_t n_var = u ? (size_t)u->n_var : 0, n_par = u ? (size_t)u->n_par : 0;
  size_t n_derived = u && !u->system_per_neuron ? (size_t)u->n_used : 0, n_table = u ? (size_t)u->n_table : 0;
  p->name = strdup(spec->name);
  p->spike = ln_alloc_array((size_t)p->n_sweep, sizeof *p->spike);
  p->shared = ln_alloc_array(n_var, sizeof *p->shared);
  p->var = ln_alloc_array(n_var, sizeof *p->var);
  p->par = ln_alloc_array(n_par + n_derived, sizeof *p->par);
  p->table = ln_alloc_array(n_table, sizeof *p->table);
  if (!p->name || !p->spike || !p->shared || !p->var || !p->par || !p->table) return LN_ENOMEM;
  if (take_actions(p)) return LN_ENOMEM;
  if (n_par) memcpy(p->par, spec->par, n_par * sizeof *p->par);
  return spec->schedule ? ln_population_take_schedule(p, spec->schedule) : LN_OK;
}

int ln_population_create(ln_population **out, const ln_population_spec *spec,
                         const ln_population_place *place, ln_error *err) {
  *out = NULL;
  ln_population *p = ln_alloc(sizeof *p);
  if (!p) return ln_fail(err, LN_ENOMEM, "%s: no memory for a population", spec->name);
  *p = (ln_population){.place = *place, .size = spec->size, .order = spec->order, .stale = true};
  ln_population_slice_of(p, ln_comm_rank(place->comm), &p->gid_lo, &p->gid_hi);
  p->n_own = p->gid_hi - p->gid_lo;
  p->n_sweep = (p->n_own + LN_LANES - 1) / LN_LANES * LN_LANES;
  if (spec->model) {
    p->model = ln_model_retain(spec->model);
    p->unit = ln_model_unit(spec->model);
  }
  int code = take_arrays(p, spec);
  if (code) ln_fail(err, code, "%s: no memory for %lld neurons", spec->name, (long long)p->n_own);
  if (!code) code = ln_block_extend(place->block, p->n_own, &p->blid, err);
  if (code) {
    ln_population_destroy(p);
    return code;
  }
  for (int64_t k = 0; k < p->n_own; k++) {
    ln_block_nid(place->block)[p->blid + k] = place->nid + (uint32_t)(p->gid_lo + k);
    ln_block_gid(place->block)[p->blid + k] = (uint32_t)(p->gid_lo + k);
  }
  *out = p;
  return LN_OK;
}

void ln_population_destroy(ln_population *p) {
  if (!p) return;
  for (int k = 0; p->unit && p->table && k < p->unit->n_table; k++) ln_free((void *)p->table[k].value);
  for (int k = 0; p->unit && p->event && k < p->unit->n_event; k++) ln_free(p->event[k]);
  ln_population_unlink(p);
  free(p->name);
  ln_free(p->every);
  ln_free(p->event);
  ln_free(p->n_event);
  ln_free(p->spike);
  ln_free(p->shared);
  ln_free(p->var);
  ln_free(p->par);
  ln_free(p->table);
  ln_free(p->schedule_step);
  ln_free(p->schedule_lid);
  ln_model_release(p->model);
  ln_free(p);
}

/* ------------------------------------------------------------------ who and where */

const char *ln_population_name(const ln_population *p) { return p->name; }
int64_t ln_population_size(const ln_population *p) { return p->size; }
const ln_model *ln_population_model(const ln_population *p) { return p->model; }
uint32_t ln_population_nid(const ln_population *p) { return p->place.nid; }
uint32_t ln_population_event_nid(const ln_population *p, int event) {
  return p->place.nid + (uint32_t)p->size * (uint32_t)event;
}
int ln_population_n_events(const ln_population *p) { return p->unit ? p->unit->n_event : 0; }
ln_block *ln_population_block(const ln_population *p) { return p->place.block; }
int64_t ln_population_blid(const ln_population *p) { return p->blid; }
int ln_population_index(const ln_population *p) { return p->place.index; }
int ln_population_order(const ln_population *p) { return p->order; }
ln_comm *ln_population_comm(const ln_population *p) { return p->place.comm; }
double ln_population_dt(const ln_population *p) { return p->place.clock.dt; }
const ln_clock *ln_population_clock(const ln_population *p) { return &p->place.clock; }
void ln_population_set_image(ln_population *p, struct ln_image *image) { p->image = image; }
struct ln_image *ln_population_image(const ln_population *p) { return p->image; }

uint64_t ln_population_key(const ln_population *p, uint64_t purpose) {
  return ln_object_key(p->place.seed, LN_OBJECT_POPULATION, p->place.index, purpose);
}

void ln_population_slice_of(const ln_population *p, int rank, int64_t *gid_lo, int64_t *gid_hi) {
  int64_t ranks = ln_comm_size(p->place.comm);
  *gid_lo = p->size * rank / ranks;
  *gid_hi = p->size * (rank + 1) / ranks;
}

void ln_population_own(const ln_population *p, int64_t *gid_lo, int64_t *gid_hi) {
  *gid_lo = p->gid_lo;
  *gid_hi = p->gid_hi;
}

/* ------------------------------------------------------------------ constants */

double ln_population_parameter(const ln_population *p, int par) { return p->par[par]; }

void ln_population_set_parameter(ln_population *p, int par, double value) {
  p->par[par] = value;
  p->stale = true;
}

int ln_population_set_table(ln_population *p, int k, const ln_timed_array *table, ln_error *err) {
  const char *name = p->unit->table[k];
  if (table->rows < 1 || table->columns < 1 || !(table->dt > 0)) {
    return ln_fail(err, LN_EINVAL, "%s: the timed array %s needs at least one value and a positive dt",
                   p->name, name);
  }
  size_t bytes = (size_t)table->rows * (size_t)table->columns * sizeof(double);
  double *value = ln_alloc(bytes);
  if (!value) return ln_fail(err, LN_ENOMEM, "%s: no memory for the timed array %s", p->name, name);
  memcpy(value, table->value, bytes);
  ln_free((void *)p->table[k].value);
  p->table[k] = *table;
  p->table[k].value = value;
  return LN_OK;
}

void ln_population_touch(ln_population *p) {
  p->stale = true;
  ln_population_stir(p);
}

void ln_population_stir(ln_population *p) { p->kept = 0; }

void ln_population_keep(ln_population *p, int var, double value) {
  if (p->unit->var[var].flags & LN_LINKED) return;
  p->kept = var + 1;
  p->kept_value = value;
}

bool ln_population_kept(const ln_population *p, int var, double *value) {
  if (p->kept != var + 1) return false;
  *value = p->kept_value;
  return true;
}

double *ln_population_shared(ln_population *p, size_t *bytes) {
  *bytes = p->unit ? (size_t)p->unit->n_var * sizeof *p->shared : 0;
  return p->shared;
}

/* ------------------------------------------------------------------ propagators */

typedef struct renewal {
  const ln_unit *unit;
  const ln_neuron_args *args;
  size_t mm;         /* entries of a matrix */
  int n_systems;     /* active, refractory */
  double *A, *last;  /* of the neuron under way, and of the one before */
  double *entry;     /* P and Q of every system, as the codes of unit->used count them */
} renewal;

/* Computes the entries for neuron k, unless its systems are those of the neuron before. */
static int derive(renewal *r, int64_t k, bool first, ln_error *err) {
  const ln_unit *u = r->unit;
  size_t n = r->mm * (size_t)r->n_systems;
  for (int s = 0; s < r->n_systems; s++) u->system(r->args, k, s, r->A + r->mm * (size_t)s);
  if (!first && memcmp(r->A, r->last, n * sizeof *r->A) == 0) return LN_OK;
  memcpy(r->last, r->A, n * sizeof *r->A);
  for (int s = 0; s < r->n_systems; s++) {
    double *P = r->entry + 2 * r->mm * (size_t)s;
    int code = ln_propagator(u->m, r->A + r->mm * (size_t)s, r->args->dt, P, P + r->mm, err);
    if (code) return code;
  }
  return LN_OK;
}

static int derive_all(ln_population *p, renewal *r, ln_error *err) {
  const ln_unit *u = p->unit;
  ln_error why;
  if (!u->system_per_neuron) {
    int code = derive(r, 0, true, &why);
    if (code) return ln_fail(err, code, "%s: %s", p->name, why.text);
    for (int e = 0; e < u->n_used; e++) p->par[u->n_par + e] = r->entry[u->used[e]];
    return LN_OK;
  }
  for (int64_t k = 0; k < p->n_own; k++) {
    int code = derive(r, k, k == 0, &why);
    if (code)
      return ln_fail(err, code, "%s: neuron %lld: %s", p->name, (long long)(p->gid_lo + k) + 1, why.text);
    for (int e = 0; e < u->n_used; e++) {
      int var = u->first_derived + e;
      ln_element type = ln_element_of(u, var);
      ln_element_store(type, (char *)p->var[var] + ln_element_size(type) * (size_t)k, &r->entry[u->used[e]],
                       1);
    }
  }
  return LN_OK;
}

static int renew_propagators(ln_population *p, ln_error *err) {
  const ln_unit *u = p->unit;
  if (u->m == 0 || !u->system || !p->stale) return LN_OK;
  size_t mm = (size_t)u->m * (size_t)u->m;
  double *room = ln_alloc_array(8 * mm, sizeof *room);
  if (!room) return ln_fail(err, LN_ENOMEM, "%s: no memory for the propagators", p->name);
  renewal r = {.unit = u, .args = &p->args, .mm = mm, .n_systems = u->refractory_system ? 2 : 1,
               .A = room, .last = room + 2 * mm, .entry = room + 4 * mm};
  int code = derive_all(p, &r, err);
  ln_free(room);
  return code;
}

/* ------------------------------------------------------------------ running */

/* Ticks of the own clock. A stretch between two ticks has keys of its own, so that what is drawn there differs. */
static void set_time(ln_population *p, int64_t step) {
  const ln_clock *clock = &p->place.clock;
  p->args.step = ln_clock_tick(clock, step);
  p->args.t = ln_clock_time(clock, step);
  if (clock->stride > 1) p->args.key = ln_population_key(p, LN_DRAW_STEP + (ln_clock_beside(clock, step) << 8));
}

static void point(ln_population *p, int64_t step) {
  for (int v = 0; v < p->unit->n_var; v++) p->var[v] = ln_population_var(p, v);
  p->args = (ln_neuron_args){
      .var = p->var,
      .par = p->par,
      .table = p->table,
      .last = ln_block_last(p->place.block) + p->blid,
      .n = p->n_sweep,
      .n_own = p->n_own,
      .gid0 = p->gid_lo,
      .size = p->size,
      .dt = p->place.clock.dt,
      .key = ln_population_key(p, LN_DRAW_STEP),
      .spike = p->spike,
  };
  set_time(p, step);
}

/* Padding follows the last neuron, so that generated code meets nothing there that no neuron has (an
 * integer division by zero would trap). */
static void pad(ln_population *p) {
  if (p->n_own == 0) return;
  for (int v = 0; v < p->unit->n_var; v++) {
    if (p->unit->var[v].flags & (LN_SHARED | LN_LINKED)) continue;
    size_t size = ln_element_size(ln_element_of(p->unit, v));
    char *a = p->var[v];
    for (int64_t k = p->n_own; k < p->n_sweep; k++)
      memcpy(a + size * (size_t)k, a + size * (size_t)(p->n_own - 1), size);
  }
}

int ln_population_refresh(ln_population *p, int64_t step, ln_error *err) {
  p->n_spikes = 0;
  if (!p->unit) {
    ln_population_find_schedule(p, ln_clock_tick(&p->place.clock, step));
    return LN_OK;
  }
  for (int k = 0; k < p->unit->n_table; k++) {
    if (p->table[k].value) continue;
    return ln_fail(err, LN_EINVAL, "%s: the timed array %s has no values", p->name, p->unit->table[k]);
  }
  for (int v = 0; v < p->unit->n_var; v++) {
    int unlinked = ln_population_check_link(p, v, err);
    if (unlinked) return unlinked;
  }
  point(p, step);
  int code = renew_propagators(p, err);
  if (code) return code;
  p->stale = false;
  pad(p);
  return LN_OK;
}

void ln_population_set_every(ln_population *p, int k, int64_t steps) { p->every[k] = steps; }

void ln_population_start(ln_population *p, int64_t step) {
  ln_population_stir(p);
  if (p->watched) ln_population_mirror(p, 0);
  if (!p->unit || !(p->unit->start || p->unit->n_every)) return;
  set_time(p, step);
  if (!p->watched) ln_population_mirror(p, LN_AT_START);
  if (p->unit->start && ln_clock_ticks(&p->place.clock, step)) p->unit->start(&p->args);
}

void ln_population_run_every(ln_population *p, int64_t step) {
  ln_population_stir(p);
  for (int k = 0; p->unit && k < p->unit->n_every; k++) {
    if (p->every[k] > 0 && step % p->every[k] == 0) p->unit->every[k](&p->args);
  }
}

int64_t ln_population_advance(ln_population *p, int64_t step) {
  ln_population_stir(p);
  p->ticks = ln_clock_ticks(&p->place.clock, step);
  if (!p->ticks) return p->n_spikes = 0;
  if (!p->unit) return p->n_spikes = ln_population_follow_schedule(p, ln_clock_tick(&p->place.clock, step));
  set_time(p, step);
  ln_population_mirror(p, LN_AT_STEP);
  return p->n_spikes = p->unit->advance(&p->args);
}

int ln_population_event(const ln_population *p, const char *name) {
  for (int k = 0; p->unit && k < p->unit->n_event; k++) {
    if (strcmp(p->unit->event[k].name, name) == 0) return k;
  }
  return -1;
}

const uint32_t *ln_population_events(const ln_population *p, int event, int64_t *n) {
  *n = event < 0 ? p->n_spikes : p->n_event[event];
  return event < 0 ? p->spike : p->event[event];
}

void ln_population_detect(ln_population *p) {
  for (int k = 0; p->unit && k < p->unit->n_event; k++)
    p->n_event[k] = p->ticks ? p->unit->event[k].detect(&p->args, p->event[k]) : 0;
}

void ln_population_act(ln_population *p) {
  ln_population_stir(p);
  if (!p->ticks || !p->unit || p->unit->n_event == 0) return;
  ln_population_mirror(p, LN_AT_RESET);
  for (int k = 0; k < p->unit->n_event; k++) {
    if (p->unit->event[k].act && p->n_event[k]) p->unit->event[k].act(&p->args, p->event[k], p->n_event[k]);
  }
}

void ln_population_reset(ln_population *p) {
  ln_population_stir(p);
  if (!p->ticks) return;
  if (p->unit && p->unit->reset) ln_population_mirror(p, LN_AT_RESET);
  if (p->unit && p->unit->reset && p->n_spikes) p->unit->reset(&p->args, p->spike, p->n_spikes);
}

/* ------------------------------------------------------------------ soundness */

/* All exponent bits set: NaN or infinite. Without branches, so that it costs one pass over the cache. */
static bool any_unsound(ln_element type, const void *a, int64_t n) {
  uint32_t bad = 0;
  if (type == LN_ELEMENT_FLOAT) {
    const uint32_t *bits = a;
    for (int64_t k = 0; k < n; k++) bad |= (bits[k] & 0x7f800000u) == 0x7f800000u;
  } else {
    const uint32_t *bits = a; /* the high words */
    for (int64_t k = 0; k < n; k++) bad |= (bits[2 * k + 1] & 0x7ff00000u) == 0x7ff00000u;
  }
  return bad != 0;
}

bool ln_population_unsound(const ln_population *p, int *var, int64_t *gid, double *value) {
  for (int v = 0; p->unit && v < p->unit->n_var; v++) {
    ln_element type = ln_element_of(p->unit, v);
    if (!(p->unit->var[v].flags & LN_STATE) || type == LN_ELEMENT_INT) continue;
    const void *a = ln_population_var(p, v);
    int64_t n = p->unit->var[v].flags & LN_SHARED ? 1 : p->n_own;
    if (!any_unsound(type, a, n)) continue;
    int64_t k = 0;
    while (isfinite(ln_element_get(type, a, k))) k++;
    *var = v;
    *gid = p->unit->var[v].flags & LN_SHARED ? 0 : p->gid_lo + k;
    *value = ln_element_get(type, a, k);
    return true;
  }
  return false;
}
