/* l_array.c - dense arrays of doubles: the userdata, its elements and views, and array.h's arithmetic on raw
 * numbers. lua/lunate/array.lua adds units, operators, printing. Indices are 1-based and checked; data that
 * Lua does not see are reported to its garbage collector, so that it comes in time.
 */
#include "l_array.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "array.h"
#include "l_system.h"
#include "memory.h"

typedef struct array {
  double *data;
  int64_t n; /* doubles */
  int ndim;
  int64_t shape[3];
  bool owner; /* else the owner is user value OWNER */
} array;

enum { OWNER = 1, DIM = 2 };

static array *check_array(lua_State *L, int index) { return luaL_checkudata(L, index, LN_T_ARRAY); }

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

static array *push_empty(lua_State *L, int ndim, const int64_t *shape) {
  array *a = lua_newuserdatauv(L, sizeof *a, 2);
  *a = (array){.n = 1, .ndim = ndim};
  for (int d = 0; d < ndim; d++) a->n *= a->shape[d] = shape[d];
  luaL_setmetatable(L, LN_T_ARRAY);
  return a;
}

static void tell_collector(lua_State *L, int64_t n) {
  const int64_t kib = n / 128;
  if (kib > 0) lua_gc(L, LUA_GCSTEP, kib < INT_MAX / 1024 ? (int)kib : INT_MAX / 1024);
}

static int push_protected(lua_State *L) {
  const array *spec = lua_touserdata(L, 1);
  *push_empty(L, spec->ndim, spec->shape) = *spec;
  return 1;
}

void ln_array_push(lua_State *L, int ndim, const int64_t *shape, double *data) {
  array spec = {.data = data, .n = 1, .ndim = ndim, .owner = true};
  for (int d = 0; d < ndim; d++) spec.n *= spec.shape[d] = shape[d];
  lua_pushcfunction(L, push_protected); /* without memory for the userdata, data are still ours to free */
  lua_pushlightuserdata(L, &spec);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
    ln_free(data);
    lua_error(L);
  }
  tell_collector(L, spec.n);
}

static double *push_new(lua_State *L, int ndim, const int64_t *shape, bool clear);

double *ln_array_push_zeros(lua_State *L, int ndim, const int64_t *shape) {
  return push_new(L, ndim, shape, true);
}
double *ln_array_push_new(lua_State *L, int ndim, const int64_t *shape) {
  return push_new(L, ndim, shape, false);
}

static double *push_new(lua_State *L, int ndim, const int64_t *shape, bool clear) {
  int64_t n = 1;
  for (int d = 0; d < ndim; d++) {
    if (shape[d] < 0 || (shape[d] > 0 && n > (INT64_MAX >> 4) / shape[d])) {
      ln_array_fail(L, "an array cannot have %I elements along a dimension", (LUAI_UACINT)shape[d]);
    }
    n *= shape[d];
  }
  array *a = push_empty(L, ndim, shape);
  tell_collector(L, n); /* before, so that what it frees can be had */
  /* asking the system takes time */
  a->data = ln_array_take_kept(n);
  if (a->data) {
    if (clear) memset(a->data, 0, (size_t)n * sizeof *a->data);
    a->owner = true;
    return a->data;
  }
  const bool fits = n < 1 << 23 || (uint64_t)n * sizeof(double) <= ln_memory_available();
  a->data = fits ? ln_alloc_array((size_t)n, sizeof(double)) : NULL;
  if (!a->data) ln_array_fail(L, "no memory for an array of %f million numbers", (double)n / 1e6);
  a->owner = true;
  return a->data;
}

const double *ln_array_test(lua_State *L, int index, int64_t *n) {
  const array *a = luaL_testudata(L, index, LN_T_ARRAY);
  if (!a) return NULL;
  *n = a->n;
  return a->data;
}

ln_array_info ln_array_check(lua_State *L, int index) {
  const array *a = check_array(L, index);
  ln_array_info info = {.data = a->data, .n = a->n, .ndim = a->ndim};
  memcpy(info.shape, a->shape, sizeof info.shape);
  return info;
}

/* A view of doubles [from, from + …) of the array at index, of the same dimension; pushed. */
static array *push_view(lua_State *L, int index, int64_t from, int ndim, const int64_t *shape) {
  index = lua_absindex(L, index);
  const array *a = check_array(L, index);
  array *view = push_empty(L, ndim, shape);
  view->data = a->data + from;
  if (a->owner) lua_pushvalue(L, index);
  else lua_getiuservalue(L, index, OWNER);
  lua_setiuservalue(L, -2, OWNER);
  lua_getiuservalue(L, index, DIM);
  lua_setiuservalue(L, -2, DIM);
  return view;
}

static int array_gc(lua_State *L) {
  array *a = check_array(L, 1);
  if (a->owner) ln_array_keep(a->data, a->n);
  *a = (array){.ndim = 1};
  return 0;
}

/* ------------------------------------------------------------------------------------------ elements */

/* A place along dimension d, from 0. */
static int64_t check_place(lua_State *L, const array *a, int d, int index) {
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
static int64_t check_places(lua_State *L, const array *a, int first) {
  int64_t at = 0;
  for (int d = 0; d < a->ndim; d++) at = at * a->shape[d] + check_place(L, a, d, first + d);
  return at;
}

/* Pushes element `at`: a number, or with a dimension what __element makes of it. */
static int push_element(lua_State *L, const array *a, int64_t at) {
  if (lua_getiuservalue(L, 1, DIM) == LUA_TNIL || luaL_getmetafield(L, 1, "__element") == LUA_TNIL) {
    lua_pushnumber(L, a->data[at]);
    return 1;
  }
  lua_pushnumber(L, a->data[at]);
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

/* Puts the indices of a[{i, j}] into slots from top + 1 on. */
static int spread_key(lua_State *L, const array *a, int key) {
  const int first = lua_gettop(L) + 1;
  if (luaL_len(L, key) != a->ndim) {
    return ln_array_fail(L, "%I indices were given for an array of %d dimensions", (LUAI_UACINT)luaL_len(L, key),
                      a->ndim);
  }
  for (int d = 1; d <= a->ndim; d++) lua_geti(L, key, d);
  return first;
}

/* a[i]: an element, or a row (a view); a[{i, j}]: an element; a.name: a method. */
static int array_index(lua_State *L) {
  const array *a = check_array(L, 1);
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
  }
  if (lua_type(L, 2) == LUA_TTABLE) return push_element(L, a, check_places(L, a, spread_key(L, a, 2)));
  const int64_t i = check_place(L, a, 0, 2);
  if (a->ndim == 1) return push_element(L, a, i);
  const int64_t row = a->n / a->shape[0];
  push_view(L, 1, i * row, a->ndim - 1, a->shape + 1);
  return 1;
}

static int array_newindex(lua_State *L) {
  array *a = check_array(L, 1);
  if (lua_type(L, 2) == LUA_TSTRING) {
    return ln_array_fail(L, "an array has no field '%s' to set", lua_tostring(L, 2));
  }
  if (lua_type(L, 2) == LUA_TTABLE) {
    const int64_t at = check_places(L, a, spread_key(L, a, 2));
    a->data[at] = check_number(L, 3);
    return 0;
  }
  const int64_t i = check_place(L, a, 0, 2);
  if (a->ndim > 1) return ln_array_fail(L, "a row cannot be replaced: set its elements, a[i][j] or a[{i, j}]");
  a->data[i] = check_number(L, 3);
  return 0;
}

static int array_len(lua_State *L) {
  lua_pushinteger(L, check_array(L, 1)->shape[0]);
  return 1;
}

static int array_at(lua_State *L) { /* a:at(i, j) */
  const array *a = check_array(L, 1);
  if (lua_gettop(L) != a->ndim + 1) {
    return ln_array_fail(L, "%d indices were given for an array of %d dimensions", lua_gettop(L) - 1, a->ndim);
  }
  return push_element(L, a, check_places(L, a, 2));
}

static int array_shape(lua_State *L) { /* a:shape() -> n, m */
  const array *a = check_array(L, 1);
  for (int d = 0; d < a->ndim; d++) lua_pushinteger(L, a->shape[d]);
  return a->ndim;
}

/* a:slice(first, last): a view of elements or rows; none where last = first - 1 */
static int array_slice(lua_State *L) {
  const array *a = check_array(L, 1);
  const lua_Integer first = luaL_checkinteger(L, 2), last = luaL_optinteger(L, 3, a->shape[0]);
  if (first < 1 || last > a->shape[0] || last < first - 1) {
    return ln_array_fail(L, "slice(%I, %I) is outside an array of %I", (LUAI_UACINT)first, (LUAI_UACINT)last,
                      (LUAI_UACINT)a->shape[0]);
  }
  int64_t row = 1, shape[3] = {last - first + 1, a->shape[1], a->shape[2]};
  for (int d = 1; d < a->ndim; d++) row *= a->shape[d];
  push_view(L, 1, (first - 1) * row, a->ndim, shape);
  return 1;
}

static int array_flat(lua_State *L) { /* a:flat(): all elements, a view of one dimension */
  const array *a = check_array(L, 1);
  push_view(L, 1, 0, 1, &a->n);
  return 1;
}

static int array_raw(lua_State *L) { /* a:raw(): the numbers in SI units, a view without dimension */
  const array *a = check_array(L, 1);
  push_view(L, 1, 0, a->ndim, a->shape);
  lua_pushnil(L);
  lua_setiuservalue(L, -2, DIM);
  return 1;
}

static int array_dim(lua_State *L) { /* kernel.array_dim(a) -> dimension or nil */
  check_array(L, 1);
  lua_getiuservalue(L, 1, DIM);
  return 1;
}

static int array_set_dim(lua_State *L) { /* kernel.array_set_dim(a, dimension or nil) -> a */
  check_array(L, 1);
  lua_settop(L, 2);
  lua_setiuservalue(L, 1, DIM);
  return 1;
}

/* ----------------------------------------------------------------------------- arithmetic on numbers */

static int array_zeros(lua_State *L) { /* kernel.array_zeros(n [, m [, k]]) */
  int64_t shape[3];
  const int ndim = lua_gettop(L);
  if (ndim < 1 || ndim > 3) return ln_array_fail(L, "an array has 1 to 3 dimensions, not %d", ndim);
  for (int d = 0; d < ndim; d++) shape[d] = luaL_checkinteger(L, d + 1);
  ln_array_push_zeros(L, ndim, shape);
  return 1;
}

static int array_copy(lua_State *L) { /* a:copy() */
  const array *a = check_array(L, 1);
  double *out = ln_array_push_new(L, a->ndim, a->shape);
  if (a->n) memcpy(out, a->data, (size_t)a->n * sizeof *out);
  lua_getiuservalue(L, 1, DIM);
  lua_setiuservalue(L, -2, DIM);
  return 1;
}

/* Sizes aligned at the last axis, and the steps between their elements: none along an axis of one. */
static void align(const array *a, int64_t shape[3], int64_t step[3]) {
  int64_t count = 1;
  for (int d = 2; d >= 0; d--) {
    const int axis = d - (3 - (a ? a->ndim : 0));
    shape[d] = axis >= 0 ? a->shape[axis] : 1;
    step[d] = shape[d] == 1 ? 0 : count;
    count *= shape[d];
  }
}

static const char *const op_names[] = {"+",     "-",  "*",  "/",  "^",  "%",  "minimum", "maximum",
                                       "atan2", "lt", "le", "gt", "ge", "eq", "ne",      NULL};

static bool same_shape(const array *a, const array *b) {
  return a->ndim == b->ndim && memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape) == 0;
}

/* kernel.array_apply(op, a, b): of arrays and numbers, without regard to dimensions. Axes are matched from
 * the last; one of size 1, or that is not there, goes with any size. */
static int array_apply(lua_State *L) {
  const ln_array_op op = (ln_array_op)luaL_checkoption(L, 1, NULL, op_names);
  const array *a = luaL_testudata(L, 2, LN_T_ARRAY), *b = luaL_testudata(L, 3, LN_T_ARRAY);
  const double x = a ? 0 : luaL_checknumber(L, 2), y = b ? 0 : luaL_checknumber(L, 3);
  if (!a && !b) return ln_array_fail(L, "one of the operands must be an array");
  const array *like = !b || (a && a->ndim >= b->ndim) ? a : b;
  const double *p = a ? a->data : &x, *q = b ? b->data : &y;
  if (!a || !b || same_shape(a, b)) {
    double *out = ln_array_push_new(L, like->ndim, like->shape);
    ln_array_apply(op, like->n, p, a != NULL, q, b != NULL, out);
    return 1;
  }
  int64_t shape[3], other[3], a_step[3], b_step[3];
  align(a, shape, a_step);
  align(b, other, b_step);
  for (int d = 0; d < 3; d++) {
    if (shape[d] == 1) shape[d] = other[d];
    else if (other[d] != 1 && other[d] != shape[d]) return ln_array_fail(L, "the arrays differ in shape");
  }
  double *out = ln_array_push_new(L, like->ndim, shape + 3 - like->ndim);
  ln_array_broadcast(op, shape, p, a_step, q, b_step, out);
  return 1;
}

static int array_map(lua_State *L) { /* kernel.array_map(name, a): of each element, without dimension */
  const ln_array_function f = ln_array_find_function(luaL_checkstring(L, 1));
  const array *a = check_array(L, 2);
  if (!f) return ln_array_fail(L, "there is no function '%s' of arrays", lua_tostring(L, 1));
  double *out = ln_array_push_new(L, a->ndim, a->shape);
  ln_array_map(f, a->n, a->data, out);
  return 1;
}

static int array_reshape(lua_State *L) { /* kernel.array_reshape(a, n, m, …): a view; -1 once: what is left */
  const array *a = check_array(L, 1);
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
  push_view(L, 1, 0, ndim, shape);
  return 1;
}

static int array_sum(lua_State *L) { /* kernel.array_sum(a) -> number */
  const array *a = check_array(L, 1);
  lua_pushnumber(L, ln_array_sum(a->data, a->n));
  return 1;
}

static int array_moments(lua_State *L) { /* kernel.array_moments(a) -> mean, variance (over n), min, max, n */
  const array *a = check_array(L, 1);
  ln_array_moments m;
  ln_array_get_moments(a->data, a->n, &m);
  lua_pushnumber(L, m.mean);
  lua_pushnumber(L, m.variance);
  lua_pushnumber(L, m.min);
  lua_pushnumber(L, m.max);
  lua_pushinteger(L, a->n);
  return 5;
}

static int push_place(lua_State *L, int64_t place) {
  if (place < 0) return 0;
  lua_pushinteger(L, place + 1);
  return 1;
}

/* a:argmin(): place of the first smallest element; nil of an empty array */
static int array_argmin(lua_State *L) {
  const array *a = check_array(L, 1);
  return push_place(L, ln_array_argmin(a->data, a->n));
}

static int array_argmax(lua_State *L) {
  const array *a = check_array(L, 1);
  return push_place(L, ln_array_argmax(a->data, a->n));
}

static int array_column(lua_State *L) { /* a:column(j) of a 2-D array: a copy */
  const array *a = check_array(L, 1);
  if (a->ndim != 2) return ln_array_fail(L, "column needs an array of 2 dimensions, this one has %d", a->ndim);
  const int64_t j = check_place(L, a, 1, 2);
  double *out = ln_array_push_zeros(L, 1, a->shape);
  for (int64_t i = 0; i < a->shape[0]; i++) out[i] = a->data[i * a->shape[1] + j];
  lua_getiuservalue(L, 1, DIM);
  lua_setiuservalue(L, -2, DIM);
  return 1;
}

static int array_histogram(lua_State *L) { /* kernel.array_histogram(a, bins, low, high) -> counts */
  const array *a = check_array(L, 1);
  const int64_t bins = luaL_checkinteger(L, 2);
  const double low = luaL_checknumber(L, 3), high = luaL_checknumber(L, 4);
  if (bins < 1 || !(low < high) || isinf(high - low)) {
    return ln_array_fail(L, "a histogram needs bins between two numbers");
  }
  double *out = ln_array_push_zeros(L, 1, &bins);
  ln_array_histogram(a->data, a->n, low, high, bins, out);
  return 1;
}

static int array_same(
    lua_State *L) { /* kernel.array_same(a, b): shapes and numbers are equal; NaN equals NaN */
  const array *a = check_array(L, 1), *b = check_array(L, 2);
  bool same = a->ndim == b->ndim && memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape) == 0;
  for (int64_t k = 0; same && k < a->n; k++) {
    same = a->data[k] == b->data[k] || (isnan(a->data[k]) && isnan(b->data[k]));
  }
  lua_pushboolean(L, same);
  return 1;
}

static int array_is(lua_State *L) { /* kernel.array_is(x) */
  lua_pushboolean(L, luaL_testudata(L, 1, LN_T_ARRAY) != NULL);
  return 1;
}

static int array_type(
    lua_State *L) { /* kernel.array_type() -> metatable, methods: array.lua completes them */
  luaL_getmetatable(L, LN_T_ARRAY);
  lua_pushvalue(L, lua_upvalueindex(1));
  return 2;
}

static const luaL_Reg methods[] = {{"at", array_at},         {"shape", array_shape},
                                   {"slice", array_slice},   {"flat", array_flat},
                                   {"raw", array_raw},       {"copy", array_copy},
                                   {"argmin", array_argmin}, {"argmax", array_argmax},
                                   {"column", array_column}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"array_zeros", array_zeros},
                                     {"array_apply", array_apply},
                                     {"array_map", array_map},
                                     {"array_reshape", array_reshape},
                                     {"array_slice", array_slice},
                                     {"array_sum", array_sum},
                                     {"array_moments", array_moments},
                                     {"array_histogram", array_histogram},
                                     {"array_same", array_same},
                                     {"array_dim", array_dim},
                                     {"array_set_dim", array_set_dim},
                                     {"array_is", array_is},
                                     {NULL, NULL}};

void ln_open_array(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
  ln_open_array_lanes(L);
  ln_open_array_source(L);
  luaL_newmetatable(L, LN_T_ARRAY);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
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
