/* population_p.h - what the network does with its populations. Local unless said.
 *
 * For network.c and the files that share its loop: making and ending, one step, and evaluating values for
 * some of the own neurons.
 */
#ifndef LN_POPULATION_P_H
#define LN_POPULATION_P_H

#include "clock.h"
#include "population.h"

struct ln_image;

typedef struct ln_population_place { /* in the network */
  ln_comm *comm;   /* borrowed */
  ln_block *block; /* borrowed; of the spec's model */
  int index;
  uint32_t nid;    /* of gid 0 */
  uint64_t seed;
  ln_clock clock;
} ln_population_place;

/* Checks the spec, the same on all ranks, in words for users. */
int ln_population_check(const ln_population_spec *spec, ln_error *err);
/* Takes its slice of the block. */
int ln_population_create(ln_population **out, const ln_population_spec *spec,
                         const ln_population_place *place, ln_error *err);
void ln_population_destroy(ln_population *p);
/* Bytes that create would allocate on this rank beside the block. */
uint64_t ln_population_own_bytes(int64_t n_own, int64_t n_scheduled);

/* Before a run that starts at step: array pointers, propagators, padding, the place in a schedule. */
int ln_population_refresh(ln_population *p, int64_t step, ln_error *err);
/* At the start of a step, all populations each: what is constant over dt; then statements run every so often. */
void ln_population_start(ln_population *p, int64_t step);
void ln_population_run_every(ln_population *p, int64_t step);
/* Copies linked variables that are not read in place, if the unit reads them then (LN_AT_…; 0: in any
 * case). Collective. */
void ln_population_mirror(ln_population *p, int when);
/* Brings the block's own array of one linked variable up to date, for those who read it there, and not as the model does;
 * nothing where it is not linked. Collective. */
void ln_population_show(ln_population *p, int var);
/* Fails where variable var is to be linked, but is not. */
int ln_population_check_link(const ln_population *p, int var, ln_error *err);
void ln_population_watch(ln_population *p); /* linked variables are up to date whenever states are recorded */
/* A population that stands for the synapses of a projection (image.h; borrowed): its variables are pulled before they are
 * read. NULL: neurons. */
void ln_population_set_image(ln_population *p, struct ln_image *image);
struct ln_image *ln_population_image(const ln_population *p);
void ln_population_unlink(ln_population *p); /* frees */
/* Custom events: found after the thresholds, acted upon after the resets. */
void ln_population_detect(ln_population *p);
void ln_population_act(ln_population *p);
/* State update and threshold (or schedule), if its clock ticks. Returns the number of spikes. */
int64_t ln_population_advance(ln_population *p, int64_t step);
/* Those spikes (event < 0), or an event's neurons: indices in the slice, ascending. Borrowed until the next
 * step. */
const uint32_t *ln_population_events(const ln_population *p, int event, int64_t *n);
void ln_population_reset(ln_population *p);

/* A value that was fetched from the rank that has it, for those who want it next: known until anything happens to the
 * population (ln_population_stir says so, on all ranks alike). Linked variables change elsewhere and are never kept. */
void ln_population_keep(ln_population *p, int var, double value);
bool ln_population_kept(const ln_population *p, int var, double *value);
void ln_population_stir(ln_population *p);

/* Values derived from others are stale (after the arrays were overwritten). */
void ln_population_touch(ln_population *p);
double *ln_population_shared(ln_population *p, size_t *bytes); /* stored-once values: for snapshots */

/* The first own state that is NaN or infinite, lowest variable, then gid. */
bool ln_population_unsound(const ln_population *p, int *var, int64_t *gid, double *value);

/* Evaluates v for own neurons: gid[k], or gid0 + k where gid is NULL. Array places are gid - origin, and
 * LN_IN_I is that + 1. Numbers
 * drawn depend on key and gid (and on label: the step, say). */
typedef struct ln_population_request {
  const int64_t *gid;
  int64_t gid0, n, origin;
  uint64_t key, label;
  double t;
} ln_population_request;
int ln_population_values(const ln_population *p, const ln_value *v, const ln_population_request *request,
                         double *out, ln_error *err);

#endif
