/* test_exchange.c - every rank gets all spikes of every step in ascending order, whoever sent them and
 * however many there are; flags are or-ed; intervals overlap with the adding of the next.
 */
#include "kernel/units/units.h"
#include "exchange.h"
#include "rng.h"

enum { POPULATIONS = 3, SIZE = 10000, INTERVAL = 8 };

/* Own spikes of a rank in a step: of each population's slice, a fraction that now and then is large. */
static int64_t make(int rank, int64_t step, int population, uint32_t *lid) {
  int ranks = ln_comm_size(comm);
  int64_t lo = (int64_t)SIZE * rank / ranks, hi = (int64_t)SIZE * (rank + 1) / ranks, n = 0;
  double p = step % 50 == 13 && rank == ranks / 2 ? 0.8 : step % 11 == 3 ? 0.0 : 0.002;
  for (int64_t k = lo; k < hi; k++) {
    if (ln_uniform(7, (uint64_t)(population * SIZE + k), (uint64_t)step) < p) lid[n++] = (uint32_t)(k - lo);
  }
  return n;
}

static void add_step(ln_exchange *x, int64_t step) {
  static uint32_t lid[SIZE];
  int rank = ln_comm_rank(comm), ranks = ln_comm_size(comm);
  for (int q = 0; q < POPULATIONS; q++) {
    int64_t n = make(rank, step, q, lid);
    OK(ln_exchange_add(x, (uint32_t)(q * SIZE + (int64_t)SIZE * rank / ranks), lid, n, &err));
  }
  ln_exchange_next(x);
}

static void check_step(ln_exchange *x, int k, int64_t step) {
  static uint32_t lid[SIZE], expected[POPULATIONS * SIZE];
  const uint32_t *nid;
  int64_t n, m = 0;
  for (int q = 0; q < POPULATIONS; q++) {
    for (int rank = 0; rank < ln_comm_size(comm); rank++) {
      int64_t own = make(rank, step, q, lid);
      for (int64_t e = 0; e < own; e++) {
        expected[m++] = (uint32_t)(q * SIZE + (int64_t)SIZE * rank / ln_comm_size(comm)) + lid[e];
      }
    }
  }
  ln_exchange_step(x, k, &nid, &n);
  assert_int_equal(n, m);
  assert_memory_equal(nid, expected, (size_t)m * 4);
}

static void test_all_of_all(void **state) {
  (void)state;
  ln_exchange *x;
  OK(ln_exchange_create(&x, comm, INTERVAL, &err));
  int64_t step = 0, sent = 0, exchanges, bytes;
  uint64_t waited;
  int n_sent = 0;
  for (int round = 0; round < 600; round++) {
    int n_steps = round % INTERVAL + 1;
    uint32_t flags;
    for (int k = 0; k < n_steps; k++) {
      add_step(x, step + k);
      if (k > 0 || round == 0) continue; /* the last interval ends after the first step of this one */
      OK(ln_exchange_end(x, &flags, &err));
      assert_int_equal(flags, round % 3 == 1 ? 2 | (ln_comm_size(comm) > 1) : 0);
      assert_int_equal(ln_exchange_n_steps(x), n_sent);
      for (int e = 0; e < n_sent; e++) check_step(x, e, sent + e);
    }
    uint32_t own = round % 3 ? 0 : ln_comm_rank(comm) == 0 ? 2 : 1;
    ln_exchange_begin(x, own);
    sent = step;
    n_sent = n_steps;
    step += n_steps;
  }
  uint32_t flags;
  OK(ln_exchange_end(x, &flags, &err));
  ln_exchange_statistics(x, &exchanges, &bytes, &waited);
  assert_int_equal(exchanges, 600);
  assert_true(ln_comm_size(comm) == 1 ? bytes == 0 : bytes > 0);
  assert_true(ln_comm_min(comm, bytes) == ln_comm_max(comm, bytes));
  ln_exchange_destroy(x);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_of_all)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed) ln_comm_abort(comm, 1);
  ln_comm_destroy(comm);
  return failed;
}
