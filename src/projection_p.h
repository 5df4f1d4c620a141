/* projection_p.h - the inside of a projection: for projection*.c, synapses*.c and image.c only.
 */
#ifndef LN_PROJECTION_P_H
#define LN_PROJECTION_P_H

#include "projection.h"
#include "rows.h"
#include "synapses.h"

struct ln_variant;

struct ln_projection {
  char *name;
  ln_population *pre, *post;
  int event;                                /* as in the spec */
  int64_t pre_lo, pre_hi, post_lo, post_hi; /* global indices */
  int64_t own_lo, own_hi;                   /* this rank's part of post_lo .. post_hi */
  ln_model *synapse;
  const ln_unit *unit; /* of synapse */
  double *par;
  ln_connector connector;     /* own copies of the arrays, until built */
  ln_value delay;             /* likewise */
  ln_value *var;              /* likewise; where stored once, its constant for good */
  int *route_delay;           /* steps, one a pathway of the unit beside the first */
  bool frozen;
  ln_signal *signal;          /* one a signal of the unit */
  ln_trigger *trigger;        /* one a pathway beside the first */
  ln_timed_array *table;      /* one a timed array of the unit */
  uint64_t generation;        /* how often it has grown */
  uint64_t n_prunes;
  bool growing;               /* waiting to be built beside what there is of it */
  uint64_t *n_fills;          /* assignments so far, a variable */
  bool *accumulates;          /* a variable: a script's statements do so in it (chore.h) */
  ln_comm *comm;
  uint64_t key;
  double step_dt;             /* of the network */
  ln_clock clock;
  bool built;
  int64_t local_count;
  ln_synapses *synapses; /* where it is stored (borrowed), and in which variant of it */
  struct ln_variant *variant;
  int64_t row0; /* row of gid 0 of pre, once built */
};

/* What random numbers are drawn for: connecting, delays, setting variable k for the n-th time, … */
enum { LN_PROJECTION_CONNECT = 1, LN_PROJECTION_DELAY, LN_PROJECTION_FILL, LN_PROJECTION_PRUNE, LN_PROJECTION_CHOOSE,
       LN_PROJECTION_CHOOSE_PART };

static inline bool ln_projection_stores_once(const ln_projection *p, int var) {
  return p->unit->var[var].flags & LN_SHARED;
}
/* One value for all synapses of a segment or target. */
static inline bool ln_projection_per_neuron(const ln_projection *p, int var) {
  return p->unit->var[var].flags & (LN_PER_SEGMENT | LN_PER_TARGET);
}
ln_connect_range ln_projection_range(const ln_projection *p);
/* Index in the target block of gid 0 of the post population, were it here. */
int64_t ln_projection_blid0(const ln_projection *p);
ln_window ln_projection_window(const ln_projection *p, bool count);
/* Before anything is read or changed: there are synapses (else an error), and nothing that they are owed is put off. */
int ln_projection_ready(const ln_projection *p, ln_error *err);
bool ln_projection_may_repeat(const ln_projection *p); /* several synapses of one pair are possible */
/* The clock of those whose spikes come along a pathway (its number beside the first; -1: the first). */
const ln_clock *ln_projection_pathway_clock(const ln_projection *p, int pathway);
/* Delays in seconds on such a clock to steps of the network; the error does not name the projection. */
int ln_projection_delay_steps(const ln_clock *clock, const double *delay, int64_t n, uint16_t *steps, ln_error *err);
void ln_projection_release_recipe(ln_projection *p); /* frees what only building needed */

/* Inputs of an expression on synapses: variables of sources are gathered from all ranks when it is opened. */
typedef struct ln_reading {
  const ln_projection *p;
  const ln_unit *expression; /* NULL: the value is none */
  double **input;            /* of each input that is a variable of neurons: by gid from lo on */
  const ln_rows *rows;       /* the elements under way: */
  const uint64_t *at;        /*   places in rows, or NULL before there are any */
  const uint32_t *source, *target;
  int64_t source_shift, target_shift; /* added to them: gids */
} ln_reading;
int ln_reading_open(ln_reading *r, const ln_projection *p, ln_model *expression,
                    ln_error *err); /* Collective */
void ln_reading_close(ln_reading *r);
int ln_reading_read(void *user, int input, int64_t n, double *out, ln_error *err); /* an ln_value_reader */

/* Evaluates a value (an array: in the order of ln_projection_gather) at every synapse of a built projection, in order of
 * storage; `what` names it in errors. Collective. */
typedef int (*ln_synapse_sink)(void *user, const ln_visit *chunk, const double *x, ln_error *err);
int ln_projection_evaluate(ln_projection *p, const ln_value *v, const char *what, uint64_t key, ln_synapse_sink sink,
                           void *user, ln_error *err);

/* Marks, by place in the rows, the synapses for which such a value is not 0. Collective. */
int ln_projection_mark(ln_projection *p, const ln_value *v, const char *what, uint64_t key, uint8_t *mark, ln_error *err);

typedef struct ln_synapse {
  uint32_t i, j;  /* gids */
  int32_t delay;
  uint32_t order; /* of storage within the row */
  int64_t visit;  /* of storage within the projection */
  double value;   /* of the variable that was asked for */
} ln_synapse;
/* This rank's synapses, sorted by (source, target, delay, order), with their values of a variable (-1: none); for ln_free,
 * NULL on failure. Local. */
int ln_projection_list(const ln_projection *p, int var, ln_synapse **out, ln_error *err);
/* The same of those that are marked, by place in the rows (NULL: of all), whose visits are numbered among themselves; how
 * many they are. */
int ln_projection_list_marked(const ln_projection *p, int var, const uint8_t *mark, ln_synapse **out, int64_t *n,
                              ln_error *err);
/* Marks the synapses for which `where` is not 0, for ln_free; NULL where that is NULL: all. Collective. */
int ln_projection_mark_where(ln_projection *p, const ln_value *where, uint64_t key, uint8_t **mark, ln_error *err);

/* Of this rank's synapses (mark: of those that are marked, by place in the rows, alone), in order of storage, the place in
 * ln_projection_gather; for ln_free. Collective. */
int ln_projection_origins(const ln_projection *p, const uint8_t *mark, int64_t **out, ln_error *err);

/* Fills variable var of the projection's synapses in rows. origin: places in v's array, synapse by synapse
 * in the order of storage; NULL where none are needed. old: rows whose synapses come first in those here and are
 * left alone, or NULL. Local. */
int ln_projection_fill_rows(const ln_projection *p, const ln_rows *rows, int var, const ln_value *v,
                            ln_reading *reading, const int64_t *origin, const ln_rows *old, ln_error *err);

/* Counts the synapses of each source and target, for the variables in rows that are about that (LN_DEGREE). Collective. */
int ln_projection_fill_degrees(const ln_projection *p, ln_rows *rows, ln_error *err);

/* The same as ln_projection_fill_rows for a variable of segments or targets: one constant, to all of them. Local. */
int ln_projection_fill_neurons(const ln_projection *p, ln_rows *rows, int var, const ln_value *v, ln_error *err);

#endif
