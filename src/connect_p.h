/* connect_p.h - what connect.c and connect_cells.c share: chunks under construction.
 *
 * Private to the connectors. An emitter collects synapses and hands them to the sink, a full chunk at a time.
 */
#ifndef LN_CONNECT_P_H
#define LN_CONNECT_P_H

#include "connect.h"

#define LN_EMIT_CHUNK 4096

typedef struct ln_emitter {
  ln_connect_sink sink;
  void *user;
  ln_error *err;
  bool origins;
  int64_t n;
  uint32_t source[LN_EMIT_CHUNK], target[LN_EMIT_CHUNK];
  uint64_t id[2 * LN_EMIT_CHUNK];
  int64_t origin[LN_EMIT_CHUNK];
} ln_emitter;

static inline int ln_emit_flush(ln_emitter *e) {
  ln_connect_chunk chunk = {e->n, e->source, e->target, e->id, e->origins ? e->origin : NULL};
  e->n = 0;
  return chunk.n ? e->sink(e->user, &chunk, e->err) : 0;
}

/* serial tells the synapses of one pair apart. */
static inline int ln_emit(ln_emitter *e, int64_t source, int64_t target, uint64_t serial, int64_t origin) {
  int64_t k = e->n++;
  e->source[k] = (uint32_t)source;
  e->target[k] = (uint32_t)target;
  e->id[2 * k] = (uint64_t)source | (uint64_t)target << 32;
  e->id[2 * k + 1] = serial;
  e->origin[k] = origin;
  return e->n == LN_EMIT_CHUNK ? ln_emit_flush(e) : 0;
}

/* The source place that would make an autapse at target place t, or -1. */
static inline int64_t ln_autapse_source(const ln_connect_range *r, int64_t t) {
  int64_t s = r->post_lo + t - r->pre_lo;
  return r->same && s >= 0 && s < r->n_pre ? s : -1;
}

/* Connectors of a fixed number of synapses (connect_cells.c). */
int ln_connect_fixed(const ln_connector *c, const ln_connect_range *r, uint64_t key, ln_emitter *e);

#endif
