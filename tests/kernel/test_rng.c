/* test_rng.c - Philox against its published answers, and every sampler against its distribution: by exact
 * probabilities where cells can be counted, by moments and Kolmogorov-Smirnov where they cannot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "rng.h"
#include "statistics.h"

enum { DRAWS = 100000, CELLS = 4096 };

/* Known answers of Random123 (kat_vectors, philox4x32-10). */
static void test_philox(void **state) {
  (void)state;
  static const struct {
    uint64_t key, a, b;
    uint32_t out[4];
  } known[] = {
      {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {~0ull, ~0ull, ~0ull, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x299f31d0a4093822,
       0x85a308d3243f6a88,
       0x0370734413198a2e,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (int k = 0; k < 3; k++) {
    ln_philox4 r = ln_philox(known[k].key, known[k].a, known[k].b);
    assert_memory_equal(r.w, known[k].out, sizeof r.w);
  }
}

static void test_keys(void **state) {
  (void)state;
  assert_int_not_equal(ln_key(1, 2, 3), ln_key(1, 3, 2));
  assert_int_not_equal(ln_key(1, 2, 3), ln_key(2, 2, 3));
  assert_int_equal(ln_key(1, 2, 3), ln_key(1, 2, 3));
  assert_true(ln_u01(0, 0) == 0);
  assert_true(ln_u01(~0u, ~0u) == 1 - 0x1p-53);
}

static double uniform_cdf(double x, const double *par) {
  (void)par;
  return x;
}
static double exponential_cdf(double x, const double *par) {
  (void)par;
  return -expm1(-x);
}

static void test_uniform_normal(void **state) {
  (void)state;
  static double x[DRAWS];
  for (int k = 0; k < DRAWS; k++) x[k] = ln_uniform(1, (uint64_t)k, 0);
  assert_true(kolmogorov(x, DRAWS, uniform_cdf, NULL) < 2.2);
  for (int k = 0; k < DRAWS; k++) x[k] = ln_normal(1, (uint64_t)k, 1);
  assert_true(kolmogorov(x, DRAWS, normal_cdf, (double[]){0, 1}) < 2.2);
  ln_stream s = {2, 0, 0};
  for (int k = 0; k < DRAWS; k++) x[k] = ln_stream_normal(&s);
  assert_true(kolmogorov(x, DRAWS, normal_cdf, (double[]){0, 1}) < 2.2);
}

/* ------------------------------------------------------------------ counts */

static int64_t counts[CELLS];
static double p[CELLS];

static double log_choose(double n, double k) { return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1); }

/* Counts draws in CELLS cells from lo on. */
static void count(int64_t (*draw)(ln_stream *s, const double *par), const double *par, int64_t lo) {
  ln_stream s = {11, (uint64_t)(par[0] * 1000), 5};
  memset(counts, 0, sizeof counts);
  for (int k = 0; k < DRAWS; k++) {
    int64_t x = draw(&s, par) - lo;
    if (x >= 0 && x < CELLS) counts[x]++;
  }
}

static int64_t draw_poisson(ln_stream *s, const double *par) { return ln_stream_poisson(s, par[0]); }
static int64_t draw_binomial(ln_stream *s, const double *par) {
  return ln_stream_binomial(s, (int64_t)par[0], par[1]);
}
static int64_t draw_hypergeometric(ln_stream *s, const double *par) {
  return ln_stream_hypergeometric(s, (int64_t)par[0], (int64_t)par[1], (int64_t)par[2]);
}

static int64_t first_cell(double mean) { return mean > CELLS / 2 ? (int64_t)mean - CELLS / 2 : 0; }

static void test_poisson(void **state) {
  (void)state;
  const double means[] = {0.001, 0.3, 1, 5, 9.99, 10, 12.5, 40, 150, 1000, 30000};
  for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
    int64_t lo = first_cell(means[m]);
    count(draw_poisson, &means[m], lo);
    for (int k = 0; k < CELLS; k++)
      p[k] = exp((double)(lo + k) * log(means[m]) - means[m] - lgamma((double)(lo + k) + 1));
    double z = count_z(counts, p, CELLS, DRAWS);
    if (!(z < 4)) fail_msg("mean %g: %g standard deviations", means[m], z);
  }
}

static void test_binomial(void **state) {
  (void)state;
  const double par[][2] = {{1, 0.3},      {10, 0.5},     {10, 0.95},  {30, 0.1},    {30, 0.4},
                           {1000, 0.009}, {1000, 0.02},  {1000, 0.5}, {1000, 0.98}, {1e6, 3e-6},
                           {1e6, 0.0002}, {100000, 0.7}, {1e6, 0.05}};
  for (size_t m = 0; m < sizeof par / sizeof *par; m++) {
    double n = par[m][0], q = par[m][1];
    int64_t lo = first_cell(n * q);
    count(draw_binomial, par[m], lo);
    for (int k = 0; k < CELLS; k++) {
      double x = (double)(lo + k);
      p[k] = x > n ? 0 : exp(log_choose(n, x) + x * log(q) + (n - x) * log1p(-q));
    }
    double z = count_z(counts, p, CELLS, DRAWS);
    if (!(z < 4)) fail_msg("%g, %g: %g standard deviations", n, q, z);
  }
}

static void test_hypergeometric(void **state) {
  (void)state;
  const double par[][3] = {{2, 1, 1},        {10, 5, 5},       {10, 7, 8},      {50, 6, 40},
                           {100, 50, 30},    {100, 90, 30},    {100, 50, 80},   {1000, 10, 100},
                           {1000, 400, 100}, {1000, 600, 900}, {1e6, 1e5, 300}, {1e6, 50, 5e5},
                           {1e6, 9e5, 9000}, {5e5, 1e5, 5000}};
  for (size_t m = 0; m < sizeof par / sizeof *par; m++) {
    double total = par[m][0], marked = par[m][1], draws = par[m][2];
    int64_t lo = first_cell(draws * marked / total);
    count(draw_hypergeometric, par[m], lo);
    for (int k = 0; k < CELLS; k++) {
      double x = (double)(lo + k);
      int possible = x <= marked && x <= draws && draws - x <= total - marked;
      p[k] =
          possible
              ? exp(log_choose(marked, x) + log_choose(total - marked, draws - x) - log_choose(total, draws))
              : 0;
    }
    double z = count_z(counts, p, CELLS, DRAWS);
    if (!(z < 4)) fail_msg("%g, %g, %g: %g standard deviations", total, marked, draws, z);
  }
}

/* Where nothing can be counted: large numbers are normal, and their moments are known. */
static void check_normal(int64_t (*draw)(ln_stream *s, const double *par), const double *par, double mean,
                         double variance) {
  static double x[DRAWS];
  ln_stream s = {13, (uint64_t)par[0], 5};
  moments m = {0};
  for (int k = 0; k < DRAWS; k++) {
    x[k] = (double)draw(&s, par) - mean;
    add_moment(&m, x[k]);
  }
  double a = mean_z(&m, 0, variance), b = variance_z(&m, variance, 3);
  double d = kolmogorov(x, DRAWS, normal_cdf, (double[]){0, sqrt(variance)});
  if (!(fabs(a) < 4 && fabs(b) < 4 && d < 2.2))
    fail_msg("%g: mean %g, variance %g, distance %g", par[0], a, b, d);
}

static void test_large_counts(void **state) {
  (void)state;
  check_normal(draw_poisson, (double[]){1e9}, 1e9, 1e9);
  check_normal(draw_poisson, (double[]){1e15}, 1e15, 1e15);
  check_normal(draw_binomial, (double[]){1e12, 0.25}, 2.5e11, 1e12 * 0.25 * 0.75);
  check_normal(draw_binomial, (double[]){0x1p62, 1e-9}, 0x1p62 * 1e-9, 0x1p62 * 1e-9);
  check_normal(draw_binomial, (double[]){1e13, 0.9}, 9e12, 9e11);
  const double par[][3] = {
      {1e13, 1e12, 1e8}, {1e13, 5e12, 5e12}, {1e13, 1e7, 1e12}, {1e13, 9e12, 9.9e12}, {64e8, 32e8, 1e9}};
  for (int k = 0; k < 5; k++) {
    double n = par[k][0], share = par[k][1] / n, mean = par[k][2] * share;
    check_normal(draw_hypergeometric, par[k], mean, mean * (1 - share) * (n - par[k][2]) / (n - 1));
  }
}

/* Of 2^62 trials with a tiny chance few succeed: Poisson. */
static void test_rare(void **state) {
  (void)state;
  const double means[] = {0.5, 7, 25};
  for (int m = 0; m < 3; m++) {
    count(draw_binomial, (double[]){0x1p62, ldexp(means[m], -62)}, 0);
    for (int k = 0; k < CELLS; k++) p[k] = exp(k * log(means[m]) - means[m] - lgamma(k + 1.0));
    assert_true(count_z(counts, p, CELLS, DRAWS) < 4);
    count(draw_hypergeometric, (double[]){1e13, 1e6, means[m] * 1e7}, 0);
    assert_true(count_z(counts, p, CELLS, DRAWS) < 4);
  }
}

static void test_edges(void **state) {
  (void)state;
  ln_stream s = {1, 1, 1};
  assert_int_equal(ln_stream_poisson(&s, 0), 0);
  assert_int_equal(ln_stream_poisson(&s, NAN), 0);
  assert_int_equal(ln_stream_binomial(&s, 0, 0.5), 0);
  assert_int_equal(ln_stream_binomial(&s, 10, 0), 0);
  assert_int_equal(ln_stream_binomial(&s, 10, 1), 10);
  assert_int_equal(ln_stream_hypergeometric(&s, 10, 0, 5), 0);
  assert_int_equal(ln_stream_hypergeometric(&s, 10, 10, 5), 5);
  assert_int_equal(ln_stream_hypergeometric(&s, 10, 4, 10), 4);
  assert_true(ln_stream_gamma(&s, 0) == 0);
  assert_true(isnan(ln_stream_gamma(&s, -1)));
  assert_int_equal(ln_stream_below(&s, 1), 0);
  for (int k = 0; k < 10000; k++) { /* never outside what is possible */
    int64_t n = 1 + (int64_t)ln_stream_below(&s, 60), m = (int64_t)ln_stream_below(&s, (uint64_t)n + 1);
    int64_t d = (int64_t)ln_stream_below(&s, (uint64_t)n + 1), x = ln_stream_hypergeometric(&s, n, m, d);
    assert_true(x >= 0 && x <= m && x <= d && d - x <= n - m);
    x = ln_stream_binomial(&s, n, (double)d / (double)n);
    assert_true(x >= 0 && x <= n);
  }
}

/* ------------------------------------------------------------------ reals */

static double gamma2_cdf(double x, const double *par) {
  (void)par;
  return 1 - exp(-x) * (1 + x);
}
static double gamma_half_cdf(double x, const double *par) {
  (void)par;
  return erf(sqrt(x));
}

static void test_gamma(void **state) {
  (void)state;
  static double x[DRAWS];
  const double shapes[] = {0.05, 0.5, 1, 2, 7.3, 1000};
  for (int m = 0; m < 6; m++) {
    ln_stream s = {17, (uint64_t)m, 0};
    moments sum = {0};
    for (int k = 0; k < DRAWS; k++) {
      x[k] = ln_stream_gamma(&s, shapes[m]);
      add_moment(&sum, x[k]);
    }
    double a = mean_z(&sum, shapes[m], shapes[m]), b = variance_z(&sum, shapes[m], 3 + 6 / shapes[m]);
    if (!(fabs(a) < 4 && fabs(b) < 4)) fail_msg("shape %g: mean %g, variance %g", shapes[m], a, b);
    if (shapes[m] == 0.5) assert_true(kolmogorov(x, DRAWS, gamma_half_cdf, NULL) < 2.2);
    if (shapes[m] == 1) assert_true(kolmogorov(x, DRAWS, exponential_cdf, NULL) < 2.2);
    if (shapes[m] == 2) assert_true(kolmogorov(x, DRAWS, gamma2_cdf, NULL) < 2.2);
  }
}

/* ------------------------------------------------------------------ whole numbers and choices */

static void test_below(void **state) {
  (void)state;
  ln_stream s = {19, 0, 0};
  memset(counts, 0, sizeof counts);
  for (int k = 0; k < DRAWS; k++) {
    uint64_t x = ln_stream_below(&s, 37);
    assert_true(x < 37);
    counts[x]++;
  }
  for (int k = 0; k < 37; k++) p[k] = 1 / 37.0;
  assert_true(count_z(counts, p, 37, DRAWS) < 4);
  int64_t low = 0; /* of 3/4 2^64: a biased mapping would favour the lower two thirds */
  for (int k = 0; k < DRAWS; k++) low += ln_stream_below(&s, 3ull << 62) < 1ull << 62;
  assert_true(fabs((double)low - DRAWS / 3.0) < 4 * sqrt(DRAWS * 2 / 9.0));
}

static void check_choice(const int64_t *x, int64_t n, int64_t k) {
  for (int64_t j = 0; j < k; j++) {
    if (x[j] < 0 || x[j] >= n || (j && x[j] <= x[j - 1]))
      fail_msg("%ld of %ld: place %ld", (long)k, (long)n, (long)j);
  }
}

static void test_choose(void **state) {
  (void)state;
  static int64_t x[50000];
  ln_stream s = {23, 0, 0};
  const int64_t par[][2] = {{1, 0},         {1, 1},         {5, 5},
                            {100, 50},      {100, 51},      {100, 99},
                            {50000, 25000}, {50000, 25001}, {(int64_t)1 << 60, 1000},
                            {100000, 300}};
  for (size_t m = 0; m < sizeof par / sizeof *par; m++) {
    ln_stream_choose(&s, par[m][0], par[m][1], x);
    check_choice(x, par[m][0], par[m][1]);
  }
}

/* Every subset alike: 3 of 7 (repeats drawn anew) and 4 of 7 (walked through), 35 subsets each. */
static void test_choose_uniform(void **state) {
  (void)state;
  for (int k = 3; k <= 4; k++) {
    ln_stream s = {29, (uint64_t)k, 0};
    memset(counts, 0, sizeof counts);
    for (int trial = 0; trial < DRAWS; trial++) {
      int64_t x[4];
      int set = 0;
      ln_stream_choose(&s, 7, k, x);
      for (int j = 0; j < k; j++) set |= 1 << x[j];
      counts[set]++;
    }
    for (int set = 0; set < 128; set++) p[set] = __builtin_popcount((unsigned)set) == k ? 1 / 35.0 : 0;
    assert_true(count_z(counts, p, 128, DRAWS) < 4);
    for (int set = 0; set < 128; set++) assert_true(p[set] > 0 || counts[set] == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_philox),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_uniform_normal),
      cmocka_unit_test(test_poisson),
      cmocka_unit_test(test_binomial),
      cmocka_unit_test(test_hypergeometric),
      cmocka_unit_test(test_large_counts),
      cmocka_unit_test(test_rare),
      cmocka_unit_test(test_edges),
      cmocka_unit_test(test_gamma),
      cmocka_unit_test(test_below),
      cmocka_unit_test(test_choose),
      cmocka_unit_test(test_choose_uniform),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
