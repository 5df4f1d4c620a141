/* element.h - reading and writing model variables, whose type is known at run time, as doubles. Local.
 *
 * The switch stands outside the loops. Whole ranges and lists of places go through the same functions.
 */
#ifndef LN_ELEMENT_H
#define LN_ELEMENT_H

#include <stddef.h>
#include "abi.h"

typedef enum ln_element { LN_ELEMENT_DOUBLE, LN_ELEMENT_FLOAT, LN_ELEMENT_INT } ln_element;

static inline ln_element ln_element_of(const ln_unit *unit, int var) {
  if (unit->var[var].type == LN_INT) return LN_ELEMENT_INT;
  return unit->precision == 4 ? LN_ELEMENT_FLOAT : LN_ELEMENT_DOUBLE;
}
static inline size_t ln_element_size(ln_element e) { return e == LN_ELEMENT_DOUBLE ? 8 : 4; }

static inline double ln_element_get(ln_element e, const void *a, int64_t k) {
  switch (e) {
    case LN_ELEMENT_DOUBLE: return ((const double *)a)[k];
    case LN_ELEMENT_FLOAT: return ((const float *)a)[k];
    default: return ((const int32_t *)a)[k];
  }
}

/* out[k] = a[k] (place NULL) or a[place[k]]. */
static inline void ln_element_load(ln_element e, const void *a, const int64_t *place, int64_t n,
                                   double *out) {
#define LN_LOAD(type) \
  for (int64_t k = 0; k < n; k++) out[k] = ((const type *)a)[place ? place[k] : k]
  switch (e) {
    case LN_ELEMENT_DOUBLE: LN_LOAD(double); break;
    case LN_ELEMENT_FLOAT: LN_LOAD(float); break;
    default: LN_LOAD(int32_t);
  }
#undef LN_LOAD
}

/* a[k] = x[k]; integers truncate towards zero. Returns n, or the place of the first number that an integer
 * cannot hold (those before it are stored). */
static inline int64_t ln_element_store(ln_element e, void *a, const double *x, int64_t n) {
  switch (e) {
    case LN_ELEMENT_DOUBLE:
      for (int64_t k = 0; k < n; k++) ((double *)a)[k] = x[k];
      return n;
    case LN_ELEMENT_FLOAT:
      for (int64_t k = 0; k < n; k++) ((float *)a)[k] = (float)x[k];
      return n;
    default:
      for (int64_t k = 0; k < n; k++) {
        if (!(x[k] > -2147483649.0 && x[k] < 2147483648.0)) return k;
        ((int32_t *)a)[k] = (int32_t)x[k];
      }
      return n;
  }
}

#endif
