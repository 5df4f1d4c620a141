/* mathvec.h - what generated code leans on besides abi.h: vector maths and a few small helpers.
 *
 * Header only, included by every compiled unit. The prototypes tell GCC that the C library has vector
 * versions of these functions (glibc's libmvec; link with -lm), so that whole groups of lanes are computed
 * at once without -ffast-math. Elsewhere the same loops call the scalar functions.
 */
#ifndef LN_MATHVEC_H
#define LN_MATHVEC_H

#include "abi.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__)
#if __GLIBC_PREREQ(2, 22)
#define LN_SIMD __attribute__((simd("notinbranch")))
LN_SIMD double exp(double);
LN_SIMD float expf(float);
LN_SIMD double log(double);
LN_SIMD float logf(float);
LN_SIMD double sin(double);
LN_SIMD float sinf(float);
LN_SIMD double cos(double);
LN_SIMD float cosf(float);
LN_SIMD double pow(double, double);
LN_SIMD float powf(float, float);
#endif
#if __GLIBC_PREREQ(2, 35)
LN_SIMD double tan(double);
LN_SIMD float tanf(float);
LN_SIMD double asin(double);
LN_SIMD float asinf(float);
LN_SIMD double acos(double);
LN_SIMD float acosf(float);
LN_SIMD double atan(double);
LN_SIMD float atanf(float);
LN_SIMD double sinh(double);
LN_SIMD float sinhf(float);
LN_SIMD double cosh(double);
LN_SIMD float coshf(float);
LN_SIMD double tanh(double);
LN_SIMD float tanhf(float);
LN_SIMD double expm1(double);
LN_SIMD float expm1f(float);
LN_SIMD double log1p(double);
LN_SIMD float log1pf(float);
LN_SIMD double log10(double);
LN_SIMD float log10f(float);
#endif
#endif

/* Over the lanes of a group. Arrays never overlap, and GCC should not check. */
#define LN_EACH_LANE(k) _Pragma("GCC ivdep") for (int k = 0; k < LN_LANES; k++)

/* x where c is 1, zero where it is 0. Without a branch, and for scalar code cheaper than masks. */
#define LN_IF(c, x) ((const __typeof__(x)[2]){0, (x)}[c])

/* (exp(z) - 1)/z in place, for a group of lanes; 1 at 0. Steps of exponential_euler are short beside what they
 * follow, so that z is small: up to 1/2 a polynomial does (nearly the best one of its degree, within 1.4e-8 of
 * the function in single and 5e-17 in double precision, before rounding), without the division and the call.
 * A group with a larger z has both computed; which of them a lane takes depends on its own z alone. */
static inline float ln_exprel_small_float(float z) {
  return 1.0f + z * (0.50000006f + z * (0.166666672f + z * (0.0416653045f + z * (0.00833318196f +
         z * (0.00139977736f + z * 0.000199621762f)))));
}
static inline double ln_exprel_small_double(double z) {
  return 1.0 + z * (0.5 + z * (0.16666666666667221 + z * (0.04166666666666706 + z * (0.0083333333330751456 +
         z * (0.0013888888888704549 + z * (0.00019841270281832442 + z * (2.4801587616145414e-05 +
         z * (2.7556979476271894e-06 + z * (2.7557076636642725e-07 + z * (2.5172820433579409e-08 +
         z * 2.0962955815976076e-09))))))))));
}
#define LN_EXPREL_LANES_OF(real, expm1_of)                                                        \
  static inline void ln_exprel_lanes_##real(real *restrict z) {                                   \
    int32_t large = 0;                                                                            \
    LN_EACH_LANE(k) large |= !(z[k] >= (real)-0.5 && z[k] <= (real)0.5);                          \
    if (__builtin_expect(large, 0)) {                                                             \
      LN_EACH_LANE(k) {                                                                           \
        const real x = z[k], near = ln_exprel_small_##real(x), far = expm1_of(x) / x;             \
        z[k] = x >= (real)-0.5 && x <= (real)0.5 ? near : far;                                    \
      }                                                                                           \
    } else {                                                                                      \
      LN_EACH_LANE(k) z[k] = ln_exprel_small_##real(z[k]);                                        \
    }                                                                                             \
  }
LN_EXPREL_LANES_OF(float, expm1f)
LN_EXPREL_LANES_OF(double, expm1)
#define ln_exprel_lanes(z) _Generic((z), float *: ln_exprel_lanes_float, double *: ln_exprel_lanes_double)(z)

/* Scalar loops that call maths functions stay scalar, so that no element depends on its place in them. */
#define LN_SCALAR __attribute__((optimize("no-tree-vectorize")))

/* What hardly ever runs is compiled quickly. */
#define LN_RARE __attribute__((optimize("O1", "no-tree-vectorize")))

/* Collects the lanes b, b + 1, … whose hit (0 or 1) is set into spike (from number n) and last; returns the new
 * count. Most groups have none, and those that have, few: eight lanes at a time are looked at, the lowest
 * address in the lowest bits. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "lanes of a word are counted from its low end");
static __attribute__((noinline)) int64_t ln_collect_some(const uint64_t *word, int64_t b, int64_t own,
                                                         int32_t step, int32_t *last, uint32_t *spike,
                                                         int64_t n) {
  for (int k = 0; k < LN_LANES / 8; k++) {
    for (uint64_t left = word[k]; left; left &= left - 1) {
      const int64_t at = b + 8 * k + __builtin_ctzll(left) / 8;
      if (at >= own) return n;
      spike[n++] = (uint32_t)at;
      last[at] = step;
    }
  }
  return n;
}
static inline int64_t ln_collect(const uint8_t *hit, int64_t b, int64_t own, int32_t step, int32_t *last,
                                 uint32_t *spike, int64_t n) {
  uint64_t word[LN_LANES / 8], any = 0;
  __builtin_memcpy(word, hit, sizeof word);
  for (int k = 0; k < LN_LANES / 8; k++) any |= word[k];
  return any == 0 ? n : ln_collect_some(word, b, own, step, last, spike, n);
}

/* Likewise for events other than spikes. */
static inline int64_t ln_collect_event(const uint8_t *hit, int64_t b, int64_t own, uint32_t *neuron, int64_t n) {
  for (int k = 0; k < LN_LANES && b + k < own; k++)
    if (hit[k]) neuron[n++] = (uint32_t)(b + k);
  return n;
}

/* A refractory time in steps, at least one; as Brian2 rounds. Later than every neuron's LN_NEVER: 1 << 30. */
static inline int32_t ln_refractory_steps(double time, double dt) {
  double steps = (time + 1e-3 * dt) / dt;
  return steps < 1.0 ? 1 : steps < 0x1p30 ? (int32_t)steps : 1 << 30;
}

/* The row of a timed array at time t, with Brian2's guard against rounding: per_dt is ln_table_per_dt. */
static inline double ln_table_per_dt(const ln_timed_array *table, double dt) {
  return fmax(exp2(ceil(log2(8.0 / dt * table->dt))), 1.0);
}
static inline int64_t ln_table_row(const ln_timed_array *table, double per_dt, double t) {
  double row = floor((t * (per_dt / table->dt) + 0.5) / per_dt), last = (double)(table->rows - 1);
  row = row < last ? row : last;
  return (int64_t)(row > 0.0 ? row : 0.0);
}
static inline int64_t ln_table_column(const ln_timed_array *table, int64_t i) {
  int64_t column = i - 1 < table->columns ? i - 1 : table->columns - 1;
  return column > 0 ? column : 0;
}

/* Asks for the cache lines of [p, p + bytes), 4 KiB at most: beyond that the hardware has caught on. The first
 * six (some of them again, where there are fewer) without branches, which would be mispredicted: segments of
 * synapses are as long as chance made them. */
static inline void ln_prefetch(const void *p, uint64_t bytes) {
  const char *first = (const char *)((uintptr_t)p & ~(uintptr_t)63);
  const char *last = (const char *)p + (bytes < 4096 ? bytes : 4096) - 1;
  for (int k = 0; k < 6; k++) {
    const char *line = first + 64 * k;
    __builtin_prefetch(line < last ? line : last);
  }
  if (__builtin_expect(last >= first + 6 * 64, 0))
    for (const char *line = first + 6 * 64; line <= last; line += 64) __builtin_prefetch(line);
}

/* ln_uniform cut to 24 bits, so that it stays below 1 in single precision. */
static inline float ln_uniform_single(uint64_t key, uint64_t a, uint64_t b) {
  return (float)(ln_philox(key, a, b).w[0] >> 8) * 0x1p-24f;
}

/* Poisson number for one random counter; scalar. Inversion below a mean of 10, whose one number with 53 bits is
 * the first that ln_uniform would give; above it transformed rejection (W. Hörmann 1993, PTRS). */
static inline int32_t ln_poisson_at(uint64_t key, uint64_t a, uint64_t b, double mean) {
  ln_philox4 r = ln_philox(key, a, b);
  const uint64_t own = r.w[0] | (uint64_t)r.w[1] << 32, counter = r.w[2] | (uint64_t)r.w[3] << 32;
  uint64_t draw = 0;
  if (!(mean > 0.0)) return 0;
  if (mean > 1e9) return 1000000000; /* where int32 ends, and time too */
  if (mean < 10.0) {
    const double u = (double)(own >> 11) * 0x1p-53;
    double p = exp(-mean), sum = p;
    int32_t k = 0;
    for (; u >= sum && k < 100; sum += p) p *= mean / ++k; /* rounding may leave the sum below u */
    return k;
  }
  const double log_mean = log(mean), width = 0.931 + 2.53 * sqrt(mean), skew = -0.059 + 0.02483 * width;
  const double inverse = 1.1239 + 1.1328 / (width - 3.4), inside = 0.9277 - 3.6224 / (width - 2.0);
  for (;;) {
    const double u = ln_uniform(own, counter, draw++) - 0.5, v = ln_uniform(own, counter, draw++);
    const double us = 0.5 - fabs(u), k = floor((2.0 * skew / us + width) * u + mean + 0.43);
    if (us >= 0.07 && v <= inside) return (int32_t)k;
    if (k < 0.0 || (us < 0.013 && v > us)) continue;
    const double bound = k * log_mean - mean - lgamma(k + 1.0);
    if (log(v * inverse / (skew / (us * us) + width)) <= bound) return (int32_t)k;
  }
}
/* Binomial number of n (its whole part) trials that succeed with probability p, for one random counter; scalar. Inversion
 * below a mean of 10, above it transformed rejection (W. Hörmann 1993, BTRS). */
static inline int32_t ln_binomial_at(uint64_t key, uint64_t a, uint64_t b, double n, double p) {
  ln_philox4 r = ln_philox(key, a, b);
  const uint64_t own = r.w[0] | (uint64_t)r.w[1] << 32, counter = r.w[2] | (uint64_t)r.w[3] << 32;
  uint64_t draw = 0;
  n = floor(n < 1e9 ? n : 1e9); /* as ln_poisson_at */
  if (!(n > 0.0 && p > 0.0)) return 0;
  if (p >= 1.0) return (int32_t)n;
  const double q = p < 0.5 ? p : 1.0 - p; /* of the rarer outcome, which is counted */
  double k = 0.0;
  if (n * q < 10.0) {
    const double odds = q / (1.0 - q);
    double u = ln_uniform(own, counter, draw++), f = exp(n * log1p(-q));
    for (; u >= f && k < n && k < 200.0; k += 1.0) { /* beyond 200 only rounding errors are left of u */
      u -= f;
      f *= odds * (n - k) / (k + 1.0);
    }
    return (int32_t)(p < 0.5 ? k : n - k);
  }
  const double spread = sqrt(n * q * (1.0 - q)), width = 1.15 + 2.53 * spread, skew = -0.0873 + 0.0248 * width + 0.01 * q;
  const double centre = n * q + 0.5, inside = 0.92 - 4.2 / width, scale = (2.83 + 5.1 / width) * spread;
  const double log_odds = log(q / (1.0 - q)), mode = floor((n + 1.0) * q);
  const double at_mode = lgamma(mode + 1.0) + lgamma(n - mode + 1.0);
  for (;;) {
    const double u = ln_uniform(own, counter, draw++) - 0.5, v = ln_uniform(own, counter, draw++), us = 0.5 - fabs(u);
    k = floor((2.0 * skew / us + width) * u + centre);
    if (us >= 0.07 && v <= inside) break;
    if (k < 0.0 || k > n) continue;
    const double bound = at_mode - lgamma(k + 1.0) - lgamma(n - k + 1.0) + (k - mode) * log_odds;
    if (log(v * scale / (skew / (us * us) + width)) <= bound) break;
  }
  return (int32_t)(p < 0.5 ? k : n - k);
}

#endif
