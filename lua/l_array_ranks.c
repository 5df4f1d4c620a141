/* l_array_ranks.c - arrays of all ranks: whole numbers summed, numbers that one rank has, arrays one after
 * the other, and exact sums that do not depend on who had which summand. Collective, unless said.
 */
#include "l_array.h"

#include <math.h>
#include <string.h>
#include "l_object.h"
#include "memory.h"
#include "sum.h"

/* Sums of each place over the ranks, as 64-bit integers; exact. */
static void sum_places(lua_State *L, int64_t n, int64_t *values) {
  enum { CHUNK = 1 << 24 };
  ln_comm *comm = ln_runtime_get(L)->comm;
  for (int64_t from = 0; from < n; from += CHUNK) {
    ln_comm_sum_array(comm, values + from, (int)(n - from < CHUNK ? n - from : CHUNK));
  }
}

/* kernel.array_total(a): whole numbers, summed over the ranks. */
static int array_total(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  int64_t *values = lua_newuserdatauv(L, sizeof *values * ((size_t)a.n + 1), 0);
  for (int64_t k = 0; k < a.n; k++) values[k] = (int64_t)a.data[k];
  sum_places(L, a.n, values);
  double *out = ln_array_push_kind(L, LN_ARRAY_INTEGER, a.ndim, a.shape);
  for (int64_t k = 0; k < a.n; k++) out[k] = (double)values[k];
  return 1;
}

/* kernel.array_merge(a): of each place the number that one rank has where all others have 0. */
static int array_merge(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  int64_t *bits = lua_newuserdatauv(L, sizeof *bits * ((size_t)a.n + 1), 0);
  if (a.n) memcpy(bits, a.data, (size_t)a.n * sizeof *bits);
  sum_places(L, a.n, bits);
  double *out = ln_array_push_new(L, a.ndim, a.shape);
  if (a.n) memcpy(out, bits, (size_t)a.n * sizeof *bits);
  return 1;
}

/* kernel.array_gather(a [, root]): the elements of every rank's, in the order of the ranks; with true on rank
 * 0 alone, elsewhere none. */
static int array_gather(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  ln_comm *comm = ln_runtime_get(L)->comm;
  const bool root = lua_toboolean(L, 2);
  const int size = ln_comm_size(comm);
  size_t *bytes = lua_newuserdatauv(L, (size_t)size * sizeof *bytes, 0), all = 0;
  const size_t own = (size_t)a.n * sizeof *a.data;
  void *data = NULL;
  ln_error err;
  const int code = root ? ln_comm_gatherv(comm, a.data, own, 0, &data, bytes, &err)
                        : ln_comm_allgatherv(comm, a.data, own, &data, bytes, &err);
  if (code) return ln_raise(L, &err);
  for (int r = 0; r < size && data; r++) all += bytes[r];
  ln_array_push(L, 1, (int64_t[]){(int64_t)(all / sizeof(double))}, data);
  return 1;
}

/* The places (from 0) of all ranks' columns, in the order of the ranks: given, or one rank's after the other's. */
static int gather_places(lua_State *L, ln_comm *comm, int index, int64_t n, int64_t **places, size_t *bytes,
                         ln_error *err) {
  int64_t *mine = ln_alloc_array((size_t)n + 1, sizeof *mine);
  const bool given = !lua_isnoneornil(L, index);
  const double *place = given ? ln_array_check(L, index).data : NULL;
  for (int64_t k = 0; mine && k < n; k++) mine[k] = given ? (int64_t)place[k] - 1 : 0;
  int code = ln_comm_agree(comm, mine ? LN_OK : ln_fail(err, LN_ENOMEM, "no memory for places of columns"), err);
  if (!code) code = ln_comm_allgatherv(comm, mine, (size_t)n * sizeof *mine, (void **)places, bytes, err);
  ln_free(mine);
  int64_t all = 0;
  for (int r = 0; !code && r < ln_comm_size(comm); r++) all += (int64_t)(bytes[r] / sizeof **places);
  for (int64_t k = 0; !code && !given && k < all; k++) (*places)[k] = k;
  return code;
}

/* kernel.array_gather_columns(own, places, m): of every rank's columns (rows x any number; of an array of one
 * dimension its elements) an array of m, each in its place (from 1); places nil: in the order of the ranks. */
static int array_gather_columns(lua_State *L) {
  const ln_array_info a = ln_array_look(L, 1);
  ln_comm *comm = ln_runtime_get(L)->comm;
  const int64_t m = luaL_checkinteger(L, 3), width = ln_array_bytes(a.kind);
  const int64_t rows = a.ndim > 1 ? a.shape[0] : 1, own = a.shape[a.ndim - 1];
  size_t *counts = lua_newuserdatauv(L, (size_t)ln_comm_size(comm) * sizeof *counts, 0);
  int64_t *places = NULL;
  void *all = NULL;
  ln_error err;
  char *out = ln_array_push_kind(L, a.kind, a.ndim, a.ndim > 1 ? (int64_t[]){rows, m} : &m);
  int code = gather_places(L, comm, 2, own, &places, counts, &err);
  if (!code) code = ln_comm_allgatherv(comm, a.raw, (size_t)(rows * own * width), &all, NULL, &err);
  const char *from = all;
  const int64_t *place = places;
  for (int r = 0; !code && r < ln_comm_size(comm); r++) {
    const int64_t n = (int64_t)(counts[r] / sizeof *places);
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t k = 0; k < n; k++, from += width) {
        if (width == 1) out[i * m + place[k]] = *from;
        else memcpy(out + (i * m + place[k]) * width, from, sizeof(double));
      }
    }
    place += n;
  }
  ln_free(places);
  ln_free(all);
  return code ? ln_raise(L, &err) : 1;
}

/* ------------------------------------------------------------------------------------------ exact sums */

#define T_SUMS "lunate.sums"

typedef struct sums {
  int64_t n;
  ln_sum *sum;
} sums;

/* kernel.array_sums(n): n exact sums, 0 so far. Local; so is adding. */
static int sums_new(lua_State *L) {
  const int64_t n = luaL_checkinteger(L, 1);
  sums *s = lua_newuserdatauv(L, sizeof *s, 0);
  *s = (sums){.n = 0};
  luaL_setmetatable(L, T_SUMS);
  s->sum = n >= 0 ? ln_alloc_array((size_t)n, sizeof *s->sum) : NULL; /* zeroed: sums of nothing */
  if (!s->sum) return ln_array_fail(L, "no memory for %I sums", (LUAI_UACINT)n);
  s->n = n;
  return 1;
}

static int sums_gc(lua_State *L) {
  sums *s = luaL_checkudata(L, 1, T_SUMS);
  ln_free(s->sum);
  *s = (sums){.n = 0};
  return 0;
}

/* s:add(place, x); s:add(array of n): each element to its place */
static int sums_add(lua_State *L) {
  sums *s = luaL_checkudata(L, 1, T_SUMS);
  if (lua_type(L, 2) == LUA_TNUMBER) {
    const int64_t k = luaL_checkinteger(L, 2);
    luaL_argcheck(L, k >= 1 && k <= s->n, 2, "there is no such sum");
    ln_sum_add(&s->sum[k - 1], luaL_checknumber(L, 3));
    return 0;
  }
  const ln_array_info a = ln_array_check(L, 2);
  luaL_argcheck(L, a.n == s->n, 2, "as many elements as sums");
  for (int64_t k = 0; k < a.n; k++) ln_sum_add(&s->sum[k], a.data[k]);
  return 0;
}

static void reduce(ln_comm *comm, ln_sum *sum, int64_t n, double *out) {
  enum { CHUNK = 4096 };
  for (int64_t from = 0; from < n; from += CHUNK) {
    ln_sum_reduce_all(sum + from, (int)(n - from < CHUNK ? n - from : CHUNK), comm, out + from);
  }
}

/* s:total([local]) -> array: the sums over all ranks, each rounded once; with true, of this one. Ends
 * them. */
static int sums_total(lua_State *L) {
  sums *s = luaL_checkudata(L, 1, T_SUMS);
  const bool local = lua_toboolean(L, 2);
  double *out = ln_array_push_new(L, 1, &s->n);
  if (local) {
    for (int64_t k = 0; k < s->n; k++) out[k] = ln_sum_value(&s->sum[k]);
  } else {
    reduce(ln_runtime_get(L)->comm, s->sum, s->n, out);
  }
  ln_free(s->sum);
  s->sum = NULL;
  s->n = 0;
  return 1;
}

/* kernel.array_row_sums(m, absolute): of each row of a matrix whose columns lie on several ranks (as many
 * rows on each) the exact sum over all, or that of absolute values. */
static int array_row_sums(lua_State *L) {
  enum { CHUNK = 1024 };
  const ln_array_info a = ln_array_check(L, 1);
  const bool absolute = lua_toboolean(L, 2);
  const int64_t rows = a.shape[0], columns = a.ndim > 1 ? a.shape[1] : 1;
  double *out = ln_array_push_new(L, 1, &rows);
  ln_sum *sum = lua_newuserdatauv(L, CHUNK * sizeof *sum, 0);
  for (int64_t from = 0; from < rows; from += CHUNK) {
    const int64_t count = rows - from < CHUNK ? rows - from : CHUNK;
    memset(sum, 0, CHUNK * sizeof *sum);
    for (int64_t k = 0; k < count; k++) {
      const double *row = a.data + (from + k) * columns;
      for (int64_t j = 0; j < columns; j++) ln_sum_add(&sum[k], absolute ? fabs(row[j]) : row[j]);
    }
    reduce(ln_runtime_get(L)->comm, sum, count, out + from);
  }
  lua_pop(L, 1);
  return 1;
}

/* kernel.array_sum_all(a): the exact sum over the elements of all ranks. */
static int array_sum_all(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  ln_sum sum;
  ln_sum_clear(&sum);
  ln_sum_add_array(&sum, a.data, a.n);
  lua_pushnumber(L, ln_sum_reduce(&sum, ln_runtime_get(L)->comm));
  return 1;
}

/* How many of the elements are at most x, of all ranks. */
static int64_t count_up_to(ln_comm *comm, const double *a, int64_t n, double x) {
  int64_t count = 0;
  for (int64_t k = 0; k < n; k++) count += a[k] <= x;
  return ln_comm_sum(comm, count);
}

/* Doubles in the order of their size as whole numbers: of neighbours those differ by one. */
static double of_order(int64_t order) {
  const uint64_t bits = order < 0 ? (uint64_t)~order | (uint64_t)1 << 63 : (uint64_t)order;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* kernel.array_ranked(a, k): the k-th smallest element of all ranks' (from 1), nan where one is: halving what
 * it may be, without moving elements. */
static int array_ranked(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  const int64_t k = luaL_checkinteger(L, 2);
  ln_comm *comm = ln_runtime_get(L)->comm;
  int64_t is_nan = 0, low = -0x7ff0000000000001, high = 0x7ff0000000000000; /* the infinities */
  for (int64_t i = 0; i < a.n; i++) is_nan += isnan(a.data[i]);
  if (ln_comm_sum(comm, is_nan)) {
    lua_pushnumber(L, NAN);
    return 1;
  }
  while (low < high) { /* the smallest x with k elements up to it */
    const int64_t middle = low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);
    if (count_up_to(comm, a.data, a.n, of_order(middle)) >= k) high = middle;
    else low = middle + 1;
  }
  lua_pushnumber(L, of_order(low) + 0.0); /* -0 and 0 are one */
  return 1;
}

void ln_open_array_ranks(lua_State *L) {
  static const luaL_Reg functions[] = {{"array_total", array_total},
                                       {"array_merge", array_merge},
                                       {"array_gather", array_gather},
                                       {"array_gather_columns", array_gather_columns},
                                       {"array_row_sums", array_row_sums},
                                       {"array_sum_all", array_sum_all},
                                       {"array_ranked", array_ranked},
                                       {"array_sums", sums_new},
                                       {NULL, NULL}};
  static const luaL_Reg methods[] = {{"add", sums_add}, {"total", sums_total}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  ln_object_type(L, T_SUMS, methods, sums_gc);
}
