/* projection_degrees.c - how many synapses each neuron has in a projection: asked for by scripts, or kept
 * in variables of the synapses for what their code calls N_incoming and N_outgoing.
 */
#include "element.h"
#include "memory.h"
#include "projection_p.h"
#include "synapses_p.h"

typedef struct degrees {
  const ln_projection *p;
  bool of_targets;
  int64_t blid0, *count;
} degrees;

static int count_degrees(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  degrees *d = user;
  for (int64_t k = 0; k < chunk->n; k++) {
    int64_t i = chunk->row[k] - d->p->row0 - d->p->pre_lo;
    int64_t j = (int64_t)chunk->target[k] - d->blid0 - d->p->post_lo;
    d->count[d->of_targets ? j : i]++;
  }
  return 0;
}

static int64_t how_many(const ln_projection *p, bool of_targets) {
  return of_targets ? p->post_hi - p->post_lo : p->pre_hi - p->pre_lo;
}

/* By place in the range. Collective. */
static int count_in(const ln_projection *p, const ln_rows *rows, bool of_targets, int64_t *count,
                    ln_error *err) {
  int64_t n = how_many(p, of_targets);
  for (int64_t k = 0; k < n; k++) count[k] = 0;
  degrees d = {p, of_targets, ln_projection_blid0(p), count};
  ln_window window = ln_projection_window(p, false);
  int code = ln_comm_agree(p->comm, ln_rows_visit(rows, &window, count_degrees, &d, err), err);
  if (!code) ln_comm_sum_array(p->comm, count, (int)n);
  return code;
}

int ln_projection_degrees(ln_projection *p, bool of_targets, int64_t *count, ln_error *err) {
  if (!p->built) return ln_fail(err, LN_EINVAL, "%s has not been built yet", p->name);
  return count_in(p, &p->variant->rows, of_targets, count, err);
}

static void put_outgoing(const ln_projection *p, ln_rows *rows, const int64_t *count, int32_t *out) {
  for (int64_t i = p->pre_lo; i < p->pre_hi; i++) {
    const ln_row *row = &rows->row[p->row0 + i];
    for (uint64_t run = row->run; run < row[1].run; run++) out[run] = (int32_t)count[i - p->pre_lo];
  }
}

static void put_incoming(const ln_projection *p, const int64_t *count, int32_t *out) {
  int64_t blid0 = ln_projection_blid0(p);
  for (int64_t j = p->own_lo; j < p->own_hi; j++) out[blid0 + j] = (int32_t)count[j - p->post_lo];
}

int ln_projection_fill_degrees(const ln_projection *p, ln_rows *rows, ln_error *err) {
  int code = 0;
  for (int var = 0; var < p->unit->n_var && !code; var++) {
    if (!(p->unit->var[var].flags & LN_DEGREE)) continue;
    bool of_targets = p->unit->var[var].flags & LN_PER_TARGET;
    int64_t *count = ln_alloc_array((size_t)how_many(p, of_targets), sizeof *count);
    code = count ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory to count synapses", p->name);
    code = ln_comm_agree(p->comm, code, err);
    if (!code) code = count_in(p, rows, of_targets, count, err);
    if (!code && of_targets) put_incoming(p, count, rows->var[var]);
    else if (!code) put_outgoing(p, rows, count, rows->var[var]);
    ln_free(count);
  }
  return code;
}
