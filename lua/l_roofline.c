/* l_roofline.c - binding of roofline.h: kernel.roofline(all) -> {stream =, add =, update =}. Collective. */
#include "l_lunate.h"
#include "roofline.h"

/* roofline(all): bytes a second; with `all` also seconds an addition, one with learning, and a neuron update. */
static int roofline(lua_State *L) {
  ln_comm *comm = ln_runtime_get(L)->comm;
  ln_roofline r;
  ln_error err = {0};
  bool all = lua_toboolean(L, 1);
  int code = all ? ln_roofline_measure(&r, comm, &err) : ln_roofline_stream(&r, comm, &err);
  if (code) return ln_raise(L, &err);
  lua_createtable(L, 0, 4);
  lua_pushnumber(L, r.stream);
  lua_setfield(L, -2, "stream");
  if (!all) return 1;
  lua_pushnumber(L, r.add);
  lua_setfield(L, -2, "add");
  lua_pushnumber(L, r.learn);
  lua_setfield(L, -2, "learn");
  lua_pushnumber(L, r.update);
  lua_setfield(L, -2, "update");
  return 1;
}

void ln_open_roofline(lua_State *L) {
  lua_pushcfunction(L, roofline);
  lua_setfield(L, -2, "roofline");
}
