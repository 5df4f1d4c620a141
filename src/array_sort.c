/* array_sort.c - arrays in order: by radix, eleven bits at a time, five times as fast as comparisons. See
 * array.h.
 *
 * A double's bits, with those of negative numbers turned round, are in the order of the numbers. Equal
 * elements stay in their order; -0 stands before 0 where numbers are sorted, and equals it where places are.
 */
#define _GNU_SOURCE /* qsort_r */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "array.h"
#include "memory.h"

#define DIGIT 11
#define PASSES 6  /* of 11 bits: 64 */
#define SMALL 128 /* below, comparisons are as fast */

typedef struct item {
  uint64_t key;
  int64_t place;
} item;

static uint64_t to_key(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (isnan(x)) return UINT64_MAX;
  return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double to_number(uint64_t key) {
  const uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
  double x;
  if (key == UINT64_MAX) return NAN;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* How many keys have each digit, turned into where the first of them goes; 0 where all have the same. */
static int place_digits(const uint64_t *key, size_t stride, int64_t n, int shift, int64_t *at) {
  memset(at, 0, sizeof *at << DIGIT);
  for (int64_t k = 0; k < n; k++) at[key[(size_t)k * stride] >> shift & ((1 << DIGIT) - 1)]++;
  if (at[key[0] >> shift & ((1 << DIGIT) - 1)] == n) return 0;
  int64_t sum = 0;
  for (int d = 0; d < 1 << DIGIT; d++) {
    const int64_t count = at[d];
    at[d] = sum;
    sum += count;
  }
  return 1;
}

static int ascending(const void *p, const void *q) {
  const uint64_t a = to_key(*(const double *)p), b = to_key(*(const double *)q);
  return (a > b) - (a < b);
}

void ln_array_sort(double *x, int64_t n) {
  uint64_t *key = n < SMALL ? NULL : ln_alloc_array((size_t)n, 2 * sizeof *key);
  if (!key) { /* few, or no memory for the copies */
    qsort(x, (size_t)n, sizeof *x, ascending);
    return;
  }
  uint64_t *from = key, *to = key + n;
  int64_t at[1 << DIGIT];
  for (int64_t k = 0; k < n; k++) from[k] = to_key(x[k]);
  for (int pass = 0; pass < PASSES; pass++) {
    const int shift = pass * DIGIT;
    if (!place_digits(from, 1, n, shift, at)) continue;
    for (int64_t k = 0; k < n; k++) to[at[from[k] >> shift & ((1 << DIGIT) - 1)]++] = from[k];
    uint64_t *swap = from;
    from = to;
    to = swap;
  }
  for (int64_t k = 0; k < n; k++) x[k] = to_number(from[k]);
  ln_free(key);
}

static int by_value_then_place(const void *p, const void *q, void *user) {
  const double *x = user;
  const int64_t i = *(const int64_t *)p, j = *(const int64_t *)q;
  const uint64_t a = to_key(x[i] + 0.0), b = to_key(x[j] + 0.0); /* -0 + 0 is 0 */
  if (a != b) return a > b ? 1 : -1;
  return (i > j) - (i < j);
}

void ln_array_argsort(const double *x, int64_t n, int64_t *place) {
  item *items = n < SMALL ? NULL : ln_alloc_array((size_t)n, 2 * sizeof *items);
  if (!items) {
    for (int64_t k = 0; k < n; k++) place[k] = k;
    qsort_r(place, (size_t)n, sizeof *place, by_value_then_place, (void *)x);
    return;
  }
  item *from = items, *to = items + n;
  int64_t at[1 << DIGIT];
  for (int64_t k = 0; k < n; k++) from[k] = (item){.key = to_key(x[k] + 0.0), .place = k};
  for (int pass = 0; pass < PASSES; pass++) {
    const int shift = pass * DIGIT;
    if (!place_digits(&from->key, sizeof *from / sizeof from->key, n, shift, at)) continue;
    for (int64_t k = 0; k < n; k++) to[at[from[k].key >> shift & ((1 << DIGIT) - 1)]++] = from[k];
    item *swap = from;
    from = to;
    to = swap;
  }
  for (int64_t k = 0; k < n; k++) place[k] = from[k].place;
  ln_free(items);
}
