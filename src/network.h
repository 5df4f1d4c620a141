/* network.h - the loop: populations, projections, inputs and recorders under one clock.
 *
 * Order within a step, as in Brian2: recorders of states; state update and threshold of every
 * population; spike recorders; synapses (the calendar's due segments, then inputs); resets.
 * Owns everything added to it.
 */
#ifndef LN_NETWORK_H
#define LN_NETWORK_H

#include "chore.h"
#include "drive.h"
#include "image.h"
#include "projection.h"
#include "recorder.h"
#include "synapse_recorder.h"

typedef struct ln_network ln_network;

int ln_network_create(ln_network **out, ln_comm *comm, double dt, uint64_t seed, ln_error *err); /* comm borrowed */
void ln_network_destroy(ln_network *net); /* Local, NULL accepted */
int64_t ln_network_step(const ln_network *net);   /* steps done */
double ln_network_time(const ln_network *net);    /* step * dt */

/* Refused with the estimate when it does not fit in memory. Collective. */
int ln_network_add_population(ln_network *net, const ln_population_spec *spec, ln_population **out, ln_error *err);
int ln_network_add_projection(ln_network *net, const ln_projection_spec *spec, ln_projection **out, ln_error *err); /* Collective */

/* The synapses of a projection, which has some, as a population; they are built first. Collective. */
int ln_network_add_image(ln_network *net, const ln_image_spec *spec, ln_population **out, ln_error *err);

int ln_network_add_input(ln_network *net, const ln_input_spec *spec, ln_drive **out, ln_error *err); /* Collective */

/* Statements every so often (chore.h). Collective. */
int ln_network_add_chore(ln_network *net, const ln_chore_spec *spec, ln_chore **out, ln_error *err);

int ln_network_add_recorder(ln_network *net, const ln_recorder_spec *spec, ln_recorder **out, ln_error *err); /* Collective */
int ln_network_add_synapse_recorder(ln_network *net, const ln_synapse_recorder_spec *spec, ln_synapse_recorder **out,
                                    ln_error *err); /* Collective */

/* Rewires: see ln_projection_grow and ln_projection_prune. What is pending is built first. Collective. */
int ln_network_grow(ln_network *net, ln_projection *p, const ln_connector *c, const ln_value *delay, const ln_value *var,
                    ln_error *err);
int ln_network_prune(ln_network *net, ln_projection *p, const ln_pruning *what, int64_t *removed, ln_error *err);

/* Builds what is pending, checks memory first. progress (rank 0 shows it) may be NULL. Collective. */
typedef void (*ln_progress)(void *user, const char *what, double fraction);
int ln_network_prepare(ln_network *net, ln_progress progress, void *user, ln_error *err);

/* Runs n steps. Stops early with LN_EINTERRUPTED at a step boundary agreed by all ranks when
 * *interrupt becomes non-zero on any; with LN_ENUMERIC when a state is NaN or infinite (model, variable,
 * first neuron, time). progress is called a few times a second at most. Collective. */
int ln_network_run(ln_network *net, int64_t n, volatile int *interrupt, ln_progress progress, void *user, ln_error *err);

typedef struct ln_counters { /* this rank's, since creation */
  int64_t steps, neuron_updates, spikes, events, exchanges, exchange_bytes;
  double update_s;   /* state update, threshold, reset */
  double exchange_s; /* sending and receiving spikes; waiting included */
  double wait_s;     /* of which waiting for other ranks */
  double file_s;     /* spikes into the calendars */
  double deliver_s;  /* synapses */
  double learn_s;    /* of which those that learn; their events: */
  int64_t plastic_updates;
  double input_s;    /* Poisson inputs */
  double record_s, other_s;
  double build_s;    /* before the runs: ln_network_prepare */
  uint64_t state_bytes, synapse_bytes;
  int64_t synapses;
} ln_counters;
void ln_network_counters(const ln_network *net, ln_counters *out); /* Local */
int ln_network_min_delay(const ln_network *net); /* steps between exchanges, after prepare */

/* Snapshot in memory of everything that a run changes (states, calendar, weights, last spikes, step);
 * restore goes back. Recordings are left alone. Local data, Collective calls. */
typedef struct ln_snapshot ln_snapshot;
int ln_network_store(ln_network *net, ln_snapshot **out, ln_error *err);
int ln_network_restore(ln_network *net, const ln_snapshot *s, ln_error *err);
void ln_snapshot_destroy(ln_snapshot *s);

#endif
