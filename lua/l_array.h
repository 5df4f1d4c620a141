/* l_array.h - dense arrays of doubles as userdata, for the bindings that hand out or take bulk data.
 *
 * An array is 1- to 3-dimensional, row-major, contiguous. A row or slice is a view that shares memory and
 * keeps its owner alive. It may carry a dimension (an object of lunate.dimension), which only
 * lua/lunate/array.lua understands; the C side sees numbers in SI units.
 */
#ifndef L_ARRAY_H
#define L_ARRAY_H

#include "l_lunate.h"

#define LN_T_ARRAY "lunate.array"

/* Pushes an array over data (from ln_alloc_array; taken, also when this raises an error). */
void ln_array_push(lua_State *L, int ndim, const int64_t *shape, double *data);
/* Pushes an array of zeros and returns its data; raises where there is no memory. */
double *ln_array_push_zeros(lua_State *L, int ndim, const int64_t *shape);
/* The data and number of doubles of the array at index; NULL where there is none. The data live as long as the
 * value at index. */
const double *ln_array_test(lua_State *L, int index, int64_t *n);

#endif
