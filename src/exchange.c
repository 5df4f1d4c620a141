/* exchange.c - spikes between ranks: one fixed-size record a rank and interval, and their merging.
 *
 * A record is {flags, spikes in all, spikes of each step, nids}. When a rank has more spikes than a record
 * holds, everybody sees so in its head, and all repeat the exchange with larger records. Records shrink
 * again when they have long been mostly empty. All decisions follow from what everybody received.
 */
#include "exchange.h"
#include <string.h>
#include "memory.h"
#include "ticks.h"

enum { HEAD = 2, FIRST_CAPACITY = 14, PATIENCE = 256 };

typedef struct spikes { /* of an interval, step by step */
  uint32_t *nid;
  int64_t n, capacity;
  int64_t *end;         /* of each step's part */
  int n_steps;
} spikes;

struct ln_exchange {
  ln_comm *comm;
  int size, interval;
  spikes open, all;        /* being added; merged */
  spikes sent;             /* of the interval under way */
  uint32_t flags;
  int64_t capacity;        /* nids a record */
  int64_t most;            /* nids of the fullest record lately */
  int quiet;               /* exchanges since most was cleared */
  uint32_t *send, *recv;
  int64_t record_room;     /* 32-bit words of send, and of recv for each rank */
  ln_request *request;
  uint32_t *scratch;       /* for merging */
  int64_t scratch_capacity;
  int64_t *run, *cursor;   /* size + 1 each */
  int64_t exchanges, bytes;
  uint64_t waited;
};

static int room_for(spikes *s, int64_t n, ln_error *err) {
  if (n <= s->capacity) return LN_OK;
  int64_t capacity = n < 2 * s->capacity ? 2 * s->capacity : n + 64;
  uint32_t *nid = ln_realloc(s->nid, (size_t)s->capacity * 4, (size_t)capacity * 4);
  if (!nid) return ln_fail(err, LN_ENOMEM, "no memory for %lld spikes", (long long)n);
  s->nid = nid;
  s->capacity = capacity;
  return LN_OK;
}

static bool make_spikes(spikes *s, int interval) {
  s->end = ln_alloc_array((size_t)interval, sizeof *s->end);
  s->nid = ln_alloc_array(64, sizeof *s->nid);
  s->capacity = 64;
  return s->end && s->nid;
}

int ln_exchange_create(ln_exchange **out, ln_comm *comm, int interval, ln_error *err) {
  *out = NULL;
  ln_exchange *x = ln_alloc(sizeof *x);
  if (!x) return ln_fail(err, LN_ENOMEM, "no memory for the exchange of spikes");
  *x = (ln_exchange){
      .comm = comm, .size = ln_comm_size(comm), .interval = interval, .capacity = FIRST_CAPACITY};
  x->record_room = HEAD + interval + x->capacity;
  bool ok =
      make_spikes(&x->open, interval) && make_spikes(&x->sent, interval) && make_spikes(&x->all, interval);
  x->send = ln_alloc_array((size_t)x->record_room, 4);
  x->recv = ln_alloc_array((size_t)(x->record_room * x->size), 4);
  x->run = ln_alloc_array((size_t)x->size + 1, sizeof *x->run);
  x->cursor = ln_alloc_array((size_t)x->size + 1, sizeof *x->cursor);
  if (!ok || !x->send || !x->recv || !x->run || !x->cursor) {
    ln_exchange_destroy(x);
    return ln_fail(err, LN_ENOMEM, "no memory for the exchange of spikes");
  }
  *out = x;
  return LN_OK;
}

void ln_exchange_destroy(ln_exchange *x) {
  if (!x) return;
  spikes *s[] = {&x->open, &x->sent, &x->all};
  for (int k = 0; k < 3; k++) {
    ln_free(s[k]->nid);
    ln_free(s[k]->end);
  }
  ln_free(x->send);
  ln_free(x->recv);
  ln_free(x->scratch);
  ln_free(x->run);
  ln_free(x->cursor);
  ln_free(x);
}

/* ------------------------------------------------------------------ adding */

int ln_exchange_add(ln_exchange *x, uint32_t first, const uint32_t *lid, int64_t n, ln_error *err) {
  int code = room_for(&x->open, x->open.n + n, err);
  if (code) return code;
  uint32_t *nid = x->open.nid + x->open.n;
  for (int64_t k = 0; k < n; k++) nid[k] = first + lid[k];
  x->open.n += n;
  return LN_OK;
}

int ln_exchange_next(ln_exchange *x) {
  x->open.end[x->open.n_steps] = x->open.n;
  return ++x->open.n_steps;
}

/* ------------------------------------------------------------------ sending */

static int64_t words(const ln_exchange *x) { return HEAD + x->sent.n_steps + x->capacity; }

static void pack(ln_exchange *x) {
  const spikes *s = &x->sent;
  x->send[0] = x->flags;
  x->send[1] = (uint32_t)s->n;
  for (int k = 0; k < s->n_steps; k++) x->send[HEAD + k] = (uint32_t)(s->end[k] - (k ? s->end[k - 1] : 0));
  int64_t fits = s->n < x->capacity ? s->n : x->capacity;
  memcpy(x->send + HEAD + s->n_steps, s->nid, (size_t)fits * 4);
}

static void swap(spikes *a, spikes *b) {
  spikes keep = *a;
  *a = *b;
  *b = keep;
}

void ln_exchange_begin(ln_exchange *x, uint32_t flags) {
  swap(&x->open, &x->sent);
  x->open.n = 0;
  x->open.n_steps = 0;
  x->flags = flags;
  x->exchanges++;
  if (x->size == 1) return;
  pack(x);
  x->bytes += words(x) * 4 * x->size;
  ln_comm_iallgather(x->comm, x->send, (size_t)words(x) * 4, x->recv, &x->request);
}

/* ------------------------------------------------------------------ receiving */

static const uint32_t *record(const ln_exchange *x, int rank) { return x->recv + words(x) * rank; }

static int set_capacity(ln_exchange *x, int64_t capacity, ln_error *err) {
  int code = LN_OK;
  int64_t room = HEAD + x->interval + capacity;
  if (room > x->record_room) {
    uint32_t *send = ln_alloc_array((size_t)room, 4), *recv = ln_alloc_array((size_t)(room * x->size), 4);
    if (send && recv) {
      ln_free(x->send);
      ln_free(x->recv);
      x->send = send;
      x->recv = recv;
      x->record_room = room;
    } else {
      ln_free(send);
      ln_free(recv);
      code = ln_fail(err, LN_ENOMEM, "no memory for %lld spikes of %d ranks", (long long)capacity, x->size);
    }
  }
  code = ln_comm_agree(x->comm, code, err);
  if (!code) x->capacity = capacity;
  return code;
}

/* Makes records large enough for what their heads announce, and repeats the exchange. */
static int repeat_larger(ln_exchange *x, int64_t most, ln_error *err) {
  int64_t capacity = x->capacity;
  while (capacity < most) capacity = 2 * capacity + 2;
  int code = set_capacity(x, capacity, err);
  if (code) return code;
  pack(x);
  x->bytes += words(x) * 4 * x->size;
  ln_comm_allgather(x->comm, x->send, (size_t)words(x) * 4, x->recv);
  return LN_OK;
}

/* After many exchanges that needed less than a quarter of the room, half of it is given up. */
static void maybe_shrink(ln_exchange *x, int64_t most) {
  if (most > x->most) x->most = most;
  if (++x->quiet < PATIENCE) return;
  if (x->most < x->capacity / 4 && x->capacity > FIRST_CAPACITY) x->capacity = x->capacity / 2 - 1;
  x->most = 0;
  x->quiet = 0;
}

/* Merges the neighbouring runs [run[k], run[k + 1]) of a, k < n; all are ascending. */
static void merge_runs(uint32_t *a, uint32_t *scratch, int64_t *run, int n) {
  int64_t lo = run[0];
  while (n > 1) {
    int made = 0;
    for (int k = 0; k < n; k += 2) {
      int64_t i = run[k], mid = run[k + 1], j = mid, end = k + 1 < n ? run[k + 2] : mid, to = i;
      while (i < mid && j < end) scratch[to++] = a[i] < a[j] ? a[i++] : a[j++];
      while (i < mid) scratch[to++] = a[i++];
      while (j < end) scratch[to++] = a[j++];
      run[++made] = end;
    }
    memcpy(a + lo, scratch + lo, (size_t)(run[made] - lo) * 4);
    n = made;
  }
}

/* Step k of all records, one behind the other in rank order, then merged. A rank's part that continues the
 * one before is not a run of its own: with one population nothing is left to merge. */
static void merge_step(ln_exchange *x, int k) {
  uint32_t *to = x->all.nid;
  int64_t at = k ? x->all.end[k - 1] : 0;
  int n_runs = 0;
  x->run[0] = at;
  for (int rank = 0; rank < x->size; rank++) {
    const uint32_t *from = record(x, rank);
    int64_t n = from[HEAD + k];
    if (n == 0) continue;
    const uint32_t *nid = from + HEAD + x->sent.n_steps + x->cursor[rank];
    x->cursor[rank] += n;
    if (n_runs == 0 || to[at - 1] > nid[0]) n_runs++;
    memcpy(to + at, nid, (size_t)n * 4);
    at += n;
    x->run[n_runs] = at;
  }
  x->all.end[k] = at;
  merge_runs(to, x->scratch, x->run, n_runs);
}

static int scratch_for(ln_exchange *x, int64_t n, ln_error *err) {
  if (n <= x->scratch_capacity) return LN_OK;
  uint32_t *scratch = ln_alloc_array((size_t)(2 * n), 4);
  if (!scratch) return ln_fail(err, LN_ENOMEM, "no memory for %lld spikes", (long long)n);
  ln_free(x->scratch);
  x->scratch = scratch;
  x->scratch_capacity = 2 * n;
  return LN_OK;
}

static int merge(ln_exchange *x, ln_error *err) {
  int64_t total = 0;
  for (int rank = 0; rank < x->size; rank++) total += record(x, rank)[1];
  int code = room_for(&x->all, total, err);
  if (!code) code = scratch_for(x, total, err);
  if (code) return code;
  memset(x->cursor, 0, (size_t)x->size * sizeof *x->cursor);
  x->all.n = total;
  x->all.n_steps = x->sent.n_steps;
  for (int k = 0; k < x->all.n_steps; k++) merge_step(x, k);
  return LN_OK;
}

int ln_exchange_end(ln_exchange *x, uint32_t *flags, ln_error *err) {
  if (x->size == 1) {
    swap(&x->sent, &x->all);
    *flags = x->flags;
    return LN_OK;
  }
  uint64_t from = ln_ticks();
  ln_comm_wait(x->request);
  x->waited += ln_ticks() - from;
  x->request = NULL;
  int64_t most = 0;
  *flags = 0;
  for (int rank = 0; rank < x->size; rank++) {
    *flags |= record(x, rank)[0];
    if (record(x, rank)[1] > most) most = record(x, rank)[1];
  }
  x->all.n = x->all.n_steps = 0;
  int code = most > x->capacity ? repeat_larger(x, most, err) : LN_OK;
  if (!code) code = merge(x, err);
  maybe_shrink(x, most);
  return code;
}

void ln_exchange_step(const ln_exchange *x, int k, const uint32_t **nid, int64_t *n) {
  int64_t first = k ? x->all.end[k - 1] : 0;
  *nid = x->all.nid + first;
  *n = x->all.end[k] - first;
}

int ln_exchange_n_steps(const ln_exchange *x) { return x->all.n_steps; }

void ln_exchange_statistics(const ln_exchange *x, int64_t *exchanges, int64_t *bytes, uint64_t *waited) {
  *exchanges = x->exchanges;
  *bytes = x->bytes;
  *waited = x->waited;
}
