/* test_compile.c - several ranks compile together: each source once a machine, the same outcome and the
 * same message on all of them.
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
#include "compile.h"
#include "model.h"

static ln_comm *comm;
static char folder[64];

enum { N = 5 };
static const char *const names[N] = {"a", "b", "c", "d", "e"};

static void make_sources(char text[N][256], const char *source[N]) {
  for (int k = 0; k < N; k++) {
    snprintf(text[k], sizeof text[k],
             "#include \"abi.h\"\nconst ln_unit ln_unit_v1 = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, "
             ".name = \"%s\"};\n",
             names[k]);
    source[k] = text[k];
  }
}

static void test_together(void **state) {
  (void)state;
  char text[N][256];
  const char *source[N];
  ln_compiled out[N];
  ln_compiler *c;
  ln_error err;
  make_sources(text, source);
  assert_int_equal(ln_compiler_create(&c, LN_SOURCE_DIR "/src", NULL, &err), 0);
  for (int again = 0; again < 2; again++) {
    if (ln_compiler_run_many(c, comm, N, names, source, out, &err)) fail_msg("%s", err.text);
    ln_compiled roots[N];
    memcpy(roots, out, sizeof out);
    ln_comm_bcast(comm, roots, sizeof roots, 0);
    for (int k = 0; k < N; k++) {
      ln_model *m;
      assert_string_equal(out[k].path, roots[k].path);
      assert_int_equal(out[k].cached, again);
      assert_true(out[k].seconds == roots[k].seconds);
      assert_int_equal(ln_model_load(&m, out[k].path, &err), 0);
      assert_string_equal(ln_model_unit(m)->name, names[k]);
      ln_model_release(m);
    }
  }
  ln_compiler_destroy(c);
}

/* Whoever the bad source belongs to, all hear of it. */
static void test_fail_together(void **state) {
  (void)state;
  ln_compiler *c;
  ln_error err;
  assert_int_equal(ln_compiler_create(&c, LN_SOURCE_DIR "/src", NULL, &err), 0);
  for (int bad = 0; bad < 4; bad++) {
    const char *source[4] = {"int a;", "int b;", "int c;", "int d;"}, *name[4] = {"p", "q", "r", "s"};
    ln_compiled out[4];
    source[bad] = "int nonsense = ;";
    assert_int_equal(ln_compiler_run_many(c, comm, 4, name, source, out, &err), LN_EIO);
    char expected[64];
    snprintf(expected, sizeof expected, "refused the code made for '%s'", name[bad]);
    assert_non_null(strstr(err.text, expected));
  }
  ln_compiler_destroy(c);
}

int main(int argc, char **argv) {
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err) < 0) return 1;
  strcpy(folder, "/tmp/lunate-test-compile-XXXXXX");
  if (ln_comm_rank(comm) == 0 && !mkdtemp(folder)) ln_comm_abort(comm, 1);
  ln_comm_bcast(comm, folder, sizeof folder, 0);
  setenv("LUNATE_CACHE", folder, 1);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_together), cmocka_unit_test(test_fail_together)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed) ln_comm_abort(comm, 1);
  ln_comm_barrier(comm);
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (ln_comm_rank(comm) == 0 && system(command) != 0) failed = 1;
  ln_comm_destroy(comm);
  return failed;
}
