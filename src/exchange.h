/* exchange.h - spikes between ranks.
 *
 * Each rank adds its spikes (network-wide indices) step by step; one collective at the end of an interval
 * gives everybody all of them, in one global order: step, then nid. Flags travel along, so that ranks
 * agree to stop without a collective of their own. The record is of fixed size, doubled by all ranks
 * alike (with one more collective) when any rank overflows it. While an interval is under way, spikes of
 * the next may be added already. With one rank nothing is copied.
 */
#ifndef LN_EXCHANGE_H
#define LN_EXCHANGE_H

#include "comm.h"

typedef struct ln_exchange ln_exchange;

enum { LN_FLAG_INTERRUPT = 1, LN_FLAG_ERROR = 2 };

int ln_exchange_create(ln_exchange **out, ln_comm *comm, int interval, ln_error *err); /* steps an interval, at most. Local */
void ln_exchange_destroy(ln_exchange *x);
/* Local: more spikes, first + lid[k], of the step under way; within a rank ascending. ln_exchange_next ends the step. */
int ln_exchange_add(ln_exchange *x, uint32_t first, const uint32_t *lid, int64_t n, ln_error *err);
int ln_exchange_next(ln_exchange *x); /* Local; returns the steps ended since the last begin */
void ln_exchange_begin(ln_exchange *x, uint32_t flags);  /* Collective, does not wait */
int ln_exchange_end(ln_exchange *x, uint32_t *flags, ln_error *err);   /* Collective, waits; flags: all ranks' or-ed */
/* After end: spikes of step k of the interval, of all ranks, nid ascending. Borrowed until the next end. */
void ln_exchange_step(const ln_exchange *x, int k, const uint32_t **nid, int64_t *n);
int ln_exchange_n_steps(const ln_exchange *x);
/* exchanges begun, bytes that this rank received in them, and ticks (ticks.h) spent waiting in ln_exchange_end. */
void ln_exchange_statistics(const ln_exchange *x, int64_t *exchanges, int64_t *bytes, uint64_t *waited);

#endif
