/* test_recorder.c - recordings: order of neurons and spikes, sampling, sinks, wrong input. */
#include "units/units.h"
#include "memory.h"

static ln_model *model, *expression;

/* Counts v up by hand: with tau = inf the equation adds I dt a step. */
static ln_population *ramp(ln_network *net, int64_t size) {
  ln_population *p = lif(net, "ramp", size, model);
  double slope[256];
  for (int64_t k = 0; k < size; k++) slope[k] = (double)k / 1000;
  ln_value v = {.kind = LN_VALUE_ARRAY, .array = slope, .n_array = size};
  ln_population_set_parameter(p, PAR_TAU, 1e6);
  set(p, V, 0);
  OK(ln_population_fill(p, I, 0, size, &v, 0, &err));
  return p;
}

static void test_states(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = ramp(net, 100);
  ln_recorder *r;
  int var[] = {I, V, G};
  int64_t neurons[] = {99, 0, 7, 7}, n_samples, n_neurons, n, *step;
  set(p, G, 3);
  ln_recorder_spec spec = {.population = p,
                           .lo = 0,
                           .hi = 100,
                           .n_var = 3,
                           .var = var,
                           .every = 4,
                           .neurons = neurons,
                           .n_neurons = 4};
  run_steps(net, 3);
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  run_steps(net, 10); /* steps 3 to 12 */
  double *x, *v;
  OK(ln_recorder_gather_states(r, 0, &n_samples, &n_neurons, &x, &err));
  assert_true(n_samples == 3 && n_neurons == 4);
  for (int s = 0; s < 3; s++) {
    for (int k = 0; k < 4; k++) assert_true(x[4 * s + k] == (double)neurons[k] / 1000);
  }
  ln_free(x);
  OK(ln_recorder_gather_states(r, 1, &n_samples, &n_neurons, &x, &err));
  for (int s = 0; s < 3; s++) { /* before the update: after 4 (s + 1) steps */
    double expected = 0.099 * 1e-4 / 1e6 * 4 * (s + 1);
    assert_true(x[4 * s] > expected * 0.999999 && x[4 * s] < expected * 1.000001 && x[4 * s + 1] == 0);
    assert_true(x[4 * s + 2] == x[4 * s + 3]);
  }
  ln_free(x);
  OK(ln_recorder_gather_states(r, 2, &n_samples, &n_neurons, &x, &err));
  assert_true(x[0] == 3 && x[11] == 3);
  ln_free(x);
  OK(ln_recorder_steps(r, &n, &step, &err));
  assert_true(n == 3 && step[0] == 4 && step[1] == 8 && step[2] == 12);
  ln_free(step);
  ln_recorder_clear(r);
  assert_int_equal(ln_recorder_local_count(r), 0);
  OK(ln_population_gather(p, V, 0, 100, &v, &err));
  ln_free(v);
  ln_network_destroy(net);
}

static void test_expression(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = ramp(net, 100);
  double par[4] = {0, 0, 0, 5}, *x;
  ln_value v = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  const int first = -1;
  ln_recorder_spec spec = {.population = p, .lo = 10, .hi = 20, .every = 1, .n_var = 1, .var = &first, .n_expression = 1,
                           .expression = &v};
  ln_recorder *r;
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  par[3] = 7e9; /* was copied */
  set(p, I, 0);
  set(p, V, 0.5);
  run_steps(net, 1); /* sigma is a parameter of the model: its value there, 0, counts */
  ln_population_set_parameter(p, PAR_SIGMA, 1e-3);
  run_steps(net, 2);
  int64_t n_samples, n_neurons;
  OK(ln_recorder_gather_states(r, 0, &n_samples, &n_neurons, &x, &err));
  assert_true(n_samples == 3 && n_neurons == 10);
  for (int k = 0; k < 10; k++) {
    assert_true(x[k] == 1 + k + 1 + 100); /* i counts from the first that is recorded */
    double drawn = x[10 + k] - (1 + k + 1 + 100);
    assert_true(drawn > -1e-7 && drawn < 1e-3 + 1e-7 && drawn != x[20 + k] - (1 + k + 1 + 100));
  }
  ln_free(x);
  ln_network_destroy(net);
}

static void test_spikes(void **state) {
  (void)state;
  ln_network *net = network();
  int64_t step[] = {0, 0, 0, 2, 2}, gid[] = {0, 5, 9, 3, 5}, n, *s, *g;
  const int64_t *borrowed_step, *borrowed_gid;
  ln_population *p = given(net, "source", 10, 5, step, gid);
  ln_recorder *r;
  ln_recorder_spec spec = {.population = p, .lo = 3, .hi = 9, .spikes = true};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  run_steps(net, 5);
  OK(ln_recorder_gather_spikes(r, &n, &s, &g, &err));
  assert_int_equal(n, 3);
  assert_true(s[0] == 0 && g[0] == 5 && s[1] == 2 && g[1] == 3 && s[2] == 2 && g[2] == 5);
  ln_recorder_local_spikes(r, &n, &borrowed_step, &borrowed_gid);
  assert_true(n == 3 && borrowed_step[2] == 2 && borrowed_gid[2] == 5);
  ln_free(s);
  ln_free(g);
  ln_network_destroy(net);
}

/* What spikes are recorded with: a state, before its reset; a constant by neuron; one stored once; an expression. */
static void test_values_at_spikes(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = ramp(net, 100);
  double par[4] = {0, 0, 0, 0};
  ln_value v = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  const int var[] = {I, V, G, -1};
  ln_recorder_spec spec = {.population = p, .lo = 90, .hi = 95, .spikes = true, .n_var = 4, .var = var,
                           .n_expression = 1, .expression = &v};
  ln_recorder *r;
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  set(p, G, 3);
  set(p, V, 1e9);
  run_steps(net, 1);
  int64_t n;
  double *x[4];
  for (int k = 0; k < 4; k++) OK(ln_recorder_gather_values(r, k, &n, &x[k], &err));
  assert_int_equal(n, 5);
  for (int k = 0; k < 5; k++) {
    assert_true(x[0][k] == (double)(90 + k) / 1000 && x[1][k] > 0.9e9 && x[2][k] == 3);
    assert_true(x[3][k] == 2*x[1][k] + k + 1 + 100);
  }
  for (int k = 0; k < 4; k++) ln_free(x[k]);
  REFUSED(ln_recorder_gather_values(r, 4, &n, &x[0], &err), LN_EINVAL, "recorded variable 5 of 4");
  ln_network_destroy(net);
}

/* A restored network records the same steps again: gathered, all are in order. */
static void test_back_in_time(void **state) {
  (void)state;
  ln_network *net = network();
  int64_t step[] = {1, 5, 8}, gid[] = {2, 1, 0}, n, *s, *g;
  ln_recorder *r = spikes_of(net, given(net, "source", 3, 3, step, gid));
  ln_snapshot *then;
  run_steps(net, 3);
  OK(ln_network_store(net, &then, &err));
  run_steps(net, 7);
  OK(ln_network_restore(net, then, &err));
  assert_int_equal(ln_network_step(net), 3);
  run_steps(net, 4);
  OK(ln_recorder_gather_spikes(r, &n, &s, &g, &err));
  assert_int_equal(n, 4);
  assert_true(s[0] == 1 && s[1] == 5 && s[2] == 5 && s[3] == 8 && g[2] == 1);
  ln_free(s);
  ln_free(g);
  ln_snapshot_destroy(then);
  ln_network_destroy(net);
}

/* ------------------------------------------------------------------ sinks */

typedef struct taken {
  int64_t n, most, calls, closed, fail_at;
  int64_t step[4096], gid[4096];
  double row[4096];
  int64_t n_row, width;
} taken;

static int take_spikes(void *user, const int64_t *step, const int64_t *gid, const double *values, int64_t n, ln_error *e) {
  (void)values;
  taken *t = user;
  if (++t->calls == t->fail_at) return ln_fail(e, LN_EIO, "the disk is full");
  if (n > t->most) t->most = n;
  memcpy(t->step + t->n, step, (size_t)n * 8);
  memcpy(t->gid + t->n, gid, (size_t)n * 8);
  t->n += n;
  return LN_OK;
}
static int take_states(void *user, const int64_t *step, const double *rows, int64_t n, ln_error *e) {
  taken *t = user;
  (void)e;
  if (n > t->most) t->most = n;
  t->calls++;
  memcpy(t->step + t->n, step, (size_t)n * 8);
  memcpy(t->row + t->n_row, rows, (size_t)(n * t->width) * 8);
  t->n += n;
  t->n_row += n * t->width;
  return LN_OK;
}
static int take_close(void *user, ln_error *e) {
  (void)e;
  ((taken *)user)->closed++;
  return LN_OK;
}

static void test_spike_sink(void **state) {
  (void)state;
  enum { NEURONS = 4, STEPS = 500 };
  static int64_t step[NEURONS * STEPS], gid[NEURONS * STEPS];
  for (int k = 0; k < NEURONS * STEPS; k++) {
    step[k] = k / NEURONS;
    gid[k] = k % NEURONS;
  }
  ln_network *net = network();
  static taken t;
  ln_recorder *r;
  ln_record_sink sink = {take_spikes, take_states, take_close, &t};
  ln_recorder_spec spec = {.population = given(net, "source", NEURONS, NEURONS * STEPS, step, gid), .lo = 0,
                           .hi = NEURONS, .spikes = true, .sink = &sink, .buffer_bytes = 100 * 16};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  run_steps(net, 123);
  run_steps(net, STEPS - 123);
  assert_true(t.calls >= NEURONS * STEPS / 100 && t.most <= 100 && t.most > 50);
  OK(ln_recorder_close(r, &err));
  assert_true(t.n == NEURONS * STEPS && t.closed == 1);
  assert_memory_equal(t.step, step, sizeof step);
  assert_memory_equal(t.gid, gid, sizeof gid);
  assert_int_equal(ln_recorder_local_count(r), NEURONS * STEPS);
  int64_t n, *s, *g;
  REFUSED(ln_recorder_gather_spikes(r, &n, &s, &g, &err), LN_EINVAL, "source: this recording went to a file");
  run_steps(net, 1);
  OK(ln_recorder_close(r, &err));
  assert_int_equal(t.closed, 1);
  ln_network_destroy(net);
}

static void test_state_sink(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = ramp(net, 10);
  static taken t = {.width = 10};
  int var = I;
  ln_record_sink sink = {take_spikes, take_states, NULL, &t};
  ln_recorder_spec spec = {.population = p,
                           .lo = 0,
                           .hi = 10,
                           .n_var = 1,
                           .var = &var,
                           .every = 2,
                           .sink = &sink,
                           .buffer_bytes = 7 * 88 + 80};
  ln_recorder *r;
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  run_steps(net, 100);
  assert_true(t.calls == 7 && t.most == 7 && t.n == 49);
  OK(ln_recorder_flush(r, &err));
  assert_int_equal(t.n, 50);
  for (int k = 0; k < 500; k++)
    assert_true(t.row[k] == (double)(k % 10) / 1000 && t.step[k / 10] == k / 10 * 2);
  OK(ln_recorder_close(r, &err));
  ln_network_destroy(net);
}

/* A sink that fails stops the run with its message; the network is left at a step boundary. */
static void test_failing_sink(void **state) {
  (void)state;
  enum { STEPS = 1000 };
  static int64_t step[STEPS], gid[STEPS];
  for (int k = 0; k < STEPS; k++) step[k] = k;
  ln_network *net = network();
  static taken t = {.fail_at = 3};
  ln_recorder *r;
  ln_record_sink sink = {take_spikes, take_states, NULL, &t};
  ln_recorder_spec spec = {.population = given(net, "source", 1, STEPS, step, gid), .hi = 1, .spikes = true,
                           .sink = &sink, .buffer_bytes = 100 * 16};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  REFUSED(ln_network_run(net, STEPS, NULL, NULL, NULL, &err), LN_EIO, "the disk is full");
  assert_true(ln_network_step(net) < 400);
  ln_network_destroy(net);
}

static void test_wrong(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = ramp(net, 10);
  int var = V;
  int64_t neurons[] = {3, 10}, n, m, *s, *g;
  double *x;
  ln_recorder *r;
  ln_recorder_spec spec = {.population = p, .lo = 0, .hi = 11, .n_var = 1, .var = &var, .every = 1};
  REFUSED(ln_network_add_recorder(net, &spec, &r, &err), LN_EINVAL, "ramp has neurons 1 to 10, but 1 to 11");
  spec.hi = 10;
  spec.every = 0;
  REFUSED(ln_network_add_recorder(net, &spec, &r, &err), LN_EINVAL, "every 0 steps");
  spec.every = 1;
  spec.neurons = neurons;
  spec.n_neurons = 2;
  REFUSED(ln_network_add_recorder(net, &spec, &r, &err), LN_EINVAL,
          "ramp: neuron 11 is to be recorded; expected 1 to 10");
  assert_null(r);
  int64_t step = 0, gid = 0;
  spec = (ln_recorder_spec){.population = given(net, "given", 5, 1, &step, &gid), .hi = 5, .n_var = 1, .var = &var,
                            .every = 1};
  REFUSED(ln_network_add_recorder(net, &spec, &r, &err), LN_EINVAL, "given has given spike times");
  r = states_of(net, p, V, 1);
  REFUSED(ln_recorder_gather_spikes(r, &n, &s, &g, &err), LN_EINVAL, "a recording of states");
  REFUSED(ln_recorder_gather_states(r, 1, &n, &m, &x, &err), LN_EINVAL, "variable 2 of 1");
  ln_network_destroy(net);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  expression = unit("twice", "");
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_states),     cmocka_unit_test(test_expression), cmocka_unit_test(test_spikes),
    cmocka_unit_test(test_values_at_spikes), cmocka_unit_test(test_back_in_time), cmocka_unit_test(test_spike_sink), cmocka_unit_test(test_state_sink),
    cmocka_unit_test(test_failing_sink), cmocka_unit_test(test_wrong),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_model_release(model);
  ln_model_release(expression);
  ln_comm_destroy(comm);
  return failed;
}
