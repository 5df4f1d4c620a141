/* test_actions.c - what happens beside a neuron's step: linked variables, events, statements every so often.
 *
 * A unit written here by hand counts what is called when; its linked variable x is read at every place where
 * a compiled unit may read one.
 */
#include "units/units.h"
#include "memory.h"
#include "population_p.h"

enum { Y, X, AT_START, AT_RESET, RUNS, HITS };

static int64_t advance(const ln_neuron_args *a) {
  double *y = a->var[Y];
  const double *x = a->var[X];
  int64_t n = 0;
  for (int64_t k = 0; k < a->n; k++) y[k] += x[k];
  for (int64_t k = 0; k < a->n_own; k++) {
    if (y[k] < 5) continue;
    a->spike[n++] = (uint32_t)k;
    a->last[k] = (int32_t)a->step;
  }
  return n;
}

static void start(const ln_neuron_args *a) {
  for (int64_t k = 0; k < a->n; k++) ((double *)a->var[AT_START])[k] = ((const double *)a->var[X])[k];
}

static void reset(const ln_neuron_args *a, const uint32_t *spike, int64_t n) {
  for (int64_t s = 0; s < n; s++)
    ((double *)a->var[AT_RESET])[spike[s]] = ((const double *)a->var[X])[spike[s]];
}

static void count_run(const ln_neuron_args *a) {
  for (int64_t k = 0; k < a->n; k++) ((int32_t *)a->var[RUNS])[k]++;
}

static int64_t detect(const ln_neuron_args *a, uint32_t *neuron) {
  int64_t n = 0;
  for (int64_t k = 0; k < a->n_own; k++) {
    if (((const double *)a->var[Y])[k] >= 7) neuron[n++] = (uint32_t)k;
  }
  return n;
}

static void act(const ln_neuron_args *a, const uint32_t *neuron, int64_t n) {
  for (int64_t s = 0; s < n; s++) {
    ((double *)a->var[Y])[neuron[s]] = 0;
    ((int32_t *)a->var[HITS])[neuron[s]]++;
  }
}

static const ln_variable variables[] = {
    {"y", LN_REAL, LN_STATE}, {"x", LN_REAL, LN_LINKED},  {"at_start", LN_REAL, 0},
    {"at_reset", LN_REAL, 0}, {"runs", LN_INT, 0}, {"hits", LN_INT, 0},
};
static void (*const every[])(const ln_neuron_args *) = {count_run};
static const ln_event events[] = {{"high", detect, act}};
static const ln_unit watcher = {
    .abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = "watcher", .precision = 8, .n_var = 6, .var = variables,
    .advance = advance, .reset = reset, .start = start, .n_every = 1, .every = every, .n_event = 1,
    .event = events, .reads_linked = LN_AT_START | LN_AT_STEP | LN_AT_RESET,
};

static const ln_variable source_variables[] = {{"v", LN_REAL, LN_STATE}, {"s", LN_REAL, LN_SHARED}, {"i", LN_INT, 0}};
static int64_t count_up(const ln_neuron_args *a) {
  for (int64_t k = 0; k < a->n; k++) ((double *)a->var[0])[k] += 1;
  return 0;
}
static const ln_unit counter = {.abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = "counter", .precision = 8,
                                .n_var = 3, .var = source_variables, .advance = count_up};

static ln_population *add(ln_network *net, const char *name, int64_t size, const ln_unit *unit) {
  ln_population *p;
  ln_model *m;
  OK(ln_model_from_unit(&m, unit, &err));
  ln_population_spec spec = {.name = name, .size = size, .model = m};
  OK(ln_network_add_population(net, &spec, &p, &err));
  ln_model_release(m);
  return p;
}

static double at(ln_population *p, int var, int64_t k) {
  double *x, value;
  OK(ln_population_gather(p, var, k, k + 1, &x, &err));
  value = *x;
  ln_free(x);
  return value;
}

static void test_link_in_place(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *source = add(net, "source", 100, &counter), *p = add(net, "p", 100, &watcher);
  OK(ln_population_link(p, X, source, 0, NULL, &err));
  assert_ptr_equal(ln_population_var(p, X), ln_population_var(source, 0));
  run_steps(net, 3); /* x is 1, 2, 3 when read in the step, one less at the start of it */
  assert_true(at(p, Y, 99) == 6 && at(p, AT_START, 0) == 2 && at(p, AT_RESET, 50) == 3);
  add(net, "more", 1000, &counter); /* another block: nothing of the old ones moves, or all is found again */
  run_steps(net, 1);
  assert_true(at(p, Y, 99) == 0 && at(p, HITS, 99) == 1);
  ln_network_destroy(net);
}

static void test_link_by_index(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *source = add(net, "source", 70, &counter), *p = add(net, "p", 130, &watcher);
  int64_t index[130];
  for (int k = 0; k < 130; k++) index[k] = (k * 37) % 70;
  double v[70];
  for (int k = 0; k < 70; k++) v[k] = k;
  ln_value values = {.kind = LN_VALUE_ARRAY, .array = v, .n_array = 70};
  OK(ln_population_fill(source, 0, 0, 70, &values, 0, &err));
  OK(ln_population_link(p, X, source, 0, index, &err));
  for (int k = 0; k < 130; k++) assert_true(at(p, X, k) == v[index[k]]);
  run_steps(net, 2);
  for (int k = 0; k < 130; k++) {
    assert_true(at(p, AT_START, k) == v[index[k]] + 1);
    assert_true(at(p, X, k) == v[index[k]] + 2);
  }
  OK(ln_population_link(p, X, p, Y, NULL, &err)); /* linked anew, to itself */
  set(p, Y, 2);
  run_steps(net, 1);
  assert_true(at(p, Y, 129) == 4 && at(p, X, 129) == 4);
  ln_network_destroy(net);
}

static void test_link_to_one_value(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *source = add(net, "source", 3, &counter), *p = add(net, "p", 10, &watcher);
  set(source, 1, 1.5);
  OK(ln_population_link(p, X, source, 1, NULL, &err));
  run_steps(net, 2);
  assert_true(at(p, Y, 9) == 3);
  int64_t zeros[10] = {0};
  set(source, 2, 4); /* an integer, read as a real */
  OK(ln_population_link(p, X, source, 2, zeros, &err));
  run_steps(net, 1);
  assert_true(at(p, X, 7) == 4 && at(p, HITS, 7) == 1);
  ln_network_destroy(net);
}

static void test_not_linked(void **state) {
  (void)state;
  ln_network *net = network();
  add(net, "p", 10, &watcher);
  REFUSED(ln_network_run(net, 1, NULL, NULL, NULL, &err), LN_EINVAL,
          "p: x is a linked variable, but is not linked to anything");
  ln_network_destroy(net);
}

static void test_events_and_every(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *source = add(net, "source", 1, &counter), *p = add(net, "p", 40, &watcher);
  set(source, 1, 1);
  OK(ln_population_link(p, X, source, 1, NULL, &err));
  double y[40];
  for (int k = 0; k < 40; k++) y[k] = k % 4;
  ln_value values = {.kind = LN_VALUE_ARRAY, .array = y, .n_array = 40};
  OK(ln_population_fill(p, Y, 0, 40, &values, 0, &err));
  ln_population_set_every(p, 0, 3);
  assert_int_equal(ln_population_event(p, "high"), 0);
  assert_int_equal(ln_population_event(p, "low"), -1);
  ln_recorder *r, *spikes = spikes_of(net, p);
  ln_recorder_spec spec = {.population = p, .lo = 10, .hi = 20, .spikes = true, .event = 1};
  OK(ln_network_add_recorder(net, &spec, &r, &err));
  run_steps(net, 7); /* y reaches 7 at step 6 - k % 4, spikes from two steps before */
  int64_t n, *step, *gid;
  OK(ln_recorder_gather_spikes(r, &n, &step, &gid, &err));
  assert_int_equal(n, 10);
  for (int64_t k = 0; k < n; k++) assert_int_equal(step[k], 6 - gid[k] % 4);
  ln_free(step);
  ln_free(gid);
  int64_t n_spikes;
  OK(ln_recorder_count(spikes, &n_spikes, &err));
  assert_int_equal(n_spikes, 40 * 3);
  assert_true(at(p, RUNS, 39) == 3 && at(p, HITS, 39) == 1);
  ln_network_destroy(net);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_link_in_place), cmocka_unit_test(test_link_by_index),
      cmocka_unit_test(test_link_to_one_value), cmocka_unit_test(test_not_linked),
      cmocka_unit_test(test_events_and_every),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
