/* synapse_recorder.h - variables of a projection's synapses, recorded every so often.
 *
 * Each rank keeps its own synapses' part; gathering puts it in one order. A synapse is known by its source, its target
 * and its number among the synapses of the pair (in the order of delays), so that a recording goes on while synapses
 * come and go: it has a column for every synapse that was there at some sample. Recorded at the start of a step, with the
 * states of neurons (recorder.h). Belongs to the network.
 */
#ifndef LN_SYNAPSE_RECORDER_H
#define LN_SYNAPSE_RECORDER_H

#include "projection.h"

typedef struct ln_synapse_recorder ln_synapse_recorder;

typedef struct ln_synapse_recorder_spec {
  ln_projection *projection;
  int n_var;
  const int *var;        /* variables of its unit */
  int64_t every;         /* at steps divisible by it */
  const ln_value *where; /* an expression, or an array in the order of ln_projection_gather: those for which it is not 0, of
                            those that there are now (the projection has been built); NULL: all, whenever they come */
} ln_synapse_recorder_spec;

int64_t ln_synapse_recorder_samples(const ln_synapse_recorder *r);
int64_t ln_synapse_recorder_step(const ln_synapse_recorder *r, int64_t sample);

/* The columns: 0-based global indices of source and target of each, sorted by them; freed by ln_free. Collective. */
int ln_synapse_recorder_columns(ln_synapse_recorder *r, int64_t *n, int64_t **i, int64_t **j, ln_error *err);
/* Samples x columns of the variable at this place of spec.var, row-major, not a number where there was no such synapse; for
 * ln_free. Collective. */
int ln_synapse_recorder_gather(ln_synapse_recorder *r, int place, int64_t *n_columns, double **out, ln_error *err);
/* The same of this rank's synapses only, 0 where there was none. Local. */
int ln_synapse_recorder_own(const ln_synapse_recorder *r, int place, int64_t *n_columns, double **out, ln_error *err);
/* How many of all ranks' synapses each sample has; for ln_free. Collective. */
int ln_synapse_recorder_counts(ln_synapse_recorder *r, int64_t *n_samples, int64_t **count, ln_error *err);
void ln_synapse_recorder_clear(ln_synapse_recorder *r);

/* For the network. Collective; local; local. */
int ln_synapse_recorder_create(ln_synapse_recorder **out, const ln_synapse_recorder_spec *spec, ln_comm *comm, ln_error *err);
void ln_synapse_recorder_destroy(ln_synapse_recorder *r);
int ln_synapse_recorder_sample(ln_synapse_recorder *r, int64_t step, ln_error *err);

#endif
