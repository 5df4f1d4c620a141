/* population_struct.h - the struct, for population.c and population_values.c alone. */
#ifndef LN_POPULATION_STRUCT_H
#define LN_POPULATION_STRUCT_H

#include "population_p.h"

struct ln_population {
  ln_population_place place;
  char *name;
  int64_t size, gid_lo, gid_hi, n_own;
  int64_t n_sweep;         /* n_own padded to LN_LANES */
  int64_t blid;
  ln_model *model;         /* NULL: a schedule */
  const ln_unit *unit;     /* NULL likewise */
  double *par;             /* run-time constants, then what is derived from them */
  bool stale;              /* what is derived is out of date */
  double *shared;          /* room for one element a variable, used by those stored once */
  void **var;              /* of args: valid during a run */
  ln_timed_array *table;
  uint32_t n_assignments;  /* to variables, so that assigning twice draws anew */
  ln_neuron_args args;
  uint32_t *spike;
  int64_t n_spikes;
  int64_t n_schedule, next;
  int64_t *schedule_step;
  uint32_t *schedule_lid;
};

#endif
