/* chore.c - statements of a script that run every so often: those of neurons, and when.
 *
 * Whole groups of lanes are swept, as everywhere; lanes outside the part are computed and left alone.
 */
#include "chore.h"
#include <string.h>
#include "element.h"
#include "keys.h"
#include "memory.h"
#include "population_struct.h"
#include "synapses_chore.h"

struct ln_chore {
  ln_population *population; /* NULL: at synapses */
  int64_t lo, hi;
  ln_model *code;
  const ln_unit *unit;
  double *par;
  int n_own_table;           /* timed arrays beyond the population's, */
  ln_timed_array *own_table; /* copies */
  ln_timed_array *table;     /* all, for the code */
  void **var;
  ln_synapses_chore *synapses;
  uint64_t seed;
  int index;
  int64_t every;
  ln_when when;
  int order;
  bool stopped;
};

/* ------------------------------------------------------------------ making */

static int take_neurons(ln_chore *c, const ln_chore_spec *spec, ln_error *err) {
  const ln_unit *model = c->population->unit;
  c->n_own_table = c->unit->n_table - model->n_table;
  c->par = ln_alloc_array((size_t)c->unit->n_par, sizeof *c->par);
  c->table = ln_alloc_array((size_t)c->unit->n_table, sizeof *c->table);
  c->var = ln_alloc_array((size_t)model->n_var, sizeof *c->var);
  c->own_table = ln_timed_copy(spec->table, c->n_own_table);
  if (!c->par || !c->table || !c->var || !c->own_table)
    return ln_fail(err, LN_ENOMEM, "%s: no memory for statements", c->population->name);
  if (c->unit->n_par) memcpy(c->par, spec->par, (size_t)c->unit->n_par * sizeof *c->par);
  return LN_OK;
}

static int check(const ln_chore_spec *spec, ln_error *err) {
  const ln_unit *u = ln_model_unit(spec->code);
  const ln_population *p = spec->population;
  if (spec->every < 1) return ln_fail(err, LN_EINVAL, "statements every %lld steps; expected 1 or more", (long long)spec->every);
  if (!p == !spec->projection) return ln_fail(err, LN_EINVAL, "statements of either neurons or synapses are expected");
  if (!p) return LN_OK;
  if (spec->lo < 0 || spec->lo > spec->hi || spec->hi > p->size)
    return ln_fail(err, LN_EINVAL, "%s has neurons 1 to %lld, but statements are of %lld to %lld", p->name, (long long)p->size,
                   (long long)spec->lo + 1, (long long)spec->hi);
  if (p->unit && u->kind == LN_NEURON && u->n_every == 1 && u->n_par >= p->unit->n_par && u->n_table >= p->unit->n_table)
    return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: these are no statements of its model", p->name);
}

int ln_chore_create(ln_chore **out, const ln_chore_spec *spec, int index, uint64_t seed, ln_comm *comm, ln_error *err) {
  *out = NULL;
  int code = check(spec, err);
  if (code) return code; /* the same on all ranks */
  ln_chore *c = ln_alloc(sizeof *c);
  if (!c) {
    code = ln_fail(err, LN_ENOMEM, "no memory for statements");
  } else {
    *c = (ln_chore){.population = spec->population, .lo = spec->lo, .hi = spec->hi, .code = ln_model_retain(spec->code),
                    .unit = ln_model_unit(spec->code), .seed = seed, .index = index, .every = spec->every,
                    .when = spec->when, .order = spec->order};
    code = spec->population ? take_neurons(c, spec, err)
                            : ln_synapses_chore_create(&c->synapses, spec, ln_object_key(seed, LN_OBJECT_CHORE, index, LN_DRAW_STEP), err);
  }
  code = ln_comm_agree(comm, code, err);
  if (code) {
    ln_chore_destroy(c);
    return code;
  }
  *out = c;
  return LN_OK;
}

void ln_chore_destroy(ln_chore *c) {
  if (!c) return;
  ln_synapses_chore_destroy(c->synapses);
  ln_timed_free(c->own_table, c->n_own_table);
  ln_free(c->table);
  ln_free(c->var);
  ln_free(c->par);
  ln_model_release(c->code);
  ln_free(c);
}

void ln_chore_stop(ln_chore *c) { c->stopped = true; }
ln_when ln_chore_when(const ln_chore *c) { return c->when; }
int ln_chore_order(const ln_chore *c) { return c->order; }

/* ------------------------------------------------------------------ running */

/* The constants and timed arrays of the model, as they are now, then those of its own. */
static void renew_constants(ln_chore *c) {
  const ln_population *p = c->population;
  size_t n_par = (size_t)p->unit->n_par, n_table = (size_t)p->unit->n_table;
  if (n_par) memcpy(c->par, p->par, n_par * sizeof *c->par);
  if (n_table) memcpy(c->table, p->table, n_table * sizeof *c->table);
  if (c->n_own_table) memcpy(c->table + n_table, c->own_table, (size_t)c->n_own_table * sizeof *c->table);
}

/* Numbers drawn between two ticks have keys of their own. */
static uint64_t key_at(const ln_chore *c, const ln_clock *clock, int64_t step) {
  return ln_object_key(c->seed, LN_OBJECT_CHORE, c->index, LN_DRAW_STEP + (ln_clock_beside(clock, step) << 8));
}

static int64_t within(int64_t x, int64_t lo, int64_t hi) { return x < lo ? lo : x > hi ? hi : x; }

static void run_neurons(ln_chore *c, int64_t step) {
  ln_population *p = c->population;
  const ln_clock *clock = &p->place.clock;
  int64_t lo = within(c->lo, p->gid_lo, p->gid_hi) - p->gid_lo, hi = within(c->hi, p->gid_lo, p->gid_hi) - p->gid_lo;
  int64_t skip = lo / LN_LANES * LN_LANES, n = hi > lo ? hi - skip : 0;
  if (c->unit->reads_linked) ln_population_mirror(p, 0);
  renew_constants(c);
  for (int v = 0; v < p->unit->n_var; v++) {
    size_t size = ln_element_size(ln_element_of(p->unit, v));
    c->var[v] = p->unit->var[v].flags & LN_SHARED ? p->var[v] : (char *)p->var[v] + size * (size_t)skip;
  }
  ln_neuron_args a = {
    .var = c->var, .par = c->par, .table = c->table, .last = ln_block_last(p->place.block) + p->blid + skip,
    .n = (n + LN_LANES - 1) / LN_LANES * LN_LANES, .first = lo - skip, .n_own = n, .gid0 = p->gid_lo + skip - c->lo,
    .size = c->hi - c->lo, .step = ln_clock_tick(clock, step), .t = ln_clock_time(clock, step), .dt = clock->dt,
    .done = c->when < LN_WHEN_AFTER_GROUPS ? ln_clock_tick(clock, step) - 1 : ln_clock_last(clock, step),
    .key = key_at(c, clock, step)};
  c->unit->every[0](&a);
  ln_population_stir(p);
}

int ln_chore_run(ln_chore *c, int64_t step, ln_error *err) {
  if (c->stopped || step % c->every != 0) return LN_OK;
  if (c->synapses) return ln_synapses_chore_run(c->synapses, step, err);
  run_neurons(c, step);
  return LN_OK;
}
