/* l_network.h - what l_network.c, l_population.c, l_projection.c and l_recorder.c share. */
#ifndef L_NETWORK_H
#define L_NETWORK_H

#include "l_object.h"

ln_network *ln_check_network(lua_State *L, int index);
ln_population *ln_check_population(lua_State *L, int index);
/* Anchors the value at index in the network's keep-alive table (network at net_index). */
int ln_bind_add_population(lua_State *L);
int ln_bind_add_image(lua_State *L);  /* net:population(name, size, model|nil, par|nil, schedule|nil) */
int ln_bind_add_image(lua_State *L);       /* net:image(name, projection, names, written) -> population */
int ln_bind_add_projection(lua_State *L);  /* net:projection(spec) */
int ln_bind_grow(lua_State *L);            /* net:grow(projection, spec) */
int ln_bind_prune(lua_State *L);           /* net:prune(projection, kind, spec) -> how many */
int ln_bind_choose(lua_State *L);          /* projection:choose(n, autapses, score) -> i, j */
int ln_bind_degrees(lua_State *L);         /* projection:degrees(of_targets) -> array */
/* A connector or the values of synaptic variables from a table; see l_projection.c. */
void ln_push_connector(lua_State *L, int index, ln_connector *c);
ln_value *ln_push_values(lua_State *L, int index);
int ln_bind_add_input(lua_State *L);       /* net:input(spec) */
int ln_bind_add_chore(lua_State *L);       /* net:chore(spec) */
int ln_bind_add_recorder(lua_State *L);    /* net:recorder(spec) */
int ln_bind_add_synapse_recorder(lua_State *L); /* net:synapse_recorder(spec) */
void ln_open_population_type(lua_State *L);
void ln_open_projection_type(lua_State *L);
void ln_open_chore_type(lua_State *L);
/* Signals and n timed arrays of a spec, from its fields `signals` and `tables`; the latter's values stay on the stack. */
void ln_push_signals(lua_State *L, int index, int n, ln_signal *signal);
const ln_timed_array *ln_check_tables(lua_State *L, int index, int n);
void ln_open_connect(lua_State *L);        /* adds kernel.enumerate to the table on top */
/* What recordings share: the list "vars" of the spec at index (0-based; anchored on the stack, two
 * values). */
const int *ln_push_vars(lua_State *L, int index, int *n);
/* moments as mean, variance, min, max, n on the stack */
int ln_push_moments(lua_State *L, const ln_moments *m);

#endif
