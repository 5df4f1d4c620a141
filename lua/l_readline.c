/* l_readline.c - the line editor of the prompt: GNU readline.
 *
 * Readline is driven through its callback interface, so that Ctrl-C, which the program's handler only
 * notes in the runtime, cancels the line at once instead of waiting for the next key. Completion asks a
 * Lua function. Only rank 0 of a run with one rank comes here; everything is local.
 */
#include "l_system.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LINES = 2000 };

/* Readline calls back without a context, and there is one terminal a process. */
static struct {
  lua_State *L;       /* while a line is being read */
  char *line;         /* the finished line, ours to free; NULL at end of input */
  bool done;
  int completer;      /* registry reference to completer(text) -> list of names */
} editor = {.completer = LUA_NOREF};

static void line_finished(char *line) {
  rl_callback_handler_remove(); /* before anything is printed */
  editor.line = line;
  editor.done = true;
}

/* The names for text as readline wants them: the common prefix first, then each, then NULL. All malloc'd. */
static char **to_matches(lua_State *L, int list, const char *text) {
  size_t n = lua_rawlen(L, list);
  if (n == 0) return NULL;
  char **matches = calloc(n + 2, sizeof *matches);
  if (!matches) return NULL;
  size_t common = SIZE_MAX;
  for (size_t i = 1; i <= n; i++) {
    lua_rawgeti(L, list, (lua_Integer)i);
    const char *name = lua_tostring(L, -1);
    matches[i] = strdup(name ? name : text);
    lua_pop(L, 1);
    size_t same = 0;
    while (same < common && matches[1][same] && matches[1][same] == matches[i][same]) same++;
    common = same;
  }
  matches[0] = strndup(matches[1], common);
  if (n == 1) { /* the only one: the prefix says it all */
    free(matches[1]);
    matches[1] = NULL;
  }
  return matches;
}

static char **complete(const char *text, int start, int end) {
  (void)start;
  (void)end;
  lua_State *L = editor.L;
  int top = lua_gettop(L);
  char **matches = NULL;
  rl_attempted_completion_over = 1;         /* never file names */
  rl_completion_suppress_append = 1;
  lua_rawgeti(L, LUA_REGISTRYINDEX, editor.completer);
  lua_pushstring(L, text);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_istable(L, -1)) matches = to_matches(L, lua_gettop(L), text);
  lua_settop(L, top);
  return matches;
}

static void set_up(void) {
  static bool ready = false;
  if (ready) return;
  ready = true;
  rl_readline_name = "lunate";
  rl_catch_signals = 0;                     /* the program's own handler notes Ctrl-C */
  rl_basic_word_break_characters = " \t\n\"\\'><=;+-*/%^~#{}()[],&|";
  rl_completer_word_break_characters = rl_basic_word_break_characters;
  rl_attempted_completion_function = complete;
  using_history();
}

/* Waits for a key or a signal. False when there is nothing to wait for any more. */
static bool wait_for_input(void) {
  fd_set in;
  FD_ZERO(&in);
  FD_SET(STDIN_FILENO, &in);
  int n = select(STDIN_FILENO + 1, &in, NULL, NULL, NULL);
  if (n > 0) rl_callback_read_char();
  return n > 0 || errno == EINTR;
}

/* readline(prompt): the line; false when Ctrl-C cancelled it; nil at the end of input. */
static int editor_readline(lua_State *L) {
  const char *prompt = luaL_checkstring(L, 1);
  ln_runtime *rt = ln_runtime_get(L);
  set_up();
  editor.L = L;
  editor.line = NULL;
  editor.done = false;
  rt->interrupt = 0;
  rl_callback_handler_install(prompt, line_finished);
  while (!editor.done && !rt->interrupt && wait_for_input()) continue;
  bool cancelled = !editor.done && rt->interrupt == SIGINT;
  if (!editor.done) {
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    rl_free_line_state();
    fputs("^C\n", rl_outstream);
  }
  rt->interrupt = 0;
  if (editor.line) lua_pushstring(L, editor.line);
  else if (cancelled) lua_pushboolean(L, false);
  else lua_pushnil(L); /* end of input, or a signal that asks to leave */
  free(editor.line);
  return 1;
}

/* Makes the folders above path, for this user only; what cannot be made is noticed when the file is used. */
static void make_folders(const char *path) {
  char folder[PATH_MAX];
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    mkdir(folder, 0700);
  }
}

/* history_load(path): reads the history; lines go back to the file as they are added. Without a file there
 * that can be written there is no history beyond this session. */
static int editor_history_load(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  set_up();
  make_folders(path);
  stifle_history(HISTORY_LINES);
  if (read_history(path) == 0) history_truncate_file(path, HISTORY_LINES);
  return 0;
}

/* history_add(line, path): remembers the line, here and in the file. */
static int editor_history_add(lua_State *L) {
  const char *line = luaL_checkstring(L, 1), *path = luaL_optstring(L, 2, NULL);
  HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
  if (last && strcmp(last->line, line) == 0) return 0;
  add_history(line);
  if (path && append_history(1, path) != 0) write_history(path);
  return 0;
}

/* completer(f): f(text) lists what text may be completed to. */
static int editor_completer(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  luaL_unref(L, LUA_REGISTRYINDEX, editor.completer);
  editor.completer = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

void ln_open_readline(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"readline", editor_readline},
    {"history_load", editor_history_load},
    {"history_add", editor_history_add},
    {"completer", editor_completer},
    {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
