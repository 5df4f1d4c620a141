/* projection.c - a projection: its specification, checked and copied, and what is known without a gather.
 *
 * The synapses themselves lie in synapses.h's storage; reading and assigning their variables is in
 * projection_values.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "plastic.h"
#include "projection_p.h"
#include "synapses_p.h"

/* ------------------------------------------------------------------ copies */

static int copy_bytes(void *out, const void *data, size_t count, size_t size) {
  void *copy = ln_alloc_array(count, size);
  if (copy && count) memcpy(copy, data, count * size);
  *(void **)out = copy;
  return copy ? 0 : LN_ENOMEM;
}

static int copy_tables(const ln_timed_array **out, const ln_timed_array *table, const ln_model *expression) {
  *out = table ? ln_timed_copy(table, ln_model_unit(expression)->n_table) : NULL;
  return table && !*out ? LN_ENOMEM : 0;
}

static void free_tables(const ln_timed_array *table, const ln_model *expression) {
  if (table) ln_timed_free((ln_timed_array *)table, ln_model_unit(expression)->n_table);
}

static int copy_value(ln_value *out, const ln_value *v) {
  *out = *v;
  out->array = NULL, out->par = NULL, out->expression = NULL, out->table = NULL;
  int code = 0;
  if (v->kind == LN_VALUE_ARRAY)
    code = copy_bytes(&out->array, v->array, (size_t)v->n_array, sizeof *v->array);
  if (v->kind != LN_VALUE_EXPRESSION) return code;
  out->expression = ln_model_retain(v->expression);
  code = copy_tables(&out->table, v->table, v->expression);
  if (code) return code;
  return v->par ? copy_bytes(&out->par, v->par, (size_t)ln_model_unit(v->expression)->n_in, sizeof *v->par)
                : 0;
}

static void release_value(ln_value *v) {
  ln_free((void *)v->array);
  ln_free((void *)v->par);
  free_tables(v->table, v->expression);
  ln_model_release(v->expression);
  double a = v->kind == LN_VALUE_CONSTANT ? v->a : 0;
  *v = ln_value_constant(a);
}

static int copy_connector(ln_connector *out, const ln_connector *c) {
  *out = *c;
  out->expression = NULL, out->par = NULL, out->table = NULL, out->i = out->j = out->origin = NULL;
  int code = 0;
  if (c->kind == LN_BERNOULLI && c->expression) {
    out->expression = ln_model_retain(c->expression);
    code = copy_tables(&out->table, c->table, c->expression);
    if (c->par && !code)
      code = copy_bytes(&out->par, c->par, (size_t)ln_model_unit(c->expression)->n_in, sizeof *c->par);
  }
  if (c->kind != LN_PAIRS) return code;
  size_t n = (size_t)c->n_pairs;
  code = copy_bytes(&out->i, c->i, n, sizeof *c->i);
  if (!code) code = copy_bytes(&out->j, c->j, n, sizeof *c->j);
  if (!code && c->origin) code = copy_bytes(&out->origin, c->origin, n, sizeof *c->origin);
  return code;
}

static void release_connector(ln_connector *c) {
  free_tables(c->table, c->expression);
  ln_model_release(c->expression);
  ln_free((void *)c->par);
  ln_free((void *)c->i);
  ln_free((void *)c->j);
  ln_free((void *)c->origin);
  c->expression = NULL, c->par = NULL, c->table = NULL, c->i = c->j = c->origin = NULL, c->n_pairs = 0;
}

void ln_projection_release_recipe(ln_projection *p) {
  release_connector(&p->connector);
  release_value(&p->delay);
  for (int k = 0; k < p->unit->n_var; k++) release_value(&p->var[k]);
}

/* ------------------------------------------------------------------ checks */

static int check_ranges(const ln_projection_spec *spec, ln_error *err) {
  const ln_population *side[2] = {spec->pre, spec->post};
  const int64_t lo[2] = {spec->pre_lo, spec->post_lo}, hi[2] = {spec->pre_hi, spec->post_hi};
  for (int k = 0; k < 2; k++) {
    if (lo[k] < 0 || lo[k] > hi[k] || hi[k] > ln_population_size(side[k]))
      return ln_fail(err, LN_EINVAL, "%s: neurons %lld to %lld of %s, which has %lld", spec->name,
                     (long long)lo[k] + 1, (long long)hi[k], ln_population_name(side[k]),
                     (long long)ln_population_size(side[k]));
  }
  return 0;
}

/* The sources' last spikes go by the name of the builtin, which no variable can have. */
static int find_variable(const ln_model *model, const char *name) {
  return strcmp(name, "lastspike") == 0 ? 0 : ln_model_variable(model, name);
}

static int check_names(const ln_projection_spec *spec, const ln_model *model, const ln_population *side,
                       int n, const char *const *name, bool parameters, ln_error *err) {
  for (int k = 0; k < n; k++) {
    int found = !model       ? -1
                : parameters ? ln_model_parameter(model, name[k])
                             : find_variable(model, name[k]);
    if (found < 0)
      return ln_fail(err, LN_EINVAL, "%s: the synapse uses %s of %s, which has no such %s", spec->name,
                     name[k], ln_population_name(side), parameters ? "parameter" : "variable");
  }
  return 0;
}

static int check_unit(const ln_projection_spec *spec, ln_error *err) {
  const ln_unit *u = ln_model_unit(spec->synapse);
  const ln_model *pre = ln_population_model(spec->pre), *post = ln_population_model(spec->post);
  if (u->kind != LN_SYNAPSE) return ln_fail(err, LN_EINVAL, "%s: %s is not a synapse", spec->name, u->name);
  if (!post)
    return ln_fail(err, LN_EINVAL, "%s: %s has spike times instead of a model and cannot be a target",
                   spec->name, ln_population_name(spec->post));
  int code = check_names(spec, post, spec->post, u->n_post, u->post, false, err);
  if (!code) code = check_names(spec, post, spec->post, u->n_post_par, u->post_par, true, err);
  if (!code) code = check_names(spec, pre, spec->pre, u->n_pre, u->pre, false, err);
  if (!code) code = check_names(spec, pre, spec->pre, u->n_pre_par, u->pre_par, true, err);
  return code;
}

/* How many numbers an array of values must have, or -1 where the connector gives synapses no places. */
static int64_t places(const ln_projection_spec *spec) {
  const ln_connector *c = &spec->connector;
  switch (c->kind) {
    case LN_PAIRS: return c->origin ? INT64_MAX : c->n_pairs;
    case LN_ONE_TO_ONE: return spec->post_hi - spec->post_lo;
    case LN_ALL_TO_ALL: return (spec->pre_hi - spec->pre_lo) * (spec->post_hi - spec->post_lo);
    default: return -1;
  }
}

static int check_value(const ln_projection_spec *spec, const char *what, const ln_value *v, ln_error *err) {
  if (v->kind != LN_VALUE_ARRAY) return 0;
  int64_t n = places(spec);
  if (n < 0)
    return ln_fail(err, LN_EINVAL,
                   "%s: %s is an array, but this connector draws its synapses; expected a value, a "
                   "distribution or an expression",
                   spec->name, what);
  if (n != INT64_MAX && v->n_array != n)
    return ln_fail(err, LN_EINVAL, "%s: %s has %lld numbers for %lld synapses", spec->name, what,
                   (long long)v->n_array, (long long)n);
  return 0;
}

static int check_delay(const ln_projection *p, const ln_projection_spec *spec, ln_error *err) {
  int code = check_value(spec, "delay", &spec->delay, err);
  if (code || spec->delay.kind != LN_VALUE_CONSTANT) return code;
  uint16_t steps;
  ln_error inner;
  code = ln_projection_delay_steps(ln_projection_pathway_clock(p, -1), &spec->delay.a, 1, &steps, &inner);
  return code ? ln_fail(err, code, "%s: %s", p->name, inner.text) : 0;
}

static int check_values(const ln_projection *p, const ln_projection_spec *spec, ln_error *err) {
  int code = check_delay(p, spec, err);
  for (int k = 0; k < p->unit->n_var && !code; k++) {
    code = check_value(spec, p->unit->var[k].name, &spec->var[k], err);
    if (!code && ln_projection_per_neuron(p, k) && !(p->unit->var[k].flags & LN_DELAY) && spec->var[k].kind != LN_VALUE_CONSTANT)
      code = ln_fail(err, LN_EINVAL, "%s: %s is one value for all synapses of a neuron; expected one number", spec->name,
                     p->unit->var[k].name);
    if (!code && ln_projection_stores_once(p, k) && spec->var[k].kind != LN_VALUE_CONSTANT)
      code = ln_fail(err, LN_EINVAL, "%s: %s is stored once for all synapses; expected one number",
                     spec->name, p->unit->var[k].name);
  }
  return code;
}

static int check_connector(const ln_projection *p, ln_error *err) {
  ln_connect_range r = ln_projection_range(p);
  ln_error inner;
  int code = ln_connect_check(&p->connector, &r, &inner);
  return code ? ln_fail(err, code, "%s: %s", p->name, inner.text) : 0;
}

/* ------------------------------------------------------------------ making */

static int take(ln_projection *p, const ln_projection_spec *spec) {
  size_t n_var = (size_t)p->unit->n_var;
  p->name = strdup(spec->name);
  p->n_fills = ln_alloc_array(n_var, sizeof *p->n_fills);
  p->accumulates = ln_alloc_array(n_var, sizeof *p->accumulates);
  p->route_delay = ln_alloc_array((size_t)p->unit->n_pathway, sizeof *p->route_delay);
  p->var = ln_alloc_array(n_var, sizeof *p->var);
  if (!p->name || !p->n_fills || !p->accumulates || !p->route_delay || !p->var) return LN_ENOMEM;
  if (copy_bytes(&p->signal, spec->signal, (size_t)p->unit->n_signal, sizeof *p->signal)) return LN_ENOMEM;
  p->trigger = ln_alloc_array((size_t)p->unit->n_pathway, sizeof *p->trigger);
  if (!p->trigger) return LN_ENOMEM;
  for (int k = 0; spec->trigger && k < p->unit->n_pathway; k++) p->trigger[k] = spec->trigger[k];
  p->table = ln_timed_copy(spec->table, p->unit->n_table);
  if (!p->table) return LN_ENOMEM;
  int code = copy_bytes(&p->par, spec->par, (size_t)p->unit->n_par, sizeof *p->par);
  if (!code) code = copy_connector(&p->connector, &spec->connector);
  if (!code) code = copy_value(&p->delay, &spec->delay);
  for (size_t k = 0; k < n_var && !code; k++) code = copy_value(&p->var[k], &spec->var[k]);
  return code;
}

/* Every how many steps of the network. */
static int take_period(ln_projection *p, int pathway, double period, ln_error *err) {
  double steps = floor(period / p->step_dt + 0.5);
  p->route_delay[pathway] = (int)steps;
  if (steps >= 1 && steps < 0x1p30 && fabs(steps * p->step_dt - period) <= 1e-3 * p->step_dt) return 0;
  return ln_fail(err, LN_EINVAL, "%s: statements every %g ms; expected a multiple of dt = %g ms", p->name, 1e3 * period,
                 1e3 * p->step_dt);
}

static int take_route_delays(ln_projection *p, const ln_projection_spec *spec, ln_error *err) {
  int code = 0;
  for (int k = 0; spec->route_delay && k < p->unit->n_pathway && !code; k++) {
    if (p->unit->pathway[k].kind == LN_EVERY) {
      code = take_period(p, k, spec->route_delay[k], err);
      continue;
    }
    uint16_t steps = 0;
    ln_error inner;
    code = ln_projection_delay_steps(ln_projection_pathway_clock(p, k), &spec->route_delay[k], 1, &steps, &inner);
    if (code) ln_fail(err, code, "%s: %s: %s", p->name, p->unit->pathway[k].name, inner.text);
    p->route_delay[k] = steps;
  }
  return code;
}

int ln_projection_create(ln_projection **out, const ln_projection_spec *spec, ln_comm *comm, uint64_t key, double dt,
                         ln_error *err) {
  *out = NULL;
  int code = check_ranges(spec, err);
  if (!code) code = check_unit(spec, err);
  ln_clock clock;
  if (!code) code = ln_clock_make(&clock, spec->name, dt, spec->dt, err);
  if (!code && clock.stride > 1 && ln_model_unit(spec->synapse)->settle16)
    code = ln_fail(err, LN_EINVAL, "%s: the synapse was compiled for a clock that is the network's", spec->name);
  if (code) return code;
  ln_projection *p = ln_alloc(sizeof *p);
  if (!p) return ln_fail(err, LN_ENOMEM, "%s: no memory for a projection", spec->name);
  *p = (ln_projection){.pre = spec->pre,
                       .event = spec->event,
                       .post = spec->post,
                       .pre_lo = spec->pre_lo,
                       .pre_hi = spec->pre_hi,
                       .post_lo = spec->post_lo,
                       .post_hi = spec->post_hi,
                       .comm = comm,
                       .key = key,
                       .step_dt = dt,
                       .clock = clock,
                       .synapse = ln_model_retain(spec->synapse),
                       .unit = ln_model_unit(spec->synapse)};
  ln_population_own(p->post, &p->own_lo, &p->own_hi);
  p->own_lo = p->own_lo > p->post_lo ? p->own_lo : p->post_lo;
  p->own_hi = p->own_hi < p->post_hi ? p->own_hi : p->post_hi;
  if (p->own_hi < p->own_lo) p->own_lo = p->own_hi = p->post_lo;
  code = take(p, spec);
  if (code) ln_fail(err, code, "%s: no memory for a projection", spec->name);
  if (!code) code = take_route_delays(p, spec, err);
  if (!code) code = check_connector(p, err);
  if (!code) code = check_values(p, spec, err);
  if (code) {
    ln_projection_destroy(p);
    return code;
  }
  *out = p;
  return 0;
}

void ln_projection_destroy(ln_projection *p) {
  if (!p) return;
  if (p->synapses && !p->built) ln_synapses_forget(p->synapses, p);
  release_connector(&p->connector);
  release_value(&p->delay);
  for (int k = 0; p->var && k < p->unit->n_var; k++) release_value(&p->var[k]);
  ln_free(p->var);
  ln_free(p->n_fills);
  ln_free(p->accumulates);
  ln_free(p->route_delay);
  ln_free(p->signal);
  ln_free(p->trigger);
  ln_timed_free(p->table, p->unit->n_table);
  ln_free(p->par);
  free(p->name);
  ln_model_release(p->synapse);
  ln_free(p);
}

int ln_projection_set_delay(ln_projection *p, const ln_value *delay, ln_error *err) {
  if (p->built || p->growing) {
    return ln_fail(err, LN_EINVAL, "%s: its synapses have their delays: give them in net:project { delay = … }, or before the "
                   "network runs and anything of its synapses is read or set", p->name);
  }
  ln_projection_spec spec = {.name = p->name, .pre = p->pre, .post = p->post, .pre_lo = p->pre_lo, .pre_hi = p->pre_hi,
                             .post_lo = p->post_lo, .post_hi = p->post_hi, .connector = p->connector, .delay = *delay};
  ln_value copy;
  int code = check_delay(p, &spec, err);
  if (!code && copy_value(&copy, delay)) code = ln_fail(err, LN_ENOMEM, "%s: no memory for delays", p->name);
  if (code) return code;
  release_value(&p->delay);
  p->delay = copy;
  return 0;
}

int ln_projection_grow(ln_projection *p, const ln_connector *c, const ln_value *delay, const ln_value *var,
                       ln_error *err) {
  if (!p->built) return ln_fail(err, LN_EINVAL, "%s has not been built yet", p->name);
  ln_projection_spec spec = {.name = p->name, .pre = p->pre, .post = p->post, .pre_lo = p->pre_lo, .pre_hi = p->pre_hi,
                             .post_lo = p->post_lo, .post_hi = p->post_hi, .synapse = p->synapse, .connector = *c,
                             .delay = *delay, .var = var};
  int code = copy_connector(&p->connector, c);
  if (!code) code = copy_value(&p->delay, delay);
  for (int k = 0; k < p->unit->n_var && !code; k++) {
    if (!ln_projection_stores_once(p, k)) code = copy_value(&p->var[k], &var[k]);
  }
  if (code) ln_fail(err, code, "%s: no memory to grow", p->name);
  if (!code) code = check_connector(p, err);
  if (!code) code = check_values(p, &spec, err);
  if (code) {
    ln_projection_release_recipe(p);
    return code;
  }
  p->built = false;
  p->growing = true;
  p->generation++;
  for (int k = 0; k < p->unit->n_var; k++) p->n_fills[k]++;
  return 0;
}

/* ------------------------------------------------------------------ where */

ln_connect_range ln_projection_range(const ln_projection *p) {
  return (ln_connect_range){.n_pre = p->pre_hi - p->pre_lo,
                            .n_post = p->post_hi - p->post_lo,
                            .own_lo = p->own_lo - p->post_lo,
                            .own_hi = p->own_hi - p->post_lo,
                            .same = p->pre == p->post,
                            .pre_lo = p->pre_lo,
                            .post_lo = p->post_lo};
}

int64_t ln_projection_blid0(const ln_projection *p) {
  int64_t lo, hi;
  ln_population_own(p->post, &lo, &hi);
  return ln_population_blid(p->post) - lo;
}

ln_window ln_projection_window(const ln_projection *p, bool count) {
  int64_t blid0 = ln_projection_blid0(p);
  return (ln_window){.row_lo = p->row0 + p->pre_lo,
                     .row_hi = p->row0 + p->pre_hi,
                     .target_lo = (uint32_t)(blid0 + p->own_lo),
                     .target_hi = (uint32_t)(blid0 + p->own_hi),
                     .count = count};
}

bool ln_projection_may_repeat(const ln_projection *p) {
  switch (p->connector.kind) {
    case LN_FIXED_INDEGREE:
    case LN_FIXED_OUTDEGREE:
    case LN_FIXED_TOTAL: return p->connector.multapses;
    case LN_PAIRS: return true;
    default: return false;
  }
}

const ln_clock *ln_projection_pathway_clock(const ln_projection *p, int pathway) {
  int kind = pathway < 0 ? LN_OF_SOURCE : p->unit->pathway[pathway].kind;
  const ln_population *trigger = kind == LN_ON_SIGNAL ? p->trigger[pathway].population : NULL;
  return trigger               ? ln_population_clock(trigger)
         : kind == LN_OF_TARGET ? ln_population_clock(p->post)
                                : ln_population_clock(p->pre);
}

static int fail_delay(const ln_clock *clock, double delay, ln_error *err) {
  double x = delay / clock->dt + 0.5;
  if (delay > 0 && x < 1)
    return ln_fail(err, LN_EINVAL, "a delay of %g ms is positive, but rounds to no time step (dt = %g ms%s)", 1e3 * delay,
                   1e3 * clock->dt, clock->stride > 1 ? ", that of those who spike" : "");
  if (x >= 1)
    return ln_fail(err, LN_EINVAL, "a delay of %g ms is more than %d time steps (dt = %g ms)", 1e3 * delay,
                   LN_MAX_DELAY, 1e3 * clock->dt / (double)clock->stride);
  return ln_fail(err, LN_EINVAL, "a delay of %g ms; expected a time of at least 0", 1e3 * delay);
}

int ln_projection_delay_steps(const ln_clock *clock, const double *delay, int64_t n, uint16_t *steps, ln_error *err) {
  int64_t most = LN_MAX_DELAY / clock->stride;
  for (int64_t k = 0; k < n; k++) {
    double x = delay[k] / clock->dt + 0.5; /* as Brian2: int(delay/dt + 0.5) */
    if (!(delay[k] == 0 || (x >= 1 && x < (double)most + 1.0))) return fail_delay(clock, delay[k], err);
    steps[k] = (uint16_t)((int64_t)x * clock->stride);
  }
  return 0;
}

const char *ln_projection_name(const ln_projection *p) { return p->name; }
ln_population *ln_projection_pre(const ln_projection *p) { return p->pre; }
ln_population *ln_projection_post(const ln_projection *p) { return p->post; }
const ln_model *ln_projection_model(const ln_projection *p) { return p->synapse; }
const ln_clock *ln_projection_clock(const ln_projection *p) { return &p->clock; }
void ln_projection_sizes(const ln_projection *p, int64_t *n_pre, int64_t *n_post) {
  *n_pre = p->pre_hi - p->pre_lo;
  *n_post = p->post_hi - p->post_lo;
}

int64_t ln_projection_local_count(const ln_projection *p) { return p->local_count; }

int ln_projection_count(ln_projection *p, int64_t *out, ln_error *err) {
  (void)err;
  *out = ln_comm_sum(p->comm, p->local_count);
  return 0;
}

/* ------------------------------------------------------------------ run-time constants */

bool ln_projection_plastic(const ln_projection *p) { return !p->frozen; }

int ln_projection_set_plastic(ln_projection *p, bool plastic, ln_error *err) {
  if (!ln_plastic_learns(p->unit)) return ln_fail(err, LN_EINVAL, "%s has no learning rule", p->name);
  if (p->synapses) ln_synapses_settle(p->synapses);
  p->frozen = !plastic;
  if (p->variant) p->variant->plastic.frozen = p->frozen;
  return 0;
}

int ln_projection_pulse(ln_projection *p, int pathway, int64_t step, ln_error *err) {
  if (!p->built) return ln_fail(err, LN_EINVAL, "%s has not been built yet", p->name);
  return ln_synapses_sweep(p->synapses, LN_ON_SIGNAL, pathway + 1, step, err);
}

double ln_projection_parameter(const ln_projection *p, int par) { return p->par[par]; }

void ln_projection_set_parameter(ln_projection *p, int par, double value) {
  if (p->synapses) ln_synapses_settle(p->synapses);
  p->par[par] = value;
  if (p->synapses) ln_synapses_touch(p->synapses, p);
}
