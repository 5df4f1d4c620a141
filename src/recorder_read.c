/* recorder_read.c - recordings in global order: by (step, neuron), or in the order that neurons were named.
 *
 * Ranks hold their own neurons' part; gathering puts the parts together on every rank. Nothing here runs
 * while the network does.
 */
#include <string.h>
#include "memory.h"
#include "recorder_struct.h"

ln_population *ln_recorder_population(const ln_recorder *r) { return r->population; }
int64_t ln_recorder_local_count(const ln_recorder *r) { return r->n_handed + r->n; }

int ln_recorder_count(ln_recorder *r, int64_t *out, ln_error *err) {
  (void)err;
  int64_t n = ln_recorder_local_count(r);
  *out = r->spikes ? ln_comm_sum(r->comm, n) : ln_comm_min(r->comm, n);
  return LN_OK;
}

void ln_recorder_local_spikes(const ln_recorder *r, int64_t *n, const int64_t **step, const int64_t **gid) {
  *n = r->spikes ? r->n : 0;
  *step = r->step;
  *gid = r->gid;
}

void ln_recorder_local_counts(const ln_recorder *r, int64_t *n, const int64_t **step, const int64_t **count) {
  *n = r->counts ? r->n : 0;
  *step = r->step;
  *count = r->gid;
}

const double *ln_recorder_local_values(const ln_recorder *r, int *n_var) {
  *n_var = r->spikes ? r->n_var : 0;
  return r->row;
}

static int refuse(const ln_recorder *r, bool spikes, ln_error *err) {
  const char *name = ln_population_name(r->population);
  if (r->spikes != spikes) {
    return ln_fail(err, LN_EINVAL, "%s: this is a recording of %s", name, r->spikes ? "spikes" : "states");
  }
  if (r->has_sink)
    return ln_fail(err, LN_EINVAL, "%s: this recording went to a file: read it from there", name);
  return LN_OK;
}

typedef struct event {
  int64_t step, gid;
  double value; /* of the variable that was asked for */
} event;

static bool before(event a, event b) { return a.step < b.step || (a.step == b.step && a.gid < b.gid); }

/* Natural merge sort: what the ranks give is ascending, but for jumps back by ln_network_restore. run has
 * room for the starts of all runs and the end. */
static void sort_events(event *a, event *scratch, int64_t *run, int64_t n_runs) {
  while (n_runs > 1) {
    int64_t made = 0;
    for (int64_t k = 0; k < n_runs; k += 2) {
      int64_t i = run[k], mid = run[k + 1], j = mid, end = k + 1 < n_runs ? run[k + 2] : mid, to = i;
      while (i < mid && j < end) scratch[to++] = before(a[j], a[i]) ? a[j++] : a[i++];
      while (i < mid) scratch[to++] = a[i++];
      while (j < end) scratch[to++] = a[j++];
      run[++made] = end;
    }
    memcpy(a, scratch, (size_t)run[made] * sizeof *a);
    n_runs = made;
  }
}

/* Sorts n events, in place. Local. */
static int sort_all(event *e, int64_t n, ln_error *err) {
  int64_t n_runs = 1;
  for (int64_t k = 1; k < n; k++) n_runs += before(e[k], e[k - 1]);
  int64_t *run = ln_alloc_array((size_t)n_runs + 1, sizeof *run);
  event *scratch = n_runs > 1 ? ln_alloc_array((size_t)n, sizeof *scratch) : NULL;
  int code = run && (scratch || n_runs == 1) ? LN_OK : LN_ENOMEM;
  if (code) ln_fail(err, code, "no memory for %lld spikes", (long long)n);
  if (!code) {
    n_runs = 1;
    for (int64_t k = 1; k < n; k++) {
      if (before(e[k], e[k - 1])) run[n_runs++] = k;
    }
    run[n_runs] = n;
    sort_events(e, scratch, run, n_runs);
  }
  ln_free(run);
  ln_free(scratch);
  return code;
}

/* All spikes in order, with a variable's values (place -1: none); for ln_free. Collective. */
static int gather(ln_recorder *r, int place, int64_t *n, event **out, ln_error *err) {
  *n = 0;
  *out = NULL;
  int code = refuse(r, true, err);
  if (code) return code;
  event *mine = ln_alloc_array((size_t)r->n, sizeof *mine);
  if (!mine) code = ln_fail(err, LN_ENOMEM, "no memory for %lld spikes", (long long)r->n);
  for (int64_t k = 0; k < r->n && mine; k++)
    mine[k] = (event){r->step[k], r->gid[k], place < 0 ? 0 : r->row[k * r->n_var + place]};
  code = ln_comm_agree(r->comm, code, err);
  if (!code) code = ln_comm_allgatherv(r->comm, mine, (size_t)r->n * sizeof *mine, (void **)out, NULL, err);
  ln_free(mine);
  if (code) return code;
  *n = ln_comm_sum(r->comm, r->n);
  code = ln_comm_agree(r->comm, sort_all(*out, *n, err), err);
  if (!code) return LN_OK;
  ln_free(*out);
  *out = NULL;
  return code;
}

int ln_recorder_gather_spikes(ln_recorder *r, int64_t *n, int64_t **step, int64_t **gid, ln_error *err) {
  event *e;
  *step = *gid = NULL;
  int code = gather(r, -1, n, &e, err);
  if (code) return code;
  *step = ln_alloc_array((size_t)*n, sizeof **step);
  *gid = ln_alloc_array((size_t)*n, sizeof **gid);
  for (int64_t k = 0; k < *n && *step && *gid; k++) {
    (*step)[k] = e[k].step;
    (*gid)[k] = e[k].gid;
  }
  ln_free(e);
  code = *step && *gid ? LN_OK : ln_fail(err, LN_ENOMEM, "no memory for %lld spikes", (long long)*n);
  code = ln_comm_agree(r->comm, code, err);
  if (!code) return LN_OK;
  ln_free(*step);
  ln_free(*gid);
  *step = *gid = NULL;
  return code;
}

int ln_recorder_gather_values(ln_recorder *r, int var_place, int64_t *n, double **out, ln_error *err) {
  event *e;
  *out = NULL;
  *n = 0;
  if (var_place < 0 || var_place >= r->n_var)
    return ln_fail(err, LN_EINVAL, "recorded variable %d of %d", var_place + 1, r->n_var);
  int code = gather(r, var_place, n, &e, err);
  if (code) return code;
  *out = ln_alloc_array((size_t)*n, sizeof **out);
  for (int64_t k = 0; k < *n && *out; k++) (*out)[k] = e[k].value;
  ln_free(e);
  code = *out ? LN_OK : ln_fail(err, LN_ENOMEM, "no memory for the values of %lld spikes", (long long)*n);
  code = ln_comm_agree(r->comm, code, err);
  if (!code) return LN_OK;
  ln_free(*out);
  *out = NULL;
  return code;
}

/* ------------------------------------------------------------------ states */

/* Places of a rank's neurons among all recorded, in the order that the rank holds them. Returns how many. */
static int64_t columns_of(const ln_recorder *r, int rank, int64_t *column) {
  int64_t lo, hi, n = 0;
  ln_population_slice_of(r->population, rank, &lo, &hi);
  if (!r->listed) {
    if (lo < r->lo) lo = r->lo;
    if (hi > r->hi) hi = r->hi;
    for (int64_t gid = lo; gid < hi; gid++) column[n++] = gid - r->lo;
  } else {
    for (int64_t k = 0; k < r->n_neurons; k++) {
      if (r->neurons[k] >= lo && r->neurons[k] < hi) column[n++] = k;
    }
  }
  return n;
}

/* all: every rank's (samples x own neurons), one behind the other. */
static void place_columns(const ln_recorder *r, const double *all, int64_t n_samples, int64_t *column,
                          double *out) {
  for (int rank = 0; rank < ln_comm_size(r->comm); rank++) {
    int64_t n = columns_of(r, rank, column);
    for (int64_t s = 0; s < n_samples; s++, all += n) {
      for (int64_t k = 0; k < n; k++) out[s * r->n_neurons + column[k]] = all[k];
    }
  }
}

static double *own_columns(const ln_recorder *r, int var_place, int64_t n_samples) {
  double *mine = ln_alloc_array((size_t)(n_samples * r->n_own), sizeof *mine);
  for (int64_t s = 0; s < n_samples && mine && r->n_own; s++) {
    memcpy(mine + s * r->n_own,
           r->row + ln_recorder_row_size(r) * (size_t)s + (size_t)var_place * (size_t)r->n_own,
           (size_t)r->n_own * sizeof *mine);
  }
  return mine;
}

int ln_recorder_gather_states(ln_recorder *r, int var_place, int64_t *n_samples, int64_t *n_neurons,
                              double **out, ln_error *err) {
  *out = NULL;
  *n_neurons = r->n_neurons;
  *n_samples = 0;
  int code = refuse(r, false, err);
  if (code) return code;
  if (var_place < 0 || var_place >= r->n_var)
    return ln_fail(err, LN_EINVAL, "recorded variable %d of %d", var_place + 1, r->n_var);
  *n_samples = ln_comm_min(r->comm, r->n); /* equal, unless a rank ran out of memory */
  double *mine = own_columns(r, var_place, *n_samples);
  double *table = ln_alloc_array((size_t)(*n_samples * r->n_neurons), sizeof *table);
  int64_t *column = ln_alloc_array((size_t)r->n_neurons, sizeof *column);
  if (!mine || !table || !column) {
    code = ln_fail(err, LN_ENOMEM, "%s: no memory for %lld samples of %lld neurons",
                   ln_population_name(r->population), (long long)*n_samples, (long long)r->n_neurons);
  }
  code = ln_comm_agree(r->comm, code, err);
  void *all = NULL;
  if (!code) {
    code = ln_comm_allgatherv(r->comm, mine, (size_t)(*n_samples * r->n_own) * sizeof *mine, &all, NULL, err);
  }
  if (!code) place_columns(r, all, *n_samples, column, table);
  ln_free(mine);
  ln_free(all);
  ln_free(column);
  if (code) ln_free(table);
  else *out = table;
  return code;
}

int ln_recorder_own_states(ln_recorder *r, int var_place, int64_t *n_samples, int64_t *n_own, double **out,
                           int64_t **column, ln_error *err) {
  *out = NULL;
  *column = NULL;
  *n_own = *n_samples = 0;
  int code = refuse(r, false, err);
  if (code) return code;
  if (var_place < 0 || var_place >= r->n_var)
    return ln_fail(err, LN_EINVAL, "recorded variable %d of %d", var_place + 1, r->n_var);
  *n_samples = ln_comm_min(r->comm, r->n);
  *out = own_columns(r, var_place, *n_samples);
  *column = ln_alloc_array((size_t)r->n_neurons, sizeof **column);
  if (!*out || !*column) code = ln_fail(err, LN_ENOMEM, "no memory for %lld samples", (long long)*n_samples);
  else *n_own = columns_of(r, ln_comm_rank(r->comm), *column);
  code = ln_comm_agree(r->comm, code, err);
  if (!code) return LN_OK;
  ln_free(*out);
  ln_free(*column);
  *out = NULL;
  *column = NULL;
  return code;
}

int ln_recorder_steps(ln_recorder *r, int64_t *n, int64_t **step, ln_error *err) {
  *n = 0;
  *step = NULL;
  int code = refuse(r, false, err);
  if (code) return code;
  *step = ln_alloc_array((size_t)r->n, sizeof **step);
  if (!*step) return ln_fail(err, LN_ENOMEM, "no memory for %lld sample times", (long long)r->n);
  if (r->n) memcpy(*step, r->step, (size_t)r->n * sizeof **step);
  *n = r->n;
  return LN_OK;
}
