/* The expression 2*v + i + N + a*rand(). */
#include "abi.h"

static const ln_input in[] = {{"v", LN_IN_PRE}, {"i", LN_IN_I}, {"N", LN_IN_N_PRE}, {"sigma", LN_IN_PAR}};

static void evaluate(const ln_expression_args *a) {
  for (int64_t k = 0; k < a->n; k++) {
    double u = ln_uniform(a->key, a->id[2 * k], a->id[2 * k + 1] + ((uint64_t)1 << 48));
    a->out[k] = 2 * a->in[0][k] + a->in[1][k] + a->in[2][k] + a->in[3][k] * u;
  }
}

const ln_unit ln_unit_v1 = {
  .abi = LN_ABI_VERSION, .kind = LN_EXPRESSION, .name = "twice", .precision = 8, .n_in = 4, .in = in,
  .evaluate = evaluate,
};
