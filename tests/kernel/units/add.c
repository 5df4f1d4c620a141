/* v_post += w, and with ONCE a weight stored once. */
#include "abi.h"

#ifdef ONCE
static const ln_variable var[] = {{"w", LN_REAL, LN_SHARED}};
#define W(k) (w[0])
#else
static const ln_variable var[] = {{"w", LN_REAL, 0}};
#define W(k) (w[k])
#endif
static const char *const post[] = {"v"};

#define DELIVER(name, type)                                     \
  static void name(const ln_deliver_args *a) {                  \
    double *v = a->post[0];                                     \
    const double *w = a->syn[0];                                \
    const type *target = a->target;                             \
    for (int64_t s = 0; s < a->n_segments; s++) {               \
      uint64_t first = a->segment[s].first;                     \
      for (uint64_t k = first; k < first + a->segment[s].n; k++) v[target[k]] += W(k); \
    }                                                           \
  }
DELIVER(deliver16, uint16_t)
DELIVER(deliver32, uint32_t)

static void drive(const ln_drive_args *a) {
  double *v = (double *)a->post[0] + a->lid0;
  const double *w = a->syn[0];
  for (int64_t k = 0; k < a->n; k++) {
    for (int c = 0; c < a->count[k]; c++) v[k] += W(k);
  }
}

const ln_unit ln_unit_v1 = {
    .abi = LN_ABI_VERSION,
    .kind = LN_SYNAPSE,
    .name = "add",
    .precision = 8,
    .n_var = 1,
    .var = var,
    .n_post = 1,
    .post = post,
    .deliver16 = deliver16,
    .deliver32 = deliver32,
    .drive = drive,
};
