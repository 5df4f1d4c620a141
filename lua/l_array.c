/* l_array.c - dense arrays: the userdata, its elements and views. l_array_whole.c has what takes an array as
 * a whole, l_array_arithmetic.c computes; lua/lunate/array.lua adds units, operators, printing. Indices are
 * 1-based and checked; data that Lua does not see are reported to its garbage collector, so that it comes in
 * time.
 */
#include "l_array_p.h"

#include <stdarg.h>
#include <string.h>
#include "array.h"
#include "l_system.h"
#include "memory.h"

const char *const ln_array_kind_names[] = {"double", "integer", "boolean", NULL};

ln_array *ln_array_self(lua_State *L, int index) { return luaL_checkudata(L, index, LN_T_ARRAY); }

/* Becomes a view of `other`, on top of the stack, which is popped. */
static void become(lua_State *L, ln_array *a, int index) {
  const ln_array *other = ln_array_whole(L, -1);
  if (other->n != a->n) luaL_error(L, "an array of %I was to become one of %I", other->n, a->n);
  a->data = other->data;
  a->kind = other->kind;
  a->owner = a->spread = false;
  if (!other->owner) {
    lua_getiuservalue(L, -1, OWNER);
    lua_remove(L, -2);
  }
  lua_setiuservalue(L, index, OWNER);
  lua_pushnil(L);
  lua_setiuservalue(L, index, SPREAD);
}

ln_array *ln_array_whole(lua_State *L, int index) {
  ln_array *a = ln_array_self(L, index);
  if (!a->spread) return a;
  index = lua_absindex(L, index);
  luaL_checkstack(L, 4, NULL);
  lua_getiuservalue(L, index, SPREAD);
  lua_getfield(L, -1, "whole");
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  lua_remove(L, -2);
  become(L, a, index);
  return a;
}

int ln_array_fail(lua_State *L, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const bool placed = ln_push_where(L);
  if (placed) lua_pushliteral(L, ": ");
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  if (placed) lua_concat(L, 3);
  return lua_error(L);
}

/* ------------------------------------------------------------------------------------------- making */

ln_array *ln_array_push_empty(lua_State *L, int ndim, const int64_t *shape) {
  ln_array *a = lua_newuserdatauv(L, sizeof *a, 3);
  *a = (ln_array){.n = 1, .ndim = ndim};
  for (int d = 0; d < ndim; d++) a->n *= a->shape[d] = shape[d];
  luaL_setmetatable(L, LN_T_ARRAY);
  return a;
}

int64_t ln_array_total(const ln_array *a) { return a->n * ln_array_bytes(a->kind); }

static int push_protected(lua_State *L) {
  const ln_array *spec = lua_touserdata(L, 1);
  *ln_array_push_empty(L, spec->ndim, spec->shape) = *spec;
  return 1;
}

void ln_array_push(lua_State *L, int ndim, const int64_t *shape, double *data) {
  ln_array spec = {.data = data, .n = 1, .ndim = ndim, .owner = true};
  for (int d = 0; d < ndim; d++) spec.n *= spec.shape[d] = shape[d];
  lua_pushcfunction(L, push_protected); /* without memory for the userdata, data are still ours to free */
  lua_pushlightuserdata(L, &spec);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
    ln_free(data);
    lua_error(L);
  }
  ln_array_count_new(L, ln_array_total(&spec));
}

void *ln_array_push_kind(lua_State *L, ln_array_kind kind, int ndim, const int64_t *shape) {
  int64_t n = 1;
  for (int d = 0; d < ndim; d++) {
    if (shape[d] < 0 || (shape[d] > 0 && n > (INT64_MAX >> 4) / shape[d])) {
      ln_array_fail(L, "an array cannot have %I elements along a dimension", (LUAI_UACINT)shape[d]);
    }
    n *= shape[d];
  }
  ln_array *a = ln_array_push_empty(L, ndim, shape);
  a->kind = kind;
  a->data = ln_array_memory(L, ln_array_total(a));
  if (!a->data) {
    const double gigabytes = (double)(ln_array_total(a) / 100000000) / 10;
    ln_array_fail(L, "no memory for an array of %I elements, %f GB", (LUAI_UACINT)n, gigabytes);
  }
  a->owner = true;
  return a->data;
}

double *ln_array_push_new(lua_State *L, int ndim, const int64_t *shape) {
  return ln_array_push_kind(L, LN_ARRAY_DOUBLE, ndim, shape);
}

double *ln_array_push_zeros(lua_State *L, int ndim, const int64_t *shape) {
  double *data = ln_array_push_new(L, ndim, shape);
  memset(data, 0, (size_t)ln_array_total(ln_array_self(L, -1)));
  return data;
}

void ln_array_push_integers(lua_State *L, int64_t n, const int64_t *x, int64_t offset) {
  double *out = ln_array_push_new(L, 1, &n);
  for (int64_t k = 0; k < n; k++) out[k] = (double)(x[k] + offset);
}

void ln_array_set_kind(lua_State *L, int index, ln_array_kind kind) { ln_array_self(L, index)->kind = kind; }

void ln_array_copy_dim(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_getiuservalue(L, index, DIM);
  lua_setiuservalue(L, -2, DIM);
}

/* Puts an array of doubles in the place of one of booleans. */
static const ln_array *as_doubles(lua_State *L, int index) {
  index = lua_absindex(L, index);
  const ln_array *a = ln_array_whole(L, index);
  if (a->kind != LN_ARRAY_BOOLEAN) return a;
  double *out = ln_array_push_new(L, a->ndim, a->shape);
  ln_array_from_mask(a->data, a->n, out);
  ln_array_copy_dim(L, index);
  lua_replace(L, index);
  return ln_array_whole(L, index);
}

const double *ln_array_test(lua_State *L, int index, int64_t *n) {
  if (!luaL_testudata(L, index, LN_T_ARRAY)) return NULL;
  const ln_array *a = as_doubles(L, index);
  *n = a->n;
  return a->data;
}

ln_array_info ln_array_look(lua_State *L, int index) {
  const ln_array *a = ln_array_whole(L, index);
  ln_array_info info = {.raw = a->data, .n = a->n, .ndim = a->ndim, .kind = a->kind};
  info.data = a->kind == LN_ARRAY_BOOLEAN ? NULL : a->data;
  memcpy(info.shape, a->shape, sizeof info.shape);
  return info;
}

ln_array_info ln_array_check(lua_State *L, int index) {
  const ln_array_kind kind = ln_array_whole(L, index)->kind;
  as_doubles(L, index);
  ln_array_info info = ln_array_look(L, index);
  info.kind = kind;
  return info;
}

ln_array *ln_array_push_view(lua_State *L, int index, int64_t from, int ndim, const int64_t *shape) {
  index = lua_absindex(L, index);
  const ln_array *a = ln_array_whole(L, index);
  ln_array *view = ln_array_push_empty(L, ndim, shape);
  view->kind = a->kind;
  view->data = (char *)a->data + from * ln_array_bytes(a->kind);
  if (a->owner) lua_pushvalue(L, index);
  else lua_getiuservalue(L, index, OWNER);
  lua_setiuservalue(L, -2, OWNER);
  ln_array_copy_dim(L, index);
  return view;
}

static int array_gc(lua_State *L) {
  ln_array *a = ln_array_self(L, 1);
  if (a->owner) ln_array_release(a->data, ln_array_total(a));
  *a = (ln_array){.ndim = 1};
  return 0;
}

/* ------------------------------------------------------------------------------------------ elements */

int64_t ln_array_check_place(lua_State *L, const ln_array *a, int d, int index) {
  int whole;
  const lua_Integer i = lua_tointegerx(L, index, &whole);
  if (!whole) {
    return ln_array_fail(L, "the index of an array must be a whole number, got %s",
                      luaL_tolstring(L, index, NULL));
  }
  if (i < 1 || i > a->shape[d]) {
    return ln_array_fail(L, "index %I is outside an array of %I%s", (LUAI_UACINT)i, (LUAI_UACINT)a->shape[d],
                      a->ndim == 1 ? ""
                      : d == 0     ? " rows"
                      : d == 1     ? " columns"
                                   : " layers");
  }
  return i - 1;
}

/* The place in data of the indices in stack slots first, first + 1, …, one a dimension. */
static int64_t check_places(lua_State *L, const ln_array *a, int first) {
  int64_t at = 0;
  for (int d = 0; d < a->ndim; d++) at = at * a->shape[d] + ln_array_check_place(L, a, d, first + d);
  return at;
}

/* Pushes element `at`: a number or boolean, or with a dimension what __element makes of it. */
static int push_element(lua_State *L, const ln_array *a, int64_t at) {
  if (a->kind == LN_ARRAY_BOOLEAN) {
    lua_pushboolean(L, ((const uint8_t *)a->data)[at]);
    return 1;
  }
  const double x = ((const double *)a->data)[at];
  if (a->kind == LN_ARRAY_INTEGER) {
    lua_pushinteger(L, (lua_Integer)x);
    return 1;
  }
  if (lua_getiuservalue(L, 1, DIM) == LUA_TNIL || luaL_getmetafield(L, 1, "__element") == LUA_TNIL) {
    lua_pushnumber(L, x);
    return 1;
  }
  lua_pushnumber(L, x);
  lua_pushvalue(L, -3);
  lua_call(L, 2, 1);
  return 1;
}

/* The number to store for the value at index: __number(value, dimension) gives it, or nil and why not. */
static double check_number(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TNUMBER && lua_getiuservalue(L, 1, DIM) == LUA_TNIL) {
    return lua_tonumber(L, index);
  }
  if (luaL_getmetafield(L, 1, "__number") == LUA_TNIL) return luaL_checknumber(L, index);
  lua_pushvalue(L, index);
  lua_getiuservalue(L, 1, DIM);
  lua_call(L, 2, 2);
  if (lua_type(L, -2) != LUA_TNUMBER) ln_array_fail(L, "%s", luaL_tolstring(L, -1, NULL));
  return lua_tonumber(L, -2);
}

static void store_element(lua_State *L, ln_array *a, int64_t at, int index) {
  if (a->kind == LN_ARRAY_BOOLEAN) {
    if (!lua_isboolean(L, index)) {
      ln_array_fail(L, "an element of a boolean array is true or false, not %s",
                    luaL_tolstring(L, index, NULL));
    }
    ((uint8_t *)a->data)[at] = (uint8_t)lua_toboolean(L, index);
    return;
  }
  const double x = check_number(L, index);
  const bool is_rounded =
      lua_isinteger(L, index) && (x > LN_ARRAY_WHOLE || lua_tointeger(L, index) != (lua_Integer)x);
  if (a->kind == LN_ARRAY_INTEGER && (is_rounded || !ln_array_is_whole(&x, 1))) {
    ln_array_fail(L, "an element of an integer array is a whole number up to 2^53, not %f: see a:double()",
                  x);
  }
  ((double *)a->data)[at] = x;
}

/* Puts the indices of a[{i, j}] into slots from top + 1 on. */
static int spread_key(lua_State *L, const ln_array *a, int key) {
  const int first = lua_gettop(L) + 1;
  if (luaL_len(L, key) != a->ndim) {
    return ln_array_fail(L, "%I indices were given for an array of %d dimensions",
                         (LUAI_UACINT)luaL_len(L, key), a->ndim);
  }
  for (int d = 1; d <= a->ndim; d++) lua_geti(L, key, d);
  return first;
}

/* a[i]: an element, or a row (a view); a[{i, j}]: an element; a.name: a method. */
static int array_index(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    ln_array_self(L, 1);
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
  }
  const ln_array *a = ln_array_whole(L, 1);
  if (lua_type(L, 2) == LUA_TTABLE) return push_element(L, a, check_places(L, a, spread_key(L, a, 2)));
  const int64_t i = ln_array_check_place(L, a, 0, 2);
  if (a->ndim == 1) return push_element(L, a, i);
  const int64_t row = a->n / a->shape[0];
  ln_array_push_view(L, 1, i * row, a->ndim - 1, a->shape + 1);
  return 1;
}

static int array_newindex(lua_State *L) {
  ln_array *a = ln_array_whole(L, 1);
  if (lua_type(L, 2) == LUA_TSTRING) {
    return ln_array_fail(L, "an array has no field '%s' to set", lua_tostring(L, 2));
  }
  if (lua_type(L, 2) == LUA_TTABLE) {
    store_element(L, a, check_places(L, a, spread_key(L, a, 2)), 3);
    return 0;
  }
  const int64_t i = ln_array_check_place(L, a, 0, 2);
  if (a->ndim > 1)
    return ln_array_fail(L, "a row cannot be replaced: set its elements, a[i][j] or a[{i, j}]");
  store_element(L, a, i, 3);
  return 0;
}

static int array_len(lua_State *L) {
  lua_pushinteger(L, ln_array_self(L, 1)->shape[0]);
  return 1;
}

static int array_at(lua_State *L) { /* a:at(i, j) */
  const ln_array *a = ln_array_whole(L, 1);
  if (lua_gettop(L) != a->ndim + 1) {
    return ln_array_fail(L, "%d indices were given for an array of %d dimensions", lua_gettop(L) - 1,
                         a->ndim);
  }
  return push_element(L, a, check_places(L, a, 2));
}

static int array_shape(lua_State *L) { /* a:shape() -> n, m */
  const ln_array *a = ln_array_self(L, 1);
  for (int d = 0; d < a->ndim; d++) lua_pushinteger(L, a->shape[d]);
  return a->ndim;
}

/* a:slice(first, last): a view of elements or rows; none where last = first - 1 */
static int array_slice(lua_State *L) {
  const ln_array *a = ln_array_whole(L, 1);
  const lua_Integer first = luaL_checkinteger(L, 2), last = luaL_optinteger(L, 3, a->shape[0]);
  if (first < 1 || last > a->shape[0] || last < first - 1) {
    return ln_array_fail(L, "slice(%I, %I) is outside an array of %I", (LUAI_UACINT)first, (LUAI_UACINT)last,
                      (LUAI_UACINT)a->shape[0]);
  }
  int64_t row = 1, shape[3] = {last - first + 1, a->shape[1], a->shape[2]};
  for (int d = 1; d < a->ndim; d++) row *= a->shape[d];
  ln_array_push_view(L, 1, (first - 1) * row, a->ndim, shape);
  return 1;
}

static int array_flat(lua_State *L) { /* a:flat(): all elements, a view of one dimension */
  const ln_array *a = ln_array_whole(L, 1);
  ln_array_push_view(L, 1, 0, 1, &a->n);
  return 1;
}

static int array_raw(lua_State *L) { /* a:raw(): the numbers in SI units, a view without dimension */
  const ln_array *a = ln_array_whole(L, 1);
  ln_array_push_view(L, 1, 0, a->ndim, a->shape);
  lua_pushnil(L);
  lua_setiuservalue(L, -2, DIM);
  return 1;
}

/* ------------------------------------------------------------------------------------------- opening */

/* kernel.array_type() -> metatable, methods: array.lua completes them */
static int array_type(lua_State *L) {
  luaL_getmetatable(L, LN_T_ARRAY);
  lua_pushvalue(L, lua_upvalueindex(1));
  return 2;
}

static const luaL_Reg methods[] = {{"at", array_at},     {"shape", array_shape}, {"slice", array_slice},
                                   {"flat", array_flat}, {"raw", array_raw},     {NULL, NULL}};

void ln_open_array(lua_State *L) {
  lua_pushcfunction(L, array_slice);
  lua_setfield(L, -2, "array_slice");
  ln_open_array_whole(L);
  ln_open_array_arithmetic(L);
  ln_open_array_csv(L);
  ln_open_array_lanes(L);
  ln_open_array_lists(L);
  ln_open_array_ranks(L);
  ln_open_array_source(L);
  luaL_newmetatable(L, LN_T_ARRAY);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  ln_array_add_methods(L);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, array_index, 1);
  lua_setfield(L, -3, "__index");
  lua_pushcclosure(L, array_type, 1);
  lua_setfield(L, -3, "array_type");
  const luaL_Reg metamethods[] = {
      {"__newindex", array_newindex}, {"__len", array_len}, {"__gc", array_gc}, {NULL, NULL}};
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
}
