/* l_order.c - tables in a fixed order: pairs, next and sort that do the same in every process.
 *
 * Stock Lua walks a table in an order that depends on a random seed of the process, and its sort picks
 * pivots by the clock, so that ranks would disagree. Here keys go: positive integers ascending (the
 * sequence first), other numbers ascending, strings by bytes, false, true, objects by their serial, and
 * last whatever has no order (tables, functions): as they come with one rank, an error with several.
 */
#include "l_system.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_INDEX, KEY_NUMBER, KEY_STRING, KEY_BOOLEAN, KEY_OBJECT, KEY_UNORDERED };

typedef struct key {
  int group;
  long double number;  /* index, number, boolean or serial; holds int64 and double exactly */
  const char *string;
  size_t length;
  lua_Integer place;   /* as found */
} key;

/* An object's serial: the field __serial of a table, or what its metatable's __serial(object) returns. */
static bool get_serial(lua_State *L, int index, long double *serial) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) == LUA_TTABLE) {
    lua_pushliteral(L, "__serial");
    lua_rawget(L, index);
  } else {
    lua_pushnil(L);
  }
  if (lua_isnil(L, -1) && luaL_getmetafield(L, index, "__serial") == LUA_TFUNCTION) {
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
  }
  bool found = lua_isinteger(L, -1);
  if (found) *serial = (long double)lua_tointeger(L, -1);
  return found;
}

static key key_at(lua_State *L, int index) {
  key k = {.group = KEY_UNORDERED};
  int top = lua_gettop(L);
  switch (lua_type(L, index)) {
    case LUA_TNUMBER: {
      int integral;
      lua_Integer i = lua_tointegerx(L, index, &integral);
      k.number = integral ? (long double)i : (long double)lua_tonumber(L, index);
      k.group = integral && i >= 1 ? KEY_INDEX : KEY_NUMBER;
      break;
    }
    case LUA_TSTRING:
      k.group = KEY_STRING;
      k.string = lua_tolstring(L, index, &k.length);
      break;
    case LUA_TBOOLEAN:
      k.group = KEY_BOOLEAN;
      k.number = lua_toboolean(L, index);
      break;
    default:
      if (get_serial(L, index, &k.number)) k.group = KEY_OBJECT;
  }
  lua_settop(L, top);
  return k;
}

static int key_compare(const void *va, const void *vb) {
  const key *a = va, *b = vb;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->group == KEY_STRING) {
    int c = memcmp(a->string, b->string, a->length < b->length ? a->length : b->length);
    return c != 0 ? c : (a->length > b->length) - (a->length < b->length);
  }
  if (a->group != KEY_UNORDERED && a->number != b->number) return a->number < b->number ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

static int no_order(lua_State *L, const char *who) {
  return luaL_error(L, "%s: the table has several keys without an order (tables, functions, userdata), which "
                    "each rank would visit in another; use strings, numbers or Lunate's objects as keys", who);
}

static bool several_ranks(lua_State *L) { return ln_comm_size(ln_runtime_get(L)->comm) > 1; }

/* The keys of the table at 1 that are not integers in 1..sequence, in order: pushes a list of them. */
static void push_keys(lua_State *L, lua_Integer count, lua_Integer sequence) {
  key *keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
  lua_createtable(L, (int)count, 0);
  int found = lua_gettop(L), unordered = 0;
  lua_Integer n = 0;
  for (lua_pushnil(L); lua_next(L, 1); ) {
    lua_pop(L, 1);
    key k = key_at(L, -1);
    if (k.group == KEY_INDEX && k.number <= (long double)sequence) continue;
    unordered += k.group == KEY_UNORDERED;
    k.place = n + 1;
    keys[n++] = k;
    lua_pushvalue(L, -1);
    lua_rawseti(L, found, n);
  }
  if (unordered > 1 && several_ranks(L)) no_order(L, "pairs");
  qsort(keys, (size_t)n, sizeof *keys, key_compare);
  lua_createtable(L, (int)n, 0);
  for (lua_Integer i = 0; i < n; i++) {
    lua_rawgeti(L, found, keys[i].place);
    lua_rawseti(L, -2, i + 1);
  }
}

/* Upvalues: length of the sequence, place reached, list of the other keys or nil. Keys whose value was
 * set to nil meanwhile are passed over; keys added meanwhile are not seen. */
static int iterate(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer sequence = lua_tointeger(L, lua_upvalueindex(1));
  lua_Integer place = lua_isnoneornil(L, 2) ? 0 : lua_tointeger(L, lua_upvalueindex(2));
  for (;;) {
    place++;
    lua_settop(L, 2);
    if (place <= sequence) {
      lua_pushinteger(L, place);
    } else if (lua_isnil(L, lua_upvalueindex(3)) || lua_rawgeti(L, lua_upvalueindex(3), place - sequence) == LUA_TNIL) {
      lua_pushnil(L);
      return 1;
    }
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) break;
  }
  lua_pushinteger(L, place);
  lua_replace(L, lua_upvalueindex(2));
  return 2;
}

static int pairs_continue(lua_State *L, int status, lua_KContext context) {
  (void)L;
  (void)status;
  (void)context;
  return 3;
}

static int order_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, 0, pairs_continue);
    return pairs_continue(L, LUA_OK, 0);
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_Integer count = 0, indices = 0, last = 0;
  for (lua_pushnil(L); lua_next(L, 1); count++) {
    lua_pop(L, 1);
    lua_Integer i = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
    if (i < 1) continue;
    indices++;
    if (last < i) last = i;
  }
  lua_Integer sequence = indices == last ? last : 0;
  lua_pushinteger(L, sequence);
  lua_pushinteger(L, 0);
  if (count > sequence) {
    push_keys(L, count, sequence);
    lua_replace(L, 4); /* drops what it left below */
    lua_settop(L, 4);
  } else {
    lua_pushnil(L);
  }
  lua_pushcclosure(L, iterate, 3);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* The key after an unordered one: the next unordered one that the table happens to hold. */
static int next_unordered(lua_State *L) {
  while (lua_next(L, 1)) {
    lua_pushvalue(L, -2);
    key k = key_at(L, -1);
    lua_pop(L, 1);
    if (k.group == KEY_UNORDERED) {
      if (several_ranks(L)) no_order(L, "next");
      return 2;
    }
    lua_pop(L, 1);
  }
  lua_pushnil(L);
  return 1;
}

/* next(t, k): at once along a sequence, else a look at every key (so a loop over `next` costs n² where
 * `pairs` costs n log n). */
static int order_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  bool first = lua_isnil(L, 2);
  key after = {.group = -1};
  if (!first) after = key_at(L, 2);
  if (first || after.group == KEY_INDEX) {
    lua_Integer i = first ? 1 : lua_tointeger(L, 2) + 1;
    lua_pushinteger(L, i);
    if (i >= 1 && lua_rawgeti(L, 1, i) != LUA_TNIL) return 2;
    lua_settop(L, 2);
  }
  if (after.group == KEY_UNORDERED) return next_unordered(L);
  key best = {.group = KEY_UNORDERED};
  int unordered = 0;
  lua_pushnil(L); /* 3: the best key */
  for (lua_pushnil(L); lua_next(L, 1); ) {
    lua_pop(L, 1);
    key k = key_at(L, -1);
    bool better = lua_isnil(L, 3) || key_compare(&k, &best) < 0;
    unordered += k.group == KEY_UNORDERED;
    if (key_compare(&after, &k) >= 0 || !better) continue;
    best = k;
    lua_pushvalue(L, -1);
    lua_replace(L, 3);
  }
  if (lua_isnil(L, 3)) return 1;
  if (best.group == KEY_UNORDERED && unordered > 1 && several_ranks(L)) no_order(L, "next");
  lua_pushvalue(L, 3);
  lua_rawget(L, 1);
  return 2;
}

/* Is element i of the list at 1 less than element j, by the function at 2 or by `<`? */
static bool less(lua_State *L, lua_Integer i, lua_Integer j) {
  bool result;
  if (lua_isnil(L, 2)) {
    lua_geti(L, 1, i);
    lua_geti(L, 1, j);
    result = lua_compare(L, -2, -1, LUA_OPLT);
    lua_pop(L, 2);
  } else {
    lua_pushvalue(L, 2);
    lua_geti(L, 1, i);
    lua_geti(L, 1, j);
    lua_call(L, 2, 1);
    result = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  return result;
}

/* Merges the sorted from[lo, mid) and from[mid, hi) into to[lo, hi). */
static void merge(lua_State *L, const lua_Integer *from, lua_Integer *to, lua_Integer lo, lua_Integer mid, lua_Integer hi) {
  lua_Integer i = lo, j = mid;
  for (lua_Integer k = lo; k < hi; k++) {
    bool right = i == mid || (j < hi && less(L, from[j], from[i]));
    to[k] = right ? from[j++] : from[i++];
  }
}

/* table.sort, as a merge sort of places: stable, so that the outcome is one whatever the comparison. */
static int order_sort(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer n = luaL_len(L, 1);
  luaL_argcheck(L, n < INT32_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  if (n < 2) return 0;
  lua_Integer *from = lua_newuserdatauv(L, (size_t)n * 2 * sizeof *from, 0), *to = from + n;
  for (lua_Integer i = 0; i < n; i++) from[i] = i + 1;
  for (lua_Integer width = 1; width < n; width *= 2) {
    for (lua_Integer lo = 0; lo < n; lo += 2 * width) {
      lua_Integer mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
      merge(L, from, to, lo, mid, hi);
    }
    lua_Integer *swap = from;
    from = to;
    to = swap;
  }
  lua_createtable(L, (int)n, 0);
  for (lua_Integer i = 0; i < n; i++) {
    lua_geti(L, 1, from[i]);
    lua_rawseti(L, -2, i + 1);
  }
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, -1, i);
    lua_seti(L, 1, i);
  }
  return 0;
}

void ln_open_order(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"pairs", order_pairs}, {"next", order_next}, {"sort", order_sort}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
