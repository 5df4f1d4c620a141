/* test_network.c - a network on any number of ranks against a plain simulation of it, bit for bit.
 *
 * The reference is written here without blocks, storages, calendars or exchange: every rank computes all
 * neurons with the compiled model, lists every synapse, and adds what arrives in the order that the design
 * lays down: by step of the source's spike, then its index, then the target's.
 */
#include <math.h>
#include "kernel/units/units.h"
#include "keys.h"
#include "memory.h"
#include "population_p.h"
#include "propagator.h"

enum {
  EXC = 97,
  INH = 33,
  GIVEN = 10,
  ALL = EXC + INH + GIVEN,
  STEPS = 700,
  PAIRS = 6000,
  LONGEST = 64,
  N_GIVEN = 300
};
static const int64_t cut[] = {1, 13, 0, 50, 99, STEPS - 163};
static ln_model *model, *add;

typedef struct synapse { uint32_t source, target; int delay; double w; } synapse;
typedef struct event { uint32_t target; double w; } event;

static struct {
  int64_t step[N_GIVEN], gid[N_GIVEN];
  int n;
} schedule;
static synapse synapses[PAIRS];

static double uniform(uint64_t what, uint64_t k) { return ln_uniform(99, what, k); }

static int by_place(const void *a, const void *b) {
  const synapse *s = a, *t = b;
  if (s->source != t->source) return s->source < t->source ? -1 : 1;
  if (s->target != t->target) return s->target < t->target ? -1 : 1;
  return 0;
}

/* Random pairs of the three populations, each at most once; targets are exc and inh. */
static int make_synapses(int min_delay) {
  int n = 0;
  for (uint64_t k = 0; k < PAIRS; k++) {
    synapses[k] = (synapse){(uint32_t)(uniform(1, k) * ALL), (uint32_t)(uniform(2, k) * (EXC + INH)),
                            min_delay + (int)(uniform(3, k) * (k % 5 ? 7 : 50)), 0.1 * uniform(4, k)};
    if (synapses[k].source >= EXC && synapses[k].source < EXC + INH) synapses[k].w *= -3;
  }
  qsort(synapses, PAIRS, sizeof *synapses, by_place);
  for (int k = 0; k < PAIRS; k++) {
    if (n == 0 || by_place(&synapses[n - 1], &synapses[k])) synapses[n++] = synapses[k];
  }
  return n;
}

static void make_schedule(void) {
  schedule.n = 0;
  for (int64_t step = 0; step < STEPS && schedule.n + GIVEN < N_GIVEN; step++) {
    for (int64_t gid = 0; gid < GIVEN; gid++) {
      if (uniform(5, (uint64_t)(step * GIVEN + gid)) > 0.05) continue;
      schedule.step[schedule.n] = step;
      schedule.gid[schedule.n++] = gid;
    }
  }
}

/* ------------------------------------------------------------------ the reference */

typedef struct side { /* one population, whole */
  ln_neuron_args args;
  _Alignas(64) double v[2 * LN_LANES], current[2 * LN_LANES];
  int32_t last[2 * LN_LANES], n[2 * LN_LANES];
  double g, par[7];
  void *var[4];
  uint32_t spike[2 * LN_LANES];
  int64_t n_spikes;
} side;

static side sides[2];
static double trace[STEPS][3];                       /* of the recorded neurons, at the start of steps */
static int64_t spike_step[STEPS * 10], spike_gid[STEPS * 10]; /* of exc */
static int64_t n_spikes;

static void make_side(side *s, ln_population *twin) {
  *s = (side){0};
  int64_t size = ln_population_size(twin);
  double A = -1 / lif_par[PAR_TAU];
  memcpy(s->par, lif_par, sizeof lif_par);
  s->par[PAR_SIGMA] = 0.05;
  OK(ln_propagator(1, &A, 1e-4, &s->par[5], &s->par[6], &err));
  for (int k = 0; k < 2 * LN_LANES; k++) s->last[k] = LN_NEVER;
  for (int k = 0; k < size; k++) s->current[k] = 0.8 + 0.3 * k / (double)size;
  void *var[] = {s->v, s->current, s->n, &s->g};
  memcpy(s->var, var, sizeof var);
  s->args = (ln_neuron_args){.var = s->var,
                             .par = s->par,
                             .last = s->last,
                             .n = 2 * LN_LANES,
                             .n_own = size,
                             .size = size,
                             .dt = 1e-4,
                             .key = ln_population_key(twin, LN_DRAW_STEP),
                             .spike = s->spike};
}

/* Poisson(0.3) arrivals at a neuron, by inversion. */
static int arrivals(uint64_t nid, uint64_t step) {
  uint64_t key = ln_object_key(42, LN_OBJECT_INPUT, 0, LN_DRAW_ARRIVALS);
  ln_philox4 more = ln_philox(key, nid, step | (uint64_t)1 << 32);
  uint32_t half = ln_philox(key, nid / 8, step).w[nid % 8 / 2] >> (nid % 2 ? 16 : 0) & 0xffff;
  double u = half * 0x1p-16 + (more.w[1] & 0xffff) * 0x1p-32 + more.w[0] * 0x1p-64, p = exp(-0.3), sum = p;
  int count = 0;
  while (u > sum) sum += p *= 0.3 / ++count;
  return count;
}

/* Events wait in the order of their sources' spikes; within a source they go by target. */
static event due[LONGEST][ALL * 100];
static int n_due[LONGEST];

static void send(int64_t step, uint32_t nid, int n_synapses) {
  for (int k = 0; k < n_synapses; k++) {
    if (synapses[k].source != nid) continue;
    int slot = (int)((step + synapses[k].delay) % LONGEST);
    assert_true(n_due[slot] < ALL * 100);
    due[slot][n_due[slot]++] = (event){synapses[k].target, synapses[k].w};
  }
}

static double *v_of(uint32_t nid) { return nid < EXC ? &sides[0].v[nid] : &sides[1].v[nid - EXC]; }

static void simulate_step(int64_t step, int n_synapses, const int64_t *neurons) {
  static int next;
  if (step == 0) next = 0;
  for (int k = 0; k < 3; k++) trace[step][k] = *v_of((uint32_t)neurons[k]);
  for (int s = 0; s < 2; s++) {
    sides[s].args.step = step;
    sides[s].args.t = (double)step * 1e-4;
    sides[s].n_spikes = ln_model_unit(model)->advance(&sides[s].args);
    for (int64_t k = 0; k < sides[s].n_spikes; k++) send(step, sides[s].spike[k] + (s ? EXC : 0), n_synapses);
  }
  for (int64_t k = 0; k < sides[0].n_spikes; k++) {
    spike_step[n_spikes] = step;
    spike_gid[n_spikes++] = sides[0].spike[k];
  }
  for (; next < schedule.n && schedule.step[next] == step; next++) {
    send(step, (uint32_t)(EXC + INH + schedule.gid[next]), n_synapses);
  }
  int slot = (int)(step % LONGEST);
  for (int k = 0; k < n_due[slot]; k++) *v_of(due[slot][k].target) += due[slot][k].w;
  n_due[slot] = 0;
  for (uint32_t nid = EXC; nid < EXC + INH; nid++) {
    for (int c = arrivals(nid, (uint64_t)step); c > 0; c--) *v_of(nid) += 0.02;
  }
  for (int s = 0; s < 2; s++) ln_model_unit(model)->reset(&sides[s].args, sides[s].spike, sides[s].n_spikes);
}

static void simulate(ln_population *exc, ln_population *inh, int n_synapses, const int64_t *neurons) {
  make_side(&sides[0], exc);
  make_side(&sides[1], inh);
  memset(n_due, 0, sizeof n_due);
  n_spikes = 0;
  for (int64_t step = 0; step < STEPS; step++) simulate_step(step, n_synapses, neurons);
}

/* ------------------------------------------------------------------ the network */

typedef struct whole {
  ln_network *net;
  ln_population *part[3]; /* exc, inh, given */
  ln_recorder *spikes, *v;
  int n_synapses;
} whole;

static const int64_t recorded[] = {95, 5, 40};

/* The synapses from one population to another, in an order of their own. */
static void join(whole *w, int pre, int post) {
  static const uint32_t nid0[] = {0, EXC, EXC + INH, ALL};
  int64_t i[PAIRS], j[PAIRS], n = 0;
  double weight[PAIRS], delay[PAIRS];
  for (int k = w->n_synapses - 1; k >= 0; k--) {
    synapse s = synapses[k];
    if (s.source < nid0[pre] || s.source >= nid0[pre + 1] || s.target < nid0[post] ||
        s.target >= nid0[post + 1])
      continue;
    i[n] = s.source - nid0[pre];
    j[n] = s.target - nid0[post];
    delay[n] = s.delay * 1e-4;
    weight[n++] = s.w;
  }
  ln_connector pairs = {.kind = LN_PAIRS, .n_pairs = n, .i = i, .j = j, .autapses = true, .multapses = true};
  ln_value weights = {.kind = LN_VALUE_ARRAY, .array = weight, .n_array = n};
  ln_value delays = {.kind = LN_VALUE_ARRAY, .array = delay, .n_array = n};
  project(w->net, w->part[pre], w->part[post], add, pairs, weights, delays);
}

static whole make_whole(int min_delay) {
  whole w = {.net = network(), .n_synapses = make_synapses(min_delay)};
  ln_value weight = ln_value_constant(0.02);
  double current[EXC];
  int var = V;
  ln_drive *d;
  make_schedule();
  w.part[0] = lif(w.net, "exc", EXC, model);
  w.part[1] = lif(w.net, "inh", INH, model);
  w.part[2] = given(w.net, "given", GIVEN, schedule.n, schedule.step, schedule.gid);
  for (int s = 0; s < 2; s++) {
    int64_t size = ln_population_size(w.part[s]);
    for (int k = 0; k < size; k++) current[k] = 0.8 + 0.3 * k / (double)size;
    ln_value v = {.kind = LN_VALUE_ARRAY, .array = current, .n_array = size};
    OK(ln_population_fill(w.part[s], I, 0, size, &v, 0, &err));
    ln_population_set_parameter(w.part[s], PAR_SIGMA, 0.05);
  }
  for (int pre = 0; pre < 3; pre++) {
    for (int post = 0; post < 2; post++) join(&w, pre, post);
  }
  ln_input_spec drive = {.name = "input", .post = w.part[1], .post_hi = INH, .synapse = add, .var = &weight,
                         .mean = ln_value_constant(0.3)};
  OK(ln_network_add_input(w.net, &drive, &d, &err));
  w.spikes = spikes_of(w.net, w.part[0]);
  ln_recorder_spec spec = {.population = w.part[0],
                           .hi = EXC,
                           .n_var = 1,
                           .var = &var,
                           .every = 3,
                           .neurons = recorded,
                           .n_neurons = 3};
  OK(ln_network_add_recorder(w.net, &spec, &w.v, &err));
  return w;
}

static void same_as_reference(whole *w) {
  int64_t n, *step, *gid, samples, neurons;
  double *x;
  simulate(w->part[0], w->part[1], w->n_synapses, recorded);
  OK(ln_recorder_gather_spikes(w->spikes, &n, &step, &gid, &err));
  assert_int_equal(n, n_spikes);
  assert_true(n > 200);
  assert_memory_equal(step, spike_step, (size_t)n * 8);
  assert_memory_equal(gid, spike_gid, (size_t)n * 8);
  ln_free(step);
  ln_free(gid);
  OK(ln_recorder_gather_states(w->v, 0, &samples, &neurons, &x, &err));
  assert_true(samples == (STEPS + 2) / 3 && neurons == 3);
  for (int s = 0; s < samples; s++) assert_memory_equal(x + 3 * s, trace[3 * s], sizeof trace[0]);
  ln_free(x);
  for (int s = 0; s < 2; s++) {
    int64_t size = ln_population_size(w->part[s]);
    OK(ln_population_gather(w->part[s], V, 0, size, &x, &err));
    assert_memory_equal(x, sides[s].v, (size_t)size * 8);
    ln_free(x);
  }
}

/* In one run, and in pieces that cut through intervals. */
static void test_same_bits(void **state) {
  (void)state;
  const int min_delay[] = {0, 1, 2, 9};
  for (int k = 0; k < 4; k++) {
    for (int pieces = 0; pieces < 2; pieces++) {
      whole w = make_whole(min_delay[k]);
      for (size_t c = 0; c < (pieces ? sizeof cut / sizeof *cut : 1); c++)
        run_steps(w.net, pieces ? cut[c] : STEPS);
      assert_int_equal(ln_network_min_delay(w.net), min_delay[k]);
      assert_int_equal(ln_network_step(w.net), STEPS);
      same_as_reference(&w);
      ln_network_destroy(w.net);
    }
  }
}

/* ------------------------------------------------------------------ stopping together */

static volatile int interrupt;

static int interrupt_last_rank(void *user, const int64_t *step, const double *rows, int64_t n, ln_error *e) {
  (void)user, (void)rows, (void)e;
  if (step[n - 1] == 200 && ln_comm_rank(comm) == ln_comm_size(comm) - 1) interrupt = 1;
  return LN_OK;
}

static int fail_last_rank(void *user, const int64_t *step, const double *rows, int64_t n, ln_error *e) {
  (void)user, (void)rows;
  if (step[n - 1] != 200 || ln_comm_rank(comm) != ln_comm_size(comm) - 1) return LN_OK;
  return ln_fail(e, LN_EIO, "disk full on the last rank");
}

static void watch(whole *w, int (*states)(void *, const int64_t *, const double *, int64_t, ln_error *)) {
  ln_record_sink sink = {.states = states};
  int var = V;
  ln_recorder *r;
  ln_recorder_spec spec = {.population = w->part[0],
                           .hi = 1,
                           .n_var = 1,
                           .var = &var,
                           .every = 1,
                           .sink = &sink,
                           .buffer_bytes = 1};
  OK(ln_network_add_recorder(w->net, &spec, &r, &err));
}

/* The interrupt of one rank stops all at one step, and the run can go on as if nothing had been. */
static void test_interrupt(void **state) {
  (void)state;
  for (int min_delay = 0; min_delay < 10; min_delay += 3) {
    whole w = make_whole(min_delay);
    watch(&w, interrupt_last_rank);
    interrupt = 0;
    REFUSED(ln_network_run(w.net, STEPS, &interrupt, NULL, NULL, &err), LN_EINTERRUPTED,
            "interrupted at t = ");
    int64_t step = ln_network_step(w.net);
    assert_true(step > 200 && step <= 202 + 2 * min_delay);
    assert_true(ln_comm_min(comm, step) == step && ln_comm_max(comm, step) == step);
    interrupt = 0;
    OK(ln_network_run(w.net, STEPS - step, &interrupt, NULL, NULL, &err));
    same_as_reference(&w);
    ln_network_destroy(w.net);
  }
}

static void test_failure(void **state) {
  (void)state;
  whole w = make_whole(2);
  watch(&w, fail_last_rank);
  REFUSED(ln_network_run(w.net, STEPS, NULL, NULL, NULL, &err), LN_EIO, "disk full on the last rank");
  assert_int_equal(ln_network_step(w.net), 228);
  ln_network_destroy(w.net);
}

/* All name the same neuron, the lowest, and stop at a step that does not depend on the number of ranks. */
static void test_nan(void **state) {
  (void)state;
  for (int min_delay = 0; min_delay < 40; min_delay += 13) {
    whole w = make_whole(min_delay);
    ln_value bad = ln_value_constant(NAN);
    run_steps(w.net, 70);
    OK(ln_population_fill(w.part[1], V, 0, 1, &bad, 0, &err));
    OK(ln_population_fill(w.part[0], V, 90, 91, &bad, 0, &err));
    OK(ln_population_fill(w.part[0], V, 95, 96, &bad, 0, &err));
    REFUSED(ln_network_run(w.net, STEPS, NULL, NULL, NULL, &err), LN_ENUMERIC,
            "exc: v of neuron 91 is NaN at t = 12.8 ms (model lif)");
    assert_int_equal(ln_network_step(w.net), 164);
    ln_network_destroy(w.net);
  }
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  add = unit("add", "");
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bits), cmocka_unit_test(test_interrupt),
                                     cmocka_unit_test(test_failure), cmocka_unit_test(test_nan)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed) ln_comm_abort(comm, 1);
  ln_model_release(model);
  ln_model_release(add);
  ln_comm_destroy(comm);
  return failed;
}
