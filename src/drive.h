/* drive.h - Poisson input from sources without neurons (ln.poisson_input).
 *
 * In every tick of its clock each target gets Poisson(mean) arrivals, at each of which the synapse's statements run, after
 * the spikes that are due and before what targets' spikes do, unless its order says otherwise (turns.h). How many a target
 * gets depends on its network-wide index and the step alone.
 * Belongs to the network.
 */
#ifndef LN_DRIVE_H
#define LN_DRIVE_H

#include "population.h"

typedef struct ln_drive ln_drive;

typedef struct ln_input_spec {
  const char *name;
  ln_population *post;
  int64_t post_lo, post_hi;
  ln_model *synapse;          /* retained; reads nothing of a source */
  const double *par;          /* copied */
  const ln_timed_array *table; /* copied: one a timed array of the synapse */
  const ln_value *var;        /* one a synaptic variable: one number where stored once, else by target */
  int order;                  /* of its turn among what happens at synapses (turns.h) */
  ln_value mean;              /* arrivals a tick, at most 10000: any value by target, evaluated when set */
} ln_input_spec;

int ln_drive_set_mean(ln_drive *d, const ln_value *mean, ln_error *err); /* Collective */
/* An expression (retained) that is evaluated anew in every tick, by target, or (`one`) once for all of them, where it
 * reads nothing that differs between them. Collective. */
int ln_drive_set_moving_mean(ln_drive *d, const ln_value *mean, bool one, ln_error *err);
/* Samples in time (copied), with one column for all or one a target. Collective. */
int ln_drive_set_mean_table(ln_drive *d, const ln_timed_array *table, ln_error *err);

/* For the network. Create: Collective. The rest: Local. */
int ln_drive_create(ln_drive **out, const ln_input_spec *spec, int index, uint64_t seed, ln_error *err);
void ln_drive_destroy(ln_drive *d);
void ln_drive_refresh(ln_drive *d); /* before a run: pointers into blocks, parameters of the target */
/* Collective where linked variables are read. Fails, on some rank, where a mean that moves is out of bounds. */
int ln_drive_deliver(ln_drive *d, int64_t step, ln_error *err);
int ln_drive_order(const ln_drive *d);
uint64_t ln_drive_bytes(const ln_drive *d);

#endif
