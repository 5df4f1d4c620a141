/* connections.h - what connectors emit, kept in a list: for the tests of connectors. */
#ifndef LN_TEST_CONNECTIONS_H
#define LN_TEST_CONNECTIONS_H

#include <stdlib.h>
#include "connect.h"

typedef struct synapse {
  uint32_t s, t; /* places of source and target */
  uint64_t id0, id1;
  int64_t origin;
} synapse;

typedef struct list {
  synapse *at; /* freed by the test */
  int64_t n, room;
} list;

/* A connector's receiver; user is a list. */
static int append(void *user, const ln_connect_chunk *c, ln_error *err) {
  (void)err;
  list *l = user;
  if (l->n + c->n > l->room) {
    l->room = 2 * (l->n + c->n);
    l->at = realloc(l->at, (size_t)l->room * sizeof *l->at);
  }
  for (int64_t k = 0; k < c->n; k++) {
    l->at[l->n++] = (synapse){c->source[k], c->target[k], c->id[2 * k], c->id[2 * k + 1],
                              c->origin ? c->origin[k] : -1};
  }
  return 0;
}

#endif
