/* test_population.c - variables set and read, parameters and propagators, schedules, wrong input. */
#include <math.h>
#include "units/units.h"
#include "memory.h"
#include "population_p.h"

static ln_model *model, *het, *single, *expression;

static void test_fill_and_gather(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 100, model);
  double array[40], *x;
  for (int k = 0; k < 40; k++) array[k] = 1000 + k;
  set(p, V, 0.5);
  ln_value v = {.kind = LN_VALUE_ARRAY, .array = array, .n_array = 40};
  OK(ln_population_fill(p, V, 10, 50, &v, 0, &err));
  OK(ln_population_gather(p, V, 0, 100, &x, &err));
  for (int k = 0; k < 100; k++) assert_true(x[k] == (k >= 10 && k < 50 ? 1000 + k - 10 : 0.5));
  ln_free(x);
  int64_t first, n;
  double part[3];
  ln_population_read(p, V, 48, 51, part, &first, &n);
  assert_true(first == 48 && n == 3 && part[0] == 1038 && part[1] == 1039 && part[2] == 0.5);
  ln_network_destroy(net);
}

static void test_types(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 10, model), *s = lif(net, "single", 10, single);
  double *x;
  set(p, N, -2.9); /* towards zero, as in C */
  set(p, G, 7.25);
  set(s, V, 0.1);
  assert_int_equal(((int32_t *)ln_population_var(p, N))[9], -2);
  assert_true(*(double *)ln_population_var(p, G) == 7.25);
  assert_true(((float *)ln_population_var(s, V))[9] == 0.1f);
  OK(ln_population_gather(s, V, 9, 10, &x, &err));
  assert_true(*x == (double)0.1f);
  ln_free(x);
  OK(ln_population_gather(p, G, 2, 4, &x, &err));
  assert_true(x[0] == 7.25 && x[1] == 7.25);
  ln_free(x);
  ln_value big = ln_value_constant(3e9);
  REFUSED(ln_population_fill(p, N, 4, 6, &big, 0, &err), LN_EINVAL, "exc: n of neuron 5 is an integer");
  ln_network_destroy(net);
}

static void test_draws(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 1000, model), *q = lif(net, "inh", 1000, model);
  ln_value normal = {.kind = LN_VALUE_NORMAL, .a = 1, .b = 2, .low = -INFINITY, .high = INFINITY};
  double *a, *b, *c;
  OK(ln_population_fill(p, V, 0, 1000, &normal, 0, &err));
  OK(ln_population_fill(q, V, 0, 1000, &normal, 0, &err));
  OK(ln_population_gather(p, V, 0, 1000, &a, &err));
  OK(ln_population_gather(q, V, 0, 1000, &b, &err));
  OK(ln_population_fill(p, V, 0, 1000, &normal, 0, &err));
  OK(ln_population_gather(p, V, 0, 1000, &c, &err));
  double sum = 0, square = 0;
  int same = 0;
  for (int k = 0; k < 1000; k++) {
    sum += a[k];
    square += (a[k] - 1) * (a[k] - 1);
    same += (a[k] == b[k]) + (a[k] == c[k]);
  }
  assert_true(fabs(sum / 1000 - 1) < 4 * 2 / sqrt(1000) &&
              fabs(square / 1000 - 4) < 4 * 4 * sqrt(2.0 / 1000));
  assert_int_equal(same, 0);
  ln_free(a);
  ln_free(b);
  ln_free(c);
  ln_network_destroy(net);
}

static void test_expression(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 3000, model);
  double par[4] = {0, 0, 0, 0}, *x;
  ln_value v = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  set(p, V, 0.5);
  OK(ln_population_fill(p, V, 5, 3000, &v, 0, &err));
  OK(ln_population_evaluate(p, &v, 0, 3000, 0, &x, &err));
  for (int k = 0; k < 3000; k++) {
    double was = k < 5 ? 0.5 : 1 + (k - 5 + 1) + 3000; /* i counts from the first that is filled */
    assert_true(x[k] == 2 * was + k + 1 + 3000);
  }
  ln_free(x);
  REFUSED(ln_population_fill(p, G, 0, 3000, &v, 0, &err), LN_EINVAL, "v differs from neuron to neuron");
  ln_network_destroy(net);
}

static void test_ranges(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "exc", 100, model);
  double array[3] = {1, 2, 3}, *x;
  ln_value one = ln_value_constant(1), few = {.kind = LN_VALUE_ARRAY, .array = array, .n_array = 3};
  REFUSED(ln_population_fill(p, V, 90, 101, &one, 0, &err), LN_EINVAL,
          "exc has neurons 1 to 100, but 91 to 101");
  REFUSED(ln_population_fill(p, V, 0, 4, &few, 0, &err), LN_EINVAL,
          "exc: v: an array of 3 numbers for 4 neurons");
  REFUSED(ln_population_gather(p, V, -1, 4, &x, &err), LN_EINVAL, "but 0 to 4");
  assert_null(x);
  ln_network_destroy(net);
}

static void test_added_wrong(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p;
  ln_population_spec spec = {.name = "exc", .size = 0, .model = model, .par = lif_par};
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "exc: a population of 0 neurons");
  spec.size = INT64_C(1) << 33;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "more than 2^32 - 2");
  spec.size = 4294967000;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_ENOMEM, "exc: 4294967000 neurons need 1");
  assert_non_null(strstr(err.text, "GiB of memory are available"));
  spec = (ln_population_spec){.name = "exc", .size = 5, .model = expression};
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "twice is not a model of neurons");
  spec.model = NULL;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "either a model or spike times");
  int64_t step[] = {1, 1, 0}, gid[] = {2, 2, 7};
  ln_schedule s = {.n = 2, .step = step, .gid = gid};
  spec.schedule = &s;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL,
          "neuron 3 has two spikes within step 1");
  gid[1] = 1;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "not sorted");
  gid[1] = 5;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "is of neuron 6; expected 1 to 5");
  step[0] = -1;
  REFUSED(ln_network_add_population(net, &spec, &p, &err), LN_EINVAL, "negative time");
  assert_null(p);
  p = lif(net, "after all this", 5, model);
  assert_int_equal(ln_population_nid(p), 0);
  assert_int_equal(ln_population_index(p), 0);
  ln_network_destroy(net);
}

/* After one step from 0 with current 1, v = 1 - exp(-dt/tau), whoever knows tau and however it was set. */
static void test_propagators(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *p = lif(net, "one", 10, model), *q = lif(net, "each", 1000, het);
  ln_value uniform = {.kind = LN_VALUE_UNIFORM, .a = 1e-3, .b = 20e-3, .low = -INFINITY, .high = INFINITY};
  double *tau, *v, *w;
  for (int round = 0; round < 3; round++) {
    set(p, I, 1);
    set(p, V, 0);
    set(q, I, 1);
    set(q, V, 0);
    if (round == 1) ln_population_set_parameter(p, PAR_TAU, 3e-3);
    if (round < 2) OK(ln_population_fill(q, TAU, 500 * round, 1000, &uniform, 0, &err));
    run_steps(net, 1);
    OK(ln_population_gather(p, V, 0, 10, &v, &err));
    OK(ln_population_gather(q, V, 0, 1000, &w, &err));
    OK(ln_population_gather(q, TAU, 0, 1000, &tau, &err));
    for (int k = 0; k < 10; k++) assert_true(fabs(v[k] + expm1(-1e-4 / (round ? 3e-3 : 10e-3))) < 1e-16);
    for (int k = 0; k < 1000; k++) assert_true(fabs(w[k] + expm1(-1e-4 / tau[k])) < 1e-16);
    ln_free(tau);
    ln_free(v);
    ln_free(w);
  }
  set(q, TAU, 0);
  REFUSED(ln_network_run(net, 1, NULL, NULL, NULL, &err), LN_EINVAL, "each: neuron 1: a coefficient");
  ln_network_destroy(net);
}

static void test_schedule(void **state) {
  (void)state;
  ln_network *net = network();
  int64_t step[] = {0, 3, 3, 10, 99, 100}, gid[] = {4, 1, 3, 0, 2, 1}, n, *s, *g;
  ln_population *p = given(net, "source", 5, 6, step, gid);
  ln_recorder *r = spikes_of(net, p);
  for (int k = 0; k < 9; k++) run_steps(net, 11); /* up to, not including, step 99 */
  OK(ln_recorder_gather_spikes(r, &n, &s, &g, &err));
  assert_int_equal(n, 4);
  for (int k = 0; k < 4; k++) assert_true(s[k] == step[k] && g[k] == gid[k]);
  assert_int_equal(ln_block_last(ln_population_block(p))[ln_population_blid(p) + 3], 3);
  ln_free(s);
  ln_free(g);
  run_steps(net, 2);
  OK(ln_recorder_count(r, &n, &err));
  assert_int_equal(n, 6);
  ln_network_destroy(net);
}

/* Populations of one model are ranges of one block; indices count on from one to the next. */
static void test_places(void **state) {
  (void)state;
  ln_network *net = network();
  ln_population *a = lif(net, "a", 70, model), *b = lif(net, "b", 30, het), *c = lif(net, "c", 5, model);
  assert_ptr_equal(ln_population_block(a), ln_population_block(c));
  assert_ptr_not_equal(ln_population_block(a), ln_population_block(b));
  assert_int_equal(ln_population_blid(c), 128);
  assert_int_equal(ln_population_nid(c), 100);
  uint32_t *nid = ln_block_nid(ln_population_block(c)), *gid = ln_block_gid(ln_population_block(c));
  assert_true(nid[69] == 69 && nid[70] == UINT32_MAX && nid[128] == 100 && nid[132] == 104 && gid[132] == 4);
  ln_network_destroy(net);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  model = unit("lif", "");
  het = unit("lif", "HET");
  single = unit("lif", "SINGLE");
  expression = unit("twice", "");
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fill_and_gather), cmocka_unit_test(test_types),
      cmocka_unit_test(test_draws),           cmocka_unit_test(test_expression),
      cmocka_unit_test(test_ranges),          cmocka_unit_test(test_added_wrong),
      cmocka_unit_test(test_propagators),     cmocka_unit_test(test_schedule),
      cmocka_unit_test(test_places),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_model *models[] = {model, het, single, expression};
  for (int k = 0; k < 4; k++) ln_model_release(models[k]);
  ln_comm_destroy(comm);
  return failed;
}
