/* l_population.c - populations: adding them, reading and setting their variables and parameters. */
#include "l_network.h"
#include "l_array.h"
#include "memory.h"
#include "sum.h"

#include <math.h>

ln_population *ln_check_population(lua_State *L, int index) { return ln_object_check(L, index, LN_T_POPULATION); }

/* A schedule {step =, gid = (from 1), period =}; its arrays stay on the stack. */
static void push_schedule(lua_State *L, int index, ln_schedule *out) {
  int64_t n_gid;
  luaL_checktype(L, index, LUA_TTABLE);
  out->step = ln_field_integers(L, index, "step", 0, &out->n);
  out->gid = ln_field_integers(L, index, "gid", 1, &n_gid);
  out->period = ln_field_integer(L, index, "period", 0);
  luaL_argcheck(L, out->n == n_gid, index, "step and gid differ in length");
}

/* net:population(name, size, model|nil, par|nil, schedule|nil, dt|nil, order). Collective. */
int ln_bind_add_population(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  lua_settop(L, 8);
  ln_population_spec spec = {.name = luaL_checkstring(L, 2), .size = luaL_checkinteger(L, 3), .dt = luaL_optnumber(L, 7, 0),
                             .order = (int)luaL_optinteger(L, 8, 0)};
  ln_schedule schedule;
  int64_t n = 0;
  if (!lua_isnil(L, 4)) spec.model = ln_object_check(L, 4, LN_T_MODEL);
  if (!lua_isnil(L, 5)) spec.par = ln_push_doubles(L, 5, &n);
  if (!lua_isnil(L, 6)) {
    push_schedule(L, 6, &schedule);
    spec.schedule = &schedule;
  }
  void **box = ln_object_new(L, LN_T_POPULATION, 1);
  ln_error err;
  if (ln_network_add_population(net, &spec, (ln_population **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

/* pop:set_schedule(schedule). Collective. */
static int population_set_schedule(lua_State *L) {
  ln_schedule schedule;
  ln_error err;
  push_schedule(L, 2, &schedule);
  return ln_population_set_schedule(ln_check_population(L, 1), &schedule, &err) == LN_OK ? 0 : ln_raise(L, &err);
}

static int population_own(lua_State *L) { /* pop:own() -> first, last (1-based; last < first when none) */
  int64_t lo, hi;
  ln_population_own(ln_check_population(L, 1), &lo, &hi);
  lua_pushinteger(L, lo + 1);
  lua_pushinteger(L, hi);
  return 2;
}

static void check_range(lua_State *L, const ln_population *p, int at, int64_t *lo, int64_t *hi) {
  *lo = luaL_checkinteger(L, at) - 1;
  *hi = luaL_checkinteger(L, at + 1);
  luaL_argcheck(L, *lo >= 0 && *lo <= *hi && *hi <= ln_population_size(p), at, "range outside the population");
}

/* pop:fill(var, lo, hi, value, t[, where]). Collective. */
static int population_fill(lua_State *L) {
  ln_population *p = ln_check_population(L, 1);
  int var = (int)luaL_checkinteger(L, 2);
  int64_t lo, hi;
  check_range(L, p, 3, &lo, &hi);
  double t = luaL_checknumber(L, 6);
  ln_value v, where;
  bool some = !lua_isnoneornil(L, 7);
  if (some) ln_push_value(L, 7, &where);
  ln_push_value(L, 5, &v);
  ln_error err;
  if (ln_population_fill_where(p, var, lo, hi, some ? &where : NULL, &v, t, &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

static int push_gathered(lua_State *L, double *data, int64_t n) {
  int64_t shape[1] = {n};
  ln_array_push(L, 1, shape, data);
  return 1;
}

/* pop:gather(var, lo, hi) -> array. Collective. */
static int population_gather(lua_State *L) {
  ln_population *p = ln_check_population(L, 1);
  int var = (int)luaL_checkinteger(L, 2);
  int64_t lo, hi;
  double *data = NULL;
  ln_error err;
  check_range(L, p, 3, &lo, &hi);
  if (ln_population_gather(p, var, lo, hi, &data, &err) != LN_OK) return ln_raise(L, &err);
  return push_gathered(L, data, hi - lo);
}

/* pop:evaluate(value, lo, hi, t) -> array. Collective. */
static int population_evaluate(lua_State *L) {
  ln_population *p = ln_check_population(L, 1);
  int64_t lo, hi;
  double *data = NULL, t = luaL_checknumber(L, 5);
  ln_error err;
  ln_value v;
  check_range(L, p, 3, &lo, &hi);
  ln_push_value(L, 2, &v);
  if (ln_population_evaluate(p, &v, lo, hi, t, &data, &err) != LN_OK) return ln_raise(L, &err);
  return push_gathered(L, data, hi - lo);
}

int ln_push_moments(lua_State *L, const ln_moments *m) {
  lua_pushnumber(L, m->mean);
  lua_pushnumber(L, m->variance);
  lua_pushnumber(L, m->min);
  lua_pushnumber(L, m->max);
  lua_pushinteger(L, m->n);
  return 5;
}

/* pop:moments(var, lo, hi) -> mean, variance (over n), min, max, n; exact sums. Collective. */
static int population_moments(lua_State *L) {
  ln_population *p = ln_check_population(L, 1);
  ln_comm *comm = ln_runtime_get(L)->comm;
  int var = (int)luaL_checkinteger(L, 2);
  int64_t lo, hi, own_lo, own_hi, first, n;
  check_range(L, p, 3, &lo, &hi);
  ln_population_own(p, &own_lo, &own_hi);
  double *x = lua_newuserdatauv(L, sizeof(double) * (size_t)(own_hi - own_lo + 1), 0);
  ln_population_read(p, var, lo, hi, x, &first, &n);
  ln_sum sum;
  ln_moments m = {.n = hi - lo, .min = INFINITY, .max = -INFINITY};
  ln_sum_clear(&sum);
  ln_sum_add_array(&sum, x, n);
  m.mean = ln_sum_reduce(&sum, comm) / (double)m.n;
  ln_sum_clear(&sum);
  for (int64_t k = 0; k < n; k++) {
    m.min = x[k] < m.min || isnan(x[k]) ? x[k] : m.min;
    m.max = x[k] > m.max || isnan(x[k]) ? x[k] : m.max;
    ln_sum_add(&sum, (x[k] - m.mean) * (x[k] - m.mean));
  }
  m.variance = ln_sum_reduce(&sum, comm) / (double)m.n;
  m.min = ln_comm_min_double(comm, m.min);
  m.max = ln_comm_max_double(comm, m.max);
  return ln_push_moments(L, &m);
}

static int population_parameter(lua_State *L) {
  lua_pushnumber(L, ln_population_parameter(ln_check_population(L, 1), (int)luaL_checkinteger(L, 2)));
  return 1;
}

static int population_set_parameter(lua_State *L) {
  ln_population_set_parameter(ln_check_population(L, 1), (int)luaL_checkinteger(L, 2), luaL_checknumber(L, 3));
  return 0;
}

/* pop:set_table(k, values, rows, columns, dt) */
static int population_set_table(lua_State *L) {
  int64_t n;
  ln_timed_array table = {.value = ln_push_doubles(L, 3, &n), .rows = luaL_checkinteger(L, 4),
                          .columns = luaL_checkinteger(L, 5), .dt = luaL_checknumber(L, 6)};
  luaL_argcheck(L, n == table.rows * table.columns, 3, "values do not fit rows x columns");
  ln_error err;
  if (ln_population_set_table(ln_check_population(L, 1), (int)luaL_checkinteger(L, 2), &table, &err) != LN_OK)
    return ln_raise(L, &err);
  return 0;
}

/* pop:set_every(k, steps) */
static int population_set_every(lua_State *L) {
  ln_population_set_every(ln_check_population(L, 1), (int)luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
  return 0;
}

/* pop:link(var, source, source_var, indices (1-based)|nil). Collective. */
static int population_link(lua_State *L) {
  ln_population *p = ln_check_population(L, 1), *source = ln_check_population(L, 3);
  int64_t n = 0, *index = NULL;
  if (!lua_isnoneornil(L, 5)) {
    const double *x = ln_push_doubles(L, 5, &n);
    luaL_argcheck(L, n == ln_population_size(p), 5, "one index a neuron");
    index = lua_newuserdatauv(L, sizeof *index * (size_t)(n + 1), 0);
    for (int64_t k = 0; k < n; k++) {
      index[k] = (int64_t)x[k] - 1;
      luaL_argcheck(L, index[k] >= 0 && index[k] < ln_population_size(source), 5, "index outside the source");
    }
  }
  ln_error err;
  if (ln_population_link(p, (int)luaL_checkinteger(L, 2), source, (int)luaL_checkinteger(L, 4), index, &err) != LN_OK)
    return ln_raise(L, &err);
  return 0;
}

/* pop:event(name) -> number from 1, or nil */
static int population_event(lua_State *L) {
  int k = ln_population_event(ln_check_population(L, 1), luaL_checkstring(L, 2));
  if (k < 0) return 0;
  lua_pushinteger(L, k + 1);
  return 1;
}

static const luaL_Reg methods[] = {
  {"own", population_own}, {"set_schedule", population_set_schedule}, {"fill", population_fill}, {"gather", population_gather},
  {"evaluate", population_evaluate}, {"moments", population_moments}, {"parameter", population_parameter},
  {"set_parameter", population_set_parameter}, {"set_table", population_set_table},
  {"set_every", population_set_every}, {"link", population_link}, {"event", population_event}, {NULL, NULL}};

void ln_open_population_type(lua_State *L) { ln_object_type(L, LN_T_POPULATION, methods, NULL); }
