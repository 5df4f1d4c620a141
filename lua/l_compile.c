/* l_compile.c - compiling generated C and loading units: kernel.compile(name, source), kernel.compile_many(names,
 * sources), kernel.load(path).
 */
#include "l_object.h"
#include "model.h"

/* compile(name, source) -> path, cached, seconds. Collective. */
static int compile(lua_State *L) {
  ln_runtime *rt = ln_runtime_get(L);
  ln_compiled out;
  ln_error err;
  if (ln_compiler_run(rt->compiler, rt->comm, luaL_checkstring(L, 1), luaL_checkstring(L, 2), &out, &err) != LN_OK)
    return ln_raise(L, &err);
  lua_pushstring(L, out.path);
  lua_pushboolean(L, out.cached);
  lua_pushnumber(L, out.seconds);
  return 3;
}

/* The texts of the list at index, which keeps them; the array is on the stack. */
static const char **push_texts(lua_State *L, int index, int n) {
  const char **text = lua_newuserdatauv(L, sizeof *text * (size_t)(n > 0 ? n : 1), 0);
  for (int k = 0; k < n; k++) {
    if (lua_geti(L, index, k + 1) != LUA_TSTRING) luaL_error(L, "a list of texts was expected");
    text[k] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return text;
}

/* compile_many(names, sources): on all cores of each machine, into the cache. Collective. */
static int compile_many(lua_State *L) {
  ln_runtime *rt = ln_runtime_get(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  int n = (int)luaL_len(L, 2);
  const char **name = push_texts(L, 1, n), **source = push_texts(L, 2, n);
  ln_compiled *out = lua_newuserdatauv(L, sizeof *out * (size_t)(n > 0 ? n : 1), 0);
  ln_error err;
  if (ln_compiler_run_many(rt->compiler, rt->comm, n, name, source, out, &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

/* load(path) -> model */
static int load(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  void **box = ln_object_new(L, LN_T_MODEL, 0);
  ln_error err;
  if (ln_model_load((ln_model **)box, path, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

static int model_gc(lua_State *L) {
  void **box = luaL_checkudata(L, 1, LN_T_MODEL);
  ln_model_release(*box);
  *box = NULL;
  return 0;
}

/* model:variable(name) -> 0-based index or nil */
static int model_variable(lua_State *L) {
  int k = ln_model_variable(ln_object_check(L, 1, LN_T_MODEL), luaL_checkstring(L, 2));
  if (k < 0) return 0;
  lua_pushinteger(L, k);
  return 1;
}

static int model_parameter(lua_State *L) {
  int k = ln_model_parameter(ln_object_check(L, 1, LN_T_MODEL), luaL_checkstring(L, 2));
  if (k < 0) return 0;
  lua_pushinteger(L, k);
  return 1;
}

/* model:inputs() -> list of the names of an expression's inputs, in order */
static int model_inputs(lua_State *L) {
  const ln_unit *u = ln_model_unit(ln_object_check(L, 1, LN_T_MODEL));
  lua_newtable(L);
  for (int k = 0; k < u->n_in; k++) {
    lua_pushstring(L, u->in[k].name);
    lua_rawseti(L, -2, k + 1);
  }
  return 1;
}

static const luaL_Reg model_methods[] = {
  {"variable", model_variable}, {"parameter", model_parameter}, {"inputs", model_inputs}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"compile", compile}, {"compile_many", compile_many}, {"load", load}, {NULL, NULL}};

void ln_open_compile(lua_State *L) {
  ln_object_type(L, LN_T_MODEL, model_methods, model_gc);
  luaL_setfuncs(L, functions, 0);
}
