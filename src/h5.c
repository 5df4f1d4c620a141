/* h5.c - small helpers over HDF5's C interface: ids that release themselves, messages, attributes.
 *
 * Text is stored with variable length: such attributes have no 64 KiB limit (a script may be longer) and
 * Python's h5py hands them out as str.
 */
#include "h5.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ln_h5_release(hid_t *id) {
  if (*id >= 0) H5Idec_ref(*id);
  *id = -1;
}

void ln_h5_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static herr_t refuse_link(const char *file, const char *group, const char *other_file, const char *object,
                          unsigned *flags, hid_t access, void *user) {
  (void)file, (void)group, (void)other_file, (void)object, (void)flags, (void)access, (void)user;
  return -1;
}

hid_t ln_h5_inside(void) {
  hid_t access = H5Pcreate(H5P_DATASET_ACCESS); /* which link access is a part of */
  if (access >= 0 && H5Pset_elink_cb(access, refuse_link, NULL) < 0) ln_h5_release(&access);
  return access;
}

bool ln_h5_lies_inside(hid_t dataset) {
  LN_H5 creation = H5Dget_create_plist(dataset);
  return creation >= 0 && H5Pget_layout(creation) != H5D_VIRTUAL && H5Pget_external_count(creation) == 0;
}

static herr_t innermost(unsigned n, const H5E_error2_t *entry, void *out) {
  if (n == 0 && entry->desc) snprintf(out, 256, "%s", entry->desc);
  return 0;
}

int ln_h5_fail(ln_error *err, const char *path, const char *format, ...) {
  char what[512], why[256] = "HDF5 gives no reason";
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, why);
  H5Eclear2(H5E_DEFAULT);
  return ln_fail(err, LN_EIO, "%s: %s (%s)", path, what, why);
}

static hid_t text_type(void) {
  hid_t type = H5Tcopy(H5T_C_S1);
  if (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0) ln_h5_release(&type);
  return type;
}

int ln_h5_set_text(hid_t object, const char *name, const char *text) {
  LN_H5 type = text_type();
  LN_H5 space = H5Screate(H5S_SCALAR);
  LN_H5 creation = H5Pcreate(H5P_ATTRIBUTE_CREATE);
  H5Pset_char_encoding(creation, H5T_CSET_UTF8);
  LN_H5 attribute = H5Acreate2(object, name, type, space, creation, H5P_DEFAULT);
  return attribute < 0 ? -1 : H5Awrite(attribute, type, &text);
}

int ln_h5_set_numbers(hid_t object, const char *name, hid_t file_type, hid_t memory_type, hsize_t n,
                      const void *data) {
  LN_H5 space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, NULL);
  LN_H5 attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
  return attribute < 0 ? -1 : H5Awrite(attribute, memory_type, data);
}

static char *get_variable_text(hid_t attribute, hid_t type, hid_t space) {
  char *read = NULL, *out = NULL;
  LN_H5 memory = text_type();
  H5Tset_cset(memory, H5Tget_cset(type)); /* HDF5 does not convert between the two */
  if (H5Aread(attribute, memory, &read) >= 0 && read) out = strdup(read);
  if (read) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, &read);
  return out;
}

char *ln_h5_get_text(hid_t object, const char *name) {
  LN_H5 attribute = H5Aopen(object, name, H5P_DEFAULT);
  LN_H5 type = attribute < 0 ? -1 : H5Aget_type(attribute);
  LN_H5 space = attribute < 0 ? -1 : H5Aget_space(attribute);
  if (type < 0 || space < 0 || H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
    return NULL;
  }
  if (H5Tis_variable_str(type) > 0) return get_variable_text(attribute, type, space);
  size_t size = H5Tget_size(type);
  char *out = calloc(size + 1, 1);
  if (out && H5Aread(attribute, type, out) < 0) {
    free(out);
    return NULL;
  }
  if (out && H5Tget_strpad(type) == H5T_STR_SPACEPAD) {
    while (size > 0 && out[size - 1] == ' ') out[--size] = 0;
  }
  return out;
}
