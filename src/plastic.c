/* plastic.c - what a storage of synapses keeps beside its rows for spikes of targets and further pathways.
 *
 * The synapses of a target stand in the order of storage, by source, so that what they do does not depend
 * on the ranks.
 */
#include "plastic.h"
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "spread.h"

bool ln_plastic_unit(const ln_unit *u) {
  bool any = u->n_pathway > 0 || u->frozen16 || u->n_decay > 0 || u->n_signal > 0 || u->n_table > 0;
  for (int k = 0; k < u->n_var; k++)
    any |= (u->var[k].flags & (LN_PER_SEGMENT | LN_PER_TARGET | LN_HIDDEN)) != 0;
  return any;
}

bool ln_plastic_learns(const ln_unit *u) {
  bool any = u->frozen16 != NULL;
  for (int k = 0; k < u->n_pathway; k++) any |= u->pathway[k].frozen16 != NULL;
  return any;
}

static bool has_targets(const ln_unit *u) { return ln_plastic_sweeps(u, LN_OF_TARGET); }
static bool has_back(const ln_unit *u) { return has_targets(u) && u->lists; }

bool ln_plastic_sweeps(const ln_unit *u, int kind) {
  for (int k = 0; k < u->n_pathway; k++) {
    if (u->pathway[k].kind == kind) return true;
  }
  return false;
}

static bool has_sweeps(const ln_unit *u) {
  return ln_plastic_sweeps(u, LN_SUMMED) || ln_plastic_sweeps(u, LN_CLOCK) || ln_plastic_sweeps(u, LN_EVERY) ||
         ln_plastic_sweeps(u, LN_ON_SIGNAL);
}

/* ------------------------------------------------------------------ making */

static int make_queue(ln_queue *q, int delay, ln_error *err) {
  size_t n = (size_t)delay + 1;
  q->slot = ln_alloc_array(n, sizeof *q->slot);
  q->n = ln_alloc_array(n, sizeof *q->n);
  q->room = ln_alloc_array(n, sizeof *q->room);
  return q->slot && q->n && q->room ? 0 : ln_fail(err, LN_ENOMEM, "no memory for spikes of %zu steps", n);
}

static size_t n_constants(const ln_unit *u) {
  return (size_t)u->n_par + (size_t)u->n_post_par + (size_t)u->n_pre_par;
}

int ln_plastic_init(ln_plastic *p, const ln_unit *u, const int *delay, ln_error *err) {
  *p = (ln_plastic){.n_routes = u->n_pathway, .settled = LN_NEVER, .last = LN_NEVER};
  p->route = ln_alloc_array((size_t)u->n_pathway, sizeof *p->route);
  p->table = ln_alloc_array((size_t)u->n_decay * LN_DECAY, (size_t)u->precision);
  p->tabled = ln_alloc_array(n_constants(u) + 1, sizeof *p->tabled); /* dt first: 0 until filled */
  if (!p->route || !p->table || !p->tabled) return ln_fail(err, LN_ENOMEM, "no memory for synapses");
  int code = 0;
  for (int k = 0; k < u->n_pathway && !code; k++) {
    ln_route *r = &p->route[k];
    r->delay = delay ? delay[k] : 0;
    r->event = -1;
    int kind = u->pathway[k].kind;
    if (kind == LN_OF_TARGET) code = make_queue(&r->queue, r->delay, err);
    if (kind == LN_OF_SOURCE) code = ln_calendar_reserve(&r->calendar, r->delay, err);
  }
  return code;
}

static void clear_lists(ln_plastic *p, const ln_unit *u);

static void destroy_queue(ln_queue *q, int delay) {
  for (int k = 0; q->slot && k <= delay; k++) ln_free(q->slot[k]);
  ln_free(q->slot);
  ln_free(q->n);
  ln_free(q->room);
}

/* Queues go by the step of the spike; a longer one has the same steps elsewhere. */
static int lengthen(ln_queue *q, int old, int delay, int64_t step, ln_error *err) {
  ln_queue longer;
  int code = make_queue(&longer, delay, err);
  if (code) {
    destroy_queue(&longer, delay);
    return code;
  }
  for (int64_t from = step - old > 0 ? step - old : 0; from < step; from++) {
    int64_t a = (from + old) % (old + 1), b = (from + delay) % (delay + 1);
    longer.slot[b] = q->slot[a], longer.n[b] = q->n[a], longer.room[b] = q->room[a];
    q->slot[a] = NULL;
  }
  destroy_queue(q, old);
  *q = longer;
  return 0;
}

int ln_plastic_reserve(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int64_t step, ln_error *err) {
  int code = 0;
  for (int k = 0; k < p->n_routes && !code; k++) {
    ln_route *r = &p->route[k];
    int most = u->pathway[k].delays ? ln_spread_most(rows, u->pathway[k].delays - 1) : -1;
    if (most <= r->delay) continue;
    if (u->pathway[k].kind == LN_OF_TARGET) code = lengthen(&r->queue, r->delay, most, step, err);
    else code = ln_calendar_reserve(&r->calendar, most, err);
    if (!code) r->delay = most;
  }
  return code;
}

void ln_plastic_destroy(ln_plastic *p, const ln_unit *u) {
  for (int k = 0; p->route && k < u->n_pathway; k++) {
    ln_calendar_destroy(&p->route[k].calendar);
    destroy_queue(&p->route[k].queue, p->route[k].delay);
  }
  clear_lists(p, u);
  void *array[] = {p->route, p->table, p->tabled};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++) ln_free(array[k]);
  *p = (ln_plastic){0};
}

uint64_t ln_plastic_bytes(const ln_plastic *p, const ln_unit *u) {
  uint64_t bytes = (uint64_t)u->n_decay * LN_DECAY * (uint64_t)u->precision;
  for (int k = 0; k < p->n_routes; k++) bytes += ln_calendar_bytes(&p->route[k].calendar);
  if (p->back) bytes += p->n_back * sizeof *p->back + ((uint64_t)p->target_hi + 2) * sizeof *p->back_first;
  if (p->some) bytes += p->n_back * sizeof *p->some + ((uint64_t)p->target_hi + 2) * (sizeof *p->some_first + sizeof *p->some_spike);
  if (p->in_degree) bytes += (uint64_t)p->target_hi * sizeof *p->in_degree;
  if (p->history.done) bytes += ln_history_bytes(p->target_hi - p->target_lo, p->n_runs, u->n_held, u->held);
  bytes += (uint64_t)u->n_now * p->target_hi * (uint64_t)u->precision;
  if (p->run_row) bytes += p->n_runs * sizeof *p->run_row;
  return bytes + (uint64_t)p->n_all * sizeof *p->all;
}

/* ------------------------------------------------------------------ synapses by target */

/* Places by target from counts, which stand one place ahead. */
static void list_synapses(const ln_rows *r, uint64_t *next, ln_back *back) {
  for (int64_t row = 0; row < r->n_rows; row++) {
    uint64_t at = r->row[row].first;
    for (uint64_t run = r->row[row].run; run < r->row[row + 1].run; run++) {
      for (uint64_t end = at + r->run[run].n; at < end; at++)
        back[next[ln_rows_target(r, at)]++] = (ln_back){(uint32_t)at, (uint32_t)run};
    }
  }
}

static int make_back(const ln_rows *r, uint32_t hi, uint64_t **first_out, ln_back **back_out, ln_error *err) {
  if (r->n > UINT32_MAX)
    return ln_fail(err, LN_EINVAL, "%llu synapses on one rank; those that learn can be %llu: use more ranks",
                   (unsigned long long)r->n, (unsigned long long)UINT32_MAX);
  uint64_t *first = ln_alloc_array((size_t)hi + 2, sizeof *first); /* shifted by one while filling */
  ln_back *back = ln_alloc_array(r->n + LN_BACK_PAD, sizeof *back);
  *first_out = first, *back_out = back;
  if (!first || !back)
    return ln_fail(err, LN_ENOMEM, "no memory to list %llu synapses by target", (unsigned long long)r->n);
  for (uint64_t at = 0; at < r->n; at++) first[ln_rows_target(r, at) + 1]++;
  for (uint32_t g = 0; g <= hi; g++) first[g + 1] += first[g];
  list_synapses(r, first, back);
  memmove(first + 1, first, ((size_t)hi + 1) * sizeof *first);
  first[0] = 0;
  return 0;
}

static uint32_t *list_rows(const ln_rows *r) {
  uint32_t *row_of = ln_alloc_array(r->n_runs, sizeof *row_of);
  for (int64_t row = 0; row_of && row < r->n_rows; row++) {
    for (uint64_t run = r->row[row].run; run < r->row[row + 1].run; run++) row_of[run] = (uint32_t)row;
  }
  return row_of;
}

static ln_segment *list_segments(const ln_rows *r) {
  ln_segment *all = ln_alloc_array(r->n_runs, sizeof *all);
  for (int64_t row = 0; all && row < r->n_rows; row++) {
    uint64_t first = r->row[row].first;
    for (uint64_t run = r->row[row].run; run < r->row[row + 1].run; run++) {
      all[run] = (ln_segment){first, r->run[run].n, (uint32_t)row, (uint32_t)run};
      first += r->run[run].n;
    }
  }
  return all;
}

static uint32_t *count_targets(const ln_rows *r, uint32_t hi) {
  uint32_t *in_degree = ln_alloc_array(hi, sizeof *in_degree);
  for (uint64_t at = 0; in_degree && at < r->n; at++) in_degree[ln_rows_target(r, at)]++;
  return in_degree;
}

static int make_now(void ***out, const ln_unit *u, uint32_t n, ln_error *err) {
  void **now = ln_alloc_array((size_t)u->n_now, sizeof *now);
  bool good = now != NULL;
  for (int k = 0; k < u->n_now && good; k++) good = (now[k] = ln_alloc_array(n, (size_t)u->precision)) != NULL;
  *out = now;
  return good ? 0 : ln_fail(err, LN_ENOMEM, "no memory for traces of %u neurons", n);
}

/* Whether targets' spikes reach their synapses at different times. */
static bool has_some(const ln_unit *u) {
  bool any = false;
  for (int k = 0; k < u->n_pathway; k++) any |= u->pathway[k].kind == LN_OF_TARGET && u->pathway[k].delays;
  return any && u->lists;
}

static int make_some(ln_plastic *p, uint64_t n, uint32_t hi, ln_error *err) {
  p->some = ln_alloc_array(n + LN_BACK_PAD, sizeof *p->some);
  p->some_first = ln_alloc_array((size_t)hi + 2, sizeof *p->some_first);
  p->some_spike = ln_alloc_array((size_t)hi + 1, sizeof *p->some_spike);
  if (p->some && p->some_first && p->some_spike) return 0;
  return ln_fail(err, LN_ENOMEM, "no memory to list %llu synapses by target", (unsigned long long)n);
}

/* Everything that is made anew. */
static int make_lists(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_error *err) {
  uint32_t hi = p->target_hi;
  int code = make_now(&p->now, u, hi, err);
  if (!code && u->settle16) code = ln_history_init(&p->history, p->target_lo, hi, rows->n_runs, u->n_held, u->held, err);
  if (!code && has_back(u)) code = make_back(rows, hi, &p->back_first, &p->back, err);
  if (!code && has_some(u)) code = make_some(p, rows->n, hi, err);
  if (!code && has_back(u)) p->run_row = list_rows(rows);
  else if (!code && has_targets(u)) p->in_degree = count_targets(rows, hi);
  if (!code && has_sweeps(u)) p->all = list_segments(rows);
  if (code) return code;
  bool good = (!has_targets(u) || p->run_row || p->in_degree) && (!has_sweeps(u) || p->all);
  return good ? 0 : ln_fail(err, LN_ENOMEM, "no memory to list synapses");
}

/* Destroys what make_lists makes. */
static void clear_lists(ln_plastic *p, const ln_unit *u) {
  ln_history_destroy(&p->history, p->target_lo, u->n_held, u->held);
  for (int k = 0; p->now && k < u->n_now; k++) ln_free(p->now[k]);
  void *array[] = {p->back_first, p->back, p->run_row, p->all, p->in_degree, p->now, p->some, p->some_first, p->some_spike};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++) ln_free(array[k]);
}

int ln_plastic_build(ln_plastic *p, const ln_unit *u, const ln_rows *rows, uint32_t lo, uint32_t hi,
                     ln_error *err) {
  ln_plastic made = {.target_lo = lo, .target_hi = hi};
  int code = make_lists(&made, u, rows, err);
  if (code) {
    clear_lists(&made, u);
    return code;
  }
  clear_lists(p, u);
  p->all = made.all, p->n_all = made.all ? (int64_t)rows->n_runs : 0;
  p->back_first = made.back_first, p->back = made.back, p->run_row = made.run_row, p->in_degree = made.in_degree;
  p->some = made.some, p->some_first = made.some_first, p->some_spike = made.some_spike;
  p->history = made.history, p->now = made.now, p->settled = p->last = LN_NEVER;
  p->n_back = made.back ? rows->n : 0, p->n_runs = rows->n_runs;
  p->target_lo = lo, p->target_hi = hi;
  return 0;
}

/* ------------------------------------------------------------------ tables */

static bool keep(double **at, const double *x, int n) {
  bool same = n == 0 || memcmp(*at, x, (size_t)n * sizeof *x) == 0;
  if (n) memcpy(*at, x, (size_t)n * sizeof *x);
  *at += n;
  return same;
}

void ln_plastic_tabulate(ln_plastic *p, const ln_unit *u, ln_deliver_args *a) {
  a->table = p->table;
  if (u->n_decay == 0) return;
  double *at = p->tabled;
  bool same = keep(&at, &a->dt, 1);
  same &= keep(&at, a->par, u->n_par);
  same &= keep(&at, a->post_par, u->n_post_par);
  same &= keep(&at, a->pre_par, u->n_pre_par);
  if (!same) u->tabulate(a, p->table);
}

/* ------------------------------------------------------------------ spikes on their way */

/* Whether pathway k is of the kind, and the one that is asked for. */
static bool runs(const ln_unit *u, int k, int kind, int only) { return u->pathway[k].kind == kind && (only < 0 || only == k); }

int ln_plastic_file(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int64_t step, const uint32_t *row,
                    int64_t n, ln_error *err) {
  for (int k = 0; k < p->n_routes; k++) {
    if (u->pathway[k].kind != LN_OF_SOURCE) continue;
    ln_route *r = &p->route[k];
    const int32_t *delay = u->pathway[k].delays ? rows->var[u->pathway[k].delays - 1] : NULL;
    for (int64_t q = 0; q < n; q++) {
      int64_t at = row[q];
      uint64_t first = rows->row[at].first;
      for (uint64_t run = rows->row[at].run; run < rows->row[at + 1].run; run++) {
        ln_segment g = {.first = first, .n = rows->run[run].n, .row = (uint32_t)at, .run = (uint32_t)run};
        int code = ln_calendar_add(&r->calendar, step + (delay ? delay[run] : r->delay), g, err);
        if (code) return code;
        first += rows->run[run].n;
      }
    }
  }
  return 0;
}

static int make_room(ln_queue *q, int64_t slot, int64_t n, ln_error *err) {
  if (n <= q->room[slot]) return 0;
  uint32_t room = 2 * (uint32_t)n + 64;
  uint32_t *grown = ln_realloc(q->slot[slot], q->room[slot] * sizeof *grown, room * sizeof *grown);
  if (!grown) return ln_fail(err, LN_ENOMEM, "no memory for %lld spikes of targets", (long long)n);
  q->slot[slot] = grown;
  q->room[slot] = room;
  return 0;
}

int ln_plastic_take(ln_plastic *p, const ln_unit *u, int only, int event, int64_t step, const uint32_t *lid, int64_t n,
                    int64_t blid, ln_error *err) {
  for (int k = 0; k < p->n_routes; k++) {
    if (!runs(u, k, LN_OF_TARGET, only) || p->route[k].event != event) continue;
    if (n == 0 && !u->pathway[k].delays) continue;
    ln_queue *q = &p->route[k].queue;
    int64_t slot = (step + p->route[k].delay) % (p->route[k].delay + 1);
    int code = make_room(q, slot, n, err);
    if (code) return code;
    uint32_t count = 0;
    for (int64_t s = 0; s < n; s++) {
      uint32_t g = lid[s] + (uint32_t)blid;
      q->slot[slot][count] = g;
      count += g >= p->target_lo && g < p->target_hi;
    }
    q->n[slot] = count;
  }
  return 0;
}

int64_t ln_plastic_deliver(ln_plastic *p, const ln_unit *u, int only, int64_t step, ln_deliver_args *a, bool wide) {
  int64_t events = 0;
  for (int k = 0; k < p->n_routes; k++) {
    const ln_pathway *w = &u->pathway[k];
    if (!runs(u, k, LN_OF_SOURCE, only)) continue;
    ln_slot *slot = ln_calendar_slot(&p->route[k].calendar, step);
    if (slot->n == 0) continue;
    a->segment = slot->segment;
    a->n_segments = slot->n;
    bool frozen = p->frozen && w->frozen16;
    (wide ? frozen ? w->frozen32 : w->deliver32 : frozen ? w->frozen16 : w->deliver16)(a);
    events += slot->events;
    slot->n = 0;
    slot->events = 0;
  }
  return events;
}

void ln_plastic_lend(ln_plastic *p, ln_deliver_args *a) {
  a->back_first = p->back_first, a->back = p->back, a->run_row = p->run_row;
  a->history = &p->history, a->now = p->now;
}

/* ------------------------------------------------------------------ what is put off */

#define BATCH 256 /* segments settled together */

/* Whether it makes a difference to what targets' spikes do that learning is switched off. */
static bool targets_freeze(const ln_unit *u) {
  for (int k = 0; k < u->n_pathway; k++) {
    if (u->pathway[k].kind == LN_OF_TARGET && u->pathway[k].frozen16) return true;
  }
  return false;
}

typedef void settler(const ln_deliver_args *a);

static settler *settler_of(const ln_plastic *p, const ln_unit *u, bool wide) {
  if (p->frozen && targets_freeze(u)) return wide ? u->frozen_settle32 : u->frozen_settle16;
  return wide ? u->settle32 : u->settle16;
}

/* Makes up for what segments done with less than up to `limit` owe, before a->step. */
static void settle_behind(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a, int32_t limit) {
  settler *settle = settler_of(p, u, rows->wide);
  ln_segment batch[BATCH];
  a->segment = batch, a->n_segments = 0;
  for (int64_t row = 0; row < rows->n_rows && settle; row++) {
    uint64_t first = rows->row[row].first;
    for (uint64_t run = rows->row[row].run; run < rows->row[row + 1].run; first += rows->run[run++].n) {
      if (p->history.done[run] >= limit) continue;
      batch[a->n_segments++] = (ln_segment){first, rows->run[run].n, (uint32_t)row, (uint32_t)run};
      if (a->n_segments < BATCH) continue;
      settle(a);
      a->n_segments = 0;
    }
  }
  if (a->n_segments) settle(a);
}

void ln_plastic_settle_run(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a, int64_t row, uint64_t run) {
  settler *settle = settler_of(p, u, rows->wide);
  if (!ln_plastic_owes(p) || p->history.done[run] >= p->last || !settle) return;
  uint64_t first = rows->row[row].first;
  for (uint64_t k = rows->row[row].run; k < run; k++) first += rows->run[k].n;
  ln_segment segment = {first, rows->run[run].n, (uint32_t)row, (uint32_t)run};
  a->step = p->last + 1;
  a->segment = &segment, a->n_segments = 1;
  settle(a);
}

void ln_plastic_settle(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a) {
  if (!ln_plastic_owes(p)) return;
  a->step = p->last + 1;
  settle_behind(p, u, rows, a, p->last);
  p->settled = p->last;
  p->last = LN_NEVER;
}

/* Where the ring of a target that spikes now has no room, segments that are far behind catch up. */
static void make_way(ln_plastic *p, const ln_unit *u, const ln_rows *rows, ln_deliver_args *a) {
  int32_t oldest = INT32_MAX;
  for (int64_t s = 0; s < a->n_spikes; s++) {
    uint32_t g = a->spike[s];
    if (!ln_history_full(&p->history, g, p->settled)) continue;
    int32_t lost = p->history.ring[(uint64_t)g * LN_RING + p->history.count[g] % LN_RING];
    oldest = lost < oldest ? lost : oldest;
  }
  if (oldest == INT32_MAX) return;
  int32_t limit = (int32_t)a->step - 1 - ((int32_t)a->step - 1 - oldest) / 2;
  settle_behind(p, u, rows, a, limit);
  p->settled = limit;
}

/* ------------------------------------------------------------------ spikes of targets */

static int64_t events_of(const ln_plastic *p, const uint32_t *spike, int64_t n) {
  int64_t events = 0;
  for (int64_t s = 0; s < n; s++)
    events += p->in_degree ? p->in_degree[spike[s]] : (int64_t)(p->back_first[spike[s] + 1] - p->back_first[spike[s]]);
  return events;
}

/* The synapses of the targets of a slot that are due, `delay` steps after the spike. */
static int64_t select_due(ln_plastic *p, const ln_queue *q, int64_t slot, const int32_t *delay_of, int32_t delay,
                          ln_deliver_args *a) {
  uint64_t n = 0;
  a->n_spikes = 0;
  for (uint32_t s = 0; s < q->n[slot]; s++) {
    uint32_t g = q->slot[slot][s];
    uint64_t before = n;
    for (uint64_t k = p->back_first[g]; k < p->back_first[g + 1]; k++) {
      p->some[n] = p->back[k];
      n += delay_of[p->back[k].run] == delay;
    }
    if (n == before) continue;
    p->some_first[g] = before;
    p->some_first[g + 1] = n; /* where the next one begins, too */
    p->some_spike[a->n_spikes++] = g;
  }
  return (int64_t)n;
}

/* A pathway whose delays differ: the spikes of every step that is not too long ago, the oldest first. */
static int64_t deliver_spread(ln_plastic *p, int route, const ln_pathway *w, int64_t step, const ln_deliver_args *args) {
  const ln_queue *q = &p->route[route].queue;
  const int32_t *delay_of = args->syn[w->delays - 1];
  int longest = p->route[route].delay;
  int64_t events = 0;
  ln_deliver_args a = *args;
  a.back = p->some, a.back_first = p->some_first, a.spike = p->some_spike;
  for (int delay = longest; delay >= 0; delay--) {
    if (step < delay) continue;
    int64_t n = select_due(p, q, (step - delay + longest) % (longest + 1), delay_of, delay, &a);
    if (n == 0) continue;
    (p->frozen && w->frozen16 ? w->frozen16 : w->deliver16)(&a);
    events += n;
  }
  return events;
}

int64_t ln_plastic_deliver_back(ln_plastic *p, const ln_unit *u, int only, const ln_rows *rows, int64_t step,
                                ln_deliver_args *a) {
  int64_t events = 0;
  for (int k = 0; k < p->n_routes; k++) {
    const ln_pathway *w = &u->pathway[k];
    if (!runs(u, k, LN_OF_TARGET, only)) continue;
    if (w->delays) {
      events += deliver_spread(p, k, w, step, a);
      continue;
    }
    int64_t slot = step % (p->route[k].delay + 1);
    ln_queue *q = &p->route[k].queue;
    if (q->n[slot] == 0) continue;
    a->spike = q->slot[slot];
    a->n_spikes = q->n[slot];
    if (p->history.done) {
      make_way(p, u, rows, a);
      p->last = (int32_t)a->step;
    }
    (p->frozen && w->frozen16 ? w->frozen16 : w->deliver16)(a);
    events += events_of(p, a->spike, a->n_spikes);
    q->n[slot] = 0;
  }
  return events;
}

bool ln_plastic_sweeps_at(const ln_plastic *p, const ln_unit *u, int kind, int only, int64_t step) {
  bool any = false;
  for (int k = 0; k < p->n_routes; k++)
    any |= runs(u, k, kind, only) && (kind != LN_EVERY || step % p->route[k].delay == 0);
  return any;
}

void ln_plastic_sweep(ln_plastic *p, const ln_unit *u, const ln_rows *rows, int kind, int only, int64_t step,
                      ln_deliver_args *a) {
  int64_t tick = a->step;
  for (int k = 0; k < p->n_routes; k++) {
    const ln_pathway *w = &u->pathway[k];
    if (!runs(u, k, kind, only) || (kind == LN_EVERY && step % p->route[k].delay != 0)) continue;
    ln_plastic_settle(p, u, rows, a);
    a->step = tick;
    a->segment = p->all;
    a->n_segments = p->n_all;
    bool frozen = p->frozen && w->frozen16;
    (rows->wide ? frozen ? w->frozen32 : w->deliver32 : frozen ? w->frozen16 : w->deliver16)(a);
  }
}

void ln_plastic_clear(ln_plastic *p, const ln_unit *u) {
  for (int k = 0; k < p->n_routes; k++) {
    if (u->pathway[k].kind == LN_OF_TARGET)
      memset(p->route[k].queue.n, 0, ((size_t)p->route[k].delay + 1) * sizeof(uint32_t));
    if (u->pathway[k].kind == LN_OF_SOURCE) ln_calendar_clear(&p->route[k].calendar);
  }
  if (p->history.done) ln_history_clear(&p->history, p->target_lo, p->target_hi, p->n_runs);
  p->settled = p->last = LN_NEVER;
}

/* ------------------------------------------------------------------ as bytes: each route's size, then
 * content */

static size_t queue_size(const ln_route *r) {
  size_t bytes = 0;
  for (int k = 0; k <= r->delay; k++) bytes += (1 + (size_t)r->queue.n[k]) * sizeof(uint32_t);
  return bytes;
}

static size_t route_size(const ln_route *r, const ln_pathway *w) {
  return w->kind == LN_OF_TARGET   ? queue_size(r)
         : w->kind == LN_OF_SOURCE ? ln_calendar_size(&r->calendar)
                                   : 0;
}

size_t ln_plastic_size(const ln_plastic *p, const ln_unit *u) {
  size_t bytes = sizeof(uint64_t);
  for (int k = 0; k < p->n_routes; k++) bytes += sizeof(uint64_t) + route_size(&p->route[k], &u->pathway[k]);
  return bytes;
}

static char *put(char *at, const void *data, size_t bytes) {
  if (bytes) memcpy(at, data, bytes);
  return at + bytes;
}

char *ln_plastic_write(const ln_plastic *p, const ln_unit *u, char *at) {
  uint64_t frozen = p->frozen;
  at = put(at, &frozen, sizeof frozen);
  for (int k = 0; k < p->n_routes; k++) {
    const ln_route *r = &p->route[k];
    uint64_t bytes = route_size(r, &u->pathway[k]);
    at = put(at, &bytes, sizeof bytes);
    if (u->pathway[k].kind == LN_OF_SOURCE) {
      ln_calendar_write(&r->calendar, at);
      at += bytes;
    }
    for (int q = 0; u->pathway[k].kind == LN_OF_TARGET && q <= r->delay; q++) {
      at = put(at, &r->queue.n[q], sizeof(uint32_t));
      at = put(at, r->queue.slot[q], r->queue.n[q] * sizeof(uint32_t));
    }
  }
  return at;
}

static int read_queue(ln_route *r, const char *at, ln_error *err) {
  for (int q = 0; q <= r->delay; q++) {
    uint32_t n;
    memcpy(&n, at, sizeof n);
    at += sizeof n;
    int code = make_room(&r->queue, q, n, err);
    if (code) return code;
    if (n) memcpy(r->queue.slot[q], at, n * sizeof n);
    r->queue.n[q] = n;
    at += n * sizeof n;
  }
  return 0;
}

int ln_plastic_read(ln_plastic *p, const ln_unit *u, const char **at, ln_error *err) {
  uint64_t frozen, bytes;
  memcpy(&frozen, *at, sizeof frozen);
  p->frozen = frozen != 0;
  *at += sizeof frozen;
  if (p->history.done) ln_history_clear(&p->history, p->target_lo, p->target_hi, p->n_runs);
  p->settled = p->last = LN_NEVER;
  for (int k = 0; k < p->n_routes; k++) {
    memcpy(&bytes, *at, sizeof bytes);
    *at += sizeof bytes;
    ln_route *r = &p->route[k];
    int kind = u->pathway[k].kind, code = 0;
    if (kind == LN_OF_TARGET) code = read_queue(r, *at, err);
    if (kind == LN_OF_SOURCE) code = ln_calendar_read(&r->calendar, *at, bytes, err);
    if (code) return code;
    *at += bytes;
  }
  return 0;
}
