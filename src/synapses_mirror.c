/* synapses_mirror.c - what the code of synapses reads of neurons that are on other ranks.
 *
 * Variables of sources are gathered and laid out by row of the storage, signals and linked variables fetched
 * from where they are. All of it is collective, before what reads it runs.
 */
#include "element.h"
#include "image.h"
#include "memory.h"
#include "population_p.h"
#include "synapses_p.h"

static bool reads_linked(const ln_synapses *s) {
  const ln_unit *target = ln_model_unit(ln_block_model(s->block));
  bool any = false;
  for (int k = 0; k < s->unit->n_post; k++) any |= (target->var[s->post_var[k]].flags & LN_LINKED) != 0;
  return any;
}

bool ln_synapses_reads_pre(const ln_synapses *s) {
  return s->unit->n_pre > 0 || s->unit->n_signal > 0 || reads_linked(s);
}

/* The linked variables that the code reads, of all targets and sources. Collective. */
static void fetch_linked(ln_synapses *s) {
  for (int k = 0; k < s->unit->n_post; k++) {
    for (int q = 0; q < s->n_projections; q++) ln_population_show(s->projection[q]->post, s->post_var[k]);
  }
  for (int q = 0; q < s->n_sources; q++) {
    for (int k = 0; k < s->unit->n_pre; k++) ln_population_show(s->source[q].population, s->source[q].pre[k]);
  }
}

/* The value of each signal, from the rank that has it, if nobody has asked since it may have changed.
 * Collective. */
static void fetch_signals(ln_synapses *s) {
  int n = 0, ranks = ln_comm_size(s->comm), wanted[s->unit->n_signal];
  const ln_signal *signal = s->projection[0]->signal;
  for (int k = 0; k < s->unit->n_signal; k++) {
    if (!ln_population_kept(signal[k].population, signal[k].var, &s->signal[k])) wanted[n++] = k;
  }
  if (n == 0) return; /* on all ranks */
  double own[n], all[n * ranks];
  for (int q = 0; q < n; q++) {
    const ln_signal *w = &signal[wanted[q]];
    int64_t lo, hi, first, count;
    own[q] = 0;
    ln_population_own(w->population, &lo, &hi);
    if (lo < hi) ln_population_read(w->population, w->var, lo, hi, &own[q], &first, &count);
  }
  ln_comm_allgather(s->comm, own, sizeof own, all);
  for (int q = 0; q < n; q++) {
    const ln_signal *w = &signal[wanted[q]];
    for (int r = 0; r < ranks; r++) {
      int64_t lo, hi;
      ln_population_slice_of(w->population, r, &lo, &hi);
      if (lo < hi) s->signal[wanted[q]] = all[r * n + q];
    }
    ln_population_keep(w->population, w->var, s->signal[wanted[q]]);
  }
}

static int64_t own_sources(const ln_source *source, int rank, int64_t *lo) {
  int64_t hi;
  ln_population_slice_of(source->population, rank, lo, &hi);
  return hi - *lo;
}

static void read_own(const ln_source *source, int var, int64_t lo, int64_t n, double *out) {
  int64_t first;
  if (source->pre[var] != LN_LAST_SPIKE) {
    ln_population_read(source->population, source->pre[var], lo, lo + n, out, &first, &n);
    return;
  }
  const int32_t *of_block = ln_block_last(ln_population_block(source->population));
  const int32_t *last = of_block + ln_population_blid(source->population);
  for (int64_t k = 0; k < n; k++) out[k] = last[k];
}

/* Own values of all pre variables of all sources, one behind the other. */
static double *pack_own(const ln_synapses *s, size_t *count) {
  int64_t lo, total = 0;
  int rank = ln_comm_rank(s->comm);
  for (int k = 0; k < s->n_sources; k++) total += own_sources(&s->source[k], rank, &lo) * s->unit->n_pre;
  double *own = ln_alloc_array((size_t)total, sizeof *own), *at = own;
  *count = (size_t)total;
  for (int k = 0; k < s->n_sources && own; k++) {
    int64_t own_n = own_sources(&s->source[k], rank, &lo);
    for (int v = 0; v < s->unit->n_pre; v++, at += own_n) read_own(&s->source[k], v, lo, own_n, at);
  }
  return own;
}

/* What the code takes a source's variable for: whole numbers stay so. */
static ln_element mirrored(const ln_synapses *s, const ln_source *source, int var) {
  ln_element real = s->unit->precision == 4 ? LN_ELEMENT_FLOAT : LN_ELEMENT_DOUBLE;
  if (source->pre[var] == LN_LAST_SPIKE) return LN_ELEMENT_INT;
  const ln_unit *unit = ln_model_unit(ln_population_model(source->population));
  return unit->var[source->pre[var]].type == LN_INT ? LN_ELEMENT_INT : real;
}

static void unpack(ln_synapses *s, const double *all) {
  for (int rank = 0; rank < ln_comm_size(s->comm); rank++) {
    for (int k = 0; k < s->n_sources; k++) {
      int64_t lo, n = own_sources(&s->source[k], rank, &lo), row = s->source[k].row0 + lo;
      for (int v = 0; v < s->unit->n_pre; v++, all += n) {
        ln_element type = mirrored(s, &s->source[k], v);
        ln_element_store(type, (char *)s->mirror[v] + ln_element_size(type) * (size_t)row, all, n);
      }
    }
  }
}

/* Of sources that are synapses the variables; where they are all here, and of the type that is wanted, in
 * their place. */
static int mirror_synapses(ln_synapses *s, bool *done, ln_error *err) {
  ln_image *sources = s->n_sources == 1 ? ln_population_image(s->source[0].population) : NULL;
  if (!sources) return 0;
  const ln_source *source = &s->source[0];
  const ln_unit *unit = ln_model_unit(ln_population_model(source->population));
  *done = ln_comm_size(s->comm) == 1;
  for (int v = 0; v < s->unit->n_pre; v++)
    *done = *done && mirrored(s, source, v) == ln_element_of(unit, source->pre[v]);
  int code = *done || sources == ln_synapses_onto(s) ? 0 : ln_image_pull(sources, err);
  for (int v = 0; v < s->unit->n_pre && *done && !code; v++) {
    size_t size = ln_element_size(mirrored(s, source, v));
    code = ln_image_pull_to(sources, source->pre[v], (char *)s->mirror[v] + size * (size_t)source->row0, err);
  }
  return code;
}

int ln_synapses_mirror(ln_synapses *s, int kind, ln_error *err) {
  if (s->unit->reads_none >> kind & 1) return 0;
  if (s->unit->n_signal > 0 && s->n_projections > 0) fetch_signals(s);
  fetch_linked(s);
  if (s->unit->n_pre == 0) return 0;
  bool done = false;
  int pulled = mirror_synapses(s, &done, err);
  if (pulled || done) return pulled;
  size_t n;
  double *own = pack_own(s, &n), *all = NULL;
  int code = own ? 0 : ln_fail(err, LN_ENOMEM, "no memory to read variables of source neurons");
  if (!own) n = 0; /* the others wait in the collective */
  int gathered = ln_comm_allgatherv(s->comm, own, n * sizeof *own, (void **)&all, NULL, err);
  code = code ? code : gathered;
  if (!code) unpack(s, all);
  ln_free(own);
  ln_free(all);
  return code;
}
