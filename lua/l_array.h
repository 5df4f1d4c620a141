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

/* Raises a message with the user's line before it (luaL_error would name ours). Never returns. */
int ln_array_fail(lua_State *L, const char *format, ...);

/* Pushes an array over data (from ln_alloc_array; taken, also when this raises an error). */
void ln_array_push(lua_State *L, int ndim, const int64_t *shape, double *data);
/* Pushes an array of zeros and returns its data; raises where there is no memory. */
double *ln_array_push_zeros(lua_State *L, int ndim, const int64_t *shape);
/* The same without zeros: for what sets every element. */
double *ln_array_push_new(lua_State *L, int ndim, const int64_t *shape);
/* The data and number of doubles of the array at index; NULL where there is none. The data live as long as the
 * value at index. */
const double *ln_array_test(lua_State *L, int index, int64_t *n);

/* What an array is; data are borrowed and live as long as the value. */
typedef struct ln_array_info {
  double *data;
  int64_t n;
  int ndim;
  int64_t shape[3]; /* ndim sizes */
} ln_array_info;
ln_array_info ln_array_check(lua_State *L, int index); /* raises where there is no array */
/* As outer x n x inner around an axis: the argument at index, from 1 (0: all elements as one lane); raises. */
ln_array_info ln_array_lanes(lua_State *L, int index, int axis_index, int64_t lanes[3]);

/* l_array_memory.c: takes the data of an array that is gone; gives uncleared memory for n doubles, or NULL. */
void ln_array_keep(double *data, int64_t n);
double *ln_array_take_kept(int64_t n);

void ln_open_array_lanes(lua_State *L); /* l_array_lanes.c: what goes along an axis, order, concatenation */
void ln_open_array_source(lua_State *L); /* l_array_source.c: random numbers, IDX and HDF5 files */

#endif
