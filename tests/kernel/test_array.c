/* test_array.c - arithmetic on arrays: operators with either operand a number, exact sums, moments, places of
 * extremes, order, running sums, histograms at their edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>
#include "array.h"
#include "sum.h"

static void same(const double *x, const double *expected, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (x[k] != expected[k] && !(isnan(x[k]) && isnan(expected[k]))) {
      fail_msg("element %lld is %.17g, not %.17g", (long long)k, x[k], expected[k]);
    }
  }
}

static void test_apply(void **unused) {
  (void)unused;
  const double a[] = {1, 2, 4}, b[] = {8, -1, 0.5}, two = 2;
  double out[3];
  ln_array_apply(LN_ARRAY_ADD, 3, a, 1, b, 1, out);
  same(out, (double[]){9, 1, 4.5}, 3);
  ln_array_apply(LN_ARRAY_SUB, 3, &two, 0, a, 1, out);
  same(out, (double[]){1, 0, -2}, 3);
  ln_array_apply(LN_ARRAY_MUL, 3, a, 1, &two, 0, out);
  same(out, (double[]){2, 4, 8}, 3);
  ln_array_apply(LN_ARRAY_DIV, 3, out, 1, a, 1, out); /* in place */
  same(out, (double[]){2, 2, 2}, 3);
  ln_array_apply(LN_ARRAY_POW, 3, a, 1, b, 1, out);
  same(out, (double[]){1, 0.5, 2}, 3);
  ln_array_apply(LN_ARRAY_DIV, 1, &two, 0, &(double){0}, 0, out);
  assert_true(isinf(out[0]));
}

static void test_sum(void **unused) {
  (void)unused;
  double x[1000];
  for (int k = 0; k < 1000; k++) x[k] = 0.1;
  assert_true(ln_array_sum(x, 1000) == 100); /* one after the other they give 99.9999999999986 */
  assert_true(ln_array_sum((double[]){1e300, 1, -1e300}, 3) == 1);
  assert_true(ln_array_sum(x, 0) == 0);
}

static double exactly(const double *x, int64_t n, int64_t step) {
  ln_sum sum;
  ln_sum_clear(&sum);
  for (int64_t k = 0; k < n; k++) ln_sum_add(&sum, x[k * step]);
  return ln_sum_value(&sum);
}

enum { MOST = 400000, KINDS = 12 };

/* Numbers of all sizes, that cancel, ties, zeros, few that are not zero, whole ones, growing ones, none
 * finite. */
static double number_of(int kind, int64_t k, double before, uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  const double u = (double)(*state >> 11) * 0x1p-53 - 0.5;
  const int size = (int)(*state >> 20 & 63);
  switch (kind) {
    case 0: return u;
    case 1: return ldexp(u, size * 20 - 600);
    case 2: return k % 2 ? -before : ldexp(u, size);
    case 3: return k % 3 ? 0x1p-53 : 1;
    case 4: return ldexp(u, -1060);
    case 5: return k == 100 ? INFINITY : u;
    case 6: return size == 3 ? 1 : 0;
    case 7: return (size - 32) * 1e6;
    case 8: return ldexp(u, (int)(k / 50));
    case 9: return k % 7 ? -0.0 : 0;
    case 10: return ldexp(u, 1020 - size % 3);
    default: return k == 777 ? NAN : 1 / (u + 3);
  }
}

/* The fast ways to sums give what the superaccumulator gives, for columns of all numbers and lengths. */
static void test_near_sums(void **unused) {
  (void)unused;
  static const int shapes[][2] = {{300, 21}, {6, 8},     {40, 1100}, {5000, 3},   {700, 70},
                                  {3, 2050}, {50000, 1}, {600, 33},  {20000, 20}, {400000, 1}};
  static double x[MOST], sums[MOST];
  uint64_t state = 7;
  for (int kind = 0; kind < KINDS; kind++) {
    for (int64_t k = 0; k < MOST; k++) x[k] = number_of(kind, k, k ? x[k - 1] : 0, &state);
    same((double[]){ln_array_sum(x, MOST)}, (double[]){exactly(x, MOST, 1)}, 1);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      const int rows = shapes[s][0], columns = shapes[s][1];
      ln_array_sum_lanes(x, 1, rows, columns, sums);
      for (int j = 0; j < columns; j++) same(&sums[j], (double[]){exactly(x + j, rows, columns)}, 1);
    }
  }
}

static void test_variance(void **unused) {
  (void)unused;
  static const int shapes[][2] = {{300, 21}, {30, 300}, {700, 7}, {6000, 1}};
  static double x[MOST], square[MOST], mean[300], variance[300];
  uint64_t state = 7;
  for (int kind = 0; kind < KINDS; kind++) {
    for (int64_t k = 0; k < MOST; k++) x[k] = number_of(kind, k, k ? x[k - 1] : 0, &state);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      const int rows = shapes[s][0], columns = shapes[s][1];
      ln_array_sum_lanes(x, 1, rows, columns, mean);
      for (int j = 0; j < columns; j++) mean[j] /= rows;
      ln_array_variance_lanes(x, 1, rows, columns, mean, variance);
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < rows; k++) {
          const double off = x[k * columns + j] - mean[j];
          square[k] = off * off;
        }
        same(&variance[j], (double[]){exactly(square, rows, 1) / rows}, 1);
      }
    }
  }
}

static void test_moments(void **unused) {
  (void)unused;
  ln_array_moments m;
  ln_array_get_moments((double[]){2, 4, 4, 4, 5, 5, 7, 9}, 8, &m);
  assert_true(m.mean == 5 && m.variance == 4 && m.min == 2 && m.max == 9);
  ln_array_get_moments((double[]){1e9 + 1, 1e9 + 2, 1e9 + 3}, 3, &m);
  assert_true(m.mean == 1e9 + 2 && m.variance == 2.0 / 3);
  ln_array_get_moments((double[]){-3}, 1, &m);
  assert_true(m.mean == -3 && m.variance == 0 && m.min == -3 && m.max == -3);
  ln_array_get_moments((double[]){1, NAN, 0}, 3, &m);
  assert_true(isnan(m.mean) && isnan(m.variance) && isnan(m.min) && isnan(m.max));
  ln_array_get_moments((double[]){1, INFINITY}, 2, &m);
  assert_true(isinf(m.mean) && isnan(m.variance) && m.min == 1 && isinf(m.max));
  ln_array_get_moments(NULL, 0, &m);
  assert_true(isnan(m.mean) && isnan(m.variance) && isnan(m.min) && isnan(m.max));
}

static void test_extremes(void **unused) {
  (void)unused;
  assert_int_equal(ln_array_argmin((double[]){3, 1, 2, 1}, 4), 1);
  assert_int_equal(ln_array_argmax((double[]){3, 5, 5}, 3), 1);
  assert_int_equal(ln_array_argmin((double[]){3, NAN, 1, NAN}, 4), 1);
  assert_int_equal(ln_array_argmax((double[]){NAN, 9}, 2), 0);
  assert_int_equal(ln_array_argmin(NULL, 0), -1);
  assert_int_equal(ln_array_argmax(NULL, 0), -1);
}

static void test_sort(void **unused) {
  (void)unused;
  double x[] = {NAN, 3, -INFINITY, 1, NAN, INFINITY, -2};
  ln_array_sort(x, 7);
  same(x, (double[]){-INFINITY, -2, 1, 3, INFINITY, NAN, NAN}, 7);
}

static void test_cumsum(void **unused) {
  (void)unused;
  double x[] = {1, 1e17, -1e17, 2}, tenth[1000], sums[1000];
  ln_array_cumsum(x, 4, x);
  same(x, (double[]){1, 1e17, 1, 3}, 4);
  for (int k = 0; k < 1000; k++) tenth[k] = 0.1;
  ln_array_cumsum(tenth, 1000, sums);
  for (int k = 0; k < 1000; k++) { /* to the last bit or the one beside it */
    const double exact = ln_array_sum(tenth, k + 1);
    assert_true(sums[k] >= nextafter(exact, 0) && sums[k] <= nextafter(exact, 1000));
  }
  enum { ROWS = 2000, COLUMNS = 3 };
  static double y[ROWS * COLUMNS], out[ROWS * COLUMNS], lane[ROWS];
  uint64_t state = 1;
  for (int kind = 0; kind < KINDS; kind++) { /* columns as lanes, long ones as short ones after the other */
    for (int64_t k = 0; k < ROWS * COLUMNS; k++) y[k] = number_of(kind, k, k ? y[k - 1] : 0, &state);
    ln_array_cumsum_lanes(y, ROWS, COLUMNS, out);
    for (int j = 0; j < COLUMNS; j++) {
      double sum = 0, lost = 0;
      for (int k = 0; k < ROWS; k++) lane[k] = y[k * COLUMNS + j];
      ln_array_cumsum(lane, ROWS, lane);
      for (int k = 0; k < ROWS; k++) {
        const double before = sum, term = y[k * COLUMNS + j], other = (sum += term) - before;
        lost += (before - (sum - other)) + (term - other);
        const double expected = isfinite(sum) ? sum + lost : sum;
        same((double[]){lane[k], out[k * COLUMNS + j]}, (double[]){expected, expected}, 2);
      }
    }
  }
  double beyond[] = {1, INFINITY, 1};
  ln_array_cumsum(beyond, 3, beyond);
  same(beyond, (double[]){1, INFINITY, INFINITY}, 3);
}

static void test_histogram(void **unused) {
  (void)unused;
  double count[10];
  ln_array_histogram((double[]){-0.1, 0, 0.5, 1, 1.5, 2, 2.1, NAN, INFINITY}, 9, 0, 2, 2, count);
  same(count, (double[]){2, 3}, 2);
  /* edges that are not representable: every edge lies in the bin it begins */
  const double low = 0.1, high = 0.8, width = (high - low) / 7;
  for (int b = 0; b < 7; b++) {
    const double edge = low + b * width, below = nextafter(edge, 0);
    ln_array_histogram(&edge, 1, low, high, 7, count);
    for (int k = 0; k < 7; k++) assert_true(count[k] == (k == b));
    if (b == 0) continue;
    ln_array_histogram(&below, 1, low, high, 7, count);
    for (int k = 0; k < 7; k++) assert_true(count[k] == (k == b - 1));
  }
}

static uint64_t next_random(uint64_t *state) {
  return *state = *state * 6364136223846793005u + 1442695040888963407u;
}

/* Each number in the last bin whose edge is not above it: few, many and very narrow bins, ranges of all
 * sizes, numbers at edges, beside them, anywhere, and none. */
static void test_edges(void **unused) {
  (void)unused;
  enum { BINS = 3000, N = 5003 };
  static const struct {
    double low, high;
    int bins;
  } cases[] = {{0.1, 0.8, 7},       {-1e9, 1e9, 1000},           {0, 1, 1},          {1e15, 1e15 + 100, 333},
               {-0.3, 1.1, BINS},   {1e16, 1e16 + 64, 100},      {-1e-310, 1e-310, 50}, {-8e307, 8e307, 77},
               {-5e-324, 5e-324, 9}, {5, nextafter(5, 6), 3},    {1e-300, 1e300, 1024}, {-7, -0.0, 1025}};
  static double x[N], count[BINS], expected[BINS], edges[BINS + 1];
  uint64_t state = 5;
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const double low = cases[c].low, high = cases[c].high;
    const int bins = cases[c].bins;
    ln_array_edges(low, high, bins, edges);
    memset(expected, 0, sizeof expected);
    for (int k = 0; k < N; k++) {
      const double edge =
          edges[next_random(&state) >> 33 & 0xFFF ? (int)((next_random(&state) >> 33) % (unsigned)(bins + 1))
                                                  : 0];
      const int kind = (int)(next_random(&state) >> 60) % 5;
      x[k] = kind == 0 ? edge : kind == 1 ? nextafter(edge, -INFINITY) : kind == 2 ? nextafter(edge, INFINITY)
           : low + (high - low) * (1.2 * (double)(next_random(&state) >> 11) * 0x1p-53 - 0.1);
      if (k % 100 == 0) x[k] = (double[]){NAN, INFINITY, -INFINITY, 0.0, -0.0}[k / 100 % 5];
      if (!(x[k] >= low && x[k] <= high)) continue;
      int at = bins - 1;
      while (at > 0 && !(edges[at] <= x[k])) at--;
      expected[at]++;
    }
    ln_array_histogram(x, N, low, high, bins, count);
    same(count, expected, bins);
  }
}

static void test_broadcast(void **unused) {
  (void)unused;
  const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {10, 20, 30}, c[] = {100, 200};
  double out[6];
  const int64_t shape[] = {1, 2, 3};
  const ln_array_operand all = {.data = a, .step = {6, 3, 1}}, columns = {.data = b, .step = {0, 0, 1}},
                         rows = {.data = c, .step = {0, 1, 0}};
  assert_true(ln_array_broadcast(LN_ARRAY_ADD, shape, &all, &columns, LN_ARRAY_DOUBLE, out));
  same(out, (double[]){11, 22, 33, 14, 25, 36}, 6);
  assert_true(ln_array_broadcast(LN_ARRAY_ADD, shape, &rows, &columns, LN_ARRAY_INTEGER, out));
  same(out, (double[]){110, 120, 130, 210, 220, 230}, 6);
  assert_false(ln_array_broadcast(LN_ARRAY_MOD, shape, &all, &(ln_array_operand){.data = &(double){0}},
                                  LN_ARRAY_INTEGER, out));
  ln_array_apply(LN_ARRAY_MOD, 2, (double[]){-1, 5.5}, 1, b, 0, out);
  same(out, (double[]){9, 5.5}, 2);
  ln_array_apply(LN_ARRAY_MAXIMUM, 2, (double[]){NAN, 1}, 1, (double[]){1, NAN}, 1, out);
  same(out, (double[]){NAN, NAN}, 2);
  assert_null(ln_array_find_function("system"));
  ln_array_map(ln_array_find_function("sqrt"), 2, (double[]){4, 9}, out);
  same(out, (double[]){2, 3}, 2);
}

static void test_masks(void **unused) {
  (void)unused;
  enum { N = 5000 }; /* several pieces */
  static double x[N], out[N];
  static uint8_t mask[N], other[N];
  for (int k = 0; k < N; k++) x[k] = k % 7, other[k] = k % 2 == 0;
  const int64_t shape[] = {1, 1, N};
  const ln_array_operand numbers = {.data = x, .step = {N, N, 1}}, three = {.data = &(double){3}};
  assert_true(ln_array_broadcast(LN_ARRAY_GT, shape, &numbers, &three, LN_ARRAY_BOOLEAN, mask));
  for (int k = 0; k < N; k++) assert_int_equal(mask[k], k % 7 > 3);
  const ln_array_operand p = {.data = mask, .is_mask = true, .step = {N, N, 1}},
                         q = {.data = other, .is_mask = true, .step = {N, N, 1}};
  assert_true(ln_array_broadcast(LN_ARRAY_MUL, shape, &p, &numbers, LN_ARRAY_INTEGER, out));
  for (int k = 0; k < N; k++) assert_true(out[k] == (k % 7 > 3 ? k % 7 : 0));
  const int64_t count = ln_array_count(mask, N);
  ln_array_select(x, mask, N, 8, out);
  assert_true(count == 2142 && out[0] == 4 && out[1] == 5 && out[count - 1] == x[4997]);
  assert_true(ln_array_broadcast(LN_ARRAY_MAXIMUM, shape, &p, &q, LN_ARRAY_BOOLEAN, mask)); /* in place */
  for (int k = 0; k < N; k++) assert_int_equal(mask[k], k % 7 > 3 || k % 2 == 0);
}

static void test_whole(void **unused) {
  (void)unused;
  assert_true(ln_array_is_whole((double[]){0, -0.0, -3, 0x1p52 + 1, 0x1p53, -0x1p53}, 6));
  assert_false(ln_array_is_whole((double[]){0.5}, 1));
  assert_false(ln_array_is_whole((double[]){0x1p51 + 0.5}, 1));
  assert_false(ln_array_is_whole((double[]){0x1p54}, 1));
  assert_false(ln_array_is_whole((double[]){NAN}, 1));
  assert_false(ln_array_is_whole((double[]){-INFINITY}, 1));
  double sum;
  assert_true(ln_array_sum_whole((double[]){0x1p53, 1, 1, -0x1p53, 1}, 5, &sum) && sum == 3);
  assert_false(ln_array_sum_whole((double[]){0x1p53, 1}, 2, &sum));
}

static void test_lanes(void **unused) {
  (void)unused;
  double x[24], out[24], buffer[LN_ARRAY_LANES * 4];
  for (int k = 0; k < 24; k++) x[k] = k + 1; /* 2 x 3 x 4 */
  ln_array_reduce(LN_ARRAY_SUM, 0, x, 6, 4, 1, buffer, out);
  same(out, (double[]){10, 26, 42, 58, 74, 90}, 6);
  ln_array_reduce(LN_ARRAY_MAX, 0, x, 2, 3, 4, buffer, out);
  same(out, (double[]){9, 10, 11, 12, 21, 22, 23, 24}, 8);
  ln_array_reduce(LN_ARRAY_MEDIAN, 0, x, 1, 2, 12, buffer, out);
  same(out, (double[]){7, 8, 9}, 3);
  ln_array_reduce(LN_ARRAY_QUANTILE, 0.25, x, 1, 4, 1, buffer, out);
  same(out, (double[]){1.75}, 1);
  x[1] = NAN;
  ln_array_reduce(LN_ARRAY_MEDIAN, 0, x, 1, 4, 1, buffer, out);
  ln_array_reduce(LN_ARRAY_MEAN, 0, x, 1, 0, 1, buffer, out + 1);
  same(out, (double[]){NAN, NAN}, 2);
  ln_array_scan_lanes(LN_ARRAY_DIFF, (double[]){1, 10, 4, 40, 9, 90}, 1, 3, 2, buffer, out);
  same(out, (double[]){3, 30, 5, 50}, 4);
  ln_array_permute((double[]){1, 2, 3, 4, 5, 6}, (int64_t[]){1, 2, 3}, (int[]){0, 2, 1}, out);
  same(out, (double[]){1, 4, 2, 5, 3, 6}, 6);
}

/* Rows of all lengths, of every kind of numbers, several at a time. */
static void test_rows(void **unused) {
  (void)unused;
  enum { ROWS = 41 };
  static double x[ROWS * 600], sums[ROWS], variances[ROWS], square[600];
  uint64_t state = 11;
  for (int kind = 0; kind < KINDS; kind++) {
    for (int64_t k = 0; k < ROWS * 600; k++) x[k] = number_of(kind, k, k ? x[k - 1] : 0, &state);
    for (int n = 1; n <= 600; n = n < 20 ? n + 1 : n * 2 - 10) {
      ln_array_reduce(LN_ARRAY_SUM, 0, x, ROWS, n, 1, NULL, sums);
      ln_array_reduce(LN_ARRAY_VAR, 0, x, ROWS, n, 1, NULL, variances);
      for (int i = 0; i < ROWS; i++) {
        const double sum = exactly(x + i * n, n, 1), mean = sum / n;
        for (int k = 0; k < n; k++) square[k] = (x[i * n + k] - mean) * (x[i * n + k] - mean);
        same((double[]){sums[i], variances[i]}, (double[]){sum, exactly(square, n, 1) / n}, 2);
      }
    }
  }
}

/* Extremes and places, side by side and along one lane, as found one by one; of the first of equal ones, and
 * of nan. */
static void test_extremes_of_lanes(void **unused) {
  (void)unused;
  enum { ROWS = 37, COLUMNS = 1030 };
  static double x[ROWS * COLUMNS], lane[ROWS], out[4][COLUMNS];
  uint64_t state = 3;
  for (int k = 0; k < ROWS * COLUMNS; k++) x[k] = number_of(k % 3 ? 7 : 0, k, 0, &state);
  for (int k = 0; k < ROWS * COLUMNS; k += 501) x[k] = NAN;
  for (int how = 0; how < 4; how++) {
    const ln_array_reduction hows[] = {LN_ARRAY_MIN, LN_ARRAY_MAX, LN_ARRAY_ARGMIN, LN_ARRAY_ARGMAX};
    ln_array_reduce(hows[how], 0, x, 1, ROWS, COLUMNS, NULL, out[how]);
  }
  for (int j = 0; j < COLUMNS; j++) {
    int least = 0, most = 0;
    for (int k = 0; k < ROWS; k++) {
      lane[k] = x[k * COLUMNS + j];
      if (lane[k] < lane[least] || (isnan(lane[k]) && !isnan(lane[least]))) least = k;
      if (lane[k] > lane[most] || (isnan(lane[k]) && !isnan(lane[most]))) most = k;
    }
    double expected[4] = {lane[least], lane[most], least + 1, most + 1}, other[4];
    ln_array_get_extremes(lane, ROWS, &other[0], &other[1]);
    other[2] = (double)ln_array_argmin(lane, ROWS) + 1, other[3] = (double)ln_array_argmax(lane, ROWS) + 1;
    same(other, expected, 4);
    for (int how = 0; how < 4; how++) same(&out[how][j], &expected[how], 1);
  }
}

static void test_order(void **unused) {
  (void)unused;
  enum { N = 5000 };
  static double x[N], sorted[N], count[N];
  static int64_t place[N];
  uint64_t state = 1;
  for (int k = 0; k < N;
       k++) { /* of all magnitudes and both signs, some equal, some NaN, zeros of both signs */
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    x[k] = ldexp((double)((int64_t)state >> 40), (int)(state >> 10 & 63) - 32);
    if (k % 10 == 0) x[k] = k % 40 ? 3 : k % 80 ? -0.0 : 0.0;
    if (k % 97 == 0) x[k] = k % 2 ? NAN : -NAN;
  }
  x[7] = INFINITY, x[8] = -INFINITY;
  memcpy(sorted, x, sizeof x);
  ln_array_sort(sorted, N);
  ln_array_argsort(x, N, place);
  for (int k = 1; k < N; k++) {
    assert_true(sorted[k - 1] <= sorted[k] || isnan(sorted[k]));
    const double a = x[place[k - 1]], b = x[place[k]];
    assert_true(a < b || (a == b && place[k - 1] < place[k]) ||
                (isnan(b) && (!isnan(a) || place[k - 1] < place[k])));
    assert_true(x[place[k]] == sorted[k] || isnan(sorted[k]));
  }
  assert_true(sorted[0] == -INFINITY);
  ln_sum one;
  ln_sum_clear(&one);
  for (int k = 0; k < N; k++) { /* block by block, as one by one; with the smallest and largest numbers */
    if (!isfinite(x[k])) x[k] = k % 2 ? -3e-320 : 0x1p1015;
    ln_sum_add(&one, x[k]);
  }
  assert_true(ln_array_sum(x, N) == ln_sum_value(&one) && isfinite(ln_sum_value(&one)));
  x[3000] = INFINITY;
  assert_true(ln_array_sum(x, N) == INFINITY);
  double value[4];
  const double few[] = {1, 1, 3, NAN, NAN};
  assert_int_equal(ln_array_unique(few, 5, value, count), 3);
  same(value, (double[]){1, 3, NAN}, 3);
  same(count, (double[]){2, 1, 2}, 3);
  ln_array_interpolate((double[]){0, 1.5, 9, NAN}, 4, (double[]){1, 2}, (double[]){10, 20}, 2, value);
  same(value, (double[]){10, 15, 20, NAN}, 4);
  ln_array_convolve((double[]){1, 2}, 2, (double[]){1, 1, 1}, 3, value);
  same(value, (double[]){1, 3, 3, 2}, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_apply),     cmocka_unit_test(test_sum),
      cmocka_unit_test(test_moments),   cmocka_unit_test(test_extremes),
      cmocka_unit_test(test_sort),      cmocka_unit_test(test_cumsum),
      cmocka_unit_test(test_histogram), cmocka_unit_test(test_edges),
      cmocka_unit_test(test_near_sums), cmocka_unit_test(test_variance),
      cmocka_unit_test(test_broadcast), cmocka_unit_test(test_masks),
      cmocka_unit_test(test_whole),     cmocka_unit_test(test_lanes),
      cmocka_unit_test(test_rows),      cmocka_unit_test(test_extremes_of_lanes),
      cmocka_unit_test(test_order)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
