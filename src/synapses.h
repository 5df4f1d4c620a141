/* synapses.h - storage of synapses, and the calendar that delivers them. Local unless said.
 *
 * A row holds the synapses of one source neuron on this rank, sorted by delay, then target; synapses that
 * are added after a build follow behind, sorted likewise. Arrays: target (2 bytes where the block has at
 * most 65536 neurons, else 4), and one array a variable that is not stored once. A directory lists each
 * row's runs of equal delay. When a source spikes, its runs are filed in the calendar as segments, under the
 * step they are due (spikes wait, synapses don't); at that step the compiled deliver function walks them in
 * the order they were filed: by step of emission, then nid.
 */
#ifndef LN_SYNAPSES_H
#define LN_SYNAPSES_H

#include "projection.h"

typedef struct ln_synapses ln_synapses;

/* An empty storage onto one block. model retained. key: for random numbers that the code draws. */
typedef struct ln_synapses_spec {
  ln_model *model;
  ln_block *post_block;
  ln_comm *comm;     /* borrowed: building agrees on failure */
  const double *par; /* copied */
  const int *order;  /* copied: as in ln_projection_spec */
  uint64_t key;
  ln_clock clock;    /* of its projections */
} ln_synapses_spec;
int ln_synapses_create(ln_synapses **out, const ln_synapses_spec *spec, ln_error *err);
void ln_synapses_destroy(ln_synapses *s);

/* Whether a projection with this spec can be stored here: the same code, block, clocks, run-time constants, stored-once
 * values and order of its pathways; no other projection of the same two populations; the same population wherever the code
 * reads parameters or shared variables. */
bool ln_synapses_accepts(const ln_synapses *s, const ln_projection_spec *spec);
/* Takes a projection to be built; the projection points back here. */
int ln_synapses_add(ln_synapses *s, ln_projection *p, ln_error *err);
/* Builds what was added since the last build, beside what is there, and stores apart what was given other
 * constants. Two passes over the connectors: count, then place; peak memory stays under twice the result, and
 * is refused where there is less. Old synapses keep their values and their segments in flight; new ones get
 * no spikes from before. On failure everything is as it was, and what waits still waits. progress may be
 * NULL. Collective. */
int ln_synapses_build(ln_synapses *s, void (*progress)(void *user, double fraction), void *user,
                      ln_error *err);
void ln_synapses_set_step(ln_synapses *s, int64_t step); /* of the network, before building */
double ln_synapses_estimate_bytes(
    const ln_synapses *s); /* what the next build takes on this rank, at its peak */

bool ln_synapses_stale(const ln_synapses *s); /* something was given other constants: there is something to build */
int64_t ln_synapses_count(const ln_synapses *s);
uint64_t ln_synapses_bytes(const ln_synapses *s); /* all told */
int ln_synapses_min_delay(const ln_synapses *s);  /* steps; on this rank; INT_MAX when empty. After build. */
int ln_synapses_max_delay(const ln_synapses *s);

/* Files the spikes of one step, in the network's global order: nid ascending. Sources without a row here are
 * skipped. */
int ln_synapses_file(ln_synapses *s, int64_t step, const uint32_t *nid, int64_t n, ln_error *err);
/* Pathways by number: 0 is the unit's deliver, k its pathway number k - 1. */
enum { LN_ALL_PATHWAYS = -1 };
int ln_synapses_n_pathways(const ln_synapses *s);
int ln_synapses_kind(const ln_synapses *s, int pathway); /* LN_OF_SOURCE, … */
int ln_synapses_order(const ln_synapses *s, int pathway);
/* Delivers what is due at this step for pathways of sources, all or one. Returns the number of synaptic events. */
int64_t ln_synapses_deliver(ln_synapses *s, int only, int64_t step);
/* Takes the spikes of this step's targets and delivers what is due for pathways of targets, all or one; adds the number
 * of synaptic events. */
int ln_synapses_deliver_back(ln_synapses *s, int only, int64_t step, int64_t *events, ln_error *err);
/* Where targets are synapses (image.h): has their variables here before such a delivery, if anything is due on any rank; and
 * hands back what was written. Collective. */
int ln_synapses_borrow_targets(ln_synapses *s, int only, int64_t step, bool *fetched, ln_error *err);
int ln_synapses_return_targets(ln_synapses *s, ln_error *err);
void ln_synapses_survey(ln_synapses *s); /* what all ranks have to know of it, after building. Collective */
bool ln_synapses_has(const ln_synapses *s, int kind); /* pathways of this kind (abi.h) */
/* Whether those pathways run at this step: sums go by the clock of the targets, equations by that of the projection. */
bool ln_synapses_due(const ln_synapses *s, int kind, int64_t step);
/* Runs what happens at all synapses at a time: LN_SUMMED, LN_CLOCK, LN_EVERY, LN_ON_SIGNAL; all pathways of the kind, or
 * one. Collective. */
int ln_synapses_sweep(ln_synapses *s, int kind, int only, int64_t step, ln_error *err);
/* Runs what pulses of signals do that are due: once a pulse. Collective. */
int ln_synapses_deliver_pulses(ln_synapses *s, int64_t step, ln_error *err);
bool ln_synapses_learns(const ln_synapses *s); /* has code that learns, and it is not switched off */
/* Makes up for what spikes of targets do at synapses and was put off (plastic.h). Whoever looks at variables of synapses
 * or changes them, or what their code depends on, calls this first. */
void ln_synapses_settle(ln_synapses *s);
/* How many values ln_projection_unsound looks at here; what has to be settled for it first counts manifold. */
int64_t ln_synapses_checked(const ln_synapses *s);
/* What pathways of a kind read of sources is mirrored by row before they run, with signals and linked variables.
 * Collective; does nothing when they read none. */
int ln_synapses_mirror(ln_synapses *s, int kind, ln_error *err);
bool ln_synapses_reads_pre(const ln_synapses *s);
/* The calendar and all variables, for store/restore: serialised into a byte array (ln_alloc) and back.
 * Loading is refused when something was built in between. */
int ln_synapses_save(ln_synapses *s, void **data, size_t *bytes, ln_error *err);
int ln_synapses_can_load(const ln_synapses *s, const void *data, size_t bytes, ln_error *err);
int ln_synapses_load(ln_synapses *s, const void *data, size_t bytes, ln_error *err);
void ln_synapses_clear_calendar(ln_synapses *s);

#endif
