/* test_value.c - values: each distribution's moments and shape, truncation, arrays, a compiled expression;
 * and that what an element gets depends on nothing but its id and the key.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "statistics.h"
#include "value.h"

enum { N = 50000 };
static uint64_t id[2 * N];
static double x[N], y[N];
static char folder[] = "/tmp/lunate-test-value-XXXXXX";
static ln_model *expression;

static ln_value distribution(ln_value_kind kind, double a, double b) {
  return (ln_value){.kind = kind, .a = a, .b = b, .low = -INFINITY, .high = INFINITY};
}

static void fill_n(const ln_value *v, const ln_value_chunk *c, double *out) {
  ln_error err;
  if (ln_value_fill(v, c, out, &err)) fail_msg("%s", err.text);
}

static void fill(const ln_value *v, double *out) {
  fill_n(v, &(ln_value_chunk){.n = N, .id = id, .key = 42}, out);
}

static void check_moments(double mean, double variance, double kurtosis) {
  moments m = {0};
  for (int k = 0; k < N; k++) add_moment(&m, x[k]);
  double a = mean_z(&m, mean, variance), b = variance_z(&m, variance, kurtosis);
  if (!(fabs(a) < 4 && fabs(b) < 4))
    fail_msg("mean %g, not %g; variance %g, not %g", m.mean, mean, m.m2 / (N - 1), variance);
}

static void test_constant(void **state) {
  (void)state;
  ln_value v = ln_value_constant(-0.06);
  fill(&v, x);
  for (int k = 0; k < N; k++) assert_true(x[k] == -0.06);
  v = ln_value_constant(INFINITY);
  fill(&v, x);
  assert_true(x[N - 1] == INFINITY);
}

static double uniform_cdf(double z, const double *par) { return (z - par[0]) / (par[1] - par[0]); }
static double exponential_cdf(double z, const double *par) { return -expm1(-z / par[0]); }
static double lognormal_cdf(double z, const double *par) { return normal_cdf(log(z), par); }
static double erlang2_cdf(double z, const double *par) { return 1 - exp(-z / par[1]) * (1 + z / par[1]); }

static void test_distributions(void **state) {
  (void)state;
  ln_value v = distribution(LN_VALUE_UNIFORM, -60, -50);
  fill(&v, x);
  check_moments(-55, 100 / 12.0, 1.8);
  for (int k = 0; k < N; k++) assert_true(x[k] >= -60 && x[k] < -50);
  assert_true(kolmogorov(x, N, uniform_cdf, &v.a) < 2.2);
  v = distribution(LN_VALUE_NORMAL, -60, 5);
  fill(&v, x);
  check_moments(-60, 25, 3);
  assert_true(kolmogorov(x, N, normal_cdf, &v.a) < 2.2);
  v = distribution(LN_VALUE_LOGNORMAL, 0.5, 0.3);
  fill(&v, x);
  double q = exp(0.09);
  check_moments(exp(0.5 + 0.045), (q - 1) * exp(1 + 0.09), q * q * q * q + 2 * q * q * q + 3 * q * q - 3);
  assert_true(kolmogorov(x, N, lognormal_cdf, &v.a) < 2.2);
  v = distribution(LN_VALUE_EXPONENTIAL, 3, 0);
  fill(&v, x);
  check_moments(3, 9, 9);
  assert_true(kolmogorov(x, N, exponential_cdf, &v.a) < 2.2);
  v = distribution(LN_VALUE_GAMMA, 2, 0.1);
  fill(&v, x);
  check_moments(0.2, 0.02, 6);
  assert_true(kolmogorov(x, N, erlang2_cdf, &v.a) < 2.2);
  v = distribution(LN_VALUE_GAMMA, 0.3, 2);
  fill(&v, x);
  check_moments(0.6, 1.2, 23);
}

/* Without spread a distribution is its mean; an empty uniform its end. */
static void test_degenerate(void **state) {
  (void)state;
  ln_value v = distribution(LN_VALUE_NORMAL, 7, 0);
  fill(&v, x);
  assert_true(x[3] == 7);
  v = distribution(LN_VALUE_UNIFORM, 7, 7);
  fill(&v, x);
  assert_true(x[3] == 7);
  v = distribution(LN_VALUE_UNIFORM, 1, 1 + 0x1p-52); /* two doubles: the upper is never reached */
  fill(&v, x);
  for (int k = 0; k < N; k++) assert_true(x[k] == 1);
}

static double half_normal_cdf(double z, const double *par) {
  (void)par;
  return erf(z * M_SQRT1_2);
}
static double memoryless_cdf(double z, const double *par) {
  (void)par;
  return -expm1(-(z - 2));
}
static double cut_gamma_cdf(double z, const double *par) {
  double lo = erlang2_cdf(par[2], par), hi = erlang2_cdf(par[3], par);
  return (erlang2_cdf(z, par) - lo) / (hi - lo);
}

static void test_truncated(void **state) {
  (void)state;
  ln_value v = {.kind = LN_VALUE_NORMAL, .a = 0, .b = 1, .low = 0, .high = INFINITY};
  fill(&v, x);
  assert_true(kolmogorov(x, N, half_normal_cdf, NULL) < 2.2);
  assert_true(x[0] >= 0);
  v = (ln_value){.kind = LN_VALUE_EXPONENTIAL, .a = 1, .low = 2, .high = INFINITY};
  fill(&v, x);
  assert_true(kolmogorov(x, N, memoryless_cdf, NULL) < 2.2);
  assert_true(x[0] >= 2);
  v = (ln_value){.kind = LN_VALUE_GAMMA, .a = 2, .b = 1, .low = 0.5, .high = 1.5};
  fill(&v, x);
  assert_true(kolmogorov(x, N, cut_gamma_cdf, &(double[]){2, 1, 0.5, 1.5}[0]) < 2.2);
  assert_true(x[0] >= 0.5 && x[N - 1] <= 1.5);
}

/* A bound that accepts a draw leaves it as it is: truncation changes only what lay outside. */
static void test_truncation_keeps(void **state) {
  (void)state;
  for (int kind = LN_VALUE_UNIFORM; kind <= LN_VALUE_GAMMA; kind++) {
    ln_value free_one = distribution((ln_value_kind)kind, 1, 1.5), cut = free_one;
    cut.low = 1.1;
    cut.high = 1.4;
    fill(&free_one, x);
    fill(&cut, y);
    int inside = 0;
    for (int k = 0; k < N; k++) {
      assert_true(y[k] >= 1.1 && y[k] <= 1.4);
      if (x[k] >= 1.1 && x[k] <= 1.4) inside++, assert_true(x[k] == y[k]);
    }
    assert_true(inside > 1000 && inside < N - 1000);
  }
}

static void refused(ln_value v, const char *why) {
  ln_error err;
  int64_t origin[2] = {0, 2};
  ln_value_chunk c = {.n = 2, .id = id, .origin = v.n_array == 1 ? NULL : origin, .key = 1};
  assert_int_equal(ln_value_fill(&v, &c, x, &err), LN_EINVAL);
  if (!strstr(err.text, why)) fail_msg("'%s' does not say '%s'", err.text, why);
}

static void test_refused(void **state) {
  (void)state;
  refused((ln_value){.kind = LN_VALUE_NORMAL, .a = 0, .b = 1, .low = 40, .high = 50},
          "normal(0, 1) truncated to [40, 50]: 10000 draws");
  refused((ln_value){.kind = LN_VALUE_GAMMA, .a = 1, .b = 1, .low = -2, .high = -1},
          "gamma(1, 1) truncated to [-2, -1]");
  refused((ln_value){.kind = LN_VALUE_NORMAL, .a = 0, .b = 1, .low = 1, .high = -1},
          "[1, -1], which is empty");
  refused(distribution(LN_VALUE_NORMAL, 0, -1), "standard deviation is negative (-1)");
  refused(distribution(LN_VALUE_NORMAL, NAN, 1), "normal: its parameters must be finite");
  refused(distribution(LN_VALUE_UNIFORM, 2, 1), "uniform: the upper end (1) lies below the lower (2)");
  refused(distribution(LN_VALUE_EXPONENTIAL, -1, 0), "the mean is negative");
  refused(distribution(LN_VALUE_GAMMA, 0, 1), "positive shape");
  double two[2] = {1, 2};
  refused((ln_value){.kind = LN_VALUE_ARRAY, .array = two, .n_array = 2},
          "array of 2 values is too short: number 3");
  refused((ln_value){.kind = LN_VALUE_ARRAY, .array = two, .n_array = 1}, "have no places in it");
  refused((ln_value){.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = two},
          "an expression that reads 'v' cannot be used here");
}

static void test_array(void **state) {
  (void)state;
  double values[3] = {10, 20, 30};
  int64_t origin[5] = {2, 0, 0, 1, 2};
  ln_value v = {.kind = LN_VALUE_ARRAY, .array = values, .n_array = 3};
  fill_n(&v, &(ln_value_chunk){.n = 5, .id = id, .origin = origin}, x);
  const double expected[5] = {30, 10, 10, 20, 30};
  assert_memory_equal(x, expected, sizeof expected);
}

/* ------------------------------------------------------------------ an expression: v * i + gain + rand() */

static const char unit[] =
    "#include \"abi.h\"\n"
    "static const ln_input in[] = {{\"v\", LN_IN_PRE}, {\"gain\", LN_IN_PAR}, {\"i\", LN_IN_I}};\n"
    "static void evaluate(const ln_expression_args *a) {\n"
    "  const double *v = __builtin_assume_aligned(a->in[0], 64), *i = __builtin_assume_aligned(a->in[2], "
    "64);\n"
    "  double *out = __builtin_assume_aligned(a->out, 64);\n"
    "  if (a->n % LN_LANES || (uintptr_t)a->out % 64 || (uintptr_t)a->id % 64 || (uintptr_t)a->in[0] % 64) "
    "__builtin_trap();\n"
    "  for (int64_t k = 0; k < a->n; k++)\n"
    "    out[k] = v[k] * i[k] + a->in[1][k] + ln_uniform(a->key, a->id[2 * k], a->id[2 * k + 1] + "
    "((uint64_t)1 << 48)) + a->t;\n"
    "}\n"
    "const ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = LN_EXPRESSION, .name = \"e\", .precision = "
    "8,\n"
    "  .n_in = 3, .in = in, .evaluate = evaluate};\n";

typedef struct source { /* where a chunk's elements begin, and which inputs were read */
  int64_t first;
  int reads[3];
} source;

static int read_input(void *user, int input, int64_t n, double *out, ln_error *err) {
  source *s = user;
  s->reads[input]++;
  if (s->first == 999) return ln_fail(err, LN_EIO, "nothing to read");
  for (int64_t k = 0; k < n; k++)
    out[k] = input == 0 ? 0.5 * (double)(s->first + k) : (double)(s->first + k + 1);
  return 0;
}

static const double par[3] = {NAN, 1000, NAN};

static void evaluate_from(int64_t first, int64_t n, double *out) {
  source s = {.first = first};
  ln_value v = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  fill_n(
      &v,
      &(ln_value_chunk){.n = n, .id = id + 2 * first, .key = 42, .t = 0.25, .read = read_input, .user = &s},
      out);
  assert_int_equal(s.reads[0], n > 0);
  assert_int_equal(s.reads[1], 0);
  assert_int_equal(s.reads[2], n > 0);
}

static void test_expression(void **state) {
  (void)state;
  evaluate_from(0, N, x);
  for (int k = 0; k < N; k++) {
    double u = ln_uniform(42, id[2 * k], id[2 * k + 1] + ((uint64_t)1 << 48));
    assert_true(x[k] == 0.5 * k * (k + 1.0) + 1000 + u + 0.25);
  }
  source s = {.first = 999};
  ln_error err;
  ln_value v = {.kind = LN_VALUE_EXPRESSION, .expression = expression, .par = par};
  ln_value_chunk c = {.n = 3, .id = id, .read = read_input, .user = &s};
  assert_int_equal(ln_value_fill(&v, &c, y, &err), LN_EIO);
  assert_string_equal(err.text, "nothing to read");
}

/* Dealt out in chunks of odd sizes, to places that are not aligned, every element gets the same. */
static void test_chunks(void **state) {
  (void)state;
  const int64_t sizes[] = {1, 63, 64, 65, 0, 511, 512, 513, 2000};
  for (int kind = LN_VALUE_UNIFORM; kind <= LN_VALUE_EXPRESSION; kind++) {
    if (kind == LN_VALUE_ARRAY) continue;
    ln_value v = {.kind = (ln_value_kind)kind, .a = 1, .b = 1.5, .low = 1.1, .high = 1.4};
    if (kind == LN_VALUE_EXPRESSION) evaluate_from(0, N, x);
    else fill(&v, x);
    for (int64_t first = 0, k = 0; first < N; k++) {
      int64_t n = sizes[k % 9] < N - first ? sizes[k % 9] : N - first;
      if (kind == LN_VALUE_EXPRESSION) evaluate_from(first, n, y + first);
      else fill_n(&v, &(ln_value_chunk){.n = n, .id = id + 2 * first, .key = 42}, y + first);
      first += n;
    }
    assert_memory_equal(x, y, sizeof x);
  }
}

static int set_up(void **state) {
  (void)state;
  for (int k = 0; k < N; k++) {
    id[2 * k] = (uint64_t)k * 7919;
    id[2 * k + 1] = (uint64_t)k % 5;
  }
  char command[512], path[128];
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/e.c", folder);
  FILE *f = fopen(path, "w");
  fputs(unit, f);
  fclose(f);
  snprintf(command, sizeof command,
           "cc -std=gnu11 -O3 -ffp-contract=off -fPIC -shared -w -I '" LN_SOURCE_DIR
           "/src' -o '%s/e.so' '%s' -lm",
           folder, path);
  if (system(command)) return -1;
  snprintf(path, sizeof path, "%s/e.so", folder);
  return ln_model_load(&expression, path, NULL);
}

static int tear_down(void **state) {
  (void)state;
  char command[128];
  ln_model_release(expression);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constant),
      cmocka_unit_test(test_distributions),
      cmocka_unit_test(test_degenerate),
      cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_truncation_keeps),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_array),
      cmocka_unit_test(test_expression),
      cmocka_unit_test(test_chunks),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
