/* test_comm.c - ranks, at any number of them: data movement in one message and in pieces, reductions with
 * the same bits everywhere, failures agreed, meetings that match, diverge, or hear of a failure, and a
 * parallel file. Messages are limited to 1000 bytes (LUNATE_MESSAGE_BYTES), so that the ways of large data
 * are walked too. One process starts MPI once: all tests share one comm.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "comm.h"
#include "memory.h"
#include "sum.h"

static ln_comm *comm;
static int rank, size;

/* Byte k of what rank r sends to rank s. */
static unsigned char pattern(int r, int s, size_t k) {
  return (unsigned char)(r * 31 + s * 7 + (int)(k % 101) + 1);
}

static unsigned char *message(int to, size_t bytes) {
  unsigned char *p = ln_alloc(bytes);
  for (size_t k = 0; k < bytes; k++) p[k] = pattern(rank, to, k);
  return p;
}

static void check(const unsigned char *p, int from, int to, size_t bytes) {
  for (size_t k = 0; k < bytes; k++) {
    if (p[k] != pattern(from, to, k))
      fail_msg("byte %zu from rank %d: %d, not %d", k, from, p[k], pattern(from, to, k));
  }
}

static const size_t sizes[] = {0, 1, 249, 250, 999, 1000, 1001, 12345};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

static void test_place(void **state) {
  (void)state;
  assert_true(rank >= 0 && rank < size);
  assert_int_equal(ln_comm_node_size(comm), size); /* tests run on one machine */
  assert_int_equal(ln_comm_node_rank(comm), rank);
  double t = ln_comm_wtime();
  ln_comm_barrier(comm);
  assert_true(ln_comm_wtime() >= t);
}

static void test_bcast(void **state) {
  (void)state;
  for (int k = 0; k < N_SIZES; k++) {
    for (int root = 0; root < size; root++) {
      unsigned char *p = ln_alloc(sizes[k]), *from_root = message(0, sizes[k]);
      if (rank == root) memcpy(p, from_root, sizes[k]);
      ln_comm_bcast(comm, p, sizes[k], root);
      check(p, root, 0, sizes[k]);
      ln_free(p);
      ln_free(from_root);
    }
  }
}

static void test_allgather(void **state) {
  (void)state;
  for (int k = 0; k < N_SIZES; k++) {
    unsigned char *p = message(0, sizes[k]), *all = ln_alloc(sizes[k] * (size_t)size);
    ln_comm_allgather(comm, p, sizes[k], all);
    for (int r = 0; r < size; r++) check(all + (size_t)r * sizes[k], r, 0, sizes[k]);
    memset(all, 0, sizes[k] * (size_t)size);
    ln_request *request;
    ln_comm_iallgather(comm, p, sizes[k], all, &request);
    ln_comm_wait(request);
    for (int r = 0; r < size; r++) check(all + (size_t)r * sizes[k], r, 0, sizes[k]);
    ln_free(p);
    ln_free(all);
  }
}

static size_t bytes_of(int r, int k) { return sizes[(r + k) % N_SIZES]; } /* a different size each */

static void test_gathers(void **state) {
  (void)state;
  ln_error err;
  for (int k = 0; k < N_SIZES; k++) {
    unsigned char *p = message(0, bytes_of(rank, k));
    for (int root = -1; root < size; root++) { /* -1: to all */
      void *all;
      size_t counts[64], at = 0;
      int code = root < 0 ? ln_comm_allgatherv(comm, p, bytes_of(rank, k), &all, counts, &err)
                          : ln_comm_gatherv(comm, p, bytes_of(rank, k), root, &all, counts, &err);
      assert_int_equal(code, 0);
      if (root >= 0 && root != rank) assert_null(all);
      for (int r = 0; r < size; r++) {
        assert_int_equal(counts[r], bytes_of(r, k));
        if (all) check((unsigned char *)all + at, r, 0, counts[r]);
        at += counts[r];
      }
      ln_free(all);
    }
    ln_free(p);
  }
}

static size_t bytes_between(int from, int to, int k) { return sizes[(3 * from + to + k) % N_SIZES]; }

static void test_alltoall(void **state) {
  (void)state;
  ln_error err;
  for (int k = 0; k < N_SIZES; k++) {
    size_t out[64], in[64], total = 0, at = 0;
    for (int r = 0; r < size; r++) total += out[r] = k == 0 ? (size_t)(rank + r) : bytes_between(rank, r, k);
    unsigned char *send = ln_alloc(total);
    for (int r = 0; r < size; r++) {
      for (size_t b = 0; b < out[r]; b++) send[at++] = pattern(rank, r, b);
    }
    void *recv;
    assert_int_equal(ln_comm_alltoallv(comm, send, out, &recv, in, &err), 0);
    at = 0;
    for (int r = 0; r < size; r++) {
      assert_int_equal(in[r], k == 0 ? (size_t)(rank + r) : bytes_between(r, rank, k));
      check((unsigned char *)recv + at, r, rank, in[r]);
      at += in[r];
    }
    ln_free(send);
    ln_free(recv);
  }
}

static void test_integers(void **state) {
  (void)state;
  assert_int_equal(ln_comm_sum(comm, rank + 1), (int64_t)size * (size + 1) / 2);
  assert_int_equal(ln_comm_min(comm, 10 - rank), 10 - (size - 1));
  assert_int_equal(ln_comm_max(comm, (int64_t)1 << 60 | rank), (int64_t)1 << 60 | (size - 1));
  int64_t v[3] = {1, rank, -rank};
  ln_comm_sum_array(comm, v, 3);
  assert_int_equal(v[0], size);
  assert_int_equal(v[1], (int64_t)size * (size - 1) / 2);
  assert_int_equal(v[2], -v[1]);
}

static void test_doubles(void **state) {
  (void)state;
  assert_true(ln_comm_min_double(comm, -1.5 * rank) == -1.5 * (size - 1));
  assert_true(ln_comm_max_double(comm, 1e300 * (rank + 1)) == 1e300 * size);
  assert_true(ln_comm_min_double(comm, rank == 0 ? -INFINITY : 5) == -INFINITY);
  assert_true(ln_comm_max_double(comm, INFINITY) == INFINITY);
  assert_true(ln_comm_max_double(comm, -5e-324) == -5e-324);
  int last = rank == size - 1;
  assert_true(isnan(ln_comm_min_double(comm, last ? NAN : 1)));
  assert_true(isnan(ln_comm_max_double(comm, last ? -NAN : 1)));
  assert_false(signbit(ln_comm_min_double(comm, last ? -0.0 : 0.0))); /* 0, whoever holds it */
  assert_false(signbit(ln_comm_max_double(comm, -0.0)));
}

/* Numbers dealt out to the ranks: the sum is that of one rank, to the bit. */
static void test_sum(void **state) {
  (void)state;
  ln_sum mine, all;
  ln_sum_clear(&mine);
  ln_sum_clear(&all);
  for (int k = 0; k < 3000; k++) {
    double x = ldexp(k % 2 ? -1 - k / 3000.0 : 1.7, k % 200 - 100);
    ln_sum_add(&all, x);
    if (k % size == rank) ln_sum_add(&mine, x);
  }
  double expected = ln_sum_value(&all), got = ln_sum_reduce(&mine, comm);
  assert_memory_equal(&expected, &got, sizeof got);
  ln_sum_add(&mine, rank == size - 1 ? NAN : 0);
  assert_true(isnan(ln_sum_reduce(&mine, comm)));
}

static void test_agree(void **state) {
  (void)state;
  ln_error err = {0};
  assert_int_equal(ln_comm_agree(comm, 0, &err), 0);
  for (int culprit = 0; culprit < size; culprit++) {
    int code = 0;
    if (rank >= culprit) code = ln_fail(&err, LN_EINVAL - rank % 3, "rank %d has no bread", rank);
    char expected[64];
    snprintf(expected, sizeof expected, "rank %d has no bread", culprit);
    assert_int_equal(ln_comm_agree(comm, code, &err), LN_EINVAL - culprit % 3);
    assert_int_equal(err.code, LN_EINVAL - culprit % 3);
    assert_string_equal(err.text, expected);
  }
}

static void test_meet(void **state) {
  (void)state;
  ln_error err;
  for (int k = 0; k < 1000; k++) assert_int_equal(ln_comm_meet(comm, "run", "a.lua:3", &err), 0);
}

/* From rank `odd` on, ranks are somewhere else: everybody is told the same two places, for good. */
static void test_divergence(void **state) {
  (void)state;
  ln_error err;
  for (int odd = 1; odd < size; odd++) {
    int here = rank < odd;
    char expected[128];
    snprintf(expected, sizeof expected,
             "ranks diverged: rank 0 is in run (a.lua:3), rank %d in project (a.lua:5)", odd);
    for (int again = 0; again < 2; again++) {
      assert_int_equal(ln_comm_meet(comm, here ? "run" : "project", here ? "a.lua:3" : "a.lua:5", &err),
                       LN_EDIVERGED);
      assert_string_equal(err.text, expected);
    }
    assert_int_equal(ln_comm_meet_failed(comm, err.text) == 0, rank == 0); /* one rank prints, */
    assert_int_equal(ln_comm_meet_failed(comm, err.text) == 0, 0);         /* once */
    ln_comm_mend(comm);
    assert_int_equal(ln_comm_meet(comm, "run", "a.lua:9", &err), 0);
  }
  if (size == 1) return;
  int code = ln_comm_meet(comm, rank ? "run" : "the end of the script", rank ? "a.lua:7" : "", &err);
  assert_int_equal(code, LN_EDIVERGED);
  assert_string_equal(err.text,
                      "ranks diverged: rank 0 is in the end of the script, rank 1 in run (a.lua:7)");
  ln_comm_mend(comm);
}

/* The culprit's script ends in an error while the others wait. */
static void test_failure_elsewhere(void **state) {
  (void)state;
  ln_error err;
  for (int culprit = 0; culprit < size && size > 1; culprit++) {
    if (rank == culprit) {
      assert_int_equal(ln_comm_meet_failed(comm, "a.lua:4: no such luck"), 0);
      assert_int_equal(ln_comm_meet(comm, "run", "a.lua:5", &err), LN_EELSEWHERE);
    } else {
      assert_int_equal(ln_comm_meet(comm, "run", "a.lua:3", &err), LN_EELSEWHERE);
      assert_string_equal(err.text, "a.lua:4: no such luck");
      assert_int_not_equal(ln_comm_meet_failed(comm, err.text), 0); /* its own end is not news */
    }
    ln_comm_mend(comm);
  }
}

static void test_all_fail(void **state) {
  (void)state;
  ln_error err;
  char text[64];
  snprintf(text, sizeof text, "error of rank %d", rank);
  assert_int_equal(ln_comm_meet_failed(comm, text) == 0, rank == 0);
  assert_int_equal(ln_comm_meet(comm, "run", "a.lua:5", &err), size > 1 ? LN_EELSEWHERE : 0);
  if (size > 1) assert_string_equal(err.text, "error of rank 0");
  ln_comm_mend(comm);
  assert_int_equal(ln_comm_meet(comm, "run", "a.lua:5", &err), 0);
}

/* Each rank writes its row of a dataset, then reads its neighbour's. */
static void test_parallel_file(void **state) {
  (void)state;
  ln_error err;
  char path[64];
  int64_t pid = getpid();
  ln_comm_bcast(comm, &pid, sizeof pid, 0);
  snprintf(path, sizeof path, "/tmp/lunate-test-comm-%lld.h5", (long long)pid);
  hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
  assert_int_equal(ln_comm_set_fapl(comm, fapl, &err), 0);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
  assert_true(file >= 0);
  hsize_t dims[2] = {(hsize_t)size, 8}, start[2] = {(hsize_t)rank, 0}, count[2] = {1, 8};
  hid_t space = H5Screate_simple(2, dims, NULL), row = H5Screate_simple(2, count, NULL);
  hid_t data = H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  hid_t how = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_dxpl_mpio(how, H5FD_MPIO_COLLECTIVE);
  double mine[8], theirs[8];
  for (int k = 0; k < 8; k++) mine[k] = 100 * rank + k;
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  assert_true(H5Dwrite(data, H5T_NATIVE_DOUBLE, row, space, how, mine) >= 0);
  assert_true(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0);
  ln_comm_barrier(comm);
  start[0] = (hsize_t)((rank + 1) % size);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
  assert_true(H5Dread(data, H5T_NATIVE_DOUBLE, row, space, how, theirs) >= 0);
  for (int k = 0; k < 8; k++) assert_true(theirs[k] == 100 * ((rank + 1) % size) + k);
  H5Pclose(how);
  H5Dclose(data);
  H5Sclose(row);
  H5Sclose(space);
  assert_true(H5Fclose(file) >= 0);
  H5Pclose(fapl);
  ln_comm_barrier(comm);
  if (rank == 0) unlink(path);
  assert_true(ln_comm_set_fapl(comm, -1, &err) < 0);
}

static void test_once(void **state) {
  (void)state;
  ln_error err;
  ln_comm *second;
  assert_int_equal(ln_comm_create(&second, NULL, NULL, &err), LN_EINVAL);
  assert_null(second);
}

int main(int argc, char **argv) {
  ln_error err;
  setenv("LUNATE_MESSAGE_BYTES", "1000", 1);
  if (ln_comm_create(&comm, &argc, &argv, &err) < 0) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  rank = ln_comm_rank(comm);
  size = ln_comm_size(comm);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_place),      cmocka_unit_test(test_bcast),
      cmocka_unit_test(test_allgather),  cmocka_unit_test(test_gathers),
      cmocka_unit_test(test_alltoall),   cmocka_unit_test(test_integers),
      cmocka_unit_test(test_doubles),    cmocka_unit_test(test_sum),
      cmocka_unit_test(test_agree),      cmocka_unit_test(test_meet),
      cmocka_unit_test(test_divergence), cmocka_unit_test(test_failure_elsewhere),
      cmocka_unit_test(test_all_fail),   cmocka_unit_test(test_parallel_file),
      cmocka_unit_test(test_once),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed) ln_comm_abort(comm, 1); /* the others may wait for a rank that gave up */
  ln_comm_destroy(comm);
  return 0;
}
