/* Choosing the n best: against sorting all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include "choose.h"
#include "rng.h"

static ln_comm *comm;

static int compare(const void *a, const void *b) {
  const ln_candidate *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  if (x->tie != y->tie) return x->tie < y->tie ? -1 : 1;
  return x->what < y->what ? -1 : x->what > y->what;
}

/* Keys are numbers below `keys`, so that few of them tie much. */
static void check(int64_t n, int64_t want, uint64_t keys) {
  ln_choice choice;
  ln_candidate *all = malloc((size_t)n * sizeof *all);
  ln_error err;
  assert_int_equal(ln_choice_init(&choice, want, &err), 0);
  for (int64_t k = 0; k < n; k++) {
    ln_philox4 r = ln_philox(7, (uint64_t)k, 0);
    all[k] = (ln_candidate){ln_choose_key((double)(r.w[0] % keys) - 10), ln_choose_tie(3, (uint64_t)(k / 2)), (uint64_t)k};
    assert_int_equal(ln_choice_offer(&choice, all[k], &err), 0);
    assert_true(choice.room <= (2 * want > 1024 ? 2 * want : 1024));
  }
  assert_int_equal(ln_choice_agree(&choice, comm, &err), 0);
  qsort(all, (size_t)n, sizeof *all, compare);
  assert_int_equal(choice.n, n < want ? n : want);
  for (int64_t k = 0; k < choice.n; k++) assert_int_equal(choice.item[k].what, all[k].what);
  ln_choice_destroy(&choice);
  free(all);
}

static void best_of_many(void **state) {
  (void)state;
  check(10, 20, 5);
  check(5000, 1, 3);
  check(5000, 700, 1000000);
  check(5000, 4999, 2);
  check(100000, 40000, 1000000); /* beyond what is told to all */
  check(100000, 40000, 1);
  check(100000, 0, 7);
}

static void keys_ascend(void **state) {
  (void)state;
  const double x[] = {-INFINITY, -1e300, -2, -1e-310, 0, 5e-324, 1, 1.5, INFINITY};
  for (size_t k = 1; k < sizeof x / sizeof *x; k++) assert_true(ln_choose_key(x[k - 1]) < ln_choose_key(x[k]));
  assert_int_equal(ln_choose_key(-0.0), ln_choose_key(0.0));
}

static void ties_differ(void **state) {
  (void)state;
  enum { N = 20000 };
  static ln_candidate seen[N];
  for (uint64_t k = 0; k < N; k++) seen[k] = (ln_candidate){ln_choose_tie(99, k % 200 | k / 200 << 32), 0, k};
  qsort(seen, N, sizeof *seen, compare);
  for (int k = 1; k < N; k++) assert_true(seen[k - 1].key < seen[k].key);
  double mean = 0; /* no trace of the order of pairs */
  for (int k = 0; k < N / 2; k++) mean += (double)seen[k].what;
  assert_true(fabs(mean / (N / 2) - N / 2.0) < 5 * N / sqrt(12.0 * N));
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(best_of_many), cmocka_unit_test(keys_ascend),
                                     cmocka_unit_test(ties_differ)};
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err) != 0) return 1;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
