/* l_rewire.c - growing and pruning the synapses of projections. */
#include "l_network.h"

#include "l_array.h"

static ln_projection *check_projection(lua_State *L, int index) { return ln_object_check(L, index, LN_T_PROJECTION); }

/* net:grow(projection, {connector, delay, vars}). Collective. */
int ln_bind_grow(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  ln_projection *p = check_projection(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  ln_connector connector;
  ln_value delay;
  ln_error err;
  lua_getfield(L, 3, "connector");
  ln_push_connector(L, -1, &connector);
  lua_getfield(L, 3, "delay");
  ln_push_value(L, -1, &delay);
  const ln_value *var = ln_push_values(L, 3);
  if (ln_network_grow(net, p, &connector, &delay, var, &err) != LN_OK) return ln_raise(L, &err);
  return 0;
}

static const char *const pruning_kinds[] = {"where", "smallest", "largest", "of_sources", "of_targets", NULL};

static void check_counts(lua_State *L, const ln_projection *p, const ln_pruning *what, int64_t n) {
  int64_t n_pre, n_post;
  ln_projection_sizes(p, &n_pre, &n_post);
  int64_t expected = what->kind == LN_PRUNE_OF_SOURCES ? n_pre : n_post;
  if (what->kind >= LN_PRUNE_OF_SOURCES && n != expected)
    luaL_error(L, "%I counts for %I neurons", (LUAI_UACINT)n, (LUAI_UACINT)expected);
}

/* net:prune(projection, kind, {value =, n =, count =}) -> how many. Collective. */
int ln_bind_prune(lua_State *L) {
  ln_network *net = ln_check_network(L, 1);
  ln_projection *p = check_projection(L, 2);
  ln_pruning what = {.kind = (ln_pruning_kind)luaL_checkoption(L, 3, NULL, pruning_kinds)};
  luaL_checktype(L, 4, LUA_TTABLE);
  ln_value v;
  ln_error err;
  int64_t removed, n_counts;
  what.n = ln_field_integer(L, 4, "n", 0);
  what.count = ln_field_integers(L, 4, "count", 0, &n_counts);
  check_counts(L, p, &what, n_counts);
  if (what.kind < LN_PRUNE_OF_SOURCES) {
    lua_getfield(L, 4, "value");
    ln_push_value(L, -1, &v);
    what.value = &v;
  }
  if (ln_network_prune(net, p, &what, &removed, &err) != LN_OK) return ln_raise(L, &err);
  lua_pushinteger(L, removed);
  return 1;
}

/* proj:choose(n, autapses, score|nil) -> i, j: pairs to be connected, as places in the ranges from 1 on, of this rank's
 * targets. Collective. */
int ln_bind_choose(lua_State *L) {
  ln_projection *p = check_projection(L, 1);
  int64_t n = luaL_checkinteger(L, 2);
  ln_value score;
  ln_pair_list list;
  ln_error err;
  bool scored = !lua_isnoneornil(L, 4);
  if (scored) ln_push_value(L, 4, &score);
  ln_kept *kept = ln_push_kept(L);
  if (ln_projection_choose(p, n, scored ? &score : NULL, lua_toboolean(L, 3), &list, &err) != LN_OK)
    return ln_raise(L, &err);
  *kept = (ln_kept){{list.i, list.j}};
  ln_push_kept_integers(L, kept, 0, list.n, 1);
  ln_push_kept_integers(L, kept, 1, list.n, 1);
  return 2;
}

/* proj:degrees(of_targets) -> how many synapses each neuron of that side has, an array. Collective. */
int ln_bind_degrees(lua_State *L) {
  ln_projection *p = check_projection(L, 1);
  int64_t n_pre, n_post;
  bool of_targets = lua_toboolean(L, 2);
  ln_projection_sizes(p, &n_pre, &n_post);
  int64_t n = of_targets ? n_post : n_pre;
  int64_t *count = lua_newuserdatauv(L, sizeof *count * (size_t)(n + 1), 0);
  ln_error err;
  if (ln_projection_degrees(p, of_targets, count, &err) != LN_OK) return ln_raise(L, &err);
  ln_array_push_integers(L, n, count, 0);
  return 1;
}
