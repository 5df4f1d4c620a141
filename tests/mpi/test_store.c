/* test_store.c - recordings to a file at any number of ranks: what is read back is what was recorded, in
 * global order; the bytes do not depend on when the recorders were flushed; failures are agreed and leave no file.
 *
 * `mpi_store --write FILE` only writes the standard file: store_bytes.sh compares it between ranks.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "memory.h"
#include "store.h"

enum { N = 300, STEPS = 1500, EVERY = 5, PICKED = 120 };
static const double DT = 1e-4;
static ln_comm *comm;
static int rank, size;
static char folder[256];

/* What the network does, the same on all ranks. */
static bool fires(int64_t step, int64_t gid, int period) { /* about every period-th time; 0: never */
  uint64_t x = (uint64_t)step * 0x9E3779B97F4A7C15u ^ (uint64_t)gid * 0xC2B2AE3D27D4EB4Fu;
  x = (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9u;
  return period && (x >> 32) % (uint64_t)period == 0;
}
static double state(int64_t step, int64_t gid,
                    int var) { return 1e-3 * (double)step + (double)gid / 7 + 100 * var; }
static int64_t picked(int64_t k) { return (k * 77 + 5) % N; } /* neurons of the report, in no order */

static int64_t slice(int r, int64_t n) { return n * r / size; }

/* One recorder: spikes of [0, N), every `period`-th or so, since the last flush. */
static void flush_spikes(const ln_record_sink *sink, int period, int64_t from, int64_t to) {
  const int64_t lo = slice(rank, N), hi = slice(rank + 1, N);
  const size_t most = (size_t)((to - from) * (hi - lo) + 1);
  int64_t n = 0, *step = calloc(most, sizeof *step), *gid = calloc(most, sizeof *gid);
  for (int64_t s = from; s < to; s++) {
    for (int64_t g = lo; g < hi; g++) {
      if (!fires(s, g, period)) continue;
      step[n] = s;
      gid[n++] = g;
    }
  }
  ln_error err;
  if (sink->spikes(sink->user, step, gid, NULL, n, &err) != LN_OK) fail_msg("%s", err.text);
  free(step);
  free(gid);
}

/* Own ones of the picked neurons, in the order in which they were picked. */
static int64_t pick_own(int64_t *gid) {
  int64_t n = 0;
  for (int64_t k = 0; k < PICKED; k++) {
    if (picked(k) >= slice(rank, N) && picked(k) < slice(rank + 1, N)) gid[n++] = picked(k);
  }
  return n;
}

/* Two variables of them. */
static void flush_states(const ln_record_sink *sink, int64_t from, int64_t to) {
  int64_t gid[PICKED];
  const int64_t n = pick_own(gid);
  int64_t *step = malloc(STEPS * 8), rows = 0;
  double *x = malloc((size_t)(STEPS * 2 * n + 1) * 8);
  for (int64_t s = (from + EVERY - 1) / EVERY * EVERY; s < to; s += EVERY, rows++) {
    step[rows] = s;
    for (int v = 0; v < 2; v++) {
      for (int64_t k = 0; k < n; k++) x[(rows * 2 + v) * n + k] = state(s, gid[k], v);
    }
  }
  ln_error err;
  if (sink->states(sink->user, step, x, rows, &err) != LN_OK) fail_msg("%s", err.text);
  free(step);
  free(x);
}

static ln_store *create(const char *path) {
  const char *const key[] = {"script", "seed"}, *const text[] = {"net:run(1*ln.second) -- \xc2\xb5", "42"};
  ln_store *s = NULL;
  ln_error err;
  if (ln_store_create(&s, comm, path, 2, key, text, &err) != LN_OK) fail_msg("%s", err.text);
  return s;
}

static ln_record_sink add_spikes(ln_store *s, const char *name) {
  ln_record_sink sink;
  ln_error err;
  if (ln_store_add_spikes(s, &(ln_spikes_spec){.population = name, .dt = DT}, &sink, &err) != LN_OK) fail_msg("%s", err.text);
  return sink;
}

static ln_record_sink add_report(ln_store *s, const char *population, const char *v0, const char *v1,
                                 int precision) {
  const char *const name[] = {v0, v1}, *const unit[] = {"V", "S"};
  int64_t gid[PICKED];
  for (int64_t k = 0; k < PICKED; k++) gid[k] = picked(k);
  const ln_report_spec spec = {.population = population, .n_var = 2, .name = name, .unit = unit, .n = PICKED,
                               .gid = gid, .gid_lo = slice(rank, N), .gid_hi = slice(rank + 1, N), .dt = DT,
                               .every = EVERY, .precision = precision};
  ln_record_sink sink;
  ln_error err;
  if (ln_store_add_report(s, &spec, &sink, &err) != LN_OK) fail_msg("%s", err.text);
  return sink;
}

static void close_store(ln_store *s) {
  ln_error err;
  if (ln_store_close(s, &err) != LN_OK) fail_msg("%s", err.text);
  ln_store_destroy(s);
}

/* The standard file: four recordings, flushed every `period` steps, the others at other times. */
static void write_standard(const char *path, int period) {
  ln_store *s = create(path);
  ln_record_sink often = add_spikes(s, "exc"), seldom = add_spikes(s, "inh"),
      never = add_spikes(s, "silent \xe2\x86\x92");
  ln_record_sink single = add_report(s, "exc", "v", "g", 4), whole = add_report(s, "inh", "v", "w", 8);
  int64_t done[4] = {0};
  for (int64_t t = 1; t <= STEPS; t++) {
    const int64_t every[4] = {period, 3 * period + 1, 2 * period, STEPS};
    for (int k = 0; k < 4; k++) {
      if (t % every[k] != 0 && t != STEPS) continue;
      if (k == 0) flush_spikes(&often, 7, done[k], t), flush_spikes(&never, 0, done[k], t);
      if (k == 1) flush_spikes(&seldom, 1000, done[k], t);
      if (k == 2) flush_states(&single, done[k], t);
      if (k == 3) flush_states(&whole, done[k], t);
      done[k] = t;
      if (k == 1 && ln_store_flush(s, NULL) != LN_OK) fail_msg("flush");
    }
  }
  close_store(s);
}

static const char *in_folder(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static uint64_t hash_file(const char *path) {
  FILE *f = fopen(path, "rb");
  assert_non_null(f);
  uint64_t h = 0xcbf29ce484222325u;
  for (int c; (c = getc(f)) != EOF;) h = (h ^ (uint64_t)c) * 0x100000001b3u;
  fclose(f);
  return h;
}

static void check_spikes(ln_file *f, int k, int period) {
  int64_t n, at = 0, *node;
  double *ms;
  ln_error err;
  if (ln_file_read_spikes(f, k, &n, &ms, &node, &err) != LN_OK) fail_msg("%s", err.text);
  for (int64_t s = 0; s < STEPS; s++) {
    for (int64_t g = 0; g < N; g++) {
      if (!fires(s, g, period)) continue;
      if (at >= n || ms[at] != (double)s / 10 || node[at] != g) {
        fail_msg("spike %lld of %lld is not that of neuron %lld at step %lld", (long long)at, (long long)n,
                 (long long)g, (long long)s);
      }
      at++;
    }
  }
  assert_int_equal(at, n);
  ln_free(ms);
  ln_free(node);
}

static int ascending(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void check_report(ln_file *f, int k, int var, int precision) {
  int64_t samples, elements, *node;
  double *data, time[3];
  ln_error err;
  if (ln_file_read_report(f, k, &samples, &elements, &data, &node, time, &err) != LN_OK) {
    fail_msg("%s", err.text);
  }
  assert_int_equal(samples, STEPS / EVERY);
  assert_int_equal(elements, PICKED);
  assert_true(time[0] == 0 && time[1] == STEPS / 10 && time[2] == 0.5);
  int64_t gid[PICKED];
  for (int64_t e = 0; e < elements; e++) gid[e] = picked(e);
  qsort(gid, PICKED, sizeof *gid, ascending);
  for (int64_t r = 0; r < samples; r++) {
    for (int64_t e = 0; e < elements; e++) {
      double expected = state(r * EVERY, gid[e], var);
      if (precision == 4) expected = (float)expected;
      if (data[r * elements + e] != expected) {
        fail_msg("sample %lld of element %lld", (long long)r, (long long)e);
      }
    }
  }
  for (int64_t e = 0; e < elements; e++) assert_int_equal(node[e], gid[e]);
  ln_free(data);
  ln_free(node);
}

static void test_read_back(void **unused) {
  (void)unused;
  const char *path = in_folder("standard.h5");
  write_standard(path, 113);
  ln_file *f;
  ln_error err;
  if (ln_file_open(&f, path, &err) != LN_OK) fail_msg("%s", err.text);
  assert_int_equal(ln_file_n_attributes(f), 2);
  const char *key, *text;
  ln_file_attribute(f, 0, &key, &text);
  assert_string_equal(key, "script");
  assert_string_equal(text, "net:run(1*ln.second) -- \xc2\xb5");
  assert_int_equal(ln_file_n_spikes(f), 3);
  assert_string_equal(ln_file_spikes_name(f, 0), "exc");
  assert_true(ln_file_spikes_dt(f, 0) == DT);
  assert_string_equal(ln_file_spikes_name(f, 2), "silent \xe2\x86\x92");
  assert_int_equal(ln_file_spikes_count(f, 2), 0);
  check_spikes(f, 0, 7);
  check_spikes(f, 1, 1000);
  check_spikes(f, 2, 0);
  assert_int_equal(ln_file_n_reports(f), 4);
  static const struct { const char *name, *population, *variable, *unit; int var, precision; } expected[] = {
      {"exc", "exc", "v", "V", 0, 4}, {"exc__g", "exc", "g", "S", 1, 4},
      {"inh", "inh", "v", "V", 0, 8}, {"inh__w", "inh", "w", "S", 1, 8}};
  for (int k = 0; k < 4; k++) {
    assert_string_equal(ln_file_report_name(f, k), expected[k].name);
    assert_string_equal(ln_file_report_population(f, k), expected[k].population);
    assert_string_equal(ln_file_report_variable(f, k), expected[k].variable);
    assert_string_equal(ln_file_report_unit(f, k), expected[k].unit);
    check_report(f, k, expected[k].var, expected[k].precision);
  }
  ln_file_close(f);
  struct stat about; /* nothing else is left */
  assert_int_not_equal(stat(in_folder("standard.h5.part"), &about), 0);
  assert_int_not_equal(stat(in_folder("standard.h5.close.part"), &about), 0);
}

/* Several recordings, one of spikes alone, one of states alone: each with three ways of flushing. */
static void test_bytes_do_not_depend_on_flushes(void **unused) {
  (void)unused;
  static const int period[] = {113, 7, STEPS};
  uint64_t several[3], spikes[3], states[3];
  for (int k = 0; k < 3; k++) {
    write_standard(in_folder("several.h5"), period[k]);
    ln_store *s = create(in_folder("spikes.h5"));
    ln_record_sink sink = add_spikes(s, "exc");
    for (int64_t t = 0; t < STEPS; t += period[k]) flush_spikes(&sink, 7, t, t + period[k] < STEPS
                                                                ? t + period[k] : STEPS);
    close_store(s);
    s = create(in_folder("states.h5"));
    sink = add_report(s, "exc", "v", "g", 8);
    for (int64_t t = 0; t < STEPS; t += period[k]) flush_states(&sink, t, t + period[k] < STEPS
                                                                ? t + period[k] : STEPS);
    close_store(s);
    several[k] = hash_file(in_folder("several.h5"));
    spikes[k] = hash_file(in_folder("spikes.h5"));
    states[k] = hash_file(in_folder("states.h5"));
    ln_comm_barrier(comm);
  }
  for (int k = 1; k < 3; k++) {
    assert_true(several[k] == several[0]);
    assert_true(spikes[k] == spikes[0]);
    assert_true(states[k] == states[0]);
  }
}

/* All ranks' spikes in one burst, all on one rank, none at all, a single one. */
static void test_uneven_parts(void **unused) {
  (void)unused;
  ln_store *s = create(in_folder("uneven.h5"));
  ln_record_sink sink = add_spikes(s, "burst");
  int64_t step[1000], gid[1000], n, *node;
  double *ms;
  for (int k = 0; k < 1000; k++) step[k] = 3, gid[k] = 1000 * rank + k;
  ln_error err;
  assert_int_equal(sink.spikes(sink.user, step, gid, NULL, 1000, &err), LN_OK);
  assert_int_equal(sink.spikes(sink.user, step, gid, NULL, 0, &err), LN_OK);
  for (int k = 0; k < 1000; k++) step[k] = 10 + k, gid[k] = size - 1;
  assert_int_equal(sink.spikes(sink.user, step, gid, NULL, rank == size - 1 ? 1000 : 0, &err), LN_OK);
  step[0] = 5000;
  assert_int_equal(sink.spikes(sink.user, step, gid, NULL, rank == 0, &err), LN_OK);
  close_store(s);
  ln_file *f;
  assert_int_equal(ln_file_open(&f, in_folder("uneven.h5"), &err), LN_OK);
  assert_int_equal(ln_file_read_spikes(f, 0, &n, &ms, &node, &err), LN_OK);
  assert_int_equal(n, 1000 * size + 1001);
  for (int64_t k = 0; k < 1000 * size; k++) assert_true(ms[k] == 0.3 && node[k] == k);
  for (int64_t k = 0; k < 1000; k++) assert_true(ms[1000 * size + k] == (double)(10 + k) / 10);
  assert_true(ms[n - 1] == 500);
  ln_free(ms);
  ln_free(node);
  ln_file_close(f);
}

/* One rank's bad data are every rank's error; the file is then not finished. */
static void test_going_back(void **unused) {
  (void)unused;
  ln_store *s = create(in_folder("back.h5"));
  ln_record_sink sink = add_spikes(s, "exc");
  ln_error err;
  const int64_t later[] = {10, 11}, back[] = {rank == size - 1 ? 7 : 12}, gid[] = {rank, rank};
  assert_int_equal(sink.spikes(sink.user, later, gid, NULL, 2, &err), LN_OK);
  assert_int_equal(sink.spikes(sink.user, back, gid, NULL, 1, &err), LN_EINVAL);
  assert_non_null(strstr(err.text,
                         "back.h5: spikes of exc come in order of time, but step 7 follows step 11"));
  assert_int_equal(sink.spikes(sink.user, back, gid, NULL, 1, &err), LN_EIO);
  assert_int_equal(ln_store_close(s, &err), LN_EIO);
  assert_non_null(strstr(err.text, "back.h5: writing failed before"));
  assert_int_equal(sink.spikes(sink.user, later, gid, NULL, 2, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "closed already"));
  ln_store_destroy(s);
  assert_int_not_equal(access(in_folder("back.h5"), F_OK), 0);
  assert_int_equal(access(in_folder("back.h5.part"), F_OK), 0);
}

static void test_refusals(void **unused) {
  (void)unused;
  ln_store *s, *other;
  ln_error err;
  ln_record_sink sink;
  assert_int_equal(ln_store_create(&s, comm, in_folder("no/such/x.h5"), 0, NULL, NULL, &err), LN_EIO);
  assert_null(s);
  assert_non_null(strstr(err.text, "no/such/x.h5: cannot be written: No such file or directory"));
  assert_int_equal(ln_store_create(&s, comm, folder, 0, NULL, NULL, &err), LN_EIO);
  assert_non_null(strstr(err.text, "it is a folder"));
  s = create(in_folder("refusals.h5"));
  assert_int_equal(ln_store_create(&other, comm, in_folder("refusals.h5"), 0, NULL, NULL, &err), LN_EIO);
  assert_non_null(strstr(err.text, "refusals.h5: is being written already"));
  add_spikes(s, "exc");
  assert_int_equal(ln_store_add_spikes(s, &(ln_spikes_spec){.population = "exc", .dt = DT}, &sink, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "refusals.h5: holds the spikes of exc already"));
  assert_int_equal(ln_store_add_spikes(s, &(ln_spikes_spec){.population = "a/b", .dt = DT}, &sink, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "the population \"a/b\" cannot be recorded to a file"));
  add_report(s, "exc", "v", "g", 8);
  const char *const v = "v", *const unit = "V";
  const int64_t gid = 0, twice[] = {3, 4, 3};
  ln_report_spec spec = {.population = "exc", .n_var = 1, .name = &v, .unit = &unit, .n = 1, .gid = &gid,
                         .gid_lo = rank != 0, .gid_hi = 1, .dt = DT, .every = 1, .precision = 8};
  assert_int_equal(ln_store_add_report(s, &spec, &sink, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "refusals.h5: holds v of exc already"));
  spec.population = "inh";
  spec.gid = twice;
  spec.n = 3;
  assert_int_equal(ln_store_add_report(s, &spec, &sink, &err), LN_EINVAL);
  assert_non_null(strstr(err.text, "refusals.h5: neuron 4 of inh is to be recorded twice"));
  close_store(s); /* refusals leave the file as it was */
  ln_file *f;
  assert_int_equal(ln_file_open(&f, in_folder("refusals.h5"), &err), LN_OK);
  assert_int_equal(ln_file_n_spikes(f), 1);
  assert_int_equal(ln_file_n_reports(f), 2);
  ln_file_close(f);
}

/* A file that is there stays until the new one is complete, and survives one that never is. */
static void test_replacing(void **unused) {
  (void)unused;
  const char *path = in_folder("old.h5");
  close_store(create(path));
  const uint64_t before = hash_file(path);
  ln_comm_barrier(comm);
  ln_store *s = create(path);
  ln_record_sink sink = add_spikes(s, "exc");
  flush_spikes(&sink, 7, 0, 100);
  assert_true(hash_file(path) == before);
  ln_comm_barrier(comm);
  ln_store_destroy(s);
  assert_true(hash_file(path) == before);
}

/* The system takes no more bytes. */
static void test_no_space(void **unused) {
  (void)unused;
  const char *path = in_folder("full.h5");
  ln_store *s = create(path);
  ln_record_sink sink = add_report(s, "exc", "v", "g", 8);
  int64_t gid[PICKED];
  const int64_t n = pick_own(gid), rows = 2000;
  int64_t *step = malloc((size_t)rows * 8);
  double *x = calloc((size_t)(rows * 2 * n + 1), 8);
  for (int64_t k = 0; k < rows; k++) step[k] = k * EVERY;
  struct rlimit all, few;
  getrlimit(RLIMIT_FSIZE, &all);
  few = all;
  few.rlim_cur = 1 << 20;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &few);
  ln_error err;
  const int code = sink.states(sink.user, step, x, rows, &err);
  setrlimit(RLIMIT_FSIZE, &all);
  assert_int_equal(code, LN_EIO);
  if (!strstr(err.text, "full.h5: cannot grow to ")) fail_msg("%s", err.text);
  assert_int_equal(ln_store_close(s, &err), LN_EIO);
  ln_store_destroy(s);
  assert_int_not_equal(access(path, F_OK), 0);
  free(step);
  free(x);
}

int main(int argc, char **argv) {
  ln_error err;
  if (ln_comm_create(&comm, &argc, &argv, &err) != LN_OK) return fprintf(stderr, "%s\n", err.text), 1;
  rank = ln_comm_rank(comm);
  size = ln_comm_size(comm);
  int failed = 0;
  if (argc == 3 && strcmp(argv[1], "--write") == 0) {
    write_standard(argv[2], 50 * size + 13);
  } else {
    if (rank == 0) {
      snprintf(folder, sizeof folder, "test_store.XXXXXX");
      if (!mkdtemp(folder)) ln_comm_abort(comm, 1);
    }
    ln_comm_bcast(comm, folder, sizeof folder, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_back), cmocka_unit_test(test_bytes_do_not_depend_on_flushes),
        cmocka_unit_test(test_uneven_parts), cmocka_unit_test(test_going_back),
            cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_replacing), cmocka_unit_test(test_no_space)};
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (failed) ln_comm_abort(comm, 1); /* others may wait */
    char command[300];
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (rank == 0 && system(command) != 0) failed = 1;
  }
  ln_comm_destroy(comm);
  return failed;
}
