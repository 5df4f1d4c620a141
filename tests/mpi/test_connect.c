/* test_connect.c - each rank connects its own targets; together they make what one rank would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "comm.h"
#include "connect.h"
#include "connections.h"
#include "memory.h"

static ln_comm *comm;

static int by_id(const void *a, const void *b) {
  const synapse *x = a, *y = b;
  if (x->id0 != y->id0) return x->id0 < y->id0 ? -1 : 1;
  return x->id1 < y->id1 ? -1 : x->id1 > y->id1;
}

static list slice(const ln_connector *c, int64_t lo, int64_t hi) {
  list l = {0};
  ln_error err;
  ln_connect_range r = {.n_pre = 200, .n_post = 311, .own_lo = lo, .own_hi = hi, .same = true, .post_lo = 40};
  if (c->kind == LN_ONE_TO_ONE) r.n_pre = 311;
  assert_int_equal(ln_connect(c, &r, 4711, append, NULL, &l, &err), 0);
  return l;
}

static void same_as_one_rank(void **state) {
  (void)state;
  int64_t i[2000], j[2000];
  for (int k = 0; k < 2000; k++) i[k] = k * 7919 % 200, j[k] = k * 104729 % 311;
  const ln_connector c[] = {{.kind = LN_ALL_TO_ALL},
                            {.kind = LN_ONE_TO_ONE},
                            {.kind = LN_BERNOULLI, .p = 0.13},
                            {.kind = LN_FIXED_INDEGREE, .n = 33},
                            {.kind = LN_FIXED_INDEGREE, .n = 330, .multapses = true},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 70, .autapses = true},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 70, .multapses = true},
                            {.kind = LN_FIXED_TOTAL, .n = 10000},
                            {.kind = LN_FIXED_TOTAL, .n = 10000, .multapses = true},
                            {.kind = LN_PAIRS, .n_pairs = 2000, .i = i, .j = j}};
  int64_t rank = ln_comm_rank(comm), ranks = ln_comm_size(comm);
  for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
    list own = slice(&c[k], 311 * rank / ranks, 311 * (rank + 1) / ranks), all = slice(&c[k], 0, 311);
    synapse *together;
    ln_error err;
    assert_int_equal(
        ln_comm_allgatherv(comm, own.at, (size_t)own.n * sizeof *own.at, (void **)&together, NULL, &err), 0);
    assert_int_equal(ln_comm_sum(comm, own.n), all.n);
    assert_true(all.n > 0);
    qsort(together, (size_t)all.n, sizeof *together, by_id);
    qsort(all.at, (size_t)all.n, sizeof *all.at, by_id);
    assert_memory_equal(together, all.at, (size_t)all.n * sizeof *together);
    ln_free(together), free(own.at), free(all.at);
  }
}

int main(int argc, char **argv) {
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_one_rank)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
