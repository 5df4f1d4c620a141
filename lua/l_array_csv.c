/* l_array_csv.c - the numbers of CSV files: rows of text into arrays and back. Headers, and all that is not
 * as plain as that, are lunate.csv's.
 */
#include "l_array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blank(const char *p) {
  while (*p == ' ' || *p == '\t') p++;
  return p;
}

/* The next line that holds fields: blank ones and comments are passed over. NULL where there is none. */
static const char *next_row(const char *p, const char *end) {
  while (p < end) {
    const char *first = skip_blank(p);
    if (*p != '#' && *first != '\n' && !(first[0] == '\r' && first[1] == '\n')) return p;
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    if (!stop) return NULL;
    p = stop + 1;
  }
  return NULL;
}

/* A number, or nan, inf, -inf, up to what follows it; NULL where that is none. *whole: written without a
 * fraction. */
static const char *read_number(const char *p, double *x, bool *whole) {
  static const struct {
    const char *text;
    double value;
  } special[] = {{"nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
  const size_t digits = strspn(p, "+-0123456789"), size = digits + strspn(p + digits, "+-0123456789.eE");
  char *stop;
  *whole = digits == size;
  if (size == 0 || p[size] == 'i' || p[size] == 'n') {
    for (size_t k = 0; k < sizeof special / sizeof *special; k++) {
      const size_t n = strlen(special[k].text);
      if (strncmp(p, special[k].text, n) != 0) continue;
      *x = special[k].value;
      *whole = false;
      return p + n;
    }
    return NULL;
  }
  *x = strtod(p, &stop);
  if (*whole) *x += 0.0; /* no -0 among whole numbers */
  return stop == p + size && (!*whole || fabs(*x) < 1e15) ? stop : NULL;
}

/* A row of numbers, up to the next line; NULL where it is not plain. *fraction[j] where one is no whole
 * number. */
static const char *read_row(const char *p, int64_t columns, double *out, bool *fraction) {
  for (int64_t j = 0; j < columns; j++) {
    bool whole;
    p = read_number(skip_blank(p), &out[j], &whole);
    if (!p) return NULL;
    if (!whole) fraction[j] = true;
    p = skip_blank(p);
    if (j + 1 < columns && *p++ != ',') return NULL;
  }
  if (*p == '\r') p++;
  return *p == '\n' ? p + 1 : NULL;
}

/* kernel.array_parse_csv(text, at, columns) -> an array of the rows from there on, and a list: which columns
 * are whole. Nothing where a row is not plain: lunate.csv reads it then, or says what is wrong. */
static int array_parse_csv(lua_State *L) {
  size_t size;
  const char *text = luaL_checklstring(L, 1, &size), *end = text + size;
  const int64_t at = luaL_checkinteger(L, 2) - 1, columns = luaL_checkinteger(L, 3);
  int64_t shape[2] = {0, columns};
  for (const char *p = text + at; (p = next_row(p, end)); shape[0]++) {
    p = memchr(p, '\n', (size_t)(end - p));
    if (!p++) return 0;
  }
  bool *fraction = lua_newuserdatauv(L, (size_t)columns, 0);
  memset(fraction, 0, (size_t)columns);
  double *out = ln_array_push_new(L, 2, shape);
  const char *p = text + at;
  for (int64_t i = 0; i < shape[0]; i++) {
    p = read_row(next_row(p, end), columns, out + i * columns, fraction);
    if (!p) return 0;
  }
  lua_createtable(L, (int)columns, 0);
  for (int64_t j = 0; j < columns; j++) {
    lua_pushboolean(L, !fraction[j]);
    lua_seti(L, -2, j + 1);
  }
  return 2;
}

/* With all digits, so that the very number comes back; a double with a point or an exponent. */
static int format_number(char *text, size_t size, double x, bool whole) {
  if (isnan(x)) return snprintf(text, size, "nan");
  if (whole) return snprintf(text, size, "%.0f", x);
  const int n = snprintf(text, size, "%.17g", x);
  return strspn(text, "-0123456789") < (size_t)n ? n : n + snprintf(text + n, size - (size_t)n, ".0");
}

/* kernel.array_format_csv(a, first, last): the lines of these rows of one or two dimensions. */
static int array_format_csv(lua_State *L) {
  const ln_array_info a = ln_array_check(L, 1);
  const int64_t first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
  const int64_t columns = a.ndim > 1 ? a.shape[1] : 1;
  if (first < 1 || last > a.shape[0])
    return ln_array_fail(L, "the array has %I rows", (LUAI_UACINT)a.shape[0]);
  luaL_Buffer lines;
  luaL_buffinit(L, &lines);
  for (int64_t i = first - 1; i < last; i++) {
    for (int64_t j = 0; j < columns; j++) {
      enum { ROOM = 40 };
      char *text = luaL_prepbuffsize(&lines, ROOM);
      int n = format_number(text, ROOM, a.data[i * columns + j], a.kind != LN_ARRAY_DOUBLE);
      text[n++] = j + 1 < columns ? ',' : '\n';
      luaL_addsize(&lines, (size_t)n);
    }
    if (columns == 0) luaL_addchar(&lines, '\n');
  }
  luaL_pushresult(&lines);
  return 1;
}

void ln_open_array_csv(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"array_parse_csv", array_parse_csv}, {"array_format_csv", array_format_csv}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
