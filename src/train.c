/* train.c - statistics of recorded spike trains. See train.h.
 *
 * Recorded spikes are sorted by (step, neuron); what concerns one neuron is found in one pass with a small
 * record a local neuron.
 */
#include "train.h"

#include <math.h>
#include <string.h>
#include "memory.h"
#include "sum.h"

typedef struct window { /* this rank's spikes within the window */
  int64_t n, lo, hi;    /* lo, hi: own neurons */
  const int64_t *step, *gid;
} window;

static window local_window(const ln_recorder *r, int64_t from, int64_t to) {
  window w;
  int64_t n, first = 0;
  ln_recorder_local_spikes(r, &n, &w.step, &w.gid);
  ln_population_own(ln_recorder_population(r), &w.lo, &w.hi);
  while (first < n && w.step[first] < from) first++;
  while (n > first && w.step[n - 1] >= to) n--;
  w.step += first;
  w.gid += first;
  w.n = n - first;
  return w;
}

int ln_train_counts(ln_recorder *r, ln_comm *comm, int64_t lo, int64_t hi, int64_t from, int64_t to, double **out,
                    ln_error *err) {
  window w = local_window(r, from, to);
  int64_t first = lo > w.lo ? lo : w.lo, last = hi < w.hi ? hi : w.hi;
  size_t n = last > first ? (size_t)(last - first) : 0;
  double *count = ln_alloc_array(n, sizeof(double));
  int code = count == NULL ? ln_fail(err, LN_ENOMEM, "no memory for %zu spike counts", n) : LN_OK;
  *out = NULL;
  for (int64_t k = 0; code == LN_OK && k < w.n; k++)
    if (w.gid[k] >= first && w.gid[k] < last) count[w.gid[k] - first] += 1.0;
  code = ln_comm_agree(comm, code, err);
  if (code == LN_OK) code = ln_comm_allgatherv(comm, count, n * sizeof(double), (void **)out, NULL, err);
  ln_free(count);
  return code;
}

/* Places each own neuron's intervals one after the other: start[k] .. start[k + 1] of *interval. */
static int sort_intervals(const window *w, int64_t **start, double **interval, ln_error *err) {
  size_t n = (size_t)(w->hi - w->lo);
  int64_t *at = ln_alloc_array(n + 2, sizeof *at), *last = ln_alloc_array(n + 1, sizeof *last);
  double *out = ln_alloc_array((size_t)w->n + 1, sizeof *out);
  *start = at;
  *interval = out;
  if (at == NULL || last == NULL || out == NULL) {
    ln_free(last);
    return ln_fail(err, LN_ENOMEM, "no memory for the intervals of %lld spikes", (long long)w->n);
  }
  for (int64_t k = 0; k < w->n; k++) at[w->gid[k] - w->lo + 2]++; /* spikes a neuron, two places on */
  for (size_t k = 2; k < n + 2; k++) at[k] = at[k - 1] + (at[k] > 0 ? at[k] - 1 : 0);
  for (size_t k = 0; k < n; k++) last[k] = -1;
  for (int64_t k = 0; k < w->n; k++) { /* at[neuron + 1] walks from its start to its end */
    int64_t neuron = w->gid[k] - w->lo;
    if (last[neuron] >= 0) out[at[neuron + 1]++] = (double)(w->step[k] - last[neuron]);
    last[neuron] = w->step[k];
  }
  ln_free(last);
  return LN_OK;
}

int ln_train_intervals(ln_recorder *r, ln_comm *comm, int64_t from, int64_t to, int64_t *n, double **out, ln_error *err) {
  window w = local_window(r, from, to);
  int64_t *start = NULL;
  double *interval = NULL;
  *out = NULL;
  *n = 0;
  int code = ln_comm_agree(comm, sort_intervals(&w, &start, &interval, err), err);
  if (code == LN_OK) {
    *n = start[w.hi - w.lo];
    *out = interval;
  } else {
    ln_free(interval);
  }
  ln_free(start);
  return code;
}

int ln_train_own(ln_recorder *r, int64_t lo, int64_t hi, int place, int64_t **start, double **out, ln_error *err) {
  int64_t n;
  int n_var;
  const int64_t *at, *gid;
  const double *value = ln_recorder_local_values(r, &n_var);
  ln_recorder_local_spikes(r, &n, &at, &gid);
  int64_t *to = *start = ln_alloc_array((size_t)(hi - lo) + 2, sizeof *to);
  double *x = *out = ln_alloc_array((size_t)n + 1, sizeof *x);
  if (to == NULL || x == NULL || place >= n_var) {
    ln_free(to);
    ln_free(x);
    *start = NULL, *out = NULL;
    if (to && x) return ln_fail(err, LN_EINVAL, "recorded variable %d of %d", place + 1, n_var);
    return ln_fail(err, LN_ENOMEM, "no memory for the trains of %lld spikes", (long long)n);
  }
  for (int64_t k = 0; k < n; k++) to[gid[k] - lo + 2]++;
  for (int64_t k = 2; k < hi - lo + 2; k++) to[k] += to[k - 1];
  for (int64_t k = 0; k < n; k++) /* to[k + 1] walks to the end of k */
    x[to[gid[k] - lo + 1]++] = place < 0 ? (double)at[k] : value[k * n_var + place];
  return LN_OK;
}

static double coefficient_of_variation(const double *x, int64_t n) {
  double sum = 0.0, squares = 0.0;
  for (int64_t k = 0; k < n; k++) sum += x[k];
  double mean = sum / (double)n;
  for (int64_t k = 0; k < n; k++) squares += (x[k] - mean) * (x[k] - mean);
  return sqrt(squares / (double)n) / mean;
}

int ln_train_cv(ln_recorder *r, ln_comm *comm, int64_t from, int64_t to, int64_t *n, double *mean, ln_error *err) {
  window w = local_window(r, from, to);
  int64_t *start = NULL, used = 0;
  double *interval = NULL;
  ln_sum sum;
  ln_sum_clear(&sum);
  int code = ln_comm_agree(comm, sort_intervals(&w, &start, &interval, err), err);
  if (code == LN_OK) {
    for (int64_t k = 0; k < w.hi - w.lo; k++) {
      int64_t count = start[k + 1] - start[k];
      if (count < 2) continue;
      ln_sum_add(&sum, coefficient_of_variation(interval + start[k], count));
      used++;
    }
    *n = ln_comm_sum(comm, used);
    *mean = ln_sum_reduce(&sum, comm) / (double)*n;
  }
  ln_free(start);
  ln_free(interval);
  return code;
}
