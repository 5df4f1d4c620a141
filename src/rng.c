/* rng.c - exact samplers over a stream.
 *
 * Counts: inversion where the mean is small, else rejection from a transformed uniform (Hoermann 1993 for
 * Poisson, PTRS, and binomial, BTRS; Stadlober 1990, HRUA, for hypergeometric). Acceptance needs logarithms
 * of probabilities that stay exact for populations of 10^13, where differences of lgamma have no digits
 * left: they are written as Loader (2000) does, by deviance and Stirling's error.
 * Reals: Marsaglia and Tsang (2000) for gamma.
 */
#include "rng.h"
#include <assert.h>

#define HALF_LOG_2PI 0.91893853320467274178
#define FEW 1024
#define LARGEST 9.2e18 /* of an int64_t, nearly */

/* ------------------------------------------------------------------ logarithms of probabilities */

/* log(n!) - log(sqrt(2 pi n) (n / e)^n), n a whole number >= 1 */
static double stirling_error(double n) {
  if (n < 16) {
    double factorial = 1;
    for (int k = 2; k <= (int)n; k++) factorial *= k;
    return log(factorial) - (n + 0.5) * log(n) + n - HALF_LOG_2PI;
  }
  double nn = n * n;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) / n;
}

/* x log(x / m) - (x - m), with d = x - m: how far x deviates from its mean m. */
static double deviance(double x, double m, double d) {
  if (fabs(d) >= 0.1 * (x + m)) return x * log(x / m) - d;
  double v = d / (x + m), sum = d * v, term = 2 * x * v;
  for (int j = 1; j < 100; j++) {
    term *= v * v;
    double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

static double log_poisson(double k, double mean) {
  if (k == 0) return -mean;
  return -stirling_error(k) - deviance(k, mean, k - mean) - HALF_LOG_2PI - 0.5 * log(k);
}

static double log_binomial(double k, double n, double p) {
  if (k == 0) return n * log1p(-p);
  if (k == n) return n * log(p);
  double np = n * p, d = k - np;
  return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, np, d) -
         deviance(n - k, n - np, -d) - HALF_LOG_2PI - 0.5 * (log(k) + log1p(-k / n));
}

static double log_hypergeometric(double k, double total, double marked, double draws) {
  double p = draws / total;
  return log_binomial(k, marked, p) + log_binomial(draws - k, total - marked, p) -
         log_binomial(draws, total, p);
}

/* ------------------------------------------------------------------ counts */

static int64_t small_poisson(ln_stream *s, double mean) {
  double u = ln_stream_uniform(s), p = exp(-mean);
  int64_t k = 0;
  while (u >= p && k < 300) { /* beyond 300, for means up to 10, only rounding errors are left of u */
    u -= p;
    k++;
    p *= mean / (double)k;
  }
  return k;
}

static int64_t large_poisson(ln_stream *s, double mean) {
  double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
  double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    double u = ln_stream_uniform(s) - 0.5, v = ln_stream_uniform(s), us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return (int64_t)k;
    if (k < 0 || k > LARGEST || (us < 0.013 && v > us)) continue;
    if (log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson(k, mean)) return (int64_t)k;
  }
}

int64_t ln_stream_poisson(ln_stream *s, double mean) {
  if (!(mean > 0)) return 0;
  if (mean < 10) return small_poisson(s, mean);
  return mean < 9e18 ? large_poisson(s, mean) : INT64_MAX;
}

static int64_t small_binomial(ln_stream *s, int64_t n, double p) {
  double u = ln_stream_uniform(s), odds = p / (1 - p), f = exp((double)n * log1p(-p));
  int64_t k = 0, most = n < 300 ? n : 300;
  while (u >= f && k < most) {
    u -= f;
    f *= odds * (double)(n - k) / (double)(k + 1);
    k++;
  }
  return k;
}

static int64_t large_binomial(ln_stream *s, double n, double p) {
  double spread = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
  double centre = n * p + 0.5, v_r = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * spread;
  double at_mode = log_binomial(floor((n + 1) * p), n, p);
  for (;;) {
    double u = ln_stream_uniform(s) - 0.5, v = ln_stream_uniform(s), us = 0.5 - fabs(u);
    double k = floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= v_r) return (int64_t)k;
    if (k < 0 || k > n) continue;
    if (log(v * alpha / (a / (us * us) + b)) <= log_binomial(k, n, p) - at_mode) return (int64_t)k;
  }
}

int64_t ln_stream_binomial(ln_stream *s, int64_t n, double p) {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - ln_stream_binomial(s, n, 1 - p);
  return (double)n * p < 10 ? small_binomial(s, n, p) : large_binomial(s, (double)n, p);
}

/* Both hypergeometric samplers take marked <= total / 2 and draws <= total / 2. */
static int64_t small_hypergeometric(ln_stream *s, double total, double marked, double draws) {
  double u = ln_stream_uniform(s), f = exp(log_hypergeometric(0, total, marked, draws));
  double most = marked < draws ? marked : draws, k = 0;
  while (u >= f && k < most && k < 300) {
    u -= f;
    f *= (marked - k) * (draws - k) / ((k + 1) * (total - marked - draws + k + 1));
    k++;
  }
  return (int64_t)k;
}

static int64_t large_hypergeometric(ln_stream *s, double total, double marked, double draws) {
  double share = marked / total, mean = draws * share;
  double spread = sqrt(mean * (1 - share) * (total - draws) / (total - 1) + 0.5);
  double height = 1.7155277699214135 * spread + 0.8989161620588988; /* 2 sqrt(2/e), 3 - 2 sqrt(3/e) */
  double centre = mean + 0.5, end = (marked < draws ? marked : draws) + 1;
  double at_mode = log_hypergeometric(floor((draws + 1) * (marked + 1) / (total + 2)), total, marked, draws);
  if (end > centre + 16 * spread) end = floor(centre + 16 * spread);
  for (;;) {
    double x = 1 - ln_stream_uniform(s), y = ln_stream_uniform(s), w = centre + height * (y - 0.5) / x;
    if (w < 0 || w >= end) continue;
    double k = floor(w), t = log_hypergeometric(k, total, marked, draws) - at_mode;
    if (x * (4 - x) - 3 <= t) return (int64_t)k; /* surely below */
    if (x * (x - t) < 1 && 2 * log(x) <= t) return (int64_t)k;
  }
}

int64_t ln_stream_hypergeometric(ln_stream *s, int64_t total, int64_t marked, int64_t draws) {
  if (marked <= 0 || draws <= 0) return 0;
  if (marked >= total) return draws;
  if (draws >= total) return marked;
  if (draws > total / 2) return marked - ln_stream_hypergeometric(s, total, marked, total - draws);
  if (marked > total / 2) return draws - ln_stream_hypergeometric(s, total, total - marked, draws);
  double n = (double)total, m = (double)marked, d = (double)draws;
  return d * m / n < 10 ? small_hypergeometric(s, n, m, d) : large_hypergeometric(s, n, m, d);
}

/* ------------------------------------------------------------------ reals */

double ln_stream_normal(ln_stream *s) { return ln_normal(s->key, s->a, s->b++); }


double ln_stream_gamma(ln_stream *s, double shape) {
  if (!(shape > 0)) return shape == 0 ? 0 : NAN;
  if (shape < 1) {
    double u = 1 - ln_stream_uniform(s);
    return ln_stream_gamma(s, shape + 1) * pow(u, 1 / shape);
  }
  double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double x = ln_stream_normal(s), v = 1 + c * x;
    if (v <= 0) continue;
    v = v * v * v;
    if (log(1 - ln_stream_uniform(s)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/* ------------------------------------------------------------------ whole numbers and choices */

static uint64_t word(const ln_philox4 *r, int half) {
  return (uint64_t)r->w[2 * half] << 32 | r->w[2 * half + 1];
}

/* x * n / 2^64, or -1 when x belongs to the 2^64 mod n values that would bias it (Lemire 2019). */
static int scaled(uint64_t x, uint64_t n, uint64_t *out) {
  unsigned __int128 product = (unsigned __int128)x * n;
  *out = (uint64_t)(product >> 64);
  return (uint64_t)product < n && (uint64_t)product < -n % n ? -1 : 0;
}

uint64_t ln_stream_below(ln_stream *s, uint64_t n) {
  uint64_t out = 0;
  ln_philox4 r;
  do r = ln_philox(s->key, s->a, s->b++);
  while (n && scaled(word(&r, 0), n, &out) < 0);
  return out;
}

static void below_many(ln_stream *s, uint64_t n, int64_t count, int64_t *out) {
  while (count > 0) {
    ln_philox4 r = ln_philox(s->key, s->a, s->b++);
    for (int half = 0; half < 2 && count > 0; half++) {
      uint64_t x;
      if (scaled(word(&r, half), n, &x) < 0) continue;
      *out++ = (int64_t)x;
      count--;
    }
  }
}

static void insertion_sort(int64_t *x, int64_t n) {
  for (int64_t k = 1; k < n; k++) {
    int64_t v = x[k], at = k;
    for (; at > 0 && x[at - 1] > v; at--) x[at] = x[at - 1];
    x[at] = v;
  }
}

/* At most FEW numbers spread evenly, as these are: each to about its place, then the last steps by insertion. */
static void spread_sort(int64_t *x, int64_t n) {
  int64_t from[FEW + 1] = {0}, copy[FEW], lo = x[0], hi = x[0];
  for (int64_t k = 1; k < n; k++) {
    if (x[k] < lo) lo = x[k];
    if (x[k] > hi) hi = x[k];
  }
  double scale = (double)(n - 1) / ((double)(hi - lo) + 1);
  for (int64_t k = 0; k < n; k++) from[1 + (int64_t)((double)(x[k] - lo) * scale)]++;
  for (int64_t k = 1; k < n; k++) from[k] += from[k - 1];
  for (int64_t k = 0; k < n; k++) copy[k] = x[k];
  for (int64_t k = 0; k < n; k++) x[from[(int64_t)((double)(copy[k] - lo) * scale)]++] = copy[k];
  insertion_sort(x, n);
}

/* Quicksort down to FEW: the numbers are random, so that the middle one is as good a pivot as any. */
static void sort(int64_t *x, int64_t n) {
  while (n > FEW) {
    int64_t pivot = x[n / 2], lo = 0, hi = n - 1;
    while (lo <= hi) {
      while (x[lo] < pivot) lo++;
      while (x[hi] > pivot) hi--;
      if (lo > hi) break;
      int64_t v = x[lo];
      x[lo++] = x[hi];
      x[hi--] = v;
    }
    if (hi + 1 < n - lo) {
      sort(x, hi + 1);
      x += lo;
      n -= lo;
    } else {
      sort(x + lo, n - lo);
      n = hi + 1;
    }
  }
  if (n > 24) spread_sort(x, n);
  else insertion_sort(x, n);
}

/* Puts the last `added` of n numbers in order among the others, which are. */
static void sort_in(int64_t *x, int64_t n, int64_t added) {
  if (added > FEW) {
    sort(x, n);
    return;
  }
  int64_t late[FEW], i = n - added - 1, j = added - 1;
  sort(x + i + 1, added);
  for (int64_t k = 0; k < added; k++) late[k] = x[i + 1 + k];
  for (int64_t at = n - 1; j >= 0; at--) x[at] = i >= 0 && x[i] > late[j] ? x[i--] : late[j--];
}

static int64_t without_repeats(int64_t *x, int64_t n) {
  int64_t kept = 0;
  for (int64_t k = 0; k < n; k++) {
    if (kept == 0 || x[k] != x[kept - 1]) x[kept++] = x[k];
  }
  return kept;
}

/* The first k distinct numbers of a sequence of uniform ones are a uniform choice: draw as many as are
 * missing, drop repeats, again. Where more than half are wanted, walk through all n instead. */
void ln_stream_choose(ln_stream *s, int64_t n, int64_t k, int64_t *out) {
  assert(k <= n);
  if (k > n / 2) {
    for (int64_t i = 0, missing = k; missing > 0; i++) {
      if (missing < n - i && (int64_t)ln_stream_below(s, (uint64_t)(n - i)) >= missing) continue;
      *out++ = i;
      missing--;
    }
    return;
  }
  for (int64_t have = 0; have < k; have = without_repeats(out, k)) {
    below_many(s, (uint64_t)n, k - have, out + have);
    sort_in(out, k, k - have);
  }
}
