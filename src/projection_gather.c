/* projection_gather.c - a projection's synapses, or a part of them, in an order that every number of ranks shares: by
 * source, target, delay.
 */
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"
#include "projection_p.h"
#include "synapses_p.h"

static int by_target(const void *a, const void *b) {
  const ln_synapse *x = a, *y = b;
  if (x->j != y->j) return x->j < y->j ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

/* The projection's synapses of one row (mark: those that are marked), sorted, to out; returns how many. */
static int64_t list_row(const ln_projection *p, int64_t row, int var, const uint8_t *mark, int64_t visit,
                        ln_synapse *out) {
  const ln_rows *r = &p->variant->rows;
  ln_window w = ln_projection_window(p, false);
  int64_t blid0 = ln_projection_blid0(p), n = 0;
  uint64_t at = r->row[row].first, first = at;
  for (uint64_t run = r->row[row].run; run < r->row[row + 1].run; run++) {
    for (uint64_t end = at + r->run[run].n; at < end; at++) {
      uint32_t target = ln_rows_target(r, at);
      if (target < w.target_lo || target >= w.target_hi || (mark && !mark[at])) continue;
      double x = var < 0 ? 0 : ln_projection_stores_once(p, var) ? p->var[var].a
                 : ln_element_get(ln_element_of(p->unit, var), r->var[var],
                                  (int64_t)ln_rows_element(p->unit, var, at, run, target));
      out[n] = (ln_synapse){(uint32_t)(row - p->row0), (uint32_t)(target - blid0), r->run[run].delay,
                            (uint32_t)(at - first), visit + n, x};
      n++;
    }
  }
  qsort(out, (size_t)n, sizeof *out, by_target);
  return n;
}

int ln_projection_list_marked(const ln_projection *p, int var, const uint8_t *mark, ln_synapse **out, int64_t *n,
                              ln_error *err) {
  int64_t most = 0, k = 0;
  for (uint64_t at = 0; mark && at < p->variant->rows.n; at++) most += mark[at];
  if (!mark) most = p->local_count;
  ln_synapse *list = *out = ln_alloc_array((size_t)most, sizeof *list);
  *n = 0;
  if (!list) return ln_fail(err, LN_ENOMEM, "%s: no memory to list %lld synapses", p->name, (long long)most);
  for (int64_t row = p->row0 + p->pre_lo; row < p->row0 + p->pre_hi && k < most; row++)
    k += list_row(p, row, var, mark, k, list + k);
  *n = k;
  return 0;
}

int ln_projection_list(const ln_projection *p, int var, ln_synapse **out, ln_error *err) {
  int64_t n;
  return ln_projection_list_marked(p, var, NULL, out, &n, err);
}

int ln_projection_mark_where(ln_projection *p, const ln_value *where, uint64_t key, uint8_t **mark, ln_error *err) {
  *mark = NULL;
  if (!where) return 0;
  *mark = ln_alloc(p->variant->rows.n);
  int code = *mark ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to choose synapses", p->name);
  code = ln_comm_agree(p->comm, code, err);
  return code ? code : ln_projection_mark(p, where, "the condition", key, *mark, err);
}

/* ------------------------------------------------------------------ gathering */

/* Of each source, the synapses of rank 0, then 1, …: targets ascend with the rank. */
static void merge(const ln_projection *p, const ln_synapse *all, const size_t *bytes, ln_connections *out) {
  int ranks = ln_comm_size(p->comm);
  int64_t at[ranks], end[ranks], n = 0;
  for (int r = 0; r < ranks; r++) {
    at[r] = r ? end[r - 1] : 0;
    end[r] = at[r] + (int64_t)(bytes[r] / sizeof *all);
  }
  for (int64_t i = p->pre_lo; i < p->pre_hi; i++) {
    for (int r = 0; r < ranks; r++) {
      for (; at[r] < end[r] && all[at[r]].i == i; at[r]++, n++) {
        const ln_synapse *s = &all[at[r]];
        out->i[n] = s->i, out->j[n] = s->j, out->delay[n] = s->delay;
        if (out->value) out->value[n] = s->value;
      }
    }
  }
}

static int alloc_connections(ln_connections *out, int64_t n, bool value) {
  *out = (ln_connections){.n = n};
  out->i = ln_alloc_array((size_t)n, sizeof *out->i);
  out->j = ln_alloc_array((size_t)n, sizeof *out->j);
  out->delay = ln_alloc_array((size_t)n, sizeof *out->delay);
  if (value) out->value = ln_alloc_array((size_t)n, sizeof *out->value);
  return out->i && out->j && out->delay && (!value || out->value) ? 0 : LN_ENOMEM;
}

typedef struct taking {
  const uint8_t *mark;
  double *x;
  int64_t n;
} taking;

static int take_chunk(void *user, const ln_visit *chunk, const double *x, ln_error *err) {
  (void)err;
  taking *t = user;
  for (int64_t k = 0; k < chunk->n; k++) {
    if (!t->mark || t->mark[chunk->at[k]]) t->x[t->n++] = x[k];
  }
  return 0;
}

/* An expression's number for each of n listed synapses. Collective. */
static int list_values(ln_projection *p, const ln_value *v, const uint8_t *mark, ln_synapse *list, int64_t n,
                       ln_error *err) {
  taking t = {.mark = mark, .x = ln_alloc_array((size_t)n, sizeof *t.x)};
  int code = t.x ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to evaluate an expression", p->name);
  code = ln_comm_agree(p->comm, code, err);
  uint64_t key = ln_key(p->key, LN_PROJECTION_CHOOSE_PART, 1);
  if (!code) code = ln_projection_evaluate(p, v, "an expression", key, take_chunk, &t, err);
  for (int64_t k = 0; k < n && !code; k++) list[k].value = t.x[list[k].visit];
  ln_free(t.x);
  return code;
}

int ln_projection_gather(ln_projection *p, int var, ln_connections *out, ln_error *err) {
  return ln_projection_gather_where(p, var, NULL, NULL, out, err);
}

int ln_projection_gather_where(ln_projection *p, int var, const ln_value *value, const ln_value *where,
                               ln_connections *out, ln_error *err) {
  *out = (ln_connections){0};
  ln_synapse *own = NULL, *all = NULL;
  uint8_t *mark = NULL;
  int64_t n_own = 0;
  size_t *bytes = ln_alloc_array((size_t)ln_comm_size(p->comm), sizeof *bytes);
  int code = ln_comm_agree(p->comm, ln_projection_ready(p, err), err);
  if (!code) code = ln_projection_mark_where(p, where, ln_key(p->key, LN_PROJECTION_CHOOSE_PART, 0), &mark, err);
  if (!code) code = ln_comm_agree(p->comm, ln_projection_list_marked(p, var, mark, &own, &n_own, err), err);
  if (!code && value) code = list_values(p, value, mark, own, n_own, err);
  if (!code && !bytes) code = ln_fail(err, LN_ENOMEM, "%s: no memory to gather synapses", p->name);
  code = ln_comm_agree(p->comm, code, err);
  if (!code) code = ln_comm_allgatherv(p->comm, own, (size_t)n_own * sizeof *own, (void **)&all, bytes, err);
  ln_free(own);
  ln_free(mark);
  if (!code) {
    size_t sum = 0;
    for (int r = 0; r < ln_comm_size(p->comm); r++) sum += bytes[r];
    code = alloc_connections(out, (int64_t)(sum / sizeof *all), var >= 0 || value);
    if (code) ln_fail(err, code, "%s: no memory to gather %zu synapses", p->name, sum / sizeof *all);
    else merge(p, all, bytes, out);
    code = ln_comm_agree(p->comm, code, err);
  }
  ln_free(all);
  ln_free(bytes);
  if (code) ln_connections_clear(out);
  return code;
}

void ln_connections_clear(ln_connections *c) {
  ln_free(c->i);
  ln_free(c->j);
  ln_free(c->delay);
  ln_free(c->value);
  *c = (ln_connections){0};
}
