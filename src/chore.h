/* chore.h - statements that a script has run every so often, of some neurons or at all synapses of a projection.
 *
 * They are compiled apart from what they are about, with run-time constants and timed arrays of their own. They run in
 * a slot of the step, those of one slot by their order, then in the order of creation.
 */
#ifndef LN_CHORE_H
#define LN_CHORE_H

#include "projection.h"

typedef struct ln_chore ln_chore;

typedef enum ln_when { /* of a step: the places between what the loop does, by Brian2's names of its slots */
  LN_WHEN_BEFORE_START,     /* before what is constant over dt */
  LN_WHEN_START,            /* after the models' own statements, before variables are recorded */
  LN_WHEN_BEFORE_GROUPS,    /* after_start; before sums and the neurons' update */
  LN_WHEN_AFTER_GROUPS,     /* before_thresholds; the thresholds of spikes are through here, those of events are not */
  LN_WHEN_AFTER_THRESHOLDS, /* before_synapses */
  LN_WHEN_AFTER_SYNAPSES,   /* before_resets */
  LN_WHEN_END,              /* after_resets, before_end, after_end */
  LN_N_WHEN
} ln_when;

typedef struct ln_chore_spec {
  ln_population *population; /* borrowed; its neurons lo to hi - 1, which are 0 to hi - lo - 1 for the statements */
  int64_t lo, hi;
  ln_projection *projection; /* or this, borrowed */
  ln_model *code;            /* retained. Of neurons: every[0], of a model whose constants and timed arrays begin with the
                                population's. Of synapses: deliver16 and deliver32, variables those of the projection */
  const double *par;         /* copied: one a constant of the code */
  const int64_t *from;       /* copied; synapses: of each the number of the projection's constant that it is, -1: none */
  const ln_timed_array *table; /* copied; neurons: those beyond the population's */
  const ln_signal *signal;   /* copied; synapses: one a signal of the code */
  int64_t every;             /* steps of the network: runs at those divisible by it */
  ln_when when;
  int order;
} ln_chore_spec;

void ln_chore_stop(ln_chore *c); /* for good. Local */

/* For the network. index: among its chores. Create and run: Collective. */
int ln_chore_create(ln_chore **out, const ln_chore_spec *spec, int index, uint64_t seed, ln_comm *comm, ln_error *err);
void ln_chore_destroy(ln_chore *c);
ln_when ln_chore_when(const ln_chore *c);
int ln_chore_order(const ln_chore *c);
int ln_chore_run(ln_chore *c, int64_t step, ln_error *err); /* if it is due */

#endif
