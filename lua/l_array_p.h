/* l_array_p.h - the inside of an array: for l_array.c and l_array_whole.c only. */
#ifndef L_ARRAY_P_H
#define L_ARRAY_P_H

#include "l_array.h"

typedef struct ln_array {
  void *data; /* doubles, or of booleans bytes */
  int64_t n;  /* elements */
  int ndim;
  int64_t shape[3];
  ln_array_kind kind;
  bool owner;  /* else the owner is user value OWNER */
  bool spread; /* over the ranks, and no data: user value SPREAD knows where its columns lie */
} ln_array;

enum { OWNER = 1, DIM = 2, SPREAD = 3 };

extern const char *const ln_array_kind_names[]; /* by ln_array_kind; NULL at the end */

/* The array at index, for what needs no elements: sizes, kind, dimension. */
ln_array *ln_array_self(lua_State *L, int index);
/* The array at index, for its elements. It is whole from then on: gathered by whole(array), a field of
 * what it knows. Collective. */
ln_array *ln_array_whole(lua_State *L, int index);
int64_t ln_array_total(const ln_array *a); /* bytes */
/* Pushes an array of doubles that has no data yet. */
ln_array *ln_array_push_empty(lua_State *L, int ndim, const int64_t *shape);
/* Pushes a view of elements [from, from + ...) of the array at index, of the same dimension. */
ln_array *ln_array_push_view(lua_State *L, int index, int64_t from, int ndim, const int64_t *shape);
/* Gives the array on top the dimension of the one at index. */
void ln_array_copy_dim(lua_State *L, int index);
/* The place along dimension d that the Lua value at index says, from 0. */
int64_t ln_array_check_place(lua_State *L, const ln_array *a, int d, int index);

/* l_array_whole.c: the methods that take the array as a whole, into the table on top. */
void ln_array_add_methods(lua_State *L);

#endif
