/* dv/dt = (I - v)/tau : volt (unless refractory), exact integration, noise added a step; threshold v > v_th,
 * reset v = v_r. tau is a parameter of the population, or with HET a constant of each neuron. n is an
 * integer, g is shared; neither does anything. */
#include "abi.h"

enum { V, I, N, G, TAU, P, Q };
static const ln_variable var[] = {
  {"v", LN_REAL, LN_STATE}, {"I", LN_REAL, 0}, {"n", LN_INT, 0}, {"g", LN_REAL, LN_SHARED},
#ifdef HET
  {"tau", LN_REAL, 0}, {"_P", LN_REAL, LN_HIDDEN}, {"_Q", LN_REAL, LN_HIDDEN},
#endif
};
static const char *const par[] = {"tau", "v_th", "v_r", "ref", "sigma"};
enum { PAR_TAU, V_TH, V_R, REF, SIGMA, PAR_P, PAR_Q };

#ifdef SINGLE
typedef float real;
#else
typedef double real;
#endif

static void system_of(const ln_neuron_args *a, int64_t k, int refractory, double *A) {
  (void)refractory;
#ifdef HET
  A[0] = -1 / (double)((const real *)a->var[TAU])[k];
#else
  (void)k;
  A[0] = -1 / a->par[PAR_TAU];
#endif
}

static int64_t advance(const ln_neuron_args *a) {
  real *v = a->var[V];
  const real *current = a->var[I];
  int64_t n_spikes = 0;
  for (int64_t k = 0; k < a->n; k++) {
#ifdef HET
    real p = ((real *)a->var[P])[k], q = ((real *)a->var[Q])[k] / ((real *)a->var[TAU])[k];
#else
    real p = (real)a->par[PAR_P], q = (real)(a->par[PAR_Q] / a->par[PAR_TAU]);
#endif
    double noise = ln_normal(a->key, (uint64_t)(a->gid0 + k), (uint64_t)a->step | (uint64_t)1 << 32);
    real next = p * v[k] + q * current[k] + (real)(a->par[SIGMA] * noise);
    v[k] = a->step - a->last[k] >= (int64_t)a->par[REF] ? next : v[k];
  }
  for (int64_t k = 0; k < a->n_own; k++) {
    if (!(v[k] > (real)a->par[V_TH]) || a->step - a->last[k] < (int64_t)a->par[REF]) continue;
    a->last[k] = (int32_t)a->step;
    a->spike[n_spikes++] = (uint32_t)k;
  }
  return n_spikes;
}

static void reset(const ln_neuron_args *a, const uint32_t *spike, int64_t n) {
  for (int64_t k = 0; k < n; k++) ((real *)a->var[V])[spike[k]] = (real)a->par[V_R];
}

static const int32_t used[] = {0, 1};
const ln_unit ln_unit_v1 = {
  .abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = "lif", .precision = sizeof(real),
  .n_var = sizeof var / sizeof *var, .n_par = 5, .var = var, .par = par,
  .m = 1, .n_used = 2, .used = used, .system = system_of, .advance = advance, .reset = reset,
#ifdef HET
  .system_per_neuron = 1, .first_derived = P,
#endif
};
