/* rows_select.h - rows made of a part of other rows, in order and compact. Local.
 *
 * Growing leaves a row in parts, each sorted by delay, then target; a selection sorts its runs by delay (those
 * that are older first) and makes one of neighbours that have the same delay and state: the same arrivals under
 * way and the same values by run. So repeated rewiring neither lengthens directories nor changes a bit. The
 * synapses of a pair keep an order that does not depend on what else this rank has.
 */
#ifndef LN_ROWS_SELECT_H
#define LN_ROWS_SELECT_H

#include "rows.h"

typedef struct ln_selection {
  const ln_unit *unit;     /* set by the caller, up to `state`: */
  const ln_rows *old;
  const uint8_t *mark;     /* by synapse, or NULL: all are taken */
  uint8_t wanted;          /* the mark of those that are */
  const uint64_t *state;   /* by run: what is on its way to it; NULL: no runs are joined */
  ln_rows rows;            /* the result: targets and variables */
  uint32_t *run;           /* of each old run, its new number; */
  uint64_t *first;         /*   the first synapse of that; */
  uint16_t *n;             /*   its synapses, or 0 where an older run stands for it, or none are left */
  uint32_t *from;          /* of each new synapse, its old place in the row */
} ln_selection;

int ln_selection_make(ln_selection *s, ln_error *err);
/* Frees all but the rows; those too where it is given up. */
void ln_selection_clear(ln_selection *s, bool all);

#endif
