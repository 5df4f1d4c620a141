/* test_compile.c - the compiler and its cache: made once, found again, keyed by content; several at once;
 * damaged files made anew; and every way it can fail, by its message. Each test has a cache of its own.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "compile.h"
#include "model.h"

static ln_comm *comm;
static char folder[64], cache[128];

static const char good[] =
    "#include \"abi.h\"\n"
    "static const char *const par[] = {\"tau\"};\n"
    "static const ln_variable var[] = {{\"v\", LN_REAL, LN_STATE}};\n"
    "const ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = \"%s\", .precision = 8,\n"
    "  .n_var = 1, .var = var, .n_par = 1, .par = par};\n";

static char *source_of(const char *name) {
  char *text;
  assert_true(asprintf(&text, good, name) > 0);
  return text;
}

static int set_up(void **state) {
  (void)state;
  strcpy(folder, "/tmp/lunate-test-compile-XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(cache, sizeof cache, "%s/some/where", folder);
  setenv("LUNATE_CACHE", cache, 1);
  unsetenv("LUNATE_CC");
  unsetenv("LUNATE_KEEP_C");
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

static ln_compiler *make(const char *system_cache) {
  ln_error err;
  ln_compiler *c;
  if (ln_compiler_create(&c, LN_SOURCE_DIR "/src", system_cache, &err)) fail_msg("%s", err.text);
  return c;
}

static int files_in(const char *path) {
  DIR *dir = opendir(path);
  int n = 0;
  for (struct dirent *e; dir && (e = readdir(dir));)
    n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
  if (dir) closedir(dir);
  return n;
}

/* Compiles `name` with a new compiler object, as a new process would. */
static int run(const char *name, const char *system_cache, ln_compiled *out, ln_error *err) {
  ln_compiler *c = make(system_cache);
  char *source = source_of(name);
  int code = ln_compiler_run(c, comm, name, source, out, err);
  free(source);
  ln_compiler_destroy(c);
  return code;
}

static void test_once(void **state) {
  (void)state;
  ln_error err;
  ln_compiled first, second, other;
  if (run("lif", NULL, &first, &err)) fail_msg("%s", err.text);
  assert_false(first.cached);
  assert_true(first.seconds > 0);
  assert_int_equal(run("lif", NULL, &second, &err), 0);
  assert_true(second.cached);
  assert_true(second.seconds == 0);
  assert_string_equal(first.path, second.path);
  assert_int_equal(run("adex", NULL, &other, &err), 0);
  assert_string_not_equal(first.path, other.path);
  assert_int_equal(files_in(cache), 2); /* nothing temporary is left */
  struct stat s;
  stat(cache, &s);
  assert_int_equal(s.st_mode & 0777, 0700);
  ln_model *m;
  assert_int_equal(ln_model_load(&m, first.path, &err), 0);
  assert_string_equal(ln_model_unit(m)->name, "lif");
  ln_model_release(m);
}

/* The compiler and its arguments belong to the key. */
static void test_key(void **state) {
  (void)state;
  ln_error err;
  ln_compiled a, b;
  assert_int_equal(run("lif", NULL, &a, &err), 0);
  setenv("LUNATE_CC", "cc -DEXTRA", 1);
  assert_int_equal(run("lif", NULL, &b, &err), 0);
  assert_false(b.cached);
  assert_string_not_equal(a.path, b.path);
}

static void test_system_cache(void **state) {
  (void)state;
  ln_error err;
  ln_compiled shipped, found;
  assert_int_equal(run("lif", NULL, &shipped, &err), 0);
  char elsewhere[160];
  snprintf(elsewhere, sizeof elsewhere, "%s/other", folder);
  setenv("LUNATE_CACHE", elsewhere, 1);
  assert_int_equal(run("lif", cache, &found, &err), 0);
  assert_true(found.cached);
  assert_string_equal(found.path, shipped.path);
  assert_int_equal(files_in(elsewhere), 0);
  setenv("LUNATE_CC", "no-such-compiler", 1); /* what came with the build needs none */
  assert_int_equal(run("lif", cache, &found, &err), 0);
  assert_true(found.cached);
  assert_string_equal(found.path, shipped.path);
}

static void test_many(void **state) {
  (void)state;
  enum { N = 7 };
  char *source[N];
  const char *name[N] = {"a", "b", "c", "d", "e", "f", "g"};
  ln_compiled out[N];
  ln_error err;
  assert_int_equal(run("c", NULL, &out[0], &err), 0);
  for (int k = 0; k < N; k++) source[k] = source_of(name[k]);
  ln_compiler *c = make(NULL);
  assert_int_equal(ln_compiler_run_many(c, comm, N, name, (const char *const *)source, out, &err), 0);
  for (int k = 0; k < N; k++) {
    ln_model *m;
    assert_int_equal(out[k].cached, k == 2);
    assert_int_equal(ln_model_load(&m, out[k].path, &err), 0);
    assert_string_equal(ln_model_unit(m)->name, name[k]);
    ln_model_release(m);
    free(source[k]);
  }
  assert_int_equal(ln_compiler_run_many(c, comm, 0, NULL, NULL, NULL, &err), 0);
  ln_compiler_destroy(c);
}

/* One bad source among good ones: its message, and no process or file left behind. */
static void test_one_of_many_fails(void **state) {
  (void)state;
  char *a = source_of("a"), *b = source_of("b");
  const char *name[3] = {"a", "wrong", "b"}, *source[3] = {a, "int x = ;\nint y = nothing;\n", b};
  ln_compiled out[3];
  ln_error err;
  ln_compiler *c = make(NULL);
  assert_int_equal(ln_compiler_run_many(c, comm, 3, name, source, out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "refused the code made for 'wrong'"));
  assert_non_null(strstr(err.text, "expected expression"));
  DIR *dir = opendir(cache);
  for (struct dirent *e; (e = readdir(dir));) assert_null(strstr(e->d_name, ".tmp"));
  closedir(dir);
  ln_compiler_destroy(c);
  free(a);
  free(b);
}

static void test_damaged(void **state) {
  (void)state;
  ln_error err;
  ln_compiled out;
  ln_model *m;
  const off_t lengths[] = {0, 100, 5000};
  for (int k = 0; k < 3; k++) {
    assert_int_equal(run("lif", NULL, &out, &err), 0);
    assert_int_equal(truncate(out.path, lengths[k]), 0);
    assert_int_equal(ln_model_load(&m, out.path, &err), LN_EIO);
    assert_non_null(strstr(err.text, "is damaged"));
    assert_int_equal(run("lif", NULL, &out, &err), 0);
    assert_false(out.cached);
    assert_int_equal(ln_model_load(&m, out.path, &err), 0);
    ln_model_release(m);
  }
}

static void test_no_compiler(void **state) {
  (void)state;
  ln_error err;
  ln_compiled out;
  const char *names[] = {"no-such-compiler", "/no/such/compiler -O2"},
             *shown[] = {"'no-such-compiler'", "'/no/such/compiler'"};
  for (int k = 0; k < 2; k++) {
    setenv("LUNATE_CC", names[k], 1);
    assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
    assert_non_null(strstr(err.text, "no C compiler: cannot run "));
    assert_non_null(strstr(err.text, shown[k]));
    assert_non_null(strstr(err.text, "install gcc (apt install gcc) or set LUNATE_CC"));
    assert_int_equal(files_in(cache), 0);
  }
}

static void write_program(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
  chmod(path, 0755);
}

static void test_compiler_dies(void **state) {
  (void)state;
  char path[160];
  ln_error err;
  ln_compiled out;
  snprintf(path, sizeof path, "%s/cc", folder);
  setenv("LUNATE_CC", path, 1);
  write_program(path, "#!/bin/sh\nkill -9 $$\n");
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "was ended by signal 9 (Killed) while it compiled 'lif'"));
  write_program(path, "#!/bin/sh\nkill -INT $$\n"); /* Ctrl-C */
  assert_int_equal(run("lif", NULL, &out, &err), LN_EINTERRUPTED);
  assert_string_equal(err.text, "interrupted while 'lif' was compiled");
  write_program(path, "#!/bin/sh\necho 'as: cannot write: No space left on device' >&2; exit 1\n");
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "No space left on device; set LUNATE_CACHE to a folder with room"));
  write_program(path, "#!/bin/sh\nfor i in 1 2 3 4 5 6 7; do echo line $i; done; exit 1\n");
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "line 5"));
  assert_null(strstr(err.text, "line 6"));
}

static void test_no_cache(void **state) {
  (void)state;
  ln_error err;
  ln_compiled out;
  setenv("LUNATE_CACHE", "/proc/nowhere", 1); /* not even root may write here */
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(
      strstr(err.text, "cannot keep compiled models in '/proc/nowhere': No such file or directory"));
  assert_non_null(strstr(err.text, "LUNATE_CACHE"));
  char file[160];
  snprintf(file, sizeof file, "%s/file", folder);
  write_program(file, "");
  setenv("LUNATE_CACHE", file, 1);
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "Not a directory"));
  unsetenv("LUNATE_CACHE");
  char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
  unsetenv("HOME");
  unsetenv("XDG_CACHE_HOME");
  unsetenv("LUNATE_CC");
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "none of LUNATE_CACHE, XDG_CACHE_HOME and HOME is set"));
  setenv("HOME", folder, 1);
  assert_int_equal(run("lif", NULL, &out, &err), 0);
  assert_non_null(strstr(out.path, "/.cache/lunate/"));
  if (home) setenv("HOME", home, 1);
  free(home);
}

static void test_keep(void **state) {
  (void)state;
  ln_error err;
  ln_compiled out;
  char keep[160], path[400], text[2000];
  snprintf(keep, sizeof keep, "%s/kept/c", folder);
  setenv("LUNATE_KEEP_C", keep, 1);
  for (int k = 0; k < 2; k++) { /* the second time from the cache */
    assert_int_equal(run("a b/c", NULL, &out, &err), 0);
    assert_int_equal(files_in(keep), 1);
    snprintf(path, sizeof path, "%s/a_b_c-%.8s.c", keep, strrchr(out.path, '/') + 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    char *source = source_of("a b/c");
    assert_string_equal(text, source);
    free(source);
    unlink(path);
  }
  setenv("LUNATE_KEEP_C", "/proc/nowhere", 1);
  assert_int_equal(run("lif", NULL, &out, &err), LN_EIO);
  assert_non_null(strstr(err.text, "LUNATE_KEEP_C"));
}

/* Vector maths resolves when the unit is loaded, and has the same value in every lane. */
static void test_vector_maths(void **state) {
  (void)state;
  static const char source[] = "#include \"abi.h\"\n"
                               "__attribute__((simd(\"notinbranch\"))) double exp(double);\n"
                               "static void evaluate(const ln_expression_args *a) {\n"
                               "  double *out = a->out; const double *x = a->in[0];\n"
                               "  for (int64_t k = 0; k < a->n; k++) out[k] = exp(x[k]);\n"
                               "}\n"
                               "static const ln_input in[] = {{\"x\", LN_IN_PRE}};\n"
                               "const ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = LN_EXPRESSION, "
                               ".name = \"e\", .n_in = 1, .in = in,\n"
                               "  .evaluate = evaluate};\n";
  ln_error err;
  ln_compiled compiled;
  ln_model *m;
  ln_compiler *c = make(NULL);
  if (ln_compiler_run(c, comm, "e", source, &compiled, &err)) fail_msg("%s", err.text);
  ln_compiler_destroy(c);
  if (ln_model_load(&m, compiled.path, &err)) fail_msg("%s", err.text);
  double x[LN_LANES], out[LN_LANES];
  const double *in[1] = {x};
  for (int k = 0; k < LN_LANES; k++) x[k] = 0.7;
  ln_model_unit(m)->evaluate(&(ln_expression_args){.n = LN_LANES, .in = in, .out = out});
  for (int k = 0; k < LN_LANES; k++) {
    assert_true(out[k] == out[0]);
    assert_true(fabs(out[k] - exp(0.7)) < 4 * 0x1p-52 * 2);
  }
  ln_model_release(m);
}

static void test_headers(void **state) {
  (void)state;
  ln_error err;
  ln_compiler *c;
  assert_int_equal(ln_compiler_create(&c, "/no/include", NULL, &err), LN_EIO);
  assert_null(c);
  assert_non_null(strstr(err.text, "cannot read '/no/include/abi.h'"));
}

int main(int argc, char **argv) {
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err) < 0) return 1;
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      IN_A_FOLDER(test_once),
      IN_A_FOLDER(test_key),
      IN_A_FOLDER(test_system_cache),
      IN_A_FOLDER(test_many),
      IN_A_FOLDER(test_one_of_many_fails),
      IN_A_FOLDER(test_damaged),
      IN_A_FOLDER(test_no_compiler),
      IN_A_FOLDER(test_compiler_dies),
      IN_A_FOLDER(test_no_cache),
      IN_A_FOLDER(test_keep),
      IN_A_FOLDER(test_vector_maths),
      IN_A_FOLDER(test_headers),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
