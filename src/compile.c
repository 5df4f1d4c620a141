/* compile.c - runs the C compiler on generated code, and keeps what it made.
 *
 * Every rank computes the same keys. Source number k belongs to one rank of each machine, which looks it
 * up and compiles what is missing, several at a time where there are cores; then all agree on failure. The
 * compiler runs without a shell, its complaints go to a file beside the result. See compile.h for names.
 */
#define _GNU_SOURCE
#include "compile.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "compile_key.h"
#include "memory.h"
#include "model.h"

extern char **environ;

/* IEEE arithmetic throughout: no reordering, no contraction, so that a value does not depend on how a loop
 * was vectorised. Only errno and exception flags are given up: nobody reads them. */
static const char *const flags[] = {
    "-std=gnu11",        "-O3",           "-march=native", "-fno-math-errno", "-fno-trapping-math",
    "-ffp-contract=off", "-fopenmp-simd", "-fPIC",         "-shared",         "-w",
    "--param",           "vect-epilogues-nomask=0"}; /* vector code for the last few elements takes long to make */
enum { N_FLAGS = sizeof flags / sizeof *flags, MOST_WORDS = 32, KEY_ROOM = 48 };

struct ln_compiler {
  char *include_dir;
  char *system_cache; /* NULL: none */
  char *cache;        /* the user's; NULL: no place for one */
  char *keep;         /* where sources are kept; NULL: nowhere */
  char *command;      /* LUNATE_CC, cut into words */
  char *word[MOST_WORDS];
  int n_words;
  bool found;                           /* the compiler's file, when the key was made */
  char environment[LN_KEY_DIGITS + 1];  /* hash of headers, flags and CPU */
  char identity[LN_KEY_COMPILER + 1];   /* hash of the compiler */
};

/* ------------------------------------------------------------------ creating */

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format, ...) {
  char *text = NULL;
  va_list args;
  va_start(args, format);
  if (vasprintf(&text, format, args) < 0) text = NULL;
  va_end(args);
  return text;
}

static const char *setting(const char *name) { /* an empty one is none */
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

/* Absolute: the script may change the working folder. */
static char *absolute(const char *path) {
  char here[PATH_MAX];
  return path[0] == '/' || !getcwd(here, sizeof here) ? text_of("%s", path) : text_of("%s/%s", here, path);
}

static char *user_cache(void) {
  if (setting("LUNATE_CACHE")) return absolute(setting("LUNATE_CACHE"));
  if (setting("XDG_CACHE_HOME")) return text_of("%s/lunate", setting("XDG_CACHE_HOME"));
  return setting("HOME") ? text_of("%s/.cache/lunate", setting("HOME")) : NULL;
}

int ln_compiler_create(ln_compiler **out, const char *include_dir, const char *system_cache, ln_error *err) {
  *out = NULL;
  ln_compiler *c = calloc(1, sizeof *c);
  if (!c) return ln_fail(err, LN_ENOMEM, "no memory to set up the compiler");
  c->include_dir = absolute(include_dir);
  c->system_cache = system_cache ? absolute(system_cache) : NULL;
  c->cache = user_cache();
  c->keep = setting("LUNATE_KEEP_C") ? absolute(setting("LUNATE_KEEP_C")) : NULL;
  c->command = text_of("%s", setting("LUNATE_CC") ? setting("LUNATE_CC") : "cc");
  int code = c->include_dir && c->command ? 0 : ln_fail(err, LN_ENOMEM, "no memory to set up the compiler");
  if (!code) {
    char *rest = c->command, *word;
    while (c->n_words < MOST_WORDS - 1 && (word = strtok_r(rest, " ", &rest))) c->word[c->n_words++] = word;
    memset(c->identity, '0', LN_KEY_COMPILER);
    c->found = ln_key_compiler(c->n_words, c->word, c->identity);
    code = ln_key_environment(c->include_dir, N_FLAGS, flags, c->environment, err);
  }
  if (code) ln_compiler_destroy(c);
  else *out = c;
  return code;
}

void ln_compiler_destroy(ln_compiler *c) {
  if (!c) return;
  free(c->include_dir);
  free(c->system_cache);
  free(c->cache);
  free(c->keep);
  free(c->command);
  free(c);
}

/* ------------------------------------------------------------------ looking up */

static int make_key(const ln_compiler *c, const char *source, char key[KEY_ROOM]) {
  char *text = text_of("%s%s", c->environment, source), digits[LN_KEY_DIGITS + 1];
  if (!text) return -1;
  ln_key_digits(text, strlen(text), digits);
  free(text);
  snprintf(key, KEY_ROOM, "%s-%s", digits, c->identity);
  return 0;
}

/* Any compiler's file of this content, for a machine without one. */
static bool look_for_content(const char *folder, const char *key, char path[], size_t room) {
  DIR *dir = opendir(folder);
  struct dirent *entry;
  bool found = false;
  while (dir && !found && (entry = readdir(dir))) {
    size_t n = strlen(entry->d_name);
    if (strncmp(entry->d_name, key, LN_KEY_DIGITS + 1) != 0 || n < 3 ||
        strcmp(entry->d_name + n - 3, ".so") != 0)
      continue;
    found = (size_t)snprintf(path, room, "%s/%s", folder, entry->d_name) < room && ln_model_is_whole(path);
  }
  if (dir) closedir(dir);
  return found;
}

static bool look_up(const ln_compiler *c, const char *key, char path[], size_t room) {
  const char *const folders[2] = {c->system_cache, c->cache};
  for (int k = 0; k < 2; k++) {
    if (!folders[k]) continue;
    if ((size_t)snprintf(path, room, "%s/%s.so", folders[k], key) < room && ln_model_is_whole(path))
      return true;
    if (!c->found && look_for_content(folders[k], key, path, room)) return true;
  }
  return false;
}

/* ------------------------------------------------------------------ one compilation */

typedef struct job {
  pid_t pid; /* 0: not running */
  int index; /* which source */
  double started;
  char source[PATH_MAX], object[PATH_MAX], log[PATH_MAX]; /* temporary */
} job;

/* The folder and those above it. */
static int make_folder(const char *folder) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", folder);
  for (char *at = path + 1; *at; at++) {
    if (*at != '/') continue;
    *at = '\0';
    mkdir(path, 0700); /* its failure shows below */
    *at = '/';
  }
  return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

static int no_room(const ln_compiler *c, int reason, ln_error *err) {
  return ln_fail(err, LN_EIO,
                 "cannot keep compiled models in '%s': %s; set LUNATE_CACHE to a folder with room", c->cache,
                 strerror(reason));
}

static int write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return -1;
  int good = fputs(text, file) >= 0 && fflush(file) == 0, reason = errno;
  if (fclose(file) != 0 && good) {
    good = 0;
    reason = errno;
  }
  errno = reason;
  return good ? 0 : -1;
}

static int keep_source(const ln_compiler *c, const char *name, const char *key, const char *source,
                       ln_error *err) {
  char path[PATH_MAX], plain[128];
  size_t n = 0;
  for (; name[n] && n < sizeof plain - 1; n++) {
    bool good = (name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z') ||
                (name[n] >= '0' && name[n] <= '9');
    plain[n] = good || (n > 0 && strchr("-_.", name[n])) ? name[n] : '_';
  }
  plain[n] = '\0';
  snprintf(path, sizeof path, "%s/%s-%.8s.c", c->keep, plain, key);
  if (make_folder(c->keep) == 0 && write_text(path, source) == 0) return 0;
  return ln_fail(err, LN_EIO, "cannot keep the generated C in '%s' (LUNATE_KEEP_C): %s", c->keep,
                 strerror(errno));
}

static int spawn(const ln_compiler *c, job *j, ln_error *err) {
  const char *argv[MOST_WORDS + N_FLAGS + 8];
  int n = 0;
  for (int k = 0; k < c->n_words; k++) argv[n++] = c->word[k];
  for (int k = 0; k < N_FLAGS; k++) argv[n++] = flags[k];
  const char *rest[] = {"-I", c->include_dir, "-o", j->object, j->source, "-lm", NULL};
  memcpy(argv + n, rest, sizeof rest);
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files) != 0)
    return ln_fail(err, LN_ENOMEM, "no memory to run the C compiler");
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, j->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  int reason =
      c->n_words ? posix_spawnp(&j->pid, c->word[0], &files, NULL, (char *const *)argv, environ) : ENOENT;
  posix_spawn_file_actions_destroy(&files);
  if (reason == 0) return 0;
  j->pid = 0;
  if (c->found)
    return ln_fail(err, LN_EIO, "cannot run the C compiler '%s': %s", c->word[0], strerror(reason));
  return ln_fail(
      err, LN_EIO,
      "no C compiler: cannot run '%s' (needed to compile equations); install gcc (apt install gcc) or "
      "set LUNATE_CC",
      c->n_words ? c->word[0] : "");
}

static void clean_up(const job *j) {
  unlink(j->source);
  unlink(j->object);
  unlink(j->log);
}

static int start(const ln_compiler *c, job *j, int index, const char *key, const char *source,
                 ln_error *err) {
  *j = (job){.index = index, .started = ln_comm_wtime()};
  if (!c->cache) {
    return ln_fail(err, LN_EIO,
                   "no folder for compiled models: none of LUNATE_CACHE, XDG_CACHE_HOME and HOME is set");
  }
  if (make_folder(c->cache) < 0) return no_room(c, errno, err);
  char host[65] = "", stem[PATH_MAX - 8];
  gethostname(host, sizeof host - 1); /* several machines may share the folder */
  snprintf(stem, sizeof stem, "%s/.%s.%s.%ld.%d", c->cache, key, host, (long)getpid(), index);
  snprintf(j->source, sizeof j->source, "%s.tmp.c", stem);
  snprintf(j->object, sizeof j->object, "%s.tmp.so", stem);
  snprintf(j->log, sizeof j->log, "%s.tmp.log", stem);
  int code = write_text(j->source, source) < 0 ? no_room(c, errno, err) : spawn(c, j, err);
  if (code) clean_up(j);
  return code;
}

/* The first lines of what the compiler said. */
static void read_log(const char *path, char *text, size_t room) {
  FILE *file = fopen(path, "r");
  size_t n = 0;
  for (int lines = 0; file && lines < 5 && n + 1 < room && fgets(text + n, (int)(room - n), file); lines++)
    n += strlen(text + n);
  if (file) fclose(file);
  while (n > 0 && text[n - 1] == '\n') n--;
  text[n] = '\0';
}

static int complain(const ln_compiler *c, const job *j, int status, const char *name, ln_error *err) {
  char text[800];
  read_log(j->log, text, sizeof text);
  if (strstr(text, strerror(ENOSPC))) return no_room(c, ENOSPC, err);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) { /* Ctrl-C reaches the compiler too */
    return ln_fail(err, LN_EINTERRUPTED, "interrupted while '%s' was compiled", name);
  }
  if (WIFSIGNALED(status)) {
    return ln_fail(err, LN_EIO, "the C compiler '%s' was ended by signal %d (%s) while it compiled '%s'",
                   c->word[0], WTERMSIG(status), strsignal(WTERMSIG(status)), name);
  }
  return ln_fail(err, LN_EIO, "the C compiler '%s' refused the code made for '%s'%s%s", c->word[0], name,
                 *text ? ":\n" : "", text);
}

static int finish(const ln_compiler *c, job *j, const char *name, const char *key, ln_error *err) {
  int status = 0, code = 0;
  pid_t done;
  do done = waitpid(j->pid, &status, 0);
  while (done < 0 && errno == EINTR);
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s.so", c->cache, key);
  if (done < 0) code = ln_fail(err, LN_EIO, "lost sight of the C compiler: %s", strerror(errno));
  else if (status != 0) code = complain(c, j, status, name, err);
  else if (rename(j->object, path) < 0) code = no_room(c, errno, err);
  j->pid = 0;
  clean_up(j);
  return code;
}

/* ------------------------------------------------------------------ many */

typedef struct batch {
  int n;
  const char *const *name, *const *source;
  char (*key)[KEY_ROOM];
  int64_t *made, *microseconds; /* by source; summed over ranks in the end */
} batch;

/* Compilers that this rank may run at a time: its share of the cores. */
static int most_jobs(const ln_comm *comm) {
  cpu_set_t cores;
  int n = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) / ln_comm_node_size(comm) : 1;
  return n < 1 ? 1 : n > 16 ? 16 : n;
}

static int finish_one(const ln_compiler *c, batch *b, job *j, ln_error *err) {
  int code = finish(c, j, b->name[j->index], b->key[j->index], err);
  b->made[j->index] = 1;
  b->microseconds[j->index] = (int64_t)((ln_comm_wtime() - j->started) * 1e6);
  return code;
}

/* This rank's sources: looked up, or compiled. The first error ends it, once all running compilers have ended. */
static int compile_own(ln_compiler *c, const ln_comm *comm, batch *b, ln_error *err) {
  int room = most_jobs(comm), code = 0, next = 0;
  job *jobs = calloc((size_t)room, sizeof *jobs); /* a ring: jobs[next] is free or the oldest */
  if (!jobs) return ln_fail(err, LN_ENOMEM, "no memory to run the C compiler");
  for (int k = ln_comm_node_rank(comm); k < b->n && !code; k += ln_comm_node_size(comm)) {
    char path[PATH_MAX];
    if (c->keep) code = keep_source(c, b->name[k], b->key[k], b->source[k], err);
    if (code || look_up(c, b->key[k], path, sizeof path)) continue;
    if (jobs[next].pid) code = finish_one(c, b, &jobs[next], err);
    if (!code) code = start(c, &jobs[next], k, b->key[k], b->source[k], err);
    next = (next + 1) % room;
  }
  for (int k = 0; k < room; k++) {
    job *j = &jobs[(next + k) % room];
    int other = j->pid ? finish_one(c, b, j, code ? NULL : err) : 0;
    if (!code) code = other;
  }
  free(jobs);
  return code;
}

static int report(ln_compiler *c, const batch *b, ln_compiled *out, ln_error *err) {
  for (int k = 0; k < b->n; k++) {
    if (!look_up(c, b->key[k], out[k].path, sizeof out[k].path)) {
      return ln_fail(err, LN_EIO, "the compiled '%s' is not in '%s', where it was put", b->name[k],
                     c->cache ? c->cache : "");
    }
    out[k].cached = b->made[k] == 0;
    out[k].seconds = b->made[k] ? 1e-6 * (double)b->microseconds[k] / (double)b->made[k] : 0;
  }
  return 0;
}

int ln_compiler_run_many(ln_compiler *c, ln_comm *comm, int n, const char *const *name,
                         const char *const *source, ln_compiled *out, ln_error *err) {
  batch b = {.n = n, .name = name, .source = source};
  b.key = ln_alloc_array((size_t)n, sizeof *b.key);
  b.made = ln_alloc_array(2 * (size_t)n, sizeof *b.made);
  b.microseconds = b.made ? b.made + n : NULL;
  bool good = b.key && b.made;
  for (int k = 0; k < n && good; k++) good = make_key(c, source[k], b.key[k]) == 0;
  int code =
      good ? compile_own(c, comm, &b, err) : ln_fail(err, LN_ENOMEM, "no memory to compile %d models", n);
  code = ln_comm_agree(comm, code, err);
  if (!code) {
    ln_comm_sum_array(comm, b.made, 2 * n);
    code = ln_comm_agree(comm, report(c, &b, out, err), err);
  }
  ln_free(b.key);
  ln_free(b.made);
  return code;
}

int ln_compiler_run(ln_compiler *c, ln_comm *comm, const char *name, const char *source, ln_compiled *out,
                    ln_error *err) {
  return ln_compiler_run_many(c, comm, 1, &name, &source, out, err);
}
