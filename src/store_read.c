/* store_read.c - reading SONATA spikes and reports back, also those that other tools wrote.
 *
 * Everything about a file's structure is checked when it is opened, sizes before anything of that size is
 * allocated, values when they are read. Nothing is followed out of the file: a file from elsewhere may not
 * read others. Local: ranks do not talk here.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "h5.h"
#include "memory.h"
#include "store.h"

typedef struct spikes_entry {
  char *name, *population, *event; /* of the group; as its attributes say, else NULL */
  int n_variable;
  char **variable, **unit;
  int64_t n;
  double dt, to_ms;
} spikes_entry;

typedef struct report_entry {
  char *name, *population, *variable, *unit;
  const char *pointers; /* name of the dataset */
  int64_t n_samples, n_elements, n_nodes, n_pointers;
  double time_ms[3];
} report_entry;

struct ln_file {
  char *path;
  hid_t file;
  int n_attribute, n_spikes, n_reports;
  char **key, **text;
  spikes_entry *spikes;
  report_entry *report;
};

/* ---------------------------------------------------------------------------------- objects, checked */

static int fail(const ln_file *f, ln_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fail(const ln_file *f, ln_error *err, const char *format, ...) {
  char what[900];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return ln_fail(err, LN_EIO, "%s: %s", f->path, what);
}

static bool has(hid_t parent, const char *name) { return H5Lexists(parent, name, H5P_DEFAULT) > 0; }

/* A group or dataset of this very file; where: the parent's path, for messages. Otherwise negative, with the
 * reason in err. */
static hid_t open_member(const ln_file *f, hid_t parent, const char *where, const char *name, H5I_type_t type,
                         ln_error *err) {
  const char *noun = type == H5I_GROUP ? "group" : "dataset";
  H5L_info_t link;
  if (!has(parent, name)) return fail(f, err, "there is no %s %s/%s", noun, where, name), -1;
  if (H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0 || link.type == H5L_TYPE_EXTERNAL) {
    fail(f, err, "%s/%s lies in another file; only what is in the file itself is read", where, name);
    return -1;
  }
  LN_H5 inside = ln_h5_inside(); /* a soft link may lead to an external one */
  hid_t id = H5Oopen(parent, name, inside);
  if (id < 0) return ln_h5_fail(err, f->path, "%s/%s cannot be opened", where, name), -1;
  if (H5Iget_type(id) != type) {
    ln_h5_release(&id);
    fail(f, err, "%s/%s is not a %s", where, name, noun);
  }
  return id;
}

static const char *class_name(H5T_class_t class) {
  switch (class) {
    case H5T_INTEGER: return "integers";
    case H5T_FLOAT: return "floating-point numbers";
    case H5T_STRING: return "text";
    case H5T_COMPOUND: return "compounds";
    case H5T_ENUM: return "an enumeration";
    default: return "another type";
  }
}

/* As open_member, of the class and rank given; dims gets its sizes. */
static hid_t open_dataset(const ln_file *f, hid_t parent, const char *where, const char *name,
                          H5T_class_t class, int rank, hsize_t dims[2], ln_error *err) {
  hid_t id = open_member(f, parent, where, name, H5I_DATASET, err);
  if (id < 0) return id;
  LN_H5 type = H5Dget_type(id);
  LN_H5 space = H5Dget_space(id);
  const int have = H5Sget_simple_extent_ndims(space);
  const H5T_class_t found = H5Tget_class(type);
  if (found != class || H5Tget_size(type) > 8) {
    fail(f, err, "%s/%s holds %s, not %s of at most 8 bytes", where, name, class_name(found),
         class_name(class));
  } else if (have != rank || H5Sis_simple(space) <= 0) {
    fail(f, err, "%s/%s has %d dimensions, not %d", where, name, have, rank);
  } else if (!ln_h5_lies_inside(id)) {
    fail(f, err, "%s/%s lies in another file; only what is in the file itself is read", where, name);
  } else if (H5Sget_simple_extent_dims(space, dims, NULL) == rank) {
    return id;
  } else {
    ln_h5_fail(err, f->path, "the size of %s/%s cannot be read", where, name);
  }
  ln_h5_release(&id);
  return -1;
}

/* n values of `bytes` in memory are refused where there is not room for them. */
static int check_size(const ln_file *f, const char *what, uint64_t n, uint64_t bytes, ln_error *err) {
  const uint64_t room = ln_memory_available();
  if (n <= INT64_MAX && n <= room / bytes) return LN_OK;
  return ln_fail(err, LN_ENOMEM, "%s: %s would need %.3g GB of memory; %.3g GB are free", f->path, what,
                 (double)n * (double)bytes / 1e9, (double)room / 1e9);
}

/* What times with this units attribute are to be multiplied with; times without one are in ms. */
static int unit_to_ms(const ln_file *f, hid_t dataset, const char *where, double *to_ms, ln_error *err) {
  char *unit = ln_h5_get_text(dataset, "units");
  const bool known = !unit || !strcmp(unit, "ms") || !strcmp(unit, "milliseconds") ||
      !strcmp(unit, "millisecond");
  const bool seconds = unit && (!strcmp(unit, "s") || !strcmp(unit, "seconds") || !strcmp(unit, "second"));
  *to_ms = seconds ? 1e3 : 1;
  int code = LN_OK;
  if (!known && !seconds) code = fail(f, err, "%s is in units of \"%s\"; ms or s was expected", where, unit);
  free(unit);
  return code;
}

/* ------------------------------------------------------------------------------------------- opening */

/* The next member's name of a group, in their order. */
static int member_name(const ln_file *f, hid_t group, const char *where, hsize_t k, char *name, size_t size,
                       ln_error *err) {
  ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, k, name, size, H5P_DEFAULT);
  if (length < 0) return ln_h5_fail(err, f->path, "%s cannot be read", where);
  if (length < (ssize_t)size) return LN_OK;
  return fail(f, err, "%s holds a name of %lld bytes", where, (long long)length);
}

/* What spikes were recorded with, one value a spike. */
static int enter_variables(ln_file *f, hid_t group, const char *parent, spikes_entry *e, ln_error *err) {
  char where[300], name[200];
  H5G_info_t info;
  if (!has(group, "variables")) return LN_OK;
  snprintf(where, sizeof where, "%s/variables", parent);
  LN_H5 variables = open_member(f, group, parent, "variables", H5I_GROUP, err);
  if (variables < 0) return LN_EIO;
  if (H5Gget_info(variables, &info) < 0) return ln_h5_fail(err, f->path, "%s cannot be read", where);
  e->variable = calloc(info.nlinks + 1, sizeof *e->variable);
  e->unit = calloc(info.nlinks + 1, sizeof *e->unit);
  if (!e->variable || !e->unit) return ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
  for (hsize_t k = 0; k < info.nlinks; k++) {
    hsize_t n[2];
    int code = member_name(f, variables, where, k, name, sizeof name, err);
    if (code != LN_OK) return code;
    LN_H5 values = open_dataset(f, variables, where, name, H5T_FLOAT, 1, n, err);
    if (values < 0) return LN_EIO;
    if (n[0] != (hsize_t)e->n) {
      return fail(f, err, "%s/%s has %llu values, but there are %lld spikes", where, name,
                  (unsigned long long)n[0], (long long)e->n);
    }
    char *unit = ln_h5_get_text(values, "units");
    e->variable[k] = strdup(name);
    e->unit[k] = unit ? unit : strdup("");
    e->n_variable++;
    if (!e->variable[k] || !e->unit[k]) return ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
  }
  return LN_OK;
}

static int enter_spikes(ln_file *f, hid_t all, const char *name, ln_error *err) {
  char where[256];
  snprintf(where, sizeof where, "/spikes/%s", name);
  hsize_t n_times[2], n_nodes[2];
  LN_H5 group = open_member(f, all, "/spikes", name, H5I_GROUP, err);
  if (group < 0) return LN_EIO;
  LN_H5 times = open_dataset(f, group, where, "timestamps", H5T_FLOAT, 1, n_times, err);
  if (times < 0) return LN_EIO;
  LN_H5 nodes = open_dataset(f, group, where, "node_ids", H5T_INTEGER, 1, n_nodes, err);
  if (nodes < 0) return LN_EIO;
  if (n_times[0] != n_nodes[0]) {
    return fail(f, err, "%s has %llu timestamps but %llu node_ids", where, (unsigned long long)n_times[0],
                (unsigned long long)n_nodes[0]);
  }
  spikes_entry *e = &f->spikes[f->n_spikes];
  *e = (spikes_entry){.name = strdup(name), .n = (int64_t)n_times[0], .to_ms = 1};
  f->n_spikes++;
  if (!e->name) return ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
  e->event = ln_h5_get_text(group, "event");
  e->population = e->event ? ln_h5_get_text(group, "population") : NULL;
  LN_H5 dt = H5Aexists(group, "dt") > 0 ? H5Aopen(group, "dt", H5P_DEFAULT) : -1;
  LN_H5 space = dt < 0 ? -1 : H5Aget_space(dt);
  if (dt >= 0 && (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(dt, H5T_NATIVE_DOUBLE, &e->dt) < 0 ||
                  !(e->dt > 0 && isfinite(e->dt)))) {
    return fail(f, err, "the attribute dt of %s is not a positive number", where);
  }
  int code = check_size(f, where, n_times[0], sizeof(double) + sizeof(int64_t), err);
  if (code == LN_OK) code = enter_variables(f, group, where, e, err);
  return code == LN_OK ? unit_to_ms(f, times, where, &e->to_ms, err) : code;
}

/* start, stop (excluded), step in ms. */
static int enter_time(const ln_file *f, hid_t mapping, const char *where, report_entry *e, ln_error *err) {
  hsize_t n[2];
  double to_ms, *t = e->time_ms;
  LN_H5 time = open_dataset(f, mapping, where, "time", H5T_FLOAT, 1, n, err);
  if (time < 0) return LN_EIO;
  if (n[0] != 3) {
    return fail(f, err, "%s/time has %llu values, not 3 (start, stop, step)", where,
                (unsigned long long)n[0]);
  }
  if (H5Dread(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, t) < 0) {
    return ln_h5_fail(err, f->path, "%s/time cannot be read", where);
  }
  int code = unit_to_ms(f, time, where, &to_ms, err);
  if (code != LN_OK) return code;
  for (int k = 0; k < 3; k++) t[k] *= to_ms;
  const double expected = (t[1] - t[0]) / t[2];
  if (!(t[2] > 0) || !isfinite(expected) ||
      fabs(expected - (double)e->n_samples) > 1 + 1e-6 * (double)e->n_samples) {
    return fail(f, err, "%s/time (%g ms to %g ms every %g ms) does not fit %lld samples", where, t[0], t[1],
                t[2], (long long)e->n_samples);
  }
  return LN_OK;
}

static int enter_mapping(const ln_file *f, hid_t group, const char *parent, report_entry *e, ln_error *err) {
  char where[300];
  snprintf(where, sizeof where, "%s/mapping", parent);
  hsize_t n_nodes[2], n_pointers[2], n_ids[2];
  LN_H5 mapping = open_member(f, group, parent, "mapping", H5I_GROUP, err);
  if (mapping < 0) return LN_EIO;
  e->pointers = has(mapping, "index_pointers") ? "index_pointers" : "index_pointer";
  LN_H5 nodes = open_dataset(f, mapping, where, "node_ids", H5T_INTEGER, 1, n_nodes, err);
  if (nodes < 0) return LN_EIO;
  LN_H5 pointers = open_dataset(f, mapping, where, e->pointers, H5T_INTEGER, 1, n_pointers, err);
  if (pointers < 0) return LN_EIO;
  if (n_pointers[0] != n_nodes[0] + 1) {
    return fail(f, err, "%s/%s has %llu values; with %llu node_ids it should have one more than those", where,
                e->pointers, (unsigned long long)n_pointers[0], (unsigned long long)n_nodes[0]);
  }
  if (has(mapping, "element_ids")) {
    LN_H5 ids = open_dataset(f, mapping, where, "element_ids", H5T_INTEGER, 1, n_ids, err);
    if (ids < 0) return LN_EIO;
    if (n_ids[0] != (hsize_t)e->n_elements) {
      return fail(f, err, "%s/element_ids has %llu values, but data has %lld columns", where,
                  (unsigned long long)n_ids[0], (long long)e->n_elements);
    }
  }
  e->n_nodes = (int64_t)n_nodes[0];
  int code = check_size(f, where, n_nodes[0], 2 * sizeof(int64_t), err);
  return code == LN_OK ? enter_time(f, mapping, where, e, err) : code;
}

/* What the data attributes variable and population say; other tools' files have neither. */
static int name_report(ln_file *f, hid_t data, const char *name, report_entry *e, ln_error *err) {
  e->name = strdup(name);
  e->population = ln_h5_get_text(data, "population");
  e->variable = ln_h5_get_text(data, "variable");
  e->unit = ln_h5_get_text(data, "units");
  if (!e->population) e->population = strdup(name);
  if (!e->variable) e->variable = strdup("data");
  if (!e->unit) e->unit = strdup("");
  if (e->name && e->population && e->variable && e->unit) return LN_OK;
  return ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
}

static int enter_report(ln_file *f, hid_t all, const char *name, ln_error *err) {
  char where[256];
  snprintf(where, sizeof where, "/report/%s", name);
  hsize_t size[2];
  LN_H5 group = open_member(f, all, "/report", name, H5I_GROUP, err);
  if (group < 0) return LN_EIO;
  LN_H5 data = open_dataset(f, group, where, "data", H5T_FLOAT, 2, size, err);
  if (data < 0) return LN_EIO;
  const bool countless = size[1] && size[0] > UINT64_MAX / size[1];
  int code = check_size(f, where, countless ? UINT64_MAX : size[0] * size[1], sizeof(double), err);
  if (code == LN_OK) code = check_size(f, where, size[0] > size[1] ? size[0] : size[1], sizeof(int64_t), err);
  if (code != LN_OK) return code;
  report_entry *e = &f->report[f->n_reports];
  *e = (report_entry){.n_samples = (int64_t)size[0], .n_elements = (int64_t)size[1]};
  f->n_reports++;
  code = name_report(f, data, name, e, err);
  return code == LN_OK ? enter_mapping(f, group, where, e, err) : code;
}

/* Calls enter for each member of the group `name` in the order of their names. */
static int enter_all(ln_file *f, const char *name, void **entries, size_t size,
                     int (*enter)(ln_file *, hid_t, const char *, ln_error *), ln_error *err) {
  if (!has(f->file, name)) return LN_OK;
  LN_H5 group = open_member(f, f->file, "", name, H5I_GROUP, err);
  H5G_info_t info;
  if (group < 0) return LN_EIO;
  if (H5Gget_info(group, &info) < 0) return ln_h5_fail(err, f->path, "/%s cannot be read", name);
  *entries = calloc(info.nlinks + 1, size);
  if (!*entries) return ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
  for (hsize_t k = 0; k < info.nlinks; k++) {
    char member[200], where[32];
    snprintf(where, sizeof where, "/%s", name);
    int code = member_name(f, group, where, k, member, sizeof member, err);
    if (code == LN_OK) code = enter(f, group, member, err);
    if (code != LN_OK) return code;
  }
  return LN_OK;
}

static herr_t enter_attribute(hid_t object, const char *name, const H5A_info_t *info, void *user) {
  (void)info;
  ln_file *f = user;
  char *text = ln_h5_get_text(object, name), *key = strdup(name);
  char **keys = realloc(f->key, ((size_t)f->n_attribute + 1) * sizeof *keys);
  if (keys) f->key = keys;
  char **texts = realloc(f->text, ((size_t)f->n_attribute + 1) * sizeof *texts);
  if (texts) f->text = texts;
  if (!text || !key || !keys || !texts) {
    free(text);
    free(key);
    return key && keys && texts ? 0 : -1; /* not a text: passed over */
  }
  f->key[f->n_attribute] = key;
  f->text[f->n_attribute++] = text;
  return 0;
}

static int check_magic(const ln_file *f, ln_error *err) {
  unsigned magic = 0;
  LN_H5 attribute = H5Aexists(f->file, "magic") > 0 ? H5Aopen(f->file, "magic", H5P_DEFAULT) : -1;
  LN_H5 space = attribute < 0 ? -1 : H5Aget_space(attribute);
  if (attribute < 0) {
    if (has(f->file, "spikes") || has(f->file, "report")) return LN_OK; /* older writers leave it out */
    return fail(f, err, "is an HDF5 file, but holds neither /spikes nor /report: "
                "SONATA spikes or reports were expected");
  }
  if (H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, H5T_NATIVE_UINT, &magic) >= 0 &&
      magic == 0x0A7A) {
    return LN_OK;
  }
  return fail(f, err, "is an HDF5 file, but not SONATA: its attribute magic is not 0x0A7A");
}

static int open_file(ln_file *f, ln_error *err) {
  struct stat about;
  if (stat(f->path, &about) != 0) return fail(f, err, "cannot be read: %s", strerror(errno));
  if (!S_ISREG(about.st_mode)) return fail(f, err, "cannot be read: it is not a file");
  if (H5Fis_hdf5(f->path) <= 0) return fail(f, err, "is not an HDF5 file");
  f->file = H5Fopen(f->path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (f->file < 0) return ln_h5_fail(err, f->path, "cannot be opened as an HDF5 file; was it cut off?");
  int code = check_magic(f, err);
  if (code != LN_OK) return code;
  if (H5Aiterate2(f->file, H5_INDEX_NAME, H5_ITER_INC, NULL, enter_attribute, f) < 0) {
    return ln_h5_fail(err, f->path, "the attributes cannot be read");
  }
  code = enter_all(f, "spikes", (void **)&f->spikes, sizeof *f->spikes, enter_spikes, err);
  if (code != LN_OK) return code;
  return enter_all(f, "report", (void **)&f->report, sizeof *f->report, enter_report, err);
}

int ln_file_open(ln_file **out, const char *path, ln_error *err) {
  *out = NULL;
  ln_h5_quiet();
  ln_file *f = calloc(1, sizeof *f);
  if (!f || !(f->path = strdup(path))) {
    free(f);
    return ln_fail(err, LN_ENOMEM, "%s: no memory", path);
  }
  f->file = -1;
  int code = open_file(f, err);
  if (code != LN_OK) {
    ln_file_close(f);
    return code;
  }
  *out = f;
  return LN_OK;
}

void ln_file_close(ln_file *f) {
  if (!f) return;
  for (int k = 0; k < f->n_attribute; k++) {
    free(f->key[k]);
    free(f->text[k]);
  }
  for (int k = 0; k < f->n_spikes; k++) {
    free(f->spikes[k].name);
    free(f->spikes[k].population);
    free(f->spikes[k].event);
    for (int c = 0; c < f->spikes[k].n_variable; c++) {
      free(f->spikes[k].variable[c]);
      free(f->spikes[k].unit[c]);
    }
    free(f->spikes[k].variable);
    free(f->spikes[k].unit);
  }
  for (int k = 0; k < f->n_reports; k++) {
    free(f->report[k].name);
    free(f->report[k].population);
    free(f->report[k].variable);
    free(f->report[k].unit);
  }
  free(f->key);
  free(f->text);
  free(f->spikes);
  free(f->report);
  ln_h5_release(&f->file);
  free(f->path);
  free(f);
}

/* ----------------------------------------------------------------------------------- what there is */

int ln_file_n_attributes(const ln_file *f) { return f->n_attribute; }
void ln_file_attribute(const ln_file *f, int k, const char **key, const char **text) {
  *key = f->key[k];
  *text = f->text[k];
}
int ln_file_n_spikes(const ln_file *f) { return f->n_spikes; }
const char *ln_file_spikes_name(const ln_file *f, int k) {
  return f->spikes[k].population ? f->spikes[k].population : f->spikes[k].name;
}
const char *ln_file_spikes_event(const ln_file *f, int k) { return f->spikes[k].event; }
int64_t ln_file_spikes_count(const ln_file *f, int k) { return f->spikes[k].n; }
double ln_file_spikes_dt(const ln_file *f, int k) { return f->spikes[k].dt; }
int ln_file_spikes_n_variables(const ln_file *f, int k) { return f->spikes[k].n_variable; }
void ln_file_spikes_variable(const ln_file *f, int k, int variable, const char **name, const char **unit) {
  *name = f->spikes[k].variable[variable];
  *unit = f->spikes[k].unit[variable];
}
int ln_file_n_reports(const ln_file *f) { return f->n_reports; }
const char *ln_file_report_name(const ln_file *f, int k) { return f->report[k].name; }
const char *ln_file_report_population(const ln_file *f, int k) { return f->report[k].population; }
const char *ln_file_report_variable(const ln_file *f, int k) { return f->report[k].variable; }
const char *ln_file_report_unit(const ln_file *f, int k) { return f->report[k].unit; }
void ln_file_report_size(const ln_file *f, int k, int64_t *n_samples, int64_t *n_elements) {
  *n_samples = f->report[k].n_samples;
  *n_elements = f->report[k].n_elements;
}

/* ------------------------------------------------------------------------------------------- reading */

/* All of the dataset at path, n values of type; freed by ln_free. */
static int read_all(const ln_file *f, const char *path, hid_t type, int64_t n, void **out, ln_error *err) {
  *out = ln_alloc_array((size_t)n, 8);
  if (!*out) {
    return ln_fail(err, LN_ENOMEM, "%s: no memory for the %lld values of %s", f->path, (long long)n, path);
  }
  LN_H5 inside = ln_h5_inside();
  LN_H5 dataset = H5Dopen2(f->file, path, inside);
  if (dataset >= 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *out) >= 0) return LN_OK;
  ln_free(*out);
  *out = NULL;
  return ln_h5_fail(err, f->path, "%s cannot be read", path);
}

int ln_file_read_spikes(ln_file *f, int k, int64_t *n, double **ms, int64_t **node, ln_error *err) {
  const spikes_entry *e = &f->spikes[k];
  char path[256];
  *n = 0;
  *ms = NULL;
  *node = NULL;
  snprintf(path, sizeof path, "/spikes/%s/timestamps", e->name);
  int code = read_all(f, path, H5T_NATIVE_DOUBLE, e->n, (void **)ms, err);
  for (int64_t i = 0; code == LN_OK && i < e->n; i++) {
    (*ms)[i] *= e->to_ms;
    if (!isfinite((*ms)[i])) code = fail(f, err, "%s: value %lld is %g", path, (long long)i + 1, (*ms)[i]);
  }
  snprintf(path, sizeof path, "/spikes/%s/node_ids", e->name);
  if (code == LN_OK) code = read_all(f, path, H5T_NATIVE_INT64, e->n, (void **)node, err);
  for (int64_t i = 0; code == LN_OK && i < e->n; i++) {
    if ((*node)[i] < 0) code = fail(f, err, "%s: value %lld is negative", path, (long long)i + 1);
  }
  if (code == LN_OK) {
    *n = e->n;
    return LN_OK;
  }
  ln_free(*ms);
  ln_free(*node);
  *ms = NULL;
  *node = NULL;
  return code;
}

int ln_file_read_variable(ln_file *f, int k, int variable, int64_t *n, double **value, ln_error *err) {
  const spikes_entry *e = &f->spikes[k];
  char path[500];
  snprintf(path, sizeof path, "/spikes/%s/variables/%s", e->name, e->variable[variable]);
  *n = 0;
  int code = read_all(f, path, H5T_NATIVE_DOUBLE, e->n, (void **)value, err);
  if (code == LN_OK) *n = e->n;
  return code;
}

/* The node of every column. */
static int read_columns(ln_file *f, const report_entry *e, int64_t **out, ln_error *err) {
  char path[256];
  int64_t *node = NULL, *pointer = NULL;
  snprintf(path, sizeof path, "/report/%s/mapping/node_ids", e->name);
  int code = read_all(f, path, H5T_NATIVE_INT64, e->n_nodes, (void **)&node, err);
  snprintf(path, sizeof path, "/report/%s/mapping/%s", e->name, e->pointers);
  if (code == LN_OK) code = read_all(f, path, H5T_NATIVE_INT64, e->n_nodes + 1, (void **)&pointer, err);
  *out = code == LN_OK ? ln_alloc_array((size_t)e->n_elements, sizeof **out) : NULL;
  if (code == LN_OK && !*out) code = ln_fail(err, LN_ENOMEM, "%s: no memory", f->path);
  if (code == LN_OK && (pointer[0] != 0 || pointer[e->n_nodes] != e->n_elements)) {
    code = fail(f, err, "%s runs from %lld to %lld, but data has columns 0 to %lld", path,
                (long long)pointer[0], (long long)pointer[e->n_nodes], (long long)e->n_elements);
  }
  for (int64_t i = 0; code == LN_OK && i < e->n_nodes; i++) {
    if (pointer[i] > pointer[i + 1]) {
      code = fail(f, err, "%s goes down after value %lld", path, (long long)i + 1);
    }
    if (node[i] < 0) {
      code = fail(f, err, "/report/%s/mapping/node_ids: value %lld is negative", e->name, (long long)i + 1);
    }
  }
  for (int64_t i = 0; code == LN_OK && i < e->n_nodes; i++) { /* from 0 to n_elements: all in range */
    for (int64_t c = pointer[i]; c < pointer[i + 1]; c++) (*out)[c] = node[i];
  }
  ln_free(node);
  ln_free(pointer);
  if (code == LN_OK) return LN_OK;
  ln_free(*out);
  *out = NULL;
  return code;
}

int ln_file_read_report(ln_file *f, int k, int64_t *n_samples, int64_t *n_elements, double **data,
                        int64_t **node, double time_ms[3], ln_error *err) {
  const report_entry *e = &f->report[k];
  char path[256];
  *data = NULL;
  *node = NULL;
  int code = read_columns(f, e, node, err);
  snprintf(path, sizeof path, "/report/%s/data", e->name);
  if (code == LN_OK) {
    code = read_all(f, path, H5T_NATIVE_DOUBLE, e->n_samples * e->n_elements, (void **)data, err);
  }
  if (code != LN_OK) {
    ln_free(*node);
    *node = NULL;
    return code;
  }
  *n_samples = e->n_samples;
  *n_elements = e->n_elements;
  memcpy(time_ms, e->time_ms, sizeof e->time_ms);
  return LN_OK;
}
