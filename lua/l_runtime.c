/* l_runtime.c - the process as its Lua side sees it: the runtime record, kernel errors raised as Lua
 * errors, the user's place in the script, output that is dropped (ranks other than 0), leaving.
 *
 * Errors name the user's line, never ours: ours are the chunks that were loaded from the share folder.
 */
#define _GNU_SOURCE /* fopencookie */
#include "l_system.h"

#include <lualib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char runtime_key; /* its address is the registry key */

#define ERROR_NAME "lunate.error"

ln_runtime *ln_runtime_get(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
  ln_runtime *rt = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return rt;
}

void ln_runtime_set(lua_State *L, ln_runtime *rt) {
  lua_pushlightuserdata(L, rt);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
}

static int error_tostring(lua_State *L) {
  lua_getfield(L, 1, "message");
  return 1;
}

int ln_raise(lua_State *L, const ln_error *err) {
  if (err->code == LN_EINTERRUPTED) ln_runtime_get(L)->interrupt = 0; /* it has been obeyed */
  if (err->code != LN_EELSEWHERE && err->code != LN_EDIVERGED) {
    lua_pushstring(L, err->text);
    return lua_error(L);
  }
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, err->code);
  lua_setfield(L, -2, "code");
  lua_pushstring(L, err->text);
  lua_setfield(L, -2, "message");
  if (luaL_newmetatable(L, ERROR_NAME)) {
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
  }
  lua_setmetatable(L, -2);
  return lua_error(L);
}

bool ln_is_ours(lua_State *L, lua_Debug *ar) {
  const char *share_dir = ln_runtime_get(L)->share_dir;
  size_t n = strlen(share_dir);
  lua_getinfo(L, "Sl", ar);
  return ar->source[0] == '@' && strncmp(ar->source + 1, share_dir, n) == 0 && ar->source[1 + n] == '/';
}

bool ln_push_where(lua_State *L) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    if (ln_is_ours(L, &ar) || ar.currentline <= 0) continue;
    lua_pushfstring(L, "%s:%d", ar.short_src, ar.currentline);
    return true;
  }
  return false;
}

static int runtime_where(lua_State *L) {
  return ln_push_where(L);
}

/* Leaves at once, on all ranks alike: exit(code, close). The caller has met the other ranks. */
static int runtime_exit(lua_State *L) {
  int code = (int)luaL_checkinteger(L, 1);
  ln_runtime *rt = ln_runtime_get(L);
  if (lua_toboolean(L, 2)) lua_close(L);
  ln_comm_destroy(rt->comm);
  exit(code);
}

/* A sink: a file that takes everything, keeps nothing and knows how long it would be, so that a script
 * that asks `f:seek()` is told the same on all ranks. */
typedef struct sink {
  off64_t at, size;
  bool append;
} sink;

static ssize_t sink_write(void *cookie, const char *data, size_t bytes) {
  sink *s = cookie;
  (void)data;
  if (s->append) s->at = s->size;
  s->at += (off64_t)bytes;
  if (s->size < s->at) s->size = s->at;
  return (ssize_t)bytes;
}

static int sink_seek(void *cookie, off64_t *offset, int whence) {
  sink *s = cookie;
  off64_t to = *offset + (whence == SEEK_CUR ? s->at : whence == SEEK_END ? s->size : 0);
  if (to < 0) return -1;
  *offset = s->at = to;
  return 0;
}

static int sink_free(void *cookie) {
  free(cookie);
  return 0;
}

static int stream_close(lua_State *L) {
  luaL_Stream *p = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(p->f) == 0, NULL);
}

/* sink(size, append): a file handle to nowhere; size is what the file holds already. */
static int runtime_sink(lua_State *L) {
  lua_Integer size = luaL_optinteger(L, 1, 0);
  bool append = lua_toboolean(L, 2);
  luaL_Stream *p = lua_newuserdatauv(L, sizeof *p, 0);
  p->closef = NULL; /* closed, until the FILE exists */
  luaL_setmetatable(L, LUA_FILEHANDLE);
  sink *s = malloc(sizeof *s);
  if (!s) return luaL_error(L, "no memory for a file");
  *s = (sink){.at = append ? size : 0, .size = size, .append = append};
  cookie_io_functions_t io = {.write = sink_write, .seek = sink_seek, .close = sink_free};
  p->f = fopencookie(s, append ? "a" : "w", io);
  if (!p->f) {
    free(s);
    return luaL_error(L, "no memory for a file");
  }
  p->closef = stream_close;
  return 1;
}

/* May a line on stderr be rewritten in place? Under mpirun nobody can tell where it ends up. */
static int runtime_stderr_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty(STDERR_FILENO) && ln_comm_size(ln_runtime_get(L)->comm) == 1);
  return 1;
}

/* Does somebody type at us? Either stdin is a terminal, or (under mpirun, which hands rank 0 a pipe) the
 * parent's is. */
static int runtime_interactive(lua_State *L) {
  char path[64], target[256];
  snprintf(path, sizeof path, "/proc/%ld/fd/0", (long)getppid());
  ssize_t n = ln_comm_size(ln_runtime_get(L)->comm) > 1 ? readlink(path, target, sizeof target - 1) : -1;
  target[n > 0 ? n : 0] = '\0';
  lua_pushboolean(L, isatty(STDIN_FILENO) || strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0);
  return 1;
}

static int runtime_terminal(lua_State *L) {
  lua_pushboolean(L, isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
  return 1;
}

/* take_interrupt(): true when it was Ctrl-C, false for another signal to stop, nil for none; forgotten then. */
static int runtime_take_interrupt(lua_State *L) {
  ln_runtime *rt = ln_runtime_get(L);
  if (rt->interrupt) lua_pushboolean(L, rt->interrupt == SIGINT);
  else lua_pushnil(L);
  rt->interrupt = 0;
  return 1;
}

int luaopen_lunate_system(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"where", runtime_where},
    {"exit", runtime_exit},
    {"sink", runtime_sink},
    {"stderr_is_terminal", runtime_stderr_is_terminal},
    {"interactive", runtime_interactive},
    {"terminal", runtime_terminal},
    {"take_interrupt", runtime_take_interrupt},
    {NULL, NULL}};
  luaL_newlib(L, functions);
  lua_pushliteral(L, LUNATE_VERSION);
  lua_setfield(L, -2, "version");
  ln_open_order(L);
  ln_open_random(L);
  ln_open_readline(L);
  return 1;
}
