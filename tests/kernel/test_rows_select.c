/* Selections of rows: what stays, in which order, and which runs become one. Against doing it synapse by synapse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "rng.h"
#include "rows_select.h"

enum { ROWS = 7, PARTS = 4, TARGETS = 50, PER_SYNAPSE = 0, PER_RUN, PER_TARGET, PER_SYNAPSE_INT, VARS };

static const ln_variable variables[VARS] = {
  {"w", LN_REAL, 0}, {"x", LN_REAL, LN_PER_SEGMENT}, {"y", LN_REAL, LN_PER_TARGET}, {"n", LN_INT, 0}};
static const ln_unit unit = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "unit", .precision = 8, .n_var = VARS,
                             .var = variables};

static uint32_t draw(uint64_t k, uint32_t below) { return ln_philox(5, k, 0).w[0] % below; }

/* Rows of parts, each sorted by delay and target; `x` of a run is one of a few numbers, w of a synapse its own. */
static void make(ln_rows *r, uint64_t *state, bool wide, uint64_t seed) {
  static uint32_t target[100000];
  ln_error err;
  uint64_t n = 0, room = 0;
  assert_int_equal(ln_rows_init(r, &unit, ROWS, &err), 0);
  for (int64_t row = 0; row < ROWS; row++) {
    r->row[row] = (ln_row){n, r->n_runs};
    for (uint64_t part = 0; part < PARTS; part++) {
      for (uint32_t delay = 1; delay <= 5; delay++) {
        uint64_t before = n;
        for (uint32_t t = 0; t < TARGETS; t++) {
          uint64_t k = seed + (((uint64_t)row * PARTS + part) * 8 + delay) * TARGETS + t;
          if (draw(k, 4) == 0) target[n++] = t;
        }
        assert_int_equal(ln_rows_add_run(r, (int)delay, n - before, &room, &err), 0);
      }
    }
  }
  r->row[ROWS] = (ln_row){n, r->n_runs};
  r->n_targets = TARGETS;
  assert_int_equal(ln_rows_alloc_targets(r, n, wide, &err), 0);
  for (int v = 0; v < VARS; v++) assert_int_equal(ln_rows_alloc_var(r, &unit, v, &err), 0);
  for (uint64_t at = 0; at < n; at++) {
    ln_rows_set_target(r, at, target[at]);
    ((double *)r->var[PER_SYNAPSE])[at] = (double)at + 0.5;
    ((int32_t *)r->var[PER_SYNAPSE_INT])[at] = (int32_t)at;
  }
  for (uint64_t run = 0; run < r->n_runs; run++) {
    ((double *)r->var[PER_RUN])[run] = draw(seed + run + 99999, 2);
    state[run] = draw(seed + run + 999999, 2);
  }
  for (int t = 0; t < TARGETS; t++) ((double *)r->var[PER_TARGET])[t] = t * 3.0;
}

/* The old run and place of each old synapse. */
static void check(const ln_selection *s, bool joined) {
  const ln_rows *old = s->old, *now = &s->rows;
  uint64_t kept = 0, at = 0;
  int joins = 0;
  for (int64_t row = 0; row < ROWS; row++) {
    int before = -1;
    for (uint64_t run = now->row[row].run; run < now->row[row + 1].run; run++) {
      assert_true(now->run[run].delay >= before); /* by delay */
      before = now->run[run].delay;
      uint32_t last = 0;
      for (uint64_t end = at + now->run[run].n; at < end; at++) {
        uint64_t from = old->row[row].first + s->from[at];
        assert_true(from < old->row[row + 1].first);
        assert_true(!s->mark || s->mark[from] == s->wanted);
        assert_int_equal(ln_rows_target(now, at), ln_rows_target(old, from));
        assert_true(ln_rows_target(now, at) >= last);
        last = ln_rows_target(now, at);
        assert_true(((double *)now->var[PER_SYNAPSE])[at] == (double)from + 0.5);
        assert_int_equal(((int32_t *)now->var[PER_SYNAPSE_INT])[at], (int32_t)from);
        uint64_t old_run = ln_rows_run_of(old, row, from);
        assert_int_equal(old->run[old_run].delay, now->run[run].delay);
        assert_int_equal(s->run[old_run], run);
        assert_true(((double *)now->var[PER_RUN])[run] == ((double *)old->var[PER_RUN])[old_run]);
      }
    }
    assert_int_equal(at, now->row[row + 1].first);
  }
  for (uint64_t k = 0; k < old->n; k++) kept += !s->mark || s->mark[k] == s->wanted;
  assert_int_equal(kept, now->n);
  assert_memory_equal(now->var[PER_TARGET], old->var[PER_TARGET], TARGETS * sizeof(double));
  /* neighbours of one delay and state are one; and what stands for a new run is the first of the old ones */
  for (int64_t row = 0; row < ROWS; row++) {
    for (uint64_t a = old->row[row].run; a < old->row[row + 1].run; a++) {
      uint64_t b = a + 1; /* the next run of this delay */
      while (b < old->row[row + 1].run && old->run[b].delay != old->run[a].delay) b++;
      if (b == old->row[row + 1].run) continue;
      bool same = joined && s->state[a] == s->state[b] &&
                  ((double *)old->var[PER_RUN])[a] == ((double *)old->var[PER_RUN])[b];
      if (same) assert_int_equal(s->n[b], 0);
      if (same) assert_int_equal(s->run[a], s->run[b]);
      joins += same;
    }
  }
  assert_int_equal(joins > 0, joined);
}

static void selections(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 6; seed++) {
    uint64_t *states = calloc(1000, sizeof *states);
    ln_rows rows;
    ln_error err;
    make(&rows, states, seed % 2 == 1, seed * 1000000);
    uint8_t *mark = ln_alloc(rows.n);
    for (uint64_t at = 0; at < rows.n; at++) mark[at] = draw(at + 77777, 3) == 0;
    for (int kind = 0; kind < 4; kind++) {
      ln_selection s = {.unit = &unit, .old = &rows, .mark = kind % 2 ? mark : NULL, .wanted = kind == 3,
                        .state = kind < 3 ? states : NULL};
      assert_int_equal(ln_selection_make(&s, &err), 0);
      check(&s, kind < 3);
      ln_selection_clear(&s, true);
    }
    ln_rows_destroy(&rows);
    ln_free(mark);
    free(states);
  }
}

/* A run holds 65535 synapses. */
static void long_runs(void **state) {
  (void)state;
  ln_rows rows;
  ln_error err;
  uint64_t room = 0, states[8] = {0};
  assert_int_equal(ln_rows_init(&rows, &unit, 1, &err), 0);
  assert_int_equal(ln_rows_add_run(&rows, 3, 60000, &room, &err), 0);
  assert_int_equal(ln_rows_add_run(&rows, 3, 5000, &room, &err), 0);
  assert_int_equal(ln_rows_add_run(&rows, 3, 1000, &room, &err), 0);
  rows.row[1] = (ln_row){66000, rows.n_runs};
  assert_int_equal(ln_rows_alloc_targets(&rows, 66000, true, &err), 0);
  for (uint64_t at = 0; at < 66000; at++) ln_rows_set_target(&rows, at, (uint32_t)(at % 60000));
  for (int v = 0; v < VARS; v++) assert_int_equal(ln_rows_alloc_var(&rows, &unit, v, &err), 0);
  ln_selection s = {.unit = &unit, .old = &rows, .state = states};
  assert_int_equal(ln_selection_make(&s, &err), 0);
  assert_int_equal(s.rows.n_runs, 2);
  assert_int_equal(s.rows.run[0].n, 65000);
  assert_int_equal(s.rows.run[1].n, 1000);
  ln_selection_clear(&s, true);
  ln_rows_destroy(&rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(selections), cmocka_unit_test(long_runs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
