/* sum_near.c - sums of many lanes at once, with a bound on their error. See sum_near.h.
 *
 * A sum starts at a base of 1.5 2^e, far above all summands, and stays between 2^e and 2^(e + 1), which its
 * bits show: then each addition's error is known exactly after three more (Dekker 1971), and the errors are
 * small, of like size, and themselves summed in plain arithmetic. That is four additions a number, where a
 * sum that may be smaller than what is added takes seven. Where a sum leaves its range those few rows are
 * done again from a larger base.
 */
#include "sum_near.h"
#include <math.h>
#include <string.h>
#include "clones.h"

enum {
  WIDE = 4,        /* lanes of a vector */
  ROWS = 8,        /* at a time, while sums are in registers */
  MOST_ROWS = 256, /* until a drain */
  AHEAD = 1024,    /* numbers that are fetched beforehand */
  ABOVE = 13,      /* exponent of a base over that of the largest summand: room for MOST_ROWS, and 2^3 more */
  LEAST = 200      /* exponent of a base, as its bits: no bound is then below the smallest number */
};
#define TOP INT64_C(0x7FF)
#define EXPONENT (TOP << 52)
#define HALF (INT64_C(1) << 51)

typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t wide_bits __attribute__((vector_size(WIDE * sizeof(double))));

static inline int64_t bits_of(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double of_bits(int64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* What the sum counts from; 0 before anything came. */
static inline double base_of(double sum) {
  const int64_t exponent = bits_of(sum) & EXPONENT;
  return of_bits(exponent ? exponent | HALF : 0);
}

void ln_near_clear(ln_near *s, int64_t lanes) {
  s->lanes = lanes;
  s->rows = s->drains = s->now = 0;
  for (int64_t j = 0; j < lanes; j++) s->sum[0][j] = s->low[0][j] = s->total[j] = s->rest[j] = 0;
}

/* Some rows; the bits by which a sum left its range (exponent and sign) come back. */
static inline __attribute__((always_inline)) int64_t add_some(const double *x, int64_t rows, int64_t step,
                                                              int64_t lanes, const double *sum,
                                                              const double *low, double *restrict sum_out,
                                                              double *restrict low_out) {
  wide_bits odd = {0};
  int64_t j = 0, left = 0;
  const int64_t ahead =
      (AHEAD / step / ROWS + 1) * ROWS * step; /* rows by turns are nothing that processors foresee */
  for (; j + WIDE <= lanes; j += WIDE) {
    wide s, e, term;
    memcpy(&s, sum + j, sizeof s);
    memcpy(&e, low + j, sizeof e);
    const wide_bits first = (wide_bits)s;
#pragma GCC unroll 8
    for (int64_t k = 0; k < rows; k++) {
      memcpy(&term, x + k * step + j, sizeof term);
      __builtin_prefetch(x + k * step + j + ahead);
      const wide next = s + term;
      e += term - (next - s);
      odd |= (wide_bits)next ^ first;
      s = next;
    }
    memcpy(sum_out + j, &s, sizeof s);
    memcpy(low_out + j, &e, sizeof e);
  }
  for (; j < lanes; j++) {
    double s = sum[j], e = low[j];
    for (int64_t k = 0; k < rows; k++) {
      const double term = x[k * step + j], next = s + term;
      e += term - (next - s);
      left |= bits_of(next) ^ bits_of(sum[j]);
      s = next;
    }
    sum_out[j] = s;
    low_out[j] = e;
  }
  for (int v = 0; v < WIDE; v++) left |= odd[v];
  return left & (EXPONENT | INT64_MIN);
}

LN_CLONES static bool try_rows(ln_near *s, const double *x, int64_t rows, int64_t step) {
  const double *sum = s->sum[s->now], *low = s->low[s->now];
  double *sum_out = s->sum[!s->now], *low_out = s->low[!s->now];
  return (rows == ROWS ? add_some(x, ROWS, step, s->lanes, sum, low, sum_out, low_out)
                       : add_some(x, rows, step, s->lanes, sum, low, sum_out, low_out)) == 0;
}

/* What rounding takes from a + b = next. */
#define LOST(a, b, next) (((a) - ((next) - ((next) - (a)))) + ((b) - ((next) - (a))))

/* Adds what the sums hold to the totals, and starts them anew. */
LN_CLONES static void drain(ln_near *s) {
  double *sum = s->sum[s->now], *low = s->low[s->now];
  for (int64_t j = 0; j < s->lanes; j++) {
    const double base = base_of(sum[j]), term = sum[j] - base;
    const double next = s->total[j] + term;
    s->rest[j] += low[j] + LOST(s->total[j], term, next);
    s->total[j] = next;
    sum[j] = base;
    low[j] = 0;
  }
  s->drains++;
  s->rows = 0;
}

/* The bases that some rows need; of drained sums. Lanes of zeros get the largest one. None (nan) where a
 * number is too large for one. */
LN_CLONES static void raise(ln_near *s, const double *x, int64_t rows, int64_t step) {
  int64_t most[LN_NEAR_LANES], largest = 0;
  for (int64_t j = 0; j < s->lanes; j++) most[j] = 0;
  for (int64_t k = 0; k < rows; k++) {
    for (int64_t j = 0; j < s->lanes; j++) {
      const int64_t size = bits_of(x[k * step + j]) & INT64_MAX;
      most[j] = size > most[j] ? size : most[j];
    }
  }
  for (int64_t j = 0; j < s->lanes; j++) largest = most[j] > largest ? most[j] : largest;
  for (int64_t j = 0; j < s->lanes; j++) {
    const int64_t before = bits_of(s->sum[s->now][j]) >> 52, size = most[j] || before ? most[j] : largest;
    const int64_t needed = (size >> 52) + ABOVE, least = before > LEAST ? before : LEAST;
    s->sum[s->now][j] = of_bits((needed < least ? least : needed > TOP ? TOP : needed) << 52 | HALF);
  }
}

void ln_near_add(ln_near *s, const double *x, int64_t rows, int64_t step) {
  for (int64_t count; rows > 0; rows -= count, x += count * step) {
    count = rows < ROWS ? rows : ROWS;
    if (s->rows + count > MOST_ROWS) drain(s);
    if (s->drains + s->rows == 0 || !try_rows(s, x, count, step)) {
      drain(s);
      raise(s, x, count, step);
      try_rows(s, x, count, step);
    }
    s->now = !s->now;
    s->rows += count;
  }
}

/* Adds the lanes behind the first so many to them. */
static void fold(ln_near *s, int64_t lanes) {
  double *base = s->sum[s->now];
  for (int64_t from = lanes; from < s->lanes; from += lanes) {
    for (int64_t j = 0; j < lanes; j++) {
      const double a = s->total[j], b = s->total[from + j], next = a + b;
      s->rest[j] += s->rest[from + j] + LOST(a, b, next);
      s->total[j] = next;
      base[j] = base[j] >= base[from + j] ? base[j] : base[from + j]; /* nan: in the total, too */
    }
  }
  s->drains = s->lanes / lanes * (s->drains + 1); /* in each of the lanes that are left */
}

/* Of all roundings, with d drains of at most B rows: the errors of B additions have a sum of at most
 * B 2^-53 2^e, which errs by B 2^-53 of that; the total is at most d 2^(e - 1), and the rest errs, in two
 * additions a drain, by d (d + 3) (B + d) 2^-106 2^e. Rounding is monotonic. */
LN_CLONES static void settle(const ln_near *s, int64_t lanes, double *value, bool *sure) {
  const double d = (double)s->drains, b = MOST_ROWS, part = 0x1p-105 * d * (b * b + (d + 3) * (b + d));
  const double *base = s->sum[s->now], *total = s->total, *rest = s->rest;
  for (int64_t j = 0; j < lanes; j++) {
    const double bound = base[j] * part + fabs(rest[j]) * 0x1p-50;
    value[j] = total[j] + (rest[j] + bound);
    sure[j] = value[j] == total[j] + (rest[j] - bound);
  }
}

void ln_near_finish(ln_near *s, int64_t lanes, double *value, bool *sure) {
  drain(s);
  fold(s, lanes);
  settle(s, lanes, value, sure);
}
