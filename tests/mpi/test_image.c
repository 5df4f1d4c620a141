/* test_image.c - the synapses of a projection as a population, on any number of ranks: what is pulled is
 * what a gather lists, in its order; what is pushed arrives where it belongs, and nothing else changes;
 * the route follows the storage.
 */
#include "../circuit.h"
#include "image.h"

enum { N_A = 37, N_B = 91 };

static circuit net;
static ln_population *a, *b, *other;
static ln_model *joined;
static ln_error err;

/* ------------------------------------------------------------------ what they share */

typedef struct world { /* a projection with an image, and another projection that shares its storage */
  ln_synapses *s;
  ln_projection *p, *q;
  ln_image *image;
  ln_block *block;
  ln_population *population;
} world;

static const ln_value delays = {.kind = LN_VALUE_LOGNORMAL, .a = -6.5, .b = 0.5, .low = DT, .high = 0.02};
static const char *const names[] = {"i", "c", "w", "j"};
static const bool written[] = {false, false, true, false};

static ln_projection *add_pairs(ln_synapses *s, ln_population *pre, int n, uint64_t key) {
  ln_value var[] = {normal(1, 0.1, 0), ln_value_constant((double)key)};
  ln_connector c = {.kind = LN_FIXED_TOTAL, .n = n, .multapses = true};
  ln_projection_spec spec = join("p", pre, b, joined, c, delays, var);
  spec.pre_lo = 3, spec.post_lo = 11, spec.post_hi = 83; /* ranges that cut through the ranks' slices */
  return project(&spec, s, key);
}

static world make(int n) {
  world x = {.s = storage(joined, b)};
  x.p = add_pairs(x.s, a, n, 5);
  build(x.s);
  ln_image_spec spec = {.name = "image", .of = x.p, .n_var = 4, .var = names, .written = written};
  ok(ln_image_create(&x.image, &spec, comm, &err), &err);
  ok(ln_block_create(&x.block, ln_image_model(x.image), &err), &err);
  ln_population_spec population = {.name = "image", .size = n, .model = ln_image_model(x.image)};
  ln_population_place place = {.comm = comm, .block = x.block, .index = 9, .nid = 10000, .seed = 7,
                               .clock = {DT, 1}};
  ok(ln_population_create(&x.population, &population, &place, &err), &err);
  ln_image_settle(x.image, x.population);
  assert_ptr_equal(ln_population_image(x.population), x.image);
  return x;
}

static void end(world *x) {
  ln_population_destroy(x->population);
  ln_block_destroy(x->block);
  ln_image_destroy(x->image);
  ln_projection_destroy(x->p);
  ln_projection_destroy(x->q);
  ln_synapses_destroy(x->s);
}

static double *gathered(const world *x, int var) {
  double *out;
  ok(ln_population_gather(x->population, var, 0, ln_population_size(x->population), &out, &err), &err);
  return out;
}

/* The population has what a gather lists. */
static void check(const world *x) {
  ok(ln_image_pull(x->image, &err), &err);
  ln_connections w, c;
  ok(ln_projection_gather(x->p, 0, &w, &err), &err);
  ok(ln_projection_gather(x->p, 1, &c, &err), &err);
  assert_int_equal(w.n, ln_population_size(x->population));
  double *v[4];
  for (int k = 0; k < 4; k++) v[k] = gathered(x, k);
  for (int64_t k = 0; k < w.n; k++) {
    assert_true(v[0][k] == (double)(w.i[k] - 3 + 1) && v[3][k] == (double)(w.j[k] - 11 + 1));
    assert_true(v[1][k] == c.value[k] && v[2][k] == w.value[k]);
  }
  for (int k = 0; k < 4; k++) ln_free(v[k]);
  ln_connections_clear(&w), ln_connections_clear(&c);
}

static void set(const world *x, int var, double offset) {
  int64_t lo, hi;
  ln_population_own(x->population, &lo, &hi);
  void *at = ln_population_var(x->population, var);
  for (int64_t k = lo; k < hi; k++) {
    if (var == 2) ((double *)at)[k - lo] = offset + (double)k;
    else ((int32_t *)at)[k - lo] = -1;
  }
}

/* ------------------------------------------------------------------ tests */

static void in_the_order_of_a_gather(void **state) {
  (void)state;
  const int sizes[] = {1, 3, 500, 4000};
  for (int k = 0; k < 4; k++) {
    world x = make(sizes[k]);
    check(&x);
    assert_true(ln_comm_sum(comm, (int64_t)ln_image_bytes(x.image)) == 16 * sizes[k]);
    end(&x);
  }
}

static void written_values_return(void **state) {
  (void)state;
  world x = make(700);
  ok(ln_image_pull(x.image, &err), &err);
  set(&x, 2, 0.5); /* w is pushed, the others are not */
  set(&x, 1, 0);
  ok(ln_image_push(x.image, &err), &err);
  ln_connections w;
  ok(ln_projection_gather(x.p, 0, &w, &err), &err);
  for (int64_t k = 0; k < w.n; k++) assert_true(w.value[k] == 0.5 + (double)k);
  ln_connections_clear(&w);
  ok(ln_projection_gather(x.p, 1, &w, &err), &err);
  for (int64_t k = 0; k < w.n; k++) assert_true(w.value[k] == 5);
  ln_connections_clear(&w);
  check(&x);
  end(&x);
}

/* Other synapses in the same rows move them along. */
static void route_follows_the_storage(void **state) {
  (void)state;
  world x = make(600);
  check(&x);
  x.q = add_pairs(x.s, other, 800, 6);
  build(x.s);
  check(&x);
  ok(ln_image_pull(x.image, &err), &err);
  set(&x, 2, 7);
  ok(ln_image_push(x.image, &err), &err);
  ln_connections w;
  ok(ln_projection_gather(x.q, 0, &w, &err), &err);
  for (int64_t k = 0; k < w.n; k++) assert_true(w.value[k] < 3); /* not these */
  ln_connections_clear(&w);
  check(&x);
  end(&x);
}

static void what_cannot_be(void **state) {
  (void)state;
  world x = make(10);
  ln_image *image;
  const char *const unknown[] = {"u"}, *const index[] = {"j"};
  const bool yes[] = {true};
  ln_image_spec spec = {.name = "image", .of = x.p, .n_var = 1, .var = unknown};
  FAILS(ln_image_create(&image, &spec, comm, &err), "p has no variable u");
  assert_null(image);
  spec.var = index, spec.written = yes;
  FAILS(ln_image_create(&image, &spec, comm, &err),
        "j of p is not stored for each synapse and cannot be written");
  ln_value w = ln_value_constant(1);
  ln_pruning first = {.kind = LN_PRUNE_SMALLEST, .n = 2, .value = &w};
  int64_t removed;
  ok(ln_projection_prune(x.p, &first, &removed, &err), &err);
  FAILS(ln_image_pull(x.image, &err),
        "p: the number of its synapses has changed since others were attached to them");
  end(&x);
  ln_image_destroy(NULL);
}

int main(int argc, char **argv) {
  ok(ln_comm_create(&comm, &argc, &argv, &err), &err);
  joined = model_of(&log_unit);
  net = circuit_create();
  a = add_cells(&net, "a", N_A), b = add_cells(&net, "b", N_B), other = add_cells(&net, "other", N_A);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_the_order_of_a_gather), cmocka_unit_test(written_values_return),
      cmocka_unit_test(route_follows_the_storage), cmocka_unit_test(what_cannot_be)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  circuit_destroy(&net);
  ln_model_release(joined);
  ln_comm_destroy(comm);
  return failed;
}
