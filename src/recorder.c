/* recorder.c - what was recorded: spikes of a population range, or variables every so often.
 *
 * Each rank keeps its own neurons' part in growing arrays. With a sink the arrays stay below the buffer
 * size; when to hand them on follows from what all ranks know, since a sink is called by all at once.
 */
#include <string.h>
#include "element.h"
#include "keys.h"
#include "memory.h"
#include "recorder_struct.h"

enum { DEFAULT_BUFFER = 16 << 20, PAIR = 16, LONGEST_WAIT = 1000 };

/* ------------------------------------------------------------------ making */

static int check(const ln_recorder_spec *spec, ln_error *err) {
  const char *name = ln_population_name(spec->population);
  int64_t size = ln_population_size(spec->population);
  if (spec->lo < 0 || spec->lo > spec->hi || spec->hi > size) {
    return ln_fail(err, LN_EINVAL, "%s has neurons 1 to %lld, but %lld to %lld are to be recorded", name,
                   (long long)size, (long long)spec->lo + 1, (long long)spec->hi);
  }
  if (spec->n_var && !ln_population_model(spec->population)) {
    return ln_fail(err, LN_EINVAL, "%s has given spike times; it has no variables to record", name);
  }
  if (spec->spikes) return LN_OK;
  if (spec->every < 1) {
    return ln_fail(err, LN_EINVAL, "%s: recording every %lld steps; expected at least 1", name,
                   (long long)spec->every);
  }
  for (int64_t k = 0; spec->neurons && k < spec->n_neurons; k++) {
    if (spec->neurons[k] >= spec->lo && spec->neurons[k] < spec->hi) continue;
    return ln_fail(err, LN_EINVAL, "%s: neuron %lld is to be recorded; expected %lld to %lld", name,
                   (long long)spec->neurons[k] + 1, (long long)spec->lo + 1, (long long)spec->hi);
  }
  return LN_OK;
}

/* Which of the neurons are own. */
static int take_neurons(ln_recorder *r, const ln_recorder_spec *spec) {
  int64_t gid_lo, gid_hi;
  ln_population_own(r->population, &gid_lo, &gid_hi);
  r->gid_lo = gid_lo;
  r->listed = !spec->spikes && spec->neurons;
  if (!r->listed) {
    int64_t end = r->hi < gid_hi ? r->hi : gid_hi;
    r->own_lo = r->lo > gid_lo ? r->lo : gid_lo;
    r->n_own = end > r->own_lo ? end - r->own_lo : 0;
    r->n_neurons = r->hi - r->lo;
    return LN_OK;
  }
  int64_t n = spec->n_neurons;
  r->neurons = ln_alloc_array((size_t)n, sizeof *r->neurons);
  r->own = ln_alloc_array((size_t)n, sizeof *r->own);
  r->own_lid = ln_alloc_array((size_t)n, sizeof *r->own_lid);
  if (!r->neurons || !r->own || !r->own_lid) return LN_ENOMEM;
  r->n_neurons = n;
  for (int64_t k = 0; k < n; k++) {
    r->neurons[k] = spec->neurons[k];
    if (spec->neurons[k] < gid_lo || spec->neurons[k] >= gid_hi) continue;
    r->own_lid[r->n_own] = spec->neurons[k] - gid_lo;
    r->own[r->n_own++] = spec->neurons[k];
  }
  return LN_OK;
}

static int take_expression(ln_recorder *r, int k, const ln_value *expression) {
  ln_value *mine = &r->expression[k];
  *mine = *expression;
  if (expression->kind != LN_VALUE_EXPRESSION) return LN_OK;
  ln_model_retain(mine->expression);
  size_t n_in = (size_t)ln_model_unit(expression->expression)->n_in;
  r->expression_par[k] = ln_alloc_array(n_in, sizeof(double));
  if (!r->expression_par[k]) return LN_ENOMEM;
  if (expression->par && n_in) memcpy(r->expression_par[k], expression->par, n_in * sizeof(double));
  mine->par = r->expression_par[k];
  return LN_OK;
}

static int take_variables(ln_recorder *r, const ln_recorder_spec *spec) {
  r->var = ln_alloc_array((size_t)spec->n_var, sizeof *r->var);
  r->expression = ln_alloc_array((size_t)spec->n_expression, sizeof *r->expression);
  r->expression_par = ln_alloc_array((size_t)spec->n_expression, sizeof *r->expression_par);
  if (!r->var || !r->expression || !r->expression_par) return LN_ENOMEM;
  r->n_var = spec->n_var;
  if (spec->n_var) memcpy(r->var, spec->var, (size_t)spec->n_var * sizeof *r->var);
  int code = LN_OK;
  for (; r->n_expression < spec->n_expression && !code; r->n_expression++)
    code = take_expression(r, r->n_expression, &spec->expression[r->n_expression]);
  return code;
}

static int make_room(ln_recorder *r, int64_t n, ln_error *err);

static int64_t bytes_of_spike(const ln_recorder *r) { return PAIR + 8 * (int64_t)r->n_var; }

/* Collective. How many samples fill the fullest rank's buffer, whose room is taken at once; for spikes the
 * worst case of a step. */
static int plan_flushes(ln_recorder *r, const ln_recorder_spec *spec, ln_error *err) {
  r->has_sink = true;
  r->sink = *spec->sink;
  r->buffer_bytes = spec->buffer_bytes > 0 ? spec->buffer_bytes : DEFAULT_BUFFER;
  if (r->spikes) {
    r->worst = ln_comm_max(r->comm, bytes_of_spike(r) * r->n_own);
    return LN_OK;
  }
  int64_t bytes = ln_comm_max(r->comm, (int64_t)(8 + 8 * ln_recorder_row_size(r)));
  r->flush_at = r->buffer_bytes / bytes > 0 ? r->buffer_bytes / bytes : 1;
  return make_room(r, r->flush_at, err);
}

int ln_recorder_create(ln_recorder **out, const ln_recorder_spec *spec, int index, uint64_t seed, ln_error *err) {
  *out = NULL;
  int code = check(spec, err);
  if (code) return code; /* the same on all ranks */
  ln_comm *comm = ln_population_comm(spec->population);
  ln_recorder *r = ln_alloc(sizeof *r);
  if (r) {
    *r = (ln_recorder){.population = spec->population, .comm = comm, .spikes = spec->spikes, .counts = spec->counts,
                       .event = spec->event, .lo = spec->lo, .hi = spec->hi, .every = spec->every,
                       .key = ln_object_key(seed, LN_OBJECT_RECORDER, index, LN_DRAW_EVALUATE)};
    code = take_neurons(r, spec);
    if (!code) code = take_variables(r, spec);
  }
  if (!r || code) {
    code = ln_fail(err, LN_ENOMEM, "%s: no memory for a recording", ln_population_name(spec->population));
  }
  code = ln_comm_agree(comm, code, err);
  if (!code && spec->sink) code = ln_comm_agree(comm, plan_flushes(r, spec, err), err);
  if (code) {
    ln_recorder_destroy(r);
    return code;
  }
  if (!r->spikes) ln_population_watch(r->population);
  *out = r;
  return LN_OK;
}

void ln_recorder_destroy(ln_recorder *r) {
  if (!r) return;
  for (int k = 0; k < r->n_expression; k++) {
    if (r->expression[k].kind == LN_VALUE_EXPRESSION) ln_model_release(r->expression[k].expression);
    ln_free(r->expression_par[k]);
  }
  ln_free(r->expression);
  ln_free(r->expression_par);
  ln_free(r->var);
  ln_free(r->neurons);
  ln_free(r->own);
  ln_free(r->own_lid);
  ln_free(r->step);
  ln_free(r->gid);
  ln_free(r->row);
  ln_free(r);
}

/* ------------------------------------------------------------------ room */

/* For n spikes or samples in all. Arrays that did grow stay larger when another could not. */
static int make_room(ln_recorder *r, int64_t n, ln_error *err) {
  if (n <= r->capacity) return LN_OK;
  int64_t have = n > r->capacity + r->capacity / 2 ? n : r->capacity + r->capacity / 2;
  bool ok = ln_enlarge((void **)&r->step, r->capacity, have, sizeof *r->step);
  if (ok && r->spikes) ok = ln_enlarge((void **)&r->gid, r->capacity, have, sizeof *r->gid);
  if (ok && ln_recorder_row_size(r))
    ok = ln_enlarge((void **)&r->row, r->capacity, have, ln_recorder_row_size(r) * sizeof *r->row);
  if (!ok) {
    return ln_fail(err, LN_ENOMEM,
                   "%s: no memory for %lld recorded %s; record fewer neurons, less often, or to a file",
                   ln_population_name(r->population), (long long)have, r->spikes ? "spikes" : "samples");
  }
  r->capacity = have;
  return LN_OK;
}

/* ------------------------------------------------------------------ recording */

/* Parameters of the neurons' model may have been set since the recorder was made. */
static void renew_parameters(ln_recorder *r, int k) {
  const ln_model *model = ln_population_model(r->population);
  const ln_unit *unit = ln_model_unit(r->expression[k].expression);
  for (int in = 0; model && in < unit->n_in; in++) {
    int par = unit->in[in].kind == LN_IN_PAR ? ln_model_parameter(model, unit->in[in].name) : -1;
    if (par >= 0) r->expression_par[k][in] = ln_population_parameter(r->population, par);
  }
}

/* Of n neurons: those listed, or from gid0 on. */
static int evaluate(ln_recorder *r, int k, int64_t step, const int64_t *gid, int64_t gid0, int64_t n, double *out,
                    ln_error *err) {
  if (r->expression[k].kind == LN_VALUE_EXPRESSION) renew_parameters(r, k);
  ln_population_request q = {.gid = gid,
                             .gid0 = gid0,
                             .n = n,
                             .origin = r->lo,
                             .key = r->key,
                             .label = (uint64_t)step << 8,
                             .t = ln_clock_time(ln_population_clock(r->population), step)};
  return ln_population_values(r->population, &r->expression[k], &q, out, err);
}

static void sample_variable(const ln_recorder *r, int var, double *out) {
  const ln_unit *unit = ln_model_unit(ln_population_model(r->population));
  ln_element type = ln_element_of(unit, var);
  const char *a = ln_population_var(r->population, var);
  if (unit->var[var].flags & LN_SHARED) {
    for (int64_t k = 0; k < r->n_own; k++) out[k] = ln_element_get(type, a, 0);
  } else if (r->n_own) {
    size_t first = r->listed ? 0 : (size_t)(r->own_lo - r->gid_lo);
    ln_element_load(type, a + ln_element_size(type) * first, r->own_lid, r->n_own, out);
  }
}

int ln_recorder_sample(ln_recorder *r, int64_t step, ln_error *err) {
  if (r->spikes || r->closed || step % r->every) return LN_OK;
  int code = make_room(r, r->n + 1, err);
  if (code) return code; /* without a sink: with one there is room */
  double *row = r->row + ln_recorder_row_size(r) * (size_t)r->n;
  for (int v = 0; v < r->n_var && !code; v++, row += r->n_own) {
    if (r->var[v] >= 0) sample_variable(r, r->var[v], row);
    else code = evaluate(r, -1 - r->var[v], step, r->listed ? r->own : NULL, r->own_lo, r->n_own, row, err);
  }
  r->step[r->n++] = step;
  if (r->has_sink && r->n == r->flush_at) {
    int flushed = ln_recorder_flush(r, code ? NULL : err);
    if (!code) code = flushed;
  }
  return code;
}

static int64_t first_from(const uint32_t *lid, int64_t n, int64_t from) {
  int64_t lo = 0, hi = n;
  while (lo < hi) {
    int64_t mid = (lo + hi) / 2;
    if (lid[mid] < from) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* Looks at the buffers (Collective) when they might overflow before another look. */
static int flush_in_time(ln_recorder *r, ln_error *err) {
  if (r->wait-- > 0) return LN_OK;
  int64_t fullest = ln_comm_max(r->comm, bytes_of_spike(r) * r->n);
  int code = LN_OK;
  if (fullest > r->buffer_bytes / 2) {
    code = ln_recorder_flush(r, err);
    fullest = 0;
  }
  r->wait = r->worst > 0 ? (r->buffer_bytes - fullest) / r->worst - 1 : LONGEST_WAIT;
  if (r->wait > LONGEST_WAIT) r->wait = LONGEST_WAIT;
  if (r->wait < 0) r->wait = 0;
  return code;
}

/* A variable of n spikes, into every n_var-th place of row. */
static int take_variable(ln_recorder *r, int v, int64_t step, const uint32_t *lid, int64_t n, double *row,
                         ln_error *err) {
  enum { CHUNK = 256 };
  int64_t gid[CHUNK];
  double x[CHUNK];
  const ln_unit *unit = ln_model_unit(ln_population_model(r->population));
  int var = r->var[v], code = LN_OK;
  for (int64_t done = 0; done < n && !code; done += CHUNK) {
    int64_t m = n - done < CHUNK ? n - done : CHUNK;
    for (int64_t k = 0; k < m; k++) gid[k] = r->gid_lo + lid[done + k];
    if (var < 0) code = evaluate(r, -1 - var, step, gid, 0, m, x, err);
    for (int64_t k = 0; k < m && var >= 0; k++) {
      int64_t at = unit->var[var].flags & LN_SHARED ? 0 : lid[done + k];
      x[k] = ln_element_get(ln_element_of(unit, var), ln_population_var(r->population, var), at);
    }
    for (int64_t k = 0; k < m && !code; k++) row[(done + k) * r->n_var + v] = x[k];
  }
  return code;
}

static int take_count(ln_recorder *r, int64_t step, int64_t count, ln_error *err) {
  if (!ln_clock_ticks(ln_population_clock(r->population), step)) return LN_OK;
  int code = make_room(r, r->n + 1, err);
  if (code) return code;
  r->step[r->n] = step;
  r->gid[r->n++] = count;
  return LN_OK;
}

int ln_recorder_take_spikes(ln_recorder *r, int64_t step, ln_error *err) {
  if (!r->spikes || r->closed) return LN_OK;
  int64_t n;
  if (r->n_var) ln_population_mirror(r->population, 0); /* linked ones, which the model reads at other times */
  const uint32_t *lid = ln_population_events(r->population, r->event - 1, &n);
  int64_t from = first_from(lid, n, r->lo - r->gid_lo), to = first_from(lid, n, r->hi - r->gid_lo);
  if (r->counts) return take_count(r, step, to - from, err);
  int code = to > from ? make_room(r, r->n + to - from, err) : LN_OK;
  for (int v = 0; v < r->n_var && !code && to > from; v++)
    code = take_variable(r, v, step, lid + from, to - from, r->row + r->n_var * r->n, err);
  for (int64_t k = from; k < to && !code; k++) {
    r->step[r->n] = step;
    r->gid[r->n++] = r->gid_lo + lid[k];
  }
  if (r->has_sink) {
    int flushed = flush_in_time(r, code ? NULL : err);
    if (!code) code = flushed;
  }
  return code;
}

/* ------------------------------------------------------------------ handing on */

int ln_recorder_flush(ln_recorder *r, ln_error *err) {
  if (!r->has_sink || r->closed) return LN_OK;
  int code = r->spikes ? r->sink.spikes(r->sink.user, r->step, r->gid, r->row, r->n, err)
                       : r->sink.states(r->sink.user, r->step, r->row, r->n, err);
  r->n_handed += r->n;
  r->n = 0;
  return ln_comm_agree(r->comm, code, err);
}

int ln_recorder_close(ln_recorder *r, ln_error *err) {
  if (r->closed) return LN_OK;
  int code = ln_recorder_flush(r, err);
  r->closed = true;
  if (!r->has_sink || !r->sink.close) return code;
  int closed = ln_comm_agree(r->comm, r->sink.close(r->sink.user, code ? NULL : err), code ? NULL : err);
  return code ? code : closed;
}

void ln_recorder_clear(ln_recorder *r) { r->n = r->n_handed = 0; }
