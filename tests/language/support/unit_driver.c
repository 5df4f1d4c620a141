/* unit_driver.c - a Lua module that loads a compiled unit and runs it without the kernel, for specs.
 *
 *   local unit = driver.open(path)            -- the table of the unit: unit.info
 *   local sim = unit:neuron{ n =, own =, dt =, gid0 =, size =, key = }
 *   sim:set(name, number or list)  sim:get(name)  sim:par(name, number)  sim:table(name, dt, columns, list)
 *   sim:step(count) -> list of steps, list of 1-based neurons that spiked
 *   unit:deliver{...}, unit:drive{...}, unit:evaluate{...}: one call; arrays go in and come back as lists
 */
#include <dlfcn.h>
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

#define UNIT "unit_driver.unit"
#define SIM "unit_driver.sim"
#define MAX_VARS 64
#define MAX_PAR 256

typedef struct sim {
  const ln_unit *unit;
  ln_neuron_args a;
  void *var[MAX_VARS];
  double par[MAX_PAR];
  ln_timed_array table[8];
  int prepared;
} sim;

static void *zeros(size_t bytes) {
  size_t rounded = (bytes + 127) / 64 * 64;
  void *p = aligned_alloc(64, rounded);
  memset(p, 0, rounded);
  return p;
}

static int64_t padded(int64_t n) { return (n + LN_LANES - 1) / LN_LANES * LN_LANES; }

/* -------------------------------------------------------------------- fields of Lua tables */

static double number_field(lua_State *L, int t, const char *name, double otherwise) {
  lua_getfield(L, t, name);
  double x = lua_isnil(L, -1) ? otherwise : luaL_checknumber(L, -1);
  lua_pop(L, 1);
  return x;
}

/* Elements of type 'd' double, 'f' float, 'i' int32, 'h' uint16, 'u' uint32, 'U' uint64. */
static size_t element_size(char type) { return type == 'd' || type == 'U' ? 8 : type == 'h' ? 2 : 4; }

static void put(void *array, char type, int64_t k, double x) {
  switch (type) {
  case 'd': ((double *)array)[k] = x; break;
  case 'f': ((float *)array)[k] = (float)x; break;
  case 'i': ((int32_t *)array)[k] = (int32_t)x; break;
  case 'h': ((uint16_t *)array)[k] = (uint16_t)x; break;
  case 'u': ((uint32_t *)array)[k] = (uint32_t)x; break;
  default: ((uint64_t *)array)[k] = (uint64_t)x;
  }
}

static double take(const void *array, char type, int64_t k) {
  switch (type) {
  case 'd': return ((const double *)array)[k];
  case 'f': return ((const float *)array)[k];
  case 'i': return ((const int32_t *)array)[k];
  case 'h': return ((const uint16_t *)array)[k];
  case 'u': return ((const uint32_t *)array)[k];
  default: return (double)((const uint64_t *)array)[k];
  }
}

/* The list (or number, repeated) on top of the stack as an array of n elements; pops it. */
static void *to_array(lua_State *L, char type, int64_t n) {
  void *array = zeros((size_t)n * element_size(type));
  for (int64_t k = 0; k < n && !lua_isnil(L, -1); k++) {
    if (lua_istable(L, -1)) {
      lua_geti(L, -1, k + 1);
      put(array, type, k, lua_isnil(L, -1) ? 0.0 : luaL_checknumber(L, -1));
      lua_pop(L, 1);
    } else {
      put(array, type, k, luaL_checknumber(L, -1));
    }
  }
  lua_pop(L, 1);
  return array;
}

static void *array_field(lua_State *L, int t, const char *name, char type, int64_t n) {
  lua_getfield(L, t, name);
  return to_array(L, type, n);
}

static void push_list(lua_State *L, const void *array, char type, int64_t n) {
  lua_createtable(L, (int)n, 0);
  for (int64_t k = 0; k < n; k++) {
    lua_pushnumber(L, take(array, type, k));
    lua_seti(L, -2, k + 1);
  }
}

static char variable_type(const ln_variable *v, int precision) {
  return v->type == LN_INT ? 'i' : precision == 4 ? 'f' : 'd';
}

static int find(lua_State *L, const char *const *names, int n, const char *name) {
  for (int k = 0; k < n; k++)
    if (strcmp(names[k], name) == 0) return k;
  return luaL_error(L, "no such name: %s", name);
}

/* -------------------------------------------------------------------- matrix exponential */

/* Powers of two by which to scale the states, so that capacitances in farad don't make huge entries:
 * rows and columns of A are evened out as far as they matter, entries above 0.01 / dt. */
static void balance(int m, const double *A, double dt, int *scale) {
  memset(scale, 0, (size_t)m * sizeof *scale);
  for (int sweep = 0; sweep < 50; sweep++)
    for (int i = 0; i < m; i++) {
      double row = 0.01 / dt, column = 0.01 / dt;
      for (int j = 0; j < m; j++)
        if (j != i) {
          row = fmax(row, ldexp(fabs(A[i * m + j]), scale[j] - scale[i]));
          column = fmax(column, ldexp(fabs(A[j * m + i]), scale[i] - scale[j]));
        }
      scale[i] += (int)lrint(0.5 * log2(row / column));
    }
}

/* exp of [[A, I], [0, 0]] dt holds P and Q; scaling and squaring of a Taylor series, in long double. */
static void propagate(int m, const double *A, double dt, double *P, double *Q) {
  int scale[MAX_VARS];
  int n = 2 * m;
  long double *M = calloc((size_t)(4 * n * n), sizeof *M), *T = M + n * n, *E = T + n * n, *S = E + n * n, norm = 0;
  balance(m, A, dt, scale);
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < m; j++) M[i * n + j] = ldexpl((long double)A[i * m + j] * dt, scale[j] - scale[i]);
    M[i * n + m + i] = 1; /* not dt: the same size as the rest */
  }
  for (int e = 0; e < n * n; e++) norm = fmaxl(norm, fabsl(M[e]) * n);
  int squarings = norm > 0.1L ? (int)ceill(log2l(norm / 0.1L)) : 0;
  for (int e = 0; e < n * n; e++) M[e] = ldexpl(M[e], -squarings), T[e] = E[e] = e % (n + 1) == 0;
  for (int term = 1; term < 25; term++) {
    memset(S, 0, (size_t)(n * n) * sizeof *S);
    for (int i = 0; i < n; i++)
      for (int k = 0; k < n; k++)
        for (int j = 0; j < n; j++) S[i * n + j] += T[i * n + k] * M[k * n + j] / term;
    memcpy(T, S, (size_t)(n * n) * sizeof *S);
    for (int e = 0; e < n * n; e++) E[e] += T[e];
  }
  for (int s = 0; s < squarings; s++) {
    memset(S, 0, (size_t)(n * n) * sizeof *S);
    for (int i = 0; i < n; i++)
      for (int k = 0; k < n; k++)
        for (int j = 0; j < n; j++) S[i * n + j] += E[i * n + k] * E[k * n + j];
    memcpy(E, S, (size_t)(n * n) * sizeof *S);
  }
  for (int i = 0; i < m; i++)
    for (int j = 0; j < m; j++) {
      P[i * m + j] = (double)ldexpl(E[i * n + j], scale[i] - scale[j]);
      Q[i * m + j] = (double)ldexpl(E[i * n + m + j] * dt, scale[i] - scale[j]);
    }
  free(M);
}

/* Values of ln_unit.used for neuron k. */
static void derive(sim *s, int64_t k, double *out) {
  const ln_unit *u = s->unit;
  int m = u->m, mm = m * m;
  double *A = calloc((size_t)(5 * mm), sizeof *A), *PQ = A + mm;
  for (int refractory = 0; refractory <= u->refractory_system; refractory++) {
    u->system(&s->a, k, refractory, A);
    propagate(m, A, s->a.dt, PQ + 2 * mm * refractory, PQ + 2 * mm * refractory + mm);
  }
  for (int e = 0; e < u->n_used; e++) out[e] = PQ[u->used[e]];
  free(A);
}

static void prepare(sim *s) {
  const ln_unit *u = s->unit;
  double value[MAX_PAR];
  if (s->prepared || !u->m) return;
  s->prepared = 1;
  for (int64_t k = 0; k < (u->system_per_neuron ? s->a.n_own : 1); k++) {
    derive(s, k, u->system_per_neuron ? value : s->par + u->n_par);
    for (int e = 0; u->system_per_neuron && e < u->n_used; e++)
      put(s->var[u->first_derived + e], u->precision == 4 ? 'f' : 'd', k, value[e]);
  }
}

/* -------------------------------------------------------------------- neurons */

static int variable_index(lua_State *L, const ln_unit *u, const char *name) {
  for (int k = 0; k < u->n_var; k++)
    if (strcmp(u->var[k].name, name) == 0) return k;
  return luaL_error(L, "no such variable: %s", name);
}

static int unit_neuron(lua_State *L) {
  const ln_unit *u = *(const ln_unit **)luaL_checkudata(L, 1, UNIT);
  luaL_argcheck(L, u->kind == LN_NEURON && u->n_var <= MAX_VARS, 1, "not a neuron");
  sim *s = lua_newuserdatauv(L, sizeof *s, 1);
  memset(s, 0, sizeof *s);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  luaL_setmetatable(L, SIM);
  s->unit = u;
  ln_neuron_args *a = &s->a;
  a->n_own = (int64_t)number_field(L, 2, "n", 1);
  a->n = padded(a->n_own);
  a->gid0 = (int64_t)number_field(L, 2, "gid0", 0);
  a->size = (int64_t)number_field(L, 2, "size", (double)a->n_own);
  a->dt = number_field(L, 2, "dt", 1e-4);
  a->key = (uint64_t)number_field(L, 2, "key", 1);
  a->step = (int64_t)number_field(L, 2, "step", 0);
  for (int k = 0; k < u->n_var; k++) s->var[k] = zeros((size_t)a->n * 8);
  a->var = s->var;
  a->par = s->par;
  a->table = s->table;
  a->last = zeros((size_t)a->n * 4);
  for (int64_t k = 0; k < a->n; k++) a->last[k] = LN_NEVER;
  a->spike = zeros((size_t)a->n * 4);
  return 1;
}

static int sim_gc(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  for (int k = 0; k < s->unit->n_var; k++) free(s->var[k]);
  for (int k = 0; k < s->unit->n_table; k++) free((void *)s->table[k].value);
  free(s->a.last);
  free(s->a.spike);
  return 0;
}

static int sim_set(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  int v = variable_index(L, s->unit, luaL_checkstring(L, 2));
  char type = variable_type(&s->unit->var[v], s->unit->precision);
  int64_t n = s->unit->var[v].flags & LN_SHARED ? 1 : s->a.n_own;
  lua_settop(L, 3);
  void *values = to_array(L, type, n);
  memcpy(s->var[v], values, (size_t)n * element_size(type));
  free(values);
  s->prepared = 0;
  return 0;
}

static int sim_get(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  int v = variable_index(L, s->unit, luaL_checkstring(L, 2));
  int64_t n = s->unit->var[v].flags & LN_SHARED ? 1 : s->a.n_own;
  push_list(L, s->var[v], variable_type(&s->unit->var[v], s->unit->precision), n);
  return 1;
}

static int sim_par(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  s->par[find(L, s->unit->par, s->unit->n_par, luaL_checkstring(L, 2))] = luaL_checknumber(L, 3);
  s->prepared = 0;
  return 0;
}

static int sim_table(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  ln_timed_array *t = &s->table[find(L, s->unit->table, s->unit->n_table, luaL_checkstring(L, 2))];
  t->dt = luaL_checknumber(L, 3);
  t->columns = luaL_checkinteger(L, 4);
  int64_t n = (int64_t)lua_rawlen(L, 5);
  t->rows = n / t->columns;
  lua_settop(L, 5);
  t->value = to_array(L, 'd', n);
  return 0;
}

static int sim_step(lua_State *L) {
  sim *s = luaL_checkudata(L, 1, SIM);
  int64_t count = luaL_optinteger(L, 2, 1), total = 0;
  prepare(s);
  lua_newtable(L);
  lua_newtable(L);
  for (int64_t i = 0; i < count; i++) {
    s->a.t = (double)s->a.step * s->a.dt;
    int64_t spikes = s->unit->advance(&s->a);
    if (spikes && s->unit->reset) s->unit->reset(&s->a, s->a.spike, spikes);
    for (int64_t k = 0; k < spikes; k++) {
      lua_pushinteger(L, s->a.step);
      lua_seti(L, -3, ++total);
      lua_pushinteger(L, s->a.spike[k] + 1);
      lua_seti(L, -2, total);
    }
    s->a.step++;
  }
  return 2;
}

/* -------------------------------------------------------------------- synapses */

/* Arrays of a table of lists `name -> list`, one a name, kept until written back. */
typedef struct arrays {
  void *p[MAX_VARS];
  char type[MAX_VARS];
} arrays;

static void named_arrays(lua_State *L, int t, const char *field, const char *const *names, const char *types, int n,
                         int64_t elements, arrays *out) {
  lua_getfield(L, t, field);
  for (int k = 0; k < n; k++) {
    out->type[k] = types[k];
    lua_getfield(L, -1, names[k]);
    if (lua_isnil(L, -1)) luaL_error(L, "%s: %s is missing", field, names[k]);
    out->p[k] = to_array(L, types[k], elements);
  }
  lua_pop(L, 1);
}

static void write_back(lua_State *L, int t, const char *field, const char *const *names, int n, int64_t elements,
                       arrays *from) {
  lua_getfield(L, t, field);
  for (int k = 0; k < n; k++) {
    push_list(L, from->p[k], from->type[k], elements);
    lua_setfield(L, -2, names[k]);
    free(from->p[k]);
  }
  lua_pop(L, 1);
}

static double *parameters(lua_State *L, int t, const char *field, const char *const *names, int n) {
  double *par = zeros((size_t)(n + 1) * 8);
  lua_getfield(L, t, field);
  for (int k = 0; k < n; k++) par[k] = number_field(L, -1, names[k], 0.0);
  lua_pop(L, 1);
  return par;
}

/* What deliver and drive share; lists of `targets` and `synapses` elements. post_type: 'd', 'f' or a letter a name. */
typedef struct synaptic {
  const char *syn_names[MAX_VARS];
  char syn_types[MAX_VARS], post_types[MAX_VARS], pre_types[MAX_VARS];
  arrays syn, post;
  double *par, *post_par;
  uint32_t *post_nid, *post_gid;
  int32_t *post_last;
} synaptic;

static void read_types(lua_State *L, const ln_unit *u, synaptic *s) {
  char real = u->precision == 4 ? 'f' : 'd';
  for (int k = 0; k < u->n_var; k++) {
    s->syn_names[k] = u->var[k].name;
    s->syn_types[k] = variable_type(&u->var[k], u->precision);
  }
  lua_getfield(L, 2, "integers"); /* post and pre variables that are int32, and the target's precision */
  if (number_field(L, 2, "post_precision", u->precision) == 8) real = 'd';
  for (int k = 0; k < u->n_post; k++) {
    int is_int = !lua_isnil(L, -1) && lua_getfield(L, -1, u->post[k]) == LUA_TBOOLEAN;
    if (lua_gettop(L) > 3) lua_settop(L, 3);
    s->post_types[k] = is_int ? 'i' : real;
  }
  for (int k = 0; k < u->n_pre; k++) s->pre_types[k] = real;
  lua_settop(L, 2);
}

static void read_synaptic(lua_State *L, const ln_unit *u, synaptic *s, int64_t synapses, int64_t targets) {
  read_types(L, u, s);
  named_arrays(L, 2, "syn", s->syn_names, s->syn_types, u->n_var, synapses, &s->syn);
  named_arrays(L, 2, "post", u->post, s->post_types, u->n_post, targets, &s->post);
  s->par = parameters(L, 2, "par", u->par, u->n_par);
  s->post_par = parameters(L, 2, "post_par", u->post_par, u->n_post_par);
  s->post_nid = array_field(L, 2, "post_nid", 'u', targets);
  s->post_gid = array_field(L, 2, "post_gid", 'u', targets);
  lua_getfield(L, 2, "post_last");
  if (lua_isnil(L, -1)) lua_pop(L, 1), lua_pushinteger(L, LN_NEVER);
  s->post_last = to_array(L, 'i', targets);
}

static void finish_synaptic(lua_State *L, const ln_unit *u, synaptic *s, int64_t synapses, int64_t targets) {
  write_back(L, 2, "syn", s->syn_names, u->n_var, synapses, &s->syn);
  write_back(L, 2, "post", u->post, u->n_post, targets, &s->post);
  free(s->par);
  free(s->post_par);
  free(s->post_nid);
  free(s->post_gid);
  free(s->post_last);
}

/* segments = { { first, n, row }, … } with 0-based first and row; target is a list of 0-based local indices */
static int unit_deliver(lua_State *L) {
  const ln_unit *u = *(const ln_unit **)luaL_checkudata(L, 1, UNIT);
  int64_t synapses = (int64_t)number_field(L, 2, "synapses", 0), targets = (int64_t)number_field(L, 2, "targets", 0);
  int64_t rows = (int64_t)number_field(L, 2, "rows", 1);
  int wide = number_field(L, 2, "wide", 0) != 0;
  synaptic s;
  arrays pre;
  lua_settop(L, 2);
  read_synaptic(L, u, &s, synapses, targets);
  named_arrays(L, 2, "pre", u->pre, s.pre_types, u->n_pre, rows, &pre);
  void *target = array_field(L, 2, "target", wide ? 'u' : 'h', synapses);
  uint32_t *row_nid = array_field(L, 2, "row_nid", 'u', rows), *row_gid = array_field(L, 2, "row_gid", 'u', rows);
  double *pre_par = parameters(L, 2, "pre_par", u->pre_par, u->n_pre_par);
  lua_getfield(L, 2, "segments");
  int64_t n = (int64_t)lua_rawlen(L, -1);
  ln_segment *segment = zeros((size_t)(n + 1) * sizeof *segment);
  for (int64_t q = 0; q < n; q++) {
    lua_geti(L, -1, q + 1);
    double *values = to_array(L, 'd', 3);
    segment[q] = (ln_segment){(uint64_t)values[0], (uint32_t)values[1], (uint32_t)values[2]};
    free(values);
  }
  lua_settop(L, 2);
  int64_t step = (int64_t)number_field(L, 2, "step", 0);
  double dt = number_field(L, 2, "dt", 1e-4);
  ln_deliver_args a = {.segment = segment, .n_segments = n, .target = target, .syn = s.syn.p, .post = s.post.p,
    .pre = pre.p, .par = s.par, .post_par = s.post_par, .pre_par = pre_par, .row_nid = row_nid, .post_nid = s.post_nid,
    .row_gid = row_gid, .post_gid = s.post_gid, .post_last = s.post_last, .step = step, .t = (double)step * dt,
    .post_step = step, .pre_step = step, .post_dt = dt, .pre_dt = dt,
    .dt = dt, .key = (uint64_t)number_field(L, 2, "key", 1)};
  (wide ? u->deliver32 : u->deliver16)(&a);
  finish_synaptic(L, u, &s, synapses, targets);
  for (int k = 0; k < u->n_pre; k++) free(pre.p[k]);
  free(target), free(row_nid), free(row_gid), free(pre_par), free(segment);
  return 0;
}

static int unit_drive(lua_State *L) {
  const ln_unit *u = *(const ln_unit **)luaL_checkudata(L, 1, UNIT);
  int64_t n = (int64_t)number_field(L, 2, "n", 0), targets = (int64_t)number_field(L, 2, "targets", 0);
  luaL_argcheck(L, u->drive != NULL, 1, "has no drive");
  synaptic s;
  lua_settop(L, 2);
  read_synaptic(L, u, &s, n, targets);
  uint16_t *count = array_field(L, 2, "count", 'h', n);
  int64_t step = (int64_t)number_field(L, 2, "step", 0);
  double dt = number_field(L, 2, "dt", 1e-4);
  ln_drive_args a = {.count = count, .lid0 = (int64_t)number_field(L, 2, "lid0", 0), .n = n, .syn = s.syn.p,
    .post = s.post.p, .par = s.par, .post_par = s.post_par, .post_nid = s.post_nid, .post_gid = s.post_gid,
    .post_last = s.post_last, .step = step, .t = (double)step * dt, .dt = dt, .post_step = step, .post_dt = dt,
    .key = (uint64_t)number_field(L, 2, "key", 1)};
  u->drive(&a);
  finish_synaptic(L, u, &s, n, targets);
  free(count);
  return 0;
}

/* -------------------------------------------------------------------- expressions */

static int unit_evaluate(lua_State *L) {
  const ln_unit *u = *(const ln_unit **)luaL_checkudata(L, 1, UNIT);
  int64_t n = (int64_t)number_field(L, 2, "n", 1), all = padded(n);
  double *in[MAX_VARS], *out = zeros((size_t)all * 8);
  lua_settop(L, 2);
  for (int k = 0; k < u->n_in; k++) { /* a target's variable x is given as x_post */
    lua_pushfstring(L, u->in[k].kind == LN_IN_POST ? "%s_post" : "%s", u->in[k].name);
    lua_gettable(L, 2);
    in[k] = to_array(L, 'd', all);
  }
  uint64_t *id = zeros((size_t)all * 16);
  for (int64_t k = 0; k < n; k++) id[2 * k] = (uint64_t)k;
  ln_expression_args a = {.n = all, .in = (const double *const *)in, .id = id, .out = out,
    .key = (uint64_t)number_field(L, 2, "key", 1), .t = number_field(L, 2, "t", 0), .dt = number_field(L, 2, "dt", 1e-4)};
  u->evaluate(&a);
  push_list(L, out, 'd', n);
  for (int k = 0; k < u->n_in; k++) free(in[k]);
  free(out), free(id);
  return 1;
}

/* -------------------------------------------------------------------- units */

static void push_names(lua_State *L, const char *const *names, int n) {
  lua_createtable(L, n, 0);
  for (int k = 0; k < n; k++) {
    lua_pushstring(L, names[k]);
    lua_seti(L, -2, k + 1);
  }
}

static int unit_info(lua_State *L) {
  const ln_unit *u = *(const ln_unit **)luaL_checkudata(L, 1, UNIT);
  const char *names[MAX_VARS];
  lua_newtable(L);
  lua_pushstring(L, u->name), lua_setfield(L, -2, "name");
  lua_pushinteger(L, u->kind), lua_setfield(L, -2, "kind");
  lua_pushinteger(L, u->precision), lua_setfield(L, -2, "precision");
  lua_pushinteger(L, u->m), lua_setfield(L, -2, "m");
  lua_pushinteger(L, u->n_used), lua_setfield(L, -2, "n_used");
  lua_pushboolean(L, u->system_per_neuron), lua_setfield(L, -2, "system_per_neuron");
  lua_pushboolean(L, u->refractory_system), lua_setfield(L, -2, "refractory_system");
  lua_pushboolean(L, u->drive != NULL), lua_setfield(L, -2, "drives");
  for (int k = 0; k < u->n_var; k++) names[k] = u->var[k].name;
  push_names(L, names, u->n_var), lua_setfield(L, -2, "variables");
  lua_newtable(L);
  for (int k = 0; k < u->n_var; k++) lua_pushinteger(L, u->var[k].flags), lua_setfield(L, -2, u->var[k].name);
  lua_setfield(L, -2, "flags");
  push_names(L, u->par, u->n_par), lua_setfield(L, -2, "parameters");
  push_names(L, u->post, u->n_post), lua_setfield(L, -2, "post");
  push_names(L, u->pre, u->n_pre), lua_setfield(L, -2, "pre");
  push_names(L, u->post_par, u->n_post_par), lua_setfield(L, -2, "post_parameters");
  push_names(L, u->pre_par, u->n_pre_par), lua_setfield(L, -2, "pre_parameters");
  return 1;
}

static int driver_open(lua_State *L) {
  void *so = dlopen(luaL_checkstring(L, 1), RTLD_NOW | RTLD_LOCAL); /* stays loaded */
  if (!so) return luaL_error(L, "%s", dlerror());
  const ln_unit *u = dlsym(so, "ln_unit_v1");
  if (!u || u->abi != LN_ABI_VERSION) return luaL_error(L, "not a unit of this version");
  *(const ln_unit **)lua_newuserdatauv(L, sizeof u, 0) = u;
  luaL_setmetatable(L, UNIT);
  return 1;
}

int luaopen_unit_driver(lua_State *L) {
  static const luaL_Reg unit[] = {{"neuron", unit_neuron}, {"deliver", unit_deliver}, {"drive", unit_drive},
    {"evaluate", unit_evaluate}, {"info", unit_info}, {NULL, NULL}};
  static const luaL_Reg sims[] = {{"set", sim_set}, {"get", sim_get}, {"par", sim_par}, {"table", sim_table},
    {"step", sim_step}, {NULL, NULL}};
  luaL_newmetatable(L, UNIT);
  luaL_newlib(L, unit), lua_setfield(L, -2, "__index");
  luaL_newmetatable(L, SIM);
  luaL_newlib(L, sims), lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, sim_gc), lua_setfield(L, -2, "__gc");
  lua_newtable(L);
  lua_pushcfunction(L, driver_open), lua_setfield(L, -2, "open");
  return 1;
}
