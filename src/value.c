/* value.c - where numbers come from.
 *
 * A distribution redraws an element until it lies within the bounds; every attempt has its own counter, so
 * that one element's luck is nobody else's business. An expression reads its inputs once for the whole
 * chunk and is evaluated group by group.
 */
#include "value.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "draw.h"
#include "memory.h"

#define FIRST_SITE 200 /* of distributions; those of an expression's calls lie below */
#define MOST_ATTEMPTS 10000
#define GROUP (8 * LN_LANES) /* elements evaluated at a time */

ln_value ln_value_constant(double x) {
  return (ln_value){.kind = LN_VALUE_CONSTANT, .a = x, .low = -INFINITY, .high = INFINITY};
}

/* ------------------------------------------------------------------ timed arrays */

ln_timed_array *ln_timed_copy(const ln_timed_array *table, int n) {
  ln_timed_array *copy = ln_alloc_array((size_t)n, sizeof *copy);
  for (int k = 0; copy && k < n; k++) {
    size_t count = (size_t)(table[k].rows * table[k].columns);
    double *value = ln_alloc_array(count, sizeof *value);
    if (!value) {
      ln_timed_free(copy, n);
      return NULL;
    }
    memcpy(value, table[k].value, count * sizeof *value);
    copy[k] = table[k];
    copy[k].value = value;
  }
  return copy;
}

void ln_timed_free(ln_timed_array *table, int n) {
  for (int k = 0; table && k < n; k++) ln_free((void *)table[k].value);
  ln_free(table);
}

/* ------------------------------------------------------------------ distributions */

static const char *const kind_name[] = {"constant",    "uniform", "normal", "lognormal",
                                        "exponential", "gamma",   "array",  "expression"};

static int check_distribution(const ln_value *v, ln_error *err) {
  const char *name = kind_name[v->kind];
  if (!isfinite(v->a) || (v->kind != LN_VALUE_EXPONENTIAL && !isfinite(v->b))) {
    return ln_fail(err, LN_EINVAL, "%s: its parameters must be finite numbers", name);
  }
  bool spread = v->kind == LN_VALUE_NORMAL || v->kind == LN_VALUE_LOGNORMAL;
  if (spread && v->b < 0)
    return ln_fail(err, LN_EINVAL, "%s: the standard deviation is negative (%g)", name, v->b);
  if (v->kind == LN_VALUE_UNIFORM && v->b < v->a) {
    return ln_fail(err, LN_EINVAL, "uniform: the upper end (%g) lies below the lower (%g)", v->b, v->a);
  }
  if (v->kind == LN_VALUE_EXPONENTIAL && v->a < 0)
    return ln_fail(err, LN_EINVAL, "exponential: the mean is negative (%g)", v->a);
  if (v->kind == LN_VALUE_GAMMA && (v->a <= 0 || v->b < 0)) {
    return ln_fail(err, LN_EINVAL, "gamma: needs a positive shape and scale, not %g and %g", v->a, v->b);
  }
  if (!(v->low <= v->high)) {
    return ln_fail(err, LN_EINVAL, "%s: truncated to [%g, %g], which is empty", name, v->low, v->high);
  }
  return 0;
}

static double draw_uniform(double a, double b, double u) {
  double x = a + (b - a) * u;
  return x < b || a == b ? x : nextafter(b, a); /* rounding may reach b */
}

/* One attempt at n elements; attempts have counters of their own. */
static void draw(const ln_value *v, uint64_t key, const uint64_t *id, int attempt, int64_t n, double *out) {
  uint64_t site = (uint64_t)(FIRST_SITE + attempt) << 48;
  if (v->kind == LN_VALUE_NORMAL || v->kind == LN_VALUE_LOGNORMAL) ln_draw_normal(key, id, site, n, out);
  else ln_draw_uniform(key, id, site, n, out);
  switch (v->kind) {
  case LN_VALUE_UNIFORM:
    for (int64_t k = 0; k < n; k++) out[k] = draw_uniform(v->a, v->b, out[k]);
    return;
  case LN_VALUE_NORMAL:
    for (int64_t k = 0; k < n; k++) out[k] = v->a + v->b * out[k];
    return;
  case LN_VALUE_LOGNORMAL:
    for (int64_t k = 0; k < n; k++) out[k] = exp(v->a + v->b * out[k]);
    return;
  default: /* exponential */
    for (int64_t k = 0; k < n; k++) out[k] = -v->a * log1p(-out[k]);
  }
}

static bool lies_within(const ln_value *v, double x) { return x >= v->low && x <= v->high; }

static int fail_truncated(const ln_value *v, ln_error *err) {
  return ln_fail(err, LN_EINVAL, "%s(%g, %g) truncated to [%g, %g]: %d draws in a row fell outside",
                 kind_name[v->kind], v->a, v->b, v->low, v->high, MOST_ATTEMPTS);
}

/* An element whose first attempt fell outside. */
static int redraw(const ln_value *v, uint64_t key, const uint64_t *id, double *out, ln_error *err) {
  for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
    draw(v, key, id, attempt, 1, out);
    if (lies_within(v, *out)) return 0;
  }
  return fail_truncated(v, err);
}

/* Needs several numbers an attempt and goes by a stream. */
static int draw_gamma(const ln_value *v, uint64_t key, const uint64_t *id, double *out, ln_error *err) {
  ln_philox4 own = ln_philox(key, id[0], id[1] + ((uint64_t)FIRST_SITE << 48));
  ln_stream stream = {(uint64_t)own.w[0] | (uint64_t)own.w[1] << 32, (uint64_t)own.w[2] | (uint64_t)own.w[3] << 32, 0};
  for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    *out = v->b * ln_stream_gamma(&stream, v->a);
    if (lies_within(v, *out)) return 0;
  }
  return fail_truncated(v, err);
}

static int fill_distribution(const ln_value *v, const ln_value_chunk *c, double *out, ln_error *err) {
  int code = check_distribution(v, err);
  if (code) return code;
  bool gamma = v->kind == LN_VALUE_GAMMA;
  if (!gamma) draw(v, c->key, c->id, 0, c->n, out);
  for (int64_t k = 0; k < c->n && !code; k++) {
    if (gamma) code = draw_gamma(v, c->key, c->id + 2 * k, &out[k], err);
    else if (!lies_within(v, out[k])) code = redraw(v, c->key, c->id + 2 * k, &out[k], err);
  }
  return code;
}

/* ------------------------------------------------------------------ arrays */

static int fill_array(const ln_value *v, const ln_value_chunk *c, double *out, ln_error *err) {
  if (!c->origin)
    return ln_fail(err, LN_EINVAL,
                   "an array of values cannot be used here: the elements have no places in it");
  for (int64_t k = 0; k < c->n; k++) {
    int64_t place = c->origin[k];
    if (place < 0 || place >= v->n_array) {
      return ln_fail(err, LN_EINVAL, "an array of %lld values is too short: number %lld is asked for",
                     (long long)v->n_array, (long long)place + 1);
    }
    out[k] = v->array[place];
  }
  return 0;
}

/* ------------------------------------------------------------------ expressions */

static int read_inputs(const ln_value *v, const ln_value_chunk *c, double **in, ln_error *err) {
  const ln_unit *u = ln_model_unit(v->expression);
  int64_t padded = (c->n + LN_LANES - 1) / LN_LANES * LN_LANES;
  for (int k = 0; k < u->n_in; k++) {
    in[k] = ln_alloc_array((size_t)padded, sizeof **in);
    if (!in[k])
      return ln_fail(err, LN_ENOMEM, "no memory to evaluate an expression for %lld elements",
                     (long long)c->n);
    if (u->in[k].kind == LN_IN_PAR) {
      for (int64_t e = 0; e < padded; e++) in[k][e] = v->par[k];
      continue;
    }
    if (!c->read)
      return ln_fail(err, LN_EINVAL, "an expression that reads '%s' cannot be used here", u->in[k].name);
    int code = c->read(c->user, k, c->n, in[k], err);
    if (code) return code;
    for (int64_t e = c->n; e < padded; e++) in[k][e] = in[k][c->n - 1]; /* some number that occurs */
  }
  return 0;
}

/* Elements [from, from + n) by aligned, padded copies of their ids and results: generated code counts on both. */
static void evaluate_group(const ln_value *v, const ln_value_chunk *c, double *const *in,
                           const double **shifted, int64_t from, int64_t n, double *out) {
  _Alignas(64) uint64_t id[2 * GROUP];
  _Alignas(64) double result[GROUP];
  const ln_unit *u = ln_model_unit(v->expression);
  int64_t padded = (n + LN_LANES - 1) / LN_LANES * LN_LANES;
  memcpy(id, c->id + 2 * from, 2 * (size_t)n * sizeof *id);
  memset(id + 2 * n, 0, 2 * (size_t)(padded - n) * sizeof *id);
  for (int k = 0; k < u->n_in; k++) shifted[k] = in[k] + from;
  ln_expression_args args = {
      .n = padded, .in = shifted, .id = id, .key = c->key, .t = c->t + v->t, .dt = c->dt,
      .table = v->table ? v->table : c->table,
      .out = result};
  u->evaluate(&args);
  memcpy(out + from, result, (size_t)n * sizeof *out);
}

static int fill_expression(const ln_value *v, const ln_value_chunk *c, double *out, ln_error *err) {
  const ln_unit *unit = ln_model_unit(v->expression);
  if (unit->n_table && !c->table && !v->table)
    return ln_fail(err, LN_EINVAL, "the timed array %s cannot be read here", unit->table[0]);
  size_t n_in = (size_t)unit->n_in;
  double **in = ln_alloc_array(n_in, sizeof *in);
  const double **shifted = ln_alloc_array(n_in, sizeof *shifted);
  int code = in && shifted ? read_inputs(v, c, in, err)
                           : ln_fail(err, LN_ENOMEM, "no memory to evaluate an expression");
  for (int64_t from = 0; from < c->n && !code; from += GROUP) {
    evaluate_group(v, c, in, shifted, from, c->n - from < GROUP ? c->n - from : GROUP, out);
  }
  for (size_t k = 0; in && k < n_in; k++) ln_free(in[k]);
  ln_free(in);
  ln_free(shifted);
  return code;
}

int ln_value_fill(const ln_value *v, const ln_value_chunk *c, double *out, ln_error *err) {
  if (c->n <= 0) return 0;
  switch (v->kind) {
  case LN_VALUE_CONSTANT:
    for (int64_t k = 0; k < c->n; k++) out[k] = v->a;
    return 0;
  case LN_VALUE_ARRAY: return fill_array(v, c, out, err);
  case LN_VALUE_EXPRESSION: return fill_expression(v, c, out, err);
  default: return fill_distribution(v, c, out, err);
  }
}
