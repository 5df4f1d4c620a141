/* l_kernel.c - the module `lunate.kernel`: all bindings in one table. */
#include "l_lunate.h"

#pragma weak ln_open_array
#pragma weak ln_open_compile
#pragma weak ln_open_network
#pragma weak ln_open_recorder
#pragma weak ln_open_store

int luaopen_lunate_kernel(lua_State *L) {
  lua_newtable(L);
  ln_open_comm(L);
  if (ln_open_array) ln_open_array(L);
  if (ln_open_compile) ln_open_compile(L);
  if (ln_open_network) ln_open_network(L);
  if (ln_open_recorder) ln_open_recorder(L);
  if (ln_open_store) ln_open_store(L);
  return 1;
}
