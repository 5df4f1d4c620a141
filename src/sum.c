/* sum.c - exact sums of doubles.
 *
 * A number is added as an integer multiple of 2^-1074: its 53 bits fall on at most three limbs of 32 bits.
 * A limb has 31 bits to spare, so that carries wait for a billion additions. Numbers from 2^-1074 to 2^1024
 * need 66 limbs, 2^63 summands two more. Rounding happens once, at the end, to nearest, ties to even.
 */
#include "sum.h"
#include <math.h>
#include <string.h>

#define LIMBS ((int)(sizeof((ln_sum *)0)->limb / sizeof(int64_t)))
#define BITS 32
#define MASK 0xFFFFFFFF
#define MOST_PENDING ((int64_t)1 << 30)

void ln_sum_clear(ln_sum *s) { memset(s, 0, sizeof *s); }

/* Every limb but the last into [0, 2^32); the last carries the sign. */
static void carry(ln_sum *s) {
  for (int k = 0; k < LIMBS - 1; k++) {
    s->limb[k + 1] += s->limb[k] >> BITS;
    s->limb[k] &= MASK;
  }
  s->pending = 1; /* what is left counts as one addition */
}

static void add_special(ln_sum *s, double x) {
  if (isnan(x)) s->nan++;
  else if (x > 0) s->pinf++;
  else s->ninf++;
}

/* m * 2^(place - 1074), or that less where sign is -1 (else 0). */
static inline void add_scaled(ln_sum *s, uint64_t m, int place, int64_t sign) {
  unsigned __int128 wide = (unsigned __int128)m << place % BITS;
  int64_t *limb = s->limb + place / BITS; /* (v ^ sign) - sign is v or -v */
  limb[0] += ((int64_t)((uint64_t)wide & MASK) ^ sign) - sign;
  limb[1] += ((int64_t)((uint64_t)wide >> BITS) ^ sign) - sign;
  limb[2] += ((int64_t)(uint64_t)(wide >> 2 * BITS) ^ sign) - sign;
}

static inline void add(ln_sum *s, double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7FF);
  if (exponent == 0x7FF) {
    add_special(s, x);
    return;
  }
  uint64_t m = bits & 0xFFFFFFFFFFFFFu;
  if (exponent) m |= 1ull << 52;
  add_scaled(s, m, exponent ? exponent - 1 : 0, -(int64_t)(bits >> 63));
}

void ln_sum_add(ln_sum *s, double x) {
  if (s->pending >= MOST_PENDING) carry(s);
  s->pending++;
  add(s, x);
}

enum { BLOCK = 2048 }; /* so many numbers of 53 bits have a sum of 64 */

static void range_of(const uint64_t *bits, int64_t n, uint64_t *low, uint64_t *high) {
  uint64_t a = UINT64_MAX, b = 0;
  for (int64_t k = 0; k < n; k++) {
    const uint64_t size = bits[k] << 1;
    a = size < a ? size : a;
    b = size > b ? size : b;
  }
  *low = a >> 53;
  *high = b >> 53;
}

/* Many numbers: first into one integer an exponent and sign (Neal 2015), each then added once. bucket is zero and is
 * left so. */
static void add_block(ln_sum *s, const double *x, int64_t n, uint64_t *bucket) {
  uint64_t bits[BLOCK], low, high;
  memcpy(bits, x, (size_t)n * sizeof *bits);
  range_of(bits, n, &low, &high);
  if (high == 0x7FF) { /* not all are finite */
    for (int64_t k = 0; k < n; k++) add(s, x[k]);
    s->pending += n;
    return;
  }
  for (int64_t k = 0; k < n; k++) {
    bucket[bits[k] >> 52] += (bits[k] & 0xFFFFFFFFFFFFFu) | (uint64_t)((bits[k] & (0x7FFull << 52)) != 0) << 52;
  }
  for (int side = 0; side < 2; side++) {
    for (uint64_t e = low; e <= high; e++) {
      uint64_t *m = &bucket[(uint64_t)side << 11 | e];
      if (!*m) continue;
      add_scaled(s, *m, e ? (int)e - 1 : 0, -(int64_t)side);
      s->pending++;
      *m = 0;
    }
  }
}

void ln_sum_add_array(ln_sum *s, const double *x, int64_t n) {
  if (n >= 2 * BLOCK) {
    uint64_t bucket[1 << 12] = {0};
    for (; n >= BLOCK; x += BLOCK, n -= BLOCK) {
      if (s->pending >= MOST_PENDING - 2 * BLOCK) carry(s);
      add_block(s, x, BLOCK, bucket);
    }
  }
  while (n > 0) {
    if (s->pending >= MOST_PENDING) carry(s);
    int64_t now = MOST_PENDING - s->pending < n ? MOST_PENDING - s->pending : n;
    for (int64_t k = 0; k < now; k++) add(s, x[k]);
    s->pending += now;
    x += now;
    n -= now;
  }
}

void ln_sum_merge(ln_sum *s, const ln_sum *other) {
  ln_sum o = *other;
  carry(&o);
  carry(s);
  for (int k = 0; k < LIMBS; k++) s->limb[k] += o.limb[k];
  s->pending = 2;
  s->nan += o.nan;
  s->pinf += o.pinf;
  s->ninf += o.ninf;
}

/* Bits [from, from + 53) of a carried, non-negative sum. */
static uint64_t bits53(const ln_sum *s, int from) {
  unsigned __int128 wide = 0;
  for (int k = 2; k >= 0; k--) {
    int place = from / BITS + k;
    wide = wide << BITS | (uint64_t)(place < LIMBS ? s->limb[place] : 0);
  }
  return (uint64_t)(wide >> from % BITS) & ((1ull << 53) - 1);
}

static int any_below(const ln_sum *s, int bit) {
  for (int k = 0; k < bit / BITS; k++) {
    if (s->limb[k]) return 1;
  }
  return (s->limb[bit / BITS] & ((1ll << bit % BITS) - 1)) != 0;
}

/* A carried, non-negative sum to the nearest double. */
static double rounded(const ln_sum *s) {
  int k = LIMBS - 1;
  while (k >= 0 && s->limb[k] == 0) k--;
  if (k < 0) return 0;
  int top = k * BITS + 63 - __builtin_clzll((unsigned long long)s->limb[k]);
  if (top < 53) return ldexp((double)bits53(s, 0), -1074); /* no more bits than a double holds */
  int from = top - 52;
  uint64_t m = bits53(s, from);
  int half = (int)(s->limb[(from - 1) / BITS] >> (from - 1) % BITS & 1);
  if (half && (m & 1 || any_below(s, from - 1))) m++;
  return ldexp((double)m, from - 1074); /* exact, or infinite */
}

double ln_sum_value(const ln_sum *sum) {
  if (sum->nan || (sum->pinf && sum->ninf)) return NAN;
  if (sum->pinf || sum->ninf) return sum->pinf ? INFINITY : -INFINITY;
  ln_sum s = *sum;
  carry(&s);
  if (s.limb[LIMBS - 1] >= 0) return rounded(&s);
  for (int k = 0; k < LIMBS; k++) s.limb[k] = -s.limb[k];
  carry(&s);
  return -rounded(&s);
}

double ln_sum_reduce(const ln_sum *sum, ln_comm *comm) {
  ln_sum s = *sum;
  carry(&s);
  ln_comm_sum_array(comm, s.limb, LIMBS);
  int64_t special[3] = {s.nan, s.pinf, s.ninf};
  ln_comm_sum_array(comm, special, 3);
  s.nan = special[0];
  s.pinf = special[1];
  s.ninf = special[2];
  return ln_sum_value(&s);
}

void ln_sum_reduce_all(ln_sum *s, int n, ln_comm *comm, double *out) {
  for (int k = 0; k < n; k++) carry(&s[k]);
  ln_comm_sum_array(comm, s->limb, n * (int)(sizeof *s / sizeof(int64_t))); /* a struct of nothing but int64_t */
  for (int k = 0; k < n; k++) out[k] = ln_sum_value(&s[k]);
}
