/* lunate.c - the program: options, the runtime, the script on every rank, and one orderly end.
 *
 * Every rank runs the same script. Whatever happens, all ranks leave through the same door: they meet at
 * the end of the script or at an error, say at most one message together, and finish MPI. SIGINT (Ctrl-C),
 * SIGTERM and SIGUSR1 ask a run to stop at its next step boundary on all ranks, with one rank also plain Lua
 * code; the same signal again ends the process. (mpirun passes SIGUSR1 on; at Ctrl-C it sends SIGTERM and,
 * soon after, SIGKILL.)
 */
#define _GNU_SOURCE
#include "l_system.h"

#include <lualib.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, SECONDS_TO_END = 20 };

static const char usage[] =
  "usage: lunate [options] [script.lua [arguments...]]\n"
  "       mpirun -n N lunate [options] [script.lua [arguments...]]\n"
  "\n"
  "Runs a script, on every rank; without one opens a prompt (or reads the script from a pipe).\n"
  "\n"
  "  -e CODE       run CODE, with ln and help as at the prompt (before the script; may be repeated)\n"
  "  -i            open the prompt after the script\n"
  "  -             read the script from standard input\n"
  "  --profile     after the script, say where the time went (--profile=json: for programs)\n"
  "  --verbose     say of each definition how long compiling it took (also LUNATE_VERBOSE=1)\n"
  "  --traceback   show the calls that led to an error (also LUNATE_TRACEBACK=1)\n"
  "  --version     show the versions of Lunate and what it is built on\n"
  "  --help        show this\n"
  "\n"
  "At the prompt, help() lists what there is and help(x) explains x. Ctrl-C stops a run at the next\n"
  "step boundary, with everything intact; kill -USR1 on mpirun does the same to a run on several ranks.\n"
  "\n"
  "LUNATE_SHARE   the folder with Lunate's Lua files, where it is not beside the program\n"
  "LUNATE_CACHE   where compiled models are kept (default ~/.cache/lunate)\n"
  "LUNATE_CC      the C compiler (default cc)\n"
  "LUNATE_KEEP_C  a folder in which to keep the C made from equations\n";

typedef struct options {
  bool help, version, prompt, traceback, read_stdin, has_code;
  int script;          /* index in argv of the script, 0 without */
  const char *precompile; /* the folder that gets the models of the standard library, compiled */
  const char *profile; /* how to print the profile: "text" or "json"; NULL: not */
  const char *unknown; /* an option that does not exist, or lacks its value */
} options;

static struct {        /* what the signal handler and the end need; one a process */
  ln_runtime runtime;
  lua_State *L;
  options options;
  char **argv;
  int argc;
  char share_dir[PATH_MAX];
  const char *volatile last_words; /* an error's message, until it has been said */
} program;

static options parse_options(int argc, char **argv) {
  options o = {.traceback = getenv("LUNATE_TRACEBACK") != NULL};
  for (int i = 1; i < argc; i++) {
    const char *a = argv[i];
    if (a[0] != '-') {
      o.script = i;
      return o;
    }
    if (strcmp(a, "-") == 0) {
      o.read_stdin = true;
      o.script = i;
      return o;
    }
    if (strcmp(a, "--") == 0) {
      o.script = i + 1 < argc ? i + 1 : 0;
      return o;
    }
    if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) o.help = true;
    else if (strcmp(a, "--version") == 0 || strcmp(a, "-v") == 0) o.version = true;
    else if (strcmp(a, "-i") == 0) o.prompt = true;
    else if (strcmp(a, "--traceback") == 0) o.traceback = true;
    else if (strcmp(a, "--verbose") == 0) setenv("LUNATE_VERBOSE", "1", 1);
    else if (strcmp(a, "--profile") == 0) o.profile = "text";
    else if (strcmp(a, "--profile=json") == 0) o.profile = "json";
    else if (strcmp(a, "--precompile") == 0 && i + 1 < argc) o.precompile = argv[++i];
    else if (strcmp(a, "-e") == 0 && i + 1 < argc) o.has_code = ++i;
    else if (!o.unknown) o.unknown = a;
  }
  return o;
}

/* ---- where our files are */

static bool has_library(const char *share) {
  char probe[PATH_MAX + 32];
  snprintf(probe, sizeof probe, "%s/lua/lunate/runtime.lua", share);
  return access(probe, R_OK) == 0;
}

/* $LUNATE_SHARE, or ../share/lunate beside the program's folder, so that an installed tree may move. */
static int find_share(char out[PATH_MAX], ln_error *err) {
  char exe[PATH_MAX], beside[PATH_MAX + 32] = "?";
  const char *given = getenv("LUNATE_SHARE");
  if (given) {
    snprintf(beside, sizeof beside, "%s", given);
  } else {
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0) return ln_fail(err, LN_EIO, "cannot tell where this program is (no /proc?): set LUNATE_SHARE");
    exe[n] = '\0';
    *strrchr(exe, '/') = '\0';
    snprintf(beside, sizeof beside, "%s/../share/lunate", exe);
  }
  if (!realpath(beside, out) || !has_library(out))
    return ln_fail(err, LN_EIO, "Lunate's own Lua files are not in %s; LUNATE_SHARE may name their folder", beside);
  return 0;
}

/* ---- signals */

/* Ends the user's own code; what of ours is running goes on until it returns there, or stops at a step. */
static void stop_hook(lua_State *L, lua_Debug *ar) {
  if (program.runtime.interrupt && ln_is_ours(L, ar)) return;
  lua_sethook(L, NULL, 0, 0);
  if (!program.runtime.interrupt) return; /* a run has obeyed meanwhile */
  program.runtime.interrupt = 0;
  lua_getinfo(L, "Sl", ar);
  lua_pushfstring(L, "%s:%d: interrupted", ar->short_src, ar->currentline);
  lua_error(L);
}

/* With several ranks only a run obeys, since all of them agree there; a rank that left its Lua code
 * alone could leave the others waiting. */
static void on_signal(int signal_number) {
  if (program.runtime.interrupt) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
  program.runtime.interrupt = signal_number;
  if (program.L && ln_comm_size(program.runtime.comm) == 1)
    lua_sethook(program.L, stop_hook, LUA_MASKCOUNT, 1);
}

/* The ranks did not all come to the end in time: this one says what it had to say and leaves, which ends
 * the others through mpirun. */
static void on_alarm(int signal_number) {
  (void)signal_number;
  const char *said = program.last_words;
  struct iovec text[] = {{"lunate: ", 8}, {(void *)(uintptr_t)said, said ? strlen(said) : 0}, {"\n", 1}};
  ssize_t written = said ? writev(STDERR_FILENO, text, 3) : 0;
  (void)written; /* there is nobody left to tell */
  _exit(EXIT_FAILURE);
}

static void catch_signals(void) {
  signal(SIGXFSZ, SIG_IGN); /* a file too large is an error of its write, not of this process */
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
}

/* ---- running */

/* The message handler: any error value as text, with the calls that led to it where that was asked for. */
static int describe_error(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING && luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL)
    lua_pushfstring(L, "(the error is a %s)", luaL_typename(L, 1));
  else
    luaL_tolstring(L, 1, NULL);
  if (program.options.traceback) luaL_traceback(L, L, lua_tostring(L, -1), 1);
  return 1;
}

/* Calls lunate.<module>.<function>(), without arguments or results. */
static void call_module(lua_State *L, const char *module, const char *function) {
  lua_getglobal(L, "require");
  lua_pushstring(L, module);
  lua_call(L, 1, 1);
  lua_getfield(L, -1, function);
  lua_call(L, 0, 0);
  lua_pop(L, 1);
}

/* Networks made from now on are watched; after the script, lunate.profile says what they did. */
static void watch(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "lunate.profile");
  lua_call(L, 1, 1);
  lua_pushboolean(L, 1);
  lua_setfield(L, -2, "watching");
  lua_pop(L, 1);
}

static void report_profile(lua_State *L, const char *form) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "lunate.profile");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "report");
  lua_pushstring(L, form);
  lua_call(L, 1, 0);
  lua_pop(L, 1);
}

/* Runs the chunk that a load function left with its status on the stack, with the script's arguments. */
static void run_chunk(lua_State *L, int load_status, bool with_arguments) {
  if (load_status != LUA_OK) lua_error(L);
  int n = 0;
  if (with_arguments && program.options.script > 0) {
    luaL_checkstack(L, program.argc, "too many arguments");
    for (int i = program.options.script + 1; i < program.argc; i++, n++) lua_pushstring(L, program.argv[i]);
  }
  lua_call(L, n, 0);
}

/* What -e says, with `ln` and `help` at hand as at the prompt. */
static void run_codes(lua_State *L) {
  if (program.options.has_code) call_module(L, "lunate.prompt", "prepare");
  int end = program.options.script ? program.options.script : program.argc;
  for (int i = 1; i + 1 < end; i++) {
    if (strcmp(program.argv[i], "-e") != 0) continue;
    const char *code = program.argv[++i];
    run_chunk(L, luaL_loadbuffer(L, code, strlen(code), "=(command line)"), false);
  }
}

static int run_all(lua_State *L) {
  const options *o = &program.options;
  lua_getglobal(L, "require");
  lua_pushliteral(L, "lunate.runtime");
  lua_call(L, 1, 0);
  if (o->profile) watch(L);
  run_codes(L);
  if (o->precompile) call_module(L, "lunate.precompile", "run");
  else if (o->read_stdin) call_module(L, "lunate.prompt", "script");
  else if (o->script) run_chunk(L, luaL_loadfile(L, program.argv[o->script]), true);
  else if (!o->has_code && !o->prompt) call_module(L, "lunate.prompt", "open");
  if (o->prompt) call_module(L, "lunate.prompt", "interact");
  if (o->profile) report_profile(L, o->profile);
  call_module(L, "lunate.runtime", "finish");
  return 0;
}

/* Says message once for all ranks, which meet here; those that do not come are not waited for for ever. */
static void report(const char *message) {
  if (ln_comm_size(program.runtime.comm) > 1) {
    program.last_words = message;
    signal(SIGALRM, on_alarm);
    alarm(SECONDS_TO_END);
  }
  bool mine = ln_comm_meet_failed(program.runtime.comm, message) == 0;
  program.last_words = NULL;
  fflush(stdout);
  if (mine) fprintf(stderr, "lunate: %s\n", message);
}

static int run_script(lua_State *L) {
  lua_pushcfunction(L, describe_error);
  lua_pushcfunction(L, run_all);
  if (lua_pcall(L, 0, 0, 1) == LUA_OK) return EXIT_SUCCESS;
  report(lua_tostring(L, -1));
  return EXIT_FAILURE;
}

/* ---- setting up */

/* arg as in lua: the script at 0, its arguments after, the program and its options before. */
static void set_arguments(lua_State *L) {
  lua_createtable(L, program.argc, 1);
  for (int i = 0; i < program.argc; i++) {
    lua_pushstring(L, program.argv[i]);
    lua_rawseti(L, -2, i - program.options.script);
  }
  lua_setglobal(L, "arg");
}

static void set_path(lua_State *L) {
  const char *share = program.share_dir, *script = program.options.script ? program.argv[program.options.script] : "";
  const char *slash = strrchr(script, '/');
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  const char *standard = lua_tostring(L, -1);
  lua_pushfstring(L, "%s/lua/?.lua;%s/lua/?/init.lua;%s/stdlib/?.lua;%s/stdlib/?/init.lua;", share, share, share, share);
  if (slash) {
    lua_pushlstring(L, script, (size_t)(slash - script));
    const char *folder = lua_tostring(L, -1);
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;", folder, folder);
    lua_remove(L, -2);
    lua_concat(L, 2);
  }
  lua_pushstring(L, standard);
  lua_concat(L, 2);
  lua_setfield(L, -3, "path");
  lua_pop(L, 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 0); /* for when BLAS is loaded: cores belong to ranks */
  lua_getfield(L, -1, "cpath"); /* our modules in C: PREFIX/lib/lunate */
  lua_pushfstring(L, "%s/../../lib/?.so;%s", share, lua_tostring(L, -1));
  lua_setfield(L, -3, "cpath");
  lua_pop(L, 2);
}

static int set_up(lua_State *L) {
  luaL_openlibs(L);
  ln_runtime_set(L, &program.runtime);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_lunate_kernel);
  lua_setfield(L, -2, "lunate.kernel");
  lua_pushcfunction(L, luaopen_lunate_system);
  lua_setfield(L, -2, "lunate.system");
  lua_pop(L, 1);
  set_arguments(L);
  set_path(L);
  return 0;
}

/* Makes what the script runs on; 0, or -1 with err set. */
static int create(int *argc, char ***argv, ln_error *err) {
  char include[PATH_MAX + 16], cache[PATH_MAX + 16];
  if (ln_comm_create(&program.runtime.comm, argc, argv, err)) return -1;
  program.argc = *argc;
  program.argv = *argv;
  program.options = parse_options(*argc, *argv);
  if (find_share(program.share_dir, err)) return -1;
  program.runtime.share_dir = program.share_dir;
  if (program.options.precompile) setenv("LUNATE_CACHE", program.options.precompile, 1);
  snprintf(include, sizeof include, "%s/include", program.share_dir);
  snprintf(cache, sizeof cache, "%s/cache", program.share_dir);
  if (ln_compiler_create(&program.runtime.compiler, include, cache, err)) return -1;
  program.L = luaL_newstate();
  if (!program.L) return ln_fail(err, LN_ENOMEM, "not enough memory");
  lua_pushcfunction(program.L, set_up);
  if (lua_pcall(program.L, 0, 0, 0) != LUA_OK) return ln_fail(err, LN_EINVAL, "%s", lua_tostring(program.L, -1));
  return 0;
}

static void destroy(void) {
  lua_State *L = program.L;
  program.L = NULL; /* a signal finds none */
  if (L) lua_close(L);
  ln_compiler_destroy(program.runtime.compiler);
  ln_comm_destroy(program.runtime.comm);
}

/* What needs no script: false when the options ask for one. */
static bool answer(const options *o, int *status) {
  bool speaks = ln_comm_rank(program.runtime.comm) == 0;
  *status = o->unknown ? EXIT_USAGE : EXIT_SUCCESS;
  if (!speaks) return o->unknown || o->help || o->version;
  if (o->unknown) fprintf(stderr, "lunate: %s: no such option, or its value is missing\n%s", o->unknown, usage);
  else if (o->help) fputs(usage, stdout);
  else if (o->version) printf("Lunate %s (%s, %s)\n", LUNATE_VERSION, LUA_RELEASE, ln_comm_libraries());
  return o->unknown || o->help || o->version;
}

int main(int argc, char **argv) {
  ln_error err = {0};
  int status = EXIT_FAILURE, code = create(&argc, &argv, &err);
  if (program.runtime.comm && answer(&program.options, &status)) goto end;
  if (code) { /* before anything of the script ran */
    status = EXIT_FAILURE;
    if (program.runtime.comm) report(err.text);
    else fprintf(stderr, "lunate: %s\n", err.text);
    goto end;
  }
  catch_signals();
  status = run_script(program.L);
end:
  destroy();
  return status;
}
