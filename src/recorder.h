/* recorder.h - what was recorded: spikes of a population range, or variables every so often.
 *
 * In memory each rank keeps its own neurons' part; gathering puts it in global order. With a sink the
 * part is handed on and forgotten (store.h streams to HDF5). States are recorded at the start of a step, before the
 * state update; a spike has the time of its step, as in Brian2, and the values after the thresholds, before synapses and
 * resets. Belongs to the network.
 */
#ifndef LN_RECORDER_H
#define LN_RECORDER_H

#include "population.h"

typedef struct ln_recorder ln_recorder;

/* Takes buffered data away. Collective, called at the same steps on every rank. */
typedef struct ln_record_sink {
  /* spikes: n pairs sorted by (step, gid), this rank's, and n_var values of each, one after the other */
  int (*spikes)(void *user, const int64_t *step, const int64_t *gid, const double *values, int64_t n, ln_error *err);
  /* states: n_samples rows of (n_var * n_own) doubles: all own neurons of variable 0, then of variable 1, … */
  int (*states)(void *user, const int64_t *step, const double *rows, int64_t n_samples, ln_error *err);
  int (*close)(void *user, ln_error *err); /* called by ln_recorder_close; may be NULL */
  void *user;
} ln_record_sink;

typedef struct ln_recorder_spec {
  ln_population *population;
  int64_t lo, hi;             /* range recorded */
  bool spikes;                /* or custom events, which are treated likewise: */
  int event;                  /* 0: spikes; k: events number k - 1 of the model */
  bool counts;                /* only how many there are in each tick of the population's clock, without a sink */
  int n_var;                  /* states, or what each spike is recorded with: model variables, or, where negative, */
  const int *var;             /*   expression number -1 - var[k]; all copied */
  int n_expression;
  const ln_value *expression;
  int64_t every;              /* states: each so many steps, at steps divisible by it … */
  const int64_t *neurons;     /* … of these global indices (n_neurons), or NULL for all of [lo, hi) */
  int64_t n_neurons;
  const ln_record_sink *sink; /* copied; NULL: memory */
  int64_t buffer_bytes;       /* flush when a rank may hold more; 0: a default of 16 MiB */
} ln_recorder_spec;

ln_population *ln_recorder_population(const ln_recorder *r);
int64_t ln_recorder_local_count(const ln_recorder *r);            /* spikes, or samples */
int ln_recorder_count(ln_recorder *r, int64_t *out, ln_error *err);/* Collective */
/* All spikes, sorted by (step, gid); same on all ranks; freed by ln_free. Collective. */
int ln_recorder_gather_spikes(ln_recorder *r, int64_t *n, int64_t **step, int64_t **gid, ln_error *err);
/* Of the same spikes, in the same order, the variable at this place of spec.var; freed by ln_free. Collective. */
int ln_recorder_gather_values(ln_recorder *r, int var_place, int64_t *n, double **out, ln_error *err);
/* Of a recorder of counts: this rank's, of each step; borrowed like spikes. Local. */
void ln_recorder_local_counts(const ln_recorder *r, int64_t *n, const int64_t **step, const int64_t **count);
/* This rank's, n_var of each spike, in the order of ln_recorder_local_spikes; borrowed like those. Local. */
const double *ln_recorder_local_values(const ln_recorder *r, int *n_var);
/* This rank's spikes, borrowed, valid until the next run. Local. */
void ln_recorder_local_spikes(const ln_recorder *r, int64_t *n, const int64_t **step, const int64_t **gid);
/* One variable: n_samples x n_neurons (in the order neurons were named), row-major. Collective. */
int ln_recorder_gather_states(ln_recorder *r, int var_place, int64_t *n_samples, int64_t *n_neurons, double **out, ln_error *err);
/* The same of this rank's neurons only: n_samples x n_own, and their places (from 0) among the neurons that were named;
 * both for ln_free. Collective. */
int ln_recorder_own_states(ln_recorder *r, int var_place, int64_t *n_samples, int64_t *n_own, double **out,
                           int64_t **column, ln_error *err);
int ln_recorder_steps(ln_recorder *r, int64_t *n, int64_t **step, ln_error *err); /* sample steps, for ln_free; Local */
int ln_recorder_flush(ln_recorder *r, ln_error *err); /* Collective: hands the buffer to the sink, if any */
int ln_recorder_close(ln_recorder *r, ln_error *err); /* Collective: flushes, closes the sink; nothing is recorded from then on */
void ln_recorder_clear(ln_recorder *r);

#endif
