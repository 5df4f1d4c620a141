/* network.c - what a network consists of: populations, projections, inputs, recorders.
 *
 * Everything is created in the same order on all ranks; the places in that order name objects to random
 * numbers and fix the order of updates and deliveries. The loop itself is run.c.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "keys.h"
#include "memory.h"
#include "network_struct.h"

/* ------------------------------------------------------------------ lists */

/* Room for one more, so that the append that follows cannot fail. */
static int reserve(ln_list *list, ln_error *err) {
  if (list->n < list->capacity) return LN_OK;
  int capacity = 2 * list->capacity + 8;
  void **at = ln_realloc(list->at, (size_t)list->capacity * sizeof *at, (size_t)capacity * sizeof *at);
  if (!at) return ln_fail(err, LN_ENOMEM, "no memory for the network's objects");
  list->at = at;
  list->capacity = capacity;
  return LN_OK;
}

static void append(ln_list *list, void *p) { list->at[list->n++] = p; }

/* ------------------------------------------------------------------ the network */

int ln_network_create(ln_network **out, ln_comm *comm, double dt, uint64_t seed, ln_error *err) {
  *out = NULL;
  if (!(dt > 0) || isinf(dt))
    return ln_fail(err, LN_EINVAL, "a time step of %g s; expected a positive time", dt);
  ln_network *net = ln_alloc(sizeof *net);
  if (!net) return ln_fail(err, LN_ENOMEM, "no memory for a network");
  *net = (ln_network){.comm = comm, .dt = dt, .seed = seed, .built = true, .min_delay = LN_MOST_INTERVAL};
  int code = ln_exchange_create(&net->exchange, comm, LN_MOST_INTERVAL, err);
  code = ln_comm_agree(comm, code, err);
  if (code) {
    ln_network_destroy(net);
    return code;
  }
  *out = net;
  return LN_OK;
}

void ln_network_destroy(ln_network *net) {
  if (!net) return;
  for (int k = 0; k < net->recorders.n; k++) ln_recorder_destroy(net->recorders.at[k]);
  for (int k = 0; k < net->synapse_recorders.n; k++) ln_synapse_recorder_destroy(net->synapse_recorders.at[k]);
  for (int k = 0; k < net->chores.n; k++) ln_chore_destroy(net->chores.at[k]);
  for (int k = 0; k < net->drives.n; k++) ln_drive_destroy(net->drives.at[k]);
  for (int k = 0; k < net->projections.n; k++) ln_projection_destroy(net->projections.at[k]);
  for (int k = 0; k < net->storages.n; k++) ln_synapses_destroy(net->storages.at[k]);
  for (int k = 0; k < net->populations.n; k++) ln_population_destroy(net->populations.at[k]);
  for (int k = 0; k < net->blocks.n; k++) ln_block_destroy(net->blocks.at[k]);
  for (int k = 0; k < net->images.n; k++) ln_image_destroy(net->images.at[k]);
  ln_list *lists[] = {&net->recorders, &net->synapse_recorders, &net->drives, &net->projections,
                      &net->storages,  &net->populations,       &net->blocks, &net->chores, &net->images};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) ln_free(lists[k]->at);
  ln_free(net->has_targets);
  ln_turns_clear(&net->turns);
  ln_exchange_destroy(net->exchange);
  ln_free(net);
}

int64_t ln_network_step(const ln_network *net) { return net->step; }
double ln_network_time(const ln_network *net) { return (double)net->step * net->dt; }
int ln_network_min_delay(const ln_network *net) { return net->min_delay; }

/* ------------------------------------------------------------------ memory */

static const char *readable(double bytes, char out[32]) {
  static const char *const unit[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  int k = 0;
  for (; bytes >= 1024 && k < 5; k++) bytes /= 1024;
  snprintf(out, 32, k ? "%.1f %s" : "%.0f %s", bytes, unit[k]);
  return out;
}

/* Collective: whether every rank can have its bytes. The ranks of a machine share what it has. */
static int afford(ln_network *net, const char *name, const char *what, double bytes, ln_error *err) {
  int sharing = ln_comm_node_size(net->comm), code = LN_OK;
  double available = (double)ln_memory_available() / sharing;
  if (bytes > available) {
    char needed[32], left[32];
    code = ln_fail(err, LN_ENOMEM, "%s: %s need %s, but %s of memory are available%s", name, what,
                   readable(bytes, needed), readable(available, left),
                   sharing > 1 ? " to each rank of this machine" : "");
  }
  return ln_comm_agree(net->comm, code, err);
}

/* ------------------------------------------------------------------ populations */

static ln_block *find_block(const ln_network *net, const ln_model *model) {
  for (int k = 0; k < net->blocks.n; k++) {
    if (ln_block_model(net->blocks.at[k]) == model) return net->blocks.at[k];
  }
  return NULL;
}

/* The block of a model, made where it is missing. Local. */
static int want_block(ln_network *net, ln_model *model, ln_block **out, ln_error *err) {
  *out = find_block(net, model);
  if (*out) return LN_OK;
  int code = reserve(&net->blocks, err);
  if (!code) code = ln_block_create(out, model, err);
  if (!code) append(&net->blocks, *out);
  return code;
}

static int want_room(ln_network *net, ln_error *err) {
  int code = reserve(&net->populations, err);
  if (code) return code;
  size_t n = (size_t)net->populations.n;
  uint64_t *has_targets = ln_realloc(net->has_targets, n * sizeof *has_targets, (n + 1) * sizeof *has_targets);
  if (!has_targets) return ln_fail(err, LN_ENOMEM, "no memory for the network's objects");
  net->has_targets = has_targets;
  has_targets[n] = 0;
  return LN_OK;
}

static int afford_population(ln_network *net, const ln_population_spec *spec, ln_block *block,
                             ln_error *err) {
  int64_t ranks = ln_comm_size(net->comm), rank = ln_comm_rank(net->comm);
  int64_t n_own = spec->size * (rank + 1) / ranks - spec->size * rank / ranks;
  double bytes = (double)ln_block_bytes_to_extend(block, n_own) +
                 (double)ln_population_own_bytes(n_own, spec->schedule ? spec->schedule->n : 0);
  char what[64];
  snprintf(what, sizeof what, "%lld neurons", (long long)n_own);
  return afford(net, spec->name, what, bytes, err);
}

int ln_network_add_population(ln_network *net, const ln_population_spec *spec, ln_population **out,
                              ln_error *err) {
  *out = NULL;
  int code = ln_population_check(spec, err);
  ln_clock clock;
  if (!code) code = ln_clock_make(&clock, spec->name, net->dt, spec->dt, err);
  if (code) return code; /* the same on all ranks, as all checks of arguments */
  int64_t n_indices = spec->size * (1 + (spec->model ? ln_model_unit(spec->model)->n_event : 0));
  if (n_indices > (int64_t)UINT32_MAX - 1 - net->n_neurons) {
    return ln_fail(err, LN_EINVAL, "%s: with these %lld neurons the network has more than 2^32 - 2",
                   spec->name, (long long)spec->size);
  }
  ln_block *block = NULL;
  code = want_block(net, spec->model, &block, err);
  if (!code) code = want_room(net, err);
  code = ln_comm_agree(net->comm, code, err);
  if (!code) code = afford_population(net, spec, block, err);
  if (code) return code;
  ln_population_place place = {.comm = net->comm, .block = block, .index = net->populations.n,
                               .nid = (uint32_t)net->n_neurons, .seed = net->seed, .clock = clock};
  code = ln_comm_agree(net->comm, ln_population_create(out, spec, &place, err), err);
  if (code) {
    ln_population_destroy(*out);
    *out = NULL;
    return code;
  }
  append(&net->populations, *out);
  net->n_neurons += n_indices;
  return LN_OK;
}

int ln_network_add_image(ln_network *net, const ln_image_spec *spec, ln_population **out, ln_error *err) {
  *out = NULL;
  int64_t n = 0;
  int code = ln_network_prepare(net, NULL, NULL, err);
  if (!code) code = ln_projection_count(spec->of, &n, err);
  if (!code) code = ln_comm_agree(net->comm, reserve(&net->images, err), err);
  ln_image *image = NULL;
  if (!code) code = ln_comm_agree(net->comm, ln_image_create(&image, spec, net->comm, err), err);
  if (!code) append(&net->images, image);
  else ln_image_destroy(image);
  if (code) return code;
  ln_population_spec population = {.name = spec->name, .size = n, .model = ln_image_model(image),
                                   .dt = ln_projection_clock(spec->of)->dt};
  code = ln_network_add_population(net, &population, out, err);
  if (!code) ln_image_settle(image, *out);
  return code;
}

/* ------------------------------------------------------------------ projections, inputs, recorders */

static ln_synapses *find_storage(const ln_network *net, const ln_projection_spec *spec) {
  for (int k = 0; k < net->storages.n; k++) {
    if (ln_synapses_accepts(net->storages.at[k], spec)) return net->storages.at[k];
  }
  return NULL;
}

/* A storage that takes the projection, made where there is none. Local. */
static int want_storage(ln_network *net, const ln_projection_spec *spec, const ln_clock *clock, ln_synapses **out,
                        ln_error *err) {
  *out = find_storage(net, spec);
  if (*out) return LN_OK;
  ln_synapses_spec storage = {.model = spec->synapse,
                              .post_block = ln_population_block(spec->post),
                              .comm = net->comm,
                              .par = spec->par,
                              .order = spec->order,
                              .clock = *clock,
                              .key = ln_object_key(net->seed, LN_OBJECT_SYNAPSES, net->storages.n, 0)};
  int code = reserve(&net->storages, err);
  if (!code) code = ln_synapses_create(out, &storage, err);
  if (!code) append(&net->storages, *out);
  return code;
}

int ln_network_add_projection(ln_network *net, const ln_projection_spec *spec, ln_projection **out,
                              ln_error *err) {
  *out = NULL;
  uint64_t key = ln_object_key(net->seed, LN_OBJECT_PROJECTION, net->projections.n, 0);
  int code = ln_comm_agree(net->comm, reserve(&net->projections, err), err);
  if (!code)
    code = ln_comm_agree(net->comm, ln_projection_create(out, spec, net->comm, key, net->dt, err), err);
  if (!code) {
    ln_synapses *storage = NULL;
    code = ln_comm_agree(net->comm, want_storage(net, spec, ln_projection_clock(*out), &storage, err), err);
    if (!code) code = ln_comm_agree(net->comm, ln_synapses_add(storage, *out, err), err);
  }
  if (code) {
    ln_projection_destroy(*out);
    *out = NULL;
    return code;
  }
  append(&net->projections, *out);
  net->has_targets[ln_population_index(spec->pre)] |= UINT64_C(1) << spec->event;
  net->built = false;
  return LN_OK;
}

int ln_network_add_input(ln_network *net, const ln_input_spec *spec, ln_drive **out, ln_error *err) {
  *out = NULL;
  int code = ln_comm_agree(net->comm, reserve(&net->drives, err), err);
  if (!code) code = ln_drive_create(out, spec, net->drives.n, net->seed, err);
  if (!code) append(&net->drives, *out);
  return code;
}

int ln_network_add_chore(ln_network *net, const ln_chore_spec *spec, ln_chore **out, ln_error *err) {
  *out = NULL;
  int code = ln_comm_agree(net->comm, reserve(&net->chores, err), err);
  if (!code) code = ln_chore_create(out, spec, net->chores.n, net->seed, net->comm, err);
  if (code) return code;
  int at = net->chores.n;
  append(&net->chores, *out);
  if (spec->projection) net->built = false; /* more of its values may be worth a look */
  for (; at > 0 && ln_chore_order(net->chores.at[at - 1]) > spec->order; at--) net->chores.at[at] = net->chores.at[at - 1];
  net->chores.at[at] = *out;
  return LN_OK;
}

int ln_network_add_recorder(ln_network *net, const ln_recorder_spec *spec, ln_recorder **out, ln_error *err) {
  *out = NULL;
  int code = ln_comm_agree(net->comm, reserve(&net->recorders, err), err);
  if (!code) code = ln_recorder_create(out, spec, net->recorders.n, net->seed, err);
  if (!code) append(&net->recorders, *out);
  return code;
}

int ln_network_add_synapse_recorder(ln_network *net, const ln_synapse_recorder_spec *spec, ln_synapse_recorder **out,
                                    ln_error *err) {
  *out = NULL;
  int code = ln_comm_agree(net->comm, reserve(&net->synapse_recorders, err), err);
  if (!code) code = ln_synapse_recorder_create(out, spec, net->comm, err);
  if (!code) append(&net->synapse_recorders, *out);
  return code;
}

/* ------------------------------------------------------------------ building */

typedef struct building { /* how far */
  ln_progress progress;
  void *user;
  double done, now, all; /* bytes of the storages before, of this one, of all */
} building;

static void report(void *user, double fraction) {
  building *b = user;
  b->progress(b->user, "build", b->all > 0 ? (b->done + fraction * b->now) / b->all : 1);
}

static int build(ln_network *net, building *b, ln_error *err) {
  for (int k = 0; k < net->storages.n; k++) {
    b->now = ln_synapses_estimate_bytes(net->storages.at[k]);
    ln_synapses_set_step(net->storages.at[k], net->step);
    int code = ln_synapses_build(net->storages.at[k], b->progress ? report : NULL, b, err);
    if (code) return code;
    b->done += b->now;
  }
  return LN_OK;
}

/* Collective. What the loop wants to know of all storages of all ranks. */
static void survey(ln_network *net) {
  int min_delay = LN_MOST_INTERVAL;
  net->reads_pre = false;
  for (int k = 0; k < net->storages.n; k++) {
    int delay = ln_synapses_min_delay(net->storages.at[k]);
    if (delay < min_delay) min_delay = delay;
    net->reads_pre = net->reads_pre || ln_synapses_reads_pre(net->storages.at[k]);
  }
  net->min_delay = (int)ln_comm_min(net->comm, min_delay);
  for (int k = 0; k < net->storages.n; k++) ln_synapses_survey(net->storages.at[k]);
  int64_t checked = 0;
  for (int k = 0; k < net->storages.n; k++) checked += ln_synapses_checked(net->storages.at[k]);
  net->checked = ln_comm_sum(net->comm, checked);
}

int ln_network_prepare(ln_network *net, ln_progress progress, void *user, ln_error *err) {
  bool stale = false; /* the same on all ranks */
  for (int k = 0; k < net->storages.n; k++) stale |= ln_synapses_stale(net->storages.at[k]);
  if (net->built && !stale) return LN_OK;
  double start = ln_comm_wtime();
  building b = {.progress = progress, .user = user};
  for (int k = 0; k < net->storages.n; k++) b.all += ln_synapses_estimate_bytes(net->storages.at[k]);
  int code = afford(net, "the network", "its synapses", b.all, err);
  if (!code) code = build(net, &b, err);
  if (code) return code;
  survey(net);
  net->built = true;
  net->counters.build_s += ln_comm_wtime() - start;
  return LN_OK;
}

int ln_network_grow(ln_network *net, ln_projection *p, const ln_connector *c, const ln_value *delay, const ln_value *var,
                    ln_error *err) {
  int code = ln_network_prepare(net, NULL, NULL, err);
  if (!code) code = ln_comm_agree(net->comm, ln_projection_grow(p, c, delay, var, err), err);
  if (code) return code;
  net->built = false;
  return ln_network_prepare(net, NULL, NULL, err);
}

int ln_network_prune(ln_network *net, ln_projection *p, const ln_pruning *what, int64_t *removed, ln_error *err) {
  int code = ln_network_prepare(net, NULL, NULL, err);
  if (!code) code = ln_projection_prune(p, what, removed, err);
  if (!code) survey(net);
  return code;
}

/* ------------------------------------------------------------------ counters */

void ln_network_counters(const ln_network *net, ln_counters *out) {
  *out = net->counters;
  uint64_t waited;
  ln_exchange_statistics(net->exchange, &out->exchanges, &out->exchange_bytes, &waited);
  for (int k = 0; k < net->blocks.n; k++) out->state_bytes += ln_block_bytes(net->blocks.at[k]);
  for (int k = 0; k < net->images.n; k++) out->state_bytes += ln_image_bytes(net->images.at[k]);
  for (int k = 0; k < net->drives.n; k++) out->state_bytes += ln_drive_bytes(net->drives.at[k]);
  for (int k = 0; k < net->storages.n; k++) {
    out->synapses += ln_synapses_count(net->storages.at[k]);
    out->synapse_bytes += ln_synapses_bytes(net->storages.at[k]);
  }
}
