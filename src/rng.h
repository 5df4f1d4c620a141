/* rng.h - counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011). Local.
 *
 * There is no generator state: a number is a function of a 64-bit key (seed, object, purpose) and a
 * 128-bit counter (which neuron or synapse, which step, which call). Header only, and also included by
 * generated code, so it depends on nothing but stdint and math. Everything is branch-free where a vector
 * loop may call it (ln_philox, ln_uniform, ln_normal).
 */
#ifndef LN_RNG_H
#define LN_RNG_H

#include <math.h>
#include <stdint.h>

typedef struct ln_philox4 { uint32_t w[4]; } ln_philox4;

static inline ln_philox4 ln_philox(uint64_t key, uint64_t a, uint64_t b) {
  uint32_t c0 = (uint32_t)a, c1 = (uint32_t)(a >> 32), c2 = (uint32_t)b, c3 = (uint32_t)(b >> 32);
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return (ln_philox4){{c0, c1, c2, c3}};
}

/* A key for one purpose of one object: mixes the network's seed with up to two 64-bit labels. */
static inline uint64_t ln_key(uint64_t seed, uint64_t object, uint64_t purpose) {
  ln_philox4 r = ln_philox(seed, object, purpose);
  return (uint64_t)r.w[0] | (uint64_t)r.w[1] << 32;
}

/* [0, 1) with 53 bits. */
static inline double ln_u01(uint32_t hi, uint32_t lo) {
  return (double)(((uint64_t)hi << 32 | lo) >> 11) * 0x1p-53;
}
static inline double ln_uniform(uint64_t key, uint64_t a, uint64_t b) {
  ln_philox4 r = ln_philox(key, a, b);
  return ln_u01(r.w[0], r.w[1]);
}
/* Standard normal (Box-Muller). */
static inline double ln_normal(uint64_t key, uint64_t a, uint64_t b) {
  ln_philox4 r = ln_philox(key, a, b);
  double u = 1.0 - ln_u01(r.w[0], r.w[1]); /* (0, 1] */
  return sqrt(-2.0 * log(u)) * cos(6.283185307179586477 * ln_u01(r.w[2], r.w[3]));
}

/* A stream: successive draws under one (key, a, high word of b), for samplers that need several numbers. */
typedef struct ln_stream { uint64_t key, a, b; } ln_stream; /* b counts up from (site << 32) */
static inline double ln_stream_uniform(ln_stream *s) { return ln_uniform(s->key, s->a, s->b++); }

/* In rng.c: exact samplers, any parameter range. */
int64_t ln_stream_poisson(ln_stream *s, double mean);
int64_t ln_stream_binomial(ln_stream *s, int64_t n, double p);
/* How many of draws balls, without replacement from total of which marked are marked, are marked. */
int64_t ln_stream_hypergeometric(ln_stream *s, int64_t total, int64_t marked, int64_t draws);
double ln_stream_normal(ln_stream *s);
double ln_stream_gamma(ln_stream *s, double shape); /* scale 1 */
/* k distinct numbers of [0, n), ascending, in out. */
void ln_stream_choose(ln_stream *s, int64_t n, int64_t k, int64_t *out);
/* uniform integer in [0, n), unbiased */
uint64_t ln_stream_below(ln_stream *s, uint64_t n);

#endif
