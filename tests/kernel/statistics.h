/* statistics.h - how tests judge random numbers: chi-square against exact probabilities, moments, and
 * Kolmogorov-Smirnov against a distribution function. Seeds are fixed, so a test that passes once passes
 * always; limits lie at 4 standard deviations.
 */
#ifndef TEST_STATISTICS_H
#define TEST_STATISTICS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* (chi-square - dof) in standard deviations (Wilson-Hilferty). */
static inline double chi_square_z(double x, double dof) {
  return (cbrt(x / dof) - (1 - 2 / (9 * dof))) / sqrt(2 / (9 * dof));
}

/* counts[k] of n draws gave lo + k; p[k] their probabilities. Cells with few expected are pooled with their
 * neighbours, and everything outside [lo, lo + cells) is one more cell. */
static inline double count_z(const int64_t *counts, const double *p, int cells, int64_t n) {
  double chi = 0, observed = 0, expected = 0, seen = 0, covered = 0;
  int used = 0;
  for (int k = 0; k < cells; k++) {
    observed += (double)counts[k];
    expected += p[k] * (double)n;
    seen += (double)counts[k];
    covered += p[k];
    if (expected < 20 || (1 - covered) * (double)n < 20) continue;
    chi += (observed - expected) * (observed - expected) / expected;
    observed = expected = 0;
    used++;
  }
  observed += (double)n - seen; /* the rest */
  expected += (1 - covered) * (double)n;
  if (expected > 1) {
    chi += (observed - expected) * (observed - expected) / expected;
    used++;
  }
  return chi_square_z(chi, used - 1);
}

typedef struct moments {
  double n, mean, m2;
} moments;

static inline void add_moment(moments *m, double x) {
  double d = x - m->mean;
  m->n++;
  m->mean += d / m->n;
  m->m2 += d * (x - m->mean);
}

/* Mean and variance in standard deviations of their estimates; kurtosis of the distribution (3: normal). */
static inline double mean_z(const moments *m, double mean, double variance) {
  return (m->mean - mean) / sqrt(variance / m->n);
}
static inline double variance_z(const moments *m, double variance, double kurtosis) {
  return (m->m2 / (m->n - 1) - variance) / (variance * sqrt((kurtosis - 1) / m->n));
}

static inline int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* sqrt(n) times the largest distance of the empirical from the given distribution; 2.2 is exceeded once in
 * 8000 times. Sorts x. */
static inline double kolmogorov(double *x, int64_t n, double (*cdf)(double x, const double *par),
                                const double *par) {
  qsort(x, (size_t)n, sizeof *x, compare_doubles);
  double most = 0;
  for (int64_t k = 0; k < n; k++) {
    double f = cdf(x[k], par), below = f - (double)k / (double)n, above = (double)(k + 1) / (double)n - f;
    if (below > most) most = below;
    if (above > most) most = above;
  }
  return most * sqrt((double)n);
}

static inline double normal_cdf(double x, const double *par) {
  return 0.5 * erfc(-(x - par[0]) / par[1] * M_SQRT1_2);
}

#endif
