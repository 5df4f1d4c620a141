/* recorder_p.h - what the network does with its recorders. Local unless said. */
#ifndef LN_RECORDER_P_H
#define LN_RECORDER_P_H

#include "recorder.h"

int ln_recorder_create(ln_recorder **out, const ln_recorder_spec *spec, int index, uint64_t seed, ln_error *err); /* Collective */
void ln_recorder_destroy(ln_recorder *r); /* the sink is not called */

/* States at the start of a step; spikes after the threshold. What was recorded may be handed to a sink: that
 * is Collective, and happens at the same steps on all ranks. Failure of a sink is agreed by all; lack of
 * memory is this rank's alone, and what did not fit is lost. */
int ln_recorder_sample(ln_recorder *r, int64_t step, ln_error *err);
int ln_recorder_take_spikes(ln_recorder *r, int64_t step, ln_error *err);

#endif
