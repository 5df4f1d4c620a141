/* population.h - a named range of neurons of one model; and block.h's arrays seen through it.
 *
 * A population of N neurons is split into contiguous slices: rank r owns the global indices
 * [N r / R, N (r + 1) / R). Its slice is a range of a block: the arrays of all neurons of one compiled
 * model on this rank. Local indices: lid counts from the population's first local neuron, blid from the
 * block's. nid numbers all neurons of the network, population after population.
 * Populations belong to their network; pointers stay valid until ln_network_destroy.
 */
#ifndef LN_POPULATION_H
#define LN_POPULATION_H

#include <stdbool.h>
#include "block.h"
#include "clock.h"
#include "comm.h"
#include "error.h"
#include "model.h"
#include "value.h"

typedef struct ln_population ln_population;

/* Spikes at given ticks of the population's clock instead of a threshold: sorted by (step, gid), at most one a neuron
 * and tick. */
typedef struct ln_schedule {
  int64_t n;
  const int64_t *step;
  const int64_t *gid;
  int64_t period;             /* ticks after which they come again, counted from tick 0; 0: they come once */
} ln_schedule;

typedef struct ln_population_spec {
  const char *name;           /* copied */
  int64_t size;
  ln_model *model;            /* retained; NULL with a schedule */
  const double *par;          /* copied: one a run-time constant of the unit */
  const ln_schedule *schedule;/* copied (own part) or NULL */
  double dt;                  /* a multiple of the network's; 0: that */
  int order;                  /* populations of lower order go first wherever they take turns (turns.h) */
} ln_population_spec;

const char *ln_population_name(const ln_population *p);
int64_t ln_population_size(const ln_population *p);
const ln_model *ln_population_model(const ln_population *p); /* NULL for a schedule */
void ln_population_own(const ln_population *p, int64_t *gid_lo, int64_t *gid_hi); /* this rank's slice. Local */
void ln_population_slice_of(const ln_population *p, int rank, int64_t *gid_lo, int64_t *gid_hi); /* any rank's. Local */
uint32_t ln_population_nid(const ln_population *p); /* network-wide index of gid 0 */
/* Events travel under indices of their own, behind the spikes': event 0 is the spikes, k event number k - 1. */
uint32_t ln_population_event_nid(const ln_population *p, int event);
int ln_population_n_events(const ln_population *p); /* custom ones */
ln_block *ln_population_block(const ln_population *p);
int64_t ln_population_blid(const ln_population *p); /* block-local index of the slice's first neuron */
uint64_t ln_population_key(const ln_population *p, uint64_t purpose); /* for random numbers */
int ln_population_index(const ln_population *p);    /* creation order, from 0 */
int ln_population_order(const ln_population *p);
ln_comm *ln_population_comm(const ln_population *p);
double ln_population_dt(const ln_population *p); /* of its own clock */
const ln_clock *ln_population_clock(const ln_population *p);

/* Variables, by index into the model's table. Ranges [lo, hi) are global indices. */
void *ln_population_var(const ln_population *p, int var); /* the slice's first element, or the shared one. Local */
/* The local part of [lo, hi), as doubles; *n elements starting at gid *first. Local. out has room for the part. */
void ln_population_read(const ln_population *p, int var, int64_t lo, int64_t hi, double *out, int64_t *first, int64_t *n);
enum { LN_LAST_SPIKE = -1 }; /* as a variable that can be set: the time of each neuron's last spike */
/* Sets [lo, hi) from a value; array origins are gid - lo. A shared variable takes one
 * number (of an expression: without per-neuron variables). Assigning twice draws anew. Collective. */
int ln_population_fill(ln_population *p, int var, int64_t lo, int64_t hi, const ln_value *v, double t, ln_error *err);
/* Only those for which another value, before any of them is set, is not 0 (not of a shared variable). Collective. */
int ln_population_fill_where(ln_population *p, int var, int64_t lo, int64_t hi, const ln_value *where, const ln_value *v,
                             double t, ln_error *err);
/* All of [lo, hi) in order, on every rank; *out freed by ln_free. A shared variable repeats. Collective. */
int ln_population_gather(ln_population *p, int var, int64_t lo, int64_t hi, double **out, ln_error *err);
/* Evaluates an expression over [lo, hi) (a subexpression, say); gathered likewise. Collective. */
int ln_population_evaluate(ln_population *p, const ln_value *v, int64_t lo, int64_t hi, double t, double **out, ln_error *err);

/* Run-time constants. Setting marks what is derived from them (propagators) for renewal. */
double ln_population_parameter(const ln_population *p, int par);
void ln_population_set_parameter(ln_population *p, int par, double value);
/* The unit's statements number k run at steps divisible by this. */
void ln_population_set_every(ln_population *p, int k, int64_t steps);
/* Other spikes for a population with a schedule; those of the past never come. Collective, between runs. */
int ln_population_set_schedule(ln_population *p, const ln_schedule *s, ln_error *err);
/* Neuron k of p sees as variable var that of neuron index[k] of source (all of p's neurons, 0-based; NULL: its
 * own number, or the one value where it is shared). Source and p are of one network. Collective. */
int ln_population_link(ln_population *p, int var, ln_population *source, int source_var, const int64_t *index,
                       ln_error *err);
/* Index of a custom event of the model, or -1. */
int ln_population_event(const ln_population *p, const char *name);
/* The values of timed array number k; copied. */
int ln_population_set_table(ln_population *p, int k, const ln_timed_array *table, ln_error *err);

#endif
