/* roofline.h - what this machine can do, measured: the yardsticks beside which a run's times are put.
 *
 * Loops as plain as they can be, on arrays like those of a network: what remains of a run's time is ours to
 * answer for. Every rank measures at the same time, so that they share the machine as they do in a run; each
 * number is the best of many short windows.
 */
#ifndef LN_ROOFLINE_H
#define LN_ROOFLINE_H

#include "comm.h"

typedef struct ln_roofline {
  double stream;  /* bytes a second that a rank reads from memory, in order */
  double add;     /* seconds an addition of a weight to a target, in whole rows of 1,900 read from memory */
  double learn;   /* the same, with the weight changed by a trace of the target and written back */
  double update;  /* seconds a step of a leaky integrate-and-fire neuron with a current, single precision */
} ln_roofline;

int ln_roofline_stream(ln_roofline *out, ln_comm *comm, ln_error *err);  /* only stream: 0.1 s. Collective */
int ln_roofline_measure(ln_roofline *out, ln_comm *comm, ln_error *err); /* all. Collective */

#endif
