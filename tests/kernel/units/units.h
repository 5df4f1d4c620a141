/* units.h - the units of this folder, compiled and loaded; helpers that end the test when something fails.
 *
 * For tests of networks and what they are made of. The compiler's cache makes a unit once.
 */
#ifndef UNITS_H
#define UNITS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compile.h"
#include "model.h"
#include "network.h"

#define UNUSED __attribute__((unused))
#define OK(call)                                                   \
  do {                                                             \
    if (call) fail_msg("%s: %s", #call, err.text);                 \
  } while (0)
#define REFUSED(call, code, words)                                 \
  do {                                                             \
    memset(&err, 0, sizeof err);                                   \
    assert_int_equal(call, code);                                  \
    if (!strstr(err.text, words)) fail_msg("'%s' does not say '%s'", err.text, words); \
  } while (0)

static ln_comm *comm;
static ln_error err;

/* name: a file of this folder; define: "" or a macro it knows. */
UNUSED static ln_model *unit(const char *name, const char *define) {
  char path[512], source[8192], label[64];
  snprintf(path, sizeof path, "%s/tests/kernel/units/%s.c", LN_SOURCE_DIR, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int head = snprintf(source, sizeof source, *define ? "#define %s 1\n" : "%s", define);
  size_t n = fread(source + head, 1, sizeof source - (size_t)head - 1, file);
  source[(size_t)head + n] = 0;
  fclose(file);
  snprintf(label, sizeof label, "%s%s", name, define);
  ln_compiler *compiler;
  ln_compiled compiled;
  ln_model *model;
  OK(ln_compiler_create(&compiler, LN_SOURCE_DIR "/src", NULL, &err));
  OK(ln_compiler_run(compiler, comm, label, source, &compiled, &err));
  OK(ln_model_load(&model, compiled.path, &err));
  ln_compiler_destroy(compiler);
  return model;
}

/* In the order of lif.c: tau, v_th, v_r, ref (steps), sigma. */
static const double lif_par[] = {0.010, 1.0, 0.0, 20, 0.0};
enum { V, I, N, G, TAU, P, Q };
enum { PAR_TAU, PAR_V_TH, PAR_V_R, PAR_REF, PAR_SIGMA };

UNUSED static ln_network *network(void) {
  ln_network *net;
  OK(ln_network_create(&net, comm, 1e-4, 42, &err));
  return net;
}

UNUSED static ln_population *lif(ln_network *net, const char *name, int64_t size, ln_model *model) {
  ln_population *p;
  ln_population_spec spec = {.name = name, .size = size, .model = model, .par = lif_par};
  OK(ln_network_add_population(net, &spec, &p, &err));
  return p;
}

UNUSED static ln_population *given(ln_network *net, const char *name, int64_t size, int64_t n,
                                   const int64_t *step, const int64_t *gid) {
  ln_population *p;
  ln_schedule schedule = {.n = n, .step = step, .gid = gid};
  ln_population_spec spec = {.name = name, .size = size, .schedule = &schedule};
  OK(ln_network_add_population(net, &spec, &p, &err));
  return p;
}

UNUSED static void set(ln_population *p, int var, double x) {
  ln_value v = ln_value_constant(x);
  OK(ln_population_fill(p, var, 0, ln_population_size(p), &v, 0, &err));
}

UNUSED static ln_recorder *spikes_of(ln_network *net, ln_population *p) {
  ln_recorder *r;
  ln_recorder_spec spec = {.population = p, .lo = 0, .hi = ln_population_size(p), .spikes = true};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  return r;
}

UNUSED static ln_recorder *states_of(ln_network *net, ln_population *p, int var, int64_t every) {
  ln_recorder *r;
  ln_recorder_spec spec = {
      .population = p, .lo = 0, .hi = ln_population_size(p), .n_var = 1, .var = &var, .every = every};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  return r;
}

/* Every neuron of pre to every one of post. */
UNUSED static ln_projection *project(ln_network *net, ln_population *pre, ln_population *post,
                                     ln_model *synapse, ln_connector connector, ln_value w, ln_value delay) {
  ln_projection *p;
  ln_projection_spec spec = {.name = "projection",
                             .pre = pre,
                             .post = post,
                             .pre_hi = ln_population_size(pre),
                             .post_hi = ln_population_size(post),
                             .synapse = synapse,
                             .connector = connector,
                             .delay = delay,
                             .var = &w};
  OK(ln_network_add_projection(net, &spec, &p, &err));
  return p;
}

UNUSED static void run_steps(ln_network *net, int64_t n) {
  OK(ln_network_run(net, n, NULL, NULL, NULL, &err));
}

#endif
