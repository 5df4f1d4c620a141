/* l_system.h - what the program itself gives to its Lua side: the module `lunate.system`.
 *
 * Not about the kernel: the user's place in the script, output that goes nowhere, tables in a fixed
 * order, the common random numbers, the line editor. lua/lunate/runtime.lua and prompt.lua use it.
 */
#ifndef L_SYSTEM_H
#define L_SYSTEM_H

#include <stdbool.h>
#include "l_lunate.h"

int luaopen_lunate_system(lua_State *L); /* l_runtime.c; calls those below, each adds to the table on top */
void ln_open_order(lua_State *L);        /* l_order.c: pairs, next, sort */
void ln_open_random(lua_State *L);       /* l_random.c: random, randomseed, with_stream */
void ln_open_readline(lua_State *L);     /* l_readline.c: readline, history_load, history_add, completer */

/* Is this function part of Lunate (its chunk loaded from the share folder)? Fills in source and line. */
bool ln_is_ours(lua_State *L, lua_Debug *ar);
/* Pushes the user's place, "cuba.lua:12": the innermost Lua function that is not ours. False (and nothing
 * pushed) where there is none. */
bool ln_push_where(lua_State *L);

#endif
