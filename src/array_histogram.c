/* array_histogram.c - counts in bins. See array.h. */
#include <math.h>
#include "array.h"

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
