/* rows.h - arrays of synapses, row by row, with the directory of their delays. Local.
 *
 * The synapses of one source on this rank are a row: parts in the order they were built, each part sorted
 * by delay, then target. The directory lists a row's runs: so many synapses of one delay. 2 bytes a target
 * where the block has at most 65536 neurons, else 4; 4 bytes a run, 16 a row.
 */
#ifndef LN_ROWS_H
#define LN_ROWS_H

#include <stdbool.h>
#include "error.h"
#include "model.h"

#define LN_MAX_DELAY 65535 /* steps */

typedef struct ln_row {
  uint64_t first, run;
} ln_row; /* first synapse, first run */
typedef struct ln_run {
  uint16_t delay, n;
} ln_run;

typedef struct ln_rows {
  int64_t n_rows;
  uint64_t n, n_runs;
  ln_row *row; /* n_rows + 1 */
  ln_run *run;
  bool wide;    /* targets of 4 bytes */
  void *target; /* block-local indices */
  int n_var;
  void **var;    /* NULL where stored once; else one a synapse, run or target, by the variable's flags */
  uint64_t n_targets; /* of variables by target: block indices below this */
  int min_delay, max_delay; /* INT_MAX, -1 when empty */
} ln_rows;

int ln_rows_init(ln_rows *r, const ln_unit *unit, int64_t n_rows,
                 ln_error *err);  /* empty rows; destroys cleanly on failure */
void ln_rows_destroy(ln_rows *r); /* frees the content of r */
uint64_t ln_rows_bytes(const ln_rows *r, const ln_unit *unit);
int ln_rows_add_run(ln_rows *r, int delay, uint64_t n, uint64_t *room, ln_error *err); /* split over 65535 */
/* Arrays for n synapses: targets, or a variable. */
int ln_rows_alloc_targets(ln_rows *r, uint64_t n, bool wide, ln_error *err);
int ln_rows_alloc_var(ln_rows *r, const ln_unit *unit, int var, ln_error *err);

/* How many values of a variable there are, and which is that of a synapse of this run. */
static inline uint64_t ln_rows_elements(const ln_rows *r, const ln_unit *unit, int var) {
  int32_t flags = unit->var[var].flags;
  return flags & LN_PER_SEGMENT ? r->n_runs : flags & LN_PER_TARGET ? r->n_targets : r->n;
}
static inline uint64_t ln_rows_element(const ln_unit *unit, int var, uint64_t at, uint64_t run, uint32_t target) {
  int32_t flags = unit->var[var].flags;
  return flags & LN_PER_SEGMENT ? run : flags & LN_PER_TARGET ? target : at;
}
bool ln_rows_has(const ln_rows *r, int64_t row, uint32_t target); /* whether the row has such a synapse */
uint64_t ln_rows_run_of(const ln_rows *r, int64_t row, uint64_t at); /* the run of a synapse */

static inline uint32_t ln_rows_target(const ln_rows *r, uint64_t at) {
  return r->wide ? ((const uint32_t *)r->target)[at] : ((const uint16_t *)r->target)[at];
}
static inline void ln_rows_set_target(ln_rows *r, uint64_t at, uint32_t target) {
  if (r->wide) ((uint32_t *)r->target)[at] = target;
  else ((uint16_t *)r->target)[at] = (uint16_t)target;
}
static inline uint64_t ln_row_count(const ln_rows *r, int64_t row) {
  return row < r->n_rows ? r->row[row + 1].first - r->row[row].first : 0;
}

/* The synapses of rows [row_lo, row_hi) with targets in [target_lo, target_hi), in order of storage, as
 * chunks. */
#define LN_VISIT_CHUNK 2048
typedef struct ln_visit {
  int64_t n;
  uint64_t at[LN_VISIT_CHUNK];
  uint32_t row[LN_VISIT_CHUNK], target[LN_VISIT_CHUNK];
  uint32_t occurrence[LN_VISIT_CHUNK]; /* how many synapses of the same row and target came before; 0 unless
                                          counted */
} ln_visit;
typedef struct ln_window {
  int64_t row_lo, row_hi;
  uint32_t target_lo, target_hi;
  bool count; /* occurrences */
} ln_window;
typedef int (*ln_visitor)(void *user, const ln_visit *chunk, ln_error *err);
int ln_rows_visit(const ln_rows *r, const ln_window *w, ln_visitor visit, void *user, ln_error *err);

#endif
