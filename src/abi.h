/* abi.h - what generated code and the kernel know of each other.
 *
 * The equation compiler prints C files that include only this header (and rng.h through it); the kernel
 * loads the shared objects made from them. One shared object is one unit and exports one symbol,
 *     const ln_unit ln_unit_v1;
 * All arrays are allocated, aligned (64 bytes) and padded (to LN_LANES neurons) by the kernel; generated
 * code allocates nothing, calls nothing but the C maths library, and never fails. Numbers of padding
 * lanes may be anything and are never looked at. Indices are 0-based here; `i`, `j` of the user's
 * equations are 1-based (gid + 1).
 */
#ifndef LN_ABI_H
#define LN_ABI_H

#include <stdint.h>
#include "rng.h"

#define LN_ABI_VERSION 6
#define LN_LANES 64            /* neurons are swept in groups of this many; no scalar tails */
#define LN_NEVER (-(1 << 30))  /* last spike of a neuron that never spiked; steps stay below 1 << 30 */

enum { LN_NEURON = 1, LN_SYNAPSE = 2, LN_EXPRESSION = 3 }; /* kinds of units */
enum { LN_REAL = 0, LN_INT = 1 };  /* types of variables: real (float or double by precision), int32_t (also booleans, 0/1) */
enum {                             /* flags of variables */
  LN_SHARED = 1,                   /* neurons: one value a population; synapses: stored once, not per synapse */
  LN_STATE = 2,                    /* has a differential equation: checked for NaN */
  LN_HIDDEN = 4,                   /* made by the compiler */
  LN_LINKED = 8,                   /* neurons: a variable of another population, seen here; never written by the unit */
  LN_PER_SEGMENT = 16,             /* synapses: one value for all synapses of a source with the same delay, which see
                                      the same arrivals; by number of the segment */
  LN_PER_TARGET = 32,              /* synapses: one value a target neuron; by its index in the block */
  LN_DELAY = 64,                   /* synapses, with LN_PER_SEGMENT: steps of delay of a further pathway */
  LN_CHECKED = 128,                /* synapses: statements accumulate in it: looked at for NaN and infinity */
  LN_DEGREE = 256                  /* synapses, integers: with LN_PER_SEGMENT how many synapses of the projection the source
                                      has, with LN_PER_TARGET how many the target has */
};
enum { LN_AT_START = 1, LN_AT_STEP = 2, LN_AT_RESET = 4 }; /* when linked variables are read */

typedef struct ln_variable {
  const char *name;
  int32_t type, flags;
} ln_variable;

/* Values sampled in time, read as stim(t) or stim(t, i): value[row * columns + column]. */
typedef struct ln_timed_array {
  const double *value;
  int64_t rows, columns;
  double dt;
} ln_timed_array;

/* ------------------------------------------------------------------ neurons */

typedef struct ln_neuron_args {
  void *const *var;       /* one pointer a variable: this population's first neuron (or its one shared value) */
  const double *par;      /* run-time constants in the order of ln_unit.par, then the derived ones */
  const ln_timed_array *table;
  int32_t *last;          /* step of each neuron's last spike, likewise; LN_NEVER at first */
  int64_t n;              /* neurons to sweep: a multiple of LN_LANES */
  int64_t n_own;          /* of which this many are real */
  int64_t first, done;    /* of statements about a part (chore.h): the first that is in it; ticks of the clock so far */
  int64_t gid0;           /* global index of the first */
  int64_t size;           /* neurons of the whole population: `N` */
  int64_t step;           /* ticks of the population's clock; between two of them the one to come */
  double t, dt;
  uint64_t key;           /* random numbers: ln_philox(key, gid, step | (uint64_t)site << 32), site = 1, 2, … a call in the source */
  uint32_t *spike;        /* out: local indices of neurons over threshold, ascending; room for n */
} ln_neuron_args;

typedef struct ln_event { /* something other than a spike that happens to a neuron */
  const char *name;
  /* After the threshold: local indices, ascending; room for n. */
  int64_t (*detect)(const ln_neuron_args *a, uint32_t *neuron);
  void (*act)(const ln_neuron_args *a, const uint32_t *neuron, int64_t n); /* after all resets; NULL: nothing */
} ln_event;

/* ------------------------------------------------------------------ synapses */

typedef struct ln_segment { /* synapses of one source and one delay, due together */
  uint64_t first : 48, n : 16;
  uint32_t row;             /* which source: index into row_nid and pre */
  uint32_t run;             /* number of the segment among all of its storage */
} ln_segment;

typedef struct ln_back {    /* a synapse, as its target knows it */
  uint32_t synapse, run;
} ln_back;

/* A table of what a rate does in k steps, k < LN_DECAY; beyond, the same is computed. */
#define LN_DECAY 16384

/* Spikes of targets whose statements are put off until something looks at the synapse (see plastic.h). Of each
 * target the steps of the last LN_LATE spikes, one array each, and the last LN_RING, slot by slot: spike number k
 * stands in ring[g * LN_RING + k % LN_RING]. The values that the statements want to know of the target as it was
 * then (ln_unit.held) are kept beside: held[4 * c + k] as late[k] for k < 3, held[4 * c + 3] as ring. */
#define LN_LATE 4
#define LN_RING 32
typedef struct ln_history {
  int32_t *late[LN_LATE];   /* by target, those of this projection; LN_NEVER: none */
  int32_t newest[LN_LATE];  /* the largest of each */
  int32_t *ring;
  uint32_t *count;          /* spikes so far, by target */
  void **held;
  int32_t *done;            /* by segment: spikes up to this step have taken effect */
} ln_history;

/* Notes a spike; returns its slot in the ring. */
static inline uint64_t ln_history_push(ln_history *h, uint32_t g, int32_t step) {
  uint64_t slot = (uint64_t)g * LN_RING + h->count[g]++ % LN_RING;
  h->ring[slot] = step;
  for (int k = LN_LATE - 1; k >= 0; k--) {
    h->late[k][g] = k ? h->late[k - 1][g] : step;
    if (h->late[k][g] > h->newest[k]) h->newest[k] = h->late[k][g];
  }
  return slot;
}

typedef struct ln_deliver_args {
  const ln_segment *segment;
  int64_t n_segments;
  const void *target;       /* uint16_t or uint32_t: local index in the target block */
  void *const *syn;         /* one pointer a synaptic variable: an array, or one value where LN_SHARED */
  void *const *post;        /* one pointer a name in ln_unit.post: the block's array (or one shared value) */
  void *const *pre;         /* one pointer a name in ln_unit.pre: an array by row, of the synapse's precision; of the name
                               "lastspike" steps (int32_t) */
  const double *par;        /* the projection's run-time constants */
  const double *post_par;   /* values of the names in ln_unit.post_par */
  const double *pre_par;    /* values of the names in ln_unit.pre_par */
  const uint32_t *row_nid;  /* network-wide index of each row's source */
  const uint32_t *post_nid; /* network-wide index of each target, by local index */
  const uint32_t *row_gid;  /* `i` - 1 of each row */
  const uint32_t *post_gid; /* `j` - 1 of each target */
  const int32_t *post_last; /* lastspike of each target, in ticks of its own clock */
  int64_t step;             /* ticks of the projection's clock; between two of them the one to come */
  double t, dt;
  int64_t post_step;        /* ticks of the target's clock that are done, with that of this step */
  int64_t pre_step;         /* likewise of the source's */
  double post_dt, pre_dt;
  const void *table;        /* the unit's tables of LN_DECAY reals each, as its tabulate filled them */
  /* Pathways of the target's spikes: the targets, ascending, and the synapses of target g, in order of storage:
   * back[back_first[g]] .. back[back_first[g + 1] - 1], with room to read LN_BACK_PAD beyond the last. */
  const uint32_t *spike;
  int64_t n_spikes;
  const uint64_t *back_first;
  const ln_back *back;
  const uint32_t *run_row;  /* row of each segment */
  ln_history *history;      /* of units with settle16 */
  void *const *now;         /* scratch, one array of reals by target for each of ln_unit.n_now */
  const double *signal;     /* values of the names in ln_unit.signal */
  uint32_t target_lo, target_hi; /* the targets of this projection here */
  uint64_t key;             /* random numbers: ln_philox(key, row_nid | (uint64_t)post_nid << 32,
                               step | (uint64_t)(occurrence * 256 + site) << 32), where occurrence counts
                               neighbours with the same target in one segment */
  const ln_timed_array *timed; /* those of ln_unit.table */
} ln_deliver_args;

#define LN_BACK_PAD 64

enum { /* when a pathway runs */
  LN_OF_SOURCE, /* spikes of sources arrive */
  LN_OF_TARGET, /* targets spike: deliver16 serves both sizes of targets */
  LN_SUMMED,    /* each step before the neurons' update, at all synapses: sums over the synapses of a target */
  LN_CLOCK,     /* each step after the neurons' update, at all synapses */
  LN_EVERY,     /* at the start of every so many steps, at all synapses */
  LN_ON_SIGNAL  /* when a signal is pulsed, at all synapses */
};

typedef struct ln_pathway { /* what happens at synapses */
  const char *name;
  int32_t kind;
  void (*deliver16)(const ln_deliver_args *a);
  void (*deliver32)(const ln_deliver_args *a);
  void (*frozen16)(const ln_deliver_args *a); /* the same without learning; NULL: no difference */
  void (*frozen32)(const ln_deliver_args *a);
  const char *event; /* of LN_OF_TARGET: the target model's event that it is about; NULL: its spikes */
  int32_t delays;    /* 1 + index of the variable of its delays, where they differ between synapses; 0: there is one delay */
} ln_pathway;

/* `count[k]` arrivals at target lid0 + k of a source without neurons (ln.poisson_input). */
typedef struct ln_drive_args {
  const uint16_t *count;
  int64_t lid0, n;
  void *const *syn;         /* every synaptic variable is one value here, or an array by k where not LN_SHARED */
  void *const *post;
  const double *par, *post_par;
  const uint32_t *post_nid, *post_gid;
  const int32_t *post_last;
  int64_t step;             /* the target's clock's, which is that of the input */
  double t, dt;
  int64_t post_step;        /* the same again, by the names that synapses have for it */
  double post_dt;
  uint64_t key;
  const ln_timed_array *timed; /* those of ln_unit.table */
} ln_drive_args;

/* ------------------------------------------------------------------ expressions for setting up */

enum { /* where an input of an expression comes from */
  LN_IN_PRE = 1,  /* variable of the source neuron, or of the neuron itself */
  LN_IN_POST,     /* variable of the target neuron */
  LN_IN_SYN,      /* variable of the synapse */
  LN_IN_I,        /* 1-based index of the source neuron, or of the neuron itself */
  LN_IN_J,        /* 1-based index of the target */
  LN_IN_N_PRE, LN_IN_N_POST, /* sizes */
  LN_IN_PAR       /* a number known when the value is used (parameter): found by name in ln_value.par */
};

typedef struct ln_input {
  const char *name;
  int32_t kind;
} ln_input;

typedef struct ln_expression_args {
  int64_t n;                 /* elements: a multiple of LN_LANES */
  const double *const *in;   /* one array of n doubles an input */
  const uint64_t *id;        /* two words an element: random numbers are ln_philox(key, id[2k], id[2k+1] + ((uint64_t)site << 48)) */
  uint64_t key;
  double t, dt;
  const ln_timed_array *table; /* those of ln_unit.table */
  double *out;
} ln_expression_args;

/* ------------------------------------------------------------------ a unit */

typedef struct ln_unit {
  uint32_t abi;              /* LN_ABI_VERSION */
  uint32_t kind;
  const char *name;
  int32_t precision;         /* bytes of a real: 4 or 8 */
  int32_t n_var, n_par, n_table;
  const ln_variable *var;
  const char *const *par;    /* names of run-time constants */
  const char *const *table;  /* names of timed arrays */

  /* neurons */
  /* Exact integration. The system x' = A x + b of m equations; the kernel computes
   *   P = expm(A dt), Q = integral_0^dt expm(A s) ds
   * for the active system and, when refractory_system, for the refractory one, and appends the entries
   * listed in used to par (or, when system_per_neuron, writes them to the hidden variables first_derived,
   * first_derived + 1, …). Entry codes: e < m*m is P[e / m][e % m] of the active system, m*m + e is Q, then
   * the same two of the refractory system. Only parameters and constants enter A. */
  int32_t m, refractory_system, system_per_neuron, first_derived, n_used;
  const int32_t *used;
  void (*system)(const ln_neuron_args *a, int64_t k, int refractory, double *A); /* row-major m x m, of neuron k */
  /* One step: state update, then threshold. Sets last[k] = step where neuron k spikes; returns the number of spikes. */
  int64_t (*advance)(const ln_neuron_args *a);
  void (*reset)(const ln_neuron_args *a, const uint32_t *spike, int64_t n_spikes); /* NULL: none */
  /* At the start of a step, before states are recorded: what is constant over dt; then statements run every so often. */
  void (*start)(const ln_neuron_args *a); /* NULL: none */
  int32_t n_every, n_event;
  void (*const *every)(const ln_neuron_args *a);
  const ln_event *event;
  int32_t reads_linked; /* LN_AT_… */

  /* synapses */
  int32_t n_post, n_pre, n_post_par, n_pre_par;
  const char *const *post;      /* variables of the target that are read or written */
  const char *const *pre;       /* variables of the source that are read */
  const char *const *post_par;  /* parameters of the target's model that are read */
  const char *const *pre_par;   /* parameters of the source's model that are read */
  void (*deliver16)(const ln_deliver_args *a);
  void (*deliver32)(const ln_deliver_args *a);
  void (*drive)(const ln_drive_args *a);
  void (*frozen16)(const ln_deliver_args *a);   /* deliver without learning; NULL: no difference */
  void (*frozen32)(const ln_deliver_args *a);
  int32_t n_pathway;            /* beside deliver */
  const ln_pathway *pathway;
  int32_t n_signal;
  const char *const *signal;    /* signals that are read: one value for all, in the network */
  int32_t reads_none;           /* bit 1 << LN_OF_…: pathways of this kind read neither signals nor variables of sources nor
                                   linked ones, which need not be fetched for them */
  int32_t n_decay;              /* tables, which depend on the arguments' par, post_par, pre_par and dt alone */
  void (*tabulate)(const ln_deliver_args *a, void *table);
  /* What targets' spikes do at the synapses is put off: their pathway notes the spike only, those of sources make up for
   * it first, and so do these, at the segments given, up to the step before a->step. NULL: nothing is put off. */
  void (*settle16)(const ln_deliver_args *a);
  void (*settle32)(const ln_deliver_args *a);
  void (*frozen_settle16)(const ln_deliver_args *a); /* what is done without learning; NULL: nothing */
  void (*frozen_settle32)(const ln_deliver_args *a);
  int32_t n_held;
  const int32_t *held;          /* bytes of each */
  int32_t n_now;
  int32_t lists;                /* whether the synapses of a target are to be listed: ln_deliver_args.back */

  /* expressions */
  int32_t n_in;
  const ln_input *in;
  void (*evaluate)(const ln_expression_args *a);
} ln_unit;

#endif
