/* array_sum.c - exact sums of arrays and of their columns, and variances. See array.h.
 *
 * Sums in vector arithmetic nearly always tell the exact one (sum_near.h); a few numbers are summed one by
 * one, with the errors of all additions beside (Knuth), and theirs; sum.h decides where neither is sure. A
 * variance is the exact sum of squares that were rounded once each.
 */
#include "array.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "clones.h"
#include "sum.h"
#include "sum_near.h"

enum {
  FEW = 512,     /* numbers of a lane, of few lanes: one by one */
  NARROW = 32,   /* numbers of a row */
  TOGETHER = 64, /* numbers of several rows that are taken as one ... */
  BIG = 1 << 18, /* ... of smaller arrays; of larger ones as many as can be, as memory likes it */
  PIECE = 2048,  /* numbers of a lane at a time */
  TILE = 256,    /* columns at a time where squares are made */
  TILE_ROWS = 8
};

typedef double four __attribute__((vector_size(4 * sizeof(double))));
typedef int64_t four_bits __attribute__((vector_size(4 * sizeof(int64_t))));

/* What is summed: x, or the square of x less the mean. */
static inline double term_of(double x, const double *mean) { return mean ? (x - *mean) * (x - *mean) : x; }

static double by_accumulator(const double *x, int64_t n, int64_t step, const double *mean) {
  double piece[PIECE];
  ln_sum sum;
  ln_sum_clear(&sum);
  if (step == 1 && !mean) {
    ln_sum_add_array(&sum, x, n);
    return ln_sum_value(&sum);
  }
  for (int64_t from = 0; from < n; from += PIECE) {
    const int64_t count = n - from < PIECE ? n - from : PIECE;
    for (int64_t k = 0; k < count; k++) piece[k] = term_of(x[(from + k) * step], mean);
    ln_sum_add_array(&sum, piece, count);
  }
  return ln_sum_value(&sum);
}

/* A sum, and what its roundings took from it. */
typedef struct running {
  double sum, lost;
} running;

static inline running and_then(double sum, double term) {
  const double next = sum + term, other = next - sum;
  return (running){next, (sum - (next - other)) + (term - other)};
}

/* Of one lane, the errors of all additions and the errors of their additions beside. Nearly always one of the
 * two says it all: nothing was lost from the errors, or too little. */
static double exactly(const double *x, int64_t n, int64_t step, const double *mean) {
  running sum = {0, 0}, error = {0, 0};
  double rest = 0, size = 0, lost = 0;
  if (n > PIECE || (mean && isnan(*mean))) return by_accumulator(x, n, step, mean);
  for (int64_t k = 0; k < n; k++) {
    const double term = term_of(x[k * step], mean);
    sum = and_then(sum.sum, term);
    error = and_then(error.sum, sum.lost);
    rest += error.lost;
    lost += fabs(error.lost);
    size += fabs(term);
  }
  sum = and_then(sum.sum, error.sum);
  const double bound = size * (double)n * (double)n * (double)n * 0x1p-157 + fabs(sum.lost + rest) * 0x1p-50;
  const double most = sum.sum + ((sum.lost + rest) + bound), least = sum.sum + ((sum.lost + rest) - bound);
  if (lost == 0 && size < 0x1p1000) return sum.sum;
  return most == least && size > 0x1p-800 ? most : by_accumulator(x, n, step, mean);
}

/* The same of four lanes so far apart, as long as nothing is lost from the errors; else nan. */
LN_CLONES static void sum_four(const double *x, int64_t n, int64_t step, int64_t apart, const double *mean,
                               double *out) {
  four sum = {0}, error = {0};
  four_bits lost = {0};
  const four middle = mean ? (four){mean[0], mean[1], mean[2], mean[3]} : sum;
  for (int64_t k = 0; k < n; k++, x += step) {
    const four is = {x[0], x[apart], x[2 * apart], x[3 * apart]}, off = is - middle,
               term = mean ? off * off : is;
    const four next = sum + term, other = next - sum, rest = (sum - (next - other)) + (term - other);
    const four all = error + rest, own = all - error;
    lost |= (four_bits)((error - (all - own)) + (rest - own)) << 1; /* but for the sign of 0 */
    error = all;
    sum = next;
  }
  sum += error;
  for (int j = 0; j < 4; j++) out[j] = lost[j] ? NAN : sum[j];
}

/* Rows of as many numbers as s has lanes; mean: of each. */
static void add_squares(ln_near *s, const double *x, int64_t rows, int64_t step, const double *mean) {
  double square[TILE * TILE_ROWS];
  for (int64_t from = 0; from < rows; from += TILE_ROWS) {
    const int64_t count = rows - from < TILE_ROWS ? rows - from : TILE_ROWS;
    for (int64_t k = 0; k < count; k++) {
      const double *row = x + (from + k) * step;
      double *to = square + k * s->lanes;
      for (int64_t j = 0; j < s->lanes; j++) to[j] = (row[j] - mean[j]) * (row[j] - mean[j]);
    }
    ln_near_add(s, square, count, s->lanes);
  }
}

/* Less than all lanes: rows that are a power of two apart have the same places in the cache. */
static int64_t rows_together(int64_t n, int64_t inner, int64_t count, bool squares) {
  const int64_t most = (n * count > BIG && !squares ? LN_NEAR_LANES - 64 : TOGETHER) / count;
  if (count < inner || most <= 1) return 1;
  return most < 4 ? most : most / 4 * 4;
}

/* `count` columns of n rows; of narrow ones several rows at a time, what is left in a row with zeros. */
static void add_columns(ln_near *s, const double *x, int64_t n, int64_t inner, int64_t count,
                        const double *mean, double *value, bool *sure) {
  const int64_t together = rows_together(n, inner, count, mean != NULL);
  const int64_t lanes = count * together, rows = n / together, left = n % together * count;
  double means[TILE], last[LN_NEAR_LANES];
  ln_near_clear(s, lanes);
  for (int64_t j = 0; j < lanes; j++) last[j] = mean ? means[j] = mean[j % count] : 0;
  if (mean) add_squares(s, x, rows, inner * together, means);
  else ln_near_add(s, x, rows, inner * together);
  if (left) {
    memcpy(last, x + rows * together * inner, (size_t)left * sizeof *x);
    if (mean) add_squares(s, last, 1, lanes, means);
    else ln_near_add(s, last, 1, lanes);
  }
  ln_near_finish(s, count, value, sure);
}

/* In which columns nothing but zeros is summed. */
static void find_zeros(const double *x, int64_t n, int64_t inner, int64_t count, const double *mean,
                       bool *zero) {
  double any[LN_NEAR_LANES] = {0};
  for (int64_t k = 0; k < n; k++) {
    for (int64_t j = 0; j < count; j++) any[j] += fabs(term_of(x[k * inner + j], mean ? &mean[j] : NULL));
  }
  for (int64_t j = 0; j < count; j++) zero[j] = any[j] == 0;
}

static void sum_columns(const double *x, int64_t n, int64_t inner, int64_t count, const double *mean,
                        double *out) {
  bool sure[LN_NEAR_LANES], zero[LN_NEAR_LANES], looked = false;
  double means[TILE]; /* out may be mean */
  ln_near near;
  if (mean) mean = memcpy(means, mean, (size_t)count * sizeof *mean);
  add_columns(&near, x, n, inner, count, mean, out, sure);
  for (int64_t j = 0; j < count; j++) {
    if (sure[j]) continue;
    if (near.total[j] == 0 && near.rest[j] == 0 && !looked) {
      find_zeros(x, n, inner, count, mean, zero);
      looked = true;
    }
    if (looked && zero[j]) {
      out[j] = 0;
      continue;
    }
    double found[4] = {NAN, NAN, NAN, NAN}; /* neighbours are often not sure, either */
    if (j + 4 <= count) sum_four(x + j, n, inner, 1, mean ? mean + j : NULL, found);
    for (int64_t c = j; c < j + 4 && c < count; c++) {
      if (!sure[c])
        out[c] =
            found[c - j] == found[c - j] ? found[c - j] : exactly(x + c, n, inner, mean ? mean + c : NULL);
      sure[c] = true;
    }
  }
}

static void sum_matrix(const double *x, int64_t n, int64_t inner, const double *mean, double *out) {
  const int64_t most = mean ? TILE : LN_NEAR_LANES;
  if (n < FEW && inner < NARROW) {
    for (int64_t j = 0; j < inner; j++) {
      const double middle = mean ? mean[j] : 0; /* out may be mean */
      out[j] = exactly(x + j, n, inner, mean ? &middle : NULL);
    }
    return;
  }
  for (int64_t from = 0; from < inner; from += most) {
    sum_columns(x + from, n, inner, inner - from < most ? inner - from : most, mean ? mean + from : NULL,
                out + from);
  }
}

static void sum_lanes(const double *x, int64_t outer, int64_t n, int64_t inner, const double *mean,
                      double *out) {
  int64_t i = 0;
  for (; inner == 1 && n < FEW && i + 4 <= outer; i += 4) {
    double means[4]; /* out may be mean */
    if (mean) memcpy(means, mean + i, sizeof means);
    sum_four(x + i * n, n, 1, n, mean ? means : NULL, out + i);
    for (int j = 0; j < 4; j++) {
      if (out[i + j] != out[i + j]) out[i + j] = exactly(x + (i + j) * n, n, 1, mean ? &means[j] : NULL);
    }
  }
  for (; i < outer; i++) {
    sum_matrix(x + i * n * inner, n, inner, mean ? mean + i * inner : NULL, out + i * inner);
  }
}

double ln_array_sum(const double *x, int64_t n) {
  double value;
  sum_matrix(x, n, 1, NULL, &value);
  return value;
}

void ln_array_sum_lanes(const double *x, int64_t outer, int64_t n, int64_t inner, double *out) {
  sum_lanes(x, outer, n, inner, NULL, out);
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

void ln_array_variance_lanes(const double *x, int64_t outer, int64_t n, int64_t inner, const double *mean,
                             double *out) {
  sum_lanes(x, outer, n, inner, mean, out);
  for (int64_t j = 0; j < outer * inner; j++) out[j] /= (double)n; /* 0/0 is nan */
}

void ln_array_get_moments(const double *x, int64_t n, ln_array_moments *out) {
  out->mean = ln_array_sum(x, n) / (double)n;
  ln_array_variance_lanes(x, 1, n, 1, &out->mean, &out->variance);
  ln_array_get_extremes(x, n, &out->min, &out->max);
}
