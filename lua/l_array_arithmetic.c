/* l_array_arithmetic.c - arithmetic on arrays, element by element, and counts in bins: the functions
 * kernel.array_* over array.h. They see numbers without dimension; lua/lunate/array.lua adds units.
 */
#include "l_array.h"

#include <math.h>
#include <string.h>

/* kernel.array_range(first, step, n, whole): first + k step */
static int array_range(lua_State *L) {
  const double first = luaL_checknumber(L, 1), step = luaL_checknumber(L, 2);
  const int64_t n = luaL_checkinteger(L, 3);
  const bool whole = lua_toboolean(L, 4);
  double *out = ln_array_push_kind(L, whole ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE, 1, &n);
  for (int64_t k = 0; k < n; k++) out[k] = first + (double)k * step;
  if (whole && !ln_array_is_whole(out, n)) return ln_array_fail(L, "whole numbers are exact up to 2^53 only");
  return 1;
}

static const char *const op_names[] = {"+",     "-",  "*",  "/",  "^",  "%",  "minimum", "maximum",
                                       "atan2", "lt", "le", "gt", "ge", "eq", "ne",      NULL};

static bool is_one(lua_State *L, int index) { return luaL_testudata(L, index, LN_T_ARRAY) != NULL; }

static int ndim_of(lua_State *L, int index) { return is_one(L, index) ? ln_array_look(L, index).ndim : 0; }

/* An operand, its sizes aligned at the last axis; no steps along an axis of one. A number goes to *number. */
static ln_array_kind read_operand(lua_State *L, int index, ln_array_operand *o, int64_t shape[3],
                                  double *number) {
  const bool is_array = is_one(L, index);
  const ln_array_info a = is_array ? ln_array_look(L, index) : (ln_array_info){.raw = number};
  int64_t count = 1;
  if (!is_array) *number = luaL_checknumber(L, index);
  for (int d = 2; d >= 0; d--) {
    const int axis = d - (3 - a.ndim);
    shape[d] = axis >= 0 ? a.shape[axis] : 1;
    o->step[d] = shape[d] == 1 ? 0 : count;
    count *= shape[d];
  }
  o->data = a.raw;
  o->is_mask = is_array && a.kind == LN_ARRAY_BOOLEAN;
  if (is_array) return a.kind;
  return lua_isinteger(L, index) ? LN_ARRAY_INTEGER : LN_ARRAY_DOUBLE;
}

/* Whole numbers and truth give whole numbers, as in Lua, but for what may have fractions. */
static ln_array_kind kind_of_result(lua_State *L, ln_array_op op, ln_array_kind a, ln_array_kind b) {
  if (op >= LN_ARRAY_LT) return LN_ARRAY_BOOLEAN;
  const bool logic = op == LN_ARRAY_MUL || op == LN_ARRAY_MINIMUM || op == LN_ARRAY_MAXIMUM;
  if (logic && a == LN_ARRAY_BOOLEAN && b == LN_ARRAY_BOOLEAN) return LN_ARRAY_BOOLEAN;
  if (op == LN_ARRAY_DIV || op == LN_ARRAY_ATAN2 || a == LN_ARRAY_DOUBLE || b == LN_ARRAY_DOUBLE)
    return LN_ARRAY_DOUBLE;
  if (op == LN_ARRAY_POW && !(lua_isinteger(L, 3) && lua_tointeger(L, 3) >= 0)) return LN_ARRAY_DOUBLE;
  return LN_ARRAY_INTEGER;
}

/* Axes in one where both operands go on along them alike: long rows are fast. */
static void join_axes(int64_t shape[3], ln_array_operand *a, ln_array_operand *b) {
  for (int turn = 0; turn < 2 && shape[2] == 1; turn++) {
    for (int d = 2; d > 0; d--)
      shape[d] = shape[d - 1], a->step[d] = a->step[d - 1], b->step[d] = b->step[d - 1];
    shape[0] = 1;
    a->step[0] = b->step[0] = 0;
  }
  for (int d = 1; d >= 0; d--) {
    if (shape[d] == 1) continue;
    if (a->step[d] != a->step[2] * shape[2] || b->step[d] != b->step[2] * shape[2]) return;
    if (d == 0 && shape[1] != 1) return;
    shape[2] *= shape[d];
    shape[d] = 1;
  }
}

/* kernel.array_apply(op, a, b): of arrays and numbers, without regard to dimensions. Axes are matched from
 * the last; one of size 1, or that is not there, goes with any size. Nothing comes back where they differ. */
static int array_apply(lua_State *L) {
  const ln_array_op op = (ln_array_op)luaL_checkoption(L, 1, NULL, op_names);
  const int na = ndim_of(L, 2), nb = ndim_of(L, 3), ndim = na >= nb ? na : nb;
  if (!ndim) return ln_array_fail(L, "one of the operands must be an array");
  ln_array_operand p, q;
  int64_t shape[3], other[3];
  double x, y;
  const ln_array_kind ka = read_operand(L, 2, &p, shape, &x), kb = read_operand(L, 3, &q, other, &y);
  for (int d = 0; d < 3; d++) {
    if (shape[d] == 1) shape[d] = other[d];
    else if (other[d] != 1 && other[d] != shape[d]) return 0;
  }
  const ln_array_kind kind = kind_of_result(L, op, ka, kb);
  void *out = ln_array_push_kind(L, kind, ndim, shape + 3 - ndim);
  join_axes(shape, &p, &q);
  if (!ln_array_broadcast(op, shape, &p, &q, kind, out)) {
    return ln_array_fail(L,
                         op == LN_ARRAY_MOD
                             ? "there is no remainder of a division by 0 among whole numbers"
                             : "a result is beyond 2^53, where whole numbers are not exact: take a:double()");
  }
  return 1;
}

static int array_map(lua_State *L) { /* kernel.array_map(name, a): of each element, without dimension */
  const char *name = luaL_checkstring(L, 1);
  const ln_array_function f = ln_array_find_function(name);
  const ln_array_info a = ln_array_check(L, 2);
  if (!f) return ln_array_fail(L, "there is no function '%s' of arrays", name);
  static const char *const whole[] = {"abs", "sign", "floor", "ceil", "round"};
  ln_array_kind kind = LN_ARRAY_DOUBLE;
  for (size_t k = 0; k < sizeof whole / sizeof *whole; k++) {
    if (a.kind != LN_ARRAY_DOUBLE && strcmp(name, whole[k]) == 0) kind = LN_ARRAY_INTEGER;
  }
  ln_array_map(f, a.n, a.data, ln_array_push_kind(L, kind, a.ndim, a.shape));
  return 1;
}

static double value_at(const ln_array_operand *o, int64_t k) {
  k *= o->step[2];
  return o->is_mask ? ((const uint8_t *)o->data)[k] : ((const double *)o->data)[k];
}

/* kernel.array_choose(mask, a, b): a where the mask is true, else b; each a number or an array of the
 * mask's shape */
static int array_choose(lua_State *L) {
  const ln_array_info mask = ln_array_look(L, 1);
  if (mask.kind != LN_ARRAY_BOOLEAN) return ln_array_fail(L, "choose is of a mask, such as a:gt(0)");
  ln_array_operand o[2];
  ln_array_kind kind[2];
  double number[2];
  for (int side = 0; side < 2; side++) {
    int64_t shape[3];
    kind[side] = read_operand(L, 2 + side, &o[side], shape, &number[side]);
    const int ndim = ndim_of(L, 2 + side);
    const bool fits =
        ndim == mask.ndim && memcmp(shape + 3 - ndim, mask.shape, (size_t)ndim * sizeof *shape) == 0;
    if (ndim && !fits) return ln_array_fail(L, "choose: an array differs from the mask in shape");
    o[side].step[2] = ndim > 0;
  }
  ln_array_kind of = kind[0] == kind[1] ? kind[0] : LN_ARRAY_INTEGER;
  if (kind[0] == LN_ARRAY_DOUBLE || kind[1] == LN_ARRAY_DOUBLE) of = LN_ARRAY_DOUBLE;
  void *out = ln_array_push_kind(L, of, mask.ndim, mask.shape);
  const uint8_t *m = mask.raw;
  for (int64_t k = 0; k < mask.n; k++) {
    const double x = value_at(&o[!m[k]], k);
    if (of == LN_ARRAY_BOOLEAN) ((uint8_t *)out)[k] = x != 0;
    else ((double *)out)[k] = x;
  }
  return 1;
}

/* kernel.array_test(name, a): a mask of what is "nan", "finite", or "no" (false, 0) */
static int array_test(lua_State *L) {
  static const char *const names[] = {"nan", "finite", "no", NULL};
  const int what = luaL_checkoption(L, 1, NULL, names);
  const ln_array_info a = ln_array_look(L, 2);
  uint8_t *restrict out = ln_array_push_kind(L, LN_ARRAY_BOOLEAN, a.ndim, a.shape);
  const double *restrict x = a.data;
  const int64_t n = a.n; /* bytes that are written might be a's */
  const uint8_t *restrict mask = a.raw;
  if (a.kind == LN_ARRAY_BOOLEAN && what == 2) {
    for (int64_t k = 0; k < n; k++) out[k] = !mask[k];
  } else if (a.kind == LN_ARRAY_BOOLEAN) {
    memset(out, what == 1, (size_t)n);
  } else if (what == 0) {
    for (int64_t k = 0; k < n; k++) out[k] = x[k] != x[k];
  } else if (what == 1) {
    for (int64_t k = 0; k < n; k++) out[k] = x[k] - x[k] == 0;
  } else {
    for (int64_t k = 0; k < n; k++) out[k] = x[k] == 0;
  }
  return 1;
}

static int array_sum(lua_State *L) { /* kernel.array_sum(a) -> number */
  const ln_array_info a = ln_array_check(L, 1);
  lua_pushnumber(L, ln_array_sum(a.data, a.n));
  return 1;
}

static int array_moments(lua_State *L) { /* kernel.array_moments(a) -> mean, variance (over n), min, max, n */
  const ln_array_info a = ln_array_check(L, 1);
  ln_array_moments m;
  ln_array_get_moments(a.data, a.n, &m);
  lua_pushnumber(L, m.mean);
  lua_pushnumber(L, m.variance);
  lua_pushnumber(L, m.min);
  lua_pushnumber(L, m.max);
  lua_pushinteger(L, a.n);
  return 5;
}

static int array_histogram(lua_State *L) { /* kernel.array_histogram(a, bins, low, high) -> counts, edges */
  const ln_array_info a = ln_array_check(L, 1);
  const int64_t bins = luaL_checkinteger(L, 2);
  const double low = luaL_checknumber(L, 3), high = luaL_checknumber(L, 4);
  if (bins < 1 || !(low < high) || isinf(high - low)) {
    return ln_array_fail(L, "a histogram needs bins between two numbers");
  }
  double *out = ln_array_push_kind(L, LN_ARRAY_INTEGER, 1, &bins);
  ln_array_histogram(a.data, a.n, low, high, bins, out);
  const int64_t edges = bins + 1;
  ln_array_edges(low, high, bins, ln_array_push_new(L, 1, &edges));
  return 2;
}

void ln_open_array_arithmetic(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"array_range", array_range},     {"array_apply", array_apply},         {"array_map", array_map},
      {"array_test", array_test},       {"array_choose", array_choose},       {"array_sum", array_sum},
      {"array_moments", array_moments}, {"array_histogram", array_histogram}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
