/* projection_prune.c - which synapses of a projection are removed: where a condition holds, the smallest, so many
 * of each neuron.
 *
 * What goes is marked by place; synapses_split.c stores what stays. Choices at random are made by numbers that
 * belong to the pair, never to its place or rank.
 */
#include <math.h>
#include <stdlib.h>
#include "choose.h"
#include "keys.h"
#include "memory.h"
#include "projection_p.h"
#include "synapses_p.h"

typedef struct work {
  ln_projection *p;
  uint64_t key;
  uint8_t *mark;     /* by place in the rows */
  ln_choice *choice; /* of the extreme ones */
  bool largest;
} work;

static uint64_t pair_of(const ln_projection *p, const ln_visit *chunk, int64_t k) {
  return (uint64_t)(chunk->row[k] - p->row0) | (uint64_t)(chunk->target[k] - ln_projection_blid0(p)) << 32;
}

/* ------------------------------------------------------------------ the smallest */

static int offer(void *user, const ln_visit *chunk, const double *x, ln_error *err) {
  work *w = user;
  int code = 0;
  for (int64_t k = 0; k < chunk->n && !code; k++) {
    uint64_t pair = pair_of(w->p, chunk, k);
    if (isnan(x[k]))
      return ln_fail(err, LN_EINVAL, "%s: what decides which synapses are pruned is NaN at the synapse %lld → %lld", w->p->name,
                     (long long)(uint32_t)pair + 1, (long long)(pair >> 32) + 1);
    uint64_t key = ln_choose_key(w->largest ? -x[k] : x[k]);
    code = ln_choice_offer(w->choice, (ln_candidate){key, ln_choose_tie(w->key, pair), chunk->at[k]}, err);
  }
  return code;
}

static int mark_extreme(work *w, const ln_pruning *what, ln_error *err) {
  ln_projection *p = w->p;
  ln_choice choice = {0};
  int code = ln_comm_agree(p->comm, ln_choice_init(&choice, what->n, err), err);
  w->choice = &choice, w->largest = what->kind == LN_PRUNE_LARGEST;
  if (!code) code = ln_projection_evaluate(p, what->value, "what decides", w->key, offer, w, err);
  if (!code) code = ln_choice_agree(&choice, p->comm, err);
  for (int64_t k = 0; !code && k < choice.n; k++) w->mark[choice.item[k].what] = 1;
  ln_choice_destroy(&choice);
  return code;
}

/* ------------------------------------------------------------------ so many of each neuron */

typedef struct lot { /* of a synapse: those of a neuron with the least go */
  uint64_t neuron, number;
  uint64_t at;
} lot;

typedef struct draw {
  const work *w;
  bool of_targets;
  const int64_t *count;
  lot *lot;
  int64_t n, room;
} draw;

static int draw_lots(void *user, const ln_visit *chunk, ln_error *err) {
  draw *d = user;
  const ln_projection *p = d->w->p;
  if (d->n + chunk->n > d->room) {
    int64_t room = 2 * d->room + chunk->n;
    lot *grown = ln_realloc(d->lot, (size_t)d->room * sizeof *grown, (size_t)room * sizeof *grown);
    if (!grown) return ln_fail(err, LN_ENOMEM, "%s: no memory to prune", p->name);
    d->lot = grown;
    d->room = room;
  }
  for (int64_t k = 0; k < chunk->n; k++) {
    uint64_t pair = pair_of(p, chunk, k);
    uint64_t neuron = d->of_targets ? (pair >> 32) - (uint64_t)p->post_lo : (uint32_t)pair - (uint64_t)p->pre_lo;
    uint64_t number = ln_choose_tie(d->w->key + chunk->occurrence[k], pair);
    if (d->count[neuron] > 0) d->lot[d->n++] = (lot){neuron, number, chunk->at[k]};
  }
  return 0;
}

static int by_lot(const void *a, const void *b) {
  const lot *x = a, *y = b;
  if (x->neuron != y->neuron) return x->neuron < y->neuron ? -1 : 1;
  if (x->number != y->number) return x->number < y->number ? -1 : 1;
  return x->at < y->at ? -1 : x->at > y->at;
}

/* Sorts, and keeps of each neuron as many as it is to lose. */
static int64_t keep_least(lot *list, int64_t n, const int64_t *count) {
  int64_t m = 0, same = 0;
  if (n) qsort(list, (size_t)n, sizeof *list, by_lot);
  for (int64_t k = 0; k < n; k++) {
    same = k && list[k].neuron == list[k - 1].neuron ? same + 1 : 0;
    if (same < count[list[k].neuron]) list[m++] = list[k];
  }
  return m;
}

/* A source's synapses are on many ranks: of all their lots the least. Collective. */
static int agree_on_lots(draw *d, ln_comm *comm, ln_error *err) {
  lot *all = NULL;
  size_t bytes[ln_comm_size(comm)];
  int code = ln_comm_allgatherv(comm, d->lot, (size_t)d->n * sizeof *all, (void **)&all, bytes, err);
  if (code) return code;
  int64_t n = 0, m = 0;
  for (int r = 0; r < ln_comm_size(comm); r++) n += (int64_t)(bytes[r] / sizeof *all);
  n = keep_least(all, n, d->count);
  for (int64_t k = 0, q = 0; k < d->n; k++) { /* both ascend; `at` says nothing of other ranks' */
    while (q < n && (all[q].neuron < d->lot[k].neuron ||
                     (all[q].neuron == d->lot[k].neuron && all[q].number < d->lot[k].number))) q++;
    if (q < n && all[q].neuron == d->lot[k].neuron && all[q].number == d->lot[k].number) d->lot[m++] = d->lot[k];
  }
  d->n = m;
  ln_free(all);
  return 0;
}

static int mark_counts(work *w, const ln_pruning *what, ln_error *err) {
  const ln_projection *p = w->p;
  bool of_targets = what->kind == LN_PRUNE_OF_TARGETS;
  draw d = {.w = w, .of_targets = of_targets, .count = what->count};
  ln_window window = ln_projection_window(p, true);
  int code = ln_rows_visit(&p->variant->rows, &window, draw_lots, &d, err);
  if (!code) d.n = keep_least(d.lot, d.n, what->count);
  code = ln_comm_agree(p->comm, code, err);
  if (!code && !of_targets) code = agree_on_lots(&d, p->comm, err);
  for (int64_t k = 0; !code && k < d.n; k++) w->mark[d.lot[k].at] = 1;
  ln_free(d.lot);
  return code;
}

/* ------------------------------------------------------------------ pruning */

static int check(const ln_projection *p, const ln_pruning *what, ln_error *err) {
  int code = ln_projection_ready(p, err);
  if (code) return code;
  const ln_value *v = what->value;
  int64_t n = ln_comm_sum(p->comm, p->local_count);
  if (v && v->kind == LN_VALUE_ARRAY && n != v->n_array)
    return ln_fail(err, LN_EINVAL, "%s: %lld marks for %lld synapses", p->name, (long long)v->n_array, (long long)n);
  return 0;
}

/* Removes what is marked. */
static int remove_marked(work *w, bool may_be_all, int64_t *removed, ln_error *err) {
  ln_projection *p = w->p;
  int64_t here = 0, all = ln_comm_sum(p->comm, p->local_count);
  for (uint64_t at = 0; at < p->variant->rows.n; at++) here += w->mark[at];
  int64_t n = ln_comm_sum(p->comm, here);
  if (n == all && all > 0 && !may_be_all)
    return ln_fail(err, LN_EINVAL, "%s: this would prune all of its %lld synapses", p->name, (long long)all);
  int code = n ? ln_comm_agree(p->comm, ln_synapses_remove(p->synapses, p, w->mark, err), err) : 0;
  if (code) return code;
  p->local_count -= here;
  *removed = n;
  return ln_projection_fill_degrees(p, &p->variant->rows, err);
}

int ln_projection_prune(ln_projection *p, const ln_pruning *what, int64_t *removed, ln_error *err) {
  *removed = 0;
  int code = check(p, what, err);
  if (code) return code; /* the same on all ranks */
  p->n_prunes++;
  work w = {.p = p, .key = ln_key(p->key, LN_PROJECTION_PRUNE, p->n_prunes), .mark = ln_alloc(p->variant->rows.n)};
  code = ln_comm_agree(p->comm, w.mark ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to prune", p->name), err);
  bool counts = what->kind == LN_PRUNE_OF_SOURCES || what->kind == LN_PRUNE_OF_TARGETS;
  if (!code && what->kind == LN_PRUNE_WHERE)
    code = ln_projection_mark(p, what->value, "the condition", w.key, w.mark, err);
  else if (!code) code = counts ? mark_counts(&w, what, err) : mark_extreme(&w, what, err);
  if (!code) code = remove_marked(&w, counts, removed, err);
  ln_free(w.mark);
  return code;
}
