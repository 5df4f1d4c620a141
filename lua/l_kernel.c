/* l_kernel.c - the module `lunate.kernel`: all bindings in one table. */
#include "l_lunate.h"

int luaopen_lunate_kernel(lua_State *L) {
  lua_newtable(L);
  ln_open_comm(L);
  ln_open_array(L);
  ln_open_compile(L);
  ln_open_network(L);
  ln_open_recorder(L);
  ln_open_synapse_recorder(L);
  ln_open_store(L);
  ln_open_roofline(L);
  return 1;
}
