/* projection_values.c - variables of a projection's synapses as the script sees them: assigned, evaluated,
 * summed up.
 *
 * All goes through doubles and global indices, and in an order that every number of ranks shares: synapses
 * are named by source, target and the occurrence of the pair.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "image.h"
#include "memory.h"
#include "population_p.h"
#include "projection_p.h"
#include "sum.h"
#include "synapses_p.h"

/* ------------------------------------------------------------------ inputs of expressions */

static int open_input(ln_reading *r, int k, ln_error *err) {
  const ln_input *in = &r->expression->in[k];
  const ln_projection *p = r->p;
  bool source = in->kind == LN_IN_PRE;
  if (!source && in->kind != LN_IN_POST) return 0;
  ln_population *side = source ? p->pre : p->post;
  const ln_model *model = ln_population_model(side);
  int var = model ? ln_model_variable(model, in->name) : -1;
  if (var < 0)
    return ln_fail(err, LN_EINVAL, "%s: %s has no variable %s", p->name, ln_population_name(side), in->name);
  ln_image *image = ln_population_image(side);
  int code = image ? ln_image_pull(image, err) : 0;
  if (code) return code;
  if (source) return ln_population_gather(side, var, p->pre_lo, p->pre_hi, &r->input[k], err);
  int64_t first, n;
  r->input[k] = ln_alloc_array((size_t)(p->own_hi - p->own_lo), sizeof(double));
  if (r->input[k]) ln_population_read(side, var, p->own_lo, p->own_hi, r->input[k], &first, &n);
  code = r->input[k] ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to read %s", p->name, in->name);
  return ln_comm_agree(p->comm, code, err);
}

int ln_reading_open(ln_reading *r, const ln_projection *p, ln_model *expression, ln_error *err) {
  *r = (ln_reading){.p = p};
  if (!expression) return 0;
  const ln_unit *unit = ln_model_unit(expression);
  r->input = ln_alloc_array((size_t)unit->n_in, sizeof *r->input);
  int code = r->input ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to evaluate an expression", p->name);
  code = ln_comm_agree(p->comm, code, err);
  r->expression = r->input ? unit : NULL;
  for (int k = 0; k < unit->n_in && !code; k++) code = open_input(r, k, err);
  return code;
}

void ln_reading_close(ln_reading *r) {
  for (int k = 0; r->expression && k < r->expression->n_in; k++) ln_free(r->input[k]);
  ln_free(r->input);
  *r = (ln_reading){0};
}

/* The place of a synapse's value of a variable. */
static int64_t element(const ln_projection *p, const ln_rows *rows, int var, uint64_t at, uint32_t row, uint32_t target) {
  uint64_t run = p->unit->var[var].flags & LN_PER_SEGMENT ? ln_rows_run_of(rows, row, at) : 0;
  return (int64_t)ln_rows_element(p->unit, var, at, run, target);
}

static void read_delay(const ln_reading *r, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++)
    out[k] = r->rows->run[ln_rows_run_of(r->rows, r->source[k], r->at[k])].delay * r->p->step_dt;
}

static int read_synapse(const ln_reading *r, const char *name, int64_t n, double *out, ln_error *err) {
  const ln_projection *p = r->p;
  int var = ln_model_variable(p->synapse, name);
  if (var < 0 && r->at && strcmp(name, "delay") == 0) return read_delay(r, n, out), 0;
  if (var < 0 || !r->at)
    return ln_fail(err, LN_EINVAL, "%s of the synapses is not known when this is evaluated", name);
  bool once = ln_projection_stores_once(p, var);
  ln_element type = ln_element_of(p->unit, var);
  for (int64_t k = 0; k < n; k++)
    out[k] = once ? p->var[var].a
                  : ln_element_get(type, r->rows->var[var], element(p, r->rows, var, r->at[k], r->source[k], r->target[k]));
  return 0;
}

int ln_reading_read(void *user, int input, int64_t n, double *out, ln_error *err) {
  const ln_reading *r = user;
  const ln_projection *p = r->p;
  const ln_input *in = &r->expression->in[input];
  bool source = in->kind == LN_IN_PRE || in->kind == LN_IN_I;
  const uint32_t *place = source ? r->source : r->target;
  int64_t shift = source ? r->source_shift : r->target_shift;
  double size = (double)ln_population_size(in->kind == LN_IN_N_PRE ? p->pre : p->post);
  switch (in->kind) {
    case LN_IN_PRE:
    case LN_IN_POST:
      shift -= source ? p->pre_lo : p->own_lo;
      for (int64_t k = 0; k < n; k++) out[k] = r->input[input][place[k] + shift];
      return 0;
    case LN_IN_I:
    case LN_IN_J:
      for (int64_t k = 0; k < n; k++) out[k] = (double)(place[k] + shift + 1);
      return 0;
    case LN_IN_N_PRE:
    case LN_IN_N_POST:
      for (int64_t k = 0; k < n; k++) out[k] = size;
      return 0;
    case LN_IN_SYN: return read_synapse(r, in->name, n, out, err);
  }
  return ln_fail(err, LN_EINVAL, "%s cannot be read here", in->name);
}

/* ------------------------------------------------------------------ filling */

typedef struct filling {
  const ln_projection *p;
  const ln_rows *rows;
  int var;
  const ln_value *v;
  ln_reading *reading;
  const int64_t *origin;
  const ln_rows *old;    /* synapses left alone */
  const uint8_t *mark;   /* by place in the rows: those that are not left alone; NULL: all */
  const char *what;      /* instead of a variable: a name for errors, */
  ln_synapse_sink sink;  /*   who gets the numbers */
  void *user;
  ln_visit part;         /* of a chunk: those that are not left alone */
  int64_t done;
  uint64_t key;
  uint64_t id[2 * LN_VISIT_CHUNK];
  double x[LN_VISIT_CHUNK];
} filling;

static int put(const filling *f, const ln_visit *chunk, ln_error *err) {
  void *a = f->rows->var[f->var];
  switch (ln_element_of(f->p->unit, f->var)) {
    case LN_ELEMENT_DOUBLE:
      for (int64_t k = 0; k < chunk->n; k++) ((double *)a)[chunk->at[k]] = f->x[k];
      return 0;
    case LN_ELEMENT_FLOAT:
      for (int64_t k = 0; k < chunk->n; k++) ((float *)a)[chunk->at[k]] = (float)f->x[k];
      return 0;
    default: break;
  }
  for (int64_t k = 0; k < chunk->n; k++) {
    if (!(f->x[k] > -2147483649.0 && f->x[k] < 2147483648.0))
      return ln_fail(err, LN_EINVAL, "%s: %s is an integer; %g is not one it can hold", f->p->name,
                     f->p->unit->var[f->var].name, f->x[k]);
    ((int32_t *)a)[chunk->at[k]] = (int32_t)f->x[k];
  }
  return 0;
}

static bool left_alone(const filling *f, uint64_t at, int64_t row) {
  if (f->mark) return !f->mark[at];
  return at < f->rows->row[row].first + ln_row_count(f->old, row);
}

/* The synapses of a chunk that are not left alone. */
static const ln_visit *select_part(filling *f, const ln_visit *chunk) {
  ln_visit *part = &f->part;
  part->n = 0;
  for (int64_t k = 0; k < chunk->n; k++) {
    if (left_alone(f, chunk->at[k], chunk->row[k])) continue;
    part->at[part->n] = chunk->at[k], part->row[part->n] = chunk->row[k];
    part->target[part->n] = chunk->target[k], part->occurrence[part->n++] = chunk->occurrence[k];
  }
  return part;
}

static const char *filled(const filling *f) { return f->sink ? f->what : f->p->unit->var[f->var].name; }

static int fill_chunk(void *user, const ln_visit *chunk, ln_error *err) {
  filling *f = user;
  if (f->old || f->mark) chunk = select_part(f, chunk);
  int64_t source0 = -f->p->row0, target0 = -ln_projection_blid0(f->p);
  for (int64_t k = 0; k < chunk->n; k++) {
    f->id[2 * k] = (uint64_t)(chunk->row[k] + source0) | (uint64_t)(chunk->target[k] + target0) << 32;
    f->id[2 * k + 1] = chunk->occurrence[k];
  }
  ln_reading *r = f->reading;
  r->rows = f->rows, r->at = chunk->at, r->source = chunk->row, r->target = chunk->target;
  r->source_shift = source0, r->target_shift = target0;
  ln_value_chunk c = {.n = chunk->n,
                      .id = f->id,
                      .origin = f->origin ? f->origin + f->done : NULL,
                      .key = f->key,
                      .dt = f->p->clock.dt,
                      .read = ln_reading_read,
                      .user = r};
  f->done += chunk->n;
  ln_error inner;
  int code = ln_value_fill(f->v, &c, f->x, &inner);
  if (code) return ln_fail(err, code, "%s: %s: %s", f->p->name, filled(f), inner.text);
  return f->sink ? f->sink(f->user, chunk, f->x, err) : put(f, chunk, err);
}

static int fill_all(filling *f, ln_error *err) {
  bool drawn = f->v->kind != LN_VALUE_CONSTANT && f->v->kind != LN_VALUE_ARRAY;
  ln_window w = ln_projection_window(f->p, drawn && (ln_projection_may_repeat(f->p) || f->p->generation));
  return ln_rows_visit(f->rows, &w, fill_chunk, f, err);
}

static int fill_rows(const ln_projection *p, const ln_rows *rows, int var, const ln_value *v, ln_reading *reading,
                     const int64_t *origin, const ln_rows *old, const uint8_t *mark, ln_error *err) {
  filling *f = ln_alloc(sizeof *f);
  if (!f) return ln_fail(err, LN_ENOMEM, "%s: no memory to set %s", p->name, p->unit->var[var].name);
  f->p = p, f->rows = rows, f->var = var, f->v = v, f->reading = reading, f->origin = origin;
  f->old = old, f->mark = mark;
  f->key = ln_key(p->key, LN_PROJECTION_FILL, (uint64_t)var | p->n_fills[var] << 32);
  int code = fill_all(f, err);
  ln_free(f);
  return code;
}

int ln_projection_fill_rows(const ln_projection *p, const ln_rows *rows, int var, const ln_value *v,
                            ln_reading *reading, const int64_t *origin, const ln_rows *old, ln_error *err) {
  return fill_rows(p, rows, var, v, reading, origin, old, NULL, err);
}

int ln_projection_ready(const ln_projection *p, ln_error *err) {
  if (!p->built) return ln_fail(err, LN_EINVAL, "%s has not been built yet", p->name);
  ln_synapses_settle(p->synapses);
  return 0;
}

/* ------------------------------------------------------------------ assigning */

/* For each synapse of this rank, in order of storage, its place in a gather. count: synapses a source and
 * rank. */
static void number(const ln_projection *p, const ln_synapse *own, const uint32_t *count, int64_t *origin) {
  int64_t n_pre = p->pre_hi - p->pre_lo, k = 0, place = 0;
  int ranks = ln_comm_size(p->comm), rank = ln_comm_rank(p->comm);
  for (int64_t i = 0; i < n_pre; i++) {
    for (int r = 0; r < ranks; r++) {
      uint32_t n = count[r * n_pre + i];
      for (uint32_t q = 0; r == rank && q < n; q++, k++) origin[own[k].visit] = place + q;
      place += n;
    }
  }
}

int ln_projection_origins(const ln_projection *p, const uint8_t *mark, int64_t **out, ln_error *err) {
  size_t n_pre = (size_t)(p->pre_hi - p->pre_lo);
  ln_synapse *own = NULL;
  int64_t *origin = ln_alloc_array((size_t)p->local_count, sizeof *origin);
  uint32_t *mine = ln_alloc_array(n_pre, sizeof *mine);
  uint32_t *count = ln_alloc_array(n_pre * (size_t)ln_comm_size(p->comm), sizeof *count);
  int64_t n;
  int code = ln_projection_list_marked(p, -1, mark, &own, &n, err);
  if (!code && (!origin || !mine || !count))
    code = ln_fail(err, LN_ENOMEM, "%s: no memory to set values", p->name);
  code = ln_comm_agree(p->comm, code, err);
  if (!code) {
    for (int64_t k = 0; k < n; k++) mine[own[k].i - p->pre_lo]++;
    ln_comm_allgather(p->comm, mine, n_pre * sizeof *mine, count);
    number(p, own, count, origin);
  }
  ln_free(own);
  ln_free(mine);
  ln_free(count);
  if (code) ln_free(origin);
  *out = code ? NULL : origin;
  return code;
}

static int fill_once(ln_projection *p, int var, const ln_value *v, ln_error *err) {
  if (v->kind != LN_VALUE_CONSTANT)
    return ln_fail(err, LN_EINVAL, "%s: %s is stored once for all synapses; expected one number", p->name,
                   p->unit->var[var].name);
  p->var[var] = ln_value_constant(v->a);
  ln_synapses_touch(p->synapses, p);
  return 0;
}

int ln_projection_fill_neurons(const ln_projection *p, ln_rows *rows, int var, const ln_value *v, ln_error *err) {
  if (v->kind != LN_VALUE_CONSTANT)
    return ln_fail(err, LN_EINVAL, "%s: %s is one value for all synapses of a neuron; expected one number", p->name,
                   p->unit->var[var].name);
  ln_element type = ln_element_of(p->unit, var);
  for (uint64_t k = 0; k < ln_rows_elements(rows, p->unit, var); k++)
    ln_element_store(type, (char *)rows->var[var] + k * ln_element_size(type), &v->a, 1);
  return 0;
}

/* Collective where v is an array. */
static int check_array(ln_projection *p, int var, const uint8_t *mark, const ln_value *v, ln_error *err) {
  if (v->kind != LN_VALUE_ARRAY) return 0;
  int64_t n = 0;
  for (uint64_t at = 0; mark && at < p->variant->rows.n; at++) n += mark[at];
  n = ln_comm_sum(p->comm, mark ? n : p->local_count);
  if (v->n_array == n) return 0;
  return ln_fail(err, LN_EINVAL, "%s: %lld numbers for %s of %lld synapses", p->name, (long long)v->n_array,
                 p->unit->var[var].name, (long long)n);
}

/* Of the synapses that are marked; mark NULL: of all. Collective. */
static int fill_marked(ln_projection *p, int var, const uint8_t *mark, const ln_value *v, ln_error *err) {
  int64_t *origin = NULL;
  ln_reading reading;
  int code = ln_reading_open(&reading, p, v->kind == LN_VALUE_EXPRESSION ? v->expression : NULL, err);
  if (!code && v->kind == LN_VALUE_ARRAY) code = ln_projection_origins(p, mark, &origin, err);
  if (!code) {
    code = fill_rows(p, &p->variant->rows, var, v, &reading, origin, NULL, mark, err);
    code = ln_comm_agree(p->comm, code, err);
  }
  ln_reading_close(&reading);
  ln_free(origin);
  return code;
}

int ln_projection_fill(ln_projection *p, int var, const ln_value *v, ln_error *err) {
  int code = ln_projection_ready(p, err);
  if (!code && ln_projection_stores_once(p, var)) return fill_once(p, var, v, err);
  if (!code && ln_projection_per_neuron(p, var))
    return ln_projection_fill_neurons(p, &p->variant->rows, var, v, err);
  return code ? code : ln_projection_fill_where(p, var, NULL, v, err);
}

int ln_projection_fill_where(ln_projection *p, int var, const ln_value *where, const ln_value *v, ln_error *err) {
  uint8_t *mark = NULL;
  int code = ln_projection_ready(p, err);
  if (!code && (ln_projection_stores_once(p, var) || ln_projection_per_neuron(p, var)))
    code = ln_fail(err, LN_EINVAL, "%s: %s is not stored by synapse; it cannot be set for some of them", p->name,
                   p->unit->var[var].name);
  if (code) return code; /* the same on all ranks */
  p->n_fills[var]++;
  uint64_t drawn = (uint64_t)var | p->n_fills[var] << 32;
  code = ln_projection_mark_where(p, where, ln_key(p->key, LN_PROJECTION_CHOOSE_PART, drawn), &mark, err);
  if (!code) code = check_array(p, var, mark, v, err);
  if (!code) code = fill_marked(p, var, mark, v, err);
  ln_free(mark);
  return code;
}

/* ------------------------------------------------------------------ evaluating */

int ln_projection_evaluate(ln_projection *p, const ln_value *v, const char *what, uint64_t key, ln_synapse_sink sink,
                           void *user, ln_error *err) {
  int64_t *origin = NULL;
  ln_reading reading;
  filling *f = ln_alloc(sizeof *f);
  int code = f ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to evaluate %s", p->name, what);
  code = ln_comm_agree(p->comm, code, err);
  if (!code) code = ln_reading_open(&reading, p, v->kind == LN_VALUE_EXPRESSION ? v->expression : NULL, err);
  else reading = (ln_reading){0};
  if (!code && v->kind == LN_VALUE_ARRAY) code = ln_projection_origins(p, NULL, &origin, err);
  if (!code) {
    f->p = p, f->rows = &p->variant->rows, f->v = v, f->reading = &reading, f->origin = origin;
    f->what = what, f->sink = sink, f->user = user, f->key = key;
    code = ln_comm_agree(p->comm, fill_all(f, err), err);
  }
  ln_reading_close(&reading);
  ln_free(origin);
  ln_free(f);
  return code;
}

static int mark_chunk(void *user, const ln_visit *chunk, const double *x, ln_error *err) {
  (void)err;
  uint8_t *mark = user;
  for (int64_t k = 0; k < chunk->n; k++) mark[chunk->at[k]] = x[k] != 0;
  return 0;
}

int ln_projection_mark(ln_projection *p, const ln_value *v, const char *what, uint64_t key, uint8_t *mark, ln_error *err) {
  return ln_projection_evaluate(p, v, what, key, mark_chunk, mark, err);
}

/* ------------------------------------------------------------------ moments */

typedef struct summing {
  const ln_projection *p;
  int var;
  double mean, min, max;
  bool squares;
  ln_sum sum;
} summing;

static int sum_chunk(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  summing *s = user;
  for (int64_t k = 0; k < chunk->n; k++) {
    const ln_rows *rows = &s->p->variant->rows;
    double x = ln_element_get(ln_element_of(s->p->unit, s->var), rows->var[s->var],
                              element(s->p, rows, s->var, chunk->at[k], chunk->row[k], chunk->target[k]));
    s->min = x < s->min || isnan(x) ? x : s->min;
    s->max = x > s->max || isnan(x) ? x : s->max;
    ln_sum_add(&s->sum, s->squares ? (x - s->mean) * (x - s->mean) : x);
  }
  return 0;
}

/* The exact sum over all ranks of x, or of (x - mean)^2. */
static int sum_all(const ln_projection *p, summing *s, double *out, ln_error *err) {
  ln_window w = ln_projection_window(p, false);
  ln_sum_clear(&s->sum);
  int code = ln_rows_visit(&p->variant->rows, &w, sum_chunk, s, err);
  code = ln_comm_agree(p->comm, code, err);
  if (!code) *out = ln_sum_reduce(&s->sum, p->comm);
  return code;
}

int ln_projection_moments(ln_projection *p, int var, ln_moments *out, ln_error *err) {
  int64_t n;
  int code = ln_projection_ready(p, err);
  if (!code) code = ln_projection_count(p, &n, err);
  if (code) return code;
  *out = (ln_moments){.n = n, .mean = NAN, .variance = NAN, .min = NAN, .max = NAN};
  if (n == 0) return 0;
  if (ln_projection_stores_once(p, var)) {
    double x = p->var[var].a;
    *out = (ln_moments){n, x, 0, x, x};
    return 0;
  }
  summing s = {.p = p, .var = var, .min = INFINITY, .max = -INFINITY};
  double sum = 0, squares = 0;
  code = sum_all(p, &s, &sum, err);
  if (code) return code;
  out->mean = s.mean = sum / (double)n;
  out->min = ln_comm_min_double(p->comm, s.min);
  out->max = ln_comm_max_double(p->comm, s.max);
  s.squares = true;
  code = sum_all(p, &s, &squares, err);
  out->variance = squares / (double)n;
  return code;
}
