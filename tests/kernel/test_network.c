/* test_network.c - the loop: spike times against closed forms, order of updates, delays, cutting a run into
 * pieces, store and restore, interrupts, NaN, Poisson inputs, refusals.
 */
#include <math.h>
#include "units/units.h"
#include "memory.h"
#include "statistics.h"

static ln_model *model, *add;

static const ln_connector all = {.kind = LN_ALL_TO_ALL, .autapses = true};

/* ------------------------------------------------------------------ spike times */

/* From reset, v(n) = I (1 - exp(-n dt/tau)) passes v_th at the first n > -ln(1 - v_th/I) tau/dt; the update
 * of step s makes n = s + 1, and the refractory time adds its steps. */
static void test_firing(void **state) {
  (void)state;
  enum { NEURONS = 40, STEPS = 3000 };
  ln_network *net = network();
  ln_population *p = lif(net, "exc", NEURONS, model);
  ln_recorder *r = spikes_of(net, p);
  double current[NEURONS];
  int64_t n, *step, *gid, seen[NEURONS] = {0};
  for (int k = 0; k < NEURONS; k++) current[k] = 0.9 + 0.0517 * k;
  ln_value v = {.kind = LN_VALUE_ARRAY, .array = current, .n_array = NEURONS};
  OK(ln_population_fill(p, I, 0, NEURONS, &v, 0, &err));
  run_steps(net, STEPS);
  OK(ln_recorder_gather_spikes(r, &n, &step, &gid, &err));
  for (int64_t k = 0; k < n; k++) {
    int64_t rise = (int64_t)floor(-log1p(-1 / current[gid[k]]) * 100) + 1;
    assert_int_equal(step[k], rise - 1 + seen[gid[k]]++ * (rise + 20 - 1));
  }
  for (int k = 0; k < NEURONS; k++) assert_true(current[k] > 1 ? seen[k] > 3 : seen[k] == 0);
  ln_counters c;
  ln_network_counters(net, &c);
  assert_true(c.steps == STEPS && c.spikes == n && c.neuron_updates == NEURONS * STEPS && c.update_s > 0);
  ln_free(step);
  ln_free(gid);
  ln_network_destroy(net);
}

static double v_at(ln_recorder *r, int64_t step) {
  int64_t samples, neurons;
  double *x, v;
  OK(ln_recorder_gather_states(r, 0, &samples, &neurons, &x, &err));
  v = x[step * neurons];
  ln_free(x);
  return v;
}

/* A spike in step 5 with a delay of d steps is seen by the target's variables after step 5 + d, and so first
 * by the recorder at the start of step 5 + d + 1. */
static void test_delays(void **state) {
  (void)state;
  const int delay[] = {0, 1, 2, 31, 32, 33, 100};
  const int64_t step = 5, gid = 0;
  for (int k = 0; k < 7; k++) {
    ln_network *net = network();
    ln_population *source = given(net, "source", 1, 1, &step, &gid), *p = lif(net, "exc", 1, model);
    project(net, source, p, add, all, ln_value_constant(0.25), ln_value_constant(delay[k] * 1e-4));
    ln_recorder *r = states_of(net, p, V, 1);
    run_steps(net, 120);
    assert_true(v_at(r, 5 + delay[k]) == 0 && v_at(r, 6 + delay[k]) == 0.25);
    assert_int_equal(ln_network_min_delay(net), delay[k] < 32 ? delay[k] : 32);
    ln_network_destroy(net);
  }
}

/* Input in the step of a spike is there before the reset, which takes it away; in the step before, it makes
 * the neuron spike one step earlier. */
static void test_order(void **state) {
  (void)state;
  for (int64_t at = 107; at <= 109; at++) {
    const int64_t gid = 0;
    int64_t n, *step, *g;
    ln_network *net = network();
    ln_population *p = lif(net, "exc", 1, model), *source = given(net, "source", 1, 1, &at, &gid);
    project(net, source, p, add, all, ln_value_constant(0.9), ln_value_constant(0));
    ln_recorder *r = spikes_of(net, p), *v = states_of(net, p, V, 1);
    set(p, I, 1.5);
    run_steps(net, 230);
    OK(ln_recorder_gather_spikes(r, &n, &step, &g, &err));
    assert_true(n == 1 && step[0] == (at == 107 ? 108 : 109));
    assert_true(v_at(v, step[0] + 1) == 0 && v_at(v, step[0] + 20) == 0 && v_at(v, step[0] + 21) > 0);
    ln_free(step);
    ln_free(g);
    ln_network_destroy(net);
  }
}

/* ------------------------------------------------------------------ a network with everything */

typedef struct whole {
  ln_network *net;
  ln_population *exc, *inh;
  ln_recorder *spikes, *v;
} whole;

static whole make_whole(double delay) {
  whole w = {.net = network()};
  ln_connector some = {.kind = LN_BERNOULLI, .p = 0.3};
  ln_value few = {.kind = LN_VALUE_UNIFORM,
                  .a = fmax(delay, 1e-4),
                  .b = delay + 3e-3,
                  .low = -INFINITY,
                  .high = INFINITY};
  ln_value strong = {.kind = LN_VALUE_NORMAL, .a = 0.03, .b = 0.01, .low = -INFINITY, .high = INFINITY};
  w.exc = lif(w.net, "exc", 80, model);
  w.inh = lif(w.net, "inh", 20, model);
  ln_population_set_parameter(w.exc, PAR_SIGMA, 0.1);
  ln_population_set_parameter(w.inh, PAR_SIGMA, 0.1);
  set(w.exc, I, 0.9);
  set(w.inh, I, 0.9);
  ln_value input = ln_value_constant(0.01);
  ln_drive *d;
  ln_input_spec drive = {.name = "input",
                         .post = w.exc,
                         .post_lo = 3,
                         .post_hi = 70,
                         .synapse = add,
                         .var = &input,
                         .mean = ln_value_constant(0.4)};
  project(w.net, w.exc, w.exc, add, some, strong, few);
  project(w.net, w.exc, w.inh, add, some, strong, few);
  project(w.net, w.inh, w.exc, add, some, ln_value_constant(-0.1), ln_value_constant(delay));
  OK(ln_network_add_input(w.net, &drive, &d, &err));
  w.spikes = spikes_of(w.net, w.exc);
  w.v = states_of(w.net, w.inh, V, 7);
  return w;
}

static void same_result(whole a, whole b) {
  int64_t n, m, *s, *t, *g, *h;
  double *v, *w;
  assert_int_equal(ln_network_step(a.net), ln_network_step(b.net));
  OK(ln_recorder_gather_spikes(a.spikes, &n, &s, &g, &err));
  OK(ln_recorder_gather_spikes(b.spikes, &m, &t, &h, &err));
  assert_true(n == m && n > 100);
  assert_memory_equal(s, t, (size_t)n * 8);
  assert_memory_equal(g, h, (size_t)n * 8);
  OK(ln_population_gather(a.exc, V, 0, 80, &v, &err));
  OK(ln_population_gather(b.exc, V, 0, 80, &w, &err));
  assert_memory_equal(v, w, 80 * 8);
  void *arrays[] = {s, t, g, h, v, w};
  for (int k = 0; k < 6; k++) ln_free(arrays[k]);
}

static void test_cut(void **state) {
  (void)state;
  const double delay[] = {0, 1e-4, 4e-4, 5e-3};
  for (int k = 0; k < 4; k++) {
    whole a = make_whole(delay[k]), b = make_whole(delay[k]);
    run_steps(a.net, 600);
    for (int64_t n = 1, done = 0; done < 600; done += n, n = 3 * n % 97) {
      if (n > 600 - done) n = 600 - done;
      run_steps(b.net, n);
    }
    run_steps(b.net, 0);
    same_result(a, b);
    ln_counters c;
    ln_network_counters(a.net, &c);
    assert_true(c.events > 1000 && c.synapses > 1500 && c.synapse_bytes > 0 && c.state_bytes > 0);
    ln_network_destroy(a.net);
    ln_network_destroy(b.net);
  }
}

static void test_store(void **state) {
  (void)state;
  whole a = make_whole(1e-3), b = make_whole(1e-3);
  ln_snapshot *then;
  run_steps(a.net, 600);
  run_steps(b.net, 200);
  OK(ln_network_store(b.net, &then, &err));
  run_steps(b.net, 333); /* goes astray */
  set(b.exc, V, 0.7);
  run_steps(b.net, 10);
  for (int twice = 0; twice < 2; twice++) {
    OK(ln_network_restore(b.net, then, &err));
    ln_recorder_clear(b.spikes);
    ln_recorder_clear(a.spikes);
    run_steps(b.net, 400);
  }
  int64_t n, m;
  double *v, *w;
  OK(ln_recorder_count(b.spikes, &n, &err));
  OK(ln_population_gather(a.exc, V, 0, 80, &v, &err));
  OK(ln_population_gather(b.exc, V, 0, 80, &w, &err));
  assert_memory_equal(v, w, 80 * 8);
  assert_true(n > 100);
  ln_free(v);
  ln_free(w);
  OK(ln_recorder_count(a.spikes, &m, &err));
  assert_int_equal(m, 0);
  lif(b.net, "late", 3, model);
  REFUSED(ln_network_restore(b.net, then, &err), LN_EINVAL, "has changed since it was stored");
  ln_snapshot_destroy(then);
  ln_network_destroy(a.net);
  ln_network_destroy(b.net);
}

/* ------------------------------------------------------------------ stopping */

static volatile int interrupt;
static int64_t interrupt_at;

static int interrupting(void *user, const int64_t *step, const double *rows, int64_t n, ln_error *e) {
  (void)user, (void)rows, (void)e;
  if (step[n - 1] == interrupt_at) interrupt = 1;
  return LN_OK;
}

static void test_interrupt(void **state) {
  (void)state;
  whole a = make_whole(1e-3), b = make_whole(1e-3);
  ln_record_sink sink = {.states = interrupting};
  int var = V;
  ln_recorder *r;
  ln_recorder_spec spec = {.population = b.exc, .hi = 1, .n_var = 1, .var = &var, .every = 1, .sink = &sink,
                           .buffer_bytes = 1};
  OK(ln_network_add_recorder(b.net, &spec, &r, &err));
  interrupt_at = 123;
  run_steps(a.net, 600);
  REFUSED(ln_network_run(b.net, 600, &interrupt, NULL, NULL, &err), LN_EINTERRUPTED,
          "interrupted at t = 12.4 ms");
  assert_int_equal(ln_network_step(b.net), 124);
  interrupt = 0;
  OK(ln_network_run(b.net, 600 - 124, &interrupt, NULL, NULL, &err));
  same_result(a, b);
  ln_network_destroy(a.net);
  ln_network_destroy(b.net);
}

static void test_nan(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *first = lif(net, "first", 3, model), *p = lif(net, "exc", 30, model);
  ln_value bad = ln_value_constant(NAN);
  set(first, I, 0.1);
  OK(ln_population_fill(p, I, 20, 21, &bad, 0, &err));
  OK(ln_population_fill(p, I, 16, 17, &bad, 0, &err));
  REFUSED(ln_network_run(net, 10, NULL, NULL, NULL, &err), LN_ENUMERIC,
          "exc: v of neuron 17 is NaN at t = 1 ms (model lif)");
  assert_int_equal(ln_network_step(net), 10);
  REFUSED(ln_network_run(net, 1000, NULL, NULL, NULL, &err), LN_ENUMERIC, "neuron 17 is NaN at t = 6.4 ms");
  assert_int_equal(ln_network_step(net), 100); /* the same with any number of ranks */
  ln_population_set_parameter(first, PAR_V_TH, 1e308);
  ln_population_set_parameter(p, PAR_V_TH, 1e308);
  set(p, V, 0);
  set(p, I, 0);
  set(first, V, -INFINITY);
  REFUSED(ln_network_run(net, 1, NULL, NULL, NULL, &err), LN_ENUMERIC,
          "first: v of neuron 1 is infinite at t = 10.1 ms");
  set(first, V, 0);
  run_steps(net, 1000);
  ln_network_destroy(net);
}

static double fraction_seen;
static int reports;
static void progress(void *user, const char *what, double fraction) {
  (void)user;
  if (strcmp(what, "run") == 0) reports++;
  assert_true(fraction >= 0 && fraction <= 1);
  fraction_seen = fraction;
}

static void test_limits(void **state) {
  (void)state;
  ln_network *net;
  REFUSED(ln_network_create(&net, comm, 0, 1, &err), LN_EINVAL, "expected a positive time");
  net = network();
  REFUSED(ln_network_run(net, -1, NULL, NULL, NULL, &err), LN_EINVAL, "a run of -1 steps");
  REFUSED(ln_network_run(net, INT64_MAX, NULL, NULL, NULL, &err), LN_EINVAL, "less than 2^30 steps");
  OK(ln_network_run(net, 100, NULL, progress, NULL, &err));
  assert_int_equal(ln_network_step(net), 100);
  assert_true(fabs(ln_network_time(net) - 0.01) < 1e-15);
  ln_population *p = lif(net, "exc", 400000, model);
  project(net, p, p, add, all, ln_value_constant(1), ln_value_constant(1e-3));
  REFUSED(ln_network_run(net, 1, NULL, NULL, NULL, &err), LN_ENOMEM, "the network: its synapses need ");
  assert_non_null(strstr(err.text, "TiB, but "));
  ln_network_destroy(net);
}

/* ------------------------------------------------------------------ Poisson inputs */

/* Counts of every target and step, through targets that only add up. */
static double *arrivals(ln_value mean, int64_t size, int64_t lo, int64_t hi, int64_t steps) {
  ln_network *net = network();
  ln_population *p = lif(net, "exc", size, model);
  ln_value w = ln_value_constant(1);
  ln_drive *d;
  ln_input_spec spec = {
      .name = "input", .post = p, .post_lo = lo, .post_hi = hi, .synapse = add, .var = &w, .mean = mean};
  ln_population_set_parameter(p, PAR_TAU, 1e30);
  ln_population_set_parameter(p, PAR_V_TH, 1e30);
  OK(ln_network_add_input(net, &spec, &d, &err));
  ln_recorder *r = states_of(net, p, V, 1);
  run_steps(net, steps + 1);
  int64_t samples, neurons;
  double *x;
  OK(ln_recorder_gather_states(r, 0, &samples, &neurons, &x, &err));
  for (int64_t s = 0; s < steps; s++) {
    for (int64_t k = 0; k < size; k++) x[s * size + k] = x[(s + 1) * size + k] - x[s * size + k];
  }
  ln_network_destroy(net);
  return x;
}

static void check_poisson(const double *x, int64_t n, double mean) {
  enum { CELLS = 100 };
  int64_t counts[CELLS] = {0};
  double p[CELLS];
  for (int64_t k = 0; k < n; k++) counts[(int)x[k]]++;
  for (int k = 0; k < CELLS; k++) p[k] = exp(k * log(mean) - mean - lgamma(k + 1));
  assert_true(fabs(count_z(counts, p, CELLS, n)) < 4);
}

static void test_poisson(void **state) {
  (void)state;
  const double mean[] = {0.01, 0.8, 5, 31.5, 40};
  enum { TARGETS = 1001, STEPS = 200 };
  for (int m = 0; m < 5; m++) {
    double *x = arrivals(ln_value_constant(mean[m]), TARGETS, 0, TARGETS, STEPS);
    check_poisson(x, TARGETS * STEPS, mean[m]);
    double lag = 0, neighbour = 0; /* correlations, of unit variance by mean * count */
    for (int64_t k = 0; k < TARGETS * (STEPS - 1); k++) {
      lag += (x[k] - mean[m]) * (x[k + TARGETS] - mean[m]) / mean[m];
      neighbour += (x[k] - mean[m]) * (x[k + 1] - mean[m]) / mean[m];
    }
    assert_true(fabs(lag) < 4.5 * sqrt(TARGETS * STEPS) && fabs(neighbour) < 4.5 * sqrt(TARGETS * STEPS));
    ln_free(x);
  }
}

/* What a target gets is its own affair: it does not depend on the range, nor on who else has which mean. */
static void test_poisson_ranges(void **state) {
  (void)state;
  enum { TARGETS = 3000, STEPS = 10 };
  static double means[TARGETS], others[TARGETS];
  for (int k = 0; k < TARGETS; k++) {
    means[k] = k * 0.01;
    others[k] = k == 1500 ? 15 : 7;
  }
  ln_value each = {.kind = LN_VALUE_ARRAY, .array = means, .n_array = TARGETS};
  ln_value other = {.kind = LN_VALUE_ARRAY, .array = others, .n_array = TARGETS};
  double *a = arrivals(ln_value_constant(2), TARGETS, 0, TARGETS, STEPS);
  double *b = arrivals(ln_value_constant(2), TARGETS, 1111, 2222, STEPS);
  double *c = arrivals(each, TARGETS, 0, TARGETS, STEPS), *d = arrivals(other, TARGETS, 0, TARGETS, STEPS);
  for (int s = 0; s < STEPS; s++) {
    for (int k = 0; k < TARGETS; k++) {
      assert_true(b[s * TARGETS + k] == (k >= 1111 && k < 2222 ? a[s * TARGETS + k] : 0));
    }
    assert_true(c[s * TARGETS + 1500] == d[s * TARGETS + 1500] && c[s * TARGETS] == 0);
  }
  double sum = 0, expected = 0;
  for (int k = 0; k < TARGETS * STEPS; k++) {
    sum += c[k];
    expected += means[k % TARGETS];
  }
  assert_true(fabs(sum - expected) < 4 * sqrt(expected));
  double *all_of[] = {a, b, c, d};
  for (int k = 0; k < 4; k++) ln_free(all_of[k]);
}

static void test_poisson_wrong(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 10, model);
  int64_t step = 0, gid = 0;
  ln_value w = ln_value_constant(1), rates = {.kind = LN_VALUE_ARRAY, .array = lif_par, .n_array = 3};
  ln_drive *d;
  ln_input_spec spec = {.name = "input", .post = p, .post_hi = 10, .synapse = add, .var = &w,
                        .mean = ln_value_constant(10001)};
  REFUSED(ln_network_add_input(net, &spec, &d, &err), LN_EINVAL,
          "input: 10001 arrivals a step on average; expected 0 to 10000");
  assert_null(d);
  spec.mean = rates;
  REFUSED(ln_network_add_input(net, &spec, &d, &err), LN_EINVAL,
          "input: the rate: an array of 3 numbers for 10");
  spec.mean = ln_value_constant(1);
  spec.post_hi = 11;
  REFUSED(ln_network_add_input(net, &spec, &d, &err), LN_EINVAL, "exc has neurons 1 to 10");
  spec.post = given(net, "given", 11, 1, &step, &gid);
  REFUSED(ln_network_add_input(net, &spec, &d, &err), LN_EINVAL, "given has given spike times");
  spec.post = p;
  spec.post_hi = 10;
  OK(ln_network_add_input(net, &spec, &d, &err));
  ln_value negative = ln_value_constant(-0.5);
  REFUSED(ln_drive_set_mean(d, &negative, &err), LN_EINVAL, "-0.5 arrivals a step");
  run_steps(net, 1);
  ln_network_destroy(net);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  add = unit("add", "");
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_firing), cmocka_unit_test(test_delays),    cmocka_unit_test(test_order),
    cmocka_unit_test(test_cut),    cmocka_unit_test(test_store),     cmocka_unit_test(test_interrupt),
    cmocka_unit_test(test_nan),    cmocka_unit_test(test_limits),    cmocka_unit_test(test_poisson),
    cmocka_unit_test(test_poisson_ranges), cmocka_unit_test(test_poisson_wrong),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_model_release(model);
  ln_model_release(add);
  ln_comm_destroy(comm);
  return failed;
}
