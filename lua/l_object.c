/* l_object.c - userdata, bulk arguments and value descriptions, shared by the bindings. See l_object.h. */
#include "l_object.h"

#include <math.h>
#include <string.h>
#include "l_array.h"
#include "memory.h"

#define T_KEPT "lunate.kept"

void **ln_object_new(lua_State *L, const char *type, int parent) {
  void **box = lua_newuserdatauv(L, sizeof(void *), 1);
  *box = NULL;
  luaL_setmetatable(L, type);
  if (parent != 0) {
    lua_pushvalue(L, parent);
    lua_setiuservalue(L, -2, 1);
  }
  return box;
}

void *ln_object_check(lua_State *L, int index, const char *type) {
  void **box = luaL_checkudata(L, index, type);
  if (*box == NULL) luaL_error(L, "this %s is closed", type);
  return *box;
}

void ln_object_type(lua_State *L, const char *type, const luaL_Reg *methods, lua_CFunction gc) {
  luaL_newmetatable(L, type);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  if (gc != NULL) {
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__close");
  }
  lua_pop(L, 1);
}

static int kept_gc(lua_State *L) {
  for (int k = 0; k < LN_KEPT; k++) ln_kept_free(lua_touserdata(L, 1), k);
  return 0;
}

ln_kept *ln_push_kept(lua_State *L) {
  ln_kept *kept = lua_newuserdatauv(L, sizeof *kept, 0);
  *kept = (ln_kept){{NULL}};
  if (luaL_newmetatable(L, T_KEPT)) {
    lua_pushcfunction(L, kept_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return kept;
}

void ln_kept_free(ln_kept *kept, int k) {
  ln_free(kept->data[k]);
  kept->data[k] = NULL;
}

void ln_push_kept_integers(lua_State *L, ln_kept *kept, int k, int64_t n, int64_t offset) {
  ln_array_push_integers(L, n, kept->data[k], offset);
  ln_kept_free(kept, k);
}

const double *ln_push_doubles(lua_State *L, int index, int64_t *n) {
  index = lua_absindex(L, index);
  const double *data = ln_array_test(L, index, n);
  if (data != NULL) {
    lua_pushvalue(L, index);
    return data;
  }
  luaL_checktype(L, index, LUA_TTABLE);
  lua_Integer len = luaL_len(L, index);
  double *copy = lua_newuserdatauv(L, (size_t)(len > 0 ? len : 1) * sizeof(double), 0);
  for (lua_Integer k = 0; k < len; k++) {
    lua_geti(L, index, k + 1);
    int ok = 1;
    copy[k] = lua_isboolean(L, -1) ? (double)lua_toboolean(L, -1) : lua_tonumberx(L, -1, &ok);
    if (!ok) luaL_error(L, "element %d is a %s, a number was expected", (int)(k + 1), luaL_typename(L, -1));
    lua_pop(L, 1);
  }
  *n = len;
  return copy;
}

const int64_t *ln_push_integers(lua_State *L, int index, int64_t base, int64_t *n) {
  const double *x = ln_push_doubles(L, index, n);
  int64_t *out = lua_newuserdatauv(L, (size_t)(*n > 0 ? *n : 1) * sizeof(int64_t), 0);
  for (int64_t k = 0; k < *n; k++) {
    if (!(x[k] == floor(x[k]) && fabs(x[k]) < 0x1p53))
      luaL_error(L, "element %d is %f, a whole number was expected", (int)(k + 1), x[k]);
    out[k] = (int64_t)x[k] - base;
  }
  lua_remove(L, -2);
  return out;
}

const double *ln_field_doubles(lua_State *L, int index, const char *name, int64_t *n) {
  *n = 0;
  if (lua_getfield(L, index, name) == LUA_TNIL) return NULL;
  const double *x = ln_push_doubles(L, -1, n);
  lua_remove(L, -2);
  return x;
}

const int64_t *ln_field_integers(lua_State *L, int index, const char *name, int64_t base, int64_t *n) {
  *n = 0;
  if (lua_getfield(L, index, name) == LUA_TNIL) return NULL;
  const int64_t *x = ln_push_integers(L, -1, base, n);
  lua_remove(L, -2);
  return x;
}

int64_t ln_field_integer(lua_State *L, int index, const char *name, int64_t otherwise) {
  int type = lua_getfield(L, index, name), ok = 1;
  int64_t x = type == LUA_TNIL ? otherwise : lua_tointegerx(L, -1, &ok);
  if (!ok) luaL_error(L, "field '%s' must be a whole number", name);
  lua_pop(L, 1);
  return x;
}

double ln_field_number(lua_State *L, int index, const char *name, double otherwise) {
  int type = lua_getfield(L, index, name), ok = 1;
  double x = type == LUA_TNIL ? otherwise : lua_tonumberx(L, -1, &ok);
  if (!ok) luaL_error(L, "field '%s' must be a number", name);
  lua_pop(L, 1);
  return x;
}

const char *ln_field_string(lua_State *L, int index, const char *name) {
  const char *s = lua_getfield(L, index, name) == LUA_TNIL ? NULL : luaL_checkstring(L, -1);
  lua_pop(L, 1); /* the table keeps it alive */
  return s;
}

static const char *const value_kinds[] = {"constant", "uniform", "normal", "lognormal", "exponential",
                                          "gamma", "array", "expression", NULL};

/* Fills *table from the one at the top of the stack; leaves its values there, above it. */
static void read_table(lua_State *L, ln_timed_array *table) {
  int at = lua_gettop(L);
  int64_t count;
  for (int field = 2; field <= 4; field++) lua_geti(L, at, field);
  *table = (ln_timed_array){.rows = luaL_checkinteger(L, at + 1), .columns = luaL_checkinteger(L, at + 2),
                            .dt = luaL_checknumber(L, at + 3)};
  lua_settop(L, at);
  lua_geti(L, at, 1);
  table->value = ln_push_doubles(L, at + 1, &count);
  lua_remove(L, at + 1);
  if (count <= 0 || count != table->rows * table->columns || !(table->dt > 0))
    luaL_error(L, "a timed array has rows x columns values and a positive dt");
}

const ln_timed_array *ln_push_tables(lua_State *L, int index, int64_t *n) {
  index = lua_absindex(L, index);
  *n = 0;
  if (lua_getfield(L, index, "tables") == LUA_TNIL || luaL_len(L, -1) == 0) return NULL;
  int list = lua_gettop(L);
  *n = luaL_len(L, list);
  ln_timed_array *out = lua_newuserdatauv(L, (size_t)*n * sizeof *out, (int)*n); /* its user values keep the numbers */
  for (int k = 1; k <= *n; k++) {
    lua_geti(L, list, k);
    read_table(L, &out[k - 1]);
    lua_setiuservalue(L, list + 1, k);
    lua_pop(L, 1);
  }
  lua_remove(L, list);
  return out;
}

void ln_push_value(lua_State *L, int index, ln_value *out) {
  index = lua_absindex(L, index);
  luaL_checktype(L, index, LUA_TTABLE);
  memset(out, 0, sizeof *out);
  lua_getfield(L, index, "kind");
  out->kind = (ln_value_kind)luaL_checkoption(L, -1, "constant", value_kinds);
  lua_pop(L, 1);
  out->a = ln_field_number(L, index, "a", 0.0);
  out->b = ln_field_number(L, index, "b", 0.0);
  out->low = ln_field_number(L, index, "low", -INFINITY);
  out->high = ln_field_number(L, index, "high", INFINITY);
  out->array = ln_field_doubles(L, index, "array", &out->n_array);
  lua_getfield(L, index, "expression");
  if (!lua_isnil(L, -1)) out->expression = ln_object_check(L, -1, LN_T_MODEL);
  lua_pop(L, 1); /* the table keeps it alive; so does the caller's stack the table */
  int64_t n_par;
  out->par = ln_field_doubles(L, index, "par", &n_par);
  out->t = ln_field_number(L, index, "t", 0.0);
  int64_t n_tables;
  out->table = ln_push_tables(L, index, &n_tables);
}

void ln_progress_hook(void *user, const char *what, double fraction) {
  ln_progress_call *call = user;
  if (call->index == 0) return;
  lua_State *L = call->L;
  lua_pushvalue(L, call->index);
  lua_pushstring(L, what);
  lua_pushnumber(L, fraction);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK) lua_pop(L, 1); /* a progress line must never stop a run */
}
