/* l_array.h - dense arrays as userdata, for the bindings that hand out or take bulk data.
 *
 * An array is 1- to 3-dimensional, row-major, contiguous; of doubles, of whole numbers (stored as doubles,
 * exact up to 2^53, so that all arithmetic is the same), or of booleans (a byte each). A row or slice is a
 * view that shares memory and keeps its owner alive. One whose columns lie on several ranks has no data until
 * somebody asks for them (`look`, `check`, `test`), which gathers them: lunate/array/spread.lua. It may carry
 * a dimension (an object of lunate.dimension), which only lua/lunate/array.lua understands; the C side sees
 * numbers in SI units.
 */
#ifndef L_ARRAY_H
#define L_ARRAY_H

#include "array.h"
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
/* The same of any kind; and what the array at index says of its numbers from now on (whole ones: not
 * checked). */
void *ln_array_push_kind(lua_State *L, ln_array_kind kind, int ndim, const int64_t *shape);
void ln_array_set_kind(lua_State *L, int index, ln_array_kind kind);
/* Pushes whole numbers plus an offset as an array of doubles. */
void ln_array_push_integers(lua_State *L, int64_t n, const int64_t *x, int64_t offset);
/* The data and number of doubles of the array at index; NULL where there is none. The data live as long as
 * the value at index, which is replaced by an array of doubles where it held booleans. */
const double *ln_array_test(lua_State *L, int index, int64_t *n);

/* What an array is; data are borrowed and live as long as the value. */
typedef struct ln_array_info {
  double *data; /* NULL of a mask that was looked at */
  void *raw;
  int64_t n;
  int ndim;
  int64_t shape[3]; /* ndim sizes */
  ln_array_kind kind;
} ln_array_info;
/* Raise where there is no array. `check` replaces the value at index by doubles where it holds booleans;
 * kind is what it was. */
ln_array_info ln_array_check(lua_State *L, int index);
ln_array_info ln_array_look(lua_State *L, int index);
static inline int ln_array_bytes(ln_array_kind kind) { return kind == LN_ARRAY_BOOLEAN ? 1 : 8; }
/* A `looked` array as outer x n x inner around an axis: the argument at axis_index, from 1 (0: all
 * elements as one lane). */
void ln_array_lanes(lua_State *L, const ln_array_info *a, int axis_index, int64_t lanes[3]);

/* l_array_memory.c: memory for an array, uncleared, or NULL; the same from elsewhere counted; what becomes
 * of it after. */
void *ln_array_memory(lua_State *L, int64_t bytes);
void ln_array_count_new(lua_State *L, int64_t bytes);
void ln_array_release(void *data, int64_t bytes);

void ln_open_array_arithmetic(lua_State *L); /* l_array_arithmetic.c: element by element */
void ln_open_array_csv(lua_State *L);        /* l_array_csv.c: rows of text */
void ln_open_array_lanes(lua_State *L); /* l_array_lanes.c: what goes along an axis, order, concatenation */
void ln_open_array_lists(lua_State *L);  /* l_array_lists.c: from Lua's lists and to them */
void ln_open_array_ranks(lua_State *L);  /* l_array_ranks.c: what all ranks have together */
void ln_open_array_whole(lua_State *L);  /* l_array_whole.c: kinds, copies, shapes */
void ln_open_array_source(lua_State *L); /* l_array_source.c: random numbers, IDX and HDF5 files */

#endif
