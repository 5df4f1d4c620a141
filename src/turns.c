/* turns.c - puts what happens within a step in order. */
#include <stdlib.h>
#include "memory.h"
#include "network_struct.h"

static const int kind_of_pathway[] = {
  [LN_TURN_CLOCK] = LN_CLOCK, [LN_TURN_SUMMED] = LN_SUMMED, [LN_TURN_SOURCES] = LN_OF_SOURCE, [LN_TURN_TARGETS] = LN_OF_TARGET};

static void add(ln_turn *list, int *n, ln_turn_kind kind, int index, int only, int order) {
  list[*n] = (ln_turn){.kind = kind, .index = index, .only = only, .order = order, .place = *n};
  ++*n;
}

/* One turn for all pathways of a kind where they have one order, so that they are delivered together; else one for each. */
static void add_storage(ln_turn *list, int *n, ln_turn_kind kind, int index, const ln_synapses *s) {
  int count = 0, order = 0, first = *n;
  bool same = true;
  for (int k = 0; k < ln_synapses_n_pathways(s); k++) {
    if (ln_synapses_kind(s, k) != kind_of_pathway[kind]) continue;
    same = same && (count == 0 || ln_synapses_order(s, k) == order);
    order = ln_synapses_order(s, k);
    add(list, n, kind, index, k, order);
    count++;
  }
  if (count < 2 || !same) {
    if (count == 1) list[first].only = LN_ALL_PATHWAYS;
    return;
  }
  *n = first;
  add(list, n, kind, index, LN_ALL_PATHWAYS, order);
}

static int by_order(const void *a, const void *b) {
  const ln_turn *x = a, *y = b;
  if (x->order != y->order) return x->order < y->order ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* At least one, as qsort takes no null pointer. */
static int most_turns(const ln_network *net) {
  int n = 1 + net->populations.n + net->drives.n;
  for (int k = 0; k < net->storages.n; k++) n += ln_synapses_n_pathways(ln_network_storage(net, k));
  return n;
}

static int make_room(ln_turns *t, int n, ln_error *err) {
  if (n <= t->capacity) return LN_OK;
  ln_turns_clear(t);
  t->group = ln_alloc_array((size_t)n, sizeof *t->group);
  t->synapse = ln_alloc_array((size_t)n, sizeof *t->synapse);
  t->population = ln_alloc_array((size_t)n, sizeof *t->population);
  if (!t->group || !t->synapse || !t->population) {
    ln_turns_clear(t);
    return ln_fail(err, LN_ENOMEM, "no memory for the order of a step");
  }
  t->capacity = n;
  return LN_OK;
}

static void take_groups(ln_turns *t, const ln_network *net) {
  t->n_group = t->n_population = 0;
  for (int k = 0; k < net->populations.n; k++)
    add(t->group, &t->n_group, LN_TURN_NEURONS, k, 0, ln_population_order(ln_network_population(net, k)));
  qsort(t->group, (size_t)t->n_group, sizeof *t->group, by_order);
  for (int k = 0; k < t->n_group; k++) t->population[t->n_population++] = t->group[k].index;
  for (int k = 0; k < net->storages.n; k++) {
    add_storage(t->group, &t->n_group, LN_TURN_CLOCK, k, ln_network_storage(net, k));
    add_storage(t->group, &t->n_group, LN_TURN_SUMMED, k, ln_network_storage(net, k));
  }
  qsort(t->group, (size_t)t->n_group, sizeof *t->group, by_order);
}

static void take_synapses(ln_turns *t, const ln_network *net) {
  t->n_synapse = 0;
  for (int k = 0; k < net->drives.n; k++)
    add(t->synapse, &t->n_synapse, LN_TURN_INPUT, k, 0, ln_drive_order(ln_network_drive(net, k)));
  for (int k = 0; k < net->storages.n; k++) {
    add_storage(t->synapse, &t->n_synapse, LN_TURN_SOURCES, k, ln_network_storage(net, k));
    add_storage(t->synapse, &t->n_synapse, LN_TURN_TARGETS, k, ln_network_storage(net, k));
  }
  qsort(t->synapse, (size_t)t->n_synapse, sizeof *t->synapse, by_order);
}

int ln_turns_take(ln_turns *t, const ln_network *net, ln_error *err) {
  int code = make_room(t, most_turns(net), err);
  if (code) return code;
  take_groups(t, net);
  take_synapses(t, net);
  return LN_OK;
}

void ln_turns_clear(ln_turns *t) {
  ln_free(t->group);
  ln_free(t->synapse);
  ln_free(t->population);
  *t = (ln_turns){0};
}
