/* synapses_build.c - from connectors to rows.
 *
 * The connectors run twice. The first time the synapses of each row are counted; the second time they are
 * placed, delay and target in one word. Then each row is sorted, its directory written, and the variables
 * are filled, projection by projection. New synapses of a row come behind the old ones, which keep their
 * order, their values and their segments in flight. The old rows stay as they are until all has succeeded.
 */
#include <stdlib.h>
#include <string.h>
#include "connect_p.h"
#include "element.h"
#include "memory.h"
#include "rows_sort.h"
#include "spread.h"
#include "synapses_p.h"

/* A projection under construction. */
typedef struct joining {
  ln_projection *p;
  struct building *b;
  ln_reading condition, delay, *var;
  int64_t row0, blid0; /* of place 0 of the pre and post ranges */
  int64_t n;           /* synapses counted */
  bool one_delay;
  uint64_t delay_key;
  uint16_t steps[LN_EMIT_CHUNK]; /* of a chunk; the first one where there is one_delay */
} joining;

typedef struct building {
  ln_synapses *s;
  ln_variant *v;
  int n_joining;
  joining *joining; /* by place of their targets */
  ln_rows rows;     /* the result */
  bool wide;
  uint64_t n;      /* new synapses */
  uint64_t *place; /* n_rows + 1: of each row's first entry; after placing, of the next row's */
  void *entry;
  int64_t *origin; /* with each entry, where values come from arrays */
  ln_spread spread;
  void (*progress)(void *user, double fraction);
  void *user;
  double done, share; /* of the whole build, before this variant and by it */
} building;

static void report(const building *b, double fraction) {
  if (b->progress) b->progress(b->user, b->done + fraction * b->share);
}

/* ------------------------------------------------------------------ what will be built */

static int by_target_place(const void *a, const void *b) {
  const ln_projection *x = *(ln_projection *const *)a, *y = *(ln_projection *const *)b;
  int64_t i = ln_projection_blid0(x) + x->own_lo, j = ln_projection_blid0(y) + y->own_lo;
  if (i != j) return i < j ? -1 : 1;
  return x->key < y->key ? -1 : x->key > y->key;
}

/* The waiting projections whose values are the variant's. */
static int list_waiting(building *b, ln_error *err) {
  ln_synapses *s = b->s;
  ln_projection **p = ln_alloc_array((size_t)s->n_projections, sizeof *p);
  int n = 0;
  for (int k = 0; k < s->n_projections && p; k++) {
    if (!s->projection[k]->built && ln_variant_fits(s, b->v, s->projection[k])) p[n++] = s->projection[k];
  }
  b->joining = ln_alloc_array((size_t)n, sizeof *b->joining);
  if (!p || !b->joining) {
    ln_free(p);
    return ln_fail(err, LN_ENOMEM, "no memory to build synapses");
  }
  b->n_joining = n;
  qsort(p, (size_t)n, sizeof *p, by_target_place);
  for (int k = 0; k < n; k++) {
    joining *j = &b->joining[k];
    j->p = p[k];
    j->b = b;
    j->row0 = p[k]->row0 + p[k]->pre_lo;
    j->blid0 = ln_projection_blid0(p[k]) + p[k]->post_lo;
    j->delay_key = ln_key(p[k]->key, LN_PROJECTION_DELAY, p[k]->generation);
    j->one_delay = p[k]->delay.kind == LN_VALUE_CONSTANT;
  }
  ln_free(p);
  return 0;
}

static ln_model *expression_of(const ln_value *v) {
  return v->kind == LN_VALUE_EXPRESSION ? v->expression : NULL;
}

/* Everything that expressions will read, gathered while all ranks are together. Collective. The projections
 * stand in an order that may differ between ranks; the creation order does not. */
static int open_readings(building *b, ln_error *err) {
  int code = 0;
  for (int q = 0; q < b->s->n_projections && !code; q++) {
    joining *j = NULL;
    for (int k = 0; k < b->n_joining; k++) {
      if (b->joining[k].p == b->s->projection[q]) j = &b->joining[k];
    }
    if (!j) continue;
    const ln_projection *p = j->p;
    j->var = ln_alloc_array((size_t)p->unit->n_var, sizeof *j->var);
    code = j->var ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to build synapses", p->name);
    code = ln_comm_agree(b->s->comm, code, err);
    if (!code) code = ln_reading_open(&j->condition, p, p->connector.expression, err);
    if (!code) code = ln_reading_open(&j->delay, p, expression_of(&p->delay), err);
    for (int k = 0; k < p->unit->n_var && !code; k++)
      code = ln_reading_open(&j->var[k], p, expression_of(&p->var[k]), err);
  }
  return code;
}

static void destroy_building(building *b) {
  for (int k = 0; k < b->n_joining; k++) {
    joining *j = &b->joining[k];
    ln_reading_close(&j->condition);
    ln_reading_close(&j->delay);
    for (int v = 0; j->var && v < b->s->unit->n_var; v++) ln_reading_close(&j->var[v]);
    ln_free(j->var);
  }
  ln_free(b->joining);
  ln_free(b->place);
  ln_free(b->entry);
  ln_free(b->origin);
  ln_spread_destroy(&b->spread);
  ln_rows_destroy(&b->rows);
}

/* ------------------------------------------------------------------ first pass */

static int read_condition(void *user, int input, int64_t n, const uint32_t *source, const uint32_t *target,
                          double *out, ln_error *err) {
  joining *j = user;
  j->condition.source = source, j->condition.source_shift = j->p->pre_lo;
  j->condition.target = target, j->condition.target_shift = j->p->post_lo;
  return ln_reading_read(&j->condition, input, n, out, err);
}

static int connect(joining *j, ln_connect_sink sink, ln_error *err) {
  ln_connect_range range = ln_projection_range(j->p);
  ln_error inner;
  int code = ln_connect(&j->p->connector, &range, ln_key(j->p->key, LN_PROJECTION_CONNECT, j->p->generation), sink,
                        read_condition, j, &inner);
  return code ? ln_fail(err, code, "%s: %s", j->p->name, inner.text) : 0;
}

/* Whether a growing projection has synapse k of a chunk already. */
static bool is_there(const joining *j, const ln_connect_chunk *chunk, int64_t k) {
  const ln_rows *old = &j->b->v->rows;
  int64_t row = j->row0 + chunk->source[k];
  return !j->p->connector.multapses && ln_rows_has(old, row, (uint32_t)(j->blid0 + chunk->target[k]));
}

static int count_new(joining *j, const ln_connect_chunk *chunk, uint64_t *count) {
  for (int64_t k = 0; k < chunk->n; k++) {
    if (is_there(j, chunk, k)) continue;
    count[chunk->source[k]]++;
    j->n++;
  }
  return 0;
}

static int count_chunk(void *user, const ln_connect_chunk *chunk, ln_error *err) {
  (void)err;
  joining *j = user;
  uint64_t *count = j->b->place + j->row0 + 1;
  if (j->p->growing) return count_new(j, chunk, count);
  for (int64_t k = 0; k < chunk->n; k++) count[chunk->source[k]]++;
  j->n += chunk->n;
  return 0;
}

static uint64_t bytes_per_synapse(const ln_synapses *s, bool wide) {
  uint64_t bytes = wide ? 4 : 2;
  for (int k = 0; k < s->unit->n_var; k++)
    bytes += s->unit->var[k].flags & LN_SHARED ? 0 : ln_element_size(ln_element_of(s->unit, k));
  return bytes;
}

/* What building takes beside what is there: entries go before variables come. */
static double peak_bytes(const ln_synapses *s, bool wide, double old, double fresh, bool origins) {
  double target = wide ? 4 : 2, early = (old + fresh) * target + fresh * (double)ln_entry_size(wide);
  double late = (old + fresh) * (double)bytes_per_synapse(s, wide);
  return (early > late ? early : late) + (origins ? 16 * fresh : 0);
}

static bool wants_origins(const ln_projection *p) {
  bool wants = false;
  for (int k = 0; k < p->unit->n_var; k++) wants |= p->var[k].kind == LN_VALUE_ARRAY;
  return wants;
}

static int check_memory(const building *b, bool origins, ln_error *err) {
  double need = peak_bytes(b->s, b->wide, (double)b->v->rows.n, (double)b->n, origins);
  double rest = (double)ln_memory_available() / ln_comm_node_size(b->s->comm);
  if (need <= rest) return 0;
  return ln_fail(err, LN_ENOMEM,
                 "%s: %llu synapses need %.3g GiB on this rank while they are built, but %.3g GiB are left",
                 b->joining[0].p->name, (unsigned long long)b->n, need / 0x1p30, rest / 0x1p30);
}

static int count_synapses(building *b, ln_error *err) {
  b->wide = ln_block_size(b->s->block) > 65536;
  b->place = ln_alloc_array((size_t)b->s->n_rows + 1, sizeof *b->place);
  int code = b->place ? 0 : ln_fail(err, LN_ENOMEM, "no memory to count synapses");
  bool origins = false;
  for (int k = 0; k < b->n_joining && !code; k++) {
    code = connect(&b->joining[k], count_chunk, err);
    b->n += (uint64_t)b->joining[k].n;
    origins |= wants_origins(b->joining[k].p);
    report(b, 0.3 * (k + 1) / b->n_joining);
  }
  for (int64_t row = 0; row < b->s->n_rows && !code; row++) b->place[row + 1] += b->place[row];
  return code ? code : check_memory(b, origins, err);
}

/* ------------------------------------------------------------------ second pass */

/* Delays of a chunk, in steps: a pathway's value, what its expression reads, its key. */
static int draw_delays(const joining *j, const ln_connect_chunk *chunk, int pathway, const ln_value *value,
                       ln_reading *reading, uint64_t key, uint16_t *steps, ln_error *err) {
  const ln_projection *p = j->p;
  double seconds[LN_EMIT_CHUNK];
  reading->source = chunk->source, reading->source_shift = p->pre_lo;
  reading->target = chunk->target, reading->target_shift = p->post_lo;
  ln_value_chunk c = {.n = chunk->n,
                      .id = chunk->id,
                      .origin = chunk->origin,
                      .key = key,
                      .dt = p->clock.dt,
                      .read = ln_reading_read,
                      .user = reading};
  ln_error inner;
  int code = ln_value_fill(value, &c, seconds, &inner);
  if (code) return ln_fail(err, code, "delay: %s", inner.text);
  return ln_projection_delay_steps(ln_projection_pathway_clock(p, pathway), seconds, chunk->n, steps, err);
}

/* The pathway whose delays are this variable. */
static int pathway_of(const ln_unit *u, int var) {
  int k = 0;
  while (k < u->n_pathway && u->pathway[k].delays != var + 1) k++;
  return k;
}

/* Those of further pathways, to the entries of a chunk: entry[k] of synapse k, UINT64_MAX where it is left out. */
static int place_spread(joining *j, const ln_connect_chunk *chunk, const uint64_t *entry, ln_error *err) {
  uint16_t steps[LN_EMIT_CHUNK];
  const ln_spread *s = &j->b->spread;
  int code = 0;
  for (int q = 0; q < s->n && !code; q++) {
    int var = s->var[q];
    uint64_t key = ln_key(j->p->key, LN_PROJECTION_DELAY, j->p->generation + ((uint64_t)(q + 1) << 32));
    code = draw_delays(j, chunk, pathway_of(j->p->unit, var), &j->p->var[var], &j->var[var], key, steps, err);
    for (int64_t k = 0; k < chunk->n && !code; k++) {
      if (entry[k] != UINT64_MAX) s->entry[q][entry[k]] = steps[k];
    }
  }
  return code;
}

static int place_chunk(void *user, const ln_connect_chunk *chunk, ln_error *err) {
  joining *j = user;
  building *b = j->b;
  uint64_t *place = b->place + j->row0, entry[LN_EMIT_CHUNK];
  int code = j->one_delay ? 0 : draw_delays(j, chunk, -1, &j->p->delay, &j->delay, j->delay_key, j->steps, err);
  for (int64_t k = 0; k < chunk->n && !code; k++) {
    entry[k] = UINT64_MAX;
    if (j->p->growing && is_there(j, chunk, k)) continue;
    uint64_t at = entry[k] = place[chunk->source[k]]++;
    ln_entry_set(b->entry, b->wide, at, j->steps[j->one_delay ? 0 : k],
                 (uint32_t)(j->blid0 + chunk->target[k]));
    if (b->origin) b->origin[at] = chunk->origin ? chunk->origin[k] : -1;
  }
  return code || b->spread.n == 0 ? code : place_spread(j, chunk, entry, err);
}

/* Before placing: place[row + 1] - place[row] synapses. */
static uint64_t longest_row(const building *b) {
  uint64_t longest = 0;
  for (int64_t row = 0; row < b->s->n_rows; row++) {
    uint64_t n = b->place[row + 1] - b->place[row];
    longest = n > longest ? n : longest;
  }
  return longest;
}

static int place_synapses(building *b, ln_error *err) {
  b->entry = ln_alloc_array(b->n, ln_entry_size(b->wide));
  bool origins = false;
  for (int k = 0; k < b->n_joining; k++) origins |= wants_origins(b->joining[k].p);
  if (origins) b->origin = ln_alloc_array(b->n, sizeof *b->origin);
  int code = ln_spread_init(&b->spread, b->s->unit, b->n, longest_row(b), err);
  if (!code && (!b->entry || (origins && !b->origin)))
    code = ln_fail(err, LN_ENOMEM, "no memory to place %llu synapses", (unsigned long long)b->n);
  for (int k = 0; k < b->n_joining && !code; k++) {
    joining *j = &b->joining[k];
    if (j->one_delay) code = ln_projection_delay_steps(ln_projection_pathway_clock(j->p, -1), &j->p->delay.a, 1, j->steps, err);
    if (!code) code = connect(j, place_chunk, err);
    report(b, 0.3 + 0.3 * (k + 1) / b->n_joining);
  }
  return code;
}

/* ------------------------------------------------------------------ rows */

/* Entries of row: [first_entry(row), b->place[row]). */
static uint64_t first_entry(const building *b, int64_t row) { return row ? b->place[row - 1] : 0; }

static int copy_old_row(building *b, int64_t row, uint64_t to, uint64_t *room, ln_error *err) {
  const ln_rows *old = &b->v->rows;
  if (row >= old->n_rows) return 0;
  int code = 0;
  for (uint64_t run = old->row[row].run; run < old->row[row + 1].run && !code; run++)
    code = ln_rows_add_run(&b->rows, old->run[run].delay, old->run[run].n, room, err);
  if (!code) code = ln_spread_keep(&b->spread, old, old->row[row].run, old->row[row + 1].run, err);
  for (uint64_t at = old->row[row].first; at < old->row[row + 1].first; at++)
    ln_rows_set_target(&b->rows, to++, ln_rows_target(old, at));
  return code;
}

static int make_rows(building *b, ln_sorter *sorter, ln_error *err) {
  ln_rows *r = &b->rows;
  uint64_t at = 0, room = 0;
  int code = 0;
  for (int64_t row = 0; row < r->n_rows && !code; row++) {
    r->row[row] = (ln_row){at, r->n_runs};
    uint64_t n_old = ln_row_count(&b->v->rows, row), from = first_entry(b, row), n_new = b->place[row] - from;
    code = copy_old_row(b, row, at, &room, err);
    if (!code && n_new && b->spread.n)
      code = ln_spread_row(&b->spread, b->entry, b->wide, b->origin, from, n_new, r, at + n_old, &room, err);
    else if (!code && n_new) code = ln_sorter_row(sorter, from, n_new, r, at + n_old, &room, err);
    at += n_old + n_new;
  }
  r->row[r->n_rows] = (ln_row){at, r->n_runs};
  if (code || r->n_runs == room) return code;
  ln_run *trimmed = ln_realloc(r->run, room * sizeof *trimmed, r->n_runs * sizeof *trimmed);
  if (trimmed) r->run = trimmed;
  return 0;
}

static int sort_rows(building *b, ln_error *err) {
  int code = ln_rows_init(&b->rows, b->s->unit, b->s->n_rows, err);
  uint64_t longest = 0; /* row */
  for (int64_t k = 0; k < b->s->n_rows; k++) {
    uint64_t n = b->place[k] - first_entry(b, k);
    longest = n > longest ? n : longest;
  }
  ln_sorter sorter = {0};
  b->rows.n_targets = ln_projection_window(b->joining[0].p, false).target_hi;
  if (!code) code = ln_rows_alloc_targets(&b->rows, b->v->rows.n + b->n, b->wide, err);
  if (!code) code = ln_sorter_init(&sorter, b->entry, b->wide, b->origin, longest, err);
  if (!code) code = make_rows(b, &sorter, err);
  if (!code) ln_spread_install(&b->spread, &b->rows);
  ln_sorter_destroy(&sorter);
  ln_free(b->entry);
  b->entry = NULL;
  report(b, 0.7);
  return code;
}

/* ------------------------------------------------------------------ variables */

/* One value a segment: a row's old segments come first; one a target: by index. */
static void copy_old_neurons(building *b, int var) {
  const ln_rows *old = &b->v->rows;
  size_t size = ln_element_size(ln_element_of(b->s->unit, var));
  if (!old->var[var]) return;
  if (b->s->unit->var[var].flags & LN_PER_TARGET) {
    memcpy(b->rows.var[var], old->var[var], old->n_targets * size);
    return;
  }
  for (int64_t row = 0; row < old->n_rows; row++) {
    uint64_t from = old->row[row].run, n = old->row[row + 1].run - from;
    memcpy((char *)b->rows.var[var] + b->rows.row[row].run * size, (char *)old->var[var] + from * size, n * size);
  }
}

static void copy_old_values(building *b, int var) {
  const ln_rows *old = &b->v->rows;
  size_t size = ln_element_size(ln_element_of(b->s->unit, var));
  for (int64_t row = 0; row < old->n_rows; row++) {
    uint64_t n = ln_row_count(old, row);
    if (n)
      memcpy((char *)b->rows.var[var] + b->rows.row[row].first * size,
             (char *)old->var[var] + old->row[row].first * size, n * size);
  }
}

/* Origins of a projection's synapses in order of storage, from those of the entries. */
typedef struct origins {
  const building *b;
  int64_t *out;
} origins;

static int take_origins(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  origins *o = user;
  const ln_rows *old = &o->b->v->rows;
  for (int64_t k = 0; k < chunk->n; k++) {
    int64_t row = chunk->row[k];
    uint64_t n_old = row < old->n_rows ? old->row[row + 1].first : old->n; /* old synapses up to here */
    if (chunk->at[k] < o->b->rows.row[row].first + ln_row_count(old, row)) continue;
    *o->out++ = o->b->origin[chunk->at[k] - n_old];
  }
  return 0;
}

/* Times of the last update count from now. */
static ln_value initial(const building *b, const ln_projection *p, int var) {
  return p->unit->var[var].flags & LN_HIDDEN ? ln_value_constant((double)b->s->step) : p->var[var];
}

static int fill_variable(building *b, joining *j, int var, ln_error *err) {
  const ln_projection *p = j->p;
  int64_t *origin = NULL;
  int code = 0;
  ln_value v = initial(b, p, var);
  if (p->var[var].kind == LN_VALUE_ARRAY) {
    ln_window w = ln_projection_window(p, false);
    origin = ln_alloc_array((size_t)j->n, sizeof *origin);
    origins o = {b, origin};
    code = origin ? ln_rows_visit(&b->rows, &w, take_origins, &o, err)
                  : ln_fail(err, LN_ENOMEM, "%s: no memory to set %s", p->name, p->unit->var[var].name);
  }
  if (!code) code = ln_projection_fill_rows(p, &b->rows, var, &v, &j->var[var], origin,
                                              p->growing ? &b->v->rows : NULL, err);
  ln_free(origin);
  return code;
}

/* How many synapses neurons have, which the first values of other variables may depend on. Collective. */
static int make_degrees(building *b, ln_error *err) {
  int code = 0;
  for (int k = 0; k < b->s->unit->n_var && !code; k++) {
    if (b->s->unit->var[k].flags & LN_DEGREE) code = ln_rows_alloc_var(&b->rows, b->s->unit, k, err);
  }
  code = ln_comm_agree(b->s->comm, code, err);
  return code ? code : ln_projection_fill_degrees(b->joining[0].p, &b->rows, err); /* such storages have one projection */
}

static bool has_degrees(const ln_unit *u) {
  bool any = false;
  for (int k = 0; k < u->n_var; k++) any |= u->var[k].flags & LN_DEGREE;
  return any;
}

static int make_variables(building *b, ln_error *err) {
  int code = 0, n_var = b->s->unit->n_var;
  for (int k = 0; k < n_var && !code; k++) {
    if (b->s->unit->var[k].flags & (LN_SHARED | LN_DELAY | LN_DEGREE)) continue;
    code = ln_rows_alloc_var(&b->rows, b->s->unit, k, err);
    if (!code && ln_projection_per_neuron(b->joining[0].p, k)) { /* such storages have one projection */
      const ln_projection *p = b->joining[0].p;
      ln_value v = initial(b, p, k);
      code = ln_projection_fill_neurons(p, &b->rows, k, &v, err);
      if (!code) copy_old_neurons(b, k);
      continue;
    }
    if (!code) copy_old_values(b, k);
    for (int q = 0; q < b->n_joining && !code; q++) {
      code = fill_variable(b, &b->joining[q], k, err);
      report(b, 0.7 + 0.3 * (k + (q + 1.0) / b->n_joining) / n_var);
    }
  }
  return code;
}

/* ------------------------------------------------------------------ the new in place of the old */

static void move_segments(const building *b, const ln_calendar *c) {
  for (int64_t k = 0; k < c->n_slots; k++) {
    for (uint32_t q = 0; q < c->slot[k].n; q++) {
      ln_segment *g = &c->slot[k].segment[q];
      g->first += b->rows.row[g->row].first - b->v->rows.row[g->row].first;
      g->run += (uint32_t)(b->rows.row[g->row].run - b->v->rows.row[g->row].run);
    }
  }
}

static void commit(building *b) {
  ln_synapses *s = b->s;
  move_segments(b, &b->v->calendar);
  for (int k = 0; k < b->v->plastic.n_routes; k++) move_segments(b, &b->v->plastic.route[k].calendar);
  ln_rows_destroy(&b->v->rows);
  b->v->rows = b->rows;
  b->rows = (ln_rows){0};
  ln_variant_refresh(s, b->v);
  for (int k = 0; k < b->n_joining; k++) {
    ln_projection *p = b->joining[k].p;
    b->v->ragged |= p->growing;
    p->built = true;
    p->local_count = b->joining[k].n + (p->growing ? p->local_count : 0);
    p->growing = false;
    p->variant = b->v;
    ln_projection_release_recipe(p);
  }
  s->n_builds++;
}

static int build_plastic(building *b, ln_error *err) {
  if (!ln_plastic_unit(b->s->unit)) return 0;
  ln_window w = ln_projection_window(b->joining[0].p, false);
  b->v->plastic.frozen = b->joining[0].p->frozen;
  return ln_plastic_build(&b->v->plastic, b->s->unit, &b->rows, w.target_lo, w.target_hi, err);
}

static int build_variant(building *b, ln_error *err) {
  ln_comm *comm = b->s->comm;
  int code = ln_comm_agree(comm, list_waiting(b, err), err);
  if (!code && b->n_joining == 0) return 0;
  if (!code) code = ln_comm_agree(comm, ln_synapses_tidy(b->s, b->v, err), err);
  if (!code) code = open_readings(b, err);
  if (!code) code = ln_comm_agree(comm, count_synapses(b, err), err);
  if (code) return code;
  code = place_synapses(b, err);
  if (!code) code = sort_rows(b, err);
  if (has_degrees(b->s->unit)) {
    code = ln_comm_agree(comm, code, err);
    if (!code) code = make_degrees(b, err);
  }
  if (!code) code = make_variables(b, err);
  if (!code) code = ln_calendar_reserve(&b->v->calendar, b->rows.max_delay, err);
  if (!code) code = ln_plastic_reserve(&b->v->plastic, b->s->unit, &b->rows, b->s->step, err);
  if (!code) code = build_plastic(b, err);
  code = ln_comm_agree(comm, code, err);
  if (!code) commit(b);
  return code;
}

/* ------------------------------------------------------------------ all of it */

static int n_waiting(const ln_synapses *s) {
  int n = 0;
  for (int k = 0; k < s->n_projections; k++) n += !s->projection[k]->built;
  return n;
}

/* Values stored apart, a variant for every waiting projection, rows for its sources. */
static int prepare(ln_synapses *s, ln_error *err) {
  int code = s->stale ? ln_synapses_split(s, err) : 0;
  for (int k = 0; k < s->n_projections && !code; k++) {
    ln_variant *v;
    const ln_projection *p = s->projection[k];
    if (!p->built && !ln_synapses_has_variant(s, p)) code = ln_synapses_add_variant(s, p, &v, err);
  }
  if (!code) code = ln_synapses_add_sources(s, err);
  return code;
}

int ln_synapses_build(ln_synapses *s, void (*progress)(void *user, double fraction), void *user,
                      ln_error *err) {
  int waiting = n_waiting(s);
  if (waiting == 0 && !s->stale) return 0;
  ln_synapses_settle(s);
  int code = ln_comm_agree(s->comm, prepare(s, err), err);
  double done = 0;
  for (int k = 0; k < s->n_variants && !code; k++) {
    int n = 0;
    for (int q = 0; q < s->n_projections; q++)
      n += !s->projection[q]->built && ln_variant_fits(s, s->variant[k], s->projection[q]);
    if (n == 0) continue;
    building b = {.s = s,
                  .v = s->variant[k],
                  .progress = progress,
                  .user = user,
                  .done = done,
                  .share = (double)n / waiting};
    code = build_variant(&b, err);
    destroy_building(&b);
    done += (double)n / waiting;
  }
  return code;
}

double ln_synapses_estimate_bytes(const ln_synapses *s) {
  double n = 0, old = (double)ln_synapses_count(s);
  bool origins = false;
  for (int k = 0; k < s->n_projections; k++) {
    const ln_projection *p = s->projection[k];
    if (p->built) continue;
    ln_connect_range range = ln_projection_range(p);
    n += ln_connect_estimate(&p->connector, &range);
    origins |= wants_origins(p);
  }
  return n > 0 ? peak_bytes(s, ln_block_size(s->block) > 65536, old, n, origins) : 0;
}
