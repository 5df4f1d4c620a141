/* plastic.h - what a storage of synapses keeps beside its rows when spikes of targets matter, or several
 * pathways of sources do. Local.
 *
 * Pathways beside the first have one delay each, or one a run (spread.h). Those of sources walk the rows' segments, which wait in
 * a calendar of their own. Those of targets know the synapses of each target neuron by a list of 8 bytes
 * a synapse; but where the code can put off what it does there (ln_unit.settle16), there is no list: spikes are
 * noted (history.h; the projection's clock is the network's then), and take effect on a segment's synapses before anything else happens to them or looks at them.
 * Whoever reads or writes variables of synapses, or changes what their code depends on, calls ln_plastic_settle
 * first. Tables of exponentials follow the run-time constants.
 */
#ifndef LN_PLASTIC_H
#define LN_PLASTIC_H

#include "calendar.h"
#include "history.h"

typedef struct ln_queue { /* spikes or events of targets on their way: a slot a step of the (longest) delay */
  uint32_t **slot;
  uint32_t *n, *room;
} ln_queue;

typedef struct ln_route { /* a pathway beside the first */
  int delay;              /* steps, the longest where they differ; of LN_EVERY the period, of LN_ON_SIGNAL that of the
                             signal's spikes */
  int event;              /* of a target's pathway: the number of the event, -1: spikes */
  ln_calendar calendar;   /* of a source's pathway */
  ln_queue queue;         /* of a target's pathway */
} ln_route;

typedef struct ln_plastic {
  int n_routes;
  ln_route *route; /* one each of the unit's pathway */
  bool frozen;     /* learning is switched off */
  uint32_t target_lo, target_hi;
  uint64_t *back_first; /* by target in the block, up to target_hi + 1 */
  ln_back *back;
  uint64_t n_back;
  ln_back *some;         /* those of a target that are due, where delays differ; like back */
  uint64_t *some_first;
  uint32_t *some_spike;  /* these targets */
  uint32_t *in_degree;   /* by target, up to target_hi, where there is no list */
  ln_history history;    /* where the code puts something off */
  int32_t settled;       /* no segment is done with less than up to this step */
  int32_t last;          /* the step of the last noted spikes; LN_NEVER: nothing is put off */
  void **now;            /* scratch for the code, one array a target for each of ln_unit.n_now */
  uint32_t *run_row;
  ln_segment *all; /* every segment, for what happens at all synapses */
  int64_t n_all;
  uint64_t n_runs;
  void *table;
  double *tabled; /* the constants that the tables are made of, as they were */
} ln_plastic;

/* Whether synapses of this unit need any of this; each projection of such synapses has a storage of its own.
 */
bool ln_plastic_unit(const ln_unit *u);
bool ln_plastic_learns(const ln_unit *u); /* whether it makes a difference that learning is switched off */
/* Routes with these delays in steps, one a pathway of the unit (of LN_EVERY: periods). All are about spikes. */
int ln_plastic_init(ln_plastic *p, const ln_unit *u, const int *delay, ln_error *err);
void ln_plastic_destroy(ln_plastic *p, const ln_unit *u); /* frees the content of p */
/* Lists of the synapses of targets [lo, hi), from new rows; replaces what was there only on success. All must be
 * settled. */
int ln_plastic_build(ln_plastic *p, const ln_unit *u, const ln_rows *rows, uint32_t lo, uint32_t hi,
                     ln_error *err);
/* Room for the longest delays of pathways whose delays differ, in new rows; what is on its way stays. Before the network's
 * step `step`. */
int ln_plastic_reserve(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int64_t step, ln_error *err);
uint64_t ln_plastic_bytes(const ln_plastic *p, const ln_unit *u);
/* Fills the tables anew where the constants of the arguments are others than before; sets a->table. */
void ln_plastic_tabulate(ln_plastic *p, const ln_unit *u, ln_deliver_args *a);
/* Files the rows row[0 .. n) of sources that spiked, for all pathways of sources. */
int ln_plastic_file(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int64_t step, const uint32_t *row,
                    int64_t n, ln_error *err);
/* Takes this step's spikes (event -1) or events of targets: block indices lid[k] + blid, ascending. Here and below `only` is
 * the number of one pathway, or -1: all. */
int ln_plastic_take(ln_plastic *p, const ln_unit *u, int only, int event, int64_t step, const uint32_t *lid, int64_t n,
                    int64_t blid, ln_error *err);
/* What the code wants of p in its arguments. */
void ln_plastic_lend(ln_plastic *p, ln_deliver_args *a);
/* Runs the pathways of sources, or of targets, that are due at a step of the network. Returns the number of synaptic
 * events. */
int64_t ln_plastic_deliver(ln_plastic *p, const ln_unit *u, int only, int64_t step, ln_deliver_args *a, bool wide);
int64_t ln_plastic_deliver_back(ln_plastic *p, const ln_unit *u, int only, const ln_rows *rows, int64_t step,
                                ln_deliver_args *a);
/* Makes up for all that was put off. a: as for delivering, of any step. */
void ln_plastic_settle(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a);
/* The same for one segment. */
void ln_plastic_settle_run(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a, int64_t row, uint64_t run);
static inline bool ln_plastic_owes(const ln_plastic *p) { return p->history.done && p->last != LN_NEVER; }
/* Runs the pathways of a kind at all synapses (those of LN_EVERY that are due). */
void ln_plastic_sweep(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int kind, int only, int64_t step,
                      ln_deliver_args *a);
/* Whether that would run any. */
bool ln_plastic_sweeps_at(const ln_plastic *p, const ln_unit *u, int kind, int only, int64_t step);
bool ln_plastic_sweeps(const ln_unit *u, int kind);     /* whether there are any */
void ln_plastic_clear(ln_plastic *p, const ln_unit *u); /* forgets what is on its way */

/* What is on its way, as bytes. */
size_t ln_plastic_size(const ln_plastic *p, const ln_unit *u);
char *ln_plastic_write(const ln_plastic *p, const ln_unit *u, char *at);
int ln_plastic_read(ln_plastic *p, const ln_unit *u, const char **at, ln_error *err);

#endif
