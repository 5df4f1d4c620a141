/* l_network.c - networks: creating, running, counters, snapshots. Populations are in l_population.c,
 * projections in l_projection.c. */
#include "l_network.h"

#include <string.h>

/* network(dt, seed) -> network. Collective. */
static int network_new(lua_State *L) {
  ln_runtime *rt = ln_runtime_get(L);
  double dt = luaL_checknumber(L, 1);
  uint64_t seed = (uint64_t)luaL_checkinteger(L, 2);
  void **box = ln_object_new(L, LN_T_NETWORK, 0);
  lua_newtable(L); /* keeps what the network borrows */
  lua_setiuservalue(L, -2, 1);
  ln_error err;
  if (ln_network_create((ln_network **)box, rt->comm, dt, seed, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

static int network_gc(lua_State *L) {
  void **box = luaL_checkudata(L, 1, LN_T_NETWORK);
  ln_network_destroy(*box);
  *box = NULL;
  return 0;
}

ln_network *ln_check_network(lua_State *L, int index) { return ln_object_check(L, index, LN_T_NETWORK); }

/* The function at index, if any, as a progress hook. */
static ln_progress_call progress_at(lua_State *L, int index) {
  return (ln_progress_call){L, lua_isfunction(L, index) ? index : 0};
}

/* net:prepare(progress|nil). Collective. */
static int network_prepare(lua_State *L) {
  ln_progress_call call = progress_at(L, 2);
  ln_error err;
  if (ln_network_prepare(ln_check_network(L, 1), ln_progress_hook, &call, &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

/* net:run(steps, progress|nil) -> true, or false when interrupted. Collective. */
static int network_run(lua_State *L) {
  ln_runtime *rt = ln_runtime_get(L);
  ln_progress_call call = progress_at(L, 3);
  ln_error err;
  int code = ln_network_run(ln_check_network(L, 1), luaL_checkinteger(L, 2), &rt->interrupt, ln_progress_hook, &call, &err);
  if (code != LN_OK && code != LN_EINTERRUPTED) return ln_raise(L, &err);
  rt->interrupt = 0;
  lua_pushboolean(L, code == LN_OK);
  return 1;
}

static int network_step(lua_State *L) {
  lua_pushinteger(L, ln_network_step(ln_check_network(L, 1)));
  return 1;
}

static int network_min_delay(lua_State *L) {
  lua_pushinteger(L, ln_network_min_delay(ln_check_network(L, 1)));
  return 1;
}

/* net:counters() -> table of this rank's counters */
static int network_counters(lua_State *L) {
  ln_counters c;
  ln_network_counters(ln_check_network(L, 1), &c);
  lua_newtable(L);
#define PUT_INT(field) (lua_pushinteger(L, (lua_Integer)c.field), lua_setfield(L, -2, #field))
#define PUT_NUM(field) (lua_pushnumber(L, c.field), lua_setfield(L, -2, #field))
  PUT_INT(steps), PUT_INT(neuron_updates), PUT_INT(spikes), PUT_INT(events), PUT_INT(plastic_updates), PUT_INT(exchanges);
  PUT_INT(exchange_bytes), PUT_INT(state_bytes), PUT_INT(synapse_bytes), PUT_INT(synapses);
  PUT_NUM(update_s), PUT_NUM(exchange_s), PUT_NUM(wait_s), PUT_NUM(file_s), PUT_NUM(deliver_s), PUT_NUM(input_s), PUT_NUM(record_s);
  PUT_NUM(learn_s), PUT_NUM(other_s), PUT_NUM(build_s);
#undef PUT_INT
#undef PUT_NUM
  return 1;
}

/* net:store() -> snapshot. Collective. */
static int network_store(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  void **box = ln_object_new(L, LN_T_SNAPSHOT, 1);
  ln_error err;
  if (ln_network_store(net, (ln_snapshot **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

static int network_restore(lua_State *L) {
  ln_error err;
  if (ln_network_restore(ln_check_network(L, 1), ln_object_check(L, 2, LN_T_SNAPSHOT), &err) != LN_OK)
    return ln_raise(L, &err);
  return 0;
}

static int snapshot_gc(lua_State *L) {
  void **box = luaL_checkudata(L, 1, LN_T_SNAPSHOT);
  ln_snapshot_destroy(*box);
  *box = NULL;
  return 0;
}

static const luaL_Reg methods[] = {
  {"population", ln_bind_add_population}, {"projection", ln_bind_add_projection}, {"image", ln_bind_add_image}, {"input", ln_bind_add_input},
  {"grow", ln_bind_grow}, {"prune", ln_bind_prune},
  {"chore", ln_bind_add_chore}, {"recorder", ln_bind_add_recorder}, {"synapse_recorder", ln_bind_add_synapse_recorder},
  {"prepare", network_prepare}, {"run", network_run}, {"step", network_step},
  {"min_delay", network_min_delay}, {"counters", network_counters}, {"store", network_store},
  {"restore", network_restore}, {NULL, NULL}};
static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const luaL_Reg functions[] = {{"network", network_new}, {NULL, NULL}};

void ln_open_network(lua_State *L) {
  ln_object_type(L, LN_T_NETWORK, methods, network_gc);
  ln_object_type(L, LN_T_SNAPSHOT, no_methods, snapshot_gc);
  ln_open_population_type(L);
  ln_open_projection_type(L);
  ln_open_chore_type(L);
  luaL_setfuncs(L, functions, 0);
  ln_open_connect(L);
}
