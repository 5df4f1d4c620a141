/* clock.c - clocks that are slower than the network's step: see clock.h.
 */
#include "clock.h"
#include <math.h>

int ln_clock_make(ln_clock *out, const char *name, double step, double dt, ln_error *err) {
  double ratio = dt / step, whole = floor(ratio + 0.5);
  *out = (ln_clock){.dt = step, .stride = 1};
  if (dt == 0) return LN_OK;
  if (!(whole >= 1 && whole < 0x1p30 && fabs(ratio - whole) <= 1e-6 * whole))
    return ln_fail(err, LN_EINVAL, "%s: dt = %.9g ms is no whole multiple of the network's dt = %.9g ms", name,
                   1e3 * dt, 1e3 * step);
  *out = (ln_clock){.dt = whole == 1 ? step : dt, .stride = (int64_t)whole};
  return LN_OK;
}
