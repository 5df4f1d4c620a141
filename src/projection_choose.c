/* projection_choose.c - pairs to be connected: at random or with the highest score; how many synapses neurons have.
 *
 * Random pairs of a sparse projection are drawn from one sequence that all ranks share; each rank looks
 * whether those with its own targets are free. Where few pairs are free, and where a score decides, every
 * free pair is a candidate: a pass over all pairs of the two populations, each rank over those of its targets.
 */
#include <math.h>
#include <stdlib.h>
#include "choose.h"
#include "keys.h"
#include "memory.h"
#include "projection_p.h"
#include "synapses_p.h"

enum { CHUNK = 4096 };

typedef struct choosing {
  ln_projection *p;
  uint64_t key;
  bool autapses;
  const ln_value *score;
  ln_reading reading;
  int64_t n_post, row0, blid0; /* of place 0 */
  ln_choice choice;
  int64_t n;                   /* candidates under way */
  uint32_t source[CHUNK], target[CHUNK];
  uint64_t id[2 * CHUNK];
  double x[CHUNK];
} choosing;

/* ------------------------------------------------------------------ what is free */

static bool is_self(const ln_projection *p, int64_t source, int64_t target) {
  return p->pre == p->post && p->pre_lo + source == p->post_lo + target;
}

typedef struct counting {
  const choosing *w;
  int64_t n;
} counting;

static int count_pairs(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  counting *c = user;
  const choosing *w = c->w;
  for (int64_t k = 0; k < chunk->n; k++)
    c->n += chunk->occurrence[k] == 0 &&
            (w->autapses || !is_self(w->p, chunk->row[k] - w->row0, (int64_t)chunk->target[k] - w->blid0));
  return 0;
}

/* Pairs of all ranks that can be connected and are not. Collective. */
static int count_free(const choosing *w, int64_t *n_free, ln_error *err) {
  const ln_projection *p = w->p;
  counting c = {.w = w};
  ln_window window = ln_projection_window(p, true);
  int code = ln_comm_agree(p->comm, ln_rows_visit(&p->variant->rows, &window, count_pairs, &c, err), err);
  int64_t lo = p->pre_lo > p->post_lo ? p->pre_lo : p->post_lo, hi = p->pre_hi < p->post_hi ? p->pre_hi : p->post_hi;
  int64_t selves = p->pre == p->post && !w->autapses && hi > lo ? hi - lo : 0;
  *n_free = (p->pre_hi - p->pre_lo) * w->n_post - selves - (code ? 0 : ln_comm_sum(p->comm, c.n));
  return code;
}

/* ------------------------------------------------------------------ every free pair */

static int read_pair(void *user, int input, int64_t n, double *out, ln_error *err) {
  choosing *w = user;
  w->reading.source = w->source, w->reading.source_shift = w->p->pre_lo;
  w->reading.target = w->target, w->reading.target_shift = w->p->post_lo;
  return ln_reading_read(&w->reading, input, n, out, err);
}

/* The pairs under way become candidates. */
static int offer(choosing *w, ln_error *err) {
  ln_value_chunk c = {.n = w->n, .id = w->id, .key = w->key, .dt = w->p->clock.dt, .read = read_pair, .user = w};
  ln_error inner;
  int code = w->score && w->n ? ln_value_fill(w->score, &c, w->x, &inner) : 0;
  if (code) return ln_fail(err, code, "%s: score: %s", w->p->name, inner.text);
  for (int64_t k = 0; k < w->n && !code; k++) {
    if (w->score && isnan(w->x[k]))
      return ln_fail(err, LN_EINVAL, "%s: the score of %lld → %lld is NaN", w->p->name,
                     (long long)(w->p->pre_lo + w->source[k] + 1), (long long)(w->p->post_lo + w->target[k] + 1));
    if (w->score && w->x[k] == -INFINITY) continue;
    uint64_t tie = ln_choose_tie(w->key, w->id[2 * k]);
    ln_candidate candidate = {w->score ? ln_choose_key(-w->x[k]) : tie, tie, w->id[2 * k]};
    code = ln_choice_offer(&w->choice, candidate, err);
  }
  w->n = 0;
  return code;
}

static int add_pair(choosing *w, int64_t source, int64_t target, ln_error *err) {
  int64_t k = w->n++;
  w->source[k] = (uint32_t)source;
  w->target[k] = (uint32_t)target;
  w->id[2 * k] = (uint64_t)source | (uint64_t)target << 32;
  w->id[2 * k + 1] = 0;
  return w->n == CHUNK ? offer(w, err) : 0;
}

static int offer_all(choosing *w, ln_error *err) {
  const ln_projection *p = w->p;
  const ln_rows *rows = &p->variant->rows;
  int64_t lo = p->own_lo - p->post_lo, hi = p->own_hi - p->post_lo;
  uint32_t *seen = ln_alloc_array((size_t)(hi - lo), sizeof *seen); /* the last source + 1 that has the target */
  if (!seen) return ln_fail(err, LN_ENOMEM, "%s: no memory to choose pairs", p->name);
  int code = 0;
  for (int64_t i = 0; i < p->pre_hi - p->pre_lo && !code; i++) {
    int64_t row = w->row0 + i;
    for (uint64_t at = rows->row[row].first; at < rows->row[row + 1].first; at++) {
      int64_t j = (int64_t)ln_rows_target(rows, at) - w->blid0;
      if (j >= lo && j < hi) seen[j - lo] = (uint32_t)i + 1;
    }
    for (int64_t j = lo; j < hi && !code; j++) {
      if (seen[j - lo] != (uint32_t)i + 1 && (w->autapses || !is_self(p, i, j))) code = add_pair(w, i, j, err);
    }
  }
  ln_free(seen);
  return code ? code : offer(w, err);
}

/* ------------------------------------------------------------------ a sequence of random pairs */

typedef struct taken { /* a set of pairs + 1, open addressing */
  uint64_t *slot;
  uint64_t room, n;
} taken;

static bool insert(taken *t, uint64_t pair) {
  uint64_t at = ln_choose_tie(1, pair) & (t->room - 1);
  for (; t->slot[at]; at = (at + 1) & (t->room - 1)) {
    if (t->slot[at] == pair + 1) return false;
  }
  t->slot[at] = pair + 1;
  t->n++;
  return true;
}

/* Draws number from .. to of the sequence: those that are free and of own targets become candidates, first come first
 * served. */
static int draw_pairs(choosing *w, taken *t, uint64_t from, uint64_t to, ln_error *err) {
  const ln_projection *p = w->p;
  uint64_t n_pairs = (uint64_t)((p->pre_hi - p->pre_lo) * w->n_post);
  int code = 0;
  for (uint64_t k = from; k < to && !code; k++) {
    ln_philox4 r = ln_philox(w->key, k, 0);
    uint64_t x = (uint64_t)r.w[0] | (uint64_t)r.w[1] << 32;
    uint64_t pair = (uint64_t)((unsigned __int128)x * n_pairs >> 64);
    int64_t i = (int64_t)(pair / (uint64_t)w->n_post), j = (int64_t)(pair % (uint64_t)w->n_post);
    if (j < p->own_lo - p->post_lo || j >= p->own_hi - p->post_lo) continue;
    if (!w->autapses && is_self(p, i, j)) continue;
    if (ln_rows_has(&p->variant->rows, w->row0 + i, (uint32_t)(w->blid0 + j)) || !insert(t, pair)) continue;
    code = ln_choice_offer(&w->choice, (ln_candidate){k, 0, (uint64_t)i | (uint64_t)j << 32}, err);
  }
  return code;
}

/* At least a quarter of all pairs is free beyond the n wanted. Collective. */
static int draw_sequence(choosing *w, int64_t n, ln_error *err) {
  taken t = {.room = 64};
  while (t.room < 4 * (uint64_t)n + 128) t.room *= 2; /* more than twice what can be taken */
  t.slot = ln_alloc_array(t.room, sizeof *t.slot);
  ln_comm *comm = w->p->comm;
  int code = t.slot ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to choose %lld pairs", w->p->name, (long long)n);
  code = ln_comm_agree(comm, code, err);
  uint64_t from = 0, found = 0;
  while (!code && found < (uint64_t)n) {
    uint64_t to = from + 2 * ((uint64_t)n - found) + 32;
    code = ln_comm_agree(comm, draw_pairs(w, &t, from, to, err), err);
    found = (uint64_t)ln_comm_sum(comm, (int64_t)t.n);
    from = to;
  }
  ln_free(t.slot);
  return code;
}

/* ------------------------------------------------------------------ choosing */

static int take_pairs(const choosing *w, ln_pair_list *out, ln_error *err) {
  int64_t n = w->choice.n;
  out->i = ln_alloc_array((size_t)n, sizeof *out->i);
  out->j = ln_alloc_array((size_t)n, sizeof *out->j);
  if (!out->i || !out->j) return ln_fail(err, LN_ENOMEM, "%s: no memory for %lld pairs", w->p->name, (long long)n);
  out->n = n;
  for (int64_t k = 0; k < n; k++) {
    out->i[k] = (uint32_t)w->choice.item[k].what;
    out->j[k] = (int64_t)(w->choice.item[k].what >> 32);
  }
  return 0;
}

static int check_enough(const choosing *w, int64_t n, int64_t n_free, const char *what, ln_error *err) {
  if (n <= n_free) return 0;
  return ln_fail(err, LN_EINVAL, "grow: %lld synapses more for %s, but only %lld pairs %s", (long long)n, w->p->name,
                 (long long)n_free, what);
}

static int choose(choosing *w, int64_t n, ln_pair_list *out, ln_error *err) {
  ln_projection *p = w->p;
  int64_t n_free, all = (p->pre_hi - p->pre_lo) * w->n_post;
  int code = count_free(w, &n_free, err);
  if (!code) code = check_enough(w, n, n_free, "are not connected yet", err);
  if (!code) code = ln_comm_agree(p->comm, ln_choice_init(&w->choice, n, err), err);
  if (!code && !w->score && n_free - n >= all / 4) code = draw_sequence(w, n, err);
  else if (!code) {
    if (w->score) code = ln_reading_open(&w->reading, p, w->score->expression, err);
    if (!code) code = ln_comm_agree(p->comm, offer_all(w, err), err);
  }
  if (!code) code = ln_choice_agree(&w->choice, p->comm, err);
  if (!code && w->score) code = check_enough(w, n, ln_comm_sum(p->comm, w->choice.n), "have a score above -inf", err);
  return code ? code : ln_comm_agree(p->comm, take_pairs(w, out, err), err);
}

int ln_projection_choose(ln_projection *p, int64_t n, const ln_value *score, bool autapses, ln_pair_list *out, ln_error *err) {
  *out = (ln_pair_list){0};
  int code = ln_projection_ready(p, err);
  if (code) return code;
  choosing *w = ln_alloc(sizeof *w);
  code = w ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to choose pairs", p->name);
  code = ln_comm_agree(p->comm, code, err);
  if (!code) {
    w->p = p, w->autapses = autapses, w->score = score;
    w->key = ln_key(p->key, LN_PROJECTION_CHOOSE, p->generation);
    w->n_post = p->post_hi - p->post_lo;
    w->row0 = p->row0 + p->pre_lo, w->blid0 = ln_projection_blid0(p) + p->post_lo;
    code = choose(w, n, out, err);
    ln_reading_close(&w->reading);
    ln_choice_destroy(&w->choice);
  }
  ln_free(w);
  if (code) ln_pair_list_clear(out);
  return code;
}

void ln_pair_list_clear(ln_pair_list *list) {
  ln_free(list->i);
  ln_free(list->j);
  *list = (ln_pair_list){0};
}
