/* store_track.c - datasets that grow together, and the collective writes into them.
 *
 * All raw data are written collectively. Chunks are allocated in one order (column after column, chunk
 * after chunk), are never filled before they are written, and datasets are as long as what was written.
 */
#include "store_track.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"

enum { COPY_BYTES = 4 << 20 }; /* what a rank holds at once when a track is copied */

ln_track *ln_track_new(ln_store *s, const ln_track_class *class, const char *population, double dt,
                       int n_column) {
  ln_track *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  *t = (ln_track){.store = s, .class = class, .dt = dt, .last_step = INT64_MIN};
  t->population = strdup(population);
  t->column = malloc((size_t)n_column * sizeof *t->column);
  if (!t->population || !t->column) {
    ln_track_destroy(t);
    return NULL;
  }
  t->n_column = n_column;
  for (int c = 0; c < n_column; c++) t->column[c] = -1;
  return t;
}

void ln_track_destroy(ln_track *t) {
  if (!t) return;
  for (int c = 0; c < t->n_column; c++) {
    if (t->variable) free(t->variable[c]);
    if (t->unit) free(t->unit[c]);
    if (t->group) free(t->group[c]);
  }
  free(t->variable);
  free(t->unit);
  free(t->group);
  free(t->population);
  free(t->event);
  free(t->of);
  free(t->column);
  ln_free(t->gid);
  ln_free(t->place);
  free(t);
}

int ln_track_name_columns(ln_track *t, int first, const char *const *name, const char *const *unit) {
  t->variable = calloc((size_t)t->n_column + 1, sizeof *t->variable);
  t->unit = calloc((size_t)t->n_column + 1, sizeof *t->unit);
  if (!t->variable || !t->unit) return -1;
  for (int c = first; c < t->n_column; c++) {
    t->variable[c] = strdup(name[c - first]);
    t->unit[c] = strdup(unit[c - first]);
    if (!t->variable[c] || !t->unit[c]) return -1;
  }
  return 0;
}

int ln_track_check_name(const ln_store *s, const char *what, const char *name, ln_error *err) {
  const char *path = ln_store_path(s);
  if (!*name) {
    return ln_fail(err, LN_EINVAL, "%s: a %s without a name cannot be recorded to a file", path, what);
  }
  if (strlen(name) > 90) { /* two of them and __ are one group's name */
    return ln_fail(err, LN_EINVAL, "%s: the name %.20s... has %zu bytes; in a file 90 are allowed", path,
                   name, strlen(name));
  }
  if (strchr(name, '/') || strcmp(name, ".") == 0) {
    return ln_fail(err, LN_EINVAL,
                   "%s: the %s \"%s\" cannot be recorded to a file: "
                   "HDF5 allows neither / in a name nor . as one",
                   path, what, name);
  }
  return LN_OK;
}

static hid_t utf8_names(void) {
  hid_t links = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_char_encoding(links, H5T_CSET_UTF8);
  return links;
}

hid_t ln_track_group(hid_t parent, const char *name) {
  LN_H5 links = utf8_names();
  LN_H5 creation = H5Pcreate(H5P_GROUP_CREATE);
  H5Pset_obj_track_times(creation, false);
  return H5Gcreate2(parent, name, links, creation, H5P_DEFAULT);
}

hid_t ln_track_dataset(hid_t parent, const char *name, hid_t type, hsize_t n) {
  LN_H5 space = H5Screate_simple(1, &n, NULL);
  LN_H5 creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, false);
  H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  return H5Dcreate2(parent, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
}

int ln_track_column(ln_track *t, int c, hid_t group, const char *name, hid_t file_type) {
  const int rank = t->width ? 2 : 1;
  const hsize_t none[2] = {0, t->width}, most[2] = {H5S_UNLIMITED, t->width},
      chunk[2] = {t->chunk_rows, t->chunk_width};
  LN_H5 space = H5Screate_simple(rank, none, most);
  LN_H5 creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, false);
  H5Pset_chunk(creation, rank, chunk);
  H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  t->column[c] = H5Dcreate2(group, name, file_type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  return t->column[c] < 0 ? -1 : 0;
}

static hid_t memory_type(const ln_track *t, int c) { return t->type[t->width == 0 && c == 1]; }

/* The byte after the last chunk of a column that has rows. */
static int64_t column_end(const ln_track *t, int c) {
  const hsize_t row = ((hsize_t)t->rows - 1) / t->chunk_rows * t->chunk_rows;
  const hsize_t left = t->width ? (t->width - 1) / t->chunk_width * t->chunk_width : 0;
  haddr_t at = HADDR_UNDEF;
  hsize_t size = 0;
  if (H5Dget_chunk_info_by_coord(t->column[c], (hsize_t[]){row, left}, NULL, &at, &size) < 0 ||
      at == HADDR_UNDEF) {
    return -1;
  }
  return (int64_t)(at + size);
}

int ln_track_extend(ln_track *t, int64_t rows, ln_error *err) {
  const hsize_t end = (hsize_t)(t->rows + rows);
  int bad = 0;
  for (hsize_t at = (hsize_t)t->rows; at < end;) {
    at = (at / t->chunk_rows + 1) * t->chunk_rows;
    const hsize_t size[2] = {at < end ? at : end, t->width};
    for (int c = 0; c < t->n_column; c++) bad |= H5Dset_extent(t->column[c], size) < 0;
  }
  t->rows += rows;
  int64_t file_end = 0;
  for (int c = 0; c < t->n_column && t->rows; c++) {
    const int64_t column = column_end(t, c);
    bad |= column < 0;
    if (column > file_end) file_end = column;
  }
  int code = LN_OK;
  if (bad) {
    code = ln_h5_fail(err, ln_store_path(t->store), "the %s of %s cannot grow", t->class->noun,
                      t->population);
  }
  code = ln_store_agree(t->store, code, err);
  return code == LN_OK ? ln_store_reserve(t->store, file_end, err) : code;
}

/* One collective transfer between memory and the block of a dataset; an empty one where count is 0. */
static int transfer(hid_t dataset, int rank, const hsize_t *start, const hsize_t *count, hid_t type,
                    const void *from, void *to) {
  hsize_t n = 1;
  for (int d = 0; d < rank; d++) n *= count[d];
  LN_H5 file_space = H5Dget_space(dataset);
  LN_H5 memory_space = H5Screate_simple(1, n ? &n : &(hsize_t){1}, NULL);
  LN_H5 mode = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(mode, H5FD_MPIO_COLLECTIVE);
  int bad;
  if (n) {
    bad = H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL) < 0;
  } else {
    bad = H5Sselect_none(file_space) < 0 || H5Sselect_none(memory_space) < 0;
  }
  const char nothing = 0;
  if (from || !to) {
    bad |= H5Dwrite(dataset, type, memory_space, file_space, mode, from ? from : &nothing) < 0;
  } else {
    bad |= H5Dread(dataset, type, memory_space, file_space, mode, to) < 0;
  }
  return bad ? -1 : 0;
}

int ln_track_write(ln_track *t, int c, int64_t row, int64_t count, int64_t left, int64_t width,
                   const void *data) {
  const hsize_t start[2] = {(hsize_t)row, (hsize_t)left}, size[2] = {(hsize_t)count, (hsize_t)width};
  return transfer(t->column[c], t->width ? 2 : 1, start, size, memory_type(t, c), data, NULL);
}

int ln_track_write_part(hid_t dataset, hid_t type, int64_t first, int64_t count, const void *data) {
  const hsize_t start = (hsize_t)first, size = (hsize_t)count;
  return transfer(dataset, 1, &start, &size, type, data, NULL);
}

int ln_track_copy(ln_track *to, ln_track *from, ln_error *err) {
  ln_comm *comm = ln_store_comm(from->store);
  const char *path = ln_store_path(from->store);
  const int64_t n_rank = ln_comm_size(comm), rank = ln_comm_rank(comm);
  const int dims = from->width ? 2 : 1;
  const hsize_t width = from->width ? from->width : 1;
  const size_t row_bytes = width * H5Tget_size(from->type[0]);
  const int64_t own = row_bytes < COPY_BYTES ? (int64_t)(COPY_BYTES / row_bytes) : 1, block = own * n_rank;
  void *buffer = ln_alloc_array((size_t)own, row_bytes);
  int code = buffer ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory to write recordings in order", path);
  code = ln_store_agree(from->store, code, err);
  if (code == LN_OK) code = ln_track_extend(to, from->rows, err);
  for (int64_t at = 0; code == LN_OK && at < from->rows; at += block) {
    const int64_t rows = from->rows - at < block ? from->rows - at : block;
    const int64_t lo = at + rows * rank / n_rank, hi = at + rows * (rank + 1) / n_rank;
    const hsize_t start[2] = {(hsize_t)lo, 0}, count[2] = {(hsize_t)(hi - lo), width};
    int bad = 0;
    for (int c = 0; c < from->n_column; c++) {
      const hid_t type = memory_type(from, c);
      bad |= transfer(from->column[c], dims, start, count, type, NULL, buffer) < 0;
      bad |= transfer(to->column[c], dims, start, count, type, buffer, NULL) < 0;
    }
    if (bad) {
      code = ln_h5_fail(err, path, "cannot write the %s of %s in order", from->class->noun, from->population);
    }
    code = ln_store_agree(from->store, code, err);
  }
  ln_free(buffer);
  return code;
}

double ln_track_ms(double step, double dt) {
  const double a_ms = 1e-3 / dt, whole = nearbyint(a_ms);
  if (whole >= 1 && fabs(a_ms - whole) < 1e-9 * whole) return step / whole; /* 0.3, not 0.30000000000000004 */
  return step * (dt * 1e3);
}
