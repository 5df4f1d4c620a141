/* l_array_lanes.c - arrays along an axis, and what needs order: the functions kernel.array_* over array.h.
 * They see numbers without dimension; lua/lunate/array.lua adds units. Axes are counted from 1; places
 * from 1.
 */
#include "l_array.h"

#include <math.h>
#include <string.h>
#include "array.h"
#include "memory.h"

void ln_array_lanes(lua_State *L, const ln_array_info *a, int axis_index, int64_t lanes[3]) {
  const lua_Integer axis = luaL_optinteger(L, axis_index, 0);
  lanes[0] = lanes[2] = 1;
  lanes[1] = axis ? 1 : a->n;
  if (axis < 0 || axis > a->ndim) {
    ln_array_fail(L, "axis %I does not exist in an array of %d dimension%s", (LUAI_UACINT)axis, a->ndim,
                  a->ndim == 1 ? "" : "s");
  }
  for (int d = 0; axis && d < a->ndim; d++) lanes[d + 1 < axis ? 0 : d + 1 == axis ? 1 : 2] *= a->shape[d];
}

/* A buffer that goes with the stack. */
static void *push_buffer(lua_State *L, int64_t n, size_t size) {
  return lua_newuserdatauv(L, (size_t)(n + 1) * size, 0);
}

/* Of whole numbers and truth: what stays whole (sums, places), and of which kind extremes are. */
static ln_array_kind reduced_kind(ln_array_reduction how, ln_array_kind kind) {
  if (how == LN_ARRAY_ARGMIN || how == LN_ARRAY_ARGMAX) return LN_ARRAY_INTEGER;
  if (how == LN_ARRAY_MIN || how == LN_ARRAY_MAX) return kind;
  return how == LN_ARRAY_SUM && kind != LN_ARRAY_DOUBLE ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE;
}

static void check_whole(lua_State *L, const double *x, int64_t n) {
  if (!ln_array_is_whole(x, n))
    ln_array_fail(L, "a result is beyond 2^53, where whole numbers are not exact: take a:double()");
}

static int push_number(lua_State *L, ln_array_kind kind, double x) {
  if (kind == LN_ARRAY_BOOLEAN) lua_pushboolean(L, x != 0);
  else if (kind == LN_ARRAY_INTEGER) lua_pushinteger(L, (lua_Integer)x);
  else lua_pushnumber(L, x);
  return 1;
}

static bool sorts(ln_array_reduction how) { return how == LN_ARRAY_MEDIAN || how == LN_ARRAY_QUANTILE; }

static int reduce_all(lua_State *L, ln_array_reduction how, double q) {
  ln_array_info a = ln_array_look(L, 2);
  if (a.kind == LN_ARRAY_BOOLEAN && (how == LN_ARRAY_SUM || (how == LN_ARRAY_MEAN && a.n))) {
    const int64_t count = ln_array_count(a.raw, a.n);
    if (how == LN_ARRAY_SUM) lua_pushinteger(L, count);
    else lua_pushnumber(L, (double)count / (double)a.n);
    return 1;
  }
  a = ln_array_check(L, 2);
  const ln_array_kind kind = a.n || how == LN_ARRAY_SUM ? reduced_kind(how, a.kind) : LN_ARRAY_DOUBLE;
  double value;
  if (how == LN_ARRAY_SUM && kind == LN_ARRAY_INTEGER) {
    if (!ln_array_sum_whole(a.data, a.n, &value)) check_whole(L, &(double){NAN}, 1);
  } else {
    double *buffer = sorts(how) ? push_buffer(L, a.n, sizeof *buffer) : NULL;
    ln_array_reduce(how, q, a.data, 1, a.n, 1, buffer, &value);
  }
  return push_number(L, kind, value);
}

/* kernel.array_reduce(how, a, axis [, q]) -> a number (axis 0: of all elements), or an array without that
 * axis */
static int array_reduce(lua_State *L) {
  static const char *const names[] = {"sum",    "mean",     "var",    "sd",     "min", "max",
                                      "median", "quantile", "argmin", "argmax", NULL};
  const ln_array_reduction how = (ln_array_reduction)luaL_checkoption(L, 1, NULL, names);
  const lua_Integer axis = luaL_optinteger(L, 3, 0);
  const double q = luaL_optnumber(L, 4, 0.5);
  int64_t lanes[3], shape[3];
  if (!(q >= 0 && q <= 1)) return ln_array_fail(L, "a quantile lies between 0 and 1, not at %f", q);
  ln_array_info a = ln_array_look(L, 2);
  ln_array_lanes(L, &a, 3, lanes);
  if (axis == 0 || a.ndim == 1) return reduce_all(L, how, q);
  a = ln_array_check(L, 2);
  const ln_array_kind kind = lanes[1] || how == LN_ARRAY_SUM ? reduced_kind(how, a.kind) : LN_ARRAY_DOUBLE;
  int ndim = 0;
  for (int d = 0; d < a.ndim; d++) {
    if (d + 1 != axis) shape[ndim++] = a.shape[d];
  }
  double *buffer = sorts(how) ? push_buffer(L, LN_ARRAY_LANES * lanes[1], sizeof *buffer) : NULL;
  double *out = ln_array_push_new(L, ndim, shape);
  ln_array_reduce(how, q, a.data, lanes[0], lanes[1], lanes[2], buffer, out);
  if (kind == LN_ARRAY_INTEGER) check_whole(L, out, lanes[0] * lanes[2]);
  if (kind == LN_ARRAY_INTEGER) ln_array_set_kind(L, -1, kind);
  if (kind != LN_ARRAY_BOOLEAN) return 1;
  uint8_t *mask = ln_array_push_kind(L, kind, ndim, shape);
  for (int64_t k = 0; k < lanes[0] * lanes[2]; k++) mask[k] = out[k] != 0;
  return 1;
}

/* kernel.array_scan(how, a, axis): an array of the shape of a (diff: one less along the axis); axis 0: over
 * all elements, row by row */
static int array_scan(lua_State *L) {
  static const char *const names[] = {"sort", "cumsum", "diff", NULL};
  const ln_array_scan how = (ln_array_scan)luaL_checkoption(L, 1, NULL, names);
  int64_t lanes[3];
  ln_array_info a = ln_array_check(L, 2);
  ln_array_lanes(L, &a, 3, lanes);
  const lua_Integer axis = luaL_optinteger(L, 3, 0);
  if (how == LN_ARRAY_DIFF) {
    const int d = axis > 0 ? (int)axis - 1 : 0;
    if (axis == 0) a.ndim = 1, a.shape[0] = a.n;
    if (a.shape[d] == 0) return ln_array_fail(L, "diff needs at least one element along the axis");
    a.shape[d]--;
  }
  double *buffer = push_buffer(L, lanes[2] > 1 ? LN_ARRAY_LANES * lanes[1] : lanes[1], sizeof *buffer);
  double *out = ln_array_push_new(L, a.ndim, a.shape);
  ln_array_scan_lanes(how, a.data, lanes[0], lanes[1], lanes[2], buffer, out);
  if (a.kind == LN_ARRAY_DOUBLE) return 1;
  if (how == LN_ARRAY_CUMSUM) check_whole(L, out, a.n);
  ln_array_set_kind(L, -1, LN_ARRAY_INTEGER);
  return 1;
}

static int array_argsort(lua_State *L) { /* kernel.array_argsort(a of 1 dimension) -> places */
  const ln_array_info a = ln_array_check(L, 1);
  int64_t *place = push_buffer(L, a.n, sizeof *place);
  double *out = ln_array_push_kind(L, LN_ARRAY_INTEGER, 1, &a.n);
  ln_array_argsort(a.data, a.n, place);
  for (int64_t k = 0; k < a.n; k++) out[k] = (double)(place[k] + 1);
  return 1;
}

static int array_unique(lua_State *L) { /* kernel.array_unique(sorted a) -> values, counts */
  const ln_array_info a = ln_array_check(L, 1);
  double *value = push_buffer(L, a.n, sizeof *value), *count = push_buffer(L, a.n, sizeof *count);
  const int64_t m = ln_array_unique(a.data, a.n, value, count);
  double *out = ln_array_push_kind(L, a.kind == LN_ARRAY_BOOLEAN ? LN_ARRAY_INTEGER : a.kind, 1, &m);
  memcpy(out, value, (size_t)m * sizeof *out);
  out = ln_array_push_kind(L, LN_ARRAY_INTEGER, 1, &m);
  memcpy(out, count, (size_t)m * sizeof *out);
  return 2;
}

/* The argument at index as a mask: what is not 0, or true. */
static const uint8_t *push_mask(lua_State *L, int index, int64_t *n) {
  const ln_array_info a = ln_array_look(L, index);
  *n = a.n;
  if (a.kind == LN_ARRAY_BOOLEAN) {
    lua_pushvalue(L, index);
    return a.raw;
  }
  uint8_t *mask = push_buffer(L, a.n, 1);
  for (int64_t k = 0; k < a.n; k++) mask[k] = a.data[k] != 0;
  return mask;
}

/* kernel.array_where(mask) -> places of what is true (or not 0), counted row by row */
static int array_where(lua_State *L) {
  int64_t n;
  const uint8_t *mask = push_mask(L, 1, &n);
  const int64_t most = ln_array_count(mask, n);
  double *out = ln_array_push_kind(L, LN_ARRAY_INTEGER, 1, &most);
  for (int64_t k = 0, at = 0; at < most; k++) {
    out[at] = (double)(k + 1);
    at += mask[k];
  }
  return 1;
}

/* kernel.array_select(a, mask of as many elements) -> those where it is true, row by row */
static int array_select(lua_State *L) {
  int64_t n;
  const ln_array_info a = ln_array_look(L, 1);
  const uint8_t *mask = push_mask(L, 2, &n);
  if (n != a.n)
    return ln_array_fail(L, "a mask of %I elements is not one of %I", (LUAI_UACINT)n, (LUAI_UACINT)a.n);
  const int64_t most = ln_array_count(mask, n);
  ln_array_select(a.raw, mask, n, ln_array_bytes(a.kind), ln_array_push_kind(L, a.kind, 1, &most));
  return 1;
}

static int array_take(lua_State *L) { /* kernel.array_take(a, places, axis): those elements, rows, columns */
  int64_t lanes[3];
  ln_array_info a = ln_array_look(L, 1);
  const ln_array_info place = ln_array_check(L, 2);
  ln_array_lanes(L, &a, 3, lanes);
  const lua_Integer axis = luaL_checkinteger(L, 3);
  if (axis < 1) return ln_array_fail(L, "take needs an axis");
  a.shape[axis - 1] = place.n;
  int64_t *places = push_buffer(L, place.n, sizeof *places);
  for (int64_t k = 0; k < place.n; k++) {
    const double i = place.data[k];
    if (!(i >= 1 && i <= (double)lanes[1]) || i != (double)(int64_t)i) {
      return ln_array_fail(L, "index %f is outside an array of %I", i, (LUAI_UACINT)lanes[1]);
    }
    places[k] = (int64_t)i - 1;
  }
  ln_array_take(a.raw, lanes[0], lanes[1], lanes[2] * ln_array_bytes(a.kind), places, place.n,
                ln_array_push_kind(L, a.kind, a.ndim, a.shape));
  return 1;
}

/* The kind that holds all of them. */
static ln_array_kind common_kind(lua_State *L, int first, int count) {
  ln_array_kind kind = ln_array_look(L, first).kind;
  for (int k = 1; k < count; k++) {
    const ln_array_kind other = ln_array_look(L, first + k).kind;
    if (other == kind) continue;
    kind = other == LN_ARRAY_DOUBLE || kind == LN_ARRAY_DOUBLE ? LN_ARRAY_DOUBLE : LN_ARRAY_INTEGER;
  }
  return kind;
}

static int array_concatenate(lua_State *L) { /* kernel.array_concatenate(axis, a, b, …) */
  const int count = lua_gettop(L) - 1;
  const lua_Integer axis = luaL_checkinteger(L, 1);
  const ln_array_kind kind = common_kind(L, 2, count);
  ln_array_info first = ln_array_look(L, 2);
  if (axis < 1 || axis > first.ndim) {
    return ln_array_fail(L, "axis %I does not exist in an array of %d dimensions", (LUAI_UACINT)axis,
                      first.ndim);
  }
  int64_t total = 0, outer = 1, inner = ln_array_bytes(kind);
  for (int k = 0; k < count; k++) {
    const ln_array_info a = kind == LN_ARRAY_BOOLEAN ? ln_array_look(L, k + 2) : ln_array_check(L, k + 2);
    bool fits = a.ndim == first.ndim;
    for (int d = 0; fits && d < a.ndim; d++) fits = d == axis - 1 || a.shape[d] == first.shape[d];
    if (!fits)
      return ln_array_fail(L, "array %d does not fit: all but axis %I must have the same size", k + 1,
                        (LUAI_UACINT)axis);
    total += a.shape[axis - 1];
  }
  for (int d = 0; d < first.ndim; d++) {
    if (d < axis - 1) outer *= first.shape[d];
    else if (d > axis - 1) inner *= first.shape[d];
  }
  first.shape[axis - 1] = total;
  char *out = ln_array_push_kind(L, kind, first.ndim, first.shape);
  for (int64_t o = 0; o < outer; o++) {
    for (int k = 0; k < count; k++) {
      const ln_array_info a = ln_array_look(L, k + 2);
      const int64_t bytes = a.shape[axis - 1] * inner;
      if (bytes) memcpy(out, (char *)a.raw + o * bytes, (size_t)bytes);
      out += bytes;
    }
  }
  return 1;
}

static int array_permute(lua_State *L) { /* kernel.array_permute(a, order of the axes …) */
  const ln_array_info a = ln_array_check(L, 1);
  const int pad = 3 - a.ndim;
  int64_t padded[3] = {1, 1, 1}, shape[3];
  int order[3] = {0, 1, 2}, seen = 0;
  for (int d = 0; d < a.ndim; d++) {
    const lua_Integer axis = luaL_checkinteger(L, d + 2);
    if (axis < 1 || axis > a.ndim || seen & 1 << axis)
      return ln_array_fail(L, "transpose takes each axis once");
    seen |= 1 << axis;
    padded[pad + d] = a.shape[d];
    order[pad + d] = pad + (int)axis - 1;
    shape[d] = a.shape[axis - 1];
  }
  double *out = ln_array_push_kind(L, a.kind == LN_ARRAY_INTEGER ? a.kind : LN_ARRAY_DOUBLE, a.ndim, shape);
  ln_array_permute(a.data, padded, order, out);
  if (a.kind != LN_ARRAY_BOOLEAN) return 1;
  uint8_t *mask = ln_array_push_kind(L, a.kind, a.ndim, shape);
  for (int64_t k = 0; k < a.n; k++) mask[k] = out[k] != 0;
  return 1;
}

static int array_interpolate(lua_State *L) { /* kernel.array_interpolate(x, points, values) */
  const ln_array_info x = ln_array_check(L, 1), px = ln_array_check(L, 2), py = ln_array_check(L, 3);
  if (px.n == 0 || px.n != py.n)
    return ln_array_fail(L, "interpolate needs as many values as points, at least one");
  for (int64_t k = 1; k < px.n; k++) {
    if (!(px.data[k] > px.data[k - 1])) return ln_array_fail(L, "interpolate needs ascending points");
  }
  double *out = ln_array_push_new(L, x.ndim, x.shape);
  ln_array_interpolate(x.data, x.n, px.data, py.data, px.n, out);
  return 1;
}

static int array_convolve(lua_State *L) { /* kernel.array_convolve(a, b): the full one */
  const ln_array_info a = ln_array_check(L, 1), b = ln_array_check(L, 2);
  if (a.ndim != 1 || b.ndim != 1 || a.n == 0 || b.n == 0) {
    return ln_array_fail(L, "convolve needs two arrays of one dimension that are not empty");
  }
  const int64_t n = a.n + b.n - 1;
  const bool whole = a.kind != LN_ARRAY_DOUBLE && b.kind != LN_ARRAY_DOUBLE;
  double *out = ln_array_push_kind(L, whole ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE, 1, &n);
  ln_array_convolve(a.data, a.n, b.data, b.n, out);
  if (whole) check_whole(L, out, n);
  return 1;
}

/* kernel.array_filter(b, a, x, state): y of the recursive filter with these coefficients (a[1] = 1, as many
 * as b), direct form II transposed; state (one less than b) is changed. */
static int array_filter(lua_State *L) {
  const ln_array_info b = ln_array_check(L, 1), a = ln_array_check(L, 2), x = ln_array_check(L, 3),
                      state = ln_array_check(L, 4);
  if (a.n != b.n || b.n < 1 || state.n != b.n - 1 || x.ndim != 1)
    return ln_array_fail(L, "these are no filter's sizes");
  double *out = ln_array_push_new(L, 1, &x.n), *z = state.data;
  for (int64_t k = 0; k < x.n; k++) {
    const double y = b.data[0] * x.data[k] + (b.n > 1 ? z[0] : 0);
    for (int64_t j = 1; j < b.n; j++)
      z[j - 1] = b.data[j] * x.data[k] - a.data[j] * y + (j + 1 < b.n ? z[j] : 0);
    out[k] = y;
  }
  return 1;
}

void ln_open_array_lanes(lua_State *L) {
  static const luaL_Reg functions[] = {{"array_reduce", array_reduce},
                                       {"array_scan", array_scan},
                                       {"array_argsort", array_argsort},
                                       {"array_unique", array_unique},
                                       {"array_where", array_where},
                                       {"array_select", array_select},
                                       {"array_take", array_take},
                                       {"array_concatenate", array_concatenate},
                                       {"array_permute", array_permute},
                                       {"array_interpolate", array_interpolate},
                                       {"array_convolve", array_convolve},
                                       {"array_filter", array_filter},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
