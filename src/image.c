/* image.c - the synapses of a projection as a population.
 *
 * Synapses lie with their targets, the population is cut into slices by the order of a gather: a route
 * says which of this rank's synapses are in whose slice. It is found anew when the storage was built anew.
 * A rank's synapses are listed in the order of the gather, so that those of one slice are neighbours;
 * values travel slice by slice, variable by variable.
 */
#include "image.h"
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"
#include "population_p.h"
#include "synapses_p.h"

enum { SOURCE = -1, TARGET = -2 }; /* instead of a variable of the synapses: their neurons' indices */

typedef struct end { /* of the route: so many values for (or from) each rank, and where they are here */
  size_t *count;
  uint64_t *place;
  size_t n; /* of all ranks */
} end;

struct ln_image {
  ln_projection *of;
  ln_population *population;
  ln_comm *comm;
  ln_unit unit;
  ln_variable *variable;
  char **name;
  int *var; /* of the projection's unit, or SOURCE, TARGET */
  bool *written;
  ln_model *model;
  int64_t n_builds; /* of the storage, and its variant, for which there is a route; -1: none */
  const ln_variant *variant;
  end synapses, neurons;
  int32_t *neuron[2]; /* of the own synapses: source, target; where wanted */
  char *buffer;
  size_t *bytes, *received;
};

/* ------------------------------------------------------------------ making */

static int64_t stand_still(const ln_neuron_args *a) {
  (void)a;
  return 0;
}

static int find_variable(ln_image *im, int k, const ln_image_spec *spec, ln_error *err) {
  const char *name = spec->var[k], *projection = ln_projection_name(spec->of);
  const ln_unit *of = ln_model_unit(ln_projection_model(spec->of));
  im->var[k] = ln_model_variable(ln_projection_model(spec->of), name);
  bool index = im->var[k] < 0 && (strcmp(name, "i") == 0 || strcmp(name, "j") == 0);
  if (index) im->var[k] = *name == 'i' ? SOURCE : TARGET;
  else if (im->var[k] < 0) return ln_fail(err, LN_EINVAL, "%s has no variable %s", projection, name);
  const ln_variable *of_synapses = im->var[k] < 0 ? NULL : &of->var[im->var[k]];
  if (of_synapses && of_synapses->flags & (LN_PER_SEGMENT | LN_PER_TARGET))
    return ln_fail(err, LN_EINVAL, "%s of %s is one value for all synapses of a neuron", name, projection);
  im->written[k] = spec->written && spec->written[k];
  if (im->written[k] && (!of_synapses || of_synapses->flags & LN_SHARED))
    return ln_fail(err, LN_EINVAL, "%s of %s is not stored for each synapse and cannot be written", name,
                   projection);
  im->name[k] = strdup(name);
  im->variable[k] = (ln_variable){.name = im->name[k], .type = of_synapses ? of_synapses->type : LN_INT};
  return im->name[k] ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory for its synapses", spec->name);
}

int ln_image_create(ln_image **out, const ln_image_spec *spec, ln_comm *comm, ln_error *err) {
  *out = NULL;
  size_t n = (size_t)spec->n_var, ranks = (size_t)ln_comm_size(comm);
  ln_image *im = ln_alloc(sizeof *im);
  if (!im) return ln_fail(err, LN_ENOMEM, "%s: no memory for its synapses", spec->name);
  *im = (ln_image){.of = spec->of, .comm = comm, .n_builds = -1};
  im->variable = ln_alloc_array(n, sizeof *im->variable);
  im->name = ln_alloc_array(n, sizeof *im->name);
  im->var = ln_alloc_array(n, sizeof *im->var);
  im->written = ln_alloc_array(n, sizeof *im->written);
  im->synapses.count = ln_alloc_array(ranks, sizeof(size_t));
  im->neurons.count = ln_alloc_array(ranks, sizeof(size_t));
  im->bytes = ln_alloc_array(ranks, sizeof(size_t));
  im->received = ln_alloc_array(ranks, sizeof(size_t));
  im->unit = (ln_unit){.abi = LN_ABI_VERSION, .kind = LN_NEURON, .name = "synapses", .var = im->variable,
                       .n_var = spec->n_var, .advance = stand_still,
                       .precision = ln_model_unit(ln_projection_model(spec->of))->precision};
  bool good = im->variable && im->name && im->var && im->written && im->synapses.count &&
              im->neurons.count && im->bytes && im->received;
  int code = good ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory for its synapses", spec->name);
  im->unit.n_var = code ? 0 : spec->n_var;
  for (int k = 0; k < spec->n_var && !code; k++) code = find_variable(im, k, spec, err);
  if (!code) code = ln_model_from_unit(&im->model, &im->unit, err);
  if (code) ln_image_destroy(im);
  else *out = im;
  return code;
}

static void release_route(ln_image *im) {
  void **list[] = {(void **)&im->synapses.place, (void **)&im->neurons.place, (void **)&im->neuron[0],
                   (void **)&im->neuron[1], (void **)&im->buffer};
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
    ln_free(*list[k]);
    *list[k] = NULL;
  }
  im->n_builds = -1;
}

void ln_image_destroy(ln_image *im) {
  if (!im) return;
  release_route(im);
  for (int k = 0; im->name && k < im->unit.n_var; k++) free(im->name[k]);
  ln_model_release(im->model);
  void *array[] = {im->variable,       im->name,          im->var,   im->written,
                   im->synapses.count, im->neurons.count, im->bytes, im->received};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++) ln_free(array[k]);
  ln_free(im);
}

ln_model *ln_image_model(const ln_image *im) { return im->model; }

void ln_image_settle(ln_image *im, ln_population *p) {
  im->population = p;
  ln_population_set_image(p, im);
}

uint64_t ln_image_bytes(const ln_image *im) { return 8 * (im->synapses.n + im->neurons.n); }

/* ------------------------------------------------------------------ the route */

static size_t row_bytes(const ln_image *im) {
  size_t bytes = 0;
  for (int k = 0; k < im->unit.n_var; k++) bytes += ln_element_size(ln_element_of(&im->unit, k));
  return bytes;
}

/* Where the own synapses are, in the order of a gather; who has each in its slice, and as which of its
 * neurons. */
static void look_up(ln_image *im, const ln_synapse *own, const int64_t *origin, uint64_t *lid) {
  const ln_projection *p = im->of;
  int rank = 0;
  int64_t lo, hi;
  memset(im->synapses.count, 0, (size_t)ln_comm_size(im->comm) * sizeof(size_t));
  for (size_t k = 0; k < im->synapses.n; k++) {
    int64_t gid = origin[own[k].visit];
    for (ln_population_slice_of(im->population, rank, &lo, &hi); gid >= hi; rank++)
      ln_population_slice_of(im->population, rank + 1, &lo, &hi);
    im->synapses.count[rank]++;
    im->synapses.place[k] = p->variant->rows.row[p->row0 + own[k].i].first + own[k].order;
    im->neuron[0][k] = (int32_t)(own[k].i - p->pre_lo + 1);
    im->neuron[1][k] = (int32_t)(own[k].j - p->post_lo + 1);
    lid[k] = (uint64_t)(gid - lo);
  }
}

static int take_room(ln_image *im, uint64_t **lid, ln_error *err) {
  int64_t lo, hi;
  ln_population_own(im->population, &lo, &hi);
  im->synapses.n = (size_t)im->of->local_count;
  im->neurons.n = (size_t)(hi - lo);
  size_t n = im->synapses.n, most = n > im->neurons.n ? n : im->neurons.n;
  im->synapses.place = ln_alloc_array(n, sizeof(uint64_t));
  im->neuron[0] = ln_alloc_array(n, sizeof(int32_t));
  im->neuron[1] = ln_alloc_array(n, sizeof(int32_t));
  im->buffer = ln_alloc_array(most, row_bytes(im));
  *lid = ln_alloc_array(n, sizeof **lid);
  bool good = im->synapses.place && im->neuron[0] && im->neuron[1] && im->buffer && *lid;
  return good ? 0 : ln_fail(err, LN_ENOMEM, "%s: no memory for synapses onto its synapses", im->of->name);
}

/* Neurons that nobody reads i or j of need no list of them. */
static void forget_indices(ln_image *im) {
  bool wanted[2] = {false, false};
  for (int k = 0; k < im->unit.n_var; k++) {
    if (im->var[k] < 0) wanted[im->var[k] == TARGET] = true;
  }
  for (int k = 0; k < 2; k++) {
    if (!wanted[k]) ln_free(im->neuron[k]);
    if (!wanted[k]) im->neuron[k] = NULL;
  }
}

/* Each rank tells the others which of their neurons its synapses are. */
static int announce(ln_image *im, const uint64_t *lid, ln_error *err) {
  int ranks = ln_comm_size(im->comm);
  for (int r = 0; r < ranks; r++) im->bytes[r] = im->synapses.count[r] * sizeof *lid;
  int code = ln_comm_alltoallv(im->comm, lid, im->bytes, (void **)&im->neurons.place, im->received, err);
  size_t n = 0;
  for (int r = 0; r < ranks && !code; r++) n += im->neurons.count[r] = im->received[r] / sizeof *lid;
  if (!code && n != im->neurons.n)
    code = ln_fail(err, LN_EINVAL, "%s: the number of its synapses has changed since others were attached to them",
                   im->of->name);
  return code;
}

/* Collective. */
static int find_route(ln_image *im, ln_error *err) {
  release_route(im);
  ln_synapse *own = NULL;
  int64_t *origin = NULL;
  uint64_t *lid = NULL;
  int code = ln_projection_list(im->of, -1, &own, err);
  if (!code) code = take_room(im, &lid, err);
  code = ln_comm_agree(im->comm, code, err);
  if (!code) code = ln_projection_origins(im->of, NULL, &origin, err);
  if (!code) {
    look_up(im, own, origin, lid);
    code = ln_comm_agree(im->comm, announce(im, lid, err), err);
  }
  ln_free(own);
  ln_free(origin);
  ln_free(lid);
  if (code) {
    release_route(im);
    return code;
  }
  forget_indices(im);
  im->n_builds = im->of->synapses->n_builds;
  im->variant = im->of->variant;
  return 0;
}

/* ------------------------------------------------------------------ values on their way */

static const void *stored(const ln_image *im, int k, bool *once) {
  *once = false;
  if (im->var[k] < 0) return im->neuron[im->var[k] == TARGET];
  *once = im->of->unit->var[im->var[k]].flags & LN_SHARED;
  return im->variant->syn[im->var[k]];
}

/* Bytes, since what travels is not aligned: integers stand between doubles. */
#define GATHER(size) \
  for (size_t q = 0; q < n; q++) memcpy(to + q * (size), from + (place ? place[q] : 0) * (size), size)
static void gather(char *to, const char *from, const uint64_t *place, size_t n, size_t size) {
  if (size == 8) GATHER(8);
  else GATHER(4);
}

#define SCATTER(size) for (size_t q = 0; q < n; q++) memcpy(to + place[q] * (size), from + q * (size), size)
static void scatter(char *to, const char *from, const uint64_t *place, size_t n, size_t size) {
  if (size == 8) SCATTER(8);
  else SCATTER(4);
}

/* All ranks' parts of the buffer, one after the other, each variable by variable. `written`: those alone. */
static void pack(ln_image *im, bool written) {
  char *at = im->buffer;
  size_t first = 0;
  const end *e = written ? &im->neurons : &im->synapses;
  for (int r = 0; r < ln_comm_size(im->comm); first += e->count[r++]) {
    char *begin = at;
    for (int k = 0; k < im->unit.n_var; k++) {
      if (written && !im->written[k]) continue;
      size_t size = ln_element_size(ln_element_of(&im->unit, k));
      bool once = false, index = !written && im->var[k] < 0;
      const char *from = written ? ln_population_var(im->population, k) : stored(im, k, &once);
      if (index) memcpy(at, from + first * size, e->count[r] * size);
      else gather(at, from, once ? NULL : e->place + first, e->count[r], size);
      at += e->count[r] * size;
    }
    im->bytes[r] = (size_t)(at - begin);
  }
}

static void unpack(ln_image *im, const char *at, bool written) {
  size_t first = 0;
  const end *e = written ? &im->synapses : &im->neurons;
  for (int r = 0; r < ln_comm_size(im->comm); first += e->count[r++]) {
    for (int k = 0; k < im->unit.n_var; k++) {
      if (written && !im->written[k]) continue;
      size_t size = ln_element_size(ln_element_of(&im->unit, k));
      void *to = written ? im->variant->rows.var[im->var[k]] : ln_population_var(im->population, k);
      scatter(to, at, e->place + first, e->count[r], size);
      at += e->count[r] * size;
    }
  }
}

/* One rank: the synapses' order is that of the neurons. */
static void pull_here(ln_image *im, int k, void *to) {
  bool once;
  size_t size = ln_element_size(ln_element_of(&im->unit, k));
  const void *from = stored(im, k, &once);
  if (im->var[k] < 0) memcpy(to, from, im->synapses.n * size);
  else gather(to, from, once ? NULL : im->synapses.place, im->synapses.n, size);
}

static void carry_here(ln_image *im, bool written) {
  for (int k = 0; k < im->unit.n_var; k++) {
    void *neurons = ln_population_var(im->population, k);
    size_t size = ln_element_size(ln_element_of(&im->unit, k));
    if (!written) pull_here(im, k, neurons);
    else if (im->written[k])
      scatter(im->variant->rows.var[im->var[k]], neurons, im->synapses.place, im->synapses.n, size);
  }
}

static int carry(ln_image *im, bool written, ln_error *err) {
  if (ln_comm_size(im->comm) == 1) {
    carry_here(im, written);
    return 0;
  }
  pack(im, written);
  void *came = NULL;
  int code = ln_comm_alltoallv(im->comm, im->buffer, im->bytes, &came, im->received, err);
  if (!code) unpack(im, came, written);
  ln_free(came);
  return code;
}

/* Collective where the storage has changed. */
static int ready(ln_image *im, ln_error *err) {
  ln_synapses *s = im->of->synapses;
  ln_synapses_settle(s);
  bool same = im->n_builds == s->n_builds && im->variant == im->of->variant; /* on all ranks */
  return same ? 0 : find_route(im, err);
}

int ln_image_pull(ln_image *im, ln_error *err) {
  int code = ready(im, err);
  return code ? code : carry(im, false, err);
}

int ln_image_pull_to(ln_image *im, int var, void *out, ln_error *err) {
  int code = ready(im, err);
  if (!code) pull_here(im, var, out);
  return code;
}

int ln_image_push(ln_image *im, ln_error *err) { return carry(im, true, err); }
