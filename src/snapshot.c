/* snapshot.c - everything that a run changes, kept in memory.
 *
 * Each rank keeps its own part: images of the blocks, the populations' shared variables, what the storages
 * of synapses make of their variables and calendars, and the step.
 */
#include <string.h>
#include "memory.h"
#include "network_struct.h"

typedef struct part {
  void *data;
  size_t bytes;
} part;

struct ln_snapshot {
  int64_t step;
  int n_blocks, n_populations, n_storages;
  part *part; /* of blocks, then populations, then storages */
};

static int keep(part *to, const void *data, size_t bytes, ln_error *err) {
  to->data = ln_alloc(bytes);
  if (!to->data) return ln_fail(err, LN_ENOMEM, "no memory to store the network's state (%zu bytes)", bytes);
  to->bytes = bytes;
  if (bytes) memcpy(to->data, data, bytes);
  return LN_OK;
}

static int take(ln_snapshot *s, const ln_network *net, ln_error *err) {
  part *to = s->part;
  int code = LN_OK;
  size_t bytes = 0;
  for (int k = 0; k < s->n_blocks && !code; k++) {
    const void *image = ln_block_image(ln_network_block(net, k), &bytes);
    code = keep(to++, image, bytes, err);
  }
  for (int k = 0; k < s->n_populations && !code; k++) {
    const void *shared = ln_population_shared(ln_network_population(net, k), &bytes);
    code = keep(to++, shared, bytes, err);
  }
  for (int k = 0; k < s->n_storages && !code; k++, to++) {
    code = ln_synapses_save(ln_network_storage(net, k), &to->data, &to->bytes, err);
  }
  return code;
}

int ln_network_store(ln_network *net, ln_snapshot **out, ln_error *err) {
  *out = NULL;
  int code = ln_network_prepare(net, NULL, NULL, err);
  if (code) return code;
  ln_snapshot *s = ln_alloc(sizeof *s);
  size_t parts = (size_t)net->blocks.n + (size_t)net->populations.n + (size_t)net->storages.n;
  part *room = ln_alloc_array(parts, sizeof *room);
  if (s && room) {
    *s = (ln_snapshot){.step = net->step, .n_blocks = net->blocks.n, .n_populations = net->populations.n,
                       .n_storages = net->storages.n, .part = room};
    code = take(s, net, err);
  } else {
    code = ln_fail(err, LN_ENOMEM, "no memory to store the network's state");
    ln_free(s);
    ln_free(room);
    s = NULL;
  }
  code = ln_comm_agree(net->comm, code, err);
  if (code) ln_snapshot_destroy(s);
  else *out = s;
  return code;
}

void ln_snapshot_destroy(ln_snapshot *s) {
  if (!s) return;
  for (int k = 0; k < s->n_blocks + s->n_populations + s->n_storages; k++) ln_free(s->part[k].data);
  ln_free(s->part);
  ln_free(s);
}

static bool same_shape(const ln_network *net, const ln_snapshot *s) {
  bool same = s->n_blocks == net->blocks.n && s->n_populations == net->populations.n &&
              s->n_storages == net->storages.n;
  for (int k = 0; k < s->n_blocks && same; k++) {
    size_t bytes;
    ln_block_image(ln_network_block(net, k), &bytes);
    same = bytes == s->part[k].bytes;
  }
  return same && net->built;
}

static int put_back(ln_network *net, const ln_snapshot *s, ln_error *err) {
  const part *from = s->part;
  for (int k = 0; k < s->n_blocks; k++) ln_block_set_image(ln_network_block(net, k), (from++)->data);
  for (int k = 0; k < s->n_populations; k++, from++) {
    size_t bytes;
    double *shared = ln_population_shared(ln_network_population(net, k), &bytes);
    if (bytes) memcpy(shared, from->data, bytes);
    ln_population_touch(ln_network_population(net, k));
  }
  int code = LN_OK;
  for (int k = 0; k < s->n_storages && !code; k++, from++) {
    code = ln_synapses_load(ln_network_storage(net, k), from->data, from->bytes, err);
  }
  return code;
}

int ln_network_restore(ln_network *net, const ln_snapshot *s, ln_error *err) {
  int code = LN_OK;
  if (!same_shape(net, s)) {
    code = ln_fail(err, LN_EINVAL, "the network has changed since it was stored: something was added to it");
  }
  const part *storage = s->part + s->n_blocks + s->n_populations; /* before anything is put back */
  for (int k = 0; k < s->n_storages && !code; k++)
    code = ln_synapses_can_load(ln_network_storage(net, k), storage[k].data, storage[k].bytes, err);
  code = ln_comm_agree(net->comm, code, err);
  if (code) return code;
  code = ln_comm_agree(net->comm, put_back(net, s, err), err);
  if (!code) net->step = s->step;
  return code;
}
