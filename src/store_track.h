/* store_track.h - private to store.c, store_spikes.c and store_report.c: one recording that grows in a file.
 *
 * A track is a set of datasets (its columns) with the same number of rows, extended together chunk by
 * chunk in one fixed order, so that where things lie in a file does not depend on when it was flushed.
 */
#ifndef LN_STORE_TRACK_H
#define LN_STORE_TRACK_H

#include "h5.h"
#include "store.h"

typedef struct ln_track ln_track;

struct ln_track {
  ln_store *store;
  ln_track *next;
  char *population;         /* spikes: the group's name */
  char *event, *of;         /* where spikes are events: which, and the population's name; else NULL */
  double dt;                /* seconds a step */
  int n_column;
  hid_t *column;            /* datasets */
  hid_t type[2];            /* borrowed: in memory; [1] of the second column of spikes, [0] of all others */
  hsize_t width;            /* values a row; 0: one-dimensional */
  hsize_t chunk_rows, chunk_width;
  int64_t rows;             /* written */
  int64_t last_step;        /* of the last row; INT64_MIN before the first */
  const struct ln_track_class *class;

  char **variable, **unit;  /* one a column; NULL of the times and neurons of spikes */
  /* reports */
  char **group;             /* of each column, under /report */
  int64_t n, own_lo, n_own; /* neurons recorded; this rank's are columns [own_lo, own_lo + n_own) */
  int64_t *gid;             /* of the own ones, ascending */
  int64_t *place;           /* in gid, of each in the order in which they come; NULL: in gid's */
  int64_t first_step, every;
  hsize_t value_bytes;
};

/* Makes the groups and datasets in a file (tracks are written a second time when a file is put in order);
 * and writes what is known only at the end. Both Collective, and go through all their collective steps even
 * when one has failed; negative on failure. */
typedef struct ln_track_class {
  const char *noun;
  int (*create)(ln_track *t, hid_t file);
  int (*finish)(ln_track *t, hid_t file);
} ln_track_class;

ln_comm *ln_store_comm(const ln_store *s);
const char *ln_store_path(const ln_store *s);
ln_track *ln_store_tracks(const ln_store *s);
/* LN_OK, or why the store takes no more data. The same on all ranks. */
int ln_store_usable(const ln_store *s, ln_error *err);
/* Agrees on failure; after one the store takes no more data. Collective. */
int ln_store_agree(ln_store *s, int code, ln_error *err);
/* Space on the device for the file up to byte end. Agrees. Collective. */
int ln_store_reserve(ln_store *s, int64_t end, ln_error *err);
/* Takes t (destroyed on failure), creates its datasets. code: of what the caller did so far. Collective. */
int ln_store_add(ln_store *s, ln_track *t, int code, ln_error *err);

ln_track *ln_track_new(ln_store *s, const ln_track_class *class, const char *population, double dt,
                       int n_column);
void ln_track_destroy(ln_track *t); /* Local */
/* Names and units of columns [first, n_column), copied; -1 without memory. */
int ln_track_name_columns(ln_track *t, int first, const char *const *name, const char *const *unit);
/* A name that can be a group's. */
int ln_track_check_name(const ln_store *s, const char *what, const char *name, ln_error *err);
hid_t ln_track_group(hid_t parent, const char *name);   /* created without times */
/* A dataset of fixed size without times, contiguous. */
hid_t ln_track_dataset(hid_t parent, const char *name, hid_t type, hsize_t n);
/* Column c, growing, in group. */
int ln_track_column(ln_track *t, int c, hid_t group, const char *name, hid_t file_type);
/* Makes room for rows more rows. Agrees. Collective. */
int ln_track_extend(ln_track *t, int64_t rows, ln_error *err);
/* Writes count rows from row, columns [left, left + width) (1-D: 0, 1); count 0 takes part without data.
 * Collective. */
int ln_track_write(ln_track *t, int c, int64_t row, int64_t count, int64_t left, int64_t width,
                   const void *data);
/* Part of a 1-D dataset: data[0 .. count) to [first, first + count); count may be 0. Collective. */
int ln_track_write_part(hid_t dataset, hid_t type, int64_t first, int64_t count, const void *data);
/* Copies all rows of from to to, which has none. Agrees. Collective. */
int ln_track_copy(ln_track *to, ln_track *from, ln_error *err);
/* The time of a step in ms, as round a number as dt allows. */
double ln_track_ms(double step, double dt);

#endif
