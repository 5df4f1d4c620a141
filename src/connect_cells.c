/* connect_cells.c - connectors of a fixed number of synapses: drawing cells of a matrix.
 *
 * A cell is a possible synapse: one target, one source of a window of sources. An indegree draws n cells of
 * one target; a total draws n cells of all targets; an outdegree draws n cells of all targets in a window of
 * one source. The last two split the range of targets in halves, the number drawn with it (binomial with
 * multapses, hypergeometric without), down to single targets or a few cells; only halves with targets of
 * this rank are followed. Halves are those of the whole range and random numbers are keyed by the half, so
 * that every rank sees the same tree.
 */
#include <stdlib.h>
#include "connect_p.h"
#include "memory.h"
#include "rng.h"

#define FEW 32 /* cells drawn at once rather than split further */

enum { KEY_CELLS = 3, KEY_SOURCE = 4 };
enum { SITE_SPLIT = 0, SITE_DRAW = 1, SITE_REDRAW = 2 };

typedef struct cells {
  const ln_connector *c;
  const ln_connect_range *r;
  ln_emitter *e;
  uint64_t key;
  int64_t first, width;     /* window of sources */
  int64_t hole_lo, hole_hi; /* targets whose autapse lies in the window and is not a cell */
  int64_t *chosen;          /* room for distinct cells */
  int64_t room;
} cells;

static int64_t clip(int64_t x, int64_t lo, int64_t hi) { return x < lo ? lo : x > hi ? hi : x; }

static void set_window(cells *w, int64_t first, int64_t width) {
  const ln_connect_range *r = w->r;
  w->first = first;
  w->width = width;
  w->hole_lo = w->hole_hi = 0;
  if (w->c->autapses || !r->same) return;
  int64_t shift = r->pre_lo - r->post_lo + first;
  w->hole_lo = clip(shift, 0, r->n_post);
  w->hole_hi = clip(shift + width, 0, r->n_post);
}

static int64_t count_cells(const cells *w, int64_t lo, int64_t hi) {
  return w->width * (hi - lo) - (clip(w->hole_hi, lo, hi) - clip(w->hole_lo, lo, hi));
}

/* Cell number k of the targets from lo on, counted target by target. */
static void locate(const cells *w, int64_t lo, int64_t k, int64_t *target, int64_t *source) {
  int64_t hole_lo = w->hole_lo > lo ? w->hole_lo : lo, hole_hi = w->hole_hi > lo ? w->hole_hi : lo;
  int64_t before = hole_hi > hole_lo ? (hole_lo - lo) * w->width : INT64_MAX;
  if (k < before) {
    *target = lo + k / w->width;
    *source = w->first + k % w->width;
    return;
  }
  int64_t inside = (hole_hi - hole_lo) * (w->width - 1);
  k -= before;
  if (k < inside) {
    *target = hole_lo + k / (w->width - 1);
    *source = w->first + k % (w->width - 1);
    *source += *source >= ln_autapse_source(w->r, *target);
    return;
  }
  k -= inside;
  *target = hole_hi + k / w->width;
  *source = w->first + k % w->width;
}

static int emit_cell(cells *w, int64_t lo, int64_t cell, int64_t serial) {
  int64_t t, s;
  locate(w, lo, cell, &t, &s);
  return t >= w->r->own_lo && t < w->r->own_hi ? ln_emit(w->e, s, t, (uint64_t)serial, 0) : 0;
}

/* Many draws with repetition at one target: four a Philox call, unbiased (Lemire 2019). */
static int draw_many(cells *w, int64_t target, int64_t count, ln_stream node) {
  uint32_t n = (uint32_t)count_cells(w, target, target + 1), threshold = -n % n;
  for (int64_t k = 0; k < count; k += 4) {
    ln_philox4 x = ln_philox(node.key, node.a, ((uint64_t)SITE_DRAW << 32) + (uint64_t)k / 4);
    for (int64_t q = 0; q < 4 && k + q < count; q++) {
      uint64_t product = (uint64_t)x.w[q] * n;
      int64_t cell = (int64_t)(product >> 32);
      if (__builtin_expect((uint32_t)product < threshold, 0)) {
        ln_stream again = {node.key, node.a, (uint64_t)SITE_REDRAW << 62 | (uint64_t)(k + q) << 8};
        cell = (int64_t)ln_stream_below(&again, n);
      }
      int code = emit_cell(w, target, cell, k + q);
      if (code) return code;
    }
  }
  return 0;
}

static int draw_few(cells *w, int64_t lo, int64_t hi, int64_t count, ln_stream node) {
  int64_t cell[FEW];
  uint64_t n = (uint64_t)count_cells(w, lo, hi);
  for (int64_t k = 0; k < count; k++) { /* inserted in order: targets ascend */
    int64_t x = (int64_t)ln_stream_below(&node, n), at = k;
    for (; at > 0 && cell[at - 1] > x; at--) cell[at] = cell[at - 1];
    cell[at] = x;
  }
  int code = 0;
  for (int64_t k = 0; k < count && !code; k++) code = emit_cell(w, lo, cell[k], k);
  return code;
}

static int choose(cells *w, int64_t lo, int64_t hi, int64_t count, ln_stream node) {
  if (count > w->room) {
    ln_free(w->chosen);
    w->room = 2 * count;
    w->chosen = ln_alloc_array((size_t)w->room, sizeof *w->chosen);
    if (!w->chosen) {
      w->room = 0;
      return ln_fail(w->e->err, LN_ENOMEM, "no memory to choose %lld synapses", (long long)count);
    }
  }
  ln_stream_choose(&node, count_cells(w, lo, hi), count, w->chosen);
  int code = 0;
  for (int64_t k = 0; k < count && !code; k++) code = emit_cell(w, lo, w->chosen[k], 0);
  return code;
}

/* count cells of the targets [lo, hi): one target, or a few cells. */
static int draw(cells *w, int64_t lo, int64_t hi, int64_t count) {
  ln_stream node = {w->key, (uint64_t)lo | (uint64_t)hi << 32, (uint64_t)SITE_DRAW << 32};
  if (!w->c->multapses) return choose(w, lo, hi, count, node);
  return hi - lo == 1 && count > FEW ? draw_many(w, lo, count, node) : draw_few(w, lo, hi, count, node);
}

static int split(cells *w, int64_t lo, int64_t hi, int64_t count) {
  if (count == 0 || hi <= w->r->own_lo || lo >= w->r->own_hi) return 0;
  if (hi - lo == 1 || count <= FEW) return draw(w, lo, hi, count);
  int64_t mid = lo + (hi - lo) / 2, all = count_cells(w, lo, hi), left = count_cells(w, lo, mid);
  ln_stream node = {w->key, (uint64_t)lo | (uint64_t)hi << 32, (uint64_t)SITE_SPLIT << 32};
  int64_t k = w->c->multapses ? ln_stream_binomial(&node, count, (double)left / (double)all)
                              : ln_stream_hypergeometric(&node, all, left, count);
  int code = split(w, lo, mid, k);
  return code ? code : split(w, mid, hi, count - k);
}

static int indegrees(cells *w, uint64_t key) {
  set_window(w, 0, w->r->n_pre);
  w->key = ln_key(key, 0, KEY_CELLS);
  int code = 0;
  for (int64_t t = w->r->own_lo; t < w->r->own_hi && !code; t++) code = draw(w, t, t + 1, w->c->n);
  return code;
}

static int outdegrees(cells *w, uint64_t key) {
  int code = 0;
  for (int64_t s = 0; s < w->r->n_pre && !code; s++) {
    set_window(w, s, 1);
    w->key = ln_key(key, (uint64_t)s, KEY_SOURCE);
    code = split(w, 0, w->r->n_post, w->c->n);
  }
  return code;
}

static int total(cells *w, uint64_t key) {
  set_window(w, 0, w->r->n_pre);
  w->key = ln_key(key, 0, KEY_CELLS);
  return split(w, 0, w->r->n_post, w->c->n);
}

int ln_connect_fixed(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_emitter *e) {
  if (c->n == 0 || r->n_pre == 0 || r->own_lo >= r->own_hi) return 0;
  cells w = {.c = c, .r = r, .e = e};
  int code = c->kind == LN_FIXED_INDEGREE    ? indegrees(&w, key)
             : c->kind == LN_FIXED_OUTDEGREE ? outdegrees(&w, key)
                                             : total(&w, key);
  ln_free(w.chosen);
  return code ? code : ln_emit_flush(e);
}
