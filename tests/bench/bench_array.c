/* bench_array.c - plain C loops over a million doubles into new memory: the yardstick of arrays.lua, ns an element.
 * Best of 20. Not a test: timings on a busy machine mean nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N = 1000000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#define MEASURE(name, statement)                         \
  do {                                                   \
    double best = 1e300;                                 \
    for (int r = 0; r < 20; r++) {                       \
      double start = now(), *c = malloc(N * sizeof *c);  \
      for (int k = 0; k < N; k++) statement;             \
      keep += c[r];                                      \
      free(c);                                           \
      const double took = now() - start;                 \
      if (took < best) best = took;                      \
    }                                                    \
    printf("%s %.3f\n", name, best / N);                 \
  } while (0)

int main(void) {
  double *a = malloc(N * sizeof *a), *b = malloc(N * sizeof *b), keep = 0;
  for (int k = 0; k < N; k++) a[k] = k * 1e-6, b[k] = 1 + k * 1e-3;
  MEASURE("add", c[k] = a[k] + b[k]);
  MEASURE("scale", c[k] = a[k] * 2.5);
  MEASURE("divide", c[k] = a[k] / b[k]);
  MEASURE("greater", c[k] = a[k] > b[k]);
  MEASURE("sqrt", c[k] = sqrt(b[k]));
  MEASURE("exp", c[k] = exp(a[k]));
  fprintf(stderr, keep == 0 ? " " : "");
  free(a);
  free(b);
  return 0;
}
