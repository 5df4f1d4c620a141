/* projection.h - synapses from one population (range) to another, as the script sees them.
 *
 * The storage is synapses.h's: projections with the same compiled synapse, the same stored-once values,
 * between the same blocks share one (rows stay long whatever a script's populations are called), as long
 * as no two of them join the same pair of populations. Within a storage a projection's synapses are those
 * whose source lies in its pre range and whose target lies in its post range.
 * A constant or stored-once value that is changed later for one of several projections of a storage takes
 * effect at the next ln_network_prepare, which then stores it apart; that of a projection alone at once.
 * Building is put off until it is needed (ln_network_prepare), so that all projections of a storage are
 * built in one pass.
 */
#ifndef LN_PROJECTION_H
#define LN_PROJECTION_H

#include "connect.h"
#include "population.h"

typedef struct ln_projection ln_projection;

typedef struct ln_signal { /* a population of one neuron, and which of its variables everybody reads */
  ln_population *population;
  int var;
} ln_signal;

typedef struct ln_trigger { /* neurons lo to hi, whose spikes pulse a signal; population NULL: none */
  ln_population *population;
  int64_t lo, hi;
} ln_trigger;

typedef struct ln_projection_spec {
  const char *name; /* copied */
  ln_population *pre, *post;
  int event;                        /* what of the source arrives: 0 its spikes, k its model's event number k - 1 */
  int64_t pre_lo, pre_hi, post_lo, post_hi;
  ln_model *synapse;                /* retained */
  const double *par;                /* copied: run-time constants of the synapse */
  ln_connector connector;           /* arrays copied, expression retained */
  ln_value delay;                   /* seconds; arrays copied, expressions retained */
  const ln_value *var;              /* one a synaptic variable; likewise */
  const double *route_delay;        /* copied: seconds, one a pathway of the unit beside the first (of
                                       LN_EVERY: the period); NULL: all 0 */
  const ln_signal *signal;          /* copied: one a signal of the unit */
  const ln_trigger *trigger;        /* copied: one a pathway beside the first, of those of LN_ON_SIGNAL; their spikes'
                                       delay is route_delay. NULL: none */
  const ln_timed_array *table;      /* copied, values too: one a timed array of the unit */
  double dt;                        /* of what happens at all synapses: a multiple of the network's; 0: that */
  const int *order;                 /* copied: when each pathway takes its turn (turns.h), the unit's deliver first; NULL: as
                                       in Brian2 (synapses.c) */
} ln_projection_spec;

/* Checks and copies. The key (of this projection) and dt are the network's; comm is borrowed, and so are the
 * populations. All ranks get the same answer, without communication. */
int ln_projection_create(ln_projection **out, const ln_projection_spec *spec, ln_comm *comm, uint64_t key,
                         double dt, ln_error *err);
void ln_projection_destroy(
    ln_projection *p); /* Local, NULL accepted; before its storage. Synapses that are built stay there. */

/* Random numbers: synapse k of a pair draws its delay under (source place, target place, k), its variables
 * under (source gid, target gid, occurrence in the order of delays); places count from pre_lo and post_lo.
 * Delays: rounded to ticks of the clock of those whose spikes travel, as Brian2 rounds (int(delay/dt + 0.5)); 0 is delivered in the synapse phase of
 * the same step; a negative delay, a positive one that rounds to 0, or one of more than 65535 steps is an
 * error that names it.
 * Arrays of values want a connector whose synapses have places: pairs (place in the lists, or origin),
 * one_to_one (place in the ranges), all_to_all (source place * n_post + target place). */

const char *ln_projection_name(const ln_projection *p);
ln_population *ln_projection_pre(const ln_projection *p);
ln_population *ln_projection_post(const ln_projection *p);
const ln_model *ln_projection_model(const ln_projection *p);
const ln_clock *ln_projection_clock(const ln_projection *p);
void ln_projection_sizes(const ln_projection *p, int64_t *n_pre, int64_t *n_post); /* Local: of the ranges joined */
int64_t ln_projection_local_count(const ln_projection *p); /* Local; built first by ln_network_prepare */
int ln_projection_count(ln_projection *p, int64_t *out, ln_error *err); /* Collective: all ranks' */

/* All synapses of all ranks, sorted by (source, target, delay, occurrence), the same on every rank.
 * Arrays are allocated for the caller (ln_free). Collective. */
typedef struct ln_connections {
  int64_t n;
  int64_t *i, *j; /* 0-based global indices */
  int32_t *delay; /* steps */
  double *value;  /* of the variable asked for, or NULL */
} ln_connections;
int ln_projection_gather(ln_projection *p, int var /* -1: none */, ln_connections *out, ln_error *err);
/* The same with numbers that an expression gives (value; NULL: the variable's); only of those for which `where` (an
 * expression, or an array in the order of ln_projection_gather; NULL: all) is not 0. Collective. */
int ln_projection_gather_where(ln_projection *p, int var, const ln_value *value, const ln_value *where,
                               ln_connections *out, ln_error *err);
void ln_connections_clear(ln_connections *c);

/* Sets a variable of every synapse of the projection; ids are (source gid, target gid, occurrence), where
 * occurrence counts the pair's synapses in the order of their delays. Array origins: the sorted place in
 * ln_projection_gather. Collective. */
int ln_projection_fill(ln_projection *p, int var, const ln_value *v, ln_error *err);
/* Only those for which `where` is not 0, before any of them is set; an array has a number for each of these. Collective. */
int ln_projection_fill_where(ln_projection *p, int var, const ln_value *where, const ln_value *v, ln_error *err);
/* Exact moments of a variable over all synapses: n, sum, sum of squares about the mean, min, max. Collective.
 */
typedef struct ln_moments {
  int64_t n;
  double mean, variance, min, max;
} ln_moments;
int ln_projection_moments(ln_projection *p, int var, ln_moments *out, ln_error *err);

/* Whether learning goes on: false runs the code without it. Local; the same on all ranks. */
bool ln_projection_plastic(const ln_projection *p);
int ln_projection_set_plastic(ln_projection *p, bool plastic, ln_error *err);

/* Other delays, as long as the projection has not been built. Local; the same on all ranks. */
int ln_projection_set_delay(ln_projection *p, const ln_value *delay, ln_error *err);

/* More synapses: the connector's pairs that are not connected yet (all of them where it says multapses), with these
 * delays and values, beside what is there, at the next build. Local; the same on all ranks. See ln_network_grow. */
int ln_projection_grow(ln_projection *p, const ln_connector *c, const ln_value *delay, const ln_value *var, ln_error *err);
/* Removes synapses, with what is on its way to them: where the value (an expression, or an array in the order of
 * ln_projection_gather) is not 0; the n of all ranks' where it is smallest or largest, among equal ones at random; or
 * count[k] (or as many as there are) of each source or target, counted from the first of the range, at random. All ranks
 * say the same. Refuses to remove all, unless by counts. Collective. */
typedef enum ln_pruning_kind {
  LN_PRUNE_WHERE,
  LN_PRUNE_SMALLEST,
  LN_PRUNE_LARGEST,
  LN_PRUNE_OF_SOURCES,
  LN_PRUNE_OF_TARGETS
} ln_pruning_kind;
typedef struct ln_pruning {
  ln_pruning_kind kind;
  const ln_value *value;
  int64_t n;
  const int64_t *count;
} ln_pruning;
int ln_projection_prune(ln_projection *p, const ln_pruning *what, int64_t *removed, ln_error *err);

/* n pairs that are not connected (nor, unless autapses, a neuron with itself): at random, each as likely as any other; or
 * those with the highest score, among equal ones at random. A score of -inf excludes a pair. Places in the ranges, of this
 * rank's targets; arrays for the caller (ln_free). Collective. */
typedef struct ln_pair_list {
  int64_t n, *i, *j;
} ln_pair_list;
int ln_projection_choose(ln_projection *p, int64_t n, const ln_value *score, bool autapses, ln_pair_list *out, ln_error *err);
void ln_pair_list_clear(ln_pair_list *list);

/* The first synapse of this rank, by source, then target, in which a variable that statements accumulate in is NaN or
 * infinite: the first such variable's. All must be settled. Local. */
typedef struct ln_unsound {
  bool found;
  int var;
  int64_t i, j; /* global indices */
  double value;
} ln_unsound;
int ln_projection_unsound(const ln_projection *p, ln_unsound *out, ln_error *err);

/* How many synapses each source, or each target, has, by place in the range: n_pre or n_post numbers, the same on all
 * ranks. Collective. */
int ln_projection_degrees(ln_projection *p, bool of_targets, int64_t *count, ln_error *err);

/* Runs pathway number `pathway` (of LN_ON_SIGNAL) at all synapses, between steps. Collective. */
int ln_projection_pulse(ln_projection *p, int pathway, int64_t step, ln_error *err);

double ln_projection_parameter(const ln_projection *p, int par);
void ln_projection_set_parameter(ln_projection *p, int par, double value); /* Local; same on all ranks */

#endif
