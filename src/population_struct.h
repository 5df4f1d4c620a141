/* population_struct.h - the struct, for population*.c and chore.c alone. */
#ifndef LN_POPULATION_STRUCT_H
#define LN_POPULATION_STRUCT_H

#include "population_p.h"

struct ln_image;

typedef struct ln_link {   /* where a linked variable's values are */
  ln_population *source;   /* NULL: not linked */
  int var;
  bool direct;             /* the source's slice is ours, neuron by neuron: read in place */
  int64_t *index;          /* else of each own neuron: its neuron's place in `all`; NULL: the source is one value */
  int64_t most;            /* neurons of the largest slice of the source */
  double *slice, *all;     /* the source's own slice, and all slices (each as long as `most`) */
} ln_link;

struct ln_population {
  ln_population_place place;
  char *name;
  int64_t size, gid_lo, gid_hi, n_own;
  int order;
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
  bool ticks;              /* its clock does in this step */
  uint32_t *spike;
  int64_t n_spikes;
  int64_t *every;          /* steps from one run of each of unit->every to the next; 0: never */
  uint32_t **event;        /* of each of unit->event: the neurons to which it happened in this step */
  int64_t *n_event;
  ln_link *link;           /* one a variable; NULL: none is linked */
  int kept;                /* variable + 1 of which a value of all ranks is known; 0: none */
  double kept_value;
  struct ln_image *image;  /* that it is; NULL: neurons */
  bool watched;            /* states are recorded, linked ones perhaps */
  int64_t n_schedule, next;
  int64_t period;          /* of the schedule, ticks; 0: it happens once */
  int64_t *schedule_step;
  uint32_t *schedule_lid;
};

/* population_schedule.c. Local. */
int ln_schedule_check(const ln_schedule *s, const char *name, int64_t size, ln_error *err);
int ln_population_take_schedule(ln_population *p, const ln_schedule *s); /* the own part; the one before on failure */
void ln_population_find_schedule(ln_population *p, int64_t tick);        /* what is next from this tick on */
int64_t ln_population_follow_schedule(ln_population *p, int64_t tick);   /* the spikes of a tick: how many */

#endif
