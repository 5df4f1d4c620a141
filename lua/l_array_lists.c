/* l_array_lists.c - Lua's lists of numbers and arrays, one of the other, without a Lua value a step: trains
 * of spikes are lists, what ranks exchange and what is sorted are arrays.
 */
#include "l_array.h"

#include <string.h>

static double number_at(lua_State *L, int list, lua_Integer k) {
  int is_number;
  lua_rawgeti(L, list, k);
  const double x = lua_tonumberx(L, -1, &is_number);
  if (!is_number) ln_array_fail(L, "element %I of a list is a %s, not a number", (LUAI_UACINT)k, luaL_typename(L, -1));
  lua_pop(L, 1);
  return x;
}

static bool is_whole_list(lua_State *L, int list, int64_t n) {
  bool whole = n > 0;
  for (int64_t k = 1; whole && k <= n; k++) {
    lua_rawgeti(L, list, k);
    whole = lua_isinteger(L, -1);
    lua_pop(L, 1);
  }
  return whole;
}

/* kernel.array_pack(list [, kind]) -> array of its numbers; without kind of Lua's integers a whole one */
static int array_pack(lua_State *L) {
  static const char *const kinds[] = {"double", "integer", NULL};
  luaL_checktype(L, 1, LUA_TTABLE);
  const int64_t n = (int64_t)lua_rawlen(L, 1);
  const bool named = !lua_isnoneornil(L, 2);
  const ln_array_kind kind = named                      ? (ln_array_kind)luaL_checkoption(L, 2, NULL, kinds)
                             : is_whole_list(L, 1, n) ? LN_ARRAY_INTEGER
                                                      : LN_ARRAY_DOUBLE;
  double *out = ln_array_push_kind(L, kind, 1, &n);
  for (int64_t k = 0; k < n; k++) out[k] = number_at(L, 1, k + 1);
  if (kind == LN_ARRAY_INTEGER && !ln_array_is_whole(out, n)) return ln_array_fail(L, "a list holds what is not whole");
  return 1;
}

/* kernel.array_join(lists) -> the numbers of one list after the other's, and how many each has */
static int array_join(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const int64_t lists = (int64_t)lua_rawlen(L, 1);
  double *count = ln_array_push_kind(L, LN_ARRAY_INTEGER, 1, &lists);
  int64_t n = 0;
  for (int64_t i = 0; i < lists; i++) {
    if (lua_rawgeti(L, 1, i + 1) != LUA_TTABLE) return ln_array_fail(L, "element %I is no list", (LUAI_UACINT)i + 1);
    count[i] = (double)lua_rawlen(L, -1);
    n += (int64_t)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  double *out = ln_array_push_new(L, 1, &n);
  for (int64_t i = 0; i < lists; i++) {
    lua_rawgeti(L, 1, i + 1);
    const int list = lua_gettop(L);
    for (int64_t k = 0; k < (int64_t)count[i]; k++) *out++ = number_at(L, list, k + 1);
    lua_pop(L, 1);
  }
  lua_insert(L, -2);
  return 2;
}

/* kernel.array_split(array, counts) -> lists: so many numbers each */
static int array_split(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1), counts = ln_array_check(L, 2);
  const double *x = a.data, *end = a.data + a.n;
  lua_createtable(L, (int)counts.n, 0);
  for (int64_t i = 0; i < counts.n; i++) {
    const int64_t n = (int64_t)counts.data[i];
    if (n < 0 || n > end - x) return ln_array_fail(L, "an array of %I cannot be split so", (LUAI_UACINT)a.n);
    lua_createtable(L, (int)n, 0);
    for (int64_t k = 0; k < n; k++) {
      lua_pushnumber(L, *x++);
      lua_rawseti(L, -2, k + 1);
    }
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* kernel.array_repeat(values, counts) -> each value so many times, one after the other */
static int array_repeat(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1), counts = ln_array_check(L, 2);
  int64_t n = 0;
  luaL_argcheck(L, a.n == counts.n, 2, "a count a value");
  for (int64_t i = 0; i < a.n; i++) n += (int64_t)counts.data[i];
  double *out =
      ln_array_push_kind(L, a.kind == LN_ARRAY_INTEGER ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE, 1, &n);
  for (int64_t i = 0; i < a.n; i++) {
    for (int64_t k = 0; k < (int64_t)counts.data[i]; k++) *out++ = a.data[i];
  }
  return 1;
}

/* kernel.array_bytes(a) -> its elements as a string; kernel.array_of_bytes(string, kind, n, …) -> the array */
static int array_bytes(lua_State *L) {
  const ln_array_info a = ln_array_look(L, 1);
  lua_pushlstring(L, a.raw ? a.raw : "", (size_t)(a.n * ln_array_bytes(a.kind)));
  return 1;
}

static int array_of_bytes(lua_State *L) {
  static const char *const kinds[] = {"double", "integer", "boolean", NULL};
  size_t size;
  const char *bytes = luaL_checklstring(L, 1, &size);
  const ln_array_kind kind = (ln_array_kind)luaL_checkoption(L, 2, NULL, kinds);
  const int ndim = lua_gettop(L) - 2;
  int64_t shape[3], n = 1;
  luaL_argcheck(L, ndim >= 1 && ndim <= 3, 3, "1 to 3 sizes");
  for (int d = 0; d < ndim; d++) n *= shape[d] = luaL_checkinteger(L, d + 3);
  luaL_argcheck(L, size == (size_t)(n * ln_array_bytes(kind)), 1, "as many bytes as the elements have");
  void *out = ln_array_push_kind(L, kind, ndim, shape);
  if (size) memcpy(out, bytes, size);
  return 1;
}

void ln_open_array_lists(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"array_pack", array_pack}, {"array_join", array_join}, {"array_split", array_split}, {"array_repeat", array_repeat},
      {"array_bytes", array_bytes}, {"array_of_bytes", array_of_bytes}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
