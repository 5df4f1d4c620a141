/* synapses_sound.c - looking for NaN and infinity in what statements accumulate in synapses.
 *
 * Whole arrays are looked at first, for there is hardly ever anything to find; then who it belongs to. All must be
 * settled first: how much of what is put off has been made up for depends on the ranks.
 */
#include <math.h>
#include "element.h"
#include "synapses_p.h"

static bool is_checked(const ln_projection *p, int var) {
  return ((p->unit->var[var].flags & LN_CHECKED) || p->accumulates[var]) && ln_element_of(p->unit, var) != LN_ELEMENT_INT;
}

static bool any_checked(const ln_synapses *s, int var) {
  bool any = false;
  for (int k = 0; k < s->n_projections; k++) any |= is_checked(s->projection[k], var);
  return any;
}

enum { SETTLED = 32 }; /* what it takes to settle a value that is put off, in values looked at */

int64_t ln_synapses_checked(const ln_synapses *s) {
  int64_t n = 0;
  for (int k = 0; k < s->n_variants; k++) {
    for (int var = 0; var < s->unit->n_var; var++)
      n += any_checked(s, var) ? (int64_t)ln_rows_elements(&s->variant[k]->rows, s->unit, var) : 0;
  }
  return n * (s->unit->settle16 ? SETTLED : 1);
}

/* All exponent bits set: no branches, so that the loops vectorise. */
static bool any_unsound(ln_element type, const void *a, uint64_t n) {
  uint64_t bad = 0;
  uint32_t bad32 = 0;
  const uint32_t *narrow = a;
  const uint64_t *broad = a;
  if (type == LN_ELEMENT_FLOAT)
    for (uint64_t k = 0; k < n; k++) bad32 |= (narrow[k] & 0x7f800000u) == 0x7f800000u;
  else
    for (uint64_t k = 0; k < n; k++) bad |= (broad[k] & UINT64_C(0x7ff0000000000000)) == UINT64_C(0x7ff0000000000000);
  return bad || bad32;
}

typedef struct search { /* for the first synapse, by source, then target */
  const ln_projection *p;
  const ln_rows *rows;
  ln_element type;
  int var;
  ln_unsound *out;
} search;

static int look(void *user, const ln_visit *chunk, ln_error *err) {
  (void)err;
  search *s = user;
  int64_t blid0 = ln_projection_blid0(s->p);
  bool by_run = s->p->unit->var[s->var].flags & LN_PER_SEGMENT;
  for (int64_t k = 0; k < chunk->n; k++) {
    int64_t i = chunk->row[k] - s->p->row0, j = (int64_t)chunk->target[k] - blid0;
    if (s->out->found && (i > s->out->i || j >= s->out->j)) continue;
    uint64_t run = by_run ? ln_rows_run_of(s->rows, chunk->row[k], chunk->at[k]) : 0;
    int64_t at = (int64_t)ln_rows_element(s->p->unit, s->var, chunk->at[k], run, chunk->target[k]);
    double x = ln_element_get(s->type, s->rows->var[s->var], at);
    if (!isfinite(x)) *s->out = (ln_unsound){true, s->var, i, j, x};
  }
  return 0;
}

int ln_projection_unsound(const ln_projection *p, ln_unsound *out, ln_error *err) {
  *out = (ln_unsound){0};
  if (!p->built) return 0;
  const ln_rows *rows = &p->variant->rows;
  int code = 0;
  for (int var = 0; var < p->unit->n_var && !out->found && !code; var++) {
    if (!is_checked(p, var) || !rows->var[var]) continue;
    search s = {p, rows, ln_element_of(p->unit, var), var, out};
    if (!any_unsound(s.type, rows->var[var], ln_rows_elements(rows, p->unit, var))) continue;
    ln_window w = ln_projection_window(p, false);
    code = ln_rows_visit(rows, &w, look, &s, err);
  }
  return code;
}
