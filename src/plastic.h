/* plastic.h - what a storage of synapses keeps beside its rows when spikes of targets matter, or several
 * pathways of sources do. Local.
 *
 * Pathways beside the first have one delay each. Those of sources walk the rows' segments, which wait in
 * a calendar of their own; those of targets know the synapses of each target neuron by a list of 8 bytes
 * a synapse, made only where it is needed. Tables of exponentials follow the run-time constants.
 */
#ifndef LN_PLASTIC_H
#define LN_PLASTIC_H

#include "calendar.h"

typedef struct ln_queue { /* spikes or events of targets on their way: a slot a step of the delay */
  uint32_t **slot;
  uint32_t *n, *room;
} ln_queue;

typedef struct ln_route { /* a pathway beside the first */
  int delay;              /* steps; of LN_EVERY the period */
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
/* Routes with these delays in steps, one a pathway of the unit (of LN_EVERY: periods). All are about spikes. */
int ln_plastic_init(ln_plastic *p, const ln_unit *u, const int *delay, ln_error *err);
void ln_plastic_destroy(ln_plastic *p, const ln_unit *u); /* frees the content of p */
/* Lists of the synapses of targets [lo, hi), from new rows; replaces what was there only on success. */
int ln_plastic_build(ln_plastic *p, const ln_unit *u, const ln_rows *rows, uint32_t lo, uint32_t hi,
                     ln_error *err);
uint64_t ln_plastic_bytes(const ln_plastic *p, const ln_unit *u);
/* Fills the tables anew where the constants of the arguments are others than before; sets a->table. */
void ln_plastic_tabulate(ln_plastic *p, const ln_unit *u, ln_deliver_args *a);
/* Files the rows row[0 .. n) of sources that spiked, for all pathways of sources. */
int ln_plastic_file(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int64_t step, const uint32_t *row,
                    int64_t n, ln_error *err);
/* Takes this step's spikes (event -1) or events of targets: block indices lid[k] + blid, ascending. */
int ln_plastic_take(ln_plastic *p, const ln_unit *u, int event, int64_t step, const uint32_t *lid, int64_t n,
                    int64_t blid, ln_error *err);
/* Runs the pathways of sources, or of targets, that are due at a->step. Returns the number of synaptic
 * events. */
int64_t ln_plastic_deliver(ln_plastic *p, const ln_unit *u, ln_deliver_args *a, bool wide);
int64_t ln_plastic_deliver_back(ln_plastic *p, const ln_unit *u, ln_deliver_args *a);
/* Runs the pathways of a kind at all synapses: LN_SUMMED, LN_CLOCK, or those of LN_EVERY that are due. */
void ln_plastic_sweep(ln_plastic *p, const ln_unit *u, int kind, ln_deliver_args *a, bool wide);
bool ln_plastic_sweeps(const ln_unit *u, int kind);     /* whether there are any */
void ln_plastic_clear(ln_plastic *p, const ln_unit *u); /* forgets what is on its way */

/* What is on its way, as bytes. */
size_t ln_plastic_size(const ln_plastic *p, const ln_unit *u);
char *ln_plastic_write(const ln_plastic *p, const ln_unit *u, char *at);
int ln_plastic_read(ln_plastic *p, const ln_unit *u, const char **at, ln_error *err);

#endif
