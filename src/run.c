/* run.c - the loop of a network: one step after the other, in Brian2's order.
 *
 * Spikes leave in one collective at the end of each interval (the shortest delay) and are needed only in
 * the synapse phase of the step after, so that the exchange goes on beside deliveries, resets and the next
 * state update. Where a delay is zero it is completed within the step. Synapses are filed step by step,
 * each step's spikes in network-wide order: what a target receives, and in what order, depends neither on
 * the ranks nor on how a duration is cut into runs.
 * Nobody stops alone: flags travel with the spikes, and what fails on one rank stops all at the same step.
 */
#include <math.h>
#include <stdio.h>
#include "flush.h"
#include "memory.h"
#include "network_struct.h"
#include "ticks.h"

enum {
  CHECK_EVERY = 64, /* steps between looks for NaN, at multiples of it */
  STOP_AFTER = 36,  /* an error stops the run so long after a multiple of CHECK_EVERY: all know by then */
  LOOK_EVERY = 16,  /* steps between looks at the clock */
  VALUES_A_STEP = 256,  /* of synapses looked at for NaN, on average: a microsecond or two */
  VALUES_AT_END = 4096  /* likewise where a run ends */
};
#define PROGRESS_S 0.25
#define MOST_STEPS ((int64_t)1 << 30)

typedef struct unsound { /* the first NaN, in an order that all ranks share: of a neuron, or of a synapse */
  int64_t step;
  int64_t synapse;           /* 1: of a synapse */
  int64_t object, variable;  /* number of the population or projection */
  int64_t gid, target;       /* of the neuron; of a synapse: its source and target */
  double value;
} unsound;

typedef struct run {
  ln_network *net;
  int64_t first, end;         /* steps; end comes closer when the run is stopped */
  volatile int *interrupt;
  ln_progress progress;
  void *user;
  double shown;               /* when progress was last reported */
  int interval;               /* steps an exchange */
  int open;                   /* steps since the last one began */
  int64_t open_first, sent_first;
  bool in_flight;
  uint32_t seen;              /* flags of all ranks */
  int code;                   /* this rank's first failure */
  ln_error why;
  unsound bad;                /* likewise; step < 0: none */
  uint64_t tick, update, exchange, file, deliver, input, record, other;
  uint64_t learn;             /* part of deliver */
} run;

/* Notes how a part of a step ended. The text is kept of the first failure only. */
#define NOTE(r, call)                                                                   \
  do {                                                                                  \
    ln_error *why_ = (r)->code ? NULL : &(r)->why;                                      \
    int code_ = (call);                                                                 \
    if (code_ && !(r)->code) (r)->code = code_;                                         \
  } while (0)

static void lap(run *r, uint64_t *phase) {
  uint64_t now = ln_ticks();
  *phase += now - r->tick;
  r->tick = now;
}

/* ------------------------------------------------------------------ exchange */

static void file(run *r) {
  ln_network *net = r->net;
  lap(r, &r->exchange);
  for (int k = 0; k < ln_exchange_n_steps(net->exchange); k++) {
    const uint32_t *nid;
    int64_t n;
    ln_exchange_step(net->exchange, k, &nid, &n);
    for (int s = 0; s < net->storages.n && n; s++) {
      NOTE(r, ln_synapses_file(ln_network_storage(net, s), r->sent_first + k, nid, n, why_));
    }
  }
  lap(r, &r->file);
}

static void stop_at(run *r, int64_t step) {
  if (step < r->end) r->end = step;
}

static void complete(run *r) {
  uint32_t flags = 0;
  NOTE(r, ln_exchange_end(r->net->exchange, &flags, why_));
  r->in_flight = false;
  file(r);
  r->seen |= flags;
  int64_t next = r->net->step + 1;
  if (flags & LN_FLAG_INTERRUPT) stop_at(r, next);
  if (flags & LN_FLAG_ERROR)
    stop_at(r, next + (CHECK_EVERY + STOP_AFTER - next % CHECK_EVERY) % CHECK_EVERY);
}

static void begin(run *r) {
  uint32_t flags = 0;
  if (r->interrupt && *r->interrupt) flags |= LN_FLAG_INTERRUPT;
  if (r->code || r->bad.step >= 0) flags |= LN_FLAG_ERROR;
  ln_exchange_begin(r->net->exchange, flags);
  r->in_flight = true;
  r->sent_first = r->open_first;
  r->open_first += r->open;
  r->open = 0;
}

static void exchange(run *r) {
  ln_network *net = r->net;
  if (r->in_flight) complete(r);
  for (int k = 0; k < net->populations.n; k++) {
    const ln_population *p = ln_network_population(net, k);
    for (int event = 0; event <= ln_population_n_events(p); event++) {
      int64_t n, gid_lo, gid_hi;
      const uint32_t *lid = ln_population_events(p, event - 1, &n);
      if (n == 0) continue;
      if (event == 0) net->counters.spikes += n;
      if (!(net->has_targets[k] >> event & 1)) continue;
      ln_population_own(p, &gid_lo, &gid_hi);
      uint32_t first = ln_population_event_nid(p, event) + (uint32_t)gid_lo;
      NOTE(r, ln_exchange_add(net->exchange, first, lid, n, why_));
    }
  }
  r->open = ln_exchange_next(net->exchange);
  if (r->open == r->interval) begin(r);
  if (r->in_flight && (net->min_delay == 0 || ln_comm_size(net->comm) == 1)) complete(r);
}

/* What is still under way when the run ends. */
static void finish(run *r) {
  if (r->in_flight) complete(r);
  if (r->open == 0) return;
  begin(r);
  complete(r);
}

/* ------------------------------------------------------------------ a step */

static void record_states(run *r) {
  for (int k = 0; k < r->net->recorders.n; k++) {
    NOTE(r, ln_recorder_sample(ln_network_recorder(r->net, k), r->net->step, why_));
  }
  for (int k = 0; k < r->net->synapse_recorders.n; k++) {
    NOTE(r, ln_synapse_recorder_sample(r->net->synapse_recorders.at[k], r->net->step, why_));
  }
}

/* Statements at all synapses every so often. */
static void sweep_every(run *r) {
  ln_network *net = r->net;
  for (int k = 0; k < net->storages.n; k++) {
    ln_synapses *s = ln_network_storage(net, k);
    if (!ln_synapses_has(s, LN_EVERY) || !ln_synapses_due(s, LN_EVERY, net->step)) continue;
    NOTE(r, ln_synapses_sweep(s, LN_EVERY, LN_ALL_PATHWAYS, net->step, why_));
  }
}

/* What the script has done every so often here. */
static void chores(run *r, ln_when when) {
  for (int k = 0; k < r->net->chores.n; k++) {
    ln_chore *c = r->net->chores.at[k];
    if (ln_chore_when(c) == when) NOTE(r, ln_chore_run(c, r->net->step, why_));
  }
}

static void start(run *r) {
  chores(r, LN_WHEN_BEFORE_START);
  for (int k = 0; k < r->net->populations.n; k++)
    ln_population_start(ln_network_population(r->net, k), r->net->step);
  for (int k = 0; k < r->net->populations.n; k++)
    ln_population_run_every(ln_network_population(r->net, k), r->net->step);
  sweep_every(r);
  chores(r, LN_WHEN_START);
}

/* The population whose turn is k-th. */
static ln_population *turn_of(const run *r, int k) { return ln_network_population(r->net, r->net->turns.population[k]); }

static void update(run *r) {
  ln_network *net = r->net;
  chores(r, LN_WHEN_BEFORE_GROUPS);
  for (int k = 0; k < net->turns.n_group; k++) {
    const ln_turn *turn = &net->turns.group[k];
    if (turn->kind == LN_TURN_NEURONS) {
      ln_population_advance(ln_network_population(net, turn->index), net->step);
      continue;
    }
    int kind = turn->kind == LN_TURN_SUMMED ? LN_SUMMED : LN_CLOCK;
    ln_synapses *s = ln_network_storage(net, turn->index);
    if (ln_synapses_due(s, kind, net->step)) NOTE(r, ln_synapses_sweep(s, kind, turn->only, net->step, why_));
  }
  chores(r, LN_WHEN_AFTER_GROUPS);
  for (int k = 0; k < net->populations.n; k++) ln_population_detect(turn_of(r, k));
}

static void reset(run *r) {
  for (int k = 0; k < r->net->populations.n; k++) ln_population_reset(turn_of(r, k));
  for (int k = 0; k < r->net->populations.n; k++) ln_population_act(turn_of(r, k));
}

static void record_spikes(run *r) {
  for (int k = 0; k < r->net->recorders.n; k++) {
    NOTE(r, ln_recorder_take_spikes(ln_network_recorder(r->net, k), r->net->step, why_));
  }
}

static void count_events(run *r, const ln_synapses *s, int64_t events, uint64_t from) {
  r->net->counters.events += events;
  if (!ln_synapses_learns(s)) return;
  r->net->counters.plastic_updates += events;
  r->learn += ln_ticks() - from;
}

static void deliver_sources(run *r, const ln_turn *turn) {
  ln_synapses *s = ln_network_storage(r->net, turn->index);
  if (r->net->reads_pre) NOTE(r, ln_synapses_mirror(s, LN_OF_SOURCE, why_));
  uint64_t from = ln_ticks();
  bool fetched = false;
  NOTE(r, ln_synapses_borrow_targets(s, turn->only, r->net->step, &fetched, why_));
  count_events(r, s, ln_synapses_deliver(s, turn->only, r->net->step), from);
  if (fetched) NOTE(r, ln_synapses_return_targets(s, why_));
}

static void deliver_targets(run *r, const ln_turn *turn) {
  ln_synapses *s = ln_network_storage(r->net, turn->index);
  if (r->net->reads_pre) NOTE(r, ln_synapses_mirror(s, LN_OF_TARGET, why_));
  int64_t events = 0;
  uint64_t from = ln_ticks();
  NOTE(r, ln_synapses_deliver_back(s, turn->only, r->net->step, &events, why_));
  count_events(r, s, events, from);
}

static void deliver(run *r) {
  ln_network *net = r->net;
  for (int k = 0; k < net->turns.n_synapse; k++) {
    const ln_turn *turn = &net->turns.synapse[k];
    if (turn->kind == LN_TURN_SOURCES) deliver_sources(r, turn);
    if (turn->kind == LN_TURN_TARGETS) deliver_targets(r, turn);
    if (turn->kind != LN_TURN_INPUT) continue;
    lap(r, &r->deliver);
    NOTE(r, ln_drive_deliver(ln_network_drive(net, turn->index), net->step, why_));
    lap(r, &r->input);
  }
  for (int k = 0; k < net->storages.n; k++)
    NOTE(r, ln_synapses_deliver_pulses(ln_network_storage(net, k), net->step, why_));
}

static void step(run *r) {
  ln_network *net = r->net;
  start(r);
  lap(r, &r->update);
  record_states(r);
  lap(r, &r->record);
  update(r);
  lap(r, &r->update);
  record_spikes(r);
  lap(r, &r->record);
  chores(r, LN_WHEN_AFTER_THRESHOLDS);
  lap(r, &r->update);
  exchange(r);
  lap(r, &r->exchange);
  deliver(r);
  lap(r, &r->deliver);
  chores(r, LN_WHEN_AFTER_SYNAPSES);
  reset(r);
  chores(r, LN_WHEN_END);
  net->step++;
  lap(r, &r->update);
}

/* ------------------------------------------------------------------ looking after it */

static void look_for_nan(run *r) {
  for (int k = 0; k < r->net->populations.n && r->bad.step < 0; k++) {
    int variable;
    int64_t gid;
    double value;
    if (!ln_population_unsound(ln_network_population(r->net, k), &variable, &gid, &value)) continue;
    r->bad = (unsound){.step = r->net->step, .object = k, .variable = variable, .gid = gid, .value = value};
  }
}

/* The first NaN in synapses of this rank; step -1: none. */
static unsound search_synapses(run *r) {
  ln_network *net = r->net;
  lap(r, &r->other);
  for (int k = 0; k < net->storages.n; k++) {
    if (ln_synapses_checked(ln_network_storage(net, k))) ln_synapses_settle(ln_network_storage(net, k));
  }
  r->learn += ln_ticks() - r->tick;
  lap(r, &r->deliver);
  for (int k = 0; k < net->projections.n; k++) {
    ln_unsound u;
    NOTE(r, ln_projection_unsound(net->projections.at[k], &u, why_));
    if (u.found)
      return (unsound){.step = net->step, .synapse = 1, .object = k, .variable = u.var, .gid = u.i, .target = u.j,
                       .value = u.value};
  }
  return (unsound){.step = -1};
}

/* Looks through all synapses, once in so many steps that it costs no more than so many values a step. */
static void look_at_synapses(run *r, int64_t values_a_step) {
  ln_network *net = r->net;
  if (net->looked > net->step) net->looked = 0; /* gone back since */
  if (net->checked == 0 || (net->step - net->looked) * values_a_step < net->checked) return;
  net->looked = net->step;
  unsound found = search_synapses(r);
  if (r->bad.step < 0) r->bad = found;
}

static void show(run *r) {
  double now = ln_comm_wtime();
  if (now - r->shown < PROGRESS_S) return;
  r->shown = now;
  r->progress(r->user, "run", (double)(r->net->step - r->first) / (double)(r->end - r->first));
}

static void loop(run *r) {
  ln_network *net = r->net;
  r->tick = ln_ticks();
  while (net->step < r->end) {
    step(r);
    if (net->step % CHECK_EVERY == 0) {
      look_for_nan(r);
      look_at_synapses(r, VALUES_A_STEP);
    }
    if (r->progress && net->step % LOOK_EVERY == 0) show(r);
  }
  finish(r);
  if (net->step % CHECK_EVERY != 0) look_for_nan(r);
  look_at_synapses(r, VALUES_AT_END);
  lap(r, &r->other);
}

static bool before(const unsound *a, const unsound *b) {
  if (a->step != b->step) return a->step < b->step;
  if (a->synapse != b->synapse) return a->synapse < b->synapse;
  if (a->object != b->object) return a->object < b->object;
  if (a->variable != b->variable) return a->variable < b->variable;
  return a->gid != b->gid ? a->gid < b->gid : a->target < b->target;
}

/* The first of all ranks' findings; step -1: there is none. Collective. */
static int agree_on_first(ln_comm *comm, unsound *bad, ln_error *err) {
  int ranks = ln_comm_size(comm);
  unsound *all = ln_alloc_array((size_t)ranks, sizeof *all), first = {.step = -1};
  int code = all ? LN_OK : ln_fail(err, LN_ENOMEM, "something became NaN or infinite, and there is no memory to say what");
  code = ln_comm_agree(comm, code, err);
  if (!code) ln_comm_allgather(comm, bad, sizeof *bad, all);
  for (int k = 0; k < ranks && !code; k++) {
    if (all[k].step >= 0 && (first.step < 0 || before(&all[k], &first))) first = all[k];
  }
  ln_free(all);
  *bad = first;
  return code;
}

static void describe(const ln_network *net, const unsound *bad, char *text, size_t size) {
  if (bad->synapse) {
    const ln_projection *p = net->projections.at[bad->object];
    snprintf(text, size, "%s of the synapse %lld → %lld", ln_model_unit(ln_projection_model(p))->var[bad->variable].name,
             (long long)bad->gid + 1, (long long)bad->target + 1);
    return;
  }
  const ln_variable *v =
      &ln_model_unit(ln_population_model(ln_network_population(net, (int)bad->object)))->var[bad->variable];
  if (v->flags & LN_SHARED) snprintf(text, size, "%s", v->name);
  else snprintf(text, size, "%s of neuron %lld", v->name, (long long)bad->gid + 1);
}

static const char *object_name(const ln_network *net, const unsound *bad) {
  return bad->synapse ? ln_projection_name(net->projections.at[bad->object])
                      : ln_population_name(ln_network_population(net, (int)bad->object));
}

/* Collective: the first of all ranks' findings, in words. Of a neuron's it says whether a synapse is no better. */
static int report_nan(run *r, ln_error *err) {
  ln_network *net = r->net;
  unsound bad = r->bad, also = {.step = -1};
  if (ln_comm_min(net->comm, bad.step < 0 ? INT64_MAX : bad.step) == INT64_MAX) return LN_OK;
  int code = agree_on_first(net->comm, &bad, err);
  if (!code && !bad.synapse) also = search_synapses(r);
  if (!code && !bad.synapse) code = agree_on_first(net->comm, &also, err);
  if (code) return code;
  char what[160], model[160] = "", more[480] = "";
  if (!bad.synapse)
    snprintf(model, sizeof model, " (model %s)",
             ln_model_unit(ln_population_model(ln_network_population(net, (int)bad.object)))->name);
  if (also.step >= 0) {
    describe(net, &also, what, sizeof what);
    snprintf(more, sizeof more, "; so is %s of %s, by t = %.9g ms", what, object_name(net, &also),
             (double)also.step * net->dt * 1e3);
  }
  describe(net, &bad, what, sizeof what);
  return ln_fail(err, LN_ENUMERIC, "%s: %s is %s at t = %.9g ms%s%s", object_name(net, &bad), what,
                 isnan(bad.value) ? "NaN" : "infinite", (double)bad.step * net->dt * 1e3, model, more);
}

/* Collective: how the run ended. */
static int verdict(run *r, ln_error *err) {
  int code = report_nan(r, err);
  if (code) return code;
  if (r->code && err) *err = r->why;
  code = ln_comm_agree(r->net->comm, r->code, err);
  if (code || !(r->seen & LN_FLAG_INTERRUPT)) return code;
  return ln_fail(err, LN_EINTERRUPTED, "interrupted at t = %.9g ms", ln_network_time(r->net) * 1e3);
}

static uint64_t waited(const run *r) {
  int64_t exchanges, bytes;
  uint64_t ticks;
  ln_exchange_statistics(r->net->exchange, &exchanges, &bytes, &ticks);
  return ticks;
}

static void count(run *r, double seconds, uint64_t ticks, uint64_t waiting) {
  ln_counters *c = &r->net->counters;
  double tick = ticks ? seconds / (double)ticks : 0;
  int64_t steps = r->net->step - r->first;
  c->steps += steps;
  for (int k = 0; k < r->net->populations.n; k++) {
    const ln_population *p = ln_network_population(r->net, k);
    int64_t lo, hi;
    ln_population_own(p, &lo, &hi);
    const ln_clock *clock = ln_population_clock(p);
    int64_t ticks = ln_clock_tick(clock, r->net->step) - ln_clock_tick(clock, r->first);
    if (ln_population_model(p) && !ln_population_image(p)) c->neuron_updates += ticks * (hi - lo);
  }
  c->update_s += (double)r->update * tick;
  c->exchange_s += (double)r->exchange * tick;
  c->wait_s += (double)waiting * tick;
  c->file_s += (double)r->file * tick;
  c->deliver_s += (double)r->deliver * tick;
  c->learn_s += (double)r->learn * tick;
  c->input_s += (double)r->input * tick;
  c->record_s += (double)r->record * tick;
  c->other_s += (double)r->other * tick;
}

/* Collective: pointers, propagators, parameters and turns as they are now. */
static int refresh(ln_network *net, ln_error *err) {
  int code = ln_turns_take(&net->turns, net, err);
  for (int k = 0; k < net->populations.n && !code; k++) {
    code = ln_population_refresh(ln_network_population(net, k), net->step, err);
  }
  for (int k = 0; k < net->drives.n; k++) ln_drive_refresh(ln_network_drive(net, k));
  return ln_comm_agree(net->comm, code, err);
}

int ln_network_run(ln_network *net, int64_t n, volatile int *interrupt, ln_progress progress, void *user,
                   ln_error *err) {
  if (n < 0) return ln_fail(err, LN_EINVAL, "a run of %lld steps; expected a positive time", (long long)n);
  if (n >= MOST_STEPS - net->step) {
    return ln_fail(err, LN_EINVAL, "a run to step %.0f; a network runs for less than 2^30 steps",
                   (double)net->step + (double)n);
  }
  int code = ln_network_prepare(net, progress, user, err);
  if (!code) code = refresh(net, err);
  if (code) return code;
  run r = {.net = net, .first = net->step, .end = net->step + n, .interrupt = interrupt, .progress = progress,
           .user = user, .shown = ln_comm_wtime(), .open_first = net->step, .bad = {.step = -1},
           .interval = net->min_delay > 1 && ln_comm_size(net->comm) > 1 ? net->min_delay : 1};
  double start = ln_comm_wtime();
  uint64_t ticks = ln_ticks(), before = waited(&r), mode = ln_flush_begin();
  loop(&r);
  ln_flush_end(mode);
  count(&r, ln_comm_wtime() - start, ln_ticks() - ticks, waited(&r) - before);
  return verdict(&r, err);
}
