/* l_store.c - files: stores that recordings stream to, and files read back.
 *
 *   kernel.store(path, {key, text, key, text, ...}) -> store     Collective
 *   store:spikes {population =, dt =, event =, names =, units =} -> sink   Collective
 *   store:report {population =, names =, units =, neurons =, dt =, every =, precision =,
 *     own_first =, own_last = (this rank's slice of the population)} -> sink   Collective
 *   store:flush(), store:close()                                 Collective
 *   kernel.file(path) -> file; see the methods below             Local
 *
 * A store that is collected without close leaves its .part file.
 */
#include "l_store.h"

#include <math.h>
#include "l_array.h"
#include "memory.h"

#define LN_T_STORE "lunate.store"
#define LN_T_SINK "lunate.sink"
#define LN_T_FILE "lunate.file"

/* A userdata with room for a pointer, of a type whose __gc accepts NULL. */
static void **push_box(lua_State *L, const char *type) {
  void **box = lua_newuserdatauv(L, sizeof *box, 1);
  *box = NULL;
  luaL_setmetatable(L, type);
  return box;
}

static void *check_open(lua_State *L, const char *type) {
  void **box = luaL_checkudata(L, 1, type);
  if (!*box) {
    lua_pushfstring(L, "this %s is closed", type + sizeof "lunate." - 1); /* the language adds the place */
    lua_error(L);
  }
  return *box;
}

/* ------------------------------------------------------------------------------------------ writing */

static int store_new(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  const int n = (int)luaL_len(L, 2) / 2;
  luaL_checkstack(L, 2 * n + 10, "too many attributes");
  const char **text = lua_newuserdatauv(L, (size_t)(2 * n + 1) * sizeof *text, 0);
  for (int k = 0; k < 2 * n; k++) { /* keys, then texts; they stay on the stack */
    lua_geti(L, 2, k < n ? 2 * k + 1 : 2 * (k - n) + 2);
    text[k] = luaL_checkstring(L, -1);
  }
  void **box = push_box(L, LN_T_STORE);
  ln_error err;
  if (ln_store_create((ln_store **)box, ln_runtime_get(L)->comm, path, n, text, text + n, &err) != LN_OK) {
    return ln_raise(L, &err);
  }
  return 1;
}

static int store_gc(lua_State *L) {
  ln_store **box = luaL_checkudata(L, 1, LN_T_STORE);
  ln_store_destroy(*box);
  *box = NULL;
  return 0;
}

/* A sink that keeps the store in stack slot 1 alive. */
static ln_record_sink *push_sink(lua_State *L) {
  ln_record_sink *sink = lua_newuserdatauv(L, sizeof *sink, 1);
  *sink = (ln_record_sink){0};
  luaL_setmetatable(L, LN_T_SINK);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  return sink;
}

const ln_record_sink *ln_store_check_sink(lua_State *L, int index) {
  return luaL_checkudata(L, index, LN_T_SINK);
}

/* Field `name` of the table in slot 2, left on the stack. */
static int64_t field_integer(lua_State *L, const char *name) {
  lua_getfield(L, 2, name);
  return luaL_checkinteger(L, -1);
}

/* A list of strings in field `name`, as pointers; the strings stay in their table. */
static const char **field_strings(lua_State *L, const char *name, int n) {
  lua_getfield(L, 2, name);
  luaL_checktype(L, -1, LUA_TTABLE);
  const char **out = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *out, 0);
  for (int k = 0; k < n; k++) {
    lua_geti(L, -2, k + 1);
    out[k] = luaL_checkstring(L, -1);
    lua_pop(L, 1);
  }
  return out;
}

static int store_spikes(lua_State *L) {
  ln_store *s = check_open(L, LN_T_STORE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "names");
  ln_spikes_spec spec = {.n_var = (int)luaL_len(L, -1)};
  lua_getfield(L, 2, "population");
  spec.population = luaL_checkstring(L, -1);
  lua_getfield(L, 2, "event");
  spec.event = luaL_optstring(L, -1, NULL);
  lua_getfield(L, 2, "dt");
  spec.dt = luaL_checknumber(L, -1);
  spec.name = field_strings(L, "names", spec.n_var);
  spec.unit = field_strings(L, "units", spec.n_var);
  ln_error err;
  return ln_store_add_spikes(s, &spec, push_sink(L), &err) == LN_OK ? 1 : ln_raise(L, &err);
}

/* The list `neurons`, 0-based; on the stack. */
static const int64_t *field_neurons(lua_State *L, int64_t *n) {
  lua_getfield(L, 2, "neurons");
  luaL_checktype(L, -1, LUA_TTABLE);
  *n = luaL_len(L, -1);
  int64_t *out = lua_newuserdatauv(L, (size_t)(*n + 1) * sizeof *out, 0);
  for (int64_t k = 0; k < *n; k++) {
    lua_geti(L, -2, k + 1);
    out[k] = luaL_checkinteger(L, -1) - 1;
    lua_pop(L, 1);
  }
  return out;
}

static int store_report(lua_State *L) {
  ln_store *s = check_open(L, LN_T_STORE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "names");
  const int n_var = (int)luaL_len(L, -1);
  ln_report_spec spec = {.n_var = n_var, .gid_lo = field_integer(L, "own_first") - 1,
                         .gid_hi = field_integer(L, "own_last"), .every = field_integer(L, "every"),
                         .precision = (int)field_integer(L, "precision")};
  lua_getfield(L, 2, "population");
  spec.population = luaL_checkstring(L, -1);
  lua_getfield(L, 2, "dt");
  spec.dt = luaL_checknumber(L, -1);
  spec.name = field_strings(L, "names", n_var);
  spec.unit = field_strings(L, "units", n_var);
  spec.gid = field_neurons(L, &spec.n);
  ln_error err;
  if (ln_store_add_report(s, &spec, push_sink(L), &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

static int store_flush(lua_State *L) {
  ln_error err;
  return ln_store_flush(check_open(L, LN_T_STORE), &err) == LN_OK ? 0 : ln_raise(L, &err);
}

/* The store stays in place until it is collected: recorders may still hold its sinks, which then refuse. */
static int store_close(lua_State *L) {
  ln_error err;
  return ln_store_close(check_open(L, LN_T_STORE), &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static const luaL_Reg store_methods[] = {
  {"spikes", store_spikes}, {"report", store_report}, {"flush", store_flush}, {"close", store_close},
  {NULL, NULL}};

/* ------------------------------------------------------------------------------------------ reading */

static ln_file *check_file(lua_State *L) { return check_open(L, LN_T_FILE); }

static int file_new(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  void **box = push_box(L, LN_T_FILE);
  ln_error err;
  return ln_file_open((ln_file **)box, path, &err) == LN_OK ? 1 : ln_raise(L, &err);
}

static int file_close(lua_State *L) { /* file:close(), also __gc */
  ln_file **box = luaL_checkudata(L, 1, LN_T_FILE);
  ln_file_close(*box);
  *box = NULL;
  return 0;
}

static int file_attributes(lua_State *L) { /* file:attributes() -> {key, text, key, text, ...} */
  const ln_file *f = check_file(L);
  lua_newtable(L);
  for (int k = 0; k < ln_file_n_attributes(f); k++) {
    const char *key, *text;
    ln_file_attribute(f, k, &key, &text);
    lua_pushstring(L, key);
    lua_seti(L, -2, 2 * k + 1);
    lua_pushstring(L, text);
    lua_seti(L, -2, 2 * k + 2);
  }
  return 1;
}

/* {{name =, unit =}, ...} of what spikes were recorded with. */
static void push_variables(lua_State *L, const ln_file *f, int k) {
  lua_newtable(L);
  for (int c = 0; c < ln_file_spikes_n_variables(f, k); c++) {
    const char *name, *unit;
    ln_file_spikes_variable(f, k, c, &name, &unit);
    lua_newtable(L);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, unit);
    lua_setfield(L, -2, "unit");
    lua_seti(L, -2, c + 1);
  }
}

static int file_spikes(lua_State *L) { /* file:spikes() -> {{name =, count =, event =, variables =}, ...} */
  const ln_file *f = check_file(L);
  lua_newtable(L);
  for (int k = 0; k < ln_file_n_spikes(f); k++) {
    lua_newtable(L);
    lua_pushstring(L, ln_file_spikes_name(f, k));
    lua_setfield(L, -2, "name");
    lua_pushstring(L, ln_file_spikes_event(f, k));
    lua_setfield(L, -2, "event");
    push_variables(L, f, k);
    lua_setfield(L, -2, "variables");
    lua_pushinteger(L, ln_file_spikes_count(f, k));
    lua_setfield(L, -2, "count");
    lua_seti(L, -2, k + 1);
  }
  return 1;
}

/* file:reports() -> {{name =, population =, variable =, unit =, samples =, elements =}, ...} */
static int file_reports(lua_State *L) {
  const ln_file *f = check_file(L);
  lua_newtable(L);
  for (int k = 0; k < ln_file_n_reports(f); k++) {
    const char *const text[][2] = {
      {"name", ln_file_report_name(f, k)}, {"population", ln_file_report_population(f, k)},
      {"variable", ln_file_report_variable(f, k)}, {"unit", ln_file_report_unit(f, k)}};
    int64_t samples, elements;
    ln_file_report_size(f, k, &samples, &elements);
    lua_newtable(L);
    for (int i = 0; i < 4; i++) {
      lua_pushstring(L, text[i][1]);
      lua_setfield(L, -2, text[i][0]);
    }
    lua_pushinteger(L, samples);
    lua_setfield(L, -2, "samples");
    lua_pushinteger(L, elements);
    lua_setfield(L, -2, "elements");
    lua_seti(L, -2, k + 1);
  }
  return 1;
}

static int check_place(lua_State *L, int n) {
  const lua_Integer k = luaL_checkinteger(L, 2);
  luaL_argcheck(L, k >= 1 && k <= n, 2, "no such recording");
  return (int)k - 1;
}

/* 64-bit node ids as doubles in place, 1-based. */
static double *to_neurons(int64_t *node, int64_t n) {
  double *out = (double *)(void *)node;
  for (int64_t k = 0; k < n; k++) {
    const int64_t id = node[k];
    out[k] = (double)id + 1;
  }
  return out;
}

/* Where the file says its dt, times are the very numbers that a recording in memory has: step times dt. */
static void to_seconds(double *ms, int64_t n, double dt) {
  for (int64_t k = 0; k < n; k++) {
    const double steps = ms[k] / (dt * 1e3), step = nearbyint(steps);
    ms[k] = dt > 0 && fabs(steps - step) < 1e-3 ? step * dt : ms[k] / 1e3;
  }
}

static int file_read_spikes(lua_State *L) { /* file:read_spikes(k) -> times in s, neurons (1-based) */
  ln_file *f = check_file(L);
  const int k = check_place(L, ln_file_n_spikes(f));
  int64_t n, *node;
  double *ms;
  ln_error err;
  if (ln_file_read_spikes(f, k, &n, &ms, &node, &err) != LN_OK) return ln_raise(L, &err);
  to_seconds(ms, n, ln_file_spikes_dt(f, k));
  ln_array_push(L, 1, &n, ms);
  ln_array_push(L, 1, &n, to_neurons(node, n));
  return 2;
}

/* file:read_variable(k, variable) -> values in the file's unit, one a spike */
static int file_read_variable(lua_State *L) {
  ln_file *f = check_file(L);
  const int k = check_place(L, ln_file_n_spikes(f));
  const lua_Integer variable = luaL_checkinteger(L, 3);
  luaL_argcheck(L, variable >= 1 && variable <= ln_file_spikes_n_variables(f, k), 3, "no such variable");
  int64_t n;
  double *value;
  ln_error err;
  if (ln_file_read_variable(f, k, (int)variable - 1, &n, &value, &err) != LN_OK) return ln_raise(L, &err);
  ln_array_push(L, 1, &n, value);
  return 1;
}

/* file:read_report(k) -> data, neurons (1-based), start, stop, step in s */
static int file_read_report(lua_State *L) {
  ln_file *f = check_file(L);
  int64_t shape[2], *node;
  double *data, time[3];
  ln_error err;
  const int k = check_place(L, ln_file_n_reports(f));
  if (ln_file_read_report(f, k, &shape[0], &shape[1], &data, &node, time, &err) != LN_OK) {
    return ln_raise(L, &err);
  }
  ln_array_push(L, 2, shape, data);
  ln_array_push(L, 1, &shape[1], to_neurons(node, shape[1]));
  for (int i = 0; i < 3; i++) lua_pushnumber(L, time[i] / 1e3);
  return 5;
}

static const luaL_Reg file_methods[] = {
  {"attributes", file_attributes}, {"spikes", file_spikes}, {"reports", file_reports},
  {"read_spikes", file_read_spikes}, {"read_variable", file_read_variable}, {"read_report", file_read_report}, {"close", file_close}, {NULL, NULL}};

/* -------------------------------------------------------------------------------------------- module */

static void make_type(lua_State *L, const char *name, const luaL_Reg *methods, lua_CFunction gc) {
  luaL_newmetatable(L, name);
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  if (gc) {
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_pop(L, 1);
}

static const luaL_Reg functions[] = {{"store", store_new}, {"file", file_new}, {NULL, NULL}};

void ln_open_store(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
  make_type(L, LN_T_STORE, store_methods, store_gc);
  make_type(L, LN_T_SINK, NULL, NULL);
  make_type(L, LN_T_FILE, file_methods, file_close);
}
