/* array.c - arithmetic on dense arrays of doubles. See array.h. */
#include "array.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "sum.h"

/* The loops with one operand a number are written out: so they vectorise. */
#define APPLY(expression)                              \
  if (a_step && b_step) {                              \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k], y = b[k];                 \
      out[k] = (expression);                           \
    }                                                  \
  } else if (a_step) {                                 \
    const double y = *b;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (b_step) {                                 \
    const double x = *a;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double y = b[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (n > 0) {                                  \
    const double x = *a, y = *b, value = (expression); \
    for (int64_t k = 0; k < n; k++) out[k] = value;    \
  }                                                    \
  break

static double modulo(double x, double y) {
  const double r = fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out) {
  switch (op) {
    case LN_ARRAY_ADD: APPLY(x + y);
    case LN_ARRAY_SUB: APPLY(x - y);
    case LN_ARRAY_MUL: APPLY(x * y);
    case LN_ARRAY_DIV: APPLY(x / y);
    case LN_ARRAY_POW:
      if (!b_step && *b == 2) {
        for (int64_t k = 0; k < n; k++) out[k] = a[k * a_step] * a[k * a_step];
        break;
      }
      APPLY(pow(x, y));
    case LN_ARRAY_MOD: APPLY(modulo(x, y));
    case LN_ARRAY_MINIMUM: APPLY(x < y || isnan(x) ? x : y);
    case LN_ARRAY_MAXIMUM: APPLY(x > y || isnan(x) ? x : y);
    case LN_ARRAY_ATAN2: APPLY(atan2(x, y));
    default: break;
  }
}

void ln_array_compare(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                      uint8_t *out) {
  switch (op) {
    case LN_ARRAY_LT: APPLY(x < y);
    case LN_ARRAY_LE: APPLY(x <= y);
    case LN_ARRAY_GT: APPLY(x > y);
    case LN_ARRAY_GE: APPLY(x >= y);
    case LN_ARRAY_EQ: APPLY(x == y);
    case LN_ARRAY_NE: APPLY(x != y);
    default: break;
  }
}

/* ------------------------------------------------------------------------------------- broadcasting */

enum { PIECE = 2048 }; /* so much of a row at a time where something stays in the cache for it */

bool ln_array_is_whole(const double *x, int64_t n) {
  double odd = 0; /* no branch, so that it vectorises: adding 2^52 rounds to whole numbers */
  for (int64_t k = 0; k < n; k++) {
    const double size = fabs(x[k]), rounded = size < LN_ARRAY_WHOLE / 2
                                                  ? (size + LN_ARRAY_WHOLE / 2) - LN_ARRAY_WHOLE / 2
                                                  : size;
    odd += size <= LN_ARRAY_WHOLE && rounded == size ? 0 : 1;
  }
  return odd == 0;
}

void ln_array_from_mask(const uint8_t *mask, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = mask[k];
}

int64_t ln_array_count(const uint8_t *mask, int64_t n) {
  int64_t count = 0;
  for (int64_t k = 0; k < n; k++) count += mask[k];
  return count;
}

void ln_array_select(const void *x, const uint8_t *mask, int64_t n, int bytes, void *out) {
  const int64_t most = ln_array_count(mask, n);
  int64_t at = 0;
  if (bytes == 1) {
    for (int64_t k = 0; at < most; k++) {
      ((uint8_t *)out)[at] = ((const uint8_t *)x)[k];
      at += mask[k];
    }
  } else {
    for (int64_t k = 0; at < most; k++) { /* writes before it knows: no branch to guess */
      ((double *)out)[at] = ((const double *)x)[k];
      at += mask[k];
    }
  }
}

static void combine(ln_array_op op, int64_t n, const uint8_t *a, int64_t a_step, const uint8_t *b,
                    int64_t b_step, uint8_t *out) {
  if (op == LN_ARRAY_MAXIMUM) {
    for (int64_t k = 0; k < n; k++) out[k] = a[k * a_step] | b[k * b_step];
  } else {
    for (int64_t k = 0; k < n; k++) out[k] = a[k * a_step] & b[k * b_step];
  }
}

/* The doubles of a piece of a row: where they are, or those of a mask in the buffer. */
static const double *doubles(const ln_array_operand *a, int64_t place, int64_t n, double *buffer) {
  if (!a->is_mask) return (const double *)a->data + place;
  ln_array_from_mask((const uint8_t *)a->data + place, a->step[2] ? n : 1, buffer);
  return buffer;
}

static bool do_row(ln_array_op op, int64_t n, const ln_array_operand *a, int64_t at_a,
                   const ln_array_operand *b, int64_t at_b, ln_array_kind kind, void *out, int64_t at) {
  double x[PIECE], y[PIECE];
  const int64_t sa = a->step[2], sb = b->step[2];
  if (kind == LN_ARRAY_BOOLEAN && op < LN_ARRAY_LT) {
    combine(op, n, (const uint8_t *)a->data + at_a, sa, (const uint8_t *)b->data + at_b, sb,
            (uint8_t *)out + at);
    return true;
  }
  const int64_t piece = a->is_mask || b->is_mask || kind == LN_ARRAY_INTEGER ? PIECE : n;
  for (int64_t k = 0; k < n; k += piece) {
    const int64_t count = n - k < piece ? n - k : piece;
    const double *p = doubles(a, at_a + k * sa, count, x), *q = doubles(b, at_b + k * sb, count, y);
    if (kind == LN_ARRAY_BOOLEAN) {
      ln_array_compare(op, count, p, (int)sa, q, (int)sb, (uint8_t *)out + at + k);
      continue;
    }
    double *to = (double *)out + at + k;
    ln_array_apply(op, count, p, (int)sa, q, (int)sb, to);
    if (kind == LN_ARRAY_INTEGER && !ln_array_is_whole(to, count)) return false;
  }
  return true;
}

bool ln_array_broadcast(ln_array_op op, const int64_t shape[3], const ln_array_operand *a,
                        const ln_array_operand *b, ln_array_kind kind, void *out) {
  for (int64_t i = 0; i < shape[0]; i++) {
    for (int64_t j = 0; j < shape[1]; j++) {
      if (!do_row(op, shape[2], a, i * a->step[0] + j * a->step[1], b, i * b->step[0] + j * b->step[1], kind,
                  out, (i * shape[1] + j) * shape[2])) {
        return false;
      }
    }
  }
  return true;
}

static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }

ln_array_function ln_array_find_function(const char *name) {
  static const struct {
    const char *name;
    ln_array_function f;
  } functions[] = {{"exp", exp},        {"log", log},
                   {"log10", log10},    {"log2", log2},
                   {"log1p", log1p},    {"expm1", expm1},
                   {"sqrt", sqrt},      {"sin", sin},
                   {"cos", cos},        {"tan", tan},
                   {"arcsin", asin},    {"arccos", acos},
                   {"arctan", atan},    {"sinh", sinh},
                   {"cosh", cosh},      {"tanh", tanh},
                   {"abs", fabs},       {"floor", floor},
                   {"ceil", ceil},      {"round", round},
                   {"sign", sign},      {"erf", erf},
                   {"erfc", erfc},
                   {"lgamma", lgamma}};
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (strcmp(name, functions[k].name) == 0) return functions[k].f;
  }
  return NULL;
}

void ln_array_map(ln_array_function f, int64_t n, const double *x, double *out) {
  if (f == (ln_array_function)sqrt) { /* these vectorise */
    for (int64_t k = 0; k < n; k++) out[k] = sqrt(x[k]);
  } else if (f == (ln_array_function)fabs) {
    for (int64_t k = 0; k < n; k++) out[k] = fabs(x[k]);
  } else {
    for (int64_t k = 0; k < n; k++) out[k] = f(x[k]);
  }
}

/* ------------------------------------------------------------------------------------------- exact sums
 *
 * Most sums need no superaccumulator: sums in plain arithmetic, with the errors of all additions (Knuth's)
 * summed beside, are so near that rounding can only give one number. Where that is not sure, sum.h
 * decides. */

/* Twice as fast with AVX; nothing is fused, so that the bits are the same. */
#if defined __x86_64__
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

enum { WAYS = 8 };

typedef struct near_sum {
  double sum[WAYS], error[WAYS], size[WAYS]; /* size: sum of absolute values */
} near_sum;

static inline void add_near(double x, double *sum, double *error, double *size) {
  const double next = *sum + x, other = next - *sum;
  *error += (*sum - (next - other)) + (x - other);
  *sum = next;
  *size += fabs(x);
}

enum { WIDE = 4, TIMES = WAYS / WIDE };
typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t wide_bits __attribute__((vector_size(WIDE * sizeof(double))));

CLONES static void add_to_near(near_sum *s, const double *x, int64_t n) {
  wide sum[TIMES], error[TIMES], size[TIMES];
  memcpy(sum, s->sum, sizeof sum);
  memcpy(error, s->error, sizeof error);
  memcpy(size, s->size, sizeof size);
  int64_t k = 0;
  for (; k + WAYS <= n; k += WAYS) { /* add_near, eight at a time */
#pragma GCC unroll 2
    for (int v = 0; v < TIMES; v++) {
      wide term;
      memcpy(&term, x + k + v * WIDE, sizeof term);
      const wide next = sum[v] + term, other = next - sum[v];
      error[v] += (sum[v] - (next - other)) + (term - other);
      sum[v] = next;
      size[v] += (wide)((wide_bits)term & INT64_MAX);
    }
  }
  memcpy(s->sum, sum, sizeof sum);
  memcpy(s->error, error, sizeof error);
  memcpy(s->size, size, sizeof size);
  for (; k < n; k++) add_near(x[k], &s->sum[k % WAYS], &s->error[k % WAYS], &s->size[k % WAYS]);
}

/* The exact sum, rounded, of what `ways` sums hold; false where it is not sure. Each error has a rounding
 * error of at most 2^-53 of itself an addition, and is at most 2^-53 of the size an addition. */
static bool settle_near(const double *sum, const double *error, const double *size, int ways, int64_t n,
                        double *value) {
  ln_sum exact, low;
  double total = 0;
  ln_sum_clear(&exact);
  for (int w = 0; w < ways; w++) {
    ln_sum_add(&exact, sum[w]);
    ln_sum_add(&exact, error[w]);
    total += size[w];
  }
  const double bound = total * (double)n * (double)n * 0x1p-105 + 0x1p-1000;
  if (!(bound < 0x1p900)) return false; /* not finite, or nearly so */
  low = exact;
  ln_sum_add(&low, -bound);
  ln_sum_add(&exact, bound);
  *value = ln_sum_value(&exact);
  return *value == ln_sum_value(&low);
}

static double exact_sum(const double *x, int64_t n) {
  ln_sum sum;
  ln_sum_clear(&sum);
  ln_sum_add_array(&sum, x, n);
  return ln_sum_value(&sum);
}

double ln_array_sum(const double *x, int64_t n) {
  if (n < 4 * WAYS) return exact_sum(x, n);
  near_sum near = {{0}, {0}, {0}};
  double value;
  add_to_near(&near, x, n);
  return settle_near(near.sum, near.error, near.size, WAYS, n, &value) ? value : exact_sum(x, n);
}

/* Of some rows and WIDE columns each time, which stay in registers meanwhile. */
static inline void add_some_rows(const double *x, int64_t rows, int64_t inner, int64_t count, double *restrict sum,
                                 double *restrict error, double *restrict size) {
  int64_t j = 0;
  for (; j + WIDE <= count; j += WIDE) {
    wide s, e, a;
    memcpy(&s, sum + j, sizeof s);
    memcpy(&e, error + j, sizeof e);
    memcpy(&a, size + j, sizeof a);
    for (int64_t k = 0; k < rows; k++) { /* add_near, four at a time */
      wide term;
      memcpy(&term, x + k * inner + j, sizeof term);
      const wide next = s + term, other = next - s;
      e += (s - (next - other)) + (term - other);
      s = next;
      a += (wide)((wide_bits)term & INT64_MAX);
    }
    memcpy(sum + j, &s, sizeof s);
    memcpy(error + j, &e, sizeof e);
    memcpy(size + j, &a, sizeof a);
  }
  for (; j < count; j++) {
    for (int64_t k = 0; k < rows; k++) add_near(x[k * inner + j], &sum[j], &error[j], &size[j]);
  }
}

CLONES static void add_rows(const double *x, int64_t n, int64_t inner, int64_t count, double *sum, double *error,
                            double *size) {
  enum { ROWS = 16 };
  for (; n >= ROWS; n -= ROWS, x += ROWS * inner) add_some_rows(x, ROWS, inner, count, sum, error, size);
  add_some_rows(x, n, inner, count, sum, error, size);
}

/* settle_near of one sum, without the exact one where a generous bound will do: fl(sum + y) grows with y. */
static bool settle_fast(double sum, double error, double size, int64_t n, double *value) {
  const double bound = size * (double)n * (double)n * 0x1p-105 + fabs(error) * 0x1p-50 + 0x1p-1000;
  if (size == 0) return *value = 0, true;
  *value = sum + (error + bound);
  return bound < 0x1p900 && *value == sum + (error - bound);
}

void ln_array_sum_lanes(const double *x, int64_t n, int64_t inner, double *out) {
  enum { TOGETHER = 256 };
  double sum[TOGETHER], error[TOGETHER], size[TOGETHER];
  for (int64_t from = 0; from < inner; from += TOGETHER) {
    const int64_t count = inner - from < TOGETHER ? inner - from : TOGETHER;
    for (int64_t j = 0; j < count; j++) sum[j] = error[j] = size[j] = 0;
    add_rows(x + from, n, inner, count, sum, error, size);
    for (int64_t j = 0; j < count; j++) {
      if (settle_fast(sum[j], error[j], size[j], n, &out[from + j])) continue;
      if (settle_near(&sum[j], &error[j], &size[j], 1, n, &out[from + j])) continue;
      ln_sum exact;
      ln_sum_clear(&exact);
      for (int64_t k = 0; k < n; k++) ln_sum_add(&exact, x[k * inner + from + j]);
      out[from + j] = ln_sum_value(&exact);
    }
  }
}

bool ln_array_sum_whole(const double *x, int64_t n, double *sum) {
  __int128 total = 0;
  for (int64_t from = 0; from < n; from += 512) { /* 512 numbers of 53 bits fit into 63 */
    const int64_t end = from + 512 < n ? from + 512 : n;
    int64_t part = 0;
    for (int64_t k = from; k < end; k++) part += (int64_t)x[k];
    total += part;
  }
  *sum = (double)total;
  return total <= (__int128)LN_ARRAY_WHOLE && total >= -(__int128)LN_ARRAY_WHOLE;
}

void ln_array_get_extremes(const double *x, int64_t n, double *least, double *most) {
  double min = n ? x[0] : NAN, max = min;
  bool has_nan = false;
  for (int64_t k = 0; k < n; k++) {
    min = x[k] < min ? x[k] : min;
    max = x[k] > max ? x[k] : max;
    has_nan |= x[k] != x[k];
  }
  *least = has_nan ? NAN : min;
  *most = has_nan ? NAN : max;
}

/* Squares of x less the mean, a block at a time. */
static int64_t squares(const double *x, int64_t n, double mean, int64_t from, double *square) {
  const int64_t count = n - from < PIECE ? n - from : PIECE;
  for (int64_t k = 0; k < count; k++) square[k] = (x[from + k] - mean) * (x[from + k] - mean);
  return count;
}

double ln_array_variance(const double *x, int64_t n, double mean) {
  double square[PIECE], value;
  if (isnan(mean)) return NAN;
  near_sum near = {{0}, {0}, {0}};
  for (int64_t from = 0; from < n; from += PIECE)
    add_to_near(&near, square, squares(x, n, mean, from, square));
  if (settle_near(near.sum, near.error, near.size, WAYS, n, &value)) return value / (double)n;
  ln_sum exact;
  ln_sum_clear(&exact);
  for (int64_t from = 0; from < n; from += PIECE) {
    ln_sum_add_array(&exact, square, squares(x, n, mean, from, square));
  }
  return ln_sum_value(&exact) / (double)n;
}

void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out) {
  out->mean = ln_array_sum(x, n) / (double)n; /* 0/0 is NaN */
  out->variance = ln_array_variance(x, n, out->mean);
  ln_array_get_extremes(x, n, &out->min, &out->max);
}

int64_t ln_array_argmin(const double *x, int64_t n) {
  int64_t best = n ? 0 : -1;
  for (int64_t k = 1; k < n && !isnan(x[best]); k++) {
    if (x[k] < x[best] || isnan(x[k])) best = k;
  }
  return best;
}

int64_t ln_array_argmax(const double *x, int64_t n) {
  int64_t best = n ? 0 : -1;
  for (int64_t k = 1; k < n && !isnan(x[best]); k++) {
    if (x[k] > x[best] || isnan(x[k])) best = k;
  }
  return best;
}

typedef struct running { /* a sum, and what rounding took from it */
  double sum, lost;
} running;

static inline running and_then(running r, double term) {
  const double next = r.sum + term, other = next - r.sum;
  return (running){next, r.lost + ((r.sum - (next - other)) + (term - other))};
}

void ln_array_cumsum(const double *x, int64_t n, double *out) {
  enum { BLOCK = 256 };
  double done[BLOCK]; /* out may be x */
  running r = {0, 0};
  for (int64_t from = 0; from < n; from += BLOCK) {
    const int64_t count = from + BLOCK < n ? BLOCK : n - from;
    running now = r;
    for (int64_t k = 0; k < count; k++) {
      now = and_then(now, x[from + k]);
      done[k] = now.sum + now.lost;
    }
    if (now.sum - now.sum != 0) { /* not finite, from somewhere on */
      now = r;
      for (int64_t k = 0; k < count; k++) {
        now = and_then(now, x[from + k]);
        done[k] = now.sum - now.sum == 0 ? now.sum + now.lost : now.sum;
      }
    }
    memcpy(out + from, done, (size_t)count * sizeof *out);
    r = now;
  }
}

void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t bins, double *count) {
  const double width = (high - low) / (double)bins, per = (double)bins / (high - low);
  const double near =
      0x1p-50 * ((double)bins + (fabs(low) + fabs(high)) * per); /* what may be rounding, in bins */
  for (int64_t b = 0; b < bins; b++) count[b] = 0;
  for (int64_t k = 0; k < n; k++) {
    if (!(x[k] >= low && x[k] <= high)) continue;
    const double place = (x[k] - low) * per;
    int64_t b = (int64_t)place;
    const double part = place - (double)b;
    if (part < near || part > 1 - near) { /* edges are low + b width */
      if (b >= bins) b = bins - 1;
      if (b > 0 && x[k] < low + (double)b * width) b--;
      else if (b + 1 < bins && x[k] >= low + (double)(b + 1) * width) b++;
    }
    count[b]++;
  }
}
