/* l_array_whole.c - an array as a whole: its dimension and kind, copies and other shapes, whether two are the
 * same, where it lies.
 */
#include "l_array_p.h"

#include <math.h>
#include <string.h>
#include "array.h"

static int array_dim(lua_State *L) { /* kernel.array_dim(a) -> dimension or nil */
  ln_array_self(L, 1);
  lua_getiuservalue(L, 1, DIM);
  return 1;
}

/* kernel.array_set_dim(a, dimension or nil) -> a: with one its numbers may be any */
static int array_set_dim(lua_State *L) {
  ln_array *a = ln_array_self(L, 1);
  lua_settop(L, 2);
  if (!lua_isnil(L, 2) && a->kind == LN_ARRAY_BOOLEAN) return ln_array_fail(L, "truth has no unit");
  if (!lua_isnil(L, 2)) a->kind = LN_ARRAY_DOUBLE;
  lua_setiuservalue(L, 1, DIM);
  return 1;
}

/* kernel.array_kind(a) -> name; kernel.array_kind(a, name) -> a copy of that kind. Whole numbers must be
 * such. */
static int array_kind(lua_State *L) {
  const ln_array *a = ln_array_self(L, 1);
  if (lua_isnoneornil(L, 2)) {
    lua_pushstring(L, ln_array_kind_names[a->kind]);
    return 1;
  }
  ln_array_whole(L, 1);
  const ln_array_kind kind = (ln_array_kind)luaL_checkoption(L, 2, NULL, ln_array_kind_names);
  void *out = ln_array_push_kind(L, kind, a->ndim, a->shape);
  ln_array_copy_dim(L, 1);
  if (kind == a->kind || (kind != LN_ARRAY_BOOLEAN && a->kind != LN_ARRAY_BOOLEAN)) {
    if (a->n) memcpy(out, a->data, (size_t)ln_array_total(a));
  } else if (a->kind == LN_ARRAY_BOOLEAN) {
    ln_array_from_mask(a->data, a->n, out);
  } else {
    ln_array_compare(LN_ARRAY_NE, a->n, a->data, 1, &(double){0}, 0, out);
  }
  if (kind == LN_ARRAY_INTEGER && a->kind == LN_ARRAY_DOUBLE && !ln_array_is_whole(out, a->n)) {
    return ln_array_fail(L, "not all elements are whole numbers of at most 2^53");
  }
  return 1;
}

/* kernel.array_tag(a): whole numbers from here on, of an array that was just made of them */
static int array_tag(lua_State *L) {
  ln_array *a = ln_array_self(L, 1);
  if (a->kind == LN_ARRAY_DOUBLE) a->kind = LN_ARRAY_INTEGER;
  lua_settop(L, 1);
  return 1;
}

static int array_zeros(lua_State *L) { /* kernel.array_zeros([kind,] n [, m [, k]]) */
  int64_t shape[3];
  const int named = lua_type(L, 1) == LUA_TSTRING, ndim = lua_gettop(L) - named;
  const ln_array_kind kind =
      named ? (ln_array_kind)luaL_checkoption(L, 1, NULL, ln_array_kind_names) : LN_ARRAY_DOUBLE;
  if (ndim < 1 || ndim > 3) return ln_array_fail(L, "an array has 1 to 3 dimensions, not %d", ndim);
  for (int d = 0; d < ndim; d++) shape[d] = luaL_checkinteger(L, d + 1 + named);
  void *data = ln_array_push_kind(L, kind, ndim, shape);
  memset(data, 0, (size_t)ln_array_total(ln_array_self(L, -1)));
  return 1;
}

static int array_copy(lua_State *L) { /* a:copy() */
  const ln_array *a = ln_array_whole(L, 1);
  void *out = ln_array_push_kind(L, a->kind, a->ndim, a->shape);
  if (a->n) memcpy(out, a->data, (size_t)ln_array_total(a));
  ln_array_copy_dim(L, 1);
  return 1;
}

/* kernel.array_reshape(a, n, m, …): a view; -1 once: what is left */
static int array_reshape(lua_State *L) {
  const ln_array *a = ln_array_whole(L, 1);
  const int ndim = lua_gettop(L) - 1;
  int64_t shape[3], known = 1;
  int open = -1;
  if (ndim < 1 || ndim > 3) return ln_array_fail(L, "an array has 1 to 3 dimensions, not %d", ndim);
  for (int d = 0; d < ndim; d++) {
    shape[d] = luaL_checkinteger(L, d + 2);
    if (shape[d] == -1 && open < 0) open = d;
    else if (shape[d] < 0) return ln_array_fail(L, "a size is a whole number, not %I", (LUAI_UACINT)shape[d]);
    else if (shape[d] > 0 && known > INT64_MAX / shape[d]) known = INT64_MAX;
    else known *= shape[d];
  }
  if (open >= 0) known *= shape[open] = known > 0 ? a->n / known : 0;
  if (known != a->n) return ln_array_fail(L, "reshape: the array has %I elements", (LUAI_UACINT)a->n);
  ln_array_push_view(L, 1, 0, ndim, shape);
  return 1;
}

static int push_place(lua_State *L, int64_t place) {
  if (place < 0) return 0;
  lua_pushinteger(L, place + 1);
  return 1;
}

/* a:argmin(): place of the first smallest element; nil of an empty array */
static int array_argmin(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  return push_place(L, ln_array_argmin(a.data, a.n));
}

static int array_argmax(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  return push_place(L, ln_array_argmax(a.data, a.n));
}

static int array_column(lua_State *L) { /* a:column(j) of a 2-D array: a copy */
  const ln_array *a = ln_array_whole(L, 1);
  if (a->ndim != 2)
    return ln_array_fail(L, "column needs an array of 2 dimensions, this one has %d", a->ndim);
  const int64_t j = ln_array_check_place(L, a, 1, 2);
  char *out = ln_array_push_kind(L, a->kind, 1, a->shape);
  const int64_t size = ln_array_bytes(a->kind);
  for (int64_t i = 0; i < a->shape[0]; i++) {
    memcpy(out + i * size, (const char *)a->data + (i * a->shape[1] + j) * size, (size_t)size);
  }
  ln_array_copy_dim(L, 1);
  return 1;
}

/* kernel.array_same(a, b): shapes and numbers are equal; NaN equals NaN, a boolean no number */
static int array_same(lua_State *L) {
  const ln_array *a = ln_array_whole(L, 1), *b = ln_array_whole(L, 2);
  bool same = a->ndim == b->ndim && memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape) == 0 &&
              (a->kind == LN_ARRAY_BOOLEAN) == (b->kind == LN_ARRAY_BOOLEAN);
  if (same && a->kind == LN_ARRAY_BOOLEAN) {
    same = a->n == 0 || memcmp(a->data, b->data, (size_t)a->n) == 0;
  } else {
    const double *x = a->data, *y = b->data;
    for (int64_t k = 0; same && k < a->n; k++) same = x[k] == y[k] || (isnan(x[k]) && isnan(y[k]));
  }
  lua_pushboolean(L, same);
  return 1;
}

/* kernel.array_spread(t, kind, n [, m]) -> an array of which t.whole(array) gives the elements when they are
 * first wanted; kernel.array_spread(a) -> its t, nil where it is whole or no array */
static int array_spread(lua_State *L) {
  if (lua_isnone(L, 2)) {
    const ln_array *a = luaL_testudata(L, 1, LN_T_ARRAY);
    if (!a || !a->spread) return 0;
    lua_getiuservalue(L, 1, SPREAD);
    return 1;
  }
  int64_t shape[2] = {luaL_checkinteger(L, 3), luaL_optinteger(L, 4, 1)};
  const ln_array_kind kind = (ln_array_kind)luaL_checkoption(L, 2, NULL, ln_array_kind_names);
  ln_array *a = ln_array_push_empty(L, lua_isnoneornil(L, 4) ? 1 : 2, shape);
  a->kind = kind;
  a->spread = true;
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, SPREAD);
  return 1;
}

static int array_whole(lua_State *L) { /* kernel.array_whole(a) -> a, whole. Collective. */
  ln_array_whole(L, 1);
  lua_settop(L, 1);
  return 1;
}

static int array_is(lua_State *L) { /* kernel.array_is(x) */
  lua_pushboolean(L, luaL_testudata(L, 1, LN_T_ARRAY) != NULL);
  return 1;
}

static const luaL_Reg methods[] = {{"copy", array_copy},
                                   {"argmin", array_argmin},
                                   {"argmax", array_argmax},
                                   {"column", array_column},
                                   {NULL, NULL}};

static const luaL_Reg functions[] = {{"array_zeros", array_zeros},
                                     {"array_kind", array_kind},
                                     {"array_tag", array_tag},
                                     {"array_reshape", array_reshape},
                                     {"array_same", array_same},
                                     {"array_dim", array_dim},
                                     {"array_set_dim", array_set_dim},
                                     {"array_is", array_is},
                                     {"array_spread", array_spread},
                                     {"array_whole", array_whole},
                                     {NULL, NULL}};

void ln_array_add_methods(lua_State *L) { luaL_setfuncs(L, methods, 0); }

void ln_open_array_whole(lua_State *L) { luaL_setfuncs(L, functions, 0); }
