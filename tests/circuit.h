/* circuit.h - models written by hand and small networks, for tests of synapses that need no equations.
 */
#ifndef TEST_CIRCUIT_H
#define TEST_CIRCUIT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "memory.h"
#include "population_p.h"
#include "projection.h"
#include "synapses.h"

#define DT 1e-4

static ln_comm *comm;

static inline void ok(int code, const ln_error *err) {
  if (code) print_error("%s\n", err->text);
  assert_int_equal(code, 0);
}
#define FAILS(call, message)                                                                                 \
  do {                                                                                                       \
    assert_int_not_equal((call), 0);                                                                         \
    assert_string_equal(err.text, message);                                                                  \
  } while (0)

/* ------------------------------------------------------------------ neurons: v, an integer k, a shared s */

static int64_t no_spikes(const ln_neuron_args *a) {
  (void)a;
  return 0;
}
static const ln_variable cell_var[] = {{"v", LN_REAL, LN_STATE}, {"k", LN_INT, 0}, {"s", LN_REAL, LN_SHARED}};
static const char *const cell_par[] = {"tau"};
static const ln_unit cell_unit = {.abi = LN_ABI_VERSION,
                                  .kind = LN_NEURON,
                                  .name = "cell",
                                  .precision = 8,
                                  .n_var = 3,
                                  .n_par = 1,
                                  .var = cell_var,
                                  .par = cell_par,
                                  .advance = no_spikes};

/* ------------------------------------------------------------------ synapses: v += w, and a log of arrivals
 */

typedef struct arrival {
  int64_t step;
  uint32_t source, target;
  double w;
} arrival;
static arrival *arrivals;
static int64_t n_arrivals, room_arrivals;

static inline void log_arrival(int64_t step, uint32_t source, uint32_t target, double w) {
  if (n_arrivals == room_arrivals) {
    room_arrivals = room_arrivals ? 2 * room_arrivals : 1024;
    arrivals = realloc(arrivals, (size_t)room_arrivals * sizeof *arrivals);
  }
  arrivals[n_arrivals++] = (arrival){step, source, target, w};
}

static inline void walk(const ln_deliver_args *a, bool wide, bool shared, bool logged) {
  const double *w = a->syn[0];
  double *v = a->post[0];
  for (int64_t k = 0; k < a->n_segments; k++) {
    ln_segment g = a->segment[k];
    for (uint64_t at = g.first; at < g.first + g.n; at++) {
      uint32_t lid = wide ? ((const uint32_t *)a->target)[at] : ((const uint16_t *)a->target)[at];
      double x = w[shared ? 0 : at];
      v[lid] += x;
      if (logged) log_arrival(a->step, a->row_nid[g.row], a->post_nid[lid], x);
    }
  }
}
static void add16(const ln_deliver_args *a) { walk(a, false, false, false); }
static void add32(const ln_deliver_args *a) { walk(a, true, false, false); }
static void log16(const ln_deliver_args *a) { walk(a, false, false, true); }
static void log32(const ln_deliver_args *a) { walk(a, true, false, true); }
static void once16(const ln_deliver_args *a) { walk(a, false, true, true); }
static void once32(const ln_deliver_args *a) { walk(a, true, true, true); }

static const ln_variable weight_var[] = {{"w", LN_REAL, 0}, {"c", LN_INT, 0}};
static const ln_variable once_var[] = {{"w", LN_REAL, LN_SHARED}};
static const char *const post_v[] = {"v"};
static const ln_unit add_unit = {.abi = LN_ABI_VERSION,
                                 .kind = LN_SYNAPSE,
                                 .name = "add",
                                 .precision = 8,
                                 .n_var = 1,
                                 .var = weight_var,
                                 .n_post = 1,
                                 .post = post_v,
                                 .deliver16 = add16,
                                 .deliver32 = add32};
/* w and an integer c per synapse */
static const ln_unit log_unit = {.abi = LN_ABI_VERSION,
                                 .kind = LN_SYNAPSE,
                                 .name = "log",
                                 .precision = 8,
                                 .n_var = 2,
                                 .var = weight_var,
                                 .n_post = 1,
                                 .post = post_v,
                                 .deliver16 = log16,
                                 .deliver32 = log32};
/* w stored once; a run-time constant */
static const ln_unit once_unit = {.abi = LN_ABI_VERSION,
                                  .kind = LN_SYNAPSE,
                                  .name = "once",
                                  .precision = 8,
                                  .n_var = 1,
                                  .n_par = 1,
                                  .var = once_var,
                                  .par = cell_par,
                                  .n_post = 1,
                                  .post = post_v,
                                  .deliver16 = once16,
                                  .deliver32 = once32};

static inline ln_model *model_of(const ln_unit *unit) {
  ln_model *m;
  ln_error err;
  ok(ln_model_from_unit(&m, unit, &err), &err);
  return m;
}

/* ------------------------------------------------------------------ building */

/* Populations of cells in one block, without a network around them. */
typedef struct circuit {
  ln_model *cell;
  ln_block *block;
  ln_population *population[16];
  int n;
  uint32_t nid;
} circuit;

static inline circuit circuit_create(void) {
  circuit c = {.cell = model_of(&cell_unit)};
  ln_error err;
  ok(ln_block_create(&c.block, c.cell, &err), &err);
  return c;
}

static inline void circuit_destroy(circuit *c) {
  for (int k = 0; k < c->n; k++) ln_population_destroy(c->population[k]);
  ln_block_destroy(c->block);
  ln_model_release(c->cell);
}

static inline ln_population *add_cells(circuit *c, const char *name, int64_t size) {
  const double tau = 0.01;
  ln_population_spec spec = {.name = name, .size = size, .model = c->cell, .par = &tau};
  ln_population_place place =
      {.comm = comm, .block = c->block, .index = c->n, .nid = c->nid, .seed = 7, .clock = {.dt = DT, .stride = 1}};
  ln_population *p;
  ln_error err;
  ok(ln_population_create(&p, &spec, &place, &err), &err);
  c->nid += (uint32_t)size;
  return c->population[c->n++] = p;
}

/* All of one to all of the other, with a delay and up to two variables; change it before use. */
static inline ln_projection_spec join(const char *name, ln_population *pre, ln_population *post,
                                      ln_model *synapse, ln_connector connector, ln_value delay,
                                      const ln_value *var) {
  static const double tau = 0.02;
  return (ln_projection_spec){.name = name,
                              .pre = pre,
                              .post = post,
                              .pre_hi = ln_population_size(pre),
                              .post_hi = ln_population_size(post),
                              .synapse = synapse,
                              .par = &tau,
                              .connector = connector,
                              .delay = delay,
                              .var = var};
}

static inline ln_projection *project(const ln_projection_spec *spec, ln_synapses *s, uint64_t key) {
  ln_projection *p;
  ln_error err;
  ok(ln_projection_create(&p, spec, comm, key, DT, &err), &err);
  assert_true(ln_synapses_accepts(s, spec));
  ok(ln_synapses_add(s, p, &err), &err);
  return p;
}

static inline ln_synapses *storage(ln_model *synapse, ln_population *post) {
  static const double tau = 0.02;
  ln_synapses_spec spec = {.model = synapse,
                           .post_block = ln_population_block(post),
                           .comm = comm,
                           .par = &tau,
                           .key = 99,
                           .clock = {.dt = DT, .stride = 1}};
  ln_synapses *s;
  ln_error err;
  ok(ln_synapses_create(&s, &spec, &err), &err);
  return s;
}

static inline void build(ln_synapses *s) {
  ln_error err;
  ok(ln_synapses_build(s, NULL, NULL, &err), &err);
}

static inline ln_value ms(double x) { return ln_value_constant(1e-3 * x); }
static inline ln_value array(const double *x, int64_t n) {
  return (ln_value){.kind = LN_VALUE_ARRAY, .array = x, .n_array = n, .low = -INFINITY, .high = INFINITY};
}
static inline ln_value normal(double mean, double sd, double low) {
  return (ln_value){.kind = LN_VALUE_NORMAL, .a = mean, .b = sd, .low = low, .high = INFINITY};
}
static inline ln_value of(ln_model *expression) {
  return (
      ln_value){.kind = LN_VALUE_EXPRESSION, .expression = expression, .low = -INFINITY, .high = INFINITY};
}

#endif
