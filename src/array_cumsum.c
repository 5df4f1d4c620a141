/* array_cumsum.c - running sums, compensated: with the errors of all additions beside (Knuth). See array.h.
 *
 * Of one lane, each addition waits for the one before. The sums of a block are made while the errors of the
 * block before are summed, and all that waits for nothing by vectors in between.
 */
#include <math.h>
#include <string.h>
#include "array.h"
#include "clones.h"

enum { BLOCK = 256, TILE = 512 };

/* What rounding took from a + b = sum; and the result: what was lost is nan where the sum is not finite. */
#define LOST(a, b, sum) (((a) - ((sum) - ((sum) - (a)))) + ((b) - ((sum) - (a))))
#define RESULT(sum, with) ((with) == (with) ? (with) : (sum))

/* Two chains side by side: sums of x into sum[1], ... and running sums of lost. */
static void chain(const double *restrict x, double *restrict sum, double *restrict lost) {
  double now = sum[0], all = lost[0];
  for (int k = 0; k < BLOCK; k++) {
    sum[k + 1] = now += x[k];
    lost[k + 1] = all += lost[k + 1];
  }
}

LN_CLONES static void find_lost(const double *restrict x, const double *restrict sum, double *restrict lost) {
  for (int k = 0; k < BLOCK; k++) lost[k + 1] = LOST(sum[k], x[k], sum[k + 1]);
}

LN_CLONES static void finish(const double *restrict sum, const double *restrict lost, int64_t n,
                             double *restrict out) {
  for (int64_t k = 0; k < n; k++) {
    const double with = sum[k + 1] + lost[k + 1];
    out[k] = RESULT(sum[k + 1], with);
  }
}

static void sum_few(const double *x, int64_t n, double *out) {
  double sum = 0, lost = 0;
  for (int64_t k = 0; k < n; k++) {
    const double before = sum, term = x[k];
    sum += term;
    lost += LOST(before, term, sum);
    out[k] = RESULT(sum, sum + lost);
  }
}

void ln_array_cumsum(const double *x, int64_t n, double *out) {
  double sums[2][BLOCK + 1] = {{0}}, lost[2][BLOCK + 1] = {{0}}, last[BLOCK] = {0};
  if (n <= BLOCK) {
    sum_few(x, n, out);
    return;
  }
  int now = 0;
  for (int64_t from = 0; from < n + BLOCK; from += BLOCK, now = !now) { /* out, which may be x, a block behind */
    const int64_t left = n - from;
    const double *block = left >= BLOCK ? x + from : last;
    if (left > 0 && left < BLOCK) memcpy(last, x + from, (size_t)left * sizeof *x);
    sums[now][0] = sums[!now][BLOCK];
    chain(block, sums[now], lost[!now]);
    if (left > 0) find_lost(block, sums[now], lost[now]);
    lost[now][0] = lost[!now][BLOCK];
    if (from) finish(sums[!now], lost[!now], left + BLOCK < BLOCK ? left + BLOCK : BLOCK, out + from - BLOCK);
  }
}

/* Some rows, so that sums are in registers meanwhile. */
static inline __attribute__((always_inline)) void sum_some(const double *x, int64_t rows, int64_t inner,
                                                           int64_t count, double *restrict sum,
                                                           double *restrict lost, double *out) {
#pragma GCC ivdep
  for (int64_t j = 0; j < count; j++) {
    double now = sum[j], all = lost[j];
#pragma GCC unroll 4
    for (int64_t k = 0; k < rows; k++) {
      const double term = x[k * inner + j], next = now + term;
      all += LOST(now, term, next);
      now = next;
      out[k * inner + j] = RESULT(next, next + all);
    }
    sum[j] = now;
    lost[j] = all;
  }
}

LN_CLONES static void sum_rows(const double *x, int64_t rows, int64_t inner, int64_t count, double *sum,
                               double *lost, double *out) {
  enum { SOME = 4 };
  for (; rows >= SOME; rows -= SOME, x += SOME * inner, out += SOME * inner)
    sum_some(x, SOME, inner, count, sum, lost, out);
  for (; rows > 0; rows--, x += inner, out += inner) sum_some(x, 1, inner, count, sum, lost, out);
}

void ln_array_cumsum_lanes(const double *x, int64_t n, int64_t inner, double *out) {
  if (inner == 1) {
    ln_array_cumsum(x, n, out);
    return;
  }
  for (int64_t from = 0; from < inner; from += TILE) {
    double sum[TILE] = {0}, lost[TILE] = {0};
    sum_rows(x + from, n, inner, inner - from < TILE ? inner - from : TILE, sum, lost, out + from);
  }
}
