/* choose.c - the n best of what all ranks offer.
 *
 * A rank keeps its own n best: its candidates are cut back to n whenever there are twice as many. Then the
 * ranks find the worst of the n best together: by histograms of the key's and the tie's digits, until what
 * may be it is little enough to be told to all.
 */
#include "choose.h"
#include <stdlib.h>
#include "memory.h"

enum { FIRST_ROOM = 1024, FEW = 16384, DIGITS = 256 };

int ln_choice_init(ln_choice *c, int64_t want, ln_error *err) {
  *c = (ln_choice){.want = want, .room = FIRST_ROOM};
  c->item = ln_alloc_array(FIRST_ROOM, sizeof *c->item);
  return c->item ? 0 : ln_fail(err, LN_ENOMEM, "no memory to choose synapses");
}

void ln_choice_destroy(ln_choice *c) {
  ln_free(c->item);
  *c = (ln_choice){0};
}

static int compare(const void *a, const void *b) {
  const ln_candidate *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  if (x->tie != y->tie) return x->tie < y->tie ? -1 : 1;
  return x->what < y->what ? -1 : x->what > y->what;
}

static void swap(ln_candidate *a, ln_candidate *b) {
  ln_candidate x = *a;
  *a = *b;
  *b = x;
}

/* Moves the k least of n > k > 0 to the front (Hoare's selection; the pivot is the median of three). */
static void select_least(ln_candidate *item, int64_t n, int64_t k) {
  int64_t lo = 0, hi = n - 1;
  while (lo < hi) {
    int64_t middle = lo + (hi - lo) / 2;
    if (compare(&item[middle], &item[lo]) < 0) swap(&item[middle], &item[lo]);
    if (compare(&item[hi], &item[lo]) < 0) swap(&item[hi], &item[lo]);
    if (compare(&item[hi], &item[middle]) < 0) swap(&item[hi], &item[middle]);
    ln_candidate pivot = item[middle];
    int64_t i = lo, j = hi;
    while (i <= j) {
      while (compare(&item[i], &pivot) < 0) i++;
      while (compare(&item[j], &pivot) > 0) j--;
      if (i <= j) swap(&item[i++], &item[j--]);
    }
    if (k - 1 <= j) hi = j;
    else if (k - 1 >= i) lo = i;
    else return;
  }
}

static int make_room(ln_choice *c, ln_error *err) {
  if (c->n >= 2 * c->want) {
    select_least(c->item, c->n, c->want);
    c->n = c->want;
    c->full = true;
    c->last = c->item[0];
    for (int64_t k = 1; k < c->n; k++) {
      if (compare(&c->item[k], &c->last) > 0) c->last = c->item[k];
    }
    return 0;
  }
  int64_t room = 2 * c->room < 2 * c->want ? 2 * c->room : 2 * c->want;
  room = room < FIRST_ROOM ? FIRST_ROOM : room;
  ln_candidate *grown = ln_realloc(c->item, (size_t)c->room * sizeof *grown, (size_t)room * sizeof *grown);
  if (!grown) return ln_fail(err, LN_ENOMEM, "no memory to choose among %lld synapses", (long long)room);
  c->item = grown;
  c->room = room;
  return 0;
}

int ln_choice_offer(ln_choice *c, ln_candidate candidate, ln_error *err) {
  if (c->want == 0 || (c->full && compare(&candidate, &c->last) >= 0)) return 0;
  int code = c->n == c->room ? make_room(c, err) : 0;
  if (!code) c->item[c->n++] = candidate;
  return code;
}

/* ------------------------------------------------------------------ all ranks together */

static int digit(const ln_candidate *x, int round) {
  return (int)((round < 8 ? x->key >> (56 - 8 * round) : x->tie >> (120 - 8 * round)) & (DIGITS - 1));
}

typedef struct stretch { /* of a rank's sorted candidates: those that may be the last to win */
  int64_t lo, hi;
} stretch;

/* Narrows the stretch by one more digit; returns how many of all ranks are still in it, and lowers what is
 * wanted of them. Collective. */
static int64_t narrow(const ln_choice *c, ln_comm *comm, int round, stretch *s, int64_t *want) {
  int64_t count[DIGITS] = {0}, own[DIGITS];
  for (int64_t k = s->lo; k < s->hi; k++) count[digit(&c->item[k], round)]++;
  memcpy(own, count, sizeof own);
  ln_comm_sum_array(comm, count, DIGITS);
  int d = 0;
  for (; *want > count[d]; d++) {
    *want -= count[d];
    s->lo += own[d];
  }
  s->hi = s->lo + own[d];
  return count[d];
}

/* How many of this rank's stretch are among the `want` least of all stretches. Collective. */
static int finish(const ln_choice *c, ln_comm *comm, stretch s, int64_t want, int64_t *n, ln_error *err) {
  ln_candidate *all = NULL;
  size_t bytes[ln_comm_size(comm)];
  int code = ln_comm_allgatherv(comm, c->item + s.lo, (size_t)(s.hi - s.lo) * sizeof *all, (void **)&all, bytes, err);
  if (code) return code;
  size_t total = 0;
  for (int r = 0; r < ln_comm_size(comm); r++) total += bytes[r] / sizeof *all;
  qsort(all, total, sizeof *all, compare);
  ln_candidate last = all[want - 1];
  ln_free(all);
  *n = 0;
  for (int64_t k = s.lo; k < s.hi; k++) *n += compare(&c->item[k], &last) <= 0;
  return 0;
}

int ln_choice_agree(ln_choice *c, ln_comm *comm, ln_error *err) {
  if (c->n) qsort(c->item, (size_t)c->n, sizeof *c->item, compare);
  if (c->n > c->want) c->n = c->want;
  int64_t total = ln_comm_sum(comm, c->n), want = c->want, n = 0;
  if (total <= want) return 0;
  if (want == 0) {
    c->n = 0;
    return 0;
  }
  stretch s = {0, c->n};
  for (int round = 0; round < 16 && total > FEW; round++) total = narrow(c, comm, round, &s, &want);
  int code = finish(c, comm, s, want, &n, err);
  if (!code) c->n = s.lo + n;
  return code;
}
