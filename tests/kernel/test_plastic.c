/* test_plastic.c - the synapses of each target, and spikes of targets on their way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "memory.h"
#include "plastic.h"

/* ------------------------------------------------------------------ a unit that notes what it is told */

static uint32_t seen[64];
static int64_t n_seen;

static void note(const ln_deliver_args *a) {
  for (int64_t q = 0; q < a->n_spikes; q++) {
    uint32_t g = a->spike[q];
    for (uint64_t k = a->back_first[g]; k < a->back_first[g + 1]; k++) seen[n_seen++] = a->back[k].synapse;
  }
}

static const ln_pathway pathways[] = {{"soon", LN_OF_TARGET, note, note, NULL, NULL, NULL, 0},
                                      {"late", LN_OF_TARGET, note, note, NULL, NULL, NULL, 0}};
static const ln_pathway spread_pathway[] = {{"spread", LN_OF_TARGET, note, note, NULL, NULL, NULL, 1}};
static const ln_variable delay_variable[] = {{"delay", LN_INT, LN_PER_SEGMENT | LN_HIDDEN | LN_DELAY}};
static const ln_unit unit = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "note", .precision = 8,
                             .n_pathway = 2, .pathway = pathways, .lists = 1};
static const ln_unit spread = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "spread", .precision = 8, .n_var = 1,
                               .var = delay_variable, .n_pathway = 1, .pathway = spread_pathway, .lists = 1};
static const ln_unit plain = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "plain", .precision = 8};

/* Three rows: runs of delays 1 and 3; nothing; delay 2. Targets of 2 bytes. */
static void make_rows(ln_rows *r, ln_error *err) {
  static const uint16_t target[] = {5, 7, 7, 5, 6, 6, 9};
  uint64_t room = 0;
  assert_int_equal(ln_rows_init(r, &unit, 3, err), 0);
  assert_int_equal(ln_rows_alloc_targets(r, 7, false, err), 0);
  memcpy(r->target, target, sizeof target);
  assert_int_equal(ln_rows_add_run(r, 1, 3, &room, err), 0);
  assert_int_equal(ln_rows_add_run(r, 3, 2, &room, err), 0);
  r->row[1] = r->row[2] = (ln_row){5, 2};
  assert_int_equal(ln_rows_add_run(r, 2, 2, &room, err), 0);
  r->row[3] = (ln_row){7, 3};
}

static void build(ln_plastic *p, const int *delay, ln_error *err) {
  ln_rows rows;
  make_rows(&rows, err);
  assert_int_equal(ln_plastic_init(p, &unit, delay, err), 0);
  assert_int_equal(ln_plastic_build(p, &unit, &rows, 5, 10, err), 0);
  ln_rows_destroy(&rows);
}

static void synapses_of_targets(void **state) {
  (void)state;
  ln_error err;
  ln_plastic p;
  build(&p, (int[]){0, 0}, &err);
  static const ln_back expected[] = {{0, 0}, {3, 1}, {4, 1}, {5, 2}, {1, 0}, {2, 0}, {6, 2}};
  static const uint64_t first[] = {0, 0, 0, 0, 0, 0, 2, 4, 6, 6, 7};
  assert_memory_equal(p.back, expected, sizeof expected);
  assert_memory_equal(p.back_first, first, sizeof first);
  static const uint32_t rows[] = {0, 0, 2};
  assert_memory_equal(p.run_row, rows, sizeof rows);
  ln_plastic_destroy(&p, &unit);
}

static int64_t step_of(ln_plastic *p, int64_t step, const uint32_t *lid, int64_t n, ln_error *err) {
  ln_deliver_args a = {.step = step};
  ln_plastic_lend(p, &a);
  n_seen = 0;
  assert_int_equal(ln_plastic_take(p, &unit, -1, -1, step, lid, n, 4, err), 0);
  return ln_plastic_deliver_back(p, &unit, -1, NULL, step, &a);
}

static void spikes_wait(void **state) {
  (void)state;
  ln_error err;
  ln_plastic p;
  build(&p, (int[]){0, 2}, &err);
  /* block indices 4 (not ours), 5, 7, 11 (not ours) */
  assert_int_equal(step_of(&p, 100, (uint32_t[]){0, 1, 3, 7}, 4, &err), 4);
  assert_memory_equal(seen, ((uint32_t[]){0, 3, 1, 2}), 4 * sizeof *seen);
  assert_int_equal(step_of(&p, 101, (uint32_t[]){5}, 1, &err), 1); /* target 9, at once */
  assert_int_equal(seen[0], 6);
  size_t bytes = ln_plastic_size(&p, &unit); /* both are on their way along the second pathway */
  char *saved = ln_alloc(bytes);
  const char *at = saved;
  assert_ptr_equal(ln_plastic_write(&p, &unit, saved), saved + bytes);
  for (int again = 0; again < 2; again++) {
    assert_int_equal(step_of(&p, 102, NULL, 0, &err), 4);
    assert_memory_equal(seen, ((uint32_t[]){0, 3, 1, 2}), 4 * sizeof *seen);
    assert_int_equal(step_of(&p, 103, NULL, 0, &err), 1);
    assert_int_equal(seen[0], 6);
    assert_int_equal(step_of(&p, 104, NULL, 0, &err), 0);
    if (again == 0) assert_int_equal(ln_plastic_read(&p, &unit, &at, &err), 0);
  }
  assert_ptr_equal(at, saved + bytes);
  step_of(&p, 105, (uint32_t[]){1}, 1, &err);
  ln_plastic_clear(&p, &unit);
  assert_int_equal(step_of(&p, 107, NULL, 0, &err), 0);
  ln_free(saved);
  ln_plastic_destroy(&p, &unit);
}

/* At a step: targets 5 and so on, of which lid counts from 4, and the synapses that are due. */
static void expect_due(ln_plastic *p, const ln_rows *rows, int64_t step, uint32_t n, const uint32_t *target, int64_t n_due,
                       const uint32_t *due) {
  ln_error err;
  ln_deliver_args a = {.step = step, .syn = rows->var};
  n_seen = 0;
  assert_int_equal(ln_plastic_take(p, &spread, -1, -1, step, target, n, 0, &err), 0);
  ln_plastic_lend(p, &a);
  assert_int_equal(ln_plastic_deliver_back(p, &spread, -1, rows, step, &a), n_due);
  assert_int_equal(n_seen, n_due);
  if (n_due) assert_memory_equal(seen, due, (size_t)n_due * sizeof *seen);
}

static void delays_may_differ(void **state) {
  (void)state;
  ln_error err;
  ln_plastic p;
  ln_rows rows;
  make_rows(&rows, &err);
  ln_free(rows.var);
  rows.var = ln_alloc_array(1, sizeof *rows.var);
  rows.n_var = 1;
  assert_int_equal(ln_rows_alloc_var(&rows, &spread, 0, &err), 0);
  int32_t *delay = rows.var[0];
  delay[0] = 1, delay[1] = 4, delay[2] = 0; /* by run */
  assert_int_equal(ln_plastic_init(&p, &spread, (int[]){0}, &err), 0);
  assert_int_equal(ln_plastic_reserve(&p, &spread, &rows, 100, &err), 0);
  assert_int_equal(ln_plastic_build(&p, &spread, &rows, 5, 10, &err), 0);
  assert_int_equal(p.route[0].delay, 4);
  expect_due(&p, &rows, 100, 4, (uint32_t[]){4, 5, 7, 9}, 1, (uint32_t[]){6});
  expect_due(&p, &rows, 101, 2, (uint32_t[]){5, 6}, 4, (uint32_t[]){0, 1, 2, 5});
  expect_due(&p, &rows, 102, 0, NULL, 1, (uint32_t[]){0});
  size_t bytes = ln_plastic_size(&p, &spread);
  char *saved = ln_alloc(bytes);
  ln_plastic_write(&p, &spread, saved);
  for (int again = 0; again < 2; again++) {
    const char *at = saved;
    assert_int_equal(ln_plastic_read(&p, &spread, &at, &err), 0);
    expect_due(&p, &rows, 103, 0, NULL, 0, NULL);
    expect_due(&p, &rows, 104, 0, NULL, 1, (uint32_t[]){3});
  }
  delay[1] = 6; /* longer delays, with spikes on their way */
  assert_int_equal(ln_plastic_reserve(&p, &spread, &rows, 105, &err), 0);
  assert_int_equal(p.route[0].delay, 6);
  expect_due(&p, &rows, 105, 0, NULL, 0, NULL);
  expect_due(&p, &rows, 106, 0, NULL, 0, NULL); /* the spike of step 100 is forgotten: at 104 it was due */
  expect_due(&p, &rows, 107, 0, NULL, 2, (uint32_t[]){3, 4});
  expect_due(&p, &rows, 108, 0, NULL, 0, NULL);
  ln_free(saved);
  ln_plastic_destroy(&p, &spread);
  ln_rows_destroy(&rows);
}

/* ------------------------------------------------------------------ what is put off */

static void put_off(const ln_deliver_args *a) {
  for (int64_t q = 0; q < a->n_spikes; q++) {
    uint64_t slot = ln_history_push(a->history, a->spike[q], (int32_t)a->step);
    ((int32_t *)a->history->held[LN_LATE - 1])[slot] = (int32_t)a->step * 10;
  }
}

/* Notes the segments, which are done from now on. */
static void make_up(const ln_deliver_args *a) {
  for (int64_t q = 0; q < a->n_segments; q++) {
    seen[n_seen++] = a->segment[q].run;
    a->history->done[a->segment[q].run] = (int32_t)a->step - 1;
  }
}

static const int32_t held_bytes[] = {4};
static const ln_pathway later_pathway[] = {{"later", LN_OF_TARGET, put_off, put_off, NULL, NULL, NULL, 0}};
static const ln_unit later = {.abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "later", .precision = 8, .n_pathway = 1,
                              .pathway = later_pathway, .settle16 = make_up, .settle32 = make_up, .n_held = 1,
                              .held = held_bytes};

static int64_t spike_at(ln_plastic *p, const ln_rows *rows, int64_t step, uint32_t g, ln_error *err) {
  ln_deliver_args a = {.step = step};
  ln_plastic_lend(p, &a);
  assert_int_equal(ln_plastic_take(p, &later, -1, -1, step, &g, 1, 0, err), 0);
  return ln_plastic_deliver_back(p, &later, -1, rows, step, &a);
}

static void settle_all(ln_plastic *p, const ln_rows *rows, int64_t n, const uint32_t *runs) {
  ln_deliver_args a = {0};
  ln_plastic_lend(p, &a);
  n_seen = 0;
  ln_plastic_settle(p, &later, rows, &a);
  assert_int_equal(n_seen, n);
  if (n) assert_memory_equal(seen, runs, (size_t)n * sizeof *seen);
}

static void spikes_are_made_up_for(void **state) {
  (void)state;
  ln_error err;
  ln_plastic p;
  ln_rows rows;
  make_rows(&rows, &err);
  assert_int_equal(ln_plastic_init(&p, &later, (int[]){0}, &err), 0);
  assert_int_equal(ln_plastic_build(&p, &later, &rows, 5, 10, &err), 0);
  assert_null(p.back);
  settle_all(&p, &rows, 0, NULL);
  assert_int_equal(spike_at(&p, &rows, 100, 5, &err), 2); /* synapses of target 5 */
  assert_int_equal(spike_at(&p, &rows, 103, 6, &err), 2);
  assert_int_equal(p.history.late[0][5], 100);
  assert_int_equal(p.history.late[1][5], LN_NEVER);
  assert_int_equal(p.history.newest[0], 103);
  p.history.done[1] = 103; /* an arrival there since */
  settle_all(&p, &rows, 2, (uint32_t[]){0, 2});
  assert_int_equal(p.history.done[0], 103);
  settle_all(&p, &rows, 0, NULL);
  n_seen = 0;
  for (int k = 0; k < LN_RING; k++) assert_int_equal(spike_at(&p, &rows, 200 + 2 * k, 7, &err), 2);
  assert_int_equal(n_seen, 0);
  assert_int_equal(((int32_t *)p.history.held[LN_LATE - 1])[7 * LN_RING + 3], 2060);
  for (int k = 0; k < LN_LATE; k++) assert_int_equal(p.history.late[k][7], 198 + 2 * (LN_RING - k));
  p.history.done[2] = 250;
  spike_at(&p, &rows, 300, 7, &err); /* the oldest is lost: who is behind catches up */
  assert_int_equal(n_seen, 2);
  assert_memory_equal(seen, ((uint32_t[]){0, 1}), 2 * sizeof *seen);
  assert_true(p.settled >= 200 && p.settled <= 250);
  n_seen = 0;
  spike_at(&p, &rows, 301, 7, &err);
  assert_int_equal(n_seen, 0);
  ln_plastic_clear(&p, &later);
  settle_all(&p, &rows, 0, NULL);
  ln_plastic_destroy(&p, &later);
  ln_rows_destroy(&rows);
}

static void plain_units_need_nothing(void **state) {
  (void)state;
  ln_error err;
  ln_plastic p = {0};
  assert_true(ln_plastic_unit(&unit));
  assert_false(ln_plastic_unit(&plain));
  assert_true(ln_plastic_sweeps(&unit, LN_OF_TARGET));
  assert_false(ln_plastic_sweeps(&unit, LN_CLOCK));
  assert_int_equal(ln_plastic_init(&p, &plain, NULL, &err), 0);
  ln_plastic_destroy(&p, &plain);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(synapses_of_targets), cmocka_unit_test(spikes_wait),
                                     cmocka_unit_test(delays_may_differ),
                                     cmocka_unit_test(spikes_are_made_up_for),
                                     cmocka_unit_test(plain_units_need_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
