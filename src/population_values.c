/* population_values.c - variables of a population as the script sees them: read, assigned, gathered.
 *
 * All goes through doubles and through global indices; what a neuron is given depends on its index and
 * the key, never on the rank that owns it.
 */
#include <math.h>
#include <string.h>
#include "element.h"
#include "keys.h"
#include "memory.h"
#include "population_struct.h"

enum { CHUNK = 1024 };

static bool is_shared(const ln_population *p, int var) { return p->unit->var[var].flags & LN_SHARED; }

void *ln_population_var(const ln_population *p, int var) {
  if (is_shared(p, var)) return &p->shared[var];
  if (p->link && p->link[var].direct) return ln_population_var(p->link[var].source, p->link[var].var);
  return (char *)ln_block_var(p->place.block, var) +
         ln_element_size(ln_element_of(p->unit, var)) * (size_t)p->blid;
}

/* The own part of [lo, hi). */
static int64_t own_part(const ln_population *p, int64_t lo, int64_t hi, int64_t *first) {
  *first = lo > p->gid_lo ? lo : p->gid_lo;
  int64_t end = hi < p->gid_hi ? hi : p->gid_hi;
  return end > *first ? end - *first : 0;
}

void ln_population_read(const ln_population *p, int var, int64_t lo, int64_t hi, double *out, int64_t *first,
                        int64_t *n) {
  ln_element type = ln_element_of(p->unit, var);
  const char *a = ln_population_var(p, var);
  *n = own_part(p, lo, hi, first);
  if (is_shared(p, var)) {
    for (int64_t k = 0; k < *n; k++) out[k] = ln_element_get(type, a, 0);
  } else if (*n) {
    ln_element_load(type, a + ln_element_size(type) * (size_t)(*first - p->gid_lo), NULL, *n, out);
  }
}

/* ------------------------------------------------------------------ evaluating values */

typedef struct reading { /* the elements under way */
  const ln_population *p;
  const ln_unit *expression;
  const int64_t *gid;
  int64_t origin;
  bool one;              /* for a shared variable, which no single neuron's variables can make */
} reading;

static int read_variable(const reading *r, const char *name, int64_t n, double *out, ln_error *err) {
  const ln_population *p = r->p;
  int var = p->model ? ln_model_variable(p->model, name) : -1;
  if (var < 0) return ln_fail(err, LN_EINVAL, "%s has no variable %s", p->name, name);
  int unlinked = ln_population_check_link(p, var, err);
  if (unlinked) return unlinked;
  if (r->one && !is_shared(p, var)) {
    return ln_fail(err, LN_EINVAL,
                   "%s: %s differs from neuron to neuron, so that a shared variable cannot be set from it",
                   p->name, name);
  }
  ln_element type = ln_element_of(p->unit, var);
  const void *a = ln_population_var(p, var);
  for (int64_t k = 0; k < n; k++)
    out[k] = ln_element_get(type, a, is_shared(p, var) ? 0 : r->gid[k] - p->gid_lo);
  return LN_OK;
}

static int read_input(void *user, int input, int64_t n, double *out, ln_error *err) {
  const reading *r = user;
  const ln_population *p = r->p;
  const ln_input *in = &r->expression->in[input];
  double same = 0;
  switch (in->kind) {
    case LN_IN_I: /* in the slice that the expression is about */
      for (int64_t k = 0; k < n; k++) out[k] = (double)(r->gid[k] - r->origin) + 1;
      return LN_OK;
    case LN_IN_J: /* in the population, as its equations have it */
      for (int64_t k = 0; k < n; k++) out[k] = (double)r->gid[k] + 1;
      return LN_OK;
    case LN_IN_PRE:
    case LN_IN_POST:
      if (strcmp(in->name, "lastspike") != 0) return read_variable(r, in->name, n, out, err);
      for (int64_t k = 0; k < n; k++) {
        int32_t last = r->one ? LN_NEVER : ln_block_last(p->place.block)[p->blid + r->gid[k] - p->gid_lo];
        out[k] = last == LN_NEVER ? -1e4 : last * p->place.clock.dt; /* as Brian2 has it */
      }
      return LN_OK;
    case LN_IN_N_PRE:
    case LN_IN_N_POST: same = (double)p->size; break;
    default: return ln_fail(err, LN_EINVAL, "%s: a neuron has no %s", p->name, in->name);
  }
  for (int64_t k = 0; k < n; k++) out[k] = same;
  return LN_OK;
}

enum { MOST_TABLES = 32 };

/* The population's timed arrays that an expression reads. */
static int find_tables(const ln_population *p, const ln_unit *expression, ln_timed_array *out, ln_error *err) {
  int n = expression ? expression->n_table : 0;
  if (n > MOST_TABLES)
    return ln_fail(err, LN_EINVAL, "%s: %d timed arrays in an expression; at most %d", p->name, n, MOST_TABLES);
  for (int k = 0; k < n; k++) {
    int from = 0;
    while (p->unit && from < p->unit->n_table && strcmp(p->unit->table[from], expression->table[k]) != 0) from++;
    if (!p->unit || from == p->unit->n_table || !p->table[from].value)
      return ln_fail(err, LN_EINVAL, "%s: the timed array %s has no values", p->name, expression->table[k]);
    out[k] = p->table[from];
  }
  return LN_OK;
}

static int values(const ln_population *p, const ln_value *v, const ln_population_request *q, bool one,
                  double *out, ln_error *err) {
  uint64_t id[2 * CHUNK];
  int64_t gid[CHUNK], origin[CHUNK];
  reading r = {.p = p, .gid = gid, .origin = q->origin, .one = one,
               .expression = v->kind == LN_VALUE_EXPRESSION ? ln_model_unit(v->expression) : NULL};
  ln_timed_array table[MOST_TABLES];
  int unknown = find_tables(p, r.expression, table, err);
  if (unknown) return unknown;
  for (int64_t done = 0; done < q->n; done += CHUNK) {
    int64_t n = q->n - done < CHUNK ? q->n - done : CHUNK;
    for (int64_t k = 0; k < n; k++) {
      gid[k] = q->gid ? q->gid[done + k] : q->gid0 + done + k;
      origin[k] = gid[k] - q->origin;
      id[2 * k] = (uint64_t)gid[k];
      id[2 * k + 1] = q->label;
    }
    ln_value_chunk chunk = {.n = n, .id = id, .origin = origin, .key = q->key, .t = q->t, .dt = p->place.clock.dt,
                            .table = table, .read = read_input, .user = &r};
    int code = ln_value_fill(v, &chunk, out + done, err);
    if (code) return code;
  }
  return LN_OK;
}

int ln_population_values(const ln_population *p, const ln_value *v, const ln_population_request *request,
                         double *out, ln_error *err) {
  return values(p, v, request, false, out, err);
}

/* ------------------------------------------------------------------ assigning */

static int check_range(const ln_population *p, int64_t lo, int64_t hi, ln_error *err) {
  if (lo >= 0 && lo <= hi && hi <= p->size) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s has neurons 1 to %lld, but %lld to %lld were asked for", p->name,
                 (long long)p->size, (long long)lo + 1, (long long)hi);
}

static int check_array(const ln_population *p, const char *what, int64_t n, const ln_value *v,
                       ln_error *err) {
  if (v->kind != LN_VALUE_ARRAY || v->n_array == n) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: %s: an array of %lld numbers for %lld %s", p->name, what,
                 (long long)v->n_array, (long long)n, n == 1 ? "value" : "neurons");
}

static int put(ln_population *p, int var, int64_t gid, const double *x, int64_t n, ln_error *err) {
  ln_element type = ln_element_of(p->unit, var);
  char *a = ln_population_var(p, var);
  int64_t lid = is_shared(p, var) ? 0 : gid - p->gid_lo;
  int64_t k = ln_element_store(type, a + ln_element_size(type) * (size_t)lid, x, n);
  if (k == n) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: %s of neuron %lld is an integer; %g is not one it can hold", p->name,
                 p->unit->var[var].name, (long long)(gid + k) + 1, x[k]);
}

/* Times of last spikes; one long before the beginning, as Brian2 has it for those that never spiked, is never. */
static int put_last(ln_population *p, int64_t gid, const double *x, int64_t n, ln_error *err) {
  int32_t *last = ln_block_last(p->place.block) + p->blid;
  for (int64_t k = 0; k < n; k++) {
    double step = floor(x[k] / p->place.clock.dt + 0.5);
    if (!(step < 0x1p30)) {
      return ln_fail(err, LN_EINVAL, "%s: lastspike of neuron %lld cannot be %g s", p->name,
                     (long long)(gid + k) + 1, x[k]);
    }
    last[gid + k - p->gid_lo] = x[k] <= -9999.0 || step < LN_NEVER ? LN_NEVER : (int32_t)step;
  }
  return LN_OK;
}

/* Sets those of n neurons from gid on whose mark is not 0; mark NULL: all. */
static int put_marked(ln_population *p, int var, int64_t gid, const double *x, const double *mark, int64_t n,
                      ln_error *err) {
  for (int64_t from = 0, to; from < n; from = to) {
    for (to = from + 1; mark && to < n && (mark[to] != 0) == (mark[from] != 0);) to++;
    if (!mark) to = n;
    else if (mark[from] == 0) continue;
    int code = var == LN_LAST_SPIKE ? put_last(p, gid + from, x + from, to - from, err)
                                    : put(p, var, gid + from, x + from, to - from, err);
    if (code) return code;
  }
  return LN_OK;
}

enum { VALUE, MARK }; /* labels: what a number is drawn for */

static int fill(ln_population *p, int var, int64_t lo, int64_t hi, const ln_value *where, const ln_value *v,
                double t, ln_error *err) {
  bool one = var != LN_LAST_SPIKE && is_shared(p, var);
  int code = check_range(p, lo, hi, err);
  if (!code) code = check_array(p, var == LN_LAST_SPIKE ? "lastspike" : p->unit->var[var].name, one ? 1 : hi - lo, v, err);
  if (!code && where) code = check_array(p, "the marks", hi - lo, where, err);
  if (code) return code;
  uint64_t purpose = LN_DRAW_VARIABLE + ((uint64_t)(uint16_t)var << 8) + ((uint64_t)p->n_assignments++ << 24);
  int64_t first = 0, n = one ? 1 : own_part(p, lo, hi, &first);
  double x[CHUNK], mark[CHUNK];
  for (int64_t done = 0; done < n; done += CHUNK) {
    ln_population_request q = {.gid0 = first + done,
                               .n = n - done < CHUNK ? n - done : CHUNK,
                               .origin = one ? 0 : lo,
                               .key = ln_population_key(p, purpose),
                               .label = MARK,
                               .t = t};
    if (where) code = values(p, where, &q, one, mark, err);
    q.label = VALUE;
    if (!code) code = values(p, v, &q, one, x, err);
    if (!code) code = put_marked(p, var, q.gid0, x, where ? mark : NULL, q.n, err);
    if (code) return code;
  }
  return LN_OK;
}

int ln_population_fill(ln_population *p, int var, int64_t lo, int64_t hi, const ln_value *v, double t,
                       ln_error *err) {
  return ln_population_fill_where(p, var, lo, hi, NULL, v, t, err);
}

int ln_population_fill_where(ln_population *p, int var, int64_t lo, int64_t hi, const ln_value *where,
                             const ln_value *v, double t, ln_error *err) {
  ln_population_stir(p);
  ln_population_mirror(p, 0);
  int code = fill(p, var, lo, hi, where, v, t, err);
  if (var != LN_LAST_SPIKE && !(p->unit->var[var].flags & LN_STATE)) p->stale = true; /* it may be a constant of the linear system */
  return ln_comm_agree(p->place.comm, code, err);
}

/* ------------------------------------------------------------------ gathering */

/* Puts the ranks' parts, freed here, one behind the other. */
static int gather(const ln_population *p, double *part, int64_t n, int code, double **out, ln_error *err) {
  *out = NULL;
  code = ln_comm_agree(p->place.comm, code, err);
  if (!code) {
    void *all = NULL;
    code = ln_comm_allgatherv(p->place.comm, part, (size_t)n * sizeof *part, &all, NULL, err);
    *out = all;
  }
  ln_free(part);
  return code;
}

int ln_population_gather(ln_population *p, int var, int64_t lo, int64_t hi, double **out, ln_error *err) {
  *out = NULL;
  int code = check_range(p, lo, hi, err);
  if (code) return code; /* the same on all ranks */
  code = ln_population_check_link(p, var, err);
  if (code) return code;
  ln_population_mirror(p, 0);
  int64_t first, n = own_part(p, lo, hi, &first);
  double *part = ln_alloc_array((size_t)n, sizeof *part);
  if (!part) code = ln_fail(err, LN_ENOMEM, "%s: no memory for %lld numbers", p->name, (long long)n);
  else ln_population_read(p, var, lo, hi, part, &first, &n);
  return gather(p, part, n, code, out, err);
}

int ln_population_evaluate(ln_population *p, const ln_value *v, int64_t lo, int64_t hi, double t,
                           double **out, ln_error *err) {
  *out = NULL;
  int code = check_range(p, lo, hi, err);
  if (!code) code = check_array(p, "an expression", hi - lo, v, err);
  if (code) return code;
  ln_population_mirror(p, 0);
  int64_t first, n = own_part(p, lo, hi, &first);
  double *part = ln_alloc_array((size_t)n, sizeof *part);
  if (!part) {
    code = ln_fail(err, LN_ENOMEM, "%s: no memory for %lld numbers", p->name, (long long)n);
  } else {
    uint64_t label = (uint64_t)llround(t / p->place.clock.dt); /* another step draws other numbers */
    ln_population_request q = {.gid0 = first, .n = n, .origin = lo, .label = label << 8,
                               .key = ln_population_key(p, LN_DRAW_EVALUATE), .t = t};
    code = values(p, v, &q, false, part, err);
  }
  return gather(p, part, n, code, out, err);
}
