/* connect.c - connectors: checks, estimates, and those that decide pair by pair.
 *
 * All to all, one to one, Bernoulli trials and given pairs are here; connectors of a fixed number of
 * synapses are in connect_cells.c. Every connector emits target by target (outdegrees: source by source,
 * targets ascending), so that a row of the storage receives its targets in ascending order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "connect_p.h"
#include "memory.h"
#include "rng.h"

enum { KEY_TRIAL = 1, KEY_CONDITION = 2 };

/* ------------------------------------------------------------------ checks */

/* Pairs that a connector may join: n_pre * n_post, less the autapses if they are not wanted. */
static int64_t cells_of(const ln_connector *c, const ln_connect_range *r) {
  int64_t cells = r->n_pre * r->n_post;
  if (c->autapses || !r->same) return cells;
  int64_t lo = r->pre_lo > r->post_lo ? r->pre_lo : r->post_lo;
  int64_t pre_hi = r->pre_lo + r->n_pre, post_hi = r->post_lo + r->n_post;
  int64_t hi = pre_hi < post_hi ? pre_hi : post_hi;
  return cells - (hi > lo ? hi - lo : 0);
}

/* Whether some target's (or source's) own neuron lies among its candidates and is not wanted. */
static bool excludes_autapses(const ln_connector *c, const ln_connect_range *r) {
  return cells_of(c, r) < r->n_pre * r->n_post;
}

/* n partners out of `choice` for each of `each`. */
static int check_degree(const ln_connector *c, const ln_connect_range *r, const char *name,
                        const char *partners, const char *side, int64_t choice, int64_t each, ln_error *err) {
  if (c->n < 0)
    return ln_fail(err, LN_EINVAL, "%s: the number of %s must not be negative, got %lld", name, partners,
                   (long long)c->n);
  bool less = excludes_autapses(c, r);
  int64_t most = choice - less;
  if (each == 0 || c->n == 0 || (c->multapses ? most > 0 : c->n <= most)) return 0;
  return ln_fail(err, LN_EINVAL, "%s: %lld %s%s, but the %s has %lld neurons%s", name, (long long)c->n,
                 partners, c->multapses ? "" : " without multapses", side, (long long)choice,
                 less ? ", one of which would be the neuron itself" : "");
}

static int check_total(const ln_connector *c, const ln_connect_range *r, ln_error *err) {
  if (c->n < 0)
    return ln_fail(err, LN_EINVAL, "fixed_total: the number of synapses must not be negative, got %lld",
                   (long long)c->n);
  int64_t cells = cells_of(c, r);
  if (c->n == 0 || (c->multapses ? cells > 0 : c->n <= cells)) return 0;
  return ln_fail(err, LN_EINVAL, "fixed_total: %lld synapses%s, but there are %lld pairs of neurons%s",
                 (long long)c->n, c->multapses ? "" : " without multapses", (long long)cells,
                 c->autapses ? "" : " (autapses excluded)");
}

static int check_pairs(const ln_connector *c, const ln_connect_range *r, ln_error *err) {
  if (c->n_pairs < 0 || (c->n_pairs && (!c->i || !c->j)))
    return ln_fail(err, LN_EINVAL, "pairs: the lists of sources and targets are missing");
  for (int64_t k = 0; k < c->n_pairs; k++) {
    bool source = c->i[k] < 0 || c->i[k] >= r->n_pre;
    if (source || c->j[k] < 0 || c->j[k] >= r->n_post)
      return ln_fail(err, LN_EINVAL, "pairs: %s %lld of pair %lld is outside 1 to %lld",
                     source ? "source" : "target", (long long)(source ? c->i[k] : c->j[k]) + 1,
                     (long long)(c->origin ? c->origin[k] : k) + 1,
                     (long long)(source ? r->n_pre : r->n_post));
  }
  return 0;
}

int ln_connect_check(const ln_connector *c, const ln_connect_range *r, ln_error *err) {
  switch (c->kind) {
    case LN_ALL_TO_ALL: return 0;
    case LN_ONE_TO_ONE:
      if (r->n_pre != r->n_post)
        return ln_fail(err, LN_EINVAL,
                       "one_to_one: the source has %lld neurons and the target %lld; expected as many",
                       (long long)r->n_pre, (long long)r->n_post);
      return 0;
    case LN_BERNOULLI:
      if (!c->expression && !(c->p >= 0 && c->p <= 1))
        return ln_fail(err, LN_EINVAL, "bernoulli: the probability must lie between 0 and 1, got %g", c->p);
      return 0;
    case LN_FIXED_INDEGREE:
      return check_degree(c, r, "fixed_indegree", "sources a target", "source", r->n_pre, r->n_post, err);
    case LN_FIXED_OUTDEGREE:
      return check_degree(c, r, "fixed_outdegree", "targets a source", "target", r->n_post, r->n_pre, err);
    case LN_FIXED_TOTAL: return check_total(c, r, err);
    case LN_PAIRS: return check_pairs(c, r, err);
  }
  return ln_fail(err, LN_EINVAL, "unknown connector (kind %d)", (int)c->kind);
}

double ln_connect_estimate(const ln_connector *c, const ln_connect_range *r) {
  double own = (double)(r->own_hi - r->own_lo), share = r->n_post ? own / (double)r->n_post : 0;
  switch (c->kind) {
    case LN_ALL_TO_ALL: return (double)cells_of(c, r) * share;
    case LN_ONE_TO_ONE: return own;
    case LN_BERNOULLI: return c->expression ? 0 : c->p * (double)cells_of(c, r) * share;
    case LN_FIXED_INDEGREE: return (double)c->n * own;
    case LN_FIXED_OUTDEGREE: return (double)c->n * (double)r->n_pre * share;
    case LN_FIXED_TOTAL: return (double)c->n * share;
    case LN_PAIRS: break;
  }
  int64_t n = 0;
  for (int64_t k = 0; k < c->n_pairs; k++) n += c->j[k] >= r->own_lo && c->j[k] < r->own_hi;
  return (double)n;
}

/* ------------------------------------------------------------------ pair by pair */

static int all_to_all(const ln_connector *c, const ln_connect_range *r, ln_emitter *e) {
  e->origins = true;
  for (int64_t t = r->own_lo; t < r->own_hi; t++) {
    int64_t skip = c->autapses ? -1 : ln_autapse_source(r, t);
    for (int64_t s = 0; s < r->n_pre; s++) {
      int code = s == skip ? 0 : ln_emit(e, s, t, 0, s * r->n_post + t);
      if (code) return code;
    }
  }
  return ln_emit_flush(e);
}

static int one_to_one(const ln_connect_range *r, ln_emitter *e) {
  e->origins = true;
  for (int64_t t = r->own_lo; t < r->own_hi; t++) {
    int code = ln_emit(e, t, t, 0, t);
    if (code) return code;
  }
  return ln_emit_flush(e);
}

/* Trials of one target by the gaps between successes, which are geometric: time proportional to the
 * successes. log(u) / log(1 - p) with u in (0, 1]; p = 1 gives gaps of 0. */
static int bernoulli_target(const ln_connector *c, const ln_connect_range *r, uint64_t key, int64_t t,
                            ln_emitter *e) {
  int64_t skip = c->autapses ? -1 : ln_autapse_source(r, t);
  double per_log = 1 / log1p(-c->p), last = (double)(r->n_pre - 1), at = -1;
  for (uint64_t b = 0;; b++) {
    ln_philox4 x = ln_philox(key, (uint64_t)t, b);
    for (int half = 0; half < 2; half++) {
      double u = 1 - ln_u01(x.w[2 * half], x.w[2 * half + 1]);
      at += 1 + floor(fabs(log(u) * per_log));
      if (!(at <= last)) return 0;
      int64_t s = (int64_t)at;
      int code = s == skip ? 0 : ln_emit(e, s, t, 0, 0);
      if (code) return code;
    }
  }
}

static int bernoulli(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_emitter *e) {
  if (c->p == 0 || r->n_pre == 0) return 0;
  uint64_t trial = ln_key(key, 0, KEY_TRIAL);
  for (int64_t t = r->own_lo; t < r->own_hi; t++) {
    int code = bernoulli_target(c, r, trial, t, e);
    if (code) return code;
  }
  return ln_emit_flush(e);
}

/* ------------------------------------------------------------------ conditions */

/* Pairs to be tried; their own chunk beside the emitter's. */
typedef struct trials {
  const ln_connector *c;
  const ln_connect_range *r;
  uint64_t trial_key, condition_key;
  ln_connect_reader reader;
  ln_emitter *e;
  int64_t n;
  uint32_t source[LN_EMIT_CHUNK], target[LN_EMIT_CHUNK];
  uint64_t id[2 * LN_EMIT_CHUNK];
  double p[LN_EMIT_CHUNK];
} trials;

static int read_trials(void *user, int input, int64_t n, double *out, ln_error *err) {
  trials *w = user;
  return w->reader(w->e->user, input, n, w->source, w->target, out, err);
}

static int try_pairs(trials *w) {
  ln_value v = {.kind = LN_VALUE_EXPRESSION,
                .low = -INFINITY,
                .high = INFINITY,
                .expression = w->c->expression,
                .par = w->c->par,
                .table = w->c->table,
                .t = w->c->t};
  ln_value_chunk chunk = {.n = w->n, .id = w->id, .key = w->condition_key, .dt = w->c->dt, .read = read_trials, .user = w};
  int code = w->n ? ln_value_fill(&v, &chunk, w->p, w->e->err) : 0;
  for (int64_t k = 0; k < w->n && !code; k++) {
    double p = w->p[k];
    if (!(p >= 0 && p <= 1))
      return ln_fail(
          w->e->err, LN_EINVAL,
          "bernoulli: the expression gave %g for i = %lld, j = %lld; expected a condition or a probability",
          p, (long long)(w->r->pre_lo + w->source[k] + 1), (long long)(w->r->post_lo + w->target[k] + 1));
    if (p == 1 || (p > 0 && ln_uniform(w->trial_key, w->id[2 * k], 0) < p))
      code = ln_emit(w->e, w->source[k], w->target[k], 0, 0);
  }
  w->n = 0;
  return code;
}

static int add_trial(trials *w, int64_t s, int64_t t) {
  int64_t k = w->n++;
  w->source[k] = (uint32_t)s;
  w->target[k] = (uint32_t)t;
  w->id[2 * k] = (uint64_t)s | (uint64_t)t << 32;
  w->id[2 * k + 1] = 0;
  return w->n == LN_EMIT_CHUNK ? try_pairs(w) : 0;
}

static int condition(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_connect_reader reader,
                     ln_emitter *e) {
  trials *w = ln_alloc(sizeof *w);
  if (!w) return ln_fail(e->err, LN_ENOMEM, "no memory to evaluate a connection condition");
  w->c = c, w->r = r, w->reader = reader, w->e = e;
  w->trial_key = ln_key(key, 0, KEY_TRIAL);
  w->condition_key = ln_key(key, 0, KEY_CONDITION);
  int code = 0;
  for (int64_t t = r->own_lo; t < r->own_hi && !code; t++) {
    int64_t skip = c->autapses ? -1 : ln_autapse_source(r, t);
    for (int64_t s = 0; s < r->n_pre && !code; s++) code = s == skip ? 0 : add_trial(w, s, t);
  }
  if (!code) code = try_pairs(w);
  ln_free(w);
  return code ? code : ln_emit_flush(e);
}

/* ------------------------------------------------------------------ pairs */

typedef struct given {
  uint64_t pair;
  int64_t place;
} given; /* pair: source | target << 32 */

static int by_pair(const void *a, const void *b) {
  const given *x = a, *y = b;
  if (x->pair != y->pair) return x->pair < y->pair ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Sorted by target, then source; synapses of one pair are numbered in the order of the list. */
static int pairs(const ln_connector *c, const ln_connect_range *r, ln_emitter *e) {
  size_t n = (size_t)ln_connect_estimate(c, r), m = 0;
  given *own = ln_alloc_array(n, sizeof *own);
  if (!own) return ln_fail(e->err, LN_ENOMEM, "no memory for %zu pairs", n);
  bool sorted = true;
  for (int64_t k = 0; k < c->n_pairs; k++) {
    if (c->j[k] < r->own_lo || c->j[k] >= r->own_hi) continue;
    own[m] = (given){(uint64_t)c->i[k] | (uint64_t)c->j[k] << 32, k};
    sorted &= m == 0 || own[m - 1].pair <= own[m].pair;
    m++;
  }
  if (!sorted) qsort(own, m, sizeof *own, by_pair);
  e->origins = true;
  int code = 0;
  uint64_t serial = 0;
  for (size_t k = 0; k < m && !code; k++) {
    serial = k && own[k].pair == own[k - 1].pair ? serial + 1 : 0;
    int64_t place = own[k].place;
    code = ln_emit(e, c->i[place], c->j[place], serial, c->origin ? c->origin[place] : place);
  }
  ln_free(own);
  return code ? code : ln_emit_flush(e);
}

int ln_connect(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_connect_sink sink,
               ln_connect_reader reader, void *user, ln_error *err) {
  int code = ln_connect_check(c, r, err);
  if (code) return code;
  ln_emitter *e = ln_alloc(sizeof *e);
  if (!e) return ln_fail(err, LN_ENOMEM, "no memory to connect");
  e->sink = sink, e->user = user, e->err = err;
  switch (c->kind) {
    case LN_ALL_TO_ALL: code = all_to_all(c, r, e); break;
    case LN_ONE_TO_ONE: code = one_to_one(r, e); break;
    case LN_BERNOULLI:
      code = c->expression ? condition(c, r, key, reader, e) : bernoulli(c, r, key, e);
      break;
    case LN_FIXED_INDEGREE:
    case LN_FIXED_OUTDEGREE:
    case LN_FIXED_TOTAL: code = ln_connect_fixed(c, r, key, e); break;
    case LN_PAIRS: code = pairs(c, r, e); break;
  }
  ln_free(e);
  return code;
}
