/* l_comm.c - binding of comm.h: the ranks as lunate/runtime.lua uses them.
 *
 * Adds rank, size, meet, meet_failed, mend, sum, min, max, bcast, allgather, barrier and wtime. All are
 * collective but rank, size and wtime, which are plain values and a clock.
 */
#include "l_lunate.h"
#include "memory.h"

#include <stdint.h>

static ln_comm *get_comm(lua_State *L) { return ln_runtime_get(L)->comm; }

/* meet(what, where): raises where the ranks are not all in the same place. */
static int comm_meet(lua_State *L) {
  ln_error err = {0};
  if (ln_comm_meet(get_comm(L), luaL_checkstring(L, 1), luaL_checkstring(L, 2), &err)) return ln_raise(L, &err);
  return 0;
}

/* meet_failed(message): true on the rank that should print it. */
static int comm_meet_failed(lua_State *L) {
  lua_pushboolean(L, ln_comm_meet_failed(get_comm(L), luaL_checkstring(L, 1)) == 0);
  return 1;
}

static int comm_mend(lua_State *L) {
  ln_comm_mend(get_comm(L));
  return 0;
}

static int comm_sum(lua_State *L) {
  lua_pushinteger(L, ln_comm_sum(get_comm(L), luaL_checkinteger(L, 1)));
  return 1;
}

/* min and max stay integers where they were; all ranks must bring the same kind. */
static int comm_extreme(lua_State *L, int64_t (*integer)(ln_comm *, int64_t), double (*number)(ln_comm *, double)) {
  if (lua_isinteger(L, 1)) lua_pushinteger(L, integer(get_comm(L), lua_tointeger(L, 1)));
  else lua_pushnumber(L, number(get_comm(L), luaL_checknumber(L, 1)));
  return 1;
}

static int comm_min(lua_State *L) { return comm_extreme(L, ln_comm_min, ln_comm_min_double); }
static int comm_max(lua_State *L) { return comm_extreme(L, ln_comm_max, ln_comm_max_double); }

/* bcast(string, root): root's string on every rank (others may pass nil). root is a rank, 0 if missing. */
static int comm_bcast(lua_State *L) {
  ln_comm *comm = get_comm(L);
  int root = (int)luaL_optinteger(L, 2, 0), mine = ln_comm_rank(comm) == root;
  luaL_argcheck(L, root >= 0 && root < ln_comm_size(comm), 2, "no such rank");
  size_t length = 0;
  const char *text = mine ? luaL_checklstring(L, 1, &length) : NULL;
  int64_t bytes = (int64_t)length;
  ln_comm_bcast(comm, &bytes, sizeof bytes, root);
  if (mine) {
    ln_comm_bcast(comm, (void *)(uintptr_t)text, length, root); /* the root only reads it */
    lua_settop(L, 1);
    return 1;
  }
  luaL_Buffer buffer;
  char *to = luaL_buffinitsize(L, &buffer, (size_t)bytes);
  ln_comm_bcast(comm, to, (size_t)bytes, root);
  luaL_pushresultsize(&buffer, (size_t)bytes);
  return 1;
}

/* allgather(string): a list of every rank's string. */
static int comm_allgather(lua_State *L) {
  ln_comm *comm = get_comm(L);
  ln_error err = {0};
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  int size = ln_comm_size(comm);
  size_t *counts = lua_newuserdatauv(L, (size_t)size * sizeof *counts, 0);
  lua_createtable(L, size, 0);
  void *all = NULL;
  if (ln_comm_allgatherv(comm, text, length, &all, counts, &err)) return ln_raise(L, &err);
  const char *at = all;
  for (int r = 0; r < size; at += counts[r], r++) {
    lua_pushlstring(L, at, counts[r]);
    lua_rawseti(L, -2, r + 1);
  }
  ln_free(all);
  return 1;
}

static int comm_barrier(lua_State *L) {
  ln_comm_barrier(get_comm(L));
  return 0;
}

static int comm_wtime(lua_State *L) {
  lua_pushnumber(L, ln_comm_wtime());
  return 1;
}

void ln_open_comm(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"meet", comm_meet}, {"meet_failed", comm_meet_failed}, {"mend", comm_mend}, {"sum", comm_sum}, {"min", comm_min},
    {"max", comm_max}, {"bcast", comm_bcast}, {"allgather", comm_allgather}, {"barrier", comm_barrier},
    {"wtime", comm_wtime}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  lua_pushinteger(L, ln_comm_rank(get_comm(L)));
  lua_setfield(L, -2, "rank");
  lua_pushinteger(L, ln_comm_size(get_comm(L)));
  lua_setfield(L, -2, "size");
}
