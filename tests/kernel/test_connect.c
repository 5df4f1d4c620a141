/* test_connect.c - connectors: exact degrees, statistics of the random ones, the same synapses whoever owns
 * the targets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "connect.h"
#include "connections.h"
#include "memory.h"
#include "statistics.h"

/* x_pre = source place, x_post = target place. */
static int read_place(void *user, int input, int64_t n, const uint32_t *source, const uint32_t *target,
                      double *out, ln_error *err) {
  (void)user, (void)err;
  for (int64_t k = 0; k < n; k++) out[k] = input == 0 ? source[k] : target[k];
  return 0;
}

static list run(const ln_connector *c, const ln_connect_range *r) {
  list l = {0};
  ln_error err;
  assert_int_equal(ln_connect(c, r, 12345, append, read_place, &l, &err), 0);
  return l;
}

static ln_connect_range whole(int64_t n_pre, int64_t n_post, bool same) {
  return (ln_connect_range){.n_pre = n_pre, .n_post = n_post, .own_hi = n_post, .same = same};
}

static int by_all(const void *a, const void *b) {
  const synapse *x = a, *y = b;
  if (x->t != y->t) return x->t < y->t ? -1 : 1;
  if (x->s != y->s) return x->s < y->s ? -1 : 1;
  return x->id1 < y->id1 ? -1 : x->id1 > y->id1;
}

/* The most synapses that any pair has; also: ids are unique and places in range. */
static int64_t most_repeats(list *l, const ln_connect_range *r) {
  int64_t most = 0, here = 0;
  qsort(l->at, (size_t)l->n, sizeof *l->at, by_all);
  for (int64_t k = 0; k < l->n; k++) {
    const synapse *x = &l->at[k], *before = x - 1;
    assert_true(x->s < r->n_pre && x->t < r->n_post);
    assert_true(x->id0 == ((uint64_t)x->s | (uint64_t)x->t << 32));
    assert_true(x->id1 < (uint64_t)1 << 48);
    bool again = k && x->s == before->s && x->t == before->t;
    assert_false(again && x->id1 == before->id1);
    here = again ? here + 1 : 1;
    most = here > most ? here : most;
  }
  return most;
}

static int64_t count_autapses(const list *l, const ln_connect_range *r) {
  int64_t n = 0;
  for (int64_t k = 0; k < l->n; k++) n += r->pre_lo + l->at[k].s == r->post_lo + l->at[k].t;
  return n;
}

static int64_t *degrees(const list *l, bool of_targets, int64_t n) {
  int64_t *d = calloc((size_t)n, sizeof *d);
  for (int64_t k = 0; k < l->n; k++) d[of_targets ? l->at[k].t : l->at[k].s]++;
  return d;
}

static void check_all_equal(const list *l, bool of_targets, int64_t n, int64_t expected) {
  int64_t *d = degrees(l, of_targets, n);
  for (int64_t k = 0; k < n; k++) assert_int_equal(d[k], expected);
  free(d);
}

/* Chi-square of degrees (or of any counts) against equal chances, in standard deviations. */
static double evenness(const int64_t *count, int64_t n, double expected) {
  double chi = 0;
  for (int64_t k = 0; k < n; k++)
    chi += ((double)count[k] - expected) * ((double)count[k] - expected) / expected;
  return chi_square_z(chi, (double)n - 1);
}

/* ------------------------------------------------------------------ */

static void all_to_all(void **state) {
  (void)state;
  ln_connect_range r = whole(7, 11, true);
  ln_connector c = {.kind = LN_ALL_TO_ALL, .autapses = true};
  list l = run(&c, &r);
  assert_int_equal(l.n, 77);
  for (int64_t k = 0; k < l.n; k++) assert_int_equal(l.at[k].origin, l.at[k].s * 11 + l.at[k].t);
  assert_int_equal(most_repeats(&l, &r), 1);
  free(l.at);
  c.autapses = false;
  r.pre_lo = 5; /* source place 0 is target place 5 */
  l = run(&c, &r);
  assert_int_equal(l.n, 77 - 6);
  assert_int_equal(count_autapses(&l, &r), 0);
  assert_true(ln_connect_estimate(&c, &r) == 71);
  free(l.at);
}

static void one_to_one(void **state) {
  (void)state;
  ln_connect_range r = whole(9, 9, true);
  ln_connector c = {.kind = LN_ONE_TO_ONE};
  list l = run(&c, &r);
  assert_int_equal(l.n, 9);
  for (int64_t k = 0; k < l.n; k++) assert_true(l.at[k].s == l.at[k].t && l.at[k].origin == k);
  free(l.at);
  ln_error err;
  r.n_pre = 8;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  assert_string_equal(err.text, "one_to_one: the source has 8 neurons and the target 9; expected as many");
}

/* Counts of all pairs are Bernoulli(p): the total, the degrees, and neighbours within a target. */
static void bernoulli_with(double p) {
  int64_t n_pre = 400, n_post = 500;
  ln_connect_range r = whole(n_pre, n_post, false);
  ln_connector c = {.kind = LN_BERNOULLI, .p = p, .autapses = true};
  list l = run(&c, &r);
  double cells = (double)(n_pre * n_post), sd = sqrt(cells * p * (1 - p));
  assert_true(fabs((double)l.n - cells * p) < 4 * sd);
  assert_true(most_repeats(&l, &r) <= 1);
  int64_t *in = degrees(&l, true, n_post), *out = degrees(&l, false, n_pre), pairs = 0;
  double chi_in = 0, chi_out = 0;
  for (int64_t k = 0; k < n_post; k++)
    chi_in += pow((double)in[k] - (double)n_pre * p, 2) / ((double)n_pre * p * (1 - p));
  for (int64_t k = 0; k < n_pre; k++)
    chi_out += pow((double)out[k] - (double)n_post * p, 2) / ((double)n_post * p * (1 - p));
  assert_true(fabs(chi_square_z(chi_in, (double)n_post)) < 4);
  assert_true(fabs(chi_square_z(chi_out, (double)n_pre)) < 4);
  for (int64_t k = 1; k < l.n; k++) pairs += l.at[k].t == l.at[k - 1].t && l.at[k].s == l.at[k - 1].s + 1;
  double trials = (double)((n_pre - 1) * n_post), q = p * p;
  assert_true(fabs((double)pairs - trials * q) < 4 * sqrt(trials * q * (1 + 2 * p - 3 * q)));
  free(in), free(out), free(l.at);
}

static void bernoulli(void **state) {
  (void)state;
  bernoulli_with(0.003);
  bernoulli_with(0.1);
  bernoulli_with(0.5);
  bernoulli_with(0.93);
  ln_connect_range r = whole(30, 40, true);
  ln_connector c = {.kind = LN_BERNOULLI, .p = 0, .autapses = true};
  list l = run(&c, &r);
  assert_int_equal(l.n, 0);
  c.p = 5e-324;
  l = run(&c, &r);
  assert_int_equal(l.n, 0);
  c.p = 1;
  l = run(&c, &r);
  assert_int_equal(l.n, 1200);
  free(l.at);
  c.autapses = false;
  l = run(&c, &r);
  assert_int_equal(l.n, 1170);
  assert_int_equal(count_autapses(&l, &r), 0);
  free(l.at);
  ln_error err;
  c.p = 1.5;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  assert_string_equal(err.text, "bernoulli: the probability must lie between 0 and 1, got 1.5");
  c.p = NAN;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
}

static const ln_input place_inputs[] = {{"x", LN_IN_PRE}, {"x", LN_IN_POST}};

static void near_condition(const ln_expression_args *a) { /* abs(x_pre - x_post) < 2 */
  for (int64_t k = 0; k < a->n; k++) a->out[k] = fabs(a->in[0][k] - a->in[1][k]) < 2;
}
static void ramp_probability(const ln_expression_args *a) { /* x_pre/1000 */
  for (int64_t k = 0; k < a->n; k++) a->out[k] = a->in[0][k] / 1000;
}
static const ln_unit near_unit = {.abi = LN_ABI_VERSION,
                                  .kind = LN_EXPRESSION,
                                  .name = "near",
                                  .precision = 8,
                                  .n_in = 2,
                                  .in = place_inputs,
                                  .evaluate = near_condition};
static const ln_unit ramp_unit = {.abi = LN_ABI_VERSION,
                                  .kind = LN_EXPRESSION,
                                  .name = "ramp",
                                  .precision = 8,
                                  .n_in = 2,
                                  .in = place_inputs,
                                  .evaluate = ramp_probability};

static void expressions(void **state) {
  (void)state;
  ln_error err;
  ln_connect_range r = whole(300, 301, true);
  ln_connector c = {.kind = LN_BERNOULLI, .autapses = false};
  assert_int_equal(ln_model_from_unit(&c.expression, &near_unit, &err), 0);
  list l = run(&c, &r);
  assert_int_equal(l.n, 600 - 1); /* two neighbours each; target 0 has one, targets 299 and 300 one each */
  for (int64_t k = 0; k < l.n; k++) assert_int_equal(labs((long)l.at[k].s - (long)l.at[k].t), 1);
  free(l.at);
  ln_model_release(c.expression);
  assert_int_equal(ln_model_from_unit(&c.expression, &ramp_unit, &err), 0);
  c.autapses = true;
  l = run(&c, &r);
  double mean = 0, variance = 0;
  for (int s = 0; s < 300; s++) mean += 301 * s / 1000.0, variance += 301 * s / 1000.0 * (1 - s / 1000.0);
  assert_true(fabs((double)l.n - mean) < 4 * sqrt(variance));
  int64_t *out = degrees(&l, false, 300);
  assert_int_equal(out[0], 0);
  assert_true(fabs((double)out[250] - 75.25) < 4 * sqrt(75.25 * 0.75));
  free(out), free(l.at);
  r.n_pre = 1200; /* x_pre/1000 exceeds 1 */
  l = (list){0};
  assert_int_equal(ln_connect(&c, &r, 1, append, read_place, &l, &err), LN_EINVAL);
  assert_string_equal(err.text,
                      "bernoulli: the expression gave 1.001 for i = 1002, j = 1; expected a condition or a "
                      "probability");
  free(l.at);
  ln_model_release(c.expression);
}

static void indegree(void **state) {
  (void)state;
  for (int way = 0; way < 4; way++) {
    ln_connect_range r = whole(60, 500, true);
    ln_connector c = {.kind = LN_FIXED_INDEGREE, .n = 47, .autapses = way & 1, .multapses = way & 2};
    list l = run(&c, &r);
    assert_int_equal(l.n, 500 * 47);
    check_all_equal(&l, true, 500, 47);
    int64_t most = most_repeats(&l, &r);
    assert_true(c.multapses ? most > 3 : most == 1);
    int64_t autapses = count_autapses(&l, &r), *out = degrees(&l, false, 60);
    if (!c.autapses) assert_int_equal(autapses, 0);
    else assert_true(autapses > 20 && autapses < 80); /* 47 expected */
    double z = evenness(out, 60, 500 * 47 / 60.0);
    assert_true(c.multapses ? fabs(z) < 4 : z < 4); /* without: less than Poisson variance */
    free(out), free(l.at);
  }
  ln_error err;
  ln_connect_range r = whole(10, 5, false);
  ln_connector c = {.kind = LN_FIXED_INDEGREE, .n = 20, .autapses = true};
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  assert_string_equal(err.text,
                      "fixed_indegree: 20 sources a target without multapses, but the source has 10 neurons");
  c.n = 10, c.autapses = false;
  assert_int_equal(ln_connect_check(&c, &r, &err), 0);
  r.same = true;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  c.n = -1;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
}

static void outdegree(void **state) {
  (void)state;
  const int64_t n[] = {3, 47, 200};
  for (int way = 0; way < 12; way++) {
    ln_connect_range r = whole(500, 260, true);
    r.post_lo = 100;
    ln_connector c = {.kind = LN_FIXED_OUTDEGREE, .n = n[way / 4], .autapses = way & 1, .multapses = way & 2};
    list l = run(&c, &r);
    check_all_equal(&l, false, 500, c.n);
    for (int64_t k = 1; k < l.n; k++) /* targets of a source ascend */
      assert_true(l.at[k].s > l.at[k - 1].s || (l.at[k].s == l.at[k - 1].s && l.at[k].t >= l.at[k - 1].t));
    int64_t most = most_repeats(&l, &r);
    assert_true(c.multapses ? most > 1 : most == 1);
    int64_t autapses = count_autapses(&l, &r), *in = degrees(&l, true, 260);
    if (!c.autapses) assert_int_equal(autapses, 0);
    else assert_true(autapses > 0);
    double z = evenness(in, 260, (double)l.n / 260);
    assert_true(c.multapses ? fabs(z) < 4 : z < 4);
    free(in), free(l.at);
  }
}

/* Every pair equally often over many draws; the number exact. */
static void total(void **state) {
  (void)state;
  const int64_t n[] = {20, 700, 20000};
  for (int way = 0; way < 12; way++) {
    ln_connect_range r = whole(90, 300, true);
    r.pre_lo = 10, r.post_lo = 50; /* source place 40 + t is target place t: t = 0 … 49 */
    ln_connector c = {.kind = LN_FIXED_TOTAL, .n = n[way / 4], .autapses = way & 1, .multapses = way & 2};
    int64_t *cell = calloc(90 * 300, sizeof *cell), *in = calloc(300, sizeof *in);
    double draws = 40, each = draws * (double)c.n / (90 * 300 - (c.autapses ? 0 : 50)), chi = 0;
    for (uint64_t key = 0; key < 40; key++) {
      list l = {0};
      ln_error err;
      assert_int_equal(ln_connect(&c, &r, key, append, NULL, &l, &err), 0);
      assert_int_equal(l.n, c.n);
      for (int64_t k = 1; k < l.n; k++) assert_true(l.at[k].t >= l.at[k - 1].t);
      int64_t most = most_repeats(&l, &r);
      if (!c.multapses) assert_int_equal(most, 1);
      if (!c.autapses) assert_int_equal(count_autapses(&l, &r), 0);
      for (int64_t k = 0; k < l.n; k++) cell[l.at[k].s + 90 * l.at[k].t]++, in[l.at[k].t]++;
      free(l.at);
    }
    double cells = c.autapses ? 90 * 300 : 90 * 300 - 50, thin = c.multapses ? 1 : 1 - (double)c.n / cells;
    for (int64_t k = 0; k < 90 * 300; k++) chi += pow((double)cell[k] - each, 2) / (each * thin);
    if (!c.autapses) chi -= 50 * each / thin; /* their cells are empty */
    if (each > 5) assert_true(fabs(chi_square_z(chi, cells - 1)) < 4);
    chi = 0;
    for (int64_t t = 0; t < 300; t++) {
      double e = each * (c.autapses || t >= 50 ? 90 : 89);
      chi += pow((double)in[t] - e, 2) / (e * thin);
    }
    assert_true(fabs(chi_square_z(chi, 299)) < 4);
    free(cell), free(in);
  }
  ln_error err;
  ln_connect_range r = whole(5, 4, true);
  ln_connector c = {.kind = LN_FIXED_TOTAL, .n = 16, .autapses = false};
  list l = run(&c, &r); /* every pair but the autapses */
  assert_int_equal(l.n, 16);
  assert_int_equal(most_repeats(&l, &r), 1);
  assert_int_equal(count_autapses(&l, &r), 0);
  free(l.at);
  c.n = 17;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  assert_string_equal(
      err.text, "fixed_total: 17 synapses without multapses, but there are 16 pairs of neurons (autapses "
                "excluded)");
}

static void pairs(void **state) {
  (void)state;
  const int64_t i[] = {3, 0, 3, 2, 3, 1}, j[] = {1, 2, 1, 0, 1, 2}, origin[] = {10, 11, 12, 13, 14, 15};
  ln_connect_range r = whole(4, 3, true);
  ln_connector c = {.kind = LN_PAIRS, .n_pairs = 6, .i = i, .j = j};
  list l = run(&c, &r);
  const synapse expected[] = {{2, 0, 0, 0, 3}, {3, 1, 0, 0, 0}, {3, 1, 0, 1, 2},
                              {3, 1, 0, 2, 4}, {0, 2, 0, 0, 1}, {1, 2, 0, 0, 5}};
  assert_int_equal(l.n, 6);
  for (int k = 0; k < 6; k++) {
    const synapse *x = &l.at[k], *e = &expected[k];
    assert_true(x->s == e->s && x->t == e->t && x->id1 == e->id1 && x->origin == e->origin);
  }
  free(l.at);
  c.origin = origin;
  r.own_lo = 2;
  l = run(&c, &r);
  assert_int_equal(l.n, 2);
  assert_int_equal(l.at[1].origin, 15);
  assert_true(ln_connect_estimate(&c, &r) == 2);
  free(l.at);
  ln_error err;
  c.origin = NULL;
  r.n_pre = 3;
  assert_int_equal(ln_connect_check(&c, &r, &err), LN_EINVAL);
  assert_string_equal(err.text, "pairs: source 4 of pair 1 is outside 1 to 3");
}

/* Slices of the targets give the whole, in every connector. */
static void partition(void **state) {
  (void)state;
  int64_t i[1000], j[1000];
  for (int k = 0; k < 1000; k++) i[k] = k * 7919 % 123, j[k] = k * 104729 % 217;
  ln_error err;
  ln_model *ramp;
  assert_int_equal(ln_model_from_unit(&ramp, &ramp_unit, &err), 0);
  const ln_connector c[] = {{.kind = LN_ALL_TO_ALL},
                            {.kind = LN_ONE_TO_ONE},
                            {.kind = LN_BERNOULLI, .p = 0.2},
                            {.kind = LN_BERNOULLI, .expression = ramp},
                            {.kind = LN_FIXED_INDEGREE, .n = 40},
                            {.kind = LN_FIXED_INDEGREE, .n = 40, .multapses = true, .autapses = true},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 5},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 90},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 90, .multapses = true},
                            {.kind = LN_FIXED_TOTAL, .n = 25},
                            {.kind = LN_FIXED_TOTAL, .n = 9000},
                            {.kind = LN_FIXED_TOTAL, .n = 9000, .multapses = true},
                            {.kind = LN_FIXED_TOTAL, .n = 25, .multapses = true},
                            {.kind = LN_PAIRS, .n_pairs = 1000, .i = i, .j = j}};
  for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
    ln_connect_range r = whole(c[k].kind == LN_ONE_TO_ONE ? 217 : 123, 217, true);
    r.post_lo = 30;
    list all = run(&c[k], &r), parts = {0};
    for (int rank = 0; rank < 5; rank++) {
      r.own_lo = 217 * rank / 5, r.own_hi = 217 * (rank + 1) / 5;
      list l = run(&c[k], &r), again = run(&c[k], &r);
      for (int64_t q = 0; q < l.n; q++) assert_true(l.at[q].t >= r.own_lo && l.at[q].t < r.own_hi);
      assert_true(l.n == again.n && (l.n == 0 || memcmp(l.at, again.at, (size_t)l.n * sizeof *l.at) == 0));
      if (l.n) {
        parts.at = realloc(parts.at, (size_t)(parts.n + l.n) * sizeof *l.at);
        memcpy(parts.at + parts.n, l.at, (size_t)l.n * sizeof *l.at);
        parts.n += l.n;
      }
      free(l.at), free(again.at);
    }
    assert_int_equal(parts.n, all.n);
    qsort(all.at, (size_t)all.n, sizeof *all.at, by_all);
    qsort(parts.at, (size_t)parts.n, sizeof *parts.at, by_all);
    assert_memory_equal(all.at, parts.at, (size_t)all.n * sizeof *all.at);
    free(all.at), free(parts.at);
  }
  ln_model_release(ramp);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_to_all),  cmocka_unit_test(one_to_one), cmocka_unit_test(bernoulli),
      cmocka_unit_test(expressions), cmocka_unit_test(indegree),   cmocka_unit_test(outdegree),
      cmocka_unit_test(total),       cmocka_unit_test(pairs),      cmocka_unit_test(partition)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
