/* synapses_p.h - the inside of a storage of synapses: for synapses*.c, projection*.c and image.c only.
 *
 * A storage has variants: synapses with different run-time constants or stored-once values. There is one,
 * unless a projection is given other values than those it was stored with.
 */
#ifndef LN_SYNAPSES_P_H
#define LN_SYNAPSES_P_H

#include "calendar.h"
#include "plastic.h"
#include "projection_p.h"
#include "pulse.h"
#include "synapses.h"

typedef struct ln_variant {
  double *par;
  double
      *shared; /* one cell of 8 bytes a variable, in the variable's type; those stored per synapse unused */
  void **syn;  /* for the code: arrays and cells */
  ln_rows rows;
  ln_calendar calendar;
  ln_plastic plastic;  /* empty unless ln_plastic_unit */
  bool ragged;         /* it has grown, so that its rows have several parts; the same on all ranks */
} ln_variant;

typedef struct ln_source { /* a population that has rows here, for its spikes or one of its events */
  ln_population *population;
  int event;
  uint32_t nid_lo, nid_hi;
  int64_t row0;
  int *pre; /* its variables that the code reads */
} ln_source;

struct ln_synapses {
  ln_model *model;
  const ln_unit *unit;
  ln_block *block;
  ln_comm *comm;
  double *par;
  int *order;                 /* of the pathways */
  uint64_t key;
  ln_clock clock;
  int n_projections;
  ln_projection **projection; /* built or waiting */
  ln_population *post, *pre;  /* of the first projection */
  int n_sources;
  ln_source *source; /* by nid */
  int64_t n_rows;
  uint32_t *row_nid, *row_gid;
  int n_variants;
  ln_variant **variant;
  bool stale;                         /* values of a projection may differ from those of its variant */
  int64_t step;               /* of the network, at the last build */
  int64_t n_builds;                   /* tells states of the storage apart */
  int *post_var, *post_par, *pre_par; /* indices in the models of the names that the code reads */
  void **post_array;                  /* for the code, renewed at each delivery */
  double *post_value, *pre_value;
  double *signal;             /* values of signals */
  ln_pulses *pulses;          /* by pathway, where a signal runs one; or NULL */
  int longest;                /* where targets are synapses: steps of the longest delay, on all ranks, */
  int64_t until;              /*   and the last step at which anything may be due; the same on all ranks */
  void **mirror; /* pre variables by row */
};

bool ln_synapses_has_variant(const ln_synapses *s, const ln_projection *p);
int ln_synapses_add_variant(ln_synapses *s, const ln_projection *p, ln_variant **out, ln_error *err);
bool ln_variant_fits(const ln_synapses *s, const ln_variant *v, const ln_projection *p);
void ln_variant_set(ln_synapses *s, ln_variant *v,
                    const ln_projection *p);                  /* its constants, from a projection */
/* As ln_synapses_settle, for one segment of one variant. Local. */
void ln_synapses_settle_run(ln_synapses *s, ln_variant *v, int64_t row, uint64_t run);
void ln_variant_refresh(const ln_synapses *s, ln_variant *v); /* v->syn, after arrays moved */
/* Arrays and constants of the targets, and what all pathways of a variant are told at a step. */
void ln_synapses_fetch_targets(ln_synapses *s);
ln_deliver_args ln_synapses_arguments(const ln_synapses *s, ln_variant *v, int64_t step);
/* The targets as what they stand for, if they are synapses; else NULL. Such a storage has one projection. */
struct ln_image *ln_synapses_onto(const ln_synapses *s);
/* A projection that waits to be built is given up. */
void ln_synapses_forget(ln_synapses *s, const ln_projection *p);
/* A projection here was given another constant or stored-once value. */
void ln_synapses_touch(ln_synapses *s, ln_projection *p);
/* Adds rows for the source populations of waiting projections. */
int ln_synapses_add_sources(ln_synapses *s, ln_error *err);
/* Moves projections whose values differ from their variant's to a variant that has them (synapses_split.c).
 * Local. */
int ln_synapses_split(ln_synapses *s, ln_error *err);

/* Removes the synapses of p's variant that are marked (synapses_split.c) and puts its rows in order. Local;
 * nothing changes on failure. */
int ln_synapses_remove(ln_synapses *s, ln_projection *p, const uint8_t *mark, ln_error *err);
/* Puts rows that have grown in order. Likewise. */
int ln_synapses_tidy(ln_synapses *s, ln_variant *v, ln_error *err);

#endif
