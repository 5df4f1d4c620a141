/* array_histogram.c - counts in bins. See array.h.
 *
 * A place is guessed by a multiplication and compared with the edges on both sides, without branches, a piece
 * of the array at a time; then it is counted. Few bins are counted in several tables in turn, as an addition
 * to what was stored just before waits for it.
 */
#include <math.h>
#include <string.h>
#include "array.h"
#include "clones.h"

enum { WIDE = 4, PIECE = 512, TABLES = 4, FEW = 1024 };
typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t wide_bits __attribute__((vector_size(WIDE * sizeof(int64_t))));
typedef int32_t wide_int __attribute__((vector_size(WIDE * sizeof(int32_t))));

typedef struct bins {
  double low, high, width, per; /* per: bins in 1 */
  int64_t n;
} bins;

static inline double edge(const bins *b, double place) { return b->low + place * b->width; }

/* Where the guess is less than half a bin off: bins are wider than roundings. */
static bool are_wide(const bins *b) {
  const double off = 0x1p-50 * ((double)b->n + (fabs(b->low) + fabs(b->high)) * b->per);
  return off < 0.25 && b->n < INT32_MAX;
}

#define PICK(mask, a, b) ((wide)(((wide_bits)(a) & (mask)) | ((wide_bits)(b) & ~(mask))))

/* The bin of each of PIECE numbers, b->n of what lies in none. */
LN_CLONES static void find_bins(const bins *b, const double *x, int32_t *bin) {
  const wide zero = {0}, one = zero + 1, low = b->low + zero, high = b->high + zero, width = b->width + zero,
             per = b->per + zero, top = (double)(b->n - 1) + zero, none = (double)b->n + zero;
  for (int k = 0; k < PIECE; k += WIDE) {
    wide y;
    memcpy(&y, x + k, sizeof y);
    const wide_bits inside = (y >= low) & (y <= high);
    wide place = (wide)((wide_bits)((y - low) * per) & inside);
    place = PICK(place < top, place, top);
    place = __builtin_convertvector(__builtin_convertvector(place, wide_int), wide);
    const wide_bits before = y < low + place * width,
                    behind = (y >= low + (place + one) * width) & (place < top);
    place += (wide)((wide_bits)one & behind) - (wide)((wide_bits)one & before);
    const wide_int found = __builtin_convertvector(PICK(inside, place, none), wide_int);
    memcpy(bin + k, &found, sizeof found);
  }
}

/* The same of a piece that may be the last one. */
static void find_some(const bins *b, const double *x, int64_t left, int32_t *bin) {
  double last[PIECE];
  for (int64_t k = left; k < PIECE; k++) last[k] = NAN;
  if (left < PIECE) x = memcpy(last, x, (size_t)left * sizeof *x);
  find_bins(b, x, bin);
}

static void count_few(const bins *b, const double *x, int64_t n, double *count) {
  uint64_t table[TABLES][FEW + 1];
  int32_t bin[PIECE];
  for (int t = 0; t < TABLES; t++) memset(table[t], 0, (size_t)(b->n + 1) * sizeof *table[t]);
  for (int64_t from = 0; from < n; from += PIECE) {
    find_some(b, x + from, n - from, bin);
    for (int k = 0; k < PIECE; k += TABLES) {
      for (int t = 0; t < TABLES; t++) table[t][bin[k + t]]++;
    }
  }
  for (int64_t k = 0; k < b->n; k++)
    count[k] = (double)(table[0][k] + table[1][k] + table[2][k] + table[3][k]);
}

static void count_many(const bins *b, const double *x, int64_t n, double *count) {
  int32_t bin[PIECE];
  for (int64_t from = 0; from < n; from += PIECE) {
    find_some(b, x + from, n - from, bin);
    for (int k = 0; k < PIECE; k++) {
      if (bin[k] < b->n) count[bin[k]]++;
    }
  }
}

/* Of bins as narrow as roundings: the last one whose edge is not above, found by halving. */
static void count_narrow(const bins *b, const double *x, int64_t n, double *count) {
  for (int64_t k = 0; k < n; k++) {
    if (!(x[k] >= b->low && x[k] <= b->high)) continue;
    int64_t at = 0, above = b->n;
    while (above - at > 1) {
      const int64_t middle = at + (above - at) / 2;
      if (edge(b, (double)middle) <= x[k]) at = middle;
      else above = middle;
    }
    count[at]++;
  }
}

static bins make_bins(double low, double high, int64_t n) {
  return (bins){low, high, (high - low) / (double)n, (double)n / (high - low), n};
}

void ln_array_edges(double low, double high, int64_t number, double *out) {
  const bins b = make_bins(low, high, number);
  for (int64_t k = 0; k < number; k++) out[k] = edge(&b, (double)k);
  out[number] = high;
}

void ln_array_histogram(const double *x, int64_t n, double low, double high, int64_t number, double *count) {
  const bins b = make_bins(low, high, number);
  for (int64_t k = 0; k < number; k++) count[k] = 0;
  if (!are_wide(&b)) count_narrow(&b, x, n, count);
  else if (number <= FEW) count_few(&b, x, n, count);
  else count_many(&b, x, n, count);
}
