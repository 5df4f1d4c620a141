/* l_chore.c - statements that run every so often: adding them, and ending them. */
#include "l_network.h"

/* Of the field `synapses`: a projection; of `neurons` a population, with its part lo to hi (1-based). */
static void take_subject(lua_State *L, ln_chore_spec *spec) {
  if (lua_getfield(L, 2, "projection") != LUA_TNIL) {
    spec->projection = ln_object_check(L, -1, LN_T_PROJECTION);
    return;
  }
  lua_getfield(L, 2, "population");
  spec->population = ln_check_population(L, -1);
  spec->lo = ln_field_integer(L, 2, "lo", 1) - 1;
  spec->hi = ln_field_integer(L, 2, "hi", 0);
}

/* net:chore {population, lo, hi | projection, code, par, from (0-based, -1: none), signals, tables, every, when, order}.
 * Collective. */
int ln_bind_add_chore(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "code");
  ln_chore_spec spec = {.code = ln_object_check(L, -1, LN_T_MODEL), .every = ln_field_integer(L, 2, "every", 0),
                        .when = (ln_when)ln_field_integer(L, 2, "when", LN_WHEN_START),
                        .order = (int)ln_field_integer(L, 2, "order", 0)};
  const ln_unit *unit = ln_model_unit(spec.code);
  int64_t n;
  luaL_argcheck(L, spec.when < LN_N_WHEN, 2, "no such slot");
  take_subject(L, &spec);
  spec.par = ln_field_doubles(L, 2, "par", &n);
  luaL_argcheck(L, n == unit->n_par, 2, "one number a constant");
  spec.from = ln_field_integers(L, 2, "from", 0, &n);
  luaL_argcheck(L, spec.population || n == unit->n_par, 2, "one number a constant");
  const ln_model *model = spec.population ? ln_population_model(spec.population) : NULL;
  luaL_argcheck(L, !spec.population || model, 2, "neurons without a model");
  int n_table = unit->n_table - (model ? ln_model_unit(model)->n_table : 0);
  luaL_argcheck(L, n_table >= 0, 2, "timed arrays of another model");
  spec.table = ln_check_tables(L, 2, n_table);
  ln_signal signal[unit->n_signal + 1];
  ln_push_signals(L, 2, unit->n_signal, signal);
  spec.signal = signal;
  void **box = ln_object_new(L, LN_T_CHORE, 1);
  ln_error err;
  if (ln_network_add_chore(net, &spec, (ln_chore **)box, &err) != LN_OK) return ln_raise(L, &err);
  return 1;
}

static int chore_stop(lua_State *L) {
  ln_chore_stop(ln_object_check(L, 1, LN_T_CHORE));
  return 0;
}

static const luaL_Reg methods[] = {{"stop", chore_stop}, {NULL, NULL}};

void ln_open_chore_type(lua_State *L) { ln_object_type(L, LN_T_CHORE, methods, NULL); }
