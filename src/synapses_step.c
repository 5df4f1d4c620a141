/* synapses_step.c - a storage's part in a step.
 *
 * Spikes are filed as segments in the calendar; due segments are handed to the compiled code, with what it
 * reads: arrays of the targets, renewed at each delivery, and what synapses_mirror.c has by row. Here are all
 * the ways in which code runs at synapses: for spikes of sources and of targets, for pulses of signals, at
 * all synapses at a time, and for what was put off. Where the targets are synapses themselves, their
 * variables are had from other ranks before (image.c), and handed back after.
 */
#include "flush.h"
#include "image.h"
#include "population_p.h"
#include "synapses_p.h"

#define BATCH 256 /* spikes filed together */

/* ------------------------------------------------------------------ a step */

ln_image *ln_synapses_onto(const ln_synapses *s) { return s->post ? ln_population_image(s->post) : NULL; }

static int file_rows(ln_synapses *s, ln_variant *v, int64_t step, const uint32_t *row, int64_t n,
                     ln_error *err) {
  int code = ln_calendar_file(&v->calendar, &v->rows, step, row, n, err);
  if (!code && v->plastic.n_routes) code = ln_plastic_file(&v->plastic, s->unit, &v->rows, step, row, n, err);
  return code;
}

/* The spikes of all sources together, so that what is cold is fetched well ahead however few each has. */
static int file_spikes(ln_synapses *s, ln_variant *v, int64_t step, const uint32_t *nid, int64_t n,
                       ln_error *err) {
  uint32_t row[BATCH];
  int64_t n_rows = 0;
  const ln_source *source = s->source, *end = source + s->n_sources;
  for (int64_t k = 0; k < n && source < end; k++) {
    while (source < end && nid[k] >= source->nid_hi) source++;
    if (source == end || nid[k] < source->nid_lo || source->row0 >= v->rows.n_rows) continue;
    row[n_rows++] = (uint32_t)(source->row0 + nid[k] - source->nid_lo);
    if (n_rows < BATCH) continue;
    int code = file_rows(s, v, step, row, n_rows, err);
    if (code) return code;
    n_rows = 0;
  }
  return file_rows(s, v, step, row, n_rows, err);
}

/* Until when the spikes of a step may have something due, where all ranks must agree on it. */
static void extend(ln_synapses *s, int64_t step, const uint32_t *nid, int64_t n) {
  for (int q = 0; q < s->n_sources; q++) {
    for (int64_t k = 0; k < n; k++) {
      bool ours = nid[k] >= s->source[q].nid_lo && nid[k] < s->source[q].nid_hi;
      if (ours && s->until < step + s->longest) s->until = step + s->longest;
    }
  }
}

int ln_synapses_file(ln_synapses *s, int64_t step, const uint32_t *nid, int64_t n, ln_error *err) {
  if (ln_synapses_onto(s)) extend(s, step, nid, n);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) ln_pulses_file(&s->pulses[k], step, nid, n);
  for (int v = 0; v < s->n_variants; v++) {
    int code = file_spikes(s, s->variant[v], step, nid, n, err);
    if (code) return code;
  }
  return 0;
}

void ln_synapses_fetch_targets(ln_synapses *s) {
  const ln_unit *u = s->unit;
  for (int k = 0; k < u->n_post; k++) {
    void *array = ln_block_var(s->block, s->post_var[k]);
    s->post_array[k] = array ? array : ln_population_var(s->post, s->post_var[k]);
  }
  for (int k = 0; k < u->n_post_par; k++) s->post_value[k] = ln_population_parameter(s->post, s->post_par[k]);
  for (int k = 0; k < u->n_pre_par; k++)
    s->pre_value[k] = ln_population_parameter(s->projection[0]->pre, s->pre_par[k]);
}

ln_deliver_args ln_synapses_arguments(const ln_synapses *s, ln_variant *v, int64_t step) {
  const ln_clock *post = ln_population_clock(s->post), *pre = ln_population_clock(s->pre);
  uint64_t beside = ln_clock_beside(&s->clock, step);
  ln_deliver_args a = {
    .target = v->rows.target, .syn = v->syn, .post = s->post_array, .pre = s->mirror, .par = v->par,
    .post_par = s->post_value, .pre_par = s->pre_value,
    .row_nid = s->row_nid, .post_nid = ln_block_nid(s->block),
    .row_gid = s->row_gid, .post_gid = ln_block_gid(s->block), .post_last = ln_block_last(s->block),
    .step = ln_clock_tick(&s->clock, step), .t = ln_clock_time(&s->clock, step), .dt = s->clock.dt,
    .post_step = ln_clock_last(post, step), .post_dt = post->dt,
    .pre_step = ln_clock_last(pre, step), .pre_dt = pre->dt,
    .key = beside ? ln_key(s->key, beside, 0) : s->key, .signal = s->signal,
    .target_lo = v->plastic.target_lo, .target_hi = v->plastic.target_hi,
    .timed = s->n_projections ? s->projection[0]->table : NULL};
  if (v->plastic.tabled) ln_plastic_lend(&v->plastic, &a);
  return a;
}

static void run_slot(const ln_synapses *s, const ln_variant *v, ln_deliver_args *a, ln_slot *slot) {
  const ln_unit *u = s->unit;
  bool frozen = v->plastic.frozen && u->frozen16;
  a->segment = slot->segment;
  a->n_segments = slot->n;
  if (v->rows.wide) (frozen ? u->frozen32 : u->deliver32)(a);
  else (frozen ? u->frozen16 : u->deliver16)(a);
  slot->n = 0;
  slot->events = 0;
}

/* On all ranks, whatever there was to do here. */
static void stir_targets(const ln_synapses *s) {
  for (int k = 0; k < s->n_projections; k++) ln_population_stir(s->projection[k]->post);
}

/* The pathway's place among those beside the first; all stay all. */
static int route_of(int pathway) { return pathway < 0 ? pathway : pathway - 1; }

int64_t ln_synapses_deliver(ln_synapses *s, int only, int64_t step) {
  int64_t events = 0;
  bool fetched = false;
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    ln_slot none = {0}, *slot = only <= 0 ? ln_calendar_slot(&v->calendar, step) : &none;
    if (slot->n == 0 && v->plastic.n_routes == 0) continue;
    if (!fetched) ln_synapses_fetch_targets(s);
    fetched = true;
    events += slot->events;
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    if (v->plastic.tabled) ln_plastic_tabulate(&v->plastic, s->unit, &args);
    if (slot->n) run_slot(s, v, &args, slot);
    if (only != 0)
      events += ln_plastic_deliver(&v->plastic, s->unit, route_of(only), step, &args, v->rows.wide);
  }
  stir_targets(s);
  return events;
}

bool ln_synapses_learns(const ln_synapses *s) {
  return ln_plastic_learns(s->unit) && s->n_variants && !s->variant[0]->plastic.frozen;
}

bool ln_synapses_has(const ln_synapses *s, int kind) { return ln_plastic_sweeps(s->unit, kind); }

bool ln_synapses_due(const ln_synapses *s, int kind, int64_t step) {
  if (kind == LN_CLOCK) return ln_clock_ticks(&s->clock, step);
  return kind != LN_SUMMED || ln_clock_ticks(ln_population_clock(s->post), step);
}

int ln_synapses_sweep(ln_synapses *s, int kind, int only, int64_t step, ln_error *err) {
  ln_image *targets = ln_synapses_onto(s);
  if (targets && !ln_plastic_sweeps_at(&s->variant[0]->plastic, s->unit, kind, route_of(only), step))
    return 0;
  int code = targets ? ln_image_pull(targets, err) : 0;
  if (!code) code = ln_synapses_mirror(s, kind, err);
  ln_synapses_fetch_targets(s);
  for (int k = 0; k < s->n_variants && !code; k++) {
    ln_variant *v = s->variant[k];
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    ln_plastic_tabulate(&v->plastic, s->unit, &args);
    ln_plastic_sweep(&v->plastic, s->unit, &v->rows, kind, route_of(only), step, &args);
  }
  stir_targets(s);
  if (targets && !code) code = ln_image_push(targets, err);
  return code;
}

int ln_synapses_deliver_pulses(ln_synapses *s, int64_t step, ln_error *err) {
  int code = 0;
  for (int k = 0; s->pulses && k < s->unit->n_pathway && !code; k++) {
    for (uint32_t n = s->pulses[k].due ? ln_pulses_take(&s->pulses[k], step) : 0; n > 0 && !code; n--)
      code = ln_synapses_sweep(s, LN_ON_SIGNAL, k + 1, step, err);
  }
  return code;
}

/* What happened to targets in this step goes into the queues of the pathways that are about it. */
static int take(ln_synapses *s, ln_variant *v, int only, int64_t step, ln_error *err) {
  for (int event = -1; event < ln_population_n_events(s->post); event++) {
    int64_t n;
    const uint32_t *lid = ln_population_events(s->post, event, &n);
    int code = ln_plastic_take(&v->plastic, s->unit, route_of(only), event, step, lid, n,
                               ln_population_blid(s->post), err);
    if (code) return code;
  }
  return 0;
}

int ln_synapses_deliver_back(ln_synapses *s, int only, int64_t step, int64_t *events, ln_error *err) {
  ln_synapses_fetch_targets(s);
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    ln_deliver_args args = ln_synapses_arguments(s, v, step);
    int code = take(s, v, only, step, err);
    if (code) return code;
    ln_plastic_tabulate(&v->plastic, s->unit, &args);
    *events += ln_plastic_deliver_back(&v->plastic, s->unit, route_of(only), &v->rows, step, &args);
  }
  stir_targets(s);
  return 0;
}

/* One segment, or all where row < 0. */
static void settle(ln_synapses *s, ln_variant *v, int64_t row, uint64_t run) {
  if (!ln_plastic_owes(&v->plastic)) return;
  ln_synapses_fetch_targets(s);
  ln_deliver_args args = ln_synapses_arguments(s, v, 0);
  uint64_t mode = ln_flush_begin();
  ln_plastic_tabulate(&v->plastic, s->unit, &args);
  if (row < 0) ln_plastic_settle(&v->plastic, s->unit, &v->rows, &args);
  else ln_plastic_settle_run(&v->plastic, s->unit, &v->rows, &args, row, run);
  ln_flush_end(mode);
}

void ln_synapses_settle(ln_synapses *s) {
  for (int k = 0; k < s->n_variants; k++) settle(s, s->variant[k], -1, 0);
}

void ln_synapses_settle_run(ln_synapses *s, ln_variant *v, int64_t row, uint64_t run) {
  settle(s, v, row, run);
}

void ln_synapses_clear_calendar(ln_synapses *s) {
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) ln_pulses_clear(&s->pulses[k]);
  for (int k = 0; k < s->n_variants; k++) {
    ln_calendar_clear(&s->variant[k]->calendar);
    ln_plastic_clear(&s->variant[k]->plastic, s->unit);
  }
}

/* ------------------------------------------------------------------ targets that are synapses */

static bool any_due(const ln_synapses *s, int only, int64_t step) {
  bool any = false;
  for (int k = 0; k < s->n_variants; k++) {
    const ln_variant *v = s->variant[k];
    any |= only <= 0 && ln_calendar_slot(&v->calendar, step)->n > 0;
    for (int q = 0; q < v->plastic.n_routes; q++) {
      bool asked = s->unit->pathway[q].kind == LN_OF_SOURCE && (only < 0 || only == q + 1);
      any |= asked && ln_calendar_slot(&v->plastic.route[q].calendar, step)->n > 0;
    }
  }
  return any;
}

int ln_synapses_borrow_targets(ln_synapses *s, int only, int64_t step, bool *fetched, ln_error *err) {
  ln_image *targets = ln_synapses_onto(s);
  *fetched = targets && step <= s->until && ln_comm_max(s->comm, any_due(s, only, step));
  return *fetched ? ln_image_pull(targets, err) : 0;
}

int ln_synapses_return_targets(ln_synapses *s, ln_error *err) {
  return ln_image_push(ln_synapses_onto(s), err);
}

void ln_synapses_survey(ln_synapses *s) {
  if (!ln_synapses_onto(s)) return;
  int longest = ln_synapses_max_delay(s);
  for (int k = 0; k < s->n_variants; k++) {
    const ln_plastic *p = &s->variant[k]->plastic;
    for (int q = 0; q < p->n_routes; q++) {
      bool of_source = s->unit->pathway[q].kind == LN_OF_SOURCE;
      if (of_source && p->route[q].delay > longest) longest = p->route[q].delay;
    }
  }
  s->longest = (int)ln_comm_max(s->comm, longest);
}
