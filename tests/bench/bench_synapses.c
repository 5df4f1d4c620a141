/* bench_synapses.c - what a synapse costs: bytes, nanoseconds to build, nanoseconds an event.
 *
 *   mpicc -O3 -march=native -Isrc -Itests tests/bench/bench_synapses.c build/liblunate_kernel.a -lcmocka -lm …
 *
 * 20 million synapses in rows such as one of two ranks has of the Potjans-Diesmann microcircuit: 38,584
 * targets in 8 populations, about 1,900 synapses a row, normal weights in single precision, normal delays.
 * 30 random sources spike a step. The same bytes streamed in order are the yardstick of delivery.
 * Not a test: timings on a busy machine mean nothing.
 */
#include "../circuit.h"
#include <stdio.h>
#include "comm.h"
#include "synapses_p.h"

#define AHEAD 28 /* segments prefetched, as generated code does */

static void prefetch(const void *from, size_t bytes) {
  for (const char *p = from, *end = p + bytes; p < end + 63; p += 64) __builtin_prefetch(p);
}

static void add_float(const ln_deliver_args *a) {
  float *v = a->post[0];
  const float *w = a->syn[0];
  const uint16_t *target = a->target;
  for (int64_t k = 0; k < a->n_segments; k++) {
    if (k + AHEAD < a->n_segments) {
      ln_segment next = a->segment[k + AHEAD];
      prefetch(target + next.first, 2 * next.n);
      prefetch(w + next.first, 4 * next.n);
    }
    ln_segment g = a->segment[k];
    for (uint64_t at = g.first; at < g.first + g.n; at++) v[target[at]] += w[at];
  }
}

static const ln_unit float_cell = {.abi = LN_ABI_VERSION,
                                   .kind = LN_NEURON,
                                   .name = "cell",
                                   .precision = 4,
                                   .n_var = 1,
                                   .var = cell_var,
                                   .advance = no_spikes};
static const ln_unit float_unit = {.abi = LN_ABI_VERSION,
                                   .kind = LN_SYNAPSE,
                                   .name = "float",
                                   .precision = 4,
                                   .n_var = 1,
                                   .var = weight_var,
                                   .n_post = 1,
                                   .post = post_v,
                                   .deliver16 = add_float};

static const int64_t size[8] = {10342, 2917, 10957, 2739, 2425, 533, 7197, 1474};
static double told;
static const char *const phase[] = {"count", "place", "sort", "fill"};
static double at_phase[5];

static void note(void *user, double fraction) {
  (void)user;
  int k = fraction <= 0.3 + 1e-9 ? 1 : fraction <= 0.6 + 1e-9 ? 2 : fraction <= 0.7 + 1e-9 ? 3 : 4;
  at_phase[k] = ln_comm_wtime();
}

static ln_synapses *make(circuit *c, ln_model *synapse, ln_projection **p) {
  ln_population *source[2] = {add_cells(c, "exc", 8400), add_cells(c, "inh", 2100)};
  ln_synapses *s = NULL;
  for (int k = 0; k < 8; k++) {
    char name[8];
    snprintf(name, sizeof name, "t%d", k);
    ln_population *target = add_cells(c, name, size[k]);
    if (!s) s = storage(synapse, target);
    for (int i = 0; i < 2; i++) {
      double n = 20e6 * (i ? 0.2 : 0.8) * (double)size[k] / 38584, w = i ? -350e-12 : 88e-12,
             d = i ? 0.75e-3 : 1.5e-3;
      ln_value var[] = {normal(w, 0.1 * fabs(w), w > 0 ? 0 : -INFINITY)};
      ln_connector total = {.kind = LN_FIXED_TOTAL, .n = (int64_t)n, .autapses = true, .multapses = true};
      ln_projection_spec spec = join(name, source[i], target, synapse, total, normal(d, 0.5 * d, DT), var);
      p[2 * k + i] = project(&spec, s, (uint64_t)(2 * k + i));
    }
  }
  told = ln_synapses_estimate_bytes(s);
  ln_error err;
  at_phase[0] = ln_comm_wtime();
  ok(ln_synapses_build(s, note, NULL, &err), &err);
  return s;
}

/* All rows in order: the yardstick. */
static double stream(const ln_synapses *s, float *v) {
  const ln_rows *r = &s->variant[0]->rows;
  const uint16_t *target = r->target;
  const float *w = r->var[0];
  double start = ln_comm_wtime();
  for (uint64_t k = 0; k < r->n; k++) v[target[k]] += w[k];
  return (ln_comm_wtime() - start) / (double)r->n;
}

int main(int argc, char **argv) {
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  circuit c = {.cell = model_of(&float_cell)};
  ok(ln_block_create(&c.block, c.cell, &err), &err);
  ln_model *synapse = model_of(&float_unit);
  ln_projection *p[16];
  ln_synapses *s = make(&c, synapse, p);
  double n = (double)ln_synapses_count(s), built = at_phase[4] - at_phase[0];
  printf("%.1f million synapses: %.2f bytes each, %.2f at the peak\n", n / 1e6,
         (double)ln_synapses_bytes(s) / n, told / n);
  printf("build %.1f ns a synapse:", 1e9 * built / n);
  for (int k = 0; k < 4; k++) printf(" %s %.1f", phase[k], 1e9 * (at_phase[k + 1] - at_phase[k]) / n);
  float *v = ln_block_var(c.block, 0);
  double streamed = fmin(stream(s, v), fmin(stream(s, v), stream(s, v))), filed = 0, delivered = 0;
  int64_t events = 0;
  ln_stream random = {1, 2, 3};
  for (int64_t t = 0; t < 2000; t++) {
    uint32_t nid[30];
    for (uint32_t k = 0; k < 30; k++) nid[k] = 350 * k + (uint32_t)ln_stream_below(&random, 350);
    double start = ln_comm_wtime();
    ok(ln_synapses_file(s, t, nid, 30, &err), &err);
    double mid = ln_comm_wtime();
    int64_t now = ln_synapses_deliver(s, LN_ALL_PATHWAYS, t);
    if (t < 100) continue;
    filed += mid - start;
    delivered += ln_comm_wtime() - mid;
    events += now;
  }
  printf("\n%.1f million events: %.2f ns each to deliver, %.2f to file; streaming the same bytes %.2f\n",
         (double)events / 1e6, 1e9 * delivered / (double)events, 1e9 * filed / (double)events,
         1e9 * streamed);
  for (int k = 0; k < 16; k++) ln_projection_destroy(p[k]);
  ln_synapses_destroy(s);
  circuit_destroy(&c);
  ln_model_release(synapse);
  ln_comm_destroy(comm);
  return 0;
}
