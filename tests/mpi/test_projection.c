/* test_projection.c - projections on any number of ranks: the synapses, values and arrivals that a plain
 * program on one rank computes from the same random numbers, bit for bit; failures agreed.
 */
#include "../circuit.h"
#include "projection_p.h"
#include "rng.h"

enum { N_A = 83, N_B = 211, N = N_A + N_B };

static circuit net;
static ln_population *a, *b;
static ln_model *add;
static ln_error err;

/* ------------------------------------------------------------------ what should come out */

typedef struct plain {
  int64_t i, j, order;
  uint64_t id[2];
  int32_t delay;
  double w;
} plain;
typedef struct reference {
  plain *at;
  int64_t n;
} reference;

static int append(void *user, const ln_connect_chunk *c, ln_error *e) {
  (void)e;
  reference *r = user;
  r->at = realloc(r->at, (size_t)(r->n + c->n) * sizeof *r->at);
  for (int64_t k = 0; k < c->n; k++)
    r->at[r->n + k] = (plain){c->source[k], c->target[k], r->n + k, {c->id[2 * k], c->id[2 * k + 1]}, 0, 0};
  r->n += c->n;
  return 0;
}

static int by_target(const void *x_, const void *y_) {
  const plain *x = x_, *y = y_;
  if (x->i != y->i) return x->i < y->i ? -1 : 1;
  if (x->j != y->j) return x->j < y->j ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

/* As the documentation in projection.h says. */
static reference compute(const ln_projection_spec *spec, uint64_t key) {
  reference r = {0};
  ln_connect_range range = {.n_pre = spec->pre_hi - spec->pre_lo,
                            .n_post = spec->post_hi - spec->post_lo,
                            .own_hi = spec->post_hi - spec->post_lo,
                            .same = spec->pre == spec->post,
                            .pre_lo = spec->pre_lo,
                            .post_lo = spec->post_lo};
  ok(ln_connect(&spec->connector, &range, ln_key(key, LN_PROJECTION_CONNECT, 0), append, NULL, &r, &err),
     &err);
  for (int64_t k = 0; k < r.n; k++) {
    plain *x = &r.at[k];
    double delay;
    ln_value_chunk one = {.n = 1, .id = x->id, .key = ln_key(key, LN_PROJECTION_DELAY, 0)};
    ok(ln_value_fill(&spec->delay, &one, &delay, &err), &err);
    x->delay = (int32_t)(delay / DT + 0.5);
    x->i += spec->pre_lo, x->j += spec->post_lo;
  }
  qsort(r.at, (size_t)r.n, sizeof *r.at, by_target);
  for (int64_t k = 0, occurrence = 0; k < r.n; k++) {
    plain *x = &r.at[k];
    occurrence = k && x->i == x[-1].i && x->j == x[-1].j ? occurrence + 1 : 0;
    uint64_t id[2] = {(uint64_t)x->i | (uint64_t)x->j << 32, (uint64_t)occurrence};
    ln_value_chunk one = {.n = 1, .id = id, .key = ln_key(key, LN_PROJECTION_FILL, 0)};
    ok(ln_value_fill(&spec->var[0], &one, &x->w, &err), &err);
  }
  return r;
}

static void check_gather(ln_projection *p, const reference *r) {
  ln_connections c;
  ln_moments m;
  ok(ln_projection_gather(p, 0, &c, &err), &err);
  assert_int_equal(c.n, r->n);
  double most = -INFINITY;
  for (int64_t k = 0; k < c.n; k++) {
    const plain *x = &r->at[k];
    assert_true(c.i[k] == x->i && c.j[k] == x->j && c.delay[k] == x->delay && c.value[k] == x->w);
    most = x->w > most ? x->w : most;
  }
  int64_t n;
  ok(ln_projection_count(p, &n, &err), &err);
  assert_int_equal(n, r->n);
  ok(ln_projection_moments(p, 0, &m, &err), &err);
  assert_true(m.n == r->n && m.max == most);
  ln_connections_clear(&c);
}

/* ------------------------------------------------------------------ connectors */

static const ln_value lognormal_delay = {
    .kind = LN_VALUE_LOGNORMAL, .a = -6.5, .b = 0.5, .low = DT, .high = 0.02};

static void same_as_one_rank(void **state) {
  (void)state;
  static int64_t i[2000], j[2000];
  for (int k = 0; k < 2000; k++) i[k] = k * 7919 % N_A, j[k] = k * 104729 % N_B;
  const ln_connector c[] = {{.kind = LN_ALL_TO_ALL},
                            {.kind = LN_BERNOULLI, .p = 0.13},
                            {.kind = LN_FIXED_INDEGREE, .n = 33},
                            {.kind = LN_FIXED_INDEGREE, .n = 330, .multapses = true},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 70, .autapses = true},
                            {.kind = LN_FIXED_OUTDEGREE, .n = 70, .multapses = true},
                            {.kind = LN_FIXED_TOTAL, .n = 9000},
                            {.kind = LN_FIXED_TOTAL, .n = 9000, .multapses = true},
                            {.kind = LN_PAIRS, .n_pairs = 2000, .i = i, .j = j}};
  ln_value var[] = {normal(1, 0.1, 0)};
  for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
    ln_synapses *s = storage(add, a);
    ln_projection_spec ab = join("ab", a, b, add, c[k], lognormal_delay, var);
    ln_projection_spec ba =
        join("ba", b, a, add, (ln_connector){.kind = LN_BERNOULLI, .p = 0.3}, ms(1.2), var);
    ba.pre_lo = 20, ba.post_lo = 11, ba.post_hi = 60; /* ranges that cut through the ranks' slices */
    ln_projection *p = project(&ab, s, 100 + k), *q = project(&ba, s, 200 + k);
    build(s);
    reference r = compute(&ab, 100 + k), t = compute(&ba, 200 + k);
    check_gather(p, &r), check_gather(q, &t);
    free(r.at), free(t.at);
    ln_projection_destroy(p), ln_projection_destroy(q);
    ln_synapses_destroy(s);
  }
}

/* ------------------------------------------------------------------ arrivals */

static bool spikes(int64_t t, uint32_t nid) {
  return t < 60 && (uint64_t)(t * 2654435761u + nid * 40503u) % 97 < 5;
}

static int by_row(const void *x_, const void *y_) { /* the order of accumulation: delay, then target */
  const plain *x = x_, *y = y_;
  if (x->i != y->i) return x->i < y->i ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  if (x->j != y->j) return x->j < y->j ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

/* v of b after all arrivals, summed as documented: by step, emission, source, place in the row. */
static void accumulate(reference *r, double *v) {
  qsort(r->at, (size_t)r->n, sizeof *r->at, by_row);
  for (int64_t t = 0; t < 300; t++) {
    for (int64_t emitted = t > 200 ? t - 200 : 0; emitted <= t; emitted++) {
      for (int64_t k = 0; k < r->n; k++)
        if (r->at[k].delay == t - emitted && spikes(emitted, (uint32_t)r->at[k].i))
          v[r->at[k].j] += r->at[k].w;
    }
  }
}

static void arrivals_sum_alike(void **state) {
  (void)state;
  ln_value var[] = {normal(1, 0.1, 0)};
  ln_connector c = {.kind = LN_FIXED_TOTAL, .n = 2000, .multapses = true};
  ln_projection_spec ab = join("ab", a, b, add, c, lognormal_delay, var);
  ln_synapses *s = storage(add, b);
  ln_projection *p = project(&ab, s, 5);
  build(s);
  for (int64_t t = 0; t < 300; t++) {
    uint32_t nid[N];
    int64_t n = 0;
    for (uint32_t k = 0; k < N; k++)
      if (spikes(t, k)) nid[n++] = k;
    ok(ln_synapses_file(s, t, nid, n, &err), &err);
    ln_synapses_deliver(s, LN_ALL_PATHWAYS, t);
  }
  reference r = compute(&ab, 5);
  double v[N_B] = {0}, *got;
  accumulate(&r, v);
  ok(ln_population_gather(b, 0, 0, N_B, &got, &err), &err);
  for (int k = 0; k < N_B; k++) assert_true(v[k] > 0 && got[k] == v[k]);
  ln_free(got), free(r.at);
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
}

/* ------------------------------------------------------------------ across ranks */

static const ln_input source_v[] = {{"v", LN_IN_PRE}, {"v", LN_IN_POST}};
static void difference(const ln_expression_args *x) {
  for (int64_t k = 0; k < x->n; k++) x->out[k] = x->in[0][k] - x->in[1][k];
}
static const ln_unit difference_unit = {.abi = LN_ABI_VERSION,
                                        .kind = LN_EXPRESSION,
                                        .name = "difference",
                                        .precision = 8,
                                        .n_in = 2,
                                        .in = source_v,
                                        .evaluate = difference};

/* Variables of sources on other ranks; an array that is spread over the ranks. */
static void values_cross_ranks(void **state) {
  (void)state;
  ln_model *expression = model_of(&difference_unit);
  ln_population *of_[2] = {a, b};
  for (int k = 0; k < 2; k++) {
    int64_t lo, hi;
    ln_population_own(of_[k], &lo, &hi);
    for (int64_t g = lo; g < hi; g++)
      ((double *)ln_population_var(of_[k], 0))[g - lo] = (double)(1000 * g + k);
  }
  ln_value var[] = {of(expression)};
  ln_connector c = {.kind = LN_FIXED_INDEGREE, .n = 20, .autapses = true, .multapses = true};
  ln_projection_spec ab = join("ab", a, b, add, c, lognormal_delay, var);
  ln_synapses *s = storage(add, b);
  ln_projection *p = project(&ab, s, 5);
  build(s);
  ln_connections x;
  ok(ln_projection_gather(p, 0, &x, &err), &err);
  assert_int_equal(x.n, 20 * N_B);
  for (int64_t k = 0; k < x.n; k++) assert_true(x.value[k] == (double)(1000 * (x.i[k] - x.j[k]) - 1));
  double *numbers = malloc((size_t)x.n * sizeof *numbers);
  for (int64_t k = 0; k < x.n; k++) numbers[k] = (double)k;
  ln_value v = array(numbers, x.n);
  ok(ln_projection_fill(p, 0, &v, &err), &err);
  ln_connections_clear(&x);
  ok(ln_projection_gather(p, 0, &x, &err), &err);
  for (int64_t k = 0; k < x.n; k++) assert_true(x.value[k] == (double)k);
  ln_connections_clear(&x);
  free(numbers);
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
  ln_model_release(expression);
}

static void reads_pre(const ln_deliver_args *x) {
  for (int64_t k = 0; k < x->n_segments; k++)
    for (uint64_t at = x->segment[k].first; at < x->segment[k].first + x->segment[k].n; at++)
      ((double *)x->post[0])[((const uint16_t *)x->target)[at]] =
          ((const double *)x->pre[0])[x->segment[k].row];
}
static const ln_unit reading_unit = {.abi = LN_ABI_VERSION,
                                     .kind = LN_SYNAPSE,
                                     .name = "reading",
                                     .precision = 8,
                                     .n_post = 1,
                                     .post = post_v,
                                     .n_pre = 1,
                                     .pre = post_v,
                                     .deliver16 = reads_pre};

static void mirrors_cross_ranks(void **state) {
  (void)state;
  ln_model *reading = model_of(&reading_unit);
  int64_t lo, hi;
  ln_population_own(a, &lo, &hi);
  for (int64_t g = lo; g < hi; g++) ((double *)ln_population_var(a, 0))[g - lo] = (double)g;
  ln_projection_spec ab = join("ab", a, b, reading, (ln_connector){.kind = LN_ALL_TO_ALL}, ms(0), NULL);
  ln_synapses *s = storage(reading, b);
  ln_projection *p = project(&ab, s, 5);
  build(s);
  for (uint32_t nid = 0; nid < N_A; nid += 7) {
    ok(ln_synapses_mirror(s, LN_OF_SOURCE, &err), &err);
    ok(ln_synapses_file(s, nid, &nid, 1, &err), &err);
    ln_synapses_deliver(s, LN_ALL_PATHWAYS, nid);
    ln_population_own(b, &lo, &hi);
    for (int64_t g = lo; g < hi; g++) assert_true(((double *)ln_population_var(b, 0))[g - lo] == nid);
  }
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
  ln_model_release(reading);
}

/* A delay that only the last target's rank finds impossible: all ranks fail, with its words. */
static const ln_input target_j[] = {{"", LN_IN_J}};
static void last_is_negative(const ln_expression_args *x) {
  for (int64_t k = 0; k < x->n; k++) x->out[k] = x->in[0][k] == N_B ? -1e-3 : 1e-3;
}
static const ln_unit negative_unit = {.abi = LN_ABI_VERSION,
                                      .kind = LN_EXPRESSION,
                                      .name = "negative",
                                      .precision = 8,
                                      .n_in = 1,
                                      .in = target_j,
                                      .evaluate = last_is_negative};

static void failures_agreed(void **state) {
  (void)state;
  ln_model *expression = model_of(&negative_unit);
  ln_value var[] = {ln_value_constant(1)};
  ln_projection_spec ab = join("ab", a, b, add, (ln_connector){.kind = LN_ALL_TO_ALL}, of(expression), var);
  ln_synapses *s = storage(add, b);
  ln_projection *p = project(&ab, s, 5);
  FAILS(ln_synapses_build(s, NULL, NULL, &err), "ab: a delay of -1 ms; expected a time of at least 0");
  assert_int_equal(ln_synapses_count(s), 0);
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
  ln_model_release(expression);
}

static int setup(void **state) {
  (void)state;
  net = circuit_create();
  add = model_of(&add_unit);
  a = add_cells(&net, "a", N_A), b = add_cells(&net, "b", N_B);
  return 0;
}
static int teardown(void **state) {
  (void)state;
  circuit_destroy(&net);
  ln_model_release(add);
  return 0;
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {T(same_as_one_rank), T(arrivals_sum_alike), T(values_cross_ranks),
                                     T(mirrors_cross_ranks), T(failures_agreed)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  return failed;
}
