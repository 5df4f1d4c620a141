/* train.h - statistics of recorded spike trains, computed where the spikes lie and reduced exactly.
 *
 * A window [from, to) is in steps. Each neuron's train is its recorded spikes within the window.
 */
#ifndef LN_TRAIN_H
#define LN_TRAIN_H

#include "recorder.h"

/* Spikes of each neuron [lo, hi) of the population (0-based), on every rank; freed by ln_free. Collective. */
int ln_train_counts(ln_recorder *r, ln_comm *comm, int64_t lo, int64_t hi, int64_t from, int64_t to, double **out,
                    ln_error *err);
/* The inter-spike intervals of this rank's neurons in steps, by neuron, then time; freed by ln_free. Collective. */
int ln_train_intervals(ln_recorder *r, ln_comm *comm, int64_t from, int64_t to, int64_t *n, double **out, ln_error *err);
/* This rank's spikes neuron by neuron, each neuron's as recorded: their steps, or the variable at this place (0 or more) that
 * they were recorded with, in *out, those of neuron k (from 0 for `lo`, up to `hi`, both of this rank) from start[k] to
 * start[k + 1]; both freed by ln_free. Local. */
int ln_train_own(ln_recorder *r, int64_t lo, int64_t hi, int place, int64_t **start, double **out, ln_error *err);
/* The coefficient of variation of each neuron's intervals (standard deviation over mean, as n, not n - 1),
 * averaged over neurons with at least three spikes; *n of them. NaN when there are none. Collective. */
int ln_train_cv(ln_recorder *r, ln_comm *comm, int64_t from, int64_t to, int64_t *n, double *mean, ln_error *err);

#endif
