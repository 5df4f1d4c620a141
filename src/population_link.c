/* population_link.c - variables of a population that are those of another.
 *
 * Where both slices coincide on any number of ranks (populations of one size, neuron to neuron) the source's
 * array is read in place. Else it is copied whenever the model is about to read it: every rank gets all
 * slices of that one variable and picks its neurons'. That decision follows from the populations alone, so
 * that what is read, and when, does not depend on the ranks.
 */
#include <string.h>
#include "element.h"
#include "memory.h"
#include "population_struct.h"

static bool stored_once(const ln_population *p, int var) { return p->unit->var[var].flags & LN_SHARED; }

/* Where neuron gid of the source is among all slices. */
static int64_t place_of(const ln_link *link, int64_t gid) {
  const ln_population *source = link->source;
  int64_t lo, hi, ranks = ln_comm_size(source->place.comm), rank = gid * ranks / source->size;
  for (ln_population_slice_of(source, (int)rank, &lo, &hi); gid < lo || gid >= hi;) {
    rank += gid < lo ? -1 : 1;
    ln_population_slice_of(source, (int)rank, &lo, &hi);
  }
  return rank * link->most + gid - lo;
}

static int take_room(const ln_population *p, ln_link *link, const int64_t *index) {
  const ln_population *source = link->source;
  int64_t ranks = ln_comm_size(source->place.comm);
  link->most = (source->size + ranks - 1) / ranks;
  link->slice = ln_alloc_array((size_t)link->most, sizeof *link->slice);
  link->all = ln_alloc_array((size_t)(link->most * ranks), sizeof *link->all);
  link->index = ln_alloc_array((size_t)p->n_own, sizeof *link->index);
  if (!link->slice || !link->all || !link->index) return LN_ENOMEM;
  for (int64_t k = 0; k < p->n_own; k++)
    link->index[k] = place_of(link, index ? index[p->gid_lo + k] : p->gid_lo + k);
  return LN_OK;
}

static void release(ln_link *link) {
  ln_free(link->index);
  ln_free(link->slice);
  ln_free(link->all);
  *link = (ln_link){0};
}

int ln_population_check_link(const ln_population *p, int var, ln_error *err) {
  if (!(p->unit->var[var].flags & LN_LINKED) || (p->link && p->link[var].source)) return LN_OK;
  return ln_fail(err, LN_EINVAL, "%s: %s is a linked variable, but is not linked to anything", p->name,
                 p->unit->var[var].name);
}

void ln_population_watch(ln_population *p) { p->watched = true; }

void ln_population_unlink(ln_population *p) {
  for (int v = 0; p->link && v < p->unit->n_var; v++) release(&p->link[v]);
  ln_free(p->link);
  p->link = NULL;
}

int ln_population_link(ln_population *p, int var, ln_population *source, int source_var, const int64_t *index,
                       ln_error *err) {
  int code = LN_OK;
  if (!p->link) p->link = ln_alloc_array((size_t)p->unit->n_var, sizeof *p->link);
  if (!p->link) code = LN_ENOMEM;
  if (!code) {
    ln_link *link = &p->link[var];
    release(link);
    link->source = source;
    link->var = source_var;
    link->direct = !index && source != p && source->size == p->size && !stored_once(source, source_var) &&
                   ln_element_of(source->unit, source_var) == ln_element_of(p->unit, var);
    if (!link->direct && !stored_once(source, source_var)) code = take_room(p, link, index);
  }
  if (code) ln_fail(err, code, "%s: no memory to link %s", p->name, p->unit->var[var].name);
  return ln_comm_agree(p->place.comm, code, err);
}

/* Collective. */
static void copy(ln_population *p, int var) {
  const ln_link *link = &p->link[var];
  ln_element type = ln_element_of(p->unit, var);
  char *to = ln_population_var(p, var);
  size_t size = ln_element_size(type);
  if (!link->index) {
    ln_element from = ln_element_of(link->source->unit, link->var);
    double x = ln_element_get(from, ln_population_var(link->source, link->var), 0);
    for (int64_t k = 0; k < p->n_sweep; k++) ln_element_store(type, to + size * (size_t)k, &x, 1);
    return;
  }
  int64_t first, n;
  ln_population_read(link->source, link->var, 0, link->source->size, link->slice, &first, &n);
  ln_comm_allgather(p->place.comm, link->slice, (size_t)link->most * sizeof *link->slice, link->all);
  for (int64_t k = 0; k < p->n_own; k++)
    ln_element_store(type, to + size * (size_t)k, &link->all[link->index[k]], 1);
}

void ln_population_show(ln_population *p, int var) {
  if (!p->link || var < 0 || !p->link[var].source) return;
  if (!p->link[var].direct) {
    copy(p, var);
    return;
  }
  size_t size = ln_element_size(ln_element_of(p->unit, var));
  memcpy((char *)ln_block_var(p->place.block, var) + size * (size_t)p->blid, ln_population_var(p, var), size * (size_t)p->n_own);
}

void ln_population_mirror(ln_population *p, int when) {
  if (!p->link || (when && !(p->unit->reads_linked & when))) return;
  for (int v = 0; v < p->unit->n_var; v++) {
    if (p->link[v].source && !p->link[v].direct) copy(p, v);
  }
}
