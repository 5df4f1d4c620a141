/* l_synapse_recorder.c - recordings of synapses: adding them, and what they hold as arrays. */
#include "l_array.h"
#include "l_network.h"

static ln_synapse_recorder *check_recorder(lua_State *L) { return ln_object_check(L, 1, LN_T_SYNAPSE_RECORDER); }

/* net:synapse_recorder {projection, vars (0-based list), every, where (a value; the network is built)}. Collective. */
int ln_bind_add_synapse_recorder(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "projection");
  ln_synapse_recorder_spec spec = {.projection = ln_object_check(L, 3, LN_T_PROJECTION),
                                   .every = ln_field_integer(L, 2, "every", 1)};
  spec.var = ln_push_vars(L, 2, &spec.n_var);
  ln_value where;
  if (lua_getfield(L, 2, "where") != LUA_TNIL) {
    ln_push_value(L, -1, &where);
    spec.where = &where;
  }
  void **box = ln_object_new(L, LN_T_SYNAPSE_RECORDER, 1);
  ln_error err;
  if (ln_network_add_synapse_recorder(net, &spec, (ln_synapse_recorder **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

/* rec:columns() -> sources, targets (1-based) of the columns. Collective. */
static int recorder_columns(lua_State *L) {
  int64_t n, *i, *j;
  ln_error err;
  ln_kept *kept = ln_push_kept(L);
  if (ln_synapse_recorder_columns(check_recorder(L), &n, &i, &j, &err) != LN_OK) return ln_raise(L, &err);
  *kept = (ln_kept){{i, j}};
  ln_push_kept_integers(L, kept, 0, n, 1);
  ln_push_kept_integers(L, kept, 1, n, 1);
  return 2;
}

static int push_table(lua_State *L, ln_synapse_recorder *r, int64_t n_columns, double *data) {
  int64_t shape[2] = {ln_synapse_recorder_samples(r), n_columns};
  ln_array_push(L, 2, shape, data);
  return 1;
}

/* rec:values(place) -> samples x columns. Collective. */
static int recorder_values(lua_State *L) {
  ln_synapse_recorder *r = check_recorder(L);
  int64_t n;
  double *data;
  ln_error err;
  int code = ln_synapse_recorder_gather(r, (int)luaL_checkinteger(L, 2), &n, &data, &err);
  return code == LN_OK ? push_table(L, r, n, data) : ln_raise(L, &err);
}

/* rec:own(place) -> samples x columns of this rank's synapses, 0 where there was none. */
static int recorder_own(lua_State *L) {
  ln_synapse_recorder *r = check_recorder(L);
  int64_t n;
  double *data;
  ln_error err;
  int code = ln_synapse_recorder_own(r, (int)luaL_checkinteger(L, 2), &n, &data, &err);
  return code == LN_OK ? push_table(L, r, n, data) : ln_raise(L, &err);
}

/* rec:counts() -> how many synapses each sample has. Collective. */
static int recorder_counts(lua_State *L) {
  int64_t n, *count;
  ln_error err;
  ln_kept *kept = ln_push_kept(L);
  if (ln_synapse_recorder_counts(check_recorder(L), &n, &count, &err) != LN_OK) return ln_raise(L, &err);
  kept->data[0] = count;
  ln_push_kept_integers(L, kept, 0, n, 0);
  return 1;
}

static int recorder_steps(lua_State *L) {
  const ln_synapse_recorder *r = check_recorder(L);
  int64_t n = ln_synapse_recorder_samples(r);
  double *x = ln_array_push_new(L, 1, &n);
  for (int64_t k = 0; k < n; k++) x[k] = (double)ln_synapse_recorder_step(r, k);
  return 1;
}

static int recorder_clear(lua_State *L) {
  ln_synapse_recorder_clear(check_recorder(L));
  return 0;
}

static const luaL_Reg methods[] = {{"columns", recorder_columns}, {"values", recorder_values}, {"own", recorder_own},
                                   {"counts", recorder_counts},   {"steps", recorder_steps},   {"clear", recorder_clear},
                                   {NULL, NULL}};

void ln_open_synapse_recorder(lua_State *L) { ln_object_type(L, LN_T_SYNAPSE_RECORDER, methods, NULL); }
