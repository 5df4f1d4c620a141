/* l_array_source.c - arrays from elsewhere: random numbers, IDX files (the format of MNIST; gzip is undone),
 * and datasets of HDF5 files. Every rank reads for itself. What does not fit together is refused with the
 * file's name.
 */
#include "l_array.h"

#include <hdf5.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "h5.h"
#include "l_object.h"
#include "memory.h"
#include "rng.h"
#include "value.h"

#define RANDOM_OBJECT UINT64_C(0x6172726179) /* "array": apart from what networks draw */

/* kernel.array_random(value, key, n, m, …): independent numbers; element k depends on the key and k only. */
static int array_random(lua_State *L) {
  const uint64_t key = (uint64_t)luaL_checkinteger(L, 2);
  const int ndim = lua_gettop(L) - 2;
  ln_value v;
  ln_push_value(L, 1, &v);
  int64_t shape[3], n = 1;
  if (v.kind == LN_VALUE_ARRAY || v.kind == LN_VALUE_EXPRESSION)
    return ln_array_fail(L, "a distribution was expected");
  if (ndim < 1 || ndim > 3) return ln_array_fail(L, "an array has 1 to 3 dimensions, not %d", ndim);
  for (int d = 0; d < ndim; d++) shape[d] = luaL_checkinteger(L, d + 3);
  double *out = ln_array_push_zeros(L, ndim, shape);
  for (int d = 0; d < ndim; d++) n *= shape[d];
  enum { CHUNK = 1024 };
  uint64_t id[2 * CHUNK];
  for (int64_t from = 0; from < n; from += CHUNK) {
    const int64_t count = n - from < CHUNK ? n - from : CHUNK;
    for (int64_t k = 0; k < count; k++) id[2 * k] = (uint64_t)(from + k), id[2 * k + 1] = 0;
    const ln_value_chunk chunk = {.n = count, .id = id, .key = ln_key(key, RANDOM_OBJECT, 0)};
    ln_error err;
    if (ln_value_fill(&v, &chunk, out + from, &err)) return ln_raise(L, &err);
  }
  return 1;
}

/* -------------------------------------------------------------------------------------------- IDX */

typedef struct idx {
  const char *path;
  gzFile file;
  int type, ndim, size; /* size: bytes an element */
  int64_t shape[3], n;
} idx;

static int element_size(int type) {
  switch (type) {
    case 0x08:
    case 0x09: return 1;
    case 0x0B: return 2;
    case 0x0C:
    case 0x0D: return 4;
    case 0x0E: return 8;
    default: return 0;
  }
}

/* NULL, or what is wrong. */
static const char *read_header(idx *f) {
  unsigned char head[4], size[4];
  if (gzread(f->file, head, 4) != 4) return "the file is shorter than a header, or damaged";
  f->type = head[2];
  f->ndim = head[3];
  f->size = element_size(f->type);
  f->n = 1;
  if (head[0] || head[1] || !f->size) return "this is no IDX file";
  if (f->ndim < 1 || f->ndim > 3) return "an array has 1 to 3 dimensions, this file has another number";
  for (int d = 0; d < f->ndim; d++) {
    if (gzread(f->file, size, 4) != 4) return "the file is cut off in its header";
    f->shape[d] = (int64_t)size[0] << 24 | (int64_t)size[1] << 16 | (int64_t)size[2] << 8 | size[3];
    if (f->shape[d] && f->n > (INT64_C(1) << 40) / f->shape[d])
      return "the sizes in its header are impossible";
    f->n *= f->shape[d];
  }
  return NULL;
}

static double decode(int type, int size, const unsigned char *p) { /* big-endian */
  uint64_t bits = 0;
  for (int k = 0; k < size; k++) bits = bits << 8 | p[k];
  float single;
  double number;
  const uint32_t low = (uint32_t)bits;
  switch (type) {
    case 0x08: return (double)bits;
    case 0x09: return (int8_t)bits;
    case 0x0B: return (int16_t)bits;
    case 0x0C: return (int32_t)bits;
    case 0x0D: memcpy(&single, &low, sizeof single); return single;
    default: memcpy(&number, &bits, sizeof number); return number;
  }
}

static const char *read_elements(idx *f, double *out) {
  unsigned char buffer[8192];
  for (int64_t from = 0; from < f->n;) {
    int64_t count = (int64_t)sizeof buffer / f->size;
    if (count > f->n - from) count = f->n - from;
    if (gzread(f->file, buffer, (unsigned)(count * f->size)) != count * f->size)
      return "the file is cut off, or damaged";
    if (f->type == 0x08) { /* most often */
      for (int64_t k = 0; k < count; k++) out[from + k] = buffer[k];
    } else {
      for (int64_t k = 0; k < count; k++) out[from + k] = decode(f->type, f->size, buffer + k * f->size);
    }
    from += count;
  }
  return gzread(f->file, buffer, 1) == 0 ? NULL : "the file goes on after its last element, or is damaged";
}

static int idx_protected(lua_State *L) {
  idx *f = lua_touserdata(L, 1);
  const char *wrong = read_header(f);
  const ln_array_kind kind = f->type < 0x0D ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE;
  double *out = wrong ? NULL : ln_array_push_kind(L, kind, f->ndim, f->shape);
  if (!wrong) wrong = read_elements(f, out);
  return wrong ? ln_array_fail(L, "%s: %s", f->path, wrong) : 1;
}

static int array_read_idx(lua_State *L) { /* kernel.array_read_idx(path) */
  idx f = {.path = luaL_checkstring(L, 1)};
  f.file = gzopen(f.path, "rb");
  if (!f.file) return ln_array_fail(L, "cannot read %s", f.path);
  gzbuffer(f.file, 1 << 17);
  lua_pushcfunction(L, idx_protected);
  lua_pushlightuserdata(L, &f);
  const int status = lua_pcall(L, 1, 1, 0);
  gzclose(f.file);
  return status == LUA_OK ? 1 : lua_error(L);
}

/* ------------------------------------------------------------------------------------------- HDF5 */

/* What a dataset holds: integers, floating point, or the booleans of h5py, an enumeration of FALSE and
 * TRUE. -1: else. */
static int dataset_kind(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return LN_ARRAY_INTEGER;
    case H5T_FLOAT: return LN_ARRAY_DOUBLE;
    case H5T_ENUM: break;
    default: return -1;
  }
  int8_t value = -1;
  LN_H5 base = H5Tget_super(type);
  const bool fits = H5Tget_nmembers(type) == 2 && H5Tequal(base, H5T_NATIVE_INT8) > 0 &&
                    H5Tenum_valueof(type, "TRUE", &value) >= 0 && value == 1;
  return fits ? LN_ARRAY_BOOLEAN : -1;
}

/* Kind and shape of a dataset of 0 to 3 dimensions. 0, or err. */
static int look_at_dataset(const char *path, const char *name, hid_t data, hid_t type, ln_array_info *a,
                           ln_error *err) {
  LN_H5 space = H5Dget_space(data);
  const int kind = dataset_kind(type), rank = H5Sget_simple_extent_ndims(space);
  if (kind < 0) return ln_h5_fail(err, path, "'%s' does not hold numbers", name);
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return ln_fail(err, LN_EIO, "%s: '%s' holds nothing", path, name);
  if (rank < 0 || rank > 3) return ln_h5_fail(err, path, "'%s' has more than 3 dimensions", name);
  hsize_t size[3] = {1, 1, 1};
  H5Sget_simple_extent_dims(space, size, NULL);
  a->kind = (ln_array_kind)kind;
  a->ndim = rank ? rank : 1;
  for (int d = 0; d < a->ndim; d++) a->shape[d] = (int64_t)size[d];
  return 0;
}

/* What a dataset holds; then its elements, in place of NULL. 0, or err. */
static int read_dataset(const char *path, const char *name, ln_array_info *a, char **unit, ln_error *err) {
  ln_h5_quiet();
  LN_H5 file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) return ln_h5_fail(err, path, "cannot be read as an HDF5 file");
  LN_H5 inside = ln_h5_inside();
  LN_H5 data = H5Dopen2(file, name, inside);
  if (data < 0) return ln_h5_fail(err, path, "there is no dataset '%s' in the file itself", name);
  if (!ln_h5_lies_inside(data)) return ln_fail(err, LN_EIO, "%s: '%s' lies in another file", path, name);
  LN_H5 type = H5Dget_type(data);
  ln_array_info now = *a;
  int code = look_at_dataset(path, name, data, type, &now, err);
  if (code) return code;
  if (!a->raw) {
    *a = now;
    *unit = ln_h5_get_text(data, "units");
    return 0;
  }
  if (now.kind != a->kind || now.ndim != a->ndim || memcmp(now.shape, a->shape, sizeof now.shape) != 0) {
    return ln_fail(err, LN_EIO, "%s: '%s' changed while it was read", path, name);
  }
  const ln_array_kind kind = now.kind;
  hid_t memory = kind == LN_ARRAY_BOOLEAN ? type : H5T_NATIVE_DOUBLE; /* the enumeration has one byte */
  if (H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, a->raw) < 0) {
    return ln_h5_fail(err, path, "'%s' cannot be read", name);
  }
  if (kind == LN_ARRAY_INTEGER && !ln_array_is_whole(a->raw, a->n)) {
    return ln_h5_fail(err, path, "'%s' holds whole numbers beyond 2^53", name);
  }
  return 0;
}

/* kernel.array_read_hdf5(path, dataset) -> array, text of its unit or nil */
static int array_read_hdf5(lua_State *L) {
  const char *path = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);
  ln_array_info a = {0};
  ln_error err;
  char *unit = NULL;
  if (read_dataset(path, name, &a, &unit, &err)) return ln_raise(L, &err);
  char text[64] = "";
  if (unit) snprintf(text, sizeof text, "%s", unit);
  free(unit);
  a.raw = ln_array_push_kind(L, a.kind, a.ndim, a.shape);
  a.n = ln_array_look(L, -1).n;
  if (read_dataset(path, name, &a, NULL, &err)) return ln_raise(L, &err);
  if (!*text) return 1;
  lua_pushstring(L, text);
  return 2;
}

static int fail_writing(const char *path, ln_error *err) {
  return ln_h5_fail(err, path, "cannot be written");
}

/* Writes dataset `name` to a file: a new one, or beside what is in it. 0, or err. */
static int write_dataset(const char *path, const char *name, const ln_array_info *a, const char *unit,
                         ln_error *err) {
  ln_h5_quiet();
  const bool there = H5Fis_hdf5(path) > 0;
  LN_H5 file = there ? H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)
                     : H5Fcreate(path, H5F_ACC_EXCL, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0) return ln_h5_fail(err, path, "cannot be created or written as an HDF5 file");
  LN_H5 links = H5Pcreate(H5P_LINK_CREATE), truth = H5Tenum_create(H5T_NATIVE_INT8);
  H5Pset_create_intermediate_group(links, 1);
  H5Tenum_insert(truth, "FALSE", &(int8_t){0});
  H5Tenum_insert(truth, "TRUE", &(int8_t){1});
  hid_t stored = a->kind == LN_ARRAY_BOOLEAN   ? truth
                 : a->kind == LN_ARRAY_INTEGER ? H5T_STD_I64LE
                                               : H5T_IEEE_F64LE;
  hsize_t size[3];
  for (int d = 0; d < a->ndim; d++) size[d] = (hsize_t)a->shape[d];
  LN_H5 space = H5Screate_simple(a->ndim, size, NULL);
  LN_H5 data = H5Dcreate2(file, name, stored, space, links, H5P_DEFAULT, H5P_DEFAULT);
  if (data < 0) return ln_h5_fail(err, path, "'%s' is there already, or is no name for a dataset", name);
  hid_t memory = a->kind == LN_ARRAY_BOOLEAN ? truth : H5T_NATIVE_DOUBLE;
  if (a->n && H5Dwrite(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, a->raw) < 0)
    return fail_writing(path, err);
  if (unit && ln_h5_set_text(data, "units", unit) < 0) return fail_writing(path, err);
  return H5Fflush(file, H5F_SCOPE_LOCAL) < 0 ? fail_writing(path, err) : 0;
}

/* kernel.array_write_hdf5(path, dataset, a, unit or nil). Local: one rank calls it. */
static int array_write_hdf5(lua_State *L) {
  const ln_array_info a = ln_array_look(L, 3);
  ln_error err;
  if (write_dataset(luaL_checkstring(L, 1), luaL_checkstring(L, 2), &a, luaL_optstring(L, 4, NULL), &err))
    return ln_raise(L, &err);
  return 0;
}

void ln_open_array_source(lua_State *L) {
  static const luaL_Reg functions[] = {{"array_random", array_random},
                                       {"array_read_idx", array_read_idx},
                                       {"array_read_hdf5", array_read_hdf5},
                                       {"array_write_hdf5", array_write_hdf5},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
