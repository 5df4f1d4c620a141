/* synapses_chore.h - a script's statements at all synapses of a projection (chore.h).
 */
#ifndef LN_SYNAPSES_CHORE_H
#define LN_SYNAPSES_CHORE_H

#include "chore.h"

typedef struct ln_synapses_chore ln_synapses_chore;

/* key: for the random numbers that it draws. Local. */
int ln_synapses_chore_create(ln_synapses_chore **out, const ln_chore_spec *spec, uint64_t key, ln_error *err);
void ln_synapses_chore_destroy(ln_synapses_chore *c);
int ln_synapses_chore_run(ln_synapses_chore *c, int64_t step, ln_error *err); /* Collective */

#endif
