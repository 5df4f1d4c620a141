/* test_store.c - reading HDF5 files: those that other tools wrote are read, and everything that does not fit
 * together is refused with the file's name and the reason. (What we write ourselves is tests/mpi/test_store.c.)
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "h5.h"
#include "memory.h"
#include "store.h"

static char folder[] = "test_store.XXXXXX";

static const char *in_folder(const char *name) {
  static char path[4][128];
  static int next;
  char *p = path[next++ % 4];
  snprintf(p, sizeof path[0], "%s/%s", folder, name);
  return p;
}

/* What is wrong with a file: everything 0 is a good one, as another tool might write it. */
typedef struct defect {
  bool no_magic, wrong_magic, no_groups;
  bool no_node_ids, text_nodes, flat_spikes, float_nodes, matrix_times, spikes_is_dataset;
  int extra_nodes, negative_node, nan_time;
  const char *time_unit;
  double dt;
  bool no_mapping, no_time, short_time, no_pointers;
  int extra_pointers, extra_ids, pointer_end, pointer_dip, extra_samples, short_nodes;
  double step;
  bool compound_data, huge_data, huge_spikes, external, external_link, soft_link, fixed_text;
} defect;

static void put(hid_t parent, const char *name, hid_t type, hsize_t rows, hsize_t columns, const void *data) {
  const hsize_t size[2] = {rows, columns};
  LN_H5 space = H5Screate_simple(columns ? 2 : 1, size, NULL);
  LN_H5 d = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(d >= 0);
  if (data) assert_true(H5Dwrite(d, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
}

static void put_huge(hid_t parent, const char *name, hid_t type, int rank) {
  const hsize_t size[2] = {(hsize_t)1 << 40, 3}, most[2] = {H5S_UNLIMITED, 3}, chunk[2] = {16, 3};
  LN_H5 space = H5Screate_simple(rank, size, most);
  LN_H5 creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, rank, chunk);
  LN_H5 d = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  assert_true(d >= 0);
}

static void put_external(hid_t parent, const char *name) {
  const hsize_t n = 5;
  LN_H5 space = H5Screate_simple(1, &n, NULL);
  LN_H5 creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(creation, "/etc/hostname", 0, 40);
  LN_H5 d = H5Dcreate2(parent, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  assert_true(d >= 0);
}

static void put_spikes(hid_t file, const defect *w) {
  double times[5] = {0.1, 0.2, 0.2, 0.3, 10};
  long long nodes[6] = {4, 0, 1, 4, 2, 9};
  if (w->negative_node) nodes[2] = -1;
  if (w->nan_time) times[3] = NAN;
  LN_H5 all = H5Gcreate2(file, "spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (w->spikes_is_dataset || w->flat_spikes) {
    put(all, "timestamps", H5T_NATIVE_DOUBLE, 5, 0, times);
    return;
  }
  LN_H5 group = H5Gcreate2(all, "cells", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (w->external) put_external(group, "timestamps");
  else if (w->external_link) H5Lcreate_external("other.h5", "/x", group, "timestamps", H5P_DEFAULT,
                                                H5P_DEFAULT);
  else if (w->soft_link) {
    H5Lcreate_external("target.h5", "/spikes/cells/timestamps", file, "way_out", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/way_out", group, "timestamps", H5P_DEFAULT, H5P_DEFAULT);
  } else if (w->huge_spikes) put_huge(group, "timestamps", H5T_NATIVE_DOUBLE, 1);
  else put(group, "timestamps", H5T_NATIVE_DOUBLE, 5, w->matrix_times ? 1 : 0, times);
  if (w->huge_spikes) put_huge(group, "node_ids", H5T_STD_U64LE, 1);
  else if (w->text_nodes) put(group, "node_ids", H5T_C_S1, 5, 0, "abcde");
  else if (w->float_nodes) put(group, "node_ids", H5T_NATIVE_DOUBLE, 5, 0, times);
  else if (!w->no_node_ids) put(group, "node_ids", H5T_NATIVE_LLONG, 5 + (hsize_t)w->extra_nodes, 0, nodes);
  if (w->time_unit) {
    LN_H5 d = H5Dopen2(group, "timestamps", H5P_DEFAULT);
    assert_true(ln_h5_set_text(d, "units", w->time_unit) >= 0);
  }
  if (w->dt != 0) {
    assert_true(ln_h5_set_numbers(group, "dt", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &w->dt) >= 0);
  }
}

/* Two samples of three elements: one of node 7, two of node 3. */
static void put_report(hid_t file, const defect *w) {
  const float data[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const unsigned nodes[2] = {7, 3}, ids[4] = {0, 0, 1, 2};
  unsigned pointers[4] = {0, 1, 3, 3};
  double time[3] = {5, 5.2, 0.1};
  if (w->pointer_end) pointers[2] = (unsigned)w->pointer_end;
  if (w->pointer_dip) pointers[1] = 4;
  if (w->step != 0) time[2] = w->step;
  LN_H5 all = H5Gcreate2(file, "report", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  LN_H5 group = H5Gcreate2(all, "cells", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (w->huge_data) put_huge(group, "data", H5T_NATIVE_FLOAT, 2);
  else if (w->compound_data) {
    LN_H5 type = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(type, "x", 0, H5T_NATIVE_DOUBLE);
    put(group, "data", type, 2, 3, NULL);
  } else put(group, "data", H5T_NATIVE_FLOAT, 2 + (hsize_t)w->extra_samples, 3, data);
  if (w->no_mapping) return;
  LN_H5 mapping = H5Gcreate2(group, "mapping", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  put(mapping, "node_ids", H5T_NATIVE_UINT, w->short_nodes ? 1 : 2, 0, nodes);
  if (!w->no_pointers) {
    put(mapping, "index_pointer", H5T_NATIVE_UINT, 3 + (hsize_t)w->extra_pointers, 0, pointers);
  }
  put(mapping, "element_ids", H5T_NATIVE_UINT, 3 + (hsize_t)w->extra_ids, 0, ids);
  if (!w->no_time) put(mapping, "time", H5T_NATIVE_DOUBLE, w->short_time ? 2 : 3, 0, time);
}

static const char *make(const char *name, const defect *w) {
  const char *path = in_folder(name);
  const unsigned magic = w->wrong_magic ? 7 : 0x0A7A;
  LN_H5 file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(file >= 0);
  if (!w->no_magic) {
    assert_true(ln_h5_set_numbers(file, "magic", H5T_STD_U32LE, H5T_NATIVE_UINT, 1, &magic) >= 0);
  }
  if (w->fixed_text) {
    LN_H5 type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 8);
    H5Tset_strpad(type, H5T_STR_SPACEPAD);
    assert_true(ln_h5_set_numbers(file, "author", type, type, 1, "Ann     ") >= 0);
  }
  if (w->no_groups) return path;
  put_spikes(file, w);
  put_report(file, w);
  return path;
}

/* Opens and reads everything: LN_OK, or the first error. */
static int read_everything(const char *path, ln_error *err) {
  ln_file *f;
  int code = ln_file_open(&f, path, err);
  if (code != LN_OK) return code;
  for (int k = 0; code == LN_OK && k < ln_file_n_spikes(f); k++) {
    int64_t n, *node;
    double *ms;
    code = ln_file_read_spikes(f, k, &n, &ms, &node, err);
    ln_free(ms);
    ln_free(node);
  }
  for (int k = 0; code == LN_OK && k < ln_file_n_reports(f); k++) {
    int64_t samples, elements, *node;
    double *data, time[3];
    code = ln_file_read_report(f, k, &samples, &elements, &data, &node, time, err);
    ln_free(data);
    ln_free(node);
  }
  ln_file_close(f);
  return code;
}

static void refuse_path(const char *path, int code, const char *reason) {
  ln_error err = {0};
  const int got = read_everything(path, &err);
  if (got != code || strncmp(err.text, path, strlen(path)) != 0 || !strstr(err.text, reason)) {
    fail_msg("code %d, not %d; \"%s\" was expected in \"%s\"", got, code, reason, err.text);
  }
}

static void refuse(const defect *w, const char *reason) { refuse_path(make("bad.h5", w), LN_EIO, reason); }

static void test_good(void **unused) {
  (void)unused;
  ln_file *f;
  ln_error err;
  int64_t n, elements, *node;
  double *x, time[3];
  assert_int_equal(ln_file_open(&f, make("good.h5", &(defect){.fixed_text = true}), &err), LN_OK);
  const char *key, *text;
  assert_int_equal(ln_file_n_attributes(f), 1);
  ln_file_attribute(f, 0, &key, &text);
  assert_string_equal(key, "author");
  assert_string_equal(text, "Ann");
  assert_int_equal(ln_file_n_spikes(f), 1);
  assert_string_equal(ln_file_spikes_name(f, 0), "cells");
  assert_int_equal(ln_file_spikes_count(f, 0), 5);
  assert_true(ln_file_spikes_dt(f, 0) == 0);
  assert_int_equal(ln_file_read_spikes(f, 0, &n, &x, &node, &err), LN_OK);
  assert_int_equal(n, 5);
  assert_true(x[0] == 0.1 && x[4] == 10 && node[0] == 4 && node[4] == 2);
  ln_free(x);
  ln_free(node);
  assert_int_equal(ln_file_n_reports(f), 1);
  assert_string_equal(ln_file_report_name(f, 0), "cells");
  assert_string_equal(ln_file_report_population(f, 0), "cells");
  assert_string_equal(ln_file_report_variable(f, 0), "data");
  assert_string_equal(ln_file_report_unit(f, 0), "");
  assert_int_equal(ln_file_read_report(f, 0, &n, &elements, &x, &node, time, &err), LN_OK);
  assert_true(n == 2 && elements == 3 && x[0] == 1 && x[5] == 6);
  assert_true(node[0] == 7 && node[1] == 3 && node[2] == 3);
  assert_true(time[0] == 5 && time[1] == 5.2 && time[2] == 0.1);
  ln_free(x);
  ln_free(node);
  ln_file_close(f);
}

static void test_seconds(void **unused) {
  (void)unused;
  ln_file *f;
  ln_error err;
  int64_t n, *node;
  double *ms;
  assert_int_equal(ln_file_open(&f, make("good.h5", &(defect){.time_unit = "seconds", .dt = 1e-4,
                                                              .no_magic = true}), &err), LN_OK);
  assert_true(ln_file_spikes_dt(f, 0) == 1e-4);
  assert_int_equal(ln_file_read_spikes(f, 0, &n, &ms, &node, &err), LN_OK);
  assert_true(ms[4] == 10000);
  ln_free(ms);
  ln_free(node);
  ln_file_close(f);
}

static void test_not_a_store(void **unused) {
  (void)unused;
  refuse_path(in_folder("missing.h5"), LN_EIO, "cannot be read: No such file or directory");
  refuse_path(folder, LN_EIO, "it is not a file");
  const char *path = in_folder("text.h5");
  FILE *f = fopen(path, "w");
  fputs("time,neuron\n0.1,3\n", f);
  fclose(f);
  refuse_path(path, LN_EIO, "is not an HDF5 file");
  refuse(&(defect){.wrong_magic = true}, "not SONATA: its attribute magic is not 0x0A7A");
  refuse(&(defect){.no_magic = true, .no_groups = true}, "holds neither /spikes nor /report");
}

/* Cut off anywhere, a file is refused. */
static void test_truncated(void **unused) {
  (void)unused;
  const char *path = make("cut.h5", &(defect){0});
  struct stat about;
  assert_int_equal(stat(path, &about), 0);
  const char *copy = in_folder("copy.h5");
  char command[300];
  for (off_t size = about.st_size - 1; size >= 0; size = size > 700 ? size - 317 : size - 100) {
    snprintf(command, sizeof command, "cp %s %s", path, copy);
    assert_int_equal(system(command), 0);
    assert_int_equal(truncate(copy, size), 0);
    refuse_path(copy, LN_EIO, size > 100 ? "HDF5 file; was it cut off? (" : "HDF5 file");
  }
}

static void test_bad_spikes(void **unused) {
  (void)unused;
  refuse(&(defect){.no_node_ids = true}, "there is no dataset /spikes/cells/node_ids");
  refuse(&(defect){.flat_spikes = true}, "/spikes/timestamps is not a group");
  refuse(&(defect){.text_nodes = true}, "/spikes/cells/node_ids holds text, not integers");
  refuse(&(defect){.float_nodes = true}, "/spikes/cells/node_ids holds floating-point numbers, not integers");
  refuse(&(defect){.matrix_times = true}, "/spikes/cells/timestamps has 2 dimensions, not 1");
  refuse(&(defect){.extra_nodes = 1}, "/spikes/cells has 5 timestamps but 6 node_ids");
  refuse(&(defect){.negative_node = 1}, "/spikes/cells/node_ids: value 3 is negative");
  refuse(&(defect){.nan_time = 1}, "/spikes/cells/timestamps: value 4 is");
  refuse(&(defect){.time_unit = "hours"}, "/spikes/cells is in units of \"hours\"; ms or s was expected");
  refuse(&(defect){.dt = -1}, "the attribute dt of /spikes/cells is not a positive number");
  refuse(&(defect){.external = true}, "/spikes/cells/timestamps lies in another file");
  refuse(&(defect){.external_link = true}, "/spikes/cells/timestamps lies in another file");
  make("target.h5", &(defect){0});
  refuse(&(defect){.soft_link = true}, "/spikes/cells/timestamps cannot be opened");
}

static void test_bad_reports(void **unused) {
  (void)unused;
  refuse(&(defect){.no_mapping = true}, "there is no group /report/cells/mapping");
  refuse(&(defect){.no_pointers = true}, "there is no dataset /report/cells/mapping/index_pointer");
  refuse(&(defect){.no_time = true}, "there is no dataset /report/cells/mapping/time");
  refuse(&(defect){.short_time = true}, "/report/cells/mapping/time has 2 values, not 3");
  refuse(&(defect){.extra_pointers = 1}, "/report/cells/mapping/index_pointer has 4 values; with 2 node_ids");
  refuse(&(defect){.short_nodes = 1}, "/report/cells/mapping/index_pointer has 3 values; with 1 node_ids");
  refuse(&(defect){.extra_ids = 1}, "/report/cells/mapping/element_ids has 4 values, but data has 3 columns");
  refuse(&(defect){.pointer_end = 2}, "runs from 0 to 2, but data has columns 0 to 3");
  refuse(&(defect){.pointer_dip = 1}, "index_pointer goes down after value 2");
  refuse(&(defect){.step = -0.1}, "does not fit 2 samples");
  refuse(&(defect){.step = 0.01}, "does not fit 2 samples");
  refuse(&(defect){.compound_data = true}, "/report/cells/data holds compounds, not floating-point numbers");
}

/* Sizes are checked before memory is asked for. */
static void test_absurd_sizes(void **unused) {
  (void)unused;
  refuse_path(make("bad.h5", &(defect){.huge_spikes = true}), LN_ENOMEM,
              "/spikes/cells would need 1.76e+04 GB of memory");
  refuse_path(make("bad.h5", &(defect){.huge_data = true}), LN_ENOMEM,
              "/report/cells would need 2.64e+04 GB of memory");
}

static int set_up(void **unused) {
  (void)unused;
  ln_h5_quiet();
  return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **unused) {
  (void)unused;
  char command[300];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good), cmocka_unit_test(test_seconds), cmocka_unit_test(test_not_a_store),
      cmocka_unit_test(test_truncated), cmocka_unit_test(test_bad_spikes), cmocka_unit_test(test_bad_reports),
      cmocka_unit_test(test_absurd_sizes)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
