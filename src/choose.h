/* choose.h - the n best of what all ranks offer. Local but for ln_choose_agree.
 *
 * Each rank offers candidates with a key, of which the least win; a tie, drawn at random by the caller, decides
 * among equal keys. Who wins does not depend on which rank offers what, nor in which order, as long as
 * candidates with equal key and tie (synapses of one pair) are offered by one rank, in an order of their own.
 */
#ifndef LN_CHOOSE_H
#define LN_CHOOSE_H

#include <string.h>
#include "comm.h"

typedef struct ln_candidate {
  uint64_t key, tie;
  uint64_t what; /* the caller's; of equal candidates the least wins */
} ln_candidate;

typedef struct ln_choice { /* never more than twice as many as are wanted are kept */
  ln_candidate *item;
  int64_t n, room, want;
  bool full;           /* n candidates better than `last` have been seen */
  ln_candidate last;
} ln_choice;

int ln_choice_init(ln_choice *c, int64_t want, ln_error *err);
void ln_choice_destroy(ln_choice *c); /* frees the content of c */
int ln_choice_offer(ln_choice *c, ln_candidate candidate, ln_error *err);
/* Leaves in c, ascending, this rank's part of the `want` best of all ranks. Collective. */
int ln_choice_agree(ln_choice *c, ln_comm *comm, ln_error *err);

/* A key that ascends with x; -0 and 0 have the same. Not for NaN. */
static inline uint64_t ln_choose_key(double x) {
  uint64_t bits;
  x += 0.0;
  memcpy(&bits, &x, sizeof bits);
  return bits ^ (bits >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

/* Different numbers for different x, in an order that is as good as random. */
static inline uint64_t ln_choose_tie(uint64_t key, uint64_t x) {
  x ^= key;
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  x ^= x >> 31;
  x += key << 32 | key >> 32;
  x = (x ^ x >> 32) * UINT64_C(0xD6E8FEB86659FD93);
  return x ^ x >> 29;
}

#endif
