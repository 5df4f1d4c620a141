/* test_population.c - whatever the ranks, a population has the same values; failures are everybody's. */
#include <math.h>
#include "kernel/units/units.h"
#include "keys.h"
#include "memory.h"
#include "population_p.h"

enum { SIZE = 1003 };
static ln_model *model, *expression;

/* The same numbers, made for all neurons here. */
static void same_draws(ln_population *p, const ln_value *v, uint64_t n_before, const double *got) {
  static uint64_t id[2 * SIZE];
  static double expected[SIZE];
  for (uint64_t k = 0; k < SIZE; k++) id[2 * k] = k;
  ln_value_chunk chunk = {.n = SIZE, .id = id,
                          .key = ln_population_key(p, LN_DRAW_VARIABLE + (V << 8) + (n_before << 24))};
  OK(ln_value_fill(v, &chunk, expected, &err));
  assert_memory_equal(got, expected, sizeof expected);
}

static void test_values(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", SIZE, model);
  ln_value gamma = {.kind = LN_VALUE_GAMMA, .a = 2, .b = 1, .low = 0.1, .high = INFINITY};
  double *x, array[SIZE], par[4] = {0, 0, 0, 1};
  OK(ln_population_fill(p, V, 0, SIZE, &gamma, 0, &err));
  OK(ln_population_gather(p, V, 0, SIZE, &x, &err));
  same_draws(p, &gamma, 0, x);
  for (int k = 0; k < SIZE; k++) array[k] = 2 * k;
  ln_value given_values = {.kind = LN_VALUE_ARRAY, .array = array, .n_array = 500};
  OK(ln_population_fill(p, V, 3, 503, &given_values, 0, &err));
  ln_value twice = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  OK(ln_population_fill(p, V, 500, 600, &twice, 0, &err));
  double *y;
  OK(ln_population_gather(p, V, 1, SIZE, &y, &err));
  for (int k = 1; k < SIZE; k++) {
    double was = k >= 3 && k < 503 ? 2 * (k - 3) : x[k], now = y[k - 1];
    double i = k - 500 + 1; /* counts from the first that is filled */
    if (k >= 500 && k < 600) assert_true(now >= 2 * was + i + SIZE && now < 2 * was + i + 1 + SIZE);
    else assert_true(now == was);
  }
  ln_free(x);
  ln_free(y);
  int64_t lo, hi, last = 0;
  for (int rank = 0; rank < ln_comm_size(comm); rank++) {
    ln_population_slice_of(p, rank, &lo, &hi);
    assert_int_equal(lo, last);
    last = hi;
  }
  assert_int_equal(last, SIZE);
  ln_network_destroy(net);
}

/* Only the owner of neuron 1003 sees what is wrong. */
static void test_together(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", SIZE, model);
  double array[SIZE] = {0};
  array[SIZE - 1] = 1e10;
  ln_value v = {.kind = LN_VALUE_ARRAY, .array = array, .n_array = SIZE};
  REFUSED(ln_population_fill(p, N, 0, SIZE, &v, 0, &err), LN_EINVAL, "exc: n of neuron 1003 is an integer");
  ln_population_spec spec = {.name = "huge", .size = 4294960000, .model = model, .par = lif_par};
  ln_population *q;
  REFUSED(ln_network_add_population(net, &spec, &q, &err), LN_ENOMEM, "huge: ");
  assert_null(q);
  ln_network_destroy(net);
}

/* Fewer neurons than ranks: some own none. */
static void test_tiny(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "one", 1, model);
  ln_recorder *r = spikes_of(net, p), *v = states_of(net, p, V, 10);
  set(p, I, 1.5);
  set(p, G, 4);
  run_steps(net, 400);
  int64_t n, *step, *gid, samples, neurons;
  double *x;
  OK(ln_recorder_gather_spikes(r, &n, &step, &gid, &err));
  assert_true(n == 3 && step[0] == 109 && step[1] == 238 && step[2] == 367);
  OK(ln_recorder_gather_states(v, 0, &samples, &neurons, &x, &err));
  assert_true(samples == 40 && neurons == 1 && fabs(x[1] - 1.5 * -expm1(-0.1)) < 1e-14);
  ln_free(step);
  ln_free(gid);
  ln_free(x);
  OK(ln_population_gather(p, G, 0, 1, &x, &err));
  assert_true(*x == 4);
  ln_free(x);
  ln_network_destroy(net);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  expression = unit("twice", "");
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_together),
                                     cmocka_unit_test(test_tiny)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed) ln_comm_abort(comm, 1);
  ln_model_release(model);
  ln_model_release(expression);
  ln_comm_destroy(comm);
  return failed;
}
