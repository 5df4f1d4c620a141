/* drive.c - Poisson input from sources without neurons.
 *
 * Where all targets have one mean (a few arrivals a step at most, as a rule), numbers come from inverting
 * the distribution: 16 random bits a target are compared with the table of its cumulative probabilities, in
 * vector loops; eight targets share a Philox block, by their network-wide index. Bits that equal an entry
 * (once in some thousand) are extended to 64, so that nothing is lost. Other means are drawn one by one.
 */
#include "drive.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "keys.h"
#include "memory.h"
#include "population_p.h"

enum { CHUNK = 1024, SHARING = 8, GROUPS = CHUNK / SHARING + 1, MOST_ENTRIES = 128 };
#define TABLE_MEAN 32.0   /* up to here by table */
#define MOST_MEAN 10000.0 /* counts are 16 bits wide */

typedef struct table {
  int n, n_high;                /* n_high: without what lies beyond the reach of 16 bits */
  uint64_t below[MOST_ENTRIES]; /* P(count <= k) 2^64 */
  uint16_t high[MOST_ENTRIES];  /* its upper 16 bits */
} table;

#define LANES 32
typedef uint16_t numbers __attribute__((vector_size(2 * LANES)));

typedef union chunk { /* 16 bits a target, as blocks and as Philox's words */
  numbers block[(SHARING * GROUPS + LANES - 1) / LANES];
  uint16_t each[SHARING * GROUPS];
  uint32_t word[4 * GROUPS];
} chunk;

struct ln_drive {
  char *name;
  ln_population *post;
  ln_comm *comm;
  ln_model *model;
  const ln_unit *unit;
  int64_t post_lo, post_hi;
  int64_t gid0, n;            /* own targets */
  uint32_t nid0;              /* of gid0 */
  uint64_t seed, arrivals_key;
  int index, order;
  double *par, *post_par;
  int *post_var, *post_parameter; /* indices in the target's model */
  void **syn, **at, **post_at; /* synaptic variables; of the chunk under way; the block's arrays */
  ln_timed_array *timed;
  uint64_t bytes;
  uint32_t n_settings;        /* of the mean, so that setting it twice draws anew */
  bool one_mean;
  double mean;
  double *means;              /* by target, where they differ */
  ln_value moving;            /* an expression for them, of every tick; else a constant */
  double *moving_par;
  bool moving_one;
  ln_timed_array *samples;    /* or one table of them */
  int64_t row;                /* of it that holds now; -1: none yet */
  table table;
  ln_drive_args args;
  chunk bits, arrivals;       /* of the targets under way */
};

/* ------------------------------------------------------------------ counts */

static void make_table(table *t, double mean) {
  long double p = expl(-(long double)mean), sum = p;
  t->n = 0;
  for (int k = 0; k < MOST_ENTRIES; k++) {
    long double scaled = sum * 0x1p64L;
    t->below[k] = scaled >= 0x1p64L ? UINT64_MAX : (uint64_t)scaled;
    t->high[k] = (uint16_t)(t->below[k] >> 48);
    t->n = k + 1;
    if (k == 0 || t->high[k - 1] < UINT16_MAX) t->n_high = k + 1;
    if (t->below[k] == UINT64_MAX) break;
    p *= (long double)mean / (k + 1);
    if (k > mean && p < 0x1p-64L) break;
    sum += p;
  }
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define LN_VECTOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define LN_VECTOR
#endif

/* Philox of the counters (group + g, step), g < n, the words of a group together: ln_philox with its 32-bit
 * numbers in words of 64, which is how a vector multiplies them. */
LN_VECTOR static void fill_words(uint32_t *restrict word, int n, uint64_t key, uint64_t group,
                                 uint64_t step) {
  const uint64_t low = UINT32_MAX;
  for (int g = 0; g < n; g++) { /* nids have 32 bits, so groups need no second word */
    uint64_t c0 = (uint32_t)group + (uint32_t)g, c1 = 0, c2 = step & low, c3 = step >> 32;
    uint64_t k0 = key & low, k1 = key >> 32;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = 0xD2511F53u * c0, p1 = 0xCD9E8D57u * c2;
      c0 = p1 >> 32 ^ c1 ^ k0;
      c1 = p1 & low;
      c2 = p0 >> 32 ^ c3 ^ k1;
      c3 = p0 & low;
      k0 = (k0 + 0x9E3779B9u) & low;
      k1 = (k1 + 0xBB67AE85u) & low;
    }
    word[4 * g] = (uint32_t)c0;
    word[4 * g + 1] = (uint32_t)c1;
    word[4 * g + 2] = (uint32_t)c2;
    word[4 * g + 3] = (uint32_t)c3;
  }
}

/* How many entries each of the numbers exceeds; returns whether any equals one. */
LN_VECTOR static bool look_up(const table *t, const numbers *x, int n, numbers *exceeds) {
  numbers tied = {0};
  for (int b = 0; b < n; b++) {
    numbers count = {0}, here = x[b];
    for (int k = 0; k < t->n_high; k++) {
      count -= (numbers)(here > t->high[k]);
      tied |= (numbers)(here == t->high[k]);
    }
    exceeds[b] = count;
  }
  uint16_t any = 0;
  for (int k = 0; k < LANES; k++) any |= tied[k];
  return any != 0;
}

/* The count of one target by 64 bits, if its first 16 leave it open. */
static uint16_t look_closer(const table *t, uint16_t x, uint16_t count, uint64_t key, uint64_t nid,
                            uint64_t step) {
  if (count >= t->n_high || x != t->high[count]) return count; /* it would tie with the next entry */
  ln_philox4 more = ln_philox(key, nid, step | (uint64_t)1 << 32);
  uint64_t bits = (uint64_t)x << 48 | (uint64_t)(more.w[1] & 0xffff) << 32 | more.w[0];
  while (count < t->n && bits >= t->below[count]) count++;
  return count;
}

/* Counts of the targets nid .. nid + n - 1, n <= CHUNK, by table; returns where they begin. A
 * target has 16 bits of its group's four words, the lower half of each first. */
static const uint16_t *count_by_table(ln_drive *d, uint32_t nid, int n, uint64_t step) {
  uint32_t group = nid / SHARING;
  int groups = (int)((nid + (uint32_t)n - 1) / SHARING - group) + 1, each = SHARING * groups;
  fill_words(d->bits.word, groups, d->arrivals_key, group, step);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  for (int k = 0; k < 4 * groups; k++) d->bits.word[k] = d->bits.word[k] << 16 | d->bits.word[k] >> 16;
#endif
  bool tied = look_up(&d->table, d->bits.block, (each + LANES - 1) / LANES, d->arrivals.block);
  uint16_t *count = d->arrivals.each;
  for (int e = 0; tied && e < each; e++) {
    uint64_t target = (uint64_t)group * SHARING + (uint64_t)e;
    count[e] = look_closer(&d->table, d->bits.each[e], count[e], d->arrivals_key, target, step);
  }
  return count + nid % SHARING;
}

static const uint16_t *count_one_by_one(ln_drive *d, int64_t done, int n, uint64_t step) {
  for (int k = 0; k < n; k++) {
    double mean = d->one_mean ? d->mean : d->means[done + k];
    ln_stream s = {d->arrivals_key, (uint64_t)d->nid0 + (uint64_t)(done + k), step << 32};
    int64_t count = mean > 0 ? ln_stream_poisson(&s, mean) : 0;
    d->arrivals.each[k] = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
  }
  return d->arrivals.each;
}

/* ------------------------------------------------------------------ making */

static int check(const ln_input_spec *spec, ln_error *err) {
  int64_t size = ln_population_size(spec->post);
  const ln_unit *unit = ln_model_unit(spec->synapse);
  if (!ln_population_model(spec->post)) {
    return ln_fail(err, LN_EINVAL, "%s: %s has given spike times; it takes no input", spec->name,
                   ln_population_name(spec->post));
  }
  if (spec->post_lo < 0 || spec->post_lo > spec->post_hi || spec->post_hi > size) {
    return ln_fail(err, LN_EINVAL, "%s: %s has neurons 1 to %lld, but %lld to %lld are to get input",
                   spec->name, ln_population_name(spec->post), (long long)size, (long long)spec->post_lo + 1,
                   (long long)spec->post_hi);
  }
  if (unit->kind == LN_SYNAPSE && unit->drive && unit->n_pre == 0 && unit->n_pre_par == 0) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: an input has no source neurons whose variables could be read",
                 spec->name);
}

/* Looks up names[k] among the target's variables (or parameters). */
static int find(const ln_drive *d, const char *name, bool parameter, int *out, ln_error *err) {
  const ln_model *model = ln_population_model(d->post);
  *out = parameter ? ln_model_parameter(model, name) : ln_model_variable(model, name);
  if (*out >= 0) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: %s has no %s %s", d->name, ln_population_name(d->post),
                 parameter ? "parameter" : "variable", name);
}

/* Numbers for the own targets (or one, where stored once). */
static int evaluate(ln_drive *d, const ln_value *v, const char *what, bool one, uint64_t purpose, double *out,
                    ln_error *err) {
  int64_t wanted = one ? 1 : d->post_hi - d->post_lo;
  if (v->kind == LN_VALUE_ARRAY && v->n_array != wanted) {
    return ln_fail(err, LN_EINVAL, "%s: %s: an array of %lld numbers for %lld", d->name, what,
                   (long long)v->n_array, (long long)wanted);
  }
  uint64_t key = ln_object_key(d->seed, LN_OBJECT_INPUT, d->index, purpose);
  if (!one) {
    ln_population_request q = {.gid0 = d->gid0, .n = d->n, .origin = d->post_lo, .key = key};
    return ln_population_values(d->post, v, &q, out, err);
  }
  if (v->kind == LN_VALUE_EXPRESSION) {
    return ln_fail(err, LN_EINVAL, "%s: %s is one number for all targets; an expression gives one for each",
                   d->name, what);
  }
  uint64_t id[2] = {0, 0};
  int64_t origin = 0;
  ln_value_chunk chunk = {.n = 1, .id = id, .origin = &origin, .key = key, .dt = ln_population_dt(d->post)};
  return ln_value_fill(v, &chunk, out, err);
}

static int set_variable(ln_drive *d, int var, const ln_value *v, ln_error *err) {
  ln_element type = ln_element_of(d->unit, var);
  bool one = d->unit->var[var].flags & LN_SHARED;
  int64_t n = one ? 1 : d->n;
  double *x = ln_alloc_array((size_t)n, sizeof *x);
  d->syn[var] = ln_alloc_array((size_t)n, ln_element_size(type));
  int code = x && d->syn[var]
                 ? LN_OK
                 : ln_fail(err, LN_ENOMEM, "%s: no memory for %lld targets", d->name, (long long)n);
  const char *name = d->unit->var[var].name;
  if (!code) code = evaluate(d, v, name, one, LN_DRAW_VARIABLE + ((uint64_t)var << 8), x, err);
  if (!code && ln_element_store(type, d->syn[var], x, n) < n) {
    code = ln_fail(err, LN_EINVAL, "%s: %s is an integer variable and cannot hold its value", d->name, name);
  }
  d->bytes += (uint64_t)n * ln_element_size(type);
  ln_free(x);
  return code;
}

static int take_arrays(ln_drive *d, const ln_input_spec *spec, ln_error *err) {
  const ln_unit *u = d->unit;
  d->name = strdup(spec->name);
  d->par = ln_alloc_array((size_t)u->n_par, sizeof *d->par);
  d->post_par = ln_alloc_array((size_t)u->n_post_par, sizeof *d->post_par);
  d->post_var = ln_alloc_array((size_t)u->n_post, sizeof *d->post_var);
  d->post_parameter = ln_alloc_array((size_t)u->n_post_par, sizeof *d->post_parameter);
  d->post_at = ln_alloc_array((size_t)u->n_post, sizeof *d->post_at);
  d->syn = ln_alloc_array((size_t)u->n_var, sizeof *d->syn);
  d->at = ln_alloc_array((size_t)u->n_var, sizeof *d->at);
  if (!d->name || !d->par || !d->post_par || !d->post_var || !d->post_parameter || !d->post_at || !d->syn ||
      !d->at) {
    return ln_fail(err, LN_ENOMEM, "%s: no memory for an input", spec->name);
  }
  d->timed = ln_timed_copy(spec->table, u->n_table);
  if (!d->timed) return ln_fail(err, LN_ENOMEM, "%s: no memory for timed arrays", spec->name);
  if (u->n_par) memcpy(d->par, spec->par, (size_t)u->n_par * sizeof *d->par);
  int code = LN_OK;
  for (int k = 0; k < u->n_post && !code; k++) code = find(d, u->post[k], false, &d->post_var[k], err);
  for (int k = 0; k < u->n_post_par && !code; k++)
    code = find(d, u->post_par[k], true, &d->post_parameter[k], err);
  for (int k = 0; k < u->n_var && !code; k++) code = set_variable(d, k, &spec->var[k], err);
  return code;
}

/* The mean moves no more. */
static void stand_still(ln_drive *d) {
  if (d->moving.kind == LN_VALUE_EXPRESSION) ln_model_release(d->moving.expression);
  ln_free(d->moving_par);
  ln_timed_free(d->samples, 1);
  d->moving = ln_value_constant(0);
  d->moving_par = NULL;
  d->samples = NULL;
}

int ln_drive_create(ln_drive **out, const ln_input_spec *spec, int index, uint64_t seed, ln_error *err) {
  *out = NULL;
  int code = check(spec, err);
  if (code) return code; /* the same on all ranks */
  ln_comm *comm = ln_population_comm(spec->post);
  ln_drive *d = ln_alloc(sizeof *d);
  if (!d) {
    code = ln_fail(err, LN_ENOMEM, "%s: no memory for an input", spec->name);
  } else {
    int64_t gid_lo, gid_hi;
    ln_population_own(spec->post, &gid_lo, &gid_hi);
    *d = (ln_drive){.post = spec->post, .comm = comm, .model = ln_model_retain(spec->synapse),
                    .unit = ln_model_unit(spec->synapse), .post_lo = spec->post_lo, .post_hi = spec->post_hi,
                    .seed = seed, .index = index, .order = spec->order,
                    .arrivals_key = ln_object_key(seed, LN_OBJECT_INPUT, index, LN_DRAW_ARRIVALS)};
    d->gid0 = spec->post_lo > gid_lo ? spec->post_lo : gid_lo;
    int64_t end = spec->post_hi < gid_hi ? spec->post_hi : gid_hi;
    d->n = end > d->gid0 ? end - d->gid0 : 0;
    d->nid0 = ln_population_nid(spec->post) + (uint32_t)d->gid0;
    code = take_arrays(d, spec, err);
  }
  code = ln_comm_agree(comm, code, err);
  if (!code) code = ln_drive_set_mean(d, &spec->mean, err);
  if (code) {
    ln_drive_destroy(d);
    return code;
  }
  *out = d;
  return LN_OK;
}

void ln_drive_destroy(ln_drive *d) {
  if (!d) return;
  for (int k = 0; d->syn && k < d->unit->n_var; k++) ln_free(d->syn[k]);
  free(d->name);
  ln_free(d->par);
  ln_free(d->post_par);
  ln_free(d->post_var);
  ln_free(d->post_parameter);
  ln_free(d->post_at);
  ln_free(d->syn);
  ln_free(d->at);
  ln_free(d->means);
  stand_still(d);
  ln_timed_free(d->timed, d->unit->n_table);
  ln_model_release(d->model);
  ln_free(d);
}

/* ------------------------------------------------------------------ means */

static int check_means(const ln_drive *d, const double *mean, int64_t n, ln_error *err) {
  for (int64_t k = 0; k < n; k++) {
    if (mean[k] >= 0 && mean[k] <= MOST_MEAN) continue;
    return ln_fail(err, LN_EINVAL, "%s: %g arrivals a step on average at neuron %lld; expected 0 to %g",
                   d->name, mean[k], (long long)(d->gid0 + k) + 1, MOST_MEAN);
  }
  return LN_OK;
}

static int set_one(ln_drive *d, double mean, ln_error *err) {
  if (!(mean >= 0 && mean <= MOST_MEAN)) {
    return ln_fail(err, LN_EINVAL, "%s: %g arrivals a step on average; expected 0 to %g", d->name, mean,
                   MOST_MEAN);
  }
  if (mean != d->mean || !d->table.n) make_table(&d->table, mean < TABLE_MEAN ? mean : 0);
  d->mean = mean;
  d->one_mean = true;
  return LN_OK;
}

static int take_room(ln_drive *d, ln_error *err) {
  if (!d->means) d->means = ln_alloc_array((size_t)d->n, sizeof *d->means);
  return d->means ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory for %lld means", d->name, (long long)d->n);
}

static int set_means(ln_drive *d, const ln_value *mean, ln_error *err) {
  uint64_t purpose = LN_DRAW_MEAN + ((uint64_t)d->n_settings++ << 24);
  if (mean->kind == LN_VALUE_CONSTANT) return set_one(d, mean->a, err);
  double *means = ln_alloc_array((size_t)d->n, sizeof *means);
  int code = means ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory for %lld means", d->name, (long long)d->n);
  if (!code) code = evaluate(d, mean, "the rate", false, purpose, means, err);
  if (!code) code = check_means(d, means, d->n, err);
  if (code) {
    ln_free(means);
    return code;
  }
  ln_free(d->means);
  d->means = means;
  d->one_mean = false;
  return LN_OK;
}

int ln_drive_set_mean(ln_drive *d, const ln_value *mean, ln_error *err) {
  int code = ln_comm_agree(d->comm, set_means(d, mean, err), err);
  if (!code) stand_still(d);
  return code;
}

int ln_drive_set_moving_mean(ln_drive *d, const ln_value *mean, bool one, ln_error *err) {
  size_t n_in = (size_t)ln_model_unit(mean->expression)->n_in;
  double *par = ln_alloc_array(n_in, sizeof *par);
  int code = par ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory for a rate", d->name);
  if (!code) code = take_room(d, err);
  code = ln_comm_agree(d->comm, code, err);
  if (code) {
    ln_free(par);
    return code;
  }
  ln_model_retain(mean->expression);
  stand_still(d);
  if (n_in) memcpy(par, mean->par, n_in * sizeof *par);
  d->moving = *mean;
  d->moving.par = d->moving_par = par;
  d->moving_one = one;
  d->one_mean = false; /* and so not passed over as 0 */
  return LN_OK;
}

int ln_drive_set_mean_table(ln_drive *d, const ln_timed_array *table, ln_error *err) {
  int64_t n = d->post_hi - d->post_lo;
  if (table->rows < 1 || (table->columns != 1 && table->columns != n)) {
    return ln_fail(err, LN_EINVAL, "%s: the rate has %lld columns; expected one, or one for each of %lld targets",
                   d->name, (long long)table->columns, (long long)n);
  }
  ln_timed_array *copy = ln_timed_copy(table, 1);
  int code = copy ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory for a rate", d->name);
  if (!code) code = take_room(d, err);
  code = ln_comm_agree(d->comm, code, err);
  if (code) {
    ln_timed_free(copy, 1);
    return code;
  }
  stand_still(d);
  d->samples = copy;
  d->row = -1;
  d->one_mean = false;
  return LN_OK;
}

/* ------------------------------------------------------------------ means that move */

/* As ln_table_row (mathvec.h), which equations go by. */
static int64_t row_at(const ln_timed_array *table, double dt, double t) {
  double per_dt = fmax(exp2(ceil(log2(8.0 / dt * table->dt))), 1.0);
  double row = floor((t * (per_dt / table->dt) + 0.5) / per_dt), last = (double)(table->rows - 1);
  row = row < last ? row : last;
  return (int64_t)(row > 0.0 ? row : 0.0);
}

static int move_by_table(ln_drive *d, double dt, double t, ln_error *err) {
  const ln_timed_array *table = d->samples;
  int64_t row = row_at(table, dt, t);
  if (row == d->row) return LN_OK;
  d->row = row;
  const double *at = table->value + row * table->columns;
  if (table->columns == 1) return set_one(d, *at, err);
  if (d->n) memcpy(d->means, at + (d->gid0 - d->post_lo), (size_t)d->n * sizeof *d->means);
  return check_means(d, d->means, d->n, err);
}

static int move_by_expression(ln_drive *d, int64_t step, double t, ln_error *err) {
  double one;
  ln_population_request q = {.gid0 = d->gid0, .n = d->n, .origin = d->post_lo, .label = (uint64_t)step << 8, .t = t,
                             .key = ln_object_key(d->seed, LN_OBJECT_INPUT, d->index, LN_DRAW_MEAN)};
  if (d->moving_one) q.n = 1;
  int code = ln_population_values(d->post, &d->moving, &q, d->moving_one ? &one : d->means, err);
  if (code) return code;
  return d->moving_one ? set_one(d, one, err) : check_means(d, d->means, d->n, err);
}

static int move(ln_drive *d, int64_t step, double t, ln_error *err) {
  if (d->samples) return move_by_table(d, ln_population_clock(d->post)->dt, t, err);
  if (d->moving.kind != LN_VALUE_EXPRESSION) return LN_OK;
  ln_population_mirror(d->post, 0); /* it may read linked variables */
  return move_by_expression(d, step, t, err);
}

/* ------------------------------------------------------------------ running */

void ln_drive_refresh(ln_drive *d) {
  const ln_unit *u = d->unit, *target = ln_model_unit(ln_population_model(d->post));
  ln_block *block = ln_population_block(d->post);
  for (int k = 0; k < u->n_post; k++) {
    bool shared = target->var[d->post_var[k]].flags & LN_SHARED;
    d->post_at[k] = shared ? ln_population_var(d->post, d->post_var[k]) : ln_block_var(block, d->post_var[k]);
  }
  for (int k = 0; k < u->n_post_par; k++)
    d->post_par[k] = ln_population_parameter(d->post, d->post_parameter[k]);
  const ln_unit *moving = d->moving_par ? ln_model_unit(d->moving.expression) : NULL;
  for (int k = 0; moving && k < moving->n_in; k++) {
    if (moving->in[k].kind != LN_IN_PAR) continue;
    int par = ln_model_parameter(ln_population_model(d->post), moving->in[k].name);
    if (par >= 0) d->moving_par[k] = ln_population_parameter(d->post, par);
  }
  d->args = (ln_drive_args){
    .syn = d->at, .post = d->post_at, .par = d->par, .post_par = d->post_par, .post_nid = ln_block_nid(block),
    .post_gid = ln_block_gid(block), .post_last = ln_block_last(block), .dt = ln_population_dt(d->post),
    .post_dt = ln_population_dt(d->post),
    .key = ln_object_key(d->seed, LN_OBJECT_INPUT, d->index, LN_DRAW_STEP), .timed = d->timed,
  };
}

int ln_drive_deliver(ln_drive *d, int64_t step, ln_error *err) {
  const ln_clock *clock = ln_population_clock(d->post);
  if (!ln_clock_ticks(clock, step)) return LN_OK;
  int code = move(d, step, ln_clock_time(clock, step), err);
  if (code || (d->one_mean && d->mean == 0)) return code;
  for (int k = 0; k < d->unit->n_post; k++) ln_population_show(d->post, d->post_var[k]);
  int64_t gid_lo, gid_hi;
  ln_population_own(d->post, &gid_lo, &gid_hi);
  int64_t lid0 = ln_population_blid(d->post) + d->gid0 - gid_lo;
  d->args.step = d->args.post_step = ln_clock_tick(clock, step);
  d->args.t = ln_clock_time(clock, step);
  for (int64_t done = 0; done < d->n; done += CHUNK) {
    int n = d->n - done < CHUNK ? (int)(d->n - done) : CHUNK;
    for (int k = 0; k < d->unit->n_var; k++) {
      size_t skip =
          d->unit->var[k].flags & LN_SHARED ? 0 : ln_element_size(ln_element_of(d->unit, k)) * (size_t)done;
      d->at[k] = (char *)d->syn[k] + skip;
    }
    bool by_table = d->one_mean && d->mean < TABLE_MEAN;
    d->args.count = by_table ? count_by_table(d, d->nid0 + (uint32_t)done, n, (uint64_t)d->args.step)
                             : count_one_by_one(d, done, n, (uint64_t)d->args.step);
    d->args.lid0 = lid0 + done;
    d->args.n = n;
    d->unit->drive(&d->args);
  }
  return LN_OK;
}

int ln_drive_order(const ln_drive *d) { return d->order; }

uint64_t ln_drive_bytes(const ln_drive *d) {
  return sizeof *d + d->bytes + (d->means ? 8 * (uint64_t)d->n : 0);
}
