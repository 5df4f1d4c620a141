/* test_projection.c - a projection as a script sees it: what is refused and how it is said, where values come
 * from, reading them back, moments.
 */
#include "../circuit.h"
#include "statistics.h"

static circuit net;
static ln_model *add, *logger, *once;
static ln_population *a, *b;
static ln_synapses *s;
static ln_error err;

static int setup(void **state) {
  (void)state;
  net = circuit_create();
  add = model_of(&add_unit), logger = model_of(&log_unit), once = model_of(&once_unit);
  a = add_cells(&net, "a", 40), b = add_cells(&net, "b", 30);
  s = storage(logger, b);
  return 0;
}
static int teardown(void **state) {
  (void)state;
  ln_synapses_destroy(s);
  circuit_destroy(&net);
  ln_model_release(add), ln_model_release(logger), ln_model_release(once);
  return 0;
}

static const ln_connector everybody = {.kind = LN_ALL_TO_ALL, .autapses = true};

/* ------------------------------------------------------------------ refused */

static void refused(void **state) {
  (void)state;
  ln_value one[] = {ln_value_constant(1), ln_value_constant(1)};
  const double numbers[] = {1, 2, 3};
  ln_projection *p;
#define TRY(spec, message) FAILS(ln_projection_create(&p, &spec, comm, 1, DT, &err), message)
  ln_projection_spec x = join("ab", a, b, logger, everybody, ms(-0.1), one);
  TRY(x, "ab: a delay of -0.1 ms; expected a time of at least 0");
  x.delay = ms(0.04);
  TRY(x, "ab: a delay of 0.04 ms is positive, but rounds to no time step (dt = 0.1 ms)");
  x.delay = ms(6553.6);
  TRY(x, "ab: a delay of 6553.6 ms is more than 65535 time steps (dt = 0.1 ms)");
  x.delay = ln_value_constant(NAN);
  TRY(x, "ab: a delay of nan ms; expected a time of at least 0");
  x.delay = array(numbers, 3);
  TRY(x, "ab: delay has 3 numbers for 1200 synapses");
  x.delay = ms(1);
  ln_value w[] = {array(numbers, 3), one[0]};
  x.var = w;
  TRY(x, "ab: w has 3 numbers for 1200 synapses");
  x.connector = (ln_connector){.kind = LN_BERNOULLI, .p = 0.5};
  TRY(x, "ab: w is an array, but this connector draws its synapses; expected a value, a distribution or an "
         "expression");
  x.connector.p = -1;
  TRY(x, "ab: bernoulli: the probability must lie between 0 and 1, got -1");
  x.connector = everybody;
  x.var = one;
  x.post_hi = 31;
  TRY(x, "ab: neurons 1 to 31 of b, which has 30");
  x.post_hi = 30;
  ln_value spread[] = {normal(1, 1, 0)};
  x.synapse = once, x.var = spread;
  TRY(x, "ab: w is stored once for all synapses; expected one number");
  x.synapse = net.cell;
  TRY(x, "ab: cell is not a synapse");
}

/* What only shows when synapses are made. */
static void refused_when_built(void **state) {
  (void)state;
  ln_value one[] = {ln_value_constant(1), ln_value_constant(1)};
  ln_projection_spec x = join("ab", a, b, logger, everybody, normal(1e-3, 1e-3, -INFINITY), one);
  ln_projection *p = project(&x, s, 1);
  ln_value v = ln_value_constant(0);
  FAILS(ln_projection_fill(p, 0, &v, &err), "ab has not been built yet");
  assert_int_equal(ln_synapses_build(s, NULL, NULL, &err), LN_EINVAL);
  assert_memory_equal(err.text, "ab: a delay of ", 15);
  assert_int_equal(ln_synapses_count(s), 0);
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
  s = storage(logger, b);
  one[1] = ln_value_constant(3e9);
  x.delay = ms(1);
  p = project(&x, s, 1);
  FAILS(ln_synapses_build(s, NULL, NULL, &err), "ab: c is an integer; 3e+09 is not one it can hold");
  ln_projection_destroy(p);
}

/* ------------------------------------------------------------------ values */

static void arrays(void **state) {
  (void)state;
  double w[1200], d[30];
  const int64_t i[] = {5, 1, 5, 5}, j[] = {2, 2, 2, 1}, origin[] = {3, 0, 2, 1};
  const double four[] = {10, 20, 30, 40}, delay[] = {1e-3, 1e-3, 2e-3, 1e-3};
  for (int k = 0; k < 1200; k++) w[k] = k;
  for (int k = 0; k < 30; k++) d[k] = k * DT;
  ln_value by_pair[] = {array(w, 1200), ln_value_constant(7)},
           by_place[] = {array(w, 30), ln_value_constant(8)},
           by_origin[] = {array(four, 4), ln_value_constant(9)};
  ln_projection_spec spec[3] = {
      join("ab", a, b, logger, everybody, ms(0), by_pair),
      join("bb", b, b, logger, (ln_connector){.kind = LN_ONE_TO_ONE}, array(d, 30), by_place),
      join("aa", a, a, logger,
           (ln_connector){.kind = LN_PAIRS, .n_pairs = 4, .i = i, .j = j, .origin = origin}, array(delay, 4),
           by_origin)};
  ln_projection *p[3];
  for (int k = 0; k < 3; k++) p[k] = project(&spec[k], s, (uint64_t)k);
  build(s);
  ln_connections c;
  ok(ln_projection_gather(p[0], 0, &c, &err), &err);
  for (int k = 0; k < 1200; k++)
    assert_true(c.i[k] == k / 30 && c.j[k] == k % 30 && c.value[k] == k && c.delay[k] == 0);
  ln_connections_clear(&c);
  ok(ln_projection_gather(p[1], 0, &c, &err), &err);
  for (int k = 0; k < 30; k++) assert_true(c.i[k] == k && c.j[k] == k && c.value[k] == k && c.delay[k] == k);
  ln_connections_clear(&c);
  ok(ln_projection_gather(p[2], 0, &c, &err), &err);
  const double expected[][4] = {{1, 2, 10, 10},
                                {5, 1, 10, 20},
                                {5, 2, 10, 40},
                                {5, 2, 20, 30}}; /* i, j, steps, w */
  assert_int_equal(c.n, 4);
  for (int k = 0; k < 4; k++)
    assert_true(c.i[k] == expected[k][0] && c.j[k] == expected[k][1] && c.delay[k] == expected[k][2] &&
                c.value[k] == expected[k][3]);
  ln_connections_clear(&c);
  ok(ln_projection_gather(p[2], 1, &c, &err), &err);
  for (int k = 0; k < 4; k++) assert_true(c.value[k] == 9);
  ln_connections_clear(&c);
  const double again[] = {5, 6, 7, 8}; /* in the order of a gather */
  ln_value v = array(again, 4);
  ok(ln_projection_fill(p[2], 0, &v, &err), &err);
  ok(ln_projection_gather(p[2], 0, &c, &err), &err);
  for (int k = 0; k < 4; k++) assert_true(c.value[k] == again[k]);
  ln_connections_clear(&c);
  v.n_array = 3;
  FAILS(ln_projection_fill(p[2], 0, &v, &err), "aa: 3 numbers for w of 4 synapses");
  for (int k = 0; k < 3; k++) ln_projection_destroy(p[k]);
}

static const ln_input inputs[] = {{"v", LN_IN_PRE},   {"v", LN_IN_POST},  {"s", LN_IN_POST},
                                  {"", LN_IN_I},      {"", LN_IN_J},      {"", LN_IN_N_PRE},
                                  {"", LN_IN_N_POST}, {"gain", LN_IN_PAR}};
static void sum_of_inputs(const ln_expression_args *x) {
  static const double factor[] = {1, 100, 1e4, 1e-2, 1e-4, 1e-6, 1e-8, 1e6};
  for (int64_t k = 0; k < x->n; k++) {
    x->out[k] = 0;
    for (int q = 0; q < 8; q++) x->out[k] += factor[q] * x->in[q][k];
  }
}
static const ln_unit sum_unit = {.abi = LN_ABI_VERSION,
                                 .kind = LN_EXPRESSION,
                                 .name = "sum",
                                 .precision = 8,
                                 .n_in = 8,
                                 .in = inputs,
                                 .evaluate = sum_of_inputs};
static const ln_input own_w[] = {{"w", LN_IN_SYN}};
static void double_w(const ln_expression_args *x) {
  for (int64_t k = 0; k < x->n; k++) x->out[k] = 2 * x->in[0][k] + 0.5;
}
static const ln_unit double_unit = {.abi = LN_ABI_VERSION,
                                    .kind = LN_EXPRESSION,
                                    .name = "double",
                                    .precision = 8,
                                    .n_in = 1,
                                    .in = own_w,
                                    .evaluate = double_w};
static const ln_input distance[] = {{"", LN_IN_I}, {"", LN_IN_J}};
static void distance_delay(const ln_expression_args *x) { /* 1 step a neuron */
  for (int64_t k = 0; k < x->n; k++) x->out[k] = DT * fabs(x->in[0][k] - x->in[1][k]);
}
static const ln_unit distance_unit = {.abi = LN_ABI_VERSION,
                                      .kind = LN_EXPRESSION,
                                      .name = "distance",
                                      .precision = 8,
                                      .n_in = 2,
                                      .in = distance,
                                      .evaluate = distance_delay};

static void expressions(void **state) {
  (void)state;
  ln_model *sum = model_of(&sum_unit), *twice = model_of(&double_unit), *far = model_of(&distance_unit);
  for (int k = 0; k < 40; k++) ((double *)ln_population_var(a, 0))[k] = k + 1;
  for (int k = 0; k < 30; k++) ((double *)ln_population_var(b, 0))[k] = k + 2;
  *(double *)ln_population_var(b, 2) = 3;
  const double par[8] = {[7] = 4};
  ln_value var[] = {of(sum), of(twice)};
  var[0].par = par;
  ln_projection_spec spec = join("ab", a, b, logger, everybody, of(far), var);
  spec.pre_lo = 3, spec.pre_hi = 35, spec.post_lo = 4,
  spec.post_hi = 27; /* i and j stay those of the population */
  ln_projection *p = project(&spec, s, 1);
  build(s);
  ln_connections w, c;
  ok(ln_projection_gather(p, 0, &w, &err), &err);
  ok(ln_projection_gather(p, 1, &c, &err), &err);
  assert_int_equal(w.n, 32 * 23);
  for (int64_t k = 0; k < w.n; k++) {
    int64_t i = w.i[k] + 1, j = w.j[k] + 1;
    double x = (double)i + 100.0 * (double)(j + 1) + 3e4 + 0.01 * (double)i + 1e-4 * (double)j + 1e-6 * 40 +
               1e-8 * 30 + 4e6;
    assert_true(fabs(w.value[k] - x) < 1e-6);
    assert_true(c.value[k] == floor(2 * w.value[k] + 0.5));
    assert_int_equal(w.delay[k], labs((long)(i - j)));
  }
  ln_connections_clear(&c);
  ok(ln_projection_fill(p, 0, &var[1], &err), &err); /* w = 2*w + 0.5 */
  ok(ln_projection_gather(p, 0, &c, &err), &err);
  for (int64_t k = 0; k < w.n; k++) assert_true(c.value[k] == 2 * w.value[k] + 0.5);
  ln_connections_clear(&w), ln_connections_clear(&c);
  ln_projection_destroy(p);
  ln_model_release(sum), ln_model_release(twice), ln_model_release(far);
}

/* Weights and delays of a pair with many synapses are independent draws; a second assignment draws anew. */
static void distributions(void **state) {
  (void)state;
  ln_value var[] = {normal(2, 0.5, -INFINITY), ln_value_constant(0)};
  ln_connector c = {.kind = LN_FIXED_TOTAL, .n = 60000, .autapses = true, .multapses = true};
  ln_projection_spec spec = join("ab", a, b, logger, c, normal(1.5e-3, 0.75e-3, DT), var);
  ln_projection *p = project(&spec, s, 1);
  build(s);
  ln_connections x;
  ok(ln_projection_gather(p, 0, &x, &err), &err);
  assert_int_equal(x.n, 60000);
  moments w = {0}, delay = {0}, product = {0};
  for (int64_t k = 0; k < x.n; k++) {
    add_moment(&w, x.value[k]);
    add_moment(&delay, (double)x.delay[k]);
    bool same = k && x.i[k] == x.i[k - 1] && x.j[k] == x.j[k - 1];
    if (same) add_moment(&product, (x.value[k] - 2) * (x.value[k - 1] - 2));
    assert_true(x.delay[k] >= 1);
    assert_true(!same || x.delay[k] >= x.delay[k - 1]);
  }
  assert_true(fabs(mean_z(&w, 2, 0.25)) < 4);
  assert_true(fabs(variance_z(&w, 0.25, 3)) < 4);
  assert_true(fabs(mean_z(&product, 0, 0.0625)) < 4);
  /* a normal truncated at z = -1.4/0.75, rounded to steps: mean 15 + 7.5 phi(z)/(1 - Phi(z)) */
  double z = -1.4 / 0.75, phi = exp(-z * z / 2) / sqrt(2 * M_PI), rest = 0.5 * erfc(z / sqrt(2));
  double tail = phi / rest, variance = 7.5 * 7.5 * (1 + z * tail - tail * tail) + 1 / 12.0;
  assert_true(fabs(mean_z(&delay, 15 + 7.5 * tail, variance)) < 4);
  ln_moments m;
  ok(ln_projection_moments(p, 0, &m, &err), &err);
  assert_int_equal(m.n, 60000);
  assert_true(fabs(m.mean - w.mean) < 1e-12 && fabs(m.variance - w.m2 / w.n) < 1e-12);
  double low = INFINITY, high = -INFINITY;
  for (int64_t k = 0; k < x.n; k++) low = fmin(low, x.value[k]), high = fmax(high, x.value[k]);
  assert_true(m.min == low && m.max == high);
  ln_connections y;
  ok(ln_projection_fill(p, 0, &var[0], &err), &err);
  ok(ln_projection_gather(p, 0, &y, &err), &err);
  moments change = {0};
  for (int64_t k = 0; k < x.n; k++) add_moment(&change, (x.value[k] - 2) * (y.value[k] - 2));
  assert_true(fabs(mean_z(&change, 0, 0.0625)) < 4);
  ln_connections_clear(&x), ln_connections_clear(&y);
  ln_projection_destroy(p);
}

/* A projection's synapses do not depend on what else is stored with them, or when. */
static void on_its_own(void **state) {
  (void)state;
  ln_value var[] = {normal(0, 1, -INFINITY), ln_value_constant(0)};
  ln_connector c = {.kind = LN_FIXED_INDEGREE, .n = 50, .autapses = true, .multapses = true};
  ln_projection_spec spec[] = {join("aa", a, a, logger, c, normal(2e-3, 1e-3, DT), var),
                               join("ab", a, b, logger, c, normal(2e-3, 1e-3, DT), var),
                               join("bb", b, b, logger, c, normal(2e-3, 1e-3, DT), var)};
  ln_projection *p[4];
  p[2] = project(&spec[2], s, 3), p[1] = project(&spec[1], s, 2);
  build(s);
  p[0] = project(&spec[0], s, 1);
  build(s);
  ln_synapses *apart = storage(logger, b);
  p[3] = project(&spec[1], apart, 2);
  build(apart);
  ln_connections x, y;
  ok(ln_projection_gather(p[1], 0, &x, &err), &err);
  ok(ln_projection_gather(p[3], 0, &y, &err), &err);
  assert_true(x.n == 1500 && y.n == 1500);
  for (int64_t k = 0; k < x.n; k++)
    assert_true(x.i[k] == y.i[k] && x.j[k] == y.j[k] && x.delay[k] == y.delay[k] && x.value[k] == y.value[k]);
  ln_connections_clear(&x), ln_connections_clear(&y);
  for (int k = 0; k < 4; k++) ln_projection_destroy(p[k]);
  ln_synapses_destroy(apart);
}

/* Nothing at all: empty ranges, no synapses. */
static void empty(void **state) {
  (void)state;
  ln_value var[] = {normal(0, 1, -INFINITY), ln_value_constant(0)};
  ln_projection_spec none = join("none", a, b, logger, everybody, normal(2e-3, 1e-3, DT), var);
  none.pre_hi = 0;
  ln_projection_spec never = join("never", b, b, logger, (ln_connector){.kind = LN_BERNOULLI}, ms(1), var);
  ln_projection *p[2] = {project(&none, s, 1), project(&never, s, 2)};
  build(s);
  for (int k = 0; k < 2; k++) {
    ln_connections c;
    ln_moments m;
    ok(ln_projection_gather(p[k], 0, &c, &err), &err);
    assert_int_equal(c.n, 0);
    ln_connections_clear(&c);
    ok(ln_projection_moments(p[k], 0, &m, &err), &err);
    assert_true(m.n == 0 && isnan(m.mean));
    ok(ln_projection_fill(p[k], 0, &var[0], &err), &err);
    ln_projection_destroy(p[k]);
  }
  assert_int_equal(ln_synapses_count(s), 0);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {T(refused),       T(refused_when_built), T(arrays), T(expressions),
                                     T(distributions), T(on_its_own),         T(empty)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  free(arrivals);
  return failed;
}
