/* test_synapses.c - a storage of synapses: built as a plain list says, delivered at the right steps in the
 * right order, grown and split with segments in flight, saved and loaded.
 */
#include "../circuit.h"
#include <limits.h>

static circuit net;
static ln_model *logger, *once;
static ln_error err;

static int setup(void **state) {
  (void)state;
  net = circuit_create();
  logger = model_of(&log_unit), once = model_of(&once_unit);
  n_arrivals = 0;
  return 0;
}
static int teardown(void **state) {
  (void)state;
  circuit_destroy(&net);
  ln_model_release(logger), ln_model_release(once);
  return 0;
}

static uint64_t lcg_state = 1;
static int64_t below(int64_t n) {
  lcg_state = lcg_state * 6364136223846793005u + 1442695040888963407u;
  return (int64_t)((lcg_state >> 33) % (uint64_t)n);
}

/* ------------------------------------------------------------------ a reference: synapses as a list */

typedef struct plain {     /* one synapse */
  uint32_t source, target; /* nids */
  int32_t delay;
  int64_t order; /* of the list */
  double w;
} plain;
typedef struct reference {
  plain *at;
  int64_t n;
} reference;

static int by_source_delay_target(const void *a, const void *b) { /* the order within rows */
  const plain *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}
static int by_source_target_delay(const void *a, const void *b) { /* the order of a gather */
  const plain *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

/* n random pairs with delays of up to max_delay steps and weights that tell them apart. */
static ln_projection *random_pairs(ln_synapses *s, const char *name, ln_population *pre, ln_population *post,
                                   int64_t n, int max_delay, reference *r) {
  int64_t *i = malloc((size_t)n * 8), *j = malloc((size_t)n * 8);
  double *delay = malloc((size_t)n * 8), *w = malloc((size_t)n * 8);
  r->at = realloc(r->at, (size_t)(r->n + n) * sizeof *r->at);
  for (int64_t k = 0; k < n; k++) {
    i[k] = below(ln_population_size(pre)), j[k] = below(ln_population_size(post));
    int32_t steps = (int32_t)below(max_delay + 1);
    delay[k] = steps * DT, w[k] = (double)(r->n + k) + 0.25;
    r->at[r->n + k] = (plain){ln_population_nid(pre) + (uint32_t)i[k],
                              ln_population_nid(post) + (uint32_t)j[k], steps, r->n + k, w[k]};
  }
  r->n += n;
  ln_value var[] = {array(w, n), ln_value_constant(3)};
  ln_connector pairs = {.kind = LN_PAIRS, .n_pairs = n, .i = i, .j = j};
  ln_projection_spec spec = join(name, pre, post, logger, pairs, array(delay, n), var);
  ln_projection *p = project(&spec, s, (uint64_t)r->n);
  free(i), free(j), free(delay), free(w);
  return p;
}

static void check_gather(ln_projection *p, const reference *r) {
  uint32_t pre = ln_population_nid(ln_projection_pre(p)), post = ln_population_nid(ln_projection_post(p));
  uint32_t n_pre = (uint32_t)ln_population_size(ln_projection_pre(p));
  uint32_t n_post = (uint32_t)ln_population_size(ln_projection_post(p));
  ln_connections c;
  ok(ln_projection_gather(p, 0, &c, &err), &err);
  qsort(r->at, (size_t)r->n, sizeof *r->at, by_source_target_delay);
  int64_t n = 0;
  for (int64_t k = 0; k < r->n; k++) {
    const plain *x = &r->at[k];
    if (x->source - pre >= n_pre || x->target - post >= n_post) continue;
    assert_true(n < c.n);
    assert_true(c.i[n] == x->source - pre && c.j[n] == x->target - post && c.delay[n] == x->delay);
    assert_true(c.value[n] == x->w);
    n++;
  }
  assert_int_equal(n, c.n);
  assert_int_equal(ln_projection_local_count(p), c.n);
  ln_connections_clear(&c);
}

/* ------------------------------------------------------------------ building */

static void several_projections(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 100), *b = add_cells(&net, "b", 70);
  ln_synapses *s = storage(logger, a);
  reference r = {0};
  ln_projection *p[4] = {random_pairs(s, "ba", b, a, 3000, 40, &r), random_pairs(s, "aa", a, a, 20000, 3, &r),
                         random_pairs(s, "ab", a, b, 500, 30000, &r),
                         random_pairs(s, "bb", b, b, 5, 65535, &r)};
  assert_true(ln_synapses_estimate_bytes(s) >= 23505 * 14.0);
  build(s);
  assert_true(ln_synapses_estimate_bytes(s) == 0);
  assert_int_equal(ln_synapses_count(s), r.n);
  for (int k = 0; k < 4; k++) check_gather(p[k], &r);
  int least = INT_MAX, most = -1;
  for (int64_t k = 0; k < r.n; k++) {
    least = r.at[k].delay < least ? r.at[k].delay : least;
    most = r.at[k].delay > most ? r.at[k].delay : most;
  }
  assert_int_equal(ln_synapses_min_delay(s), least);
  assert_int_equal(ln_synapses_max_delay(s), most);
  for (int k = 0; k < 4; k++) ln_projection_destroy(p[k]);
  ln_synapses_destroy(s);
  free(r.at);
}

/* More than 65536 neurons a block: targets of 4 bytes; more than 65535 synapses a delay: several runs. */
static void wide_and_long(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 3), *b = add_cells(&net, "b", 70000);
  ln_synapses *s = storage(logger, b);
  ln_value var[] = {ln_value_constant(2), ln_value_constant(0)};
  ln_projection_spec all = join("ab", a, b, logger, (ln_connector){.kind = LN_ALL_TO_ALL}, ms(0.3), var);
  ln_projection *p = project(&all, s, 1);
  reference r = {0};
  ln_projection *q = random_pairs(s, "bb", b, b, 4000, 9, &r);
  build(s);
  assert_int_equal(ln_synapses_count(s), 214000);
  check_gather(q, &r);
  const uint32_t nid[] = {0, 2};
  ok(ln_synapses_file(s, 10, nid, 2, &err), &err);
  assert_int_equal(ln_synapses_deliver(s, LN_ALL_PATHWAYS, 12), 0);
  assert_int_equal(ln_synapses_deliver(s, LN_ALL_PATHWAYS, 13), 140000);
  const double *v = ln_population_var(b, 0);
  for (int k = 0; k < 70000; k++) assert_true(v[k] == 4);
  ln_projection_destroy(p), ln_projection_destroy(q);
  ln_synapses_destroy(s);
  free(r.at);
}

/* Narrow rows grow wide when a later population takes the block past 65536 neurons. */
static void grows_wide(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 200);
  ln_synapses *s = storage(logger, a);
  reference r = {0};
  ln_projection *p = random_pairs(s, "aa", a, a, 3000, 20, &r);
  build(s);
  ln_population *b = add_cells(&net, "b", 66000);
  ln_projection *q = random_pairs(s, "ab", a, b, 3000, 20, &r);
  build(s);
  check_gather(p, &r);
  check_gather(q, &r);
  ln_projection_destroy(p), ln_projection_destroy(q);
  ln_synapses_destroy(s);
  free(r.at);
}

static void compact(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 2000);
  ln_synapses *s = storage(once, a);
  ln_value var[] = {ln_value_constant(2)};
  ln_connector c = {.kind = LN_FIXED_INDEGREE, .n = 500, .multapses = true, .autapses = true};
  ln_projection_spec spec = join("aa", a, a, once, c, normal(1.5e-3, 0.75e-3, DT), var);
  ln_projection *p = project(&spec, s, 1);
  build(s);
  assert_true((double)ln_synapses_bytes(s) / 1e6 < 2.8); /* 2 a target, directory, 24 a row, calendar */
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
}

/* ------------------------------------------------------------------ delivery */

/* Runs steps [from, to): spikes of step t (spike(t, nid)) are filed, then what is due is delivered. */
static void run(ln_synapses *s, int64_t from, int64_t to, int64_t n_neurons,
                bool (*spike)(int64_t t, uint32_t nid)) {
  uint32_t nid[512];
  for (int64_t t = from; t < to; t++) {
    int64_t n = 0;
    for (uint32_t k = 0; k < n_neurons; k++)
      if (spike(t, k)) nid[n++] = k;
    ok(ln_synapses_file(s, t, nid, n, &err), &err);
    int64_t before = n_arrivals, events = ln_synapses_deliver(s, LN_ALL_PATHWAYS, t);
    assert_int_equal(events, n_arrivals - before);
  }
}
static bool some(int64_t t, uint32_t nid) { return (uint64_t)(t * 2654435761u + nid * 40503u) % 97 < 5; }
static bool nobody(int64_t t, uint32_t nid) {
  (void)t, (void)nid;
  return false;
}

/* The arrivals of steps [from, to), in order: by step; within it by emission, then as rows are. */
static void check_arrivals(const reference *r, int64_t from, int64_t to, int64_t last_spike,
                           int64_t n_neurons, int max_delay) {
  qsort(r->at, (size_t)r->n, sizeof *r->at, by_source_delay_target);
  int64_t n = 0;
  for (int64_t t = from; t < to; t++) {
    for (int64_t emitted = t - max_delay < 0 ? 0 : t - max_delay; emitted <= t && emitted <= last_spike;
         emitted++) {
      int64_t k = 0;
      for (uint32_t source = 0; source < n_neurons; source++) {
        bool spiked = some(emitted, source);
        for (; k < r->n && r->at[k].source == source; k++) {
          const plain *x = &r->at[k];
          if (!spiked || x->delay != t - emitted) continue;
          assert_true(n < n_arrivals);
          const arrival *got = &arrivals[n++];
          assert_true(got->step == t && got->source == source && got->target == x->target && got->w == x->w);
        }
      }
    }
  }
  assert_true(n > 0);
  assert_int_equal(n, n_arrivals);
}

static void on_time_and_in_order(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 60), *x = add_cells(&net, "x", 30), *b = add_cells(&net, "b", 50);
  (void)x; /* spikes, but has no synapses here */
  ln_synapses *s = storage(logger, a);
  reference r = {0};
  ln_projection *p = random_pairs(s, "bb", b, b, 900, 25, &r), *q = random_pairs(s, "ba", b, a, 900, 25, &r);
  ln_projection *z = random_pairs(s, "aa", a, a, 900, 0, &r); /* no delay: the same step */
  build(s);
  run(s, 0, 60, 140, some);
  run(s, 60, 90, 140, nobody);
  check_arrivals(&r, 0, 90, 59, 140, 25);
  double sum = 0, total = 0;
  for (int64_t k = 0; k < n_arrivals; k++) sum += arrivals[k].w;
  const double *va = ln_population_var(a, 0), *vb = ln_population_var(b, 0);
  for (int k = 0; k < 60; k++) total += va[k];
  for (int k = 0; k < 50; k++) total += vb[k];
  assert_true(fabs(sum - total) < 1e-6);
  ln_projection_destroy(p), ln_projection_destroy(q), ln_projection_destroy(z);
  ln_synapses_destroy(s);
  free(r.at);
}

static void longest_delay(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 4);
  ln_synapses *s = storage(logger, a);
  const int64_t i[] = {0, 0}, j[] = {1, 2};
  const double delay[] = {65535 * DT, 65534 * DT};
  ln_value var[] = {ln_value_constant(1), ln_value_constant(0)};
  ln_connector pairs = {.kind = LN_PAIRS, .n_pairs = 2, .i = i, .j = j};
  ln_projection_spec spec = join("aa", a, a, logger, pairs, array(delay, 2), var);
  ln_projection *p = project(&spec, s, 1);
  build(s);
  const uint32_t nid = 0;
  ok(ln_synapses_file(s, 1000, &nid, 1, &err), &err);
  for (int64_t t = 1000; t < 1000 + 65540; t++) {
    int64_t n = ln_synapses_deliver(s, LN_ALL_PATHWAYS, t);
    assert_int_equal(n, t == 1000 + 65534 || t == 1000 + 65535);
  }
  assert_true(arrivals[0].target == 2 && arrivals[1].target == 1);
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
}

/* ------------------------------------------------------------------ changes with segments in flight */

/* New synapses get the spikes that come after them, old ones keep theirs; delays get longer on the way. */
static void grows_in_flight(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 50), *b = add_cells(&net, "b", 40);
  ln_synapses *s = storage(logger, a);
  reference r = {0}, first = {0};
  ln_projection *p = random_pairs(s, "aa", a, a, 1500, 30, &r);
  build(s);
  run(s, 0, 40, 90, some);
  first.n = r.n;
  first.at = malloc((size_t)r.n * sizeof *r.at);
  memcpy(first.at, r.at, (size_t)r.n * sizeof *r.at);
  ln_projection *q = random_pairs(s, "ab", a, b, 1500, 90, &r),
                *z = random_pairs(s, "ba", b, a, 1500, 90, &r);
  build(s);
  run(s, 40, 80, 90, nobody);
  check_arrivals(&first, 0, 80, 39, 90, 30);
  check_gather(p, &r), check_gather(q, &r), check_gather(z, &r);
  n_arrivals = 0;
  run(s, 80, 100, 90, some);
  run(s, 100, 200, 90, nobody);
  int64_t n = 0;
  for (int64_t k = 0; k < r.n; k++)
    for (int64_t t = 80; t < 100; t++) n += some(t, r.at[k].source);
  assert_int_equal(n_arrivals, n);
  ln_projection_destroy(p), ln_projection_destroy(q), ln_projection_destroy(z);
  ln_synapses_destroy(s);
  free(r.at), free(first.at);
}

/* Two projections with one stored-once weight; one gets another while its spikes are under way. */
static void splits_in_flight(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 40), *b = add_cells(&net, "b", 30);
  ln_synapses *s = storage(once, a);
  ln_value var[] = {ln_value_constant(2)};
  ln_connector c = {.kind = LN_BERNOULLI, .p = 0.5, .autapses = true};
  ln_value uniform = {.kind = LN_VALUE_UNIFORM, .a = 2e-3, .b = 5e-3, .low = -INFINITY, .high = INFINITY};
  ln_projection_spec aa = join("aa", a, a, once, c, uniform, var),
                     ab = join("ab", a, b, once, c, uniform, var);
  ln_projection *p = project(&aa, s, 1), *q = project(&ab, s, 2);
  build(s);
  int64_t count = ln_synapses_count(s);
  run(s, 0, 15, 70, some);
  ln_value three = ln_value_constant(3);
  ok(ln_projection_fill(q, 0, &three, &err), &err);
  build(s);
  assert_int_equal(ln_synapses_count(s), count);
  run(s, 15, 80, 70, nobody);
  int64_t expected = 0;
  ln_connections link[2];
  ok(ln_projection_gather(p, -1, &link[0], &err), &err);
  ok(ln_projection_gather(q, 0, &link[1], &err), &err);
  for (int k = 0; k < 2; k++)
    for (int64_t n = 0; n < link[k].n; n++)
      for (int64_t t = 0; t < 15; t++) expected += some(t, (uint32_t)link[k].i[n]);
  assert_int_equal(n_arrivals, expected);
  for (int64_t k = 0; k < n_arrivals; k++)
    assert_true(arrivals[k].w == (arrivals[k].step >= 15 && arrivals[k].target >= 40 ? 3 : 2));
  assert_true(link[1].value[0] == 3);
  /* now the other follows, and a run-time constant of both changes: nothing more is split */
  ok(ln_projection_fill(p, 0, &three, &err), &err);
  ln_projection_set_parameter(p, 0, 0.5);
  build(s);
  assert_true(ln_projection_parameter(p, 0) == 0.5 && ln_projection_parameter(q, 0) == 0.02);
  n_arrivals = 0;
  run(s, 100, 110, 70, some);
  run(s, 110, 180, 70, nobody);
  for (int64_t k = 0; k < n_arrivals; k++) assert_true(arrivals[k].w == 3);
  for (int k = 0; k < 2; k++) ln_connections_clear(&link[k]);
  ln_projection_destroy(p), ln_projection_destroy(q);
  ln_synapses_destroy(s);
}

static void saved_and_loaded(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 50);
  ln_synapses *s = storage(logger, a);
  reference r = {0};
  ln_projection *p = random_pairs(s, "aa", a, a, 2000, 30, &r);
  build(s);
  run(s, 0, 20, 50, some);
  void *data;
  size_t bytes;
  ok(ln_synapses_save(s, &data, &bytes, &err), &err);
  int64_t mark = n_arrivals;
  run(s, 20, 40, 50, some);
  run(s, 40, 80, 50, nobody);
  int64_t n = n_arrivals - mark;
  arrival *once_ = malloc((size_t)n * sizeof *once_);
  memcpy(once_, arrivals + mark, (size_t)n * sizeof *once_);
  ln_value zero = ln_value_constant(0);
  ok(ln_projection_fill(p, 0, &zero, &err), &err);
  run(s, 80, 85, 50, some);
  ok(ln_synapses_load(s, data, bytes, &err), &err);
  n_arrivals = 0;
  run(s, 20, 40, 50, some);
  run(s, 40, 80, 50, nobody);
  assert_int_equal(n_arrivals, n);
  for (int64_t k = 0; k < n; k++) {
    const arrival *x = &arrivals[k], *y = &once_[k];
    assert_true(x->step == y->step && x->source == y->source && x->target == y->target && x->w == y->w);
  }
  run(s, 80, 85, 50, some);
  ln_synapses_clear_calendar(s);
  n_arrivals = 0;
  run(s, 85, 120, 50, nobody);
  assert_int_equal(n_arrivals, 0);
  ln_population *b = add_cells(&net, "b", 5);
  ln_projection *q = random_pairs(s, "ab", a, b, 10, 3, &r);
  build(s);
  FAILS(ln_synapses_load(s, data, bytes, &err),
        "synapses were added or stored anew since the network was stored");
  ln_free(data), free(once_), free(r.at);
  ln_projection_destroy(p), ln_projection_destroy(q);
  ln_synapses_destroy(s);
}

/* ------------------------------------------------------------------ sharing, mirrors */

static void reads_both(const ln_deliver_args *a) { /* v += v_pre + tau_post + tau_pre + s_post */
  for (int64_t k = 0; k < a->n_segments; k++) {
    ln_segment g = a->segment[k];
    for (uint64_t at = g.first; at < g.first + g.n; at++)
      ((double *)a->post[0])[((const uint16_t *)a->target)[at]] +=
          ((const float *)a->pre[0])[g.row] + a->post_par[0] + a->pre_par[0] + *(const double *)a->post[1];
  }
}
static const char *const post_vs[] = {"v", "s"}, *const no_such[] = {"nix"};
static const ln_unit both_unit = {.abi = LN_ABI_VERSION,
                                  .kind = LN_SYNAPSE,
                                  .name = "both",
                                  .precision = 4,
                                  .n_post = 2,
                                  .post = post_vs,
                                  .n_pre = 1,
                                  .pre = post_v,
                                  .n_post_par = 1,
                                  .post_par = cell_par,
                                  .n_pre_par = 1,
                                  .pre_par = cell_par,
                                  .deliver16 = reads_both};
static const ln_unit strange_unit = {
    .abi = LN_ABI_VERSION, .kind = LN_SYNAPSE, .name = "strange", .precision = 8, .n_pre = 1, .pre = no_such};

static void mirrors(void **state) {
  (void)state;
  ln_model *both = model_of(&both_unit);
  ln_population *x = add_cells(&net, "x", 3), *a = add_cells(&net, "a", 70), *b = add_cells(&net, "b", 30);
  ln_synapses *s = storage(both, b);
  ln_projection_spec spec = join("ab", a, b, both, (ln_connector){.kind = LN_ALL_TO_ALL}, ms(0.1), NULL);
  ln_projection *p = project(&spec, s, 1);
  build(s);
  assert_true(ln_synapses_reads_pre(s));
  for (int k = 0; k < 70; k++) ((double *)ln_population_var(a, 0))[k] = k;
  *(double *)ln_population_var(b, 2) = 1000;
  ln_population_set_parameter(b, 0, 200);
  ln_population_set_parameter(a, 0, 20);
  const uint32_t nid = 3 + 7;
  ok(ln_synapses_file(s, 0, &nid, 1, &err), &err);
  ok(ln_synapses_mirror(s, LN_OF_SOURCE, &err), &err);
  assert_int_equal(ln_synapses_deliver(s, LN_ALL_PATHWAYS, 1), 30);
  for (int k = 0; k < 30; k++) assert_true(((double *)ln_population_var(b, 0))[k] == 1227);
  spec.post = a, spec.post_hi = 70; /* parameters of another target, then of another source */
  assert_false(ln_synapses_accepts(s, &spec));
  spec.post = b, spec.post_hi = 30, spec.pre = x, spec.pre_hi = 3;
  assert_false(ln_synapses_accepts(s, &spec));
  ln_model *strange = model_of(&strange_unit);
  spec.synapse = strange;
  ln_projection *none;
  FAILS(ln_projection_create(&none, &spec, comm, 1, DT, &err),
        "ab: the synapse uses nix of x, which has no such variable");
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
  ln_model_release(both), ln_model_release(strange);
}

static void accepts(void **state) {
  (void)state;
  ln_population *a = add_cells(&net, "a", 50), *b = add_cells(&net, "b", 40);
  ln_synapses *s = storage(once, a);
  ln_value two[] = {ln_value_constant(2)}, three[] = {ln_value_constant(3)};
  ln_connector c = {.kind = LN_ALL_TO_ALL};
  ln_projection_spec spec = join("ab", a, b, once, c, ms(1), two);
  ln_projection *p = project(&spec, s, 1);
  assert_false(ln_synapses_accepts(s, &spec)); /* the same pair */
  spec.post_lo = 5;
  assert_false(ln_synapses_accepts(s, &spec));
  spec = join("ba", b, a, once, c, ms(1), two);
  assert_true(ln_synapses_accepts(s, &spec));
  spec.var = three;
  assert_false(ln_synapses_accepts(s, &spec));
  spec.var = two;
  const double other = 0.3;
  spec.par = &other;
  assert_false(ln_synapses_accepts(s, &spec));
  ln_value var[] = {ln_value_constant(2), ln_value_constant(2)};
  spec = join("ba", b, a, logger, c, ms(1), var);
  assert_false(ln_synapses_accepts(s, &spec));
  ln_projection_destroy(p);
  ln_synapses_destroy(s);
}

int main(int argc, char **argv) {
  if (ln_comm_create(&comm, &argc, &argv, &err)) return 1;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      T(several_projections),  T(wide_and_long), T(grows_wide),      T(compact),
      T(on_time_and_in_order), T(longest_delay), T(grows_in_flight), T(splits_in_flight),
      T(saved_and_loaded),     T(mirrors),       T(accepts)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  ln_comm_destroy(comm);
  free(arrivals);
  return failed;
}
