/* l_projection.c - projections and inputs: adding them, gathering and setting their synapses. */
#include "l_network.h"

#include <stdlib.h>
#include <string.h>
#include "l_array.h"
#include "memory.h"

static const char *const connector_kinds[] = {"all_to_all", "one_to_one", "bernoulli", "fixed_indegree",
                                              "fixed_outdegree", "fixed_total", "pairs", NULL};

/* The connector described by the table at index; leaves 5 values on the stack. */
void ln_push_connector(lua_State *L, int index, ln_connector *c) {
  index = lua_absindex(L, index);
  luaL_checktype(L, index, LUA_TTABLE);
  memset(c, 0, sizeof *c);
  lua_getfield(L, index, "kind");
  c->kind = (ln_connector_kind)luaL_checkoption(L, -1, NULL, connector_kinds);
  lua_getfield(L, index, "autapses");
  lua_getfield(L, index, "multapses");
  c->autapses = lua_toboolean(L, -2);
  c->multapses = lua_toboolean(L, -1);
  lua_getfield(L, index, "expression");
  if (!lua_isnil(L, -1)) c->expression = ln_object_check(L, -1, LN_T_MODEL);
  lua_pop(L, 4);
  c->p = ln_field_number(L, index, "p", 0.0);
  c->n = ln_field_integer(L, index, "n", 0);
  int64_t n_j, n_origin, n_par;
  c->par = ln_field_doubles(L, index, "par", &n_par);
  c->t = ln_field_number(L, index, "t", 0.0);
  c->dt = ln_field_number(L, index, "dt", 0.0);
  c->i = ln_field_integers(L, index, "i", 1, &c->n_pairs);
  c->j = ln_field_integers(L, index, "j", 1, &n_j);
  c->origin = ln_field_integers(L, index, "origin", 1, &n_origin);
  int64_t n_tables;
  c->table = ln_push_tables(L, index, &n_tables);
  if (n_j != c->n_pairs || (c->origin != NULL && n_origin != c->n_pairs)) luaL_error(L, "i, j and origin differ in length");
}

/* The list of values at field `vars` of the spec at index (one a synaptic variable), on the stack. */
ln_value *ln_push_values(lua_State *L, int index) {
  lua_getfield(L, index, "vars");
  int list = lua_gettop(L);
  lua_Integer n = luaL_len(L, list);
  ln_value *v = lua_newuserdatauv(L, sizeof(ln_value) * (size_t)(n > 0 ? n : 1), 0);
  luaL_checkstack(L, (int)n * (LN_VALUE_SLOTS + 1) + 8, "too many synaptic variables");
  for (lua_Integer k = 0; k < n; k++) {
    lua_geti(L, list, k + 1);
    ln_push_value(L, -1, &v[k]);
  }
  return v;
}

static ln_population *field_population(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  ln_population *p = ln_check_population(L, -1);
  lua_pop(L, 1);
  return p;
}

static ln_model *field_model(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  ln_model *m = ln_object_check(L, -1, LN_T_MODEL);
  lua_pop(L, 1);
  return m;
}

/* The list of {population, variable} at field `signals` of the spec at index. */
void ln_push_signals(lua_State *L, int index, int n, ln_signal *signal) {
  if (n == 0) return;
  lua_getfield(L, index, "signals");
  luaL_argcheck(L, luaL_len(L, -1) == n, index, "one population and variable for each signal");
  for (int k = 0; k < n; k++) {
    lua_geti(L, -1, k + 1);
    lua_geti(L, -1, 1);
    lua_geti(L, -2, 2);
    signal[k] = (ln_signal){ln_check_population(L, -2), (int)luaL_checkinteger(L, -1)};
    lua_pop(L, 3);
  }
  lua_pop(L, 1);
}

/* The timed arrays of the spec at index, one for each of the unit, on the stack. */
const ln_timed_array *ln_check_tables(lua_State *L, int index, int n) {
  int64_t count;
  const ln_timed_array *table = ln_push_tables(L, index, &count);
  luaL_argcheck(L, count == n, index, "values of each timed array");
  return table;
}

/* The list of {population, lo, hi} or false at field `triggers` of the spec at index. */
static void push_triggers(lua_State *L, int index, int n, ln_trigger *trigger) {
  bool given = lua_getfield(L, index, "triggers") != LUA_TNIL;
  for (int k = 0; k < n; k++) {
    trigger[k] = (ln_trigger){0};
    if (!given || lua_geti(L, -1, k + 1) != LUA_TTABLE) {
      if (given) lua_pop(L, 1);
      continue;
    }
    for (int q = 1; q <= 3; q++) lua_geti(L, -q, q);
    trigger[k] = (ln_trigger){ln_check_population(L, -3), luaL_checkinteger(L, -2) - 1, luaL_checkinteger(L, -1)};
    lua_pop(L, 4);
  }
  lua_pop(L, 1);
}

/* The n whole numbers at field `order` of the spec at index, or NULL. */
static const int *order_field(lua_State *L, int index, int n, int *order) {
  bool given = lua_getfield(L, index, "order") != LUA_TNIL;
  for (int k = 0; given && k < n; k++) {
    lua_geti(L, -1, k + 1);
    order[k] = (int)luaL_checkinteger(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return given ? order : NULL;
}

/* net:projection {name, pre, post, pre_lo, pre_hi, post_lo, post_hi, synapse, par, connector, delay, vars, tables, dt, order}. Collective. */
int ln_bind_add_projection(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  int64_t n_par;
  luaL_checktype(L, 2, LUA_TTABLE);
  ln_projection_spec spec = {
    .name = ln_field_string(L, 2, "name"), .pre = field_population(L, 2, "pre"), .post = field_population(L, 2, "post"),
    .pre_lo = ln_field_integer(L, 2, "pre_lo", 1) - 1, .pre_hi = ln_field_integer(L, 2, "pre_hi", 0),
    .post_lo = ln_field_integer(L, 2, "post_lo", 1) - 1, .post_hi = ln_field_integer(L, 2, "post_hi", 0),
    .synapse = field_model(L, 2, "synapse"), .par = ln_field_doubles(L, 2, "par", &n_par),
    .event = (int)ln_field_integer(L, 2, "event", 0)};
  lua_getfield(L, 2, "dt");
  spec.dt = luaL_optnumber(L, -1, 0);
  lua_getfield(L, 2, "connector");
  ln_push_connector(L, -1, &spec.connector);
  lua_getfield(L, 2, "delay");
  ln_push_value(L, -1, &spec.delay);
  spec.var = ln_push_values(L, 2);
  int64_t n_routes;
  spec.route_delay = ln_field_doubles(L, 2, "route_delay", &n_routes);
  if (spec.route_delay != NULL && n_routes != ln_model_unit(spec.synapse)->n_pathway)
    return luaL_error(L, "one delay a pathway beside the first, expected %d", ln_model_unit(spec.synapse)->n_pathway);
  ln_signal signals[ln_model_unit(spec.synapse)->n_signal + 1];
  ln_push_signals(L, 2, ln_model_unit(spec.synapse)->n_signal, signals);
  spec.signal = signals;
  ln_trigger triggers[ln_model_unit(spec.synapse)->n_pathway + 1];
  push_triggers(L, 2, ln_model_unit(spec.synapse)->n_pathway, triggers);
  spec.trigger = triggers;
  spec.table = ln_check_tables(L, 2, ln_model_unit(spec.synapse)->n_table);
  int order[ln_model_unit(spec.synapse)->n_pathway + 1];
  spec.order = order_field(L, 2, ln_model_unit(spec.synapse)->n_pathway + 1, order);
  void **box = ln_object_new(L, LN_T_PROJECTION, 1);
  ln_error err;
  if (ln_network_add_projection(net, &spec, (ln_projection **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

/* net:image(name, projection, {names}, {name = true where written}) -> population. Collective. */
int ln_bind_add_image(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  luaL_checktype(L, 4, LUA_TTABLE);
  luaL_checktype(L, 5, LUA_TTABLE);
  lua_Integer n = luaL_len(L, 4);
  luaL_argcheck(L, n < 1000, 4, "fewer variables");
  const char *names[n + 1];
  bool written[n + 1];
  for (lua_Integer k = 0; k < n; k++) {
    lua_geti(L, 4, k + 1);
    names[k] = luaL_checkstring(L, -1); /* which the table keeps */
    written[k] = lua_getfield(L, 5, names[k]) != LUA_TNIL;
    lua_pop(L, 2);
  }
  ln_image_spec spec = {.name = luaL_checkstring(L, 2), .of = ln_object_check(L, 3, LN_T_PROJECTION), .n_var = (int)n,
                        .var = names, .written = written};
  void **box = ln_object_new(L, LN_T_POPULATION, 1);
  ln_error err;
  if (ln_network_add_image(net, &spec, (ln_population **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

/* net:input {name, post, post_lo, post_hi, synapse, par, mean, vars, order}. Collective. */
int ln_bind_add_input(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  int64_t n_par;
  luaL_checktype(L, 2, LUA_TTABLE);
  ln_input_spec spec = {
    .name = ln_field_string(L, 2, "name"), .post = field_population(L, 2, "post"),
    .post_lo = ln_field_integer(L, 2, "post_lo", 1) - 1, .post_hi = ln_field_integer(L, 2, "post_hi", 0),
    .synapse = field_model(L, 2, "synapse"), .par = ln_field_doubles(L, 2, "par", &n_par),
    .order = (int)ln_field_integer(L, 2, "order", 0)};
  lua_getfield(L, 2, "mean");
  ln_push_value(L, -1, &spec.mean);
  spec.var = ln_push_values(L, 2);
  spec.table = ln_check_tables(L, 2, ln_model_unit(spec.synapse)->n_table);
  void **box = ln_object_new(L, LN_T_DRIVE, 1);
  ln_error err;
  if (ln_network_add_input(net, &spec, (ln_drive **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

/* drive:set_mean(value); drive:set_moving_mean(expression, one); drive:set_mean_table(values, rows, columns, dt). Collective. */
static int drive_set_mean(lua_State *L) {
  ln_drive *d = ln_object_check(L, 1, LN_T_DRIVE);
  ln_value v;
  ln_error err;
  ln_push_value(L, 2, &v);
  return ln_drive_set_mean(d, &v, &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static int drive_set_moving_mean(lua_State *L) {
  ln_drive *d = ln_object_check(L, 1, LN_T_DRIVE);
  ln_value v;
  ln_error err;
  ln_push_value(L, 2, &v);
  luaL_argcheck(L, v.kind == LN_VALUE_EXPRESSION, 2, "an expression was expected");
  return ln_drive_set_moving_mean(d, &v, lua_toboolean(L, 3), &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static int drive_set_mean_table(lua_State *L) {
  ln_drive *d = ln_object_check(L, 1, LN_T_DRIVE);
  int64_t n;
  ln_error err;
  ln_timed_array table = {.value = ln_push_doubles(L, 2, &n), .rows = luaL_checkinteger(L, 3),
                          .columns = luaL_checkinteger(L, 4), .dt = luaL_checknumber(L, 5)};
  luaL_argcheck(L, n == table.rows * table.columns, 2, "values do not fit rows x columns");
  return ln_drive_set_mean_table(d, &table, &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static ln_projection *check_projection(lua_State *L) { return ln_object_check(L, 1, LN_T_PROJECTION); }

static int projection_count(lua_State *L) { /* Collective */
  int64_t n;
  ln_error err;
  if (ln_projection_count(check_projection(L), &n, &err) != LN_OK) return ln_raise(L, &err);
  lua_pushinteger(L, n);
  return 1;
}

static int projection_local_count(lua_State *L) {
  lua_pushinteger(L, ln_projection_local_count(check_projection(L)));
  return 1;
}

/* proj:gather(var|-1|expression[, where]) -> i, j, delay in steps, value|nil as arrays. Collective. */
static int projection_gather(lua_State *L) {
  ln_connections c;
  ln_value value, where;
  ln_error err;
  bool some = !lua_isnoneornil(L, 3), computed = lua_istable(L, 2);
  int var = computed ? -1 : (int)luaL_optinteger(L, 2, -1);
  if (computed) ln_push_value(L, 2, &value);
  if (some) ln_push_value(L, 3, &where);
  ln_kept *kept = ln_push_kept(L);
  if (ln_projection_gather_where(check_projection(L), var, computed ? &value : NULL, some ? &where : NULL, &c,
                                 &err) != LN_OK)
    return ln_raise(L, &err);
  *kept = (ln_kept){{c.i, c.j, c.delay, c.value}};
  ln_push_kept_integers(L, kept, 0, c.n, 1);
  ln_push_kept_integers(L, kept, 1, c.n, 1);
  double *delay = ln_array_push_new(L, 1, &c.n);
  for (int64_t k = 0; k < c.n; k++) delay[k] = c.delay[k];
  ln_kept_free(kept, 2);
  kept->data[3] = NULL;
  if (c.value != NULL) ln_array_push(L, 1, &c.n, c.value); /* frees it, whatever comes */
  else lua_pushnil(L);
  return 4;
}

/* proj:fill(var, value[, where]). Collective. */
static int projection_fill(lua_State *L) {
  ln_projection *p = check_projection(L);
  int var = (int)luaL_checkinteger(L, 2);
  ln_value v, where;
  ln_error err;
  bool some = !lua_isnoneornil(L, 4);
  if (some) ln_push_value(L, 4, &where);
  ln_push_value(L, 3, &v);
  int code = some ? ln_projection_fill_where(p, var, &where, &v, &err) : ln_projection_fill(p, var, &v, &err);
  return code == LN_OK ? 0 : ln_raise(L, &err);
}

/* proj:set_delay(value in s) */
static int projection_set_delay(lua_State *L) {
  ln_value v;
  ln_error err;
  ln_push_value(L, 2, &v);
  return ln_projection_set_delay(check_projection(L), &v, &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static int projection_moments(lua_State *L) { /* Collective */
  ln_moments m;
  ln_error err;
  if (ln_projection_moments(check_projection(L), (int)luaL_checkinteger(L, 2), &m, &err) != LN_OK) return ln_raise(L, &err);
  return ln_push_moments(L, &m);
}

static int projection_parameter(lua_State *L) {
  lua_pushnumber(L, ln_projection_parameter(check_projection(L), (int)luaL_checkinteger(L, 2)));
  return 1;
}

static int projection_set_parameter(lua_State *L) {
  ln_projection_set_parameter(check_projection(L), (int)luaL_checkinteger(L, 2), luaL_checknumber(L, 3));
  return 0;
}

/* proj:pulse(pathway, step): a signal is pulsed. Collective. */
static int projection_pulse(lua_State *L) {
  ln_error err;
  if (ln_projection_pulse(check_projection(L), (int)luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), &err) != LN_OK)
    return ln_raise(L, &err);
  return 0;
}

static int projection_plastic(lua_State *L) {
  lua_pushboolean(L, ln_projection_plastic(check_projection(L)));
  return 1;
}

static int projection_set_plastic(lua_State *L) {
  ln_error err;
  luaL_checktype(L, 2, LUA_TBOOLEAN);
  if (ln_projection_set_plastic(check_projection(L), lua_toboolean(L, 2), &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

static const luaL_Reg methods[] = {
  {"choose", ln_bind_choose}, {"degrees", ln_bind_degrees}, {"pulse", projection_pulse}, {"plastic", projection_plastic}, {"set_plastic", projection_set_plastic},
  {"count", projection_count}, {"local_count", projection_local_count}, {"gather", projection_gather},
  {"fill", projection_fill}, {"moments", projection_moments}, {"set_delay", projection_set_delay}, {"parameter", projection_parameter},
  {"set_parameter", projection_set_parameter}, {NULL, NULL}};
static const luaL_Reg drive_methods[] = {
  {"set_mean", drive_set_mean}, {"set_moving_mean", drive_set_moving_mean}, {"set_mean_table", drive_set_mean_table},
  {NULL, NULL}};

void ln_open_projection_type(lua_State *L) {
  ln_object_type(L, LN_T_PROJECTION, methods, NULL);
  ln_object_type(L, LN_T_DRIVE, drive_methods, NULL);
}

/* ------------------------------------------------------------------ enumerating a connector's pairs */

typedef struct pair_list { double *i, *j; int64_t n, room; } pair_list;

static int collect(void *user, const ln_connect_chunk *chunk, ln_error *err) {
  pair_list *list = user;
  if (list->n + chunk->n > list->room) {
    int64_t room = 2 * list->room + chunk->n;
    double *i = ln_realloc(list->i, sizeof(double) * (size_t)list->n, sizeof(double) * (size_t)room);
    if (i != NULL) list->i = i;
    double *j = i == NULL ? NULL : ln_realloc(list->j, sizeof(double) * (size_t)list->n, sizeof(double) * (size_t)room);
    if (j == NULL) return ln_fail(err, LN_ENOMEM, "no memory for a list of %lld synapses", (long long)room);
    list->j = j;
    list->room = room;
  }
  for (int64_t k = 0; k < chunk->n; k++) {
    list->i[list->n + k] = chunk->source[k] + 1.0;
    list->j[list->n + k] = chunk->target[k] + 1.0;
  }
  list->n += chunk->n;
  return LN_OK;
}

/* enumerate(connector, range {n_pre, n_post, own_lo, own_hi, same, pre_lo, post_lo}, key) -> i, j: the pairs whose
 * targets lie in own, as arrays of 1-based places in the ranges. Local; connectors with an expression are refused. */
static int enumerate(lua_State *L) {
  ln_connector c;
  ln_push_connector(L, 1, &c);
  luaL_argcheck(L, c.expression == NULL, 1, "a condition cannot be listed");
  ln_connect_range r = {
    .n_pre = ln_field_integer(L, 2, "n_pre", 0), .n_post = ln_field_integer(L, 2, "n_post", 0),
    .own_lo = ln_field_integer(L, 2, "own_lo", 1) - 1, .own_hi = ln_field_integer(L, 2, "own_hi", 0),
    .pre_lo = ln_field_integer(L, 2, "pre_lo", 1) - 1, .post_lo = ln_field_integer(L, 2, "post_lo", 1) - 1};
  lua_getfield(L, 2, "same");
  r.same = lua_toboolean(L, -1);
  const uint64_t key = (uint64_t)luaL_checkinteger(L, 3);
  ln_kept *kept = ln_push_kept(L);
  pair_list list = {ln_alloc(sizeof(double)), ln_alloc(sizeof(double)), 0, 1};
  ln_error err;
  int code = list.i && list.j ? 0 : ln_fail(&err, LN_ENOMEM, "no memory for a list of synapses");
  if (!code) code = ln_connect_check(&c, &r, &err);
  if (!code) code = ln_connect(&c, &r, key, collect, NULL, &list, &err);
  *kept = (ln_kept){{list.i, list.j}};
  if (code) {
    ln_kept_free(kept, 0);
    ln_kept_free(kept, 1);
    return ln_raise(L, &err);
  }
  kept->data[0] = NULL;
  ln_array_push(L, 1, &list.n, list.i); /* frees it, whatever comes */
  kept->data[1] = NULL;
  ln_array_push(L, 1, &list.n, list.j);
  return 2;
}

void ln_open_connect(lua_State *L) {
  lua_pushcfunction(L, enumerate);
  lua_setfield(L, -2, "enumerate");
}
