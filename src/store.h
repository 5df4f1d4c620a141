/* store.h - HDF5 files: streamed recordings, written in parallel, and reading them back.
 *
 * Layout: SONATA. Spikes /spikes/<population>/{timestamps (ms), node_ids (0-based)} with attributes
 * sorting = "by_time" and dt (s), and what each was recorded with in variables/<name> (attribute units); custom events
 * likewise in /spikes/<population>__<event>, with attributes population and event beside; reports /report/<population>/{data (time x element), mapping/{node_ids,
 * index_pointers (also as index_pointer), element_ids, time = start, stop, step in ms}}, one group a variable
 * (/report/<population>/ for the population's first variable in the file, further ones in
 * /report/<population>__<variable>; attributes of data: units, variable, population).
 * Attributes of the root say what made the file: script, arguments, seed, versions. No time stamps: the
 * same run gives the same bytes on any number of ranks.
 */
#ifndef LN_STORE_H
#define LN_STORE_H

#include "recorder.h"

typedef struct ln_store ln_store;

/* Creates path (".part" until closed, then synced and renamed, so that no half-written file carries the
 * name). attributes: n pairs of UTF-8 strings on the root group. Collective. */
int ln_store_create(ln_store **out, ln_comm *comm, const char *path, int n, const char *const *key,
                    const char *const *text, ln_error *err);
/* A sink for a recorder of a population's spikes or of one of its events. Sinks are the store's: after
 * ln_store_close they take no more (an error), after ln_store_destroy they are gone. Collective. */
typedef struct ln_spikes_spec {
  const char *population;
  const char *event;               /* NULL: spikes */
  double dt;                       /* seconds a step */
  int n_var;                       /* what each is recorded with */
  const char *const *name, *const *unit;
} ln_spikes_spec;
int ln_store_add_spikes(ln_store *s, const ln_spikes_spec *spec, ln_record_sink *out, ln_error *err);
/* A sink for a state recorder: names and units of the variables; gid of all neurons recorded (n, in any
 * order, none twice), of which those in this rank's slice [gid_lo, gid_hi) come in its rows, in the order of
 * gid. Slices ascend with the rank. The file has neurons in ascending order. Collective. */
typedef struct ln_report_spec {
  const char *population;
  int n_var;
  const char *const *name, *const *unit;
  int64_t n;
  const int64_t *gid;
  int64_t gid_lo, gid_hi;
  double dt;        /* seconds a step */
  int64_t every;    /* steps a sample */
  int precision;    /* bytes a value in the file: 4 or 8 */
} ln_report_spec;
int ln_store_add_report(ln_store *s, const ln_report_spec *spec, ln_record_sink *out, ln_error *err);
/* What came so far is on the device when this returns; a run needs it never. Collective. */
int ln_store_flush(ln_store *s, ln_error *err);
/* Flush, close, rename; after a failure the error, and the .part file stays. Recorders are flushed by the
 * caller first. A file of several recordings is written once more here, one after the other, so that its bytes
 * do not depend on when they were flushed. Collective. Destroy without close leaves the .part file. */
int ln_store_close(ln_store *s, ln_error *err);
void ln_store_destroy(ln_store *s); /* Local; frees after close, NULL accepted */

/* Reading: any HDF5 file with the layouts above. A truncated file, another format, a missing dataset, a
 * wrong type or sizes that do not fit together are refused with the file's name and the reason. */
typedef struct ln_file ln_file;
/* Local: read on every rank, or on one and broadcast by the caller. */
int ln_file_open(ln_file **out, const char *path, ln_error *err);
void ln_file_close(ln_file *f);
int ln_file_n_attributes(const ln_file *f);
/* Those that are text; borrowed. */
void ln_file_attribute(const ln_file *f, int k, const char **key, const char **text);
int ln_file_n_spikes(const ln_file *f);                       /* spike populations */
const char *ln_file_spikes_name(const ln_file *f, int k);       /* of the population */
const char *ln_file_spikes_event(const ln_file *f, int k);      /* which of its events these are; NULL: spikes */
int64_t ln_file_spikes_count(const ln_file *f, int k);
double ln_file_spikes_dt(const ln_file *f, int k);            /* seconds a step, 0 if the file does not say */
/* What spikes were recorded with, by name. */
int ln_file_spikes_n_variables(const ln_file *f, int k);
void ln_file_spikes_variable(const ln_file *f, int k, int variable, const char **name, const char **unit);
/* One of them, a value a spike; for ln_free. */
int ln_file_read_variable(ln_file *f, int k, int variable, int64_t *n, double **value, ln_error *err);
/* ms and node are freed by ln_free. */
int ln_file_read_spikes(ln_file *f, int k, int64_t *n, double **ms, int64_t **node, ln_error *err);
int ln_file_n_reports(const ln_file *f);
const char *ln_file_report_name(const ln_file *f, int k);     /* group name */
const char *ln_file_report_population(const ln_file *f, int k);
const char *ln_file_report_variable(const ln_file *f, int k);
const char *ln_file_report_unit(const ln_file *f, int k);
void ln_file_report_size(const ln_file *f, int k, int64_t *n_samples, int64_t *n_elements);
/* data: n_samples rows of n_elements; node: of each column; time_ms: start, stop (excluded), step.
 * data and node are freed by ln_free. */
int ln_file_read_report(ln_file *f, int k, int64_t *n_samples, int64_t *n_elements, double **data,
                        int64_t **node, double time_ms[3], ln_error *err);

#endif
