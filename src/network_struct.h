/* network_struct.h - the struct, for network.c, run.c and snapshot.c alone. */
#ifndef LN_NETWORK_STRUCT_H
#define LN_NETWORK_STRUCT_H

#include "chore.h"
#include "exchange.h"
#include "image.h"
#include "network.h"
#include "population_p.h"
#include "recorder_p.h"
#include "synapses.h"
#include "turns.h"

enum { LN_MOST_INTERVAL = 32 }; /* steps between exchanges: how long an interrupt may go unnoticed */

typedef struct ln_list { /* of pointers */
  void **at;
  int n, capacity;
} ln_list;

struct ln_network {
  ln_comm *comm;
  double dt;
  uint64_t seed;
  int64_t step;
  int64_t n_neurons;        /* network-wide indices given out */
  ln_list populations, blocks, projections, storages, drives, recorders, synapse_recorders, images;
  ln_list chores;           /* by their order */
  bool built;               /* nothing waits for ln_network_prepare */
  int min_delay;            /* steps, of all ranks; LN_MOST_INTERVAL if all are longer or there are none */
  uint64_t *has_targets;    /* by population: bit 0: a projection starts there, so that its spikes are sent; bit k:
                               one of its event number k - 1 */
  int64_t checked;          /* values of synapses of all ranks that are looked at for NaN */
  int64_t looked;           /* step at which they last were */
  bool reads_pre;           /* some synapse reads variables of its source */
  ln_turns turns;           /* as of the last run */
  ln_exchange *exchange;
  ln_counters counters;
};

static inline ln_population *ln_network_population(const ln_network *net, int k) {
  return net->populations.at[k];
}
static inline ln_block *ln_network_block(const ln_network *net, int k) { return net->blocks.at[k]; }
static inline ln_synapses *ln_network_storage(const ln_network *net, int k) { return net->storages.at[k]; }
static inline ln_drive *ln_network_drive(const ln_network *net, int k) { return net->drives.at[k]; }
static inline ln_recorder *ln_network_recorder(const ln_network *net, int k) { return net->recorders.at[k]; }

#endif
