/* value.h - where numbers come from: a constant, a distribution, an array, a compiled expression. Local.
 *
 * States, parameters, weights and delays are all filled from values. What an element gets depends on its
 * id (two words that name it network-wide) and the key, never on its place in memory or on its rank.
 */
#ifndef LN_VALUE_H
#define LN_VALUE_H

#include "error.h"
#include "model.h"

typedef enum ln_value_kind {
  LN_VALUE_CONSTANT = 0,
  LN_VALUE_UNIFORM,      /* a <= x < b */
  LN_VALUE_NORMAL,       /* mean a, standard deviation b */
  LN_VALUE_LOGNORMAL,    /* of the underlying normal: mean a, standard deviation b */
  LN_VALUE_EXPONENTIAL,  /* mean a */
  LN_VALUE_GAMMA,        /* shape a, scale b */
  LN_VALUE_ARRAY,        /* array[origin of the element] */
  LN_VALUE_EXPRESSION
} ln_value_kind;

typedef struct ln_value {
  ln_value_kind kind;
  double a, b;           /* constant: a */
  double low, high;      /* truncation by redrawing: low <= x <= high; -inf, inf for none */
  const double *array;   /* borrowed */
  int64_t n_array;
  ln_model *expression;  /* borrowed; an LN_EXPRESSION unit */
  const double *par;     /* borrowed: one number for each LN_IN_PAR input of the expression, by input index (others unused) */
  const ln_timed_array *table; /* borrowed: the timed arrays that the expression reads, in the order of its unit; NULL: the
                            reader's (ln_value_chunk) */
  double t;              /* of an expression: the time, beside that of the reader */
} ln_value;

ln_value ln_value_constant(double x);

/* n timed arrays with their values, to be freed by ln_timed_free (NULL accepted); NULL: no memory. */
ln_timed_array *ln_timed_copy(const ln_timed_array *table, int n);
void ln_timed_free(ln_timed_array *table, int n);

/* Random numbers. Of an element's two words the second is below 2^48; above it stands the site: 1 to 199 for
 * the calls in an expression's source (abi.h), 200 + attempt for the draws of a distribution. Gamma, which
 * takes a varying number of them, runs a stream of its own, keyed by what site 200 gives. */

/* Reads n doubles of input number `input` (index into unit.in) of the elements under way (n: the chunk's)
 * into out. Called once a chunk and input, but not for LN_IN_PAR. */
typedef int (*ln_value_reader)(void *user, int input, int64_t n, double *out, ln_error *err);

typedef struct ln_value_chunk {
  int64_t n;               /* elements; any number */
  const uint64_t *id;      /* 2 n words, the second of each pair below 2^48 */
  const int64_t *origin;   /* n places in value.array; NULL when no value is an array */
  uint64_t key;
  double t, dt;
  const ln_timed_array *table; /* those that the expression reads, in the order of its unit; NULL where there are none */
  ln_value_reader read;    /* NULL when no value is an expression */
  void *user;
} ln_value_chunk;

/* Fills out[0 .. n). A truncation that rejects 10000 draws in a row is an error that names the bounds. */
int ln_value_fill(const ln_value *v, const ln_value_chunk *chunk, double *out, ln_error *err);

#endif
