/* store_spikes.c - spikes to a file, in one global order.
 *
 * Each rank brings its own spikes sorted by (step, neuron). They are dealt out so that rank r holds what
 * comes r-th in the global order, in about equal parts (the splitting keys come from samples), merged, and
 * written as contiguous parts. A spike is a record: when, who, and the values it was recorded with; records of one
 * recording have one size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "store_track.h"

enum { SAMPLES = 64, CHUNK = 16384, COLUMNS = 2 /* before the values */ };

typedef struct spike { int64_t step, gid; } spike; /* of a record the head, values of 8 bytes follow */

static size_t record_size(const ln_track *t) { return sizeof(spike) + 8 * (size_t)(t->n_column - COLUMNS); }

static spike *record(const void *records, int64_t k, size_t size) {
  return (spike *)((char *)records + (size_t)k * size);
}

static double *values_of(spike *s) { return (double *)(s + 1); }

static bool before(spike a, spike b) { return a.step != b.step ? a.step < b.step : a.gid < b.gid; }

/* -------------------------------------------------------------------------------------------- layout */

static int write_sorting(hid_t group) {
  static const char *const name[] = {"none", "by_id", "by_time"};
  LN_H5 type = H5Tenum_create(H5T_STD_U8LE);
  unsigned char value = 0;
  for (; value < 3; value++) H5Tenum_insert(type, name[value], &value);
  value = 2;
  return ln_h5_set_numbers(group, "sorting", type, type, 1, &value);
}

static int create_spikes(ln_track *t, hid_t file) {
  LN_H5 all = H5Lexists(file, "spikes", H5P_DEFAULT) > 0 ? H5Gopen2(file, "spikes", H5P_DEFAULT)
                                                         : ln_track_group(file, "spikes");
  LN_H5 group = ln_track_group(all, t->population);
  int bad = write_sorting(group) < 0;
  bad |= ln_h5_set_numbers(group, "dt", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &t->dt) < 0;
  if (t->event) bad |= ln_h5_set_text(group, "population", t->of) < 0 || ln_h5_set_text(group, "event", t->event) < 0;
  bad |= ln_track_column(t, 0, group, "timestamps", H5T_IEEE_F64LE) < 0;
  bad |= ln_h5_set_text(t->column[0], "units", "milliseconds") < 0;
  bad |= ln_track_column(t, 1, group, "node_ids", H5T_STD_U64LE) < 0;
  LN_H5 variables = t->n_column > COLUMNS ? ln_track_group(group, "variables") : -1;
  for (int c = COLUMNS; c < t->n_column; c++) {
    bad |= ln_track_column(t, c, variables, t->variable[c], H5T_IEEE_F64LE) < 0;
    bad |= ln_h5_set_text(t->column[c], "units", t->unit[c]) < 0;
  }
  return bad ? -1 : 0;
}

static int finish_spikes(ln_track *t, hid_t file) {
  (void)t, (void)file;
  return 0;
}

static const ln_track_class spikes_class = {"spikes", create_spikes, finish_spikes};

/* ------------------------------------------------------------------------------------- global order */

typedef struct sample { spike at; double weight; } sample; /* weight: spikes it stands for */
typedef struct samples { int64_t n; sample of[SAMPLES]; } samples;

static int by_spike(const void *a, const void *b) {
  const spike x = ((const sample *)a)->at, y = ((const sample *)b)->at;
  return before(x, y) ? -1 : before(y, x);
}

/* The first spike of each rank's part but rank 0's (ranks - 1 keys); NULL without memory. Same on all ranks. */
static spike *choose_splitters(ln_comm *comm, const spike *own, int64_t n, size_t size) {
  const int ranks = ln_comm_size(comm);
  samples mine = {.n = n < SAMPLES ? n : SAMPLES};
  for (int64_t k = 0; k < mine.n; k++)
    mine.of[k] = (sample){*record(own, n * k / mine.n, size), (double)n / (double)mine.n};
  samples *all = ln_alloc_array((size_t)ranks, sizeof *all);
  sample *list = ln_alloc_array((size_t)ranks * SAMPLES, sizeof *list);
  spike *splitter = ln_alloc_array((size_t)ranks, sizeof *splitter);
  if (ln_comm_min(comm, all && list && splitter) != 0) {
    ln_comm_allgather(comm, &mine, sizeof mine, all);
    int64_t m = 0;
    double total = 0, sum = 0;
    for (int r = 0; r < ranks; r++) {
      for (int64_t k = 0; k < all[r].n; k++) total += (list[m++] = all[r].of[k]).weight;
    }
    qsort(list, (size_t)m, sizeof *list, by_spike);
    for (int64_t k = 0, q = 1; q < ranks; sum += list[k++].weight) {
      for (; q < ranks && (k == m || sum >= total * (double)q / ranks); q++) {
        splitter[q - 1] = k < m ? list[k].at : (spike){INT64_MAX, INT64_MAX};
      }
      if (k == m) break;
    }
  } else {
    ln_free(splitter);
    splitter = NULL;
  }
  ln_free(all);
  ln_free(list);
  return splitter;
}

static int64_t lower_bound(const spike *x, int64_t n, size_t size, spike key) {
  int64_t lo = 0, hi = n;
  while (lo < hi) {
    const int64_t mid = lo + (hi - lo) / 2;
    if (before(*record(x, mid, size), key)) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* Merges neighbouring runs a[i .. middle) and a[middle .. stop) to the same place in b. */
static void merge_two(const spike *a, spike *b, int64_t i, int64_t middle, int64_t stop, size_t size) {
  int64_t j = middle, at = i;
  while (i < middle && j < stop) {
    const int64_t next = before(*record(a, j, size), *record(a, i, size)) ? j++ : i++;
    memcpy(record(b, at++, size), record(a, next, size), size);
  }
  const int64_t rest = i < middle ? i : j, n = i < middle ? middle - i : stop - j;
  memcpy(record(b, at, size), record(a, rest, size), (size_t)n * size);
}

/* Merges sorted runs, neighbours pairwise, until one is left. end: ends of the runs, in spikes. Either of a
 * and b holds the result, which is returned; both have room for all. */
static spike *merge_runs(spike *a, spike *b, int64_t *end, int runs, size_t size) {
  while (runs > 1) {
    int made = 0;
    for (int r = 0; r < runs; r += 2) {
      const int64_t first = r ? end[r - 1] : 0, middle = end[r], stop = r + 1 < runs ? end[r + 1] : middle;
      merge_two(a, b, first, middle, stop, size);
      end[made++] = stop; /* made <= r: what is overwritten has been read */
    }
    runs = made;
    spike *swap = a;
    a = b;
    b = swap;
  }
  return a;
}

/* This rank's part of the global order. *out freed by ln_free. Collective. */
static int deal(ln_store *s, const spike *own, int64_t n, size_t size, spike **out, int64_t *n_out,
                ln_error *err) {
  ln_comm *comm = ln_store_comm(s);
  const int ranks = ln_comm_size(comm);
  spike *splitter = choose_splitters(comm, own, n, size), *other = NULL;
  void *received = NULL;
  size_t sent[ranks], got[ranks];
  int64_t end[ranks], from = 0;
  int code = splitter ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory to sort spikes", ln_store_path(s));
  if (code != LN_OK) return code; /* on all ranks alike */
  for (int r = 0; r < ranks; r++) {
    const int64_t to = r + 1 < ranks ? lower_bound(own, n, size, splitter[r]) : n;
    sent[r] = (size_t)(to - from) * size;
    from = to;
  }
  ln_free(splitter);
  code = ln_comm_alltoallv(comm, own, sent, &received, got, err);
  if (code != LN_OK) return code;
  int64_t total = 0;
  for (int r = 0; r < ranks; r++) end[r] = total += (int64_t)(got[r] / size);
  other = ln_alloc_array((size_t)total, size);
  code = other ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory to sort %lld spikes", ln_store_path(s),
                                 (long long)total);
  code = ln_comm_agree(comm, code, err);
  *out = code == LN_OK ? merge_runs(received, other, end, ranks, size) : NULL;
  *n_out = total;
  ln_free(*out == received ? other : received);
  if (code != LN_OK) ln_free(other);
  return code;
}

/* ------------------------------------------------------------------------------------------- writing */

/* Packs this rank's spikes, which must go on where the file ends. Local. */
static int pack(ln_track *t, const int64_t *step, const int64_t *gid, const double *values, int64_t n, spike **out,
                ln_error *err) {
  const char *path = ln_store_path(t->store);
  const size_t size = record_size(t), n_value = (size_t)(t->n_column - COLUMNS);
  spike *x = *out = ln_alloc_array((size_t)n, size);
  if (!x) return ln_fail(err, LN_ENOMEM, "%s: no memory for %lld spikes", path, (long long)n);
  spike last = {t->last_step, INT64_MAX};
  for (int64_t k = 0; k < n; last = *record(x, k++, size)) {
    spike *to = record(x, k, size);
    *to = (spike){step[k], gid[k]};
    if (n_value) memcpy(values_of(to), values + (size_t)k * n_value, n_value * sizeof *values);
    if (!before(last, *to)) {
      return ln_fail(err, LN_EINVAL,
                     "%s: spikes of %s come in order of time, but step %lld follows step %lld; "
                     "a recording to a file cannot go back with the network", path, t->population,
                     (long long)step[k], (long long)last.step);
    }
  }
  return LN_OK;
}

/* Writes this rank's part of total spikes. Collective. */
static int write_part(ln_track *t, spike *part, int64_t n, int64_t total, ln_error *err) {
  ln_comm *comm = ln_store_comm(t->store);
  int64_t count[ln_comm_size(comm)], row = t->rows;
  ln_comm_allgather(comm, &n, sizeof n, count);
  for (int r = 0; r < ln_comm_rank(comm); r++) row += count[r];
  const size_t size = record_size(t);
  double *number = ln_alloc_array((size_t)n, sizeof *number);
  int64_t *node = ln_alloc_array((size_t)n, sizeof *node);
  int code = number && node ? LN_OK : LN_ENOMEM;
  if (code) ln_fail(err, code, "%s: no memory to write spikes", ln_store_path(t->store));
  code = ln_comm_agree(comm, code, err);
  if (code == LN_OK) code = ln_track_extend(t, total, err);
  int bad = 0;
  for (int c = 0; code == LN_OK && c < t->n_column; c++) {
    for (int64_t k = 0; k < n; k++) {
      spike *one = record(part, k, size);
      if (c == 0) number[k] = ln_track_ms((double)one->step, t->dt);
      else if (c == 1) node[k] = one->gid;
      else number[k] = values_of(one)[c - COLUMNS];
    }
    bad |= ln_track_write(t, c, row, n, 0, 1, c == 1 ? (void *)node : number) < 0;
  }
  if (bad) code = ln_h5_fail(err, ln_store_path(t->store), "cannot write spikes of %s", t->population);
  ln_free(number);
  ln_free(node);
  return ln_store_agree(t->store, code, err);
}

static int take_spikes(void *user, const int64_t *step, const int64_t *gid, const double *values, int64_t n,
                       ln_error *err) {
  ln_track *t = user;
  ln_store *s = t->store;
  spike *own = NULL, *part = NULL;
  int64_t n_part = 0;
  int code = ln_store_usable(s, err);
  if (code != LN_OK) return code;
  const int64_t total = ln_comm_sum(ln_store_comm(s), n);
  if (total == 0) return LN_OK;
  const int64_t last = ln_comm_max(ln_store_comm(s), n ? step[n - 1] : INT64_MIN);
  code = ln_store_agree(s, pack(t, step, gid, values, n, &own, err), err);
  if (code == LN_OK) code = deal(s, own, n, record_size(t), &part, &n_part, err);
  ln_free(own);
  if (code == LN_OK) code = write_part(t, part, n_part, total, err);
  ln_free(part);
  t->last_step = last;
  return code;
}

static int close_sink(void *user, ln_error *err) {
  (void)user, (void)err; /* ln_store_close finishes all */
  return LN_OK;
}

static bool has_spikes_of(const ln_store *s, const char *population) {
  for (const ln_track *t = ln_store_tracks(s); t; t = t->next) {
    if (t->class == &spikes_class && strcmp(t->population, population) == 0) return true;
  }
  return false;
}

/* Events, and what the spikes are recorded with. */
static int copy_spec(ln_track *t, const ln_spikes_spec *spec, ln_error *err) {
  int code = LN_OK;
  for (int c = 0; c < spec->n_var && code == LN_OK; c++)
    code = ln_track_check_name(t->store, "variable", spec->name[c], err);
  if (code != LN_OK) return code;
  if (spec->event) {
    t->event = strdup(spec->event);
    t->of = strdup(spec->population);
    if (!t->event || !t->of) code = LN_ENOMEM;
  }
  if (ln_track_name_columns(t, COLUMNS, spec->name, spec->unit) < 0) code = LN_ENOMEM;
  t->chunk_rows = CHUNK;
  t->type[0] = H5T_NATIVE_DOUBLE;
  t->type[1] = H5T_NATIVE_INT64;
  return code == LN_OK ? LN_OK : ln_fail(err, code, "%s: no memory", ln_store_path(t->store));
}

/* The name of the group. */
static int name_group(const ln_store *s, const ln_spikes_spec *spec, char *group, size_t size, ln_error *err) {
  const char *event = spec->event ? spec->event : "", *population = spec->population;
  if (snprintf(group, size, "%s%s%s", population, spec->event ? "__" : "", event) >= (int)size)
    return ln_fail(err, LN_EINVAL, "%s: the name of %s and of its event %s are too long for a file", ln_store_path(s),
                   population, event);
  int code = ln_track_check_name(s, "population", group, err);
  if (code != LN_OK || !has_spikes_of(s, group)) return code;
  return ln_fail(err, LN_EINVAL, "%s: holds the %s of %s already; record them once, or to another file",
                 ln_store_path(s), spec->event ? event : "spikes", population);
}

int ln_store_add_spikes(ln_store *s, const ln_spikes_spec *spec, ln_record_sink *out, ln_error *err) {
  char group[256];
  int code = ln_store_usable(s, err);
  if (code != LN_OK) return code;
  code = name_group(s, spec, group, sizeof group, err);
  ln_track *t = code == LN_OK ? ln_track_new(s, &spikes_class, group, spec->dt, COLUMNS + spec->n_var) : NULL;
  if (code == LN_OK && !t) code = ln_fail(err, LN_ENOMEM, "%s: no memory", ln_store_path(s));
  if (code == LN_OK) code = copy_spec(t, spec, err);
  code = ln_store_add(s, t, code, err);
  if (code == LN_OK) *out = (ln_record_sink){.spikes = take_spikes, .close = close_sink, .user = t};
  return code;
}
