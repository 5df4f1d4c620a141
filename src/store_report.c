/* store_report.c - variables to a file: SONATA reports, one group a variable.
 *
 * A sample is a row; each rank writes the columns of its own neurons. Values are packed (and rounded to
 * single precision where asked) a row of chunks at a time, since HDF5 gives up collective writing when it has
 * to convert.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "store_track.h"

enum { CHUNK_WIDTH = 256, CHUNK_ROWS = 1024, CHUNK_BYTES = 256 << 10 };

/* -------------------------------------------------------------------------------------------- layout */

/* One point an element: node_ids, the columns where their elements begin, element ids 0. */
static int create_mapping(ln_track *t, hid_t group) {
  const int64_t last = t->own_lo + t->n_own == t->n; /* the one after the last column begins */
  LN_H5 mapping = ln_track_group(group, "mapping");
  LN_H5 nodes = ln_track_dataset(mapping, "node_ids", H5T_STD_U64LE, (hsize_t)t->n);
  LN_H5 pointers = ln_track_dataset(mapping, "index_pointers", H5T_STD_U64LE, (hsize_t)t->n + 1);
  LN_H5 elements = ln_track_dataset(mapping, "element_ids", H5T_STD_U32LE, (hsize_t)t->n);
  LN_H5 time = ln_track_dataset(mapping, "time", H5T_IEEE_F64LE, 3);
  int64_t *ramp = ln_alloc_array((size_t)t->n_own + 1, sizeof *ramp);
  uint32_t *zero = ln_alloc_array((size_t)t->n_own, sizeof *zero);
  int64_t n = ramp && zero ? t->n_own : 0, n_ramp = ramp && t->n_own ? n + last : 0;
  for (int64_t k = 0; k < n_ramp; k++) ramp[k] = t->own_lo + k;
  int bad = !ramp || !zero;
  bad |= ln_track_write_part(nodes, H5T_NATIVE_INT64, t->own_lo, n, t->gid) < 0;
  bad |= ln_track_write_part(pointers, H5T_NATIVE_INT64, t->own_lo, n_ramp, ramp) < 0;
  bad |= ln_track_write_part(elements, H5T_NATIVE_UINT32, t->own_lo, n, zero) < 0;
  bad |= ln_h5_set_text(time, "units", "ms") < 0;
  const unsigned char sorted = 1;
  bad |= ln_h5_set_numbers(nodes, "sorted", H5T_STD_I8LE, H5T_NATIVE_UCHAR, 1, &sorted) < 0;
  /* the developer's guide has had both names, and so have its readers */
  bad |= H5Lcreate_hard(mapping, "index_pointers", mapping, "index_pointer", H5P_DEFAULT, H5P_DEFAULT) < 0;
  ln_free(ramp);
  ln_free(zero);
  return bad ? -1 : 0;
}

static int create_report(ln_track *t, hid_t file) {
  LN_H5 all = H5Lexists(file, "report", H5P_DEFAULT) > 0 ? H5Gopen2(file, "report", H5P_DEFAULT)
                                                         : ln_track_group(file, "report");
  int bad = 0;
  for (int c = 0; c < t->n_column; c++) {
    LN_H5 group = ln_track_group(all, t->group[c]);
    bad |= create_mapping(t, group) < 0;
    bad |= ln_track_column(t, c, group, "data", t->value_bytes == 4 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE) < 0;
    bad |= ln_h5_set_text(t->column[c], "units", t->unit[c]) < 0;
    bad |= ln_h5_set_text(t->column[c], "variable", t->variable[c]) < 0;
    bad |= ln_h5_set_text(t->column[c], "population", t->population) < 0;
  }
  return bad ? -1 : 0;
}

/* Start, end (excluded) and step of the samples, known at the end. */
static int finish_report(ln_track *t, hid_t file) {
  const double first = t->rows ? (double)t->first_step : 0;
  const double every = (double)t->every, end = first + (double)t->rows * every;
  const double time[3] = {ln_track_ms(first, t->dt), ln_track_ms(end, t->dt), ln_track_ms(every, t->dt)};
  const int64_t n = ln_comm_rank(ln_store_comm(t->store)) == 0 ? 3 : 0;
  int bad = 0;
  for (int c = 0; c < t->n_column; c++) {
    LN_H5 all = H5Gopen2(file, "report", H5P_DEFAULT);
    LN_H5 group = H5Gopen2(all, t->group[c], H5P_DEFAULT);
    LN_H5 data = H5Dopen2(group, "mapping/time", H5P_DEFAULT);
    bad |= ln_track_write_part(data, H5T_NATIVE_DOUBLE, 0, n, time) < 0;
  }
  return bad ? -1 : 0;
}

static const ln_track_class report_class = {"report", create_report, finish_report};

/* ------------------------------------------------------------------------------------------- writing */

static int check_steps(ln_track *t, const int64_t *step, int64_t n, ln_error *err) {
  int64_t last = t->last_step;
  for (int64_t k = 0; k < n; last = step[k++]) {
    if (last != INT64_MIN && step[k] != last + t->every) {
      return ln_fail(err, LN_EINVAL,
                     "%s: samples of %s come every %lld steps, but step %lld follows step %lld; "
                     "a recording to a file cannot go back with the network, nor pause",
                     ln_store_path(t->store), t->population, (long long)t->every,
                     (long long)step[k], (long long)last);
    }
  }
  return LN_OK;
}

/* Own values of variable c of rows [from, from + count), one row after the other, ascending. */
static void pack(const ln_track *t, int c, const double *rows, int64_t from, int64_t count, void *out) {
  const int64_t n = t->n_own, stride = n * t->n_column, *place = t->place;
  for (int64_t k = 0; k < count; k++) {
    const double *x = rows + (from + k) * stride + c * n;
    if (t->value_bytes == 8) {
      double *to = (double *)out + k * n;
      for (int64_t i = 0; i < n; i++) to[place ? place[i] : i] = x[i];
    } else {
      float *to = (float *)out + k * n;
      for (int64_t i = 0; i < n; i++) to[place ? place[i] : i] = (float)x[i];
    }
  }
}

static int take_states(void *user, const int64_t *step, const double *rows, int64_t n, ln_error *err) {
  ln_track *t = user;
  ln_store *s = t->store;
  const int64_t block = (int64_t)t->chunk_rows, old = t->rows;
  int code = ln_store_usable(s, err);
  if (code != LN_OK || n == 0) return code;
  code = check_steps(t, step, n, err);
  void *buffer = ln_alloc_array((size_t)(n < block ? n : block) * (size_t)t->n_own, t->value_bytes);
  if (!buffer) code = ln_fail(err, LN_ENOMEM, "%s: no memory to write samples", ln_store_path(s));
  code = ln_store_agree(s, code, err);
  if (code == LN_OK) code = ln_track_extend(t, n, err);
  int bad = 0;
  for (int64_t at = 0, count; code == LN_OK && at < n; at += count) {
    count = block - (old + at) % block; /* to the end of the chunks begun */
    if (count > n - at) count = n - at;
    for (int c = 0; c < t->n_column; c++) {
      pack(t, c, rows, at, count, buffer);
      bad |= ln_track_write(t, c, old + at, t->n_own ? count : 0, t->own_lo, t->n_own, buffer) < 0;
    }
  }
  ln_free(buffer);
  if (code != LN_OK) return code;
  if (old == 0) t->first_step = step[0];
  t->last_step = step[n - 1];
  if (bad) code = ln_h5_fail(err, ln_store_path(s), "cannot write the report of %s", t->population);
  return ln_store_agree(s, code, err);
}

static int close_sink(void *user, ln_error *err) {
  (void)user, (void)err; /* ln_store_close finishes all */
  return LN_OK;
}

/* ---------------------------------------------------------------------------------------- adding one */

static bool group_taken(const ln_store *s, const char *group) {
  for (const ln_track *t = ln_store_tracks(s); t; t = t->next) {
    for (int c = 0; t->group && c < t->n_column; c++) {
      if (strcmp(t->group[c], group) == 0) return true;
    }
  }
  return false;
}

/* <population> for a population's first variable in the file, <population>__<variable> for further ones. */
static int name_group(ln_track *t, int c, ln_error *err) {
  const char *population = t->population, *variable = t->variable[c], *path = ln_store_path(t->store);
  const size_t size = strlen(population) + strlen(variable) + 3;
  t->group[c] = malloc(size);
  if (!t->group[c]) return ln_fail(err, LN_ENOMEM, "%s: no memory", path);
  strcpy(t->group[c], population);
  if (c > 0 || group_taken(t->store, t->group[c])) {
    snprintf(t->group[c], size, "%s__%s", population, variable);
  }
  bool taken = group_taken(t->store, t->group[c]);
  for (const ln_track *o = ln_store_tracks(t->store); o; o = o->next) {
    for (int k = 0; o->group && strcmp(o->population, population) == 0 && k < o->n_column; k++) {
      taken |= strcmp(o->variable[k], variable) == 0;
    }
  }
  for (int k = 0; k < c; k++) taken |= strcmp(t->variable[k], variable) == 0;
  if (!taken) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: holds %s of %s already; record it once, or to another file", path,
                 variable, population);
}

static int copy_names(ln_track *t, const ln_report_spec *spec, ln_error *err) {
  ln_store *s = t->store;
  t->group = calloc((size_t)spec->n_var, sizeof *t->group);
  if (!t->group || ln_track_name_columns(t, 0, spec->name, spec->unit) < 0) {
    return ln_fail(err, LN_ENOMEM, "%s: no memory", ln_store_path(s));
  }
  for (int c = 0; c < spec->n_var; c++) {
    int code = ln_track_check_name(s, "variable", spec->name[c], err);
    if (code == LN_OK) code = name_group(t, c, err);
    if (code != LN_OK) return code;
  }
  return LN_OK;
}

static int check_spec(ln_store *s, const ln_report_spec *spec, ln_error *err) {
  const char *path = ln_store_path(s);
  if (spec->n_var < 1) {
    return ln_fail(err, LN_EINVAL, "%s: a report of %s needs a variable", path, spec->population);
  }
  if (spec->n < 1) {
    return ln_fail(err, LN_EINVAL, "%s: a report of %s needs at least one neuron", path, spec->population);
  }
  if (spec->every < 1) {
    return ln_fail(err, LN_EINVAL, "%s: a report of %s every %lld steps: must be 1 or more", path,
                   spec->population, (long long)spec->every);
  }
  if (spec->precision != 4 && spec->precision != 8) {
    return ln_fail(err, LN_EINVAL, "%s: values of 4 or 8 bytes, not %d", path, spec->precision);
  }
  return ln_track_check_name(s, "population", spec->population, err);
}

static int ascending(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* The columns: all neurons in ascending order; which are own, and where those go. */
static int take_neurons(ln_track *t, const ln_report_spec *spec, ln_error *err) {
  const char *path = ln_store_path(t->store);
  const size_t n = (size_t)spec->n;
  t->n = spec->n;
  t->gid = ln_alloc_array(n, sizeof *t->gid);
  t->place = ln_alloc_array(n, sizeof *t->place);
  if (!t->gid || !t->place) return ln_fail(err, LN_ENOMEM, "%s: no memory for the neurons of a report", path);
  memcpy(t->gid, spec->gid, n * sizeof *t->gid);
  qsort(t->gid, n, sizeof *t->gid, ascending);
  for (int64_t k = 0; k < t->n; k++) {
    if (k > 0 && t->gid[k] == t->gid[k - 1]) {
      return ln_fail(err, LN_EINVAL, "%s: neuron %lld of %s is to be recorded twice", path,
                     (long long)t->gid[k] + 1, t->population);
    }
    t->own_lo += t->gid[k] < spec->gid_lo;
    t->n_own += t->gid[k] >= spec->gid_lo && t->gid[k] < spec->gid_hi;
  }
  memmove(t->gid, t->gid + t->own_lo, (size_t)t->n_own * sizeof *t->gid);
  int64_t own = 0;
  bool in_order = true;
  for (int64_t k = 0; k < spec->n; k++) {
    if (spec->gid[k] < spec->gid_lo || spec->gid[k] >= spec->gid_hi) continue;
    const int64_t *found = bsearch(&spec->gid[k], t->gid, (size_t)t->n_own, sizeof *t->gid, ascending);
    t->place[own] = found - t->gid;
    in_order &= t->place[own] == own;
    own++;
  }
  if (in_order) {
    ln_free(t->place);
    t->place = NULL;
  }
  return LN_OK;
}

static int fill_in(ln_track *t, const ln_report_spec *spec, ln_error *err) {
  t->every = spec->every;
  t->value_bytes = (hsize_t)spec->precision;
  t->type[0] = spec->precision == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
  t->width = (hsize_t)spec->n;
  t->chunk_width = t->width < CHUNK_WIDTH ? t->width : CHUNK_WIDTH;
  t->chunk_rows = CHUNK_BYTES / (t->chunk_width * t->value_bytes);
  if (t->chunk_rows > CHUNK_ROWS) t->chunk_rows = CHUNK_ROWS;
  int code = take_neurons(t, spec, err);
  return code == LN_OK ? copy_names(t, spec, err) : code;
}

int ln_store_add_report(ln_store *s, const ln_report_spec *spec, ln_record_sink *out, ln_error *err) {
  int code = ln_store_usable(s, err);
  if (code != LN_OK) return code;
  code = check_spec(s, spec, err);
  ln_track *t = NULL;
  if (code == LN_OK) t = ln_track_new(s, &report_class, spec->population, spec->dt, spec->n_var);
  if (code == LN_OK && !t) code = ln_fail(err, LN_ENOMEM, "%s: no memory", ln_store_path(s));
  if (t) code = fill_in(t, spec, err);
  code = ln_store_add(s, t, code, err);
  if (code == LN_OK) *out = (ln_record_sink){.states = take_states, .close = close_sink, .user = t};
  return code;
}
