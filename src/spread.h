/* spread.h - delays of further pathways that differ from synapse to synapse: building rows by them. Local.
 *
 * Synapses of a row whose delays agree on every pathway are a run, so that what a run sees is the same for all
 * of its synapses. The first pathway's delay stands in the directory of the rows, the others in hidden variables
 * of the runs (LN_DELAY), in steps. For synapses_build.c, which makes the rows.
 */
#ifndef LN_SPREAD_H
#define LN_SPREAD_H

#include "rows.h"

typedef struct ln_spread {
  int n;            /* such pathways; 0: nothing here is used */
  int *var;         /* the variable of each */
  uint16_t **entry; /* of each: delays by entry, while synapses are placed */
  int32_t **run;    /* of each: delays by run of the rows that are made */
  uint64_t n_runs, room;
  uint64_t *order; /* of a row's entries */
  int64_t *origin; /* room to move origins along */
} ln_spread;

/* For n synapses of a unit, in rows of up to `longest`. */
int ln_spread_init(ln_spread *s, const ln_unit *unit, uint64_t n, uint64_t longest, ln_error *err);
void ln_spread_destroy(ln_spread *s); /* frees the content of s */
/* Takes over the delays of runs [run, end) of old rows, which have become the next runs. */
int ln_spread_keep(ln_spread *s, const ln_rows *old, uint64_t run, uint64_t end, ln_error *err);
/* As ln_sorter_row of rows_sort.h: by all delays, then target. */
int ln_spread_row(ln_spread *s, const void *entry, bool wide, int64_t *origin, uint64_t from, uint64_t n, ln_rows *rows,
                  uint64_t to, uint64_t *room, ln_error *err);
void ln_spread_install(ln_spread *s, ln_rows *rows); /* hands the variables to the rows */

/* The shortest and longest delay of a pathway, from its variable; INT_MAX, -1 where there are no synapses. */
int ln_spread_least(const ln_rows *rows, int var);
int ln_spread_most(const ln_rows *rows, int var);

#endif
