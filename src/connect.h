/* connect.h - connectors: who is connected with whom. Local.
 *
 * A connector emits the synapses whose targets this rank owns, in time and memory proportional to them
 * (a condition must be tried on every pair), as chunks. Random choices are drawn a target neuron (or, for
 * outdegrees and totals, by a splitting tree over the targets), keyed by global indices: the network does
 * not depend on the number of ranks. Calling it twice emits the same.
 */
#ifndef LN_CONNECT_H
#define LN_CONNECT_H

#include <stdbool.h>
#include "error.h"
#include "value.h"

typedef enum ln_connector_kind {
  LN_ALL_TO_ALL = 0,
  LN_ONE_TO_ONE,
  LN_BERNOULLI,       /* probability p, or a condition/probability expression of i, j, x_pre, x_post */
  LN_FIXED_INDEGREE,  /* n sources a target */
  LN_FIXED_OUTDEGREE, /* n targets a source */
  LN_FIXED_TOTAL,     /* n synapses in all */
  LN_PAIRS            /* given (i, j); may repeat */
} ln_connector_kind;

typedef struct ln_connector {
  ln_connector_kind kind;
  double p;
  int64_t n;
  bool autapses, multapses; /* one_to_one and pairs take autapses in any case */
  ln_model *expression;     /* of LN_BERNOULLI, or NULL; retained by the projection */
  const double *par;        /* its LN_IN_PAR inputs */
  const ln_timed_array *table; /* its timed arrays */
  double t, dt;             /* the time for it */
  int64_t n_pairs;          /* of LN_PAIRS: 0-based places in the pre and post ranges */
  const int64_t *i, *j;
  const int64_t *origin; /* place of each pair in value arrays; NULL: its own place */
} ln_connector;

typedef struct ln_connect_range {
  int64_t n_pre, n_post;  /* sizes of the ranges joined */
  int64_t own_lo, own_hi; /* targets of this rank: places in the post range */
  bool same; /* source and target are ranges of one population: an autapse is pre_lo + s == post_lo + t */
  int64_t pre_lo, post_lo; /* global index of place 0 */
} ln_connect_range;

typedef struct ln_connect_chunk {
  int64_t n;
  const uint32_t *source; /* places in the pre range */
  const uint32_t *target; /* places in the post range, all within own */
  const uint64_t
      *id; /* two words a synapse: source | target << 32, and a number that tells synapses of a pair apart */
  const int64_t *origin; /* place in arrays of values; NULL unless pairs, one_to_one (place), all_to_all
                            (source * n_post + target) */
} ln_connect_chunk;

typedef int (*ln_connect_sink)(void *user, const ln_connect_chunk *chunk, ln_error *err);
/* Inputs of the condition: fills out[0 .. n) for the given sources and targets. */
typedef int (*ln_connect_reader)(void *user, int input, int64_t n, const uint32_t *source,
                                 const uint32_t *target, double *out, ln_error *err);

int ln_connect(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_connect_sink sink,
               ln_connect_reader reader, void *user, ln_error *err);

/* Checks the connector against the ranges with a message a user understands ("fixed_indegree: 20 sources a
 * target without multapses, but the source has 10 neurons"). */
int ln_connect_check(const ln_connector *c, const ln_connect_range *r, ln_error *err);
/* Expected number of synapses on this rank (exact where it is known; 0 for a condition), as a double: before
 * anything is allocated. */
double ln_connect_estimate(const ln_connector *c, const ln_connect_range *r);

#endif
