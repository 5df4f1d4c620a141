/* bench_array.c - plain C loops over a million doubles into new memory: the yardstick of arrays.lua, ns an
 * element. Best of 20. Compiled as the kernel is. Not a test: timings on a busy machine mean nothing.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N = 1000000, ROWS = 1000, COLUMNS = 1000, BINS = 100 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double a[N], b[N], u[N], row[COLUMNS];
static uint8_t m[N];
static volatile double kept; /* so that nothing is left out */

#define MEASURE(name, type, statement)                            \
  do {                                                            \
    double best = 1e300;                                          \
    for (int r = 0; r < 20; r++) {                                \
      const double start = now();                                 \
      type *c = malloc(N * sizeof *c);                            \
      statement;                                                  \
      kept = (double)c[r];                                        \
      free(c);                                                    \
      const double took = now() - start;                          \
      if (took < best) best = took;                               \
    }                                                             \
    printf("%s %.3f\n", name, best / N);                          \
  } while (0)
#define EACH(statement) for (int k = 0; k < N; k++) statement

static int ascending(const void *p, const void *q) {
  const double x = *(const double *)p, y = *(const double *)q;
  return (x > y) - (x < y);
}

static void copy_chosen(double *c) {
  int64_t n = 0;
  EACH(if (m[k]) c[n++] = a[k]);
}

static void add_row(double *c) {
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < COLUMNS; j++) c[i * COLUMNS + j] = a[i * COLUMNS + j] + row[j];
  }
}

static void sum_columns(double *c) {
  memset(c, 0, COLUMNS * sizeof *c);
  for (int i = 0; i < ROWS; i++) {
    for (int j = 0; j < COLUMNS; j++) c[j] += a[i * COLUMNS + j];
  }
}

static void histogram(double *c) {
  memset(c, 0, BINS * sizeof *c);
  EACH(c[u[k] < 1 ? (int)(u[k] * BINS) : BINS - 1]++);
}

static void moments(double *c) { /* two passes */
  double sum = 0, squares = 0;
  EACH(sum += a[k]);
  const double mean = sum / N;
  EACH(squares += (a[k] - mean) * (a[k] - mean));
  c[0] = sqrt(squares / N);
}

int main(void) {
  uint64_t state = 1;
  for (int k = 0; k < N; k++) {
    a[k] = k * 1e-6, b[k] = 1 + k * 1e-3;
    state = state * 6364136223846793005u + 1442695040888963407u;
    u[k] = (double)(state >> 11) * 0x1p-53;
    m[k] = u[k] > 0.5;
  }
  for (int j = 0; j < COLUMNS; j++) row[j] = j;
  MEASURE("add", double, EACH(c[k] = a[k] + b[k]));
  MEASURE("scale", double, EACH(c[k] = a[k] * 2.5));
  MEASURE("divide", double, EACH(c[k] = a[k] / b[k]));
  MEASURE("sqrt", double, EACH(c[k] = sqrt(b[k])));
  MEASURE("exp", double, EACH(c[k] = exp(a[k])));
  MEASURE("broadcast", double, add_row(c));
  MEASURE("greater", uint8_t, EACH(c[k] = a[k] > b[k]));
  MEASURE("and", uint8_t, EACH(c[k] = m[k] & (a[k] > 0.5)));
  MEASURE("where", double, copy_chosen(c));
  MEASURE("count", int64_t, { int64_t n = 0; EACH(n += m[k]); c[0] = n; });
  MEASURE("sum", double, { double sum = 0; EACH(sum += a[k]); c[0] = sum; });
  MEASURE("min", double, { double low = a[0]; EACH(low = a[k] < low ? a[k] : low); c[0] = low; });
  MEASURE("sd", double, moments(c));
  MEASURE("columns", double, sum_columns(c));
  MEASURE("cumsum", double, { double sum = 0; EACH(c[k] = sum += a[k]); });
  MEASURE("histogram", double, histogram(c));
  MEASURE("sort", double, { memcpy(c, u, sizeof u); qsort(c, N, sizeof *c, ascending); });
  return 0;
}
