/* test_model.c - compiled units: loaded once however often, names to indices, and files that are no units
 * refused by name.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "model.h"

static char folder[] = "/tmp/lunate-test-model-XXXXXX";

/* Compiles text to <folder>/<name>.so; the path is good until the next call. */
static const char *build(const char *name, const char *text) {
  static char path[128];
  char command[512], source[128];
  snprintf(source, sizeof source, "%s/%s.c", folder, name);
  snprintf(path, sizeof path, "%s/%s.so", folder, name);
  FILE *f = fopen(source, "w");
  fputs(text, f);
  fclose(f);
  snprintf(command, sizeof command,
           "cc -std=gnu11 -O1 -fPIC -shared -w -I '" LN_SOURCE_DIR "/src' -o '%s' '%s' -lm", path, source);
  assert_int_equal(system(command), 0);
  return path;
}

static const char unit[] =
    "#include \"abi.h\"\n"
    "static const ln_variable var[] = {{\"v\", LN_REAL, LN_STATE}, {\"n\", LN_INT, LN_SHARED}};\n"
    "static const char *const par[] = {\"tau\", \"E_L\", \"g\"};\n"
    "const ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = \"lif\", .precision = 4,\n"
    "  .n_var = 2, .var = var, .n_par = 3, .par = par};\n";

static void test_names(void **state) {
  (void)state;
  ln_error err;
  ln_model *m;
  assert_int_equal(ln_model_load(&m, build("lif", unit), &err), 0);
  assert_string_equal(ln_model_unit(m)->name, "lif");
  assert_int_equal(ln_model_unit(m)->precision, 4);
  assert_int_equal(ln_model_variable(m, "v"), 0);
  assert_int_equal(ln_model_variable(m, "n"), 1);
  assert_int_equal(ln_model_variable(m, "tau"), -1);
  assert_int_equal(ln_model_parameter(m, "g"), 2);
  assert_int_equal(ln_model_parameter(m, "v"), -1);
  ln_model_release(m);
  ln_model_release(NULL);
}

/* The same file by two names is one model; it stays until the last reference goes. */
static void test_references(void **state) {
  (void)state;
  ln_error err;
  ln_model *a, *b, *c, *other;
  const char *path = build("once", unit);
  char link_path[160];
  snprintf(link_path, sizeof link_path, "%s/link.so", folder);
  assert_int_equal(symlink(path, link_path), 0);
  assert_int_equal(ln_model_load(&a, path, &err), 0);
  assert_int_equal(ln_model_load(&b, link_path, &err), 0);
  assert_ptr_equal(a, b);
  c = ln_model_retain(a);
  assert_ptr_equal(a, c);
  assert_int_equal(ln_model_load(&other, build("another", unit), &err), 0);
  assert_ptr_not_equal(a, other);
  ln_model_release(a);
  ln_model_release(b);
  assert_string_equal(ln_model_unit(c)->var[1].name, "n"); /* still mapped */
  ln_model_release(c);
  ln_model_release(other);
}

static void refused(const char *path, const char *why) {
  ln_error err;
  ln_model *m;
  assert_int_equal(ln_model_load(&m, path, &err), LN_EIO);
  assert_null(m);
  if (!strstr(err.text, why)) fail_msg("'%s' does not say '%s'", err.text, why);
  if (!strstr(err.text, path)) fail_msg("'%s' does not name '%s'", err.text, path);
}

static void test_refused(void **state) {
  (void)state;
  refused("/no/such/file.so", "No such file");
  refused(__FILE__, "not a whole shared object");
  refused(build("empty", "int x;"), "is not a compiled model");
  refused(build("old", "#include \"abi.h\"\nconst ln_unit ln_unit_v1 = {.abi = 99, .kind = LN_NEURON};"),
          "for version 99 of");
  refused(build("odd", "#include \"abi.h\"\nconst ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = 7};"),
          "unknown kind 7");
  refused(build("loose", "extern int nowhere(void); int f(void) { return nowhere(); } const int ln_unit_v1;"),
          "nowhere");
  const char *path = build("cut", unit);
  assert_int_equal(truncate(path, 9000), 0);
  refused(path, "not a whole shared object");
  assert_int_equal(truncate(path, 0), 0);
  refused(path, "not a whole shared object");
}

static int set_up(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_references),
      cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
