/* l_recorder.c - recorders: adding them, and what they hold as arrays. */
#include "l_network.h"

#include "l_array.h"
#include "l_store.h"
#include "train.h"

static ln_recorder *check_recorder(lua_State *L) { return ln_object_check(L, 1, LN_T_RECORDER); }

const int *ln_push_vars(lua_State *L, int index, int *n) {
  int64_t n_var;
  const int64_t *vars = ln_field_integers(L, index, "vars", 0, &n_var);
  int *var = lua_newuserdatauv(L, sizeof(int) * (size_t)(n_var + 1), 0);
  for (int64_t k = 0; k < n_var; k++) var[k] = (int)vars[k];
  *n = (int)n_var;
  return var;
}

/* The values in field `expressions`; what they point to stays on the stack. */
static const ln_value *push_expressions(lua_State *L, int index, int *n) {
  *n = lua_getfield(L, index, "expressions") == LUA_TNIL ? 0 : (int)luaL_len(L, -1);
  int list = lua_gettop(L);
  luaL_checkstack(L, 8 * *n + 20, "too many variables");
  ln_value *out = lua_newuserdatauv(L, sizeof *out * (size_t)(*n + 1), 0);
  for (int k = 0; k < *n; k++) {
    lua_geti(L, list, k + 1);
    ln_push_value(L, -1, &out[k]);
  }
  return out;
}

/* net:recorder {population, lo, hi, spikes, event, vars (list: from 0, or -k for expression k), expressions, every, neurons,
 * sink, buffer_bytes}. Collective. */
int ln_bind_add_recorder(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "population");
  lua_getfield(L, 2, "spikes");
  ln_recorder_spec spec = {
    .population = ln_check_population(L, 3), .spikes = lua_toboolean(L, 4), .lo = ln_field_integer(L, 2, "lo", 1) - 1,
    .hi = ln_field_integer(L, 2, "hi", 0), .every = ln_field_integer(L, 2, "every", 1),
    .buffer_bytes = ln_field_integer(L, 2, "buffer_bytes", 0), .event = (int)ln_field_integer(L, 2, "event", 0)};
  lua_getfield(L, 2, "counts");
  spec.counts = lua_toboolean(L, -1);
  spec.var = ln_push_vars(L, 2, &spec.n_var);
  spec.expression = push_expressions(L, 2, &spec.n_expression);
  spec.neurons = ln_field_integers(L, 2, "neurons", 1, &spec.n_neurons);
  if (lua_getfield(L, 2, "sink") != LUA_TNIL) spec.sink = ln_store_check_sink(L, -1);
  void **box = ln_object_new(L, LN_T_RECORDER, 1);
  ln_error err;
  return ln_network_add_recorder(net, &spec, (ln_recorder **)box, &err) == LN_OK ? 1 : ln_raise(L, &err);
}

/* rec:spikes() -> steps, neurons (1-based) as arrays, sorted. Collective. */
static int recorder_spikes(lua_State *L) {
  int64_t n, *step, *gid;
  ln_error err;
  ln_kept *kept = ln_push_kept(L);
  if (ln_recorder_gather_spikes(check_recorder(L), &n, &step, &gid, &err) != LN_OK) return ln_raise(L, &err);
  *kept = (ln_kept){{step, gid}};
  ln_push_kept_integers(L, kept, 0, n, 0);
  ln_push_kept_integers(L, kept, 1, n, 1);
  return 2;
}

/* rec:values(place) -> of each of these spikes, the variable it was recorded with. Collective. */
static int recorder_values(lua_State *L) {
  int64_t n;
  double *data;
  ln_error err;
  if (ln_recorder_gather_values(check_recorder(L), (int)luaL_checkinteger(L, 2), &n, &data, &err) != LN_OK)
    return ln_raise(L, &err);
  ln_array_push(L, 1, &n, data);
  return 1;
}

/* rec:own_spikes() -> steps, neurons (1-based) of this rank's neurons, each neuron's in the order of time. */
static int recorder_own_spikes(lua_State *L) {
  int64_t n;
  const int64_t *step, *gid;
  ln_recorder_local_spikes(check_recorder(L), &n, &step, &gid);
  ln_array_push_integers(L, n, step, 0);
  ln_array_push_integers(L, n, gid, 1);
  return 2;
}

/* rec:own_counts() -> steps, how many of this rank's neurons spiked in each */
static int recorder_own_counts(lua_State *L) {
  int64_t n;
  const int64_t *step, *count;
  ln_recorder_local_counts(check_recorder(L), &n, &step, &count);
  ln_array_push_integers(L, n, step, 0);
  ln_array_push_integers(L, n, count, 0);
  return 2;
}

/* rec:states(place) -> samples x neurons array. Collective. */
static int recorder_states(lua_State *L) {
  int64_t shape[2];
  double *data;
  ln_error err;
  int place = (int)luaL_checkinteger(L, 2);
  if (ln_recorder_gather_states(check_recorder(L), place, &shape[0], &shape[1], &data, &err) != LN_OK) return ln_raise(L, &err);
  ln_array_push(L, 2, shape, data);
  return 1;
}

/* rec:own_states(place) -> samples x own neurons array, their places among all (from 1). Collective. */
static int recorder_own_states(lua_State *L) {
  int64_t shape[2], *column;
  double *data;
  ln_error err;
  int place = (int)luaL_checkinteger(L, 2);
  ln_kept *kept = ln_push_kept(L);
  if (ln_recorder_own_states(check_recorder(L), place, &shape[0], &shape[1], &data, &column, &err))
    return ln_raise(L, &err);
  kept->data[0] = column;
  ln_array_push(L, 2, shape, data); /* frees it, whatever comes */
  ln_push_kept_integers(L, kept, 0, shape[1], 1);
  return 2;
}

static int recorder_steps(lua_State *L) {
  int64_t n, *step;
  ln_error err;
  ln_kept *kept = ln_push_kept(L);
  if (ln_recorder_steps(check_recorder(L), &n, &step, &err) != LN_OK) return ln_raise(L, &err);
  kept->data[0] = step;
  ln_push_kept_integers(L, kept, 0, n, 0);
  return 1;
}

static int recorder_count(lua_State *L) { /* Collective */
  int64_t n;
  ln_error err;
  if (ln_recorder_count(check_recorder(L), &n, &err) != LN_OK) return ln_raise(L, &err);
  lua_pushinteger(L, n);
  return 1;
}

static int recorder_flush(lua_State *L) { /* Collective */
  ln_error err;
  if (ln_recorder_flush(check_recorder(L), &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

static int recorder_close(lua_State *L) { /* flushes, closes the sink. Collective */
  ln_error err;
  if (ln_recorder_close(check_recorder(L), &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

static int recorder_clear(lua_State *L) {
  ln_recorder_clear(check_recorder(L));
  return 0;
}

/* rec:counts(lo, hi, from, to) -> array of spikes a neuron (1-based range, steps). Collective. */
static int recorder_counts(lua_State *L) {
  int64_t lo = luaL_checkinteger(L, 2) - 1, hi = luaL_checkinteger(L, 3);
  double *data;
  ln_error err;
  if (ln_train_counts(check_recorder(L), ln_runtime_get(L)->comm, lo, hi, luaL_checkinteger(L, 4), luaL_checkinteger(L, 5),
                      &data, &err) != LN_OK)
    return ln_raise(L, &err);
  int64_t shape[1] = {hi - lo};
  ln_array_push(L, 1, shape, data);
  return 1;
}

/* rec:own_trains(dt, lo, n[, place]) -> of n neurons from lo on (1-based) a list each of its times (or of the variable at this
 * place that its spikes were recorded with), empty where it is another rank's, and the first and last that are this rank's
 * (first > last: none). Local. */
static int recorder_own_trains(lua_State *L) {
  ln_recorder *r = check_recorder(L);
  const int place = (int)luaL_optinteger(L, 5, -1);
  const double dt = place < 0 ? luaL_checknumber(L, 2) : 1;
  const int64_t lo = luaL_checkinteger(L, 3) - 1, n = luaL_checkinteger(L, 4);
  int64_t first, last, *start;
  double *step;
  ln_error err;
  ln_population_own(ln_recorder_population(r), &first, &last);
  if (first < lo) first = lo;
  if (last > lo + n) last = lo + n;
  if (last < first) last = first;
  ln_kept *kept = ln_push_kept(L);
  if (ln_train_own(r, first, last, place, &start, &step, &err)) return ln_raise(L, &err);
  kept->data[0] = start;
  const int64_t own = start[last - first];
  ln_array_push(L, 1, &own, step); /* frees it, whatever comes */
  ln_push_kept_integers(L, kept, 0, last - first + 1, 0);
  const double *begin = ln_array_check(L, -1).data;
  lua_createtable(L, (int)n, 0);
  for (int64_t k = 0; k < n; k++) {
    const bool mine = k + lo >= first && k + lo < last;
    const int64_t from = mine ? (int64_t)begin[k + lo - first] : 0, to = mine ? (int64_t)begin[k + lo - first + 1] : 0;
    lua_createtable(L, (int)(to - from), 0);
    for (int64_t i = from; i < to; i++) {
      lua_pushnumber(L, step[i] * dt);
      lua_rawseti(L, -2, i - from + 1);
    }
    lua_rawseti(L, -2, k + 1);
  }
  lua_pushinteger(L, first - lo + 1);
  lua_pushinteger(L, last - lo);
  return 3;
}

/* rec:intervals(from, to) -> array of this rank's intervals in steps, neuron by neuron. Collective. */
static int recorder_intervals(lua_State *L) {
  int64_t n;
  double *data;
  ln_error err;
  if (ln_train_intervals(check_recorder(L), ln_runtime_get(L)->comm, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), &n,
                         &data, &err) != LN_OK)
    return ln_raise(L, &err);
  ln_array_push(L, 1, &n, data);
  return 1;
}

/* rec:cv(from, to) -> mean CV of intervals, neurons used. Collective. */
static int recorder_cv(lua_State *L) {
  int64_t n;
  double mean;
  ln_error err;
  if (ln_train_cv(check_recorder(L), ln_runtime_get(L)->comm, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), &n, &mean,
                  &err) != LN_OK)
    return ln_raise(L, &err);
  lua_pushnumber(L, mean);
  lua_pushinteger(L, n);
  return 2;
}

static const luaL_Reg methods[] = {
  {"spikes", recorder_spikes}, {"own_spikes", recorder_own_spikes}, {"values", recorder_values},
  {"own_counts", recorder_own_counts}, {"own_trains", recorder_own_trains}, {"states", recorder_states}, {"own_states", recorder_own_states},
  {"steps", recorder_steps}, {"count", recorder_count},
  {"flush", recorder_flush}, {"close", recorder_close}, {"clear", recorder_clear}, {"counts", recorder_counts},
  {"intervals", recorder_intervals}, {"cv", recorder_cv}, {NULL, NULL}};

void ln_open_recorder(lua_State *L) { ln_object_type(L, LN_T_RECORDER, methods, NULL); }
