/* test_exchange.c - with one rank, what was added comes back step by step. */
#include "units/units.h"
#include "exchange.h"

static void test_alone(void **state) {
  (void)state;
  ln_exchange *x;
  OK(ln_exchange_create(&x, comm, 4, &err));
  uint32_t flags, lid[1000], base = 7;
  const uint32_t *nid;
  int64_t n;
  for (int k = 0; k < 1000; k++) lid[k] = (uint32_t)k;
  for (int round = 0; round < 3; round++) {
    OK(ln_exchange_add(x, base, lid, 3, &err));
    OK(ln_exchange_add(x, 1000, lid, 1000, &err));
    assert_int_equal(ln_exchange_next(x), 1);
    assert_int_equal(ln_exchange_next(x), 2);
    OK(ln_exchange_add(x, 0, lid + 9, 1, &err));
    assert_int_equal(ln_exchange_next(x), 3);
    ln_exchange_begin(x, 4u + (uint32_t)round);
    OK(ln_exchange_add(x, 5, lid, 1, &err)); /* of the next interval, while this one is under way */
    OK(ln_exchange_end(x, &flags, &err));
    assert_int_equal(flags, 4 + round);
    assert_int_equal(ln_exchange_n_steps(x), 3);
    ln_exchange_step(x, 0, &nid, &n);
    int extra = round ? 1 : 0;
    assert_int_equal(n, 1003 + extra);
    assert_true(nid[extra] == 7 && nid[extra + 2] == 9 && nid[extra + 3] == 1000 && nid[n - 1] == 1999);
    ln_exchange_step(x, 1, &nid, &n);
    assert_int_equal(n, 0);
    ln_exchange_step(x, 2, &nid, &n);
    assert_true(n == 1 && nid[0] == 9);
  }
  ln_exchange_destroy(x);
  ln_exchange_destroy(NULL);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_alone)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
