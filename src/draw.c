/* draw.c - random numbers for many elements at once.
 *
 * Box and Muller's normal wants a logarithm and a cosine. They are written here as polynomials, so that the
 * loops vectorise with any instruction set and no contraction or library changes a bit. The same loop is
 * compiled twice; the processor decides which is run. (Built with -fno-math-errno, or sqrt would be a call.)
 */
#include "draw.h"
#include <math.h>
#include <string.h>
#include "rng.h"

#define INLINE static inline __attribute__((always_inline))

/* The same number as ln_u01, by signed conversions, which all instruction sets have. */
INLINE double u01(uint32_t hi, uint32_t lo) {
  double top = (double)(int32_t)(hi ^ 0x80000000u) + 0x1p31;
  return top * 0x1p-32 + (double)(int32_t)(lo >> 11) * 0x1p-53;
}

INLINE uint64_t bits_of(double x) {
  uint64_t b;
  memcpy(&b, &x, sizeof b);
  return b;
}
INLINE double from_bits(uint64_t b) {
  double x;
  memcpy(&x, &b, sizeof x);
  return x;
}

/* log(x) of a normal number 0 < x <= 1. x = 2^e m with m in [sqrt(1/2), sqrt(2)); with s = (m - 1)/(m + 1),
 * log(m) = 2 atanh(s), |s| < 0.172; the series to s^19 leaves 1e-17. */
INLINE double log_of(double x) {
  uint64_t b = bits_of(x) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu); /* moves sqrt(1/2) to 1 */
  double e = from_bits((b >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
  double m = from_bits((b & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
  double f = m - 1, s = f / (2 + f), z = s * s;
  double p = 2.0 / 19;
  p = p * z + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  double small = s * (f - z * p);                                           /* log(m) = f - s (f - z p) */
  return e * 0x1.62e42fefa38p-1 + (f - (small - e * 0x1.ef35793c7673p-45)); /* ln 2 in two parts */
}

/* cos(2 pi v), 0 <= v < 1: v = q/4 + r with |r| <= 1/8, then Taylor series in x = 2 pi r, |x| <= pi/4. */
INLINE double cos_of_turns(double v) {
  double shifted = v * 4 + 0x1.8p52; /* rounds to the nearest; q stands in the low bits */
  uint64_t q = bits_of(shifted);
  double x = (v - (shifted - 0x1.8p52) * 0.25) * 6.283185307179586477, z = x * x;
  double c = -1.0 / 87178291200;
  c = c * z + 1.0 / 479001600;
  c = c * z - 1.0 / 3628800;
  c = c * z + 1.0 / 40320;
  c = c * z - 1.0 / 720;
  c = c * z + 1.0 / 24;
  c = c * z - 0.5;
  c = c * z + 1;
  double s = -1.0 / 1307674368000;
  s = s * z + 1.0 / 6227020800;
  s = s * z - 1.0 / 39916800;
  s = s * z + 1.0 / 362880;
  s = s * z - 1.0 / 5040;
  s = s * z + 1.0 / 120;
  s = s * z - 1.0 / 6;
  s = x + x * z * s;
  /* cos(q pi/2 + x): cos x, -sin x, -cos x, sin x, cos x. By masks: a branch would keep the loop scalar. */
  uint64_t odd = -(q & 1), sign = ((q + 1) & 2) << 62;
  return from_bits(((bits_of(s) & odd) | (bits_of(c) & ~odd)) ^ sign);
}

INLINE void uniform(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) {
    ln_philox4 r = ln_philox(key, id[2 * k], id[2 * k + 1] + offset);
    out[k] = u01(r.w[0], r.w[1]);
  }
}

INLINE void normal(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) {
    ln_philox4 r = ln_philox(key, id[2 * k], id[2 * k + 1] + offset);
    double u = 1 - u01(r.w[0], r.w[1]); /* (0, 1] */
    out[k] = sqrt(-2 * log_of(u)) * cos_of_turns(u01(r.w[2], r.w[3]));
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) static void uniform_avx2(uint64_t key, const uint64_t *id, uint64_t offset,
                                                         int64_t n, double *out) {
  uniform(key, id, offset, n, out);
}
__attribute__((target("avx2"))) static void normal_avx2(uint64_t key, const uint64_t *id, uint64_t offset,
                                                        int64_t n, double *out) {
  normal(key, id, offset, n, out);
}
#define WIDER(call)                                                                                          \
  if (__builtin_cpu_supports("avx2")) {                                                                      \
    call;                                                                                                    \
    return;                                                                                                  \
  }
#else
#define WIDER(call)
#endif

void ln_draw_uniform(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n, double *out) {
  WIDER(uniform_avx2(key, id, offset, n, out))
  uniform(key, id, offset, n, out);
}

void ln_draw_normal(uint64_t key, const uint64_t *id, uint64_t offset, int64_t n, double *out) {
  WIDER(normal_avx2(key, id, offset, n, out))
  normal(key, id, offset, n, out);
}
