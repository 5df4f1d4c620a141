/* turns.h - whose turn it is, where several do the same kind of thing within a step.
 *
 * By order, the lowest first, as Brian2's objects of one slot. Of equal order: before the thresholds populations, then
 * clock-driven equations and sums of synapses, storage by storage; of what happens at synapses inputs, then storages. Each
 * by creation. What a population does in its turn (update, threshold, reset, events) has the population's order.
 */
#ifndef LN_TURNS_H
#define LN_TURNS_H

#include "error.h"

typedef struct ln_network ln_network;

typedef enum ln_turn_kind {
  LN_TURN_NEURONS, /* a population advances */
  LN_TURN_CLOCK,   /* clock-driven equations of a storage advance */
  LN_TURN_SUMMED,  /* sums over the synapses of a storage */
  LN_TURN_INPUT,   /* Poisson input arrives */
  LN_TURN_SOURCES, /* spikes arrive at a storage */
  LN_TURN_TARGETS  /* targets' spikes do something there */
} ln_turn_kind;

typedef struct ln_turn {
  ln_turn_kind kind;
  int index; /* of the population, storage or input */
  int only;  /* number of a pathway of the storage, or LN_ALL_PATHWAYS of the kind */
  int order, place;
} ln_turn;

typedef struct ln_turns { /* all zero: none */
  int n_group, n_synapse, n_population, capacity;
  ln_turn *group;   /* between recording and thresholds */
  ln_turn *synapse; /* between thresholds and resets */
  int *population;  /* all of them */
} ln_turns;

/* Settles the turns of what the network has now. Local; the same on all ranks. */
int ln_turns_take(ln_turns *t, const ln_network *net, ln_error *err);
void ln_turns_clear(ln_turns *t);

#endif
