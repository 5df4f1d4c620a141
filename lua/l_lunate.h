/* l_lunate.h - what the binding files share.
 *
 * One l_<noun>.c a kernel noun, each with one ln_open_<noun>(L) that adds its functions to the table on
 * top of the stack: together they are the module `lunate.kernel`, which only lua/lunate/ and stdlib-less
 * internals use. Bindings check arguments, call the kernel, free, raise last. No defaults, no science.
 */
#ifndef L_LUNATE_H
#define L_LUNATE_H

#include <lauxlib.h>
#include <lua.h>
#include "comm.h"
#include "compile.h"
#include "error.h"

/* One a process, owned by main(), found through the registry. */
typedef struct ln_runtime {
  ln_comm *comm;
  ln_compiler *compiler;
  volatile int interrupt;   /* the number of a signal that asks to stop (SIGINT, …), or 0 */
  const char *share_dir;    /* …/share/lunate */
} ln_runtime;

ln_runtime *ln_runtime_get(lua_State *L);
void ln_runtime_set(lua_State *L, ln_runtime *rt);

/* Raises err's text as a Lua error (a string without position: the language layer adds script:line).
 * LN_EELSEWHERE and LN_EDIVERGED raise a table {code =, message =} with __tostring. Never returns. */
int ln_raise(lua_State *L, const ln_error *err);

int luaopen_lunate_kernel(lua_State *L);  /* l_kernel.c */
void ln_open_comm(lua_State *L);          /* l_comm.c: rank, size, meet, meet_failed, sum, min, max, bcast, barrier, wtime */
void ln_open_compile(lua_State *L);       /* l_compile.c: compile and load units */
void ln_open_network(lua_State *L);       /* l_network.c */
void ln_open_recorder(lua_State *L);      /* l_recorder.c */
void ln_open_synapse_recorder(lua_State *L); /* l_synapse_recorder.c */
void ln_open_store(lua_State *L);         /* l_store.c */
void ln_open_array(lua_State *L);         /* l_array.c */
void ln_open_roofline(lua_State *L);      /* l_roofline.c */

#endif
