/* array.c - arithmetic on dense arrays of doubles. See array.h. */
#include "array.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "clones.h"

/* The loops with one operand a number are written out: so they vectorise. */
#define APPLY(expression)                              \
  if (a_step && b_step) {                              \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k], y = b[k];                 \
      out[k] = (expression);                           \
    }                                                  \
  } else if (a_step) {                                 \
    const double y = *b;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double x = a[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (b_step) {                                 \
    const double x = *a;                               \
    for (int64_t k = 0; k < n; k++) {                  \
      const double y = b[k];                           \
      out[k] = (expression);                           \
    }                                                  \
  } else if (n > 0) {                                  \
    const double x = *a, y = *b, value = (expression); \
    for (int64_t k = 0; k < n; k++) out[k] = value;    \
  }                                                    \
  break

static double modulo(double x, double y) {
  const double r = fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

void ln_array_apply(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                    double *out) {
  switch (op) {
    case LN_ARRAY_ADD: APPLY(x + y);
    case LN_ARRAY_SUB: APPLY(x - y);
    case LN_ARRAY_MUL: APPLY(x * y);
    case LN_ARRAY_DIV: APPLY(x / y);
    case LN_ARRAY_POW:
      if (!b_step && *b == 2) {
        for (int64_t k = 0; k < n; k++) out[k] = a[k * a_step] * a[k * a_step];
        break;
      }
      APPLY(pow(x, y));
    case LN_ARRAY_MOD: APPLY(modulo(x, y));
    case LN_ARRAY_MINIMUM: APPLY(x < y || isnan(x) ? x : y);
    case LN_ARRAY_MAXIMUM: APPLY(x > y || isnan(x) ? x : y);
    case LN_ARRAY_ATAN2: APPLY(atan2(x, y));
    default: break;
  }
}

void ln_array_compare(ln_array_op op, int64_t n, const double *a, int a_step, const double *b, int b_step,
                      uint8_t *out) {
  switch (op) {
    case LN_ARRAY_LT: APPLY(x < y);
    case LN_ARRAY_LE: APPLY(x <= y);
    case LN_ARRAY_GT: APPLY(x > y);
    case LN_ARRAY_GE: APPLY(x >= y);
    case LN_ARRAY_EQ: APPLY(x == y);
    case LN_ARRAY_NE: APPLY(x != y);
    default: break;
  }
}

/* ------------------------------------------------------------------------------------- broadcasting */

enum { PIECE = 2048 }; /* so much of a row at a time where something stays in the cache for it */

LN_CLONES bool ln_array_is_whole(const double *x, int64_t n) {
  int64_t odd = 0; /* no branch, so that it vectorises */
  for (int64_t k = 0; k < n; k++) odd += (fabs(x[k]) <= LN_ARRAY_WHOLE) & (rint(x[k]) == x[k]) ? 0 : 1;
  return odd == 0;
}

/* The same of results of whole numbers, which can only be too large. */
LN_CLONES static bool is_exact(const double *x, int64_t n) {
  int64_t odd = 0;
  for (int64_t k = 0; k < n; k++) odd += fabs(x[k]) <= LN_ARRAY_WHOLE ? 0 : 1;
  return odd == 0;
}

static bool stays_whole(ln_array_op op, const double *x, int64_t n) {
  if (op == LN_ARRAY_MINIMUM || op == LN_ARRAY_MAXIMUM) return true;
  return op == LN_ARRAY_POW ? ln_array_is_whole(x, n) : is_exact(x, n);
}

void ln_array_from_mask(const uint8_t *mask, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = mask[k];
}

int64_t ln_array_count(const uint8_t *mask, int64_t n) {
  int64_t count = 0;
  for (int64_t k = 0; k < n; k++) count += mask[k];
  return count;
}

void ln_array_select(const void *x, const uint8_t *mask, int64_t n, int bytes, void *out) {
  const int64_t most = ln_array_count(mask, n);
  int64_t at = 0;
  if (bytes == 1) {
    for (int64_t k = 0; at < most; k++) {
      ((uint8_t *)out)[at] = ((const uint8_t *)x)[k];
      at += mask[k];
    }
  } else {
    for (int64_t k = 0; at < most; k++) { /* writes before it knows: no branch to guess */
      ((double *)out)[at] = ((const double *)x)[k];
      at += mask[k];
    }
  }
}

static void combine(ln_array_op op, int64_t n, const uint8_t *a, int64_t a_step, const uint8_t *b,
                    int64_t b_step, uint8_t *restrict out) {
  if (a_step && b_step) {
    for (int64_t k = 0; k < n && op == LN_ARRAY_MAXIMUM; k++) out[k] = a[k] | b[k];
    for (int64_t k = 0; k < n && op != LN_ARRAY_MAXIMUM; k++) out[k] = a[k] & b[k];
    return;
  }
  if (n == 0) return;
  if (a_step) combine(op, n, b, 0, a, 1, out); /* one byte with each; or one byte with one */
  else if ((op == LN_ARRAY_MAXIMUM) == *a) memset(out, *a, (size_t)n);
  else if (b_step) memcpy(out, b, (size_t)n);
  else memset(out, *b, (size_t)n);
}

/* The doubles of a piece of a row: where they are, or those of a mask in the buffer. */
static const double *doubles(const ln_array_operand *a, int64_t place, int64_t n, double *buffer) {
  if (!a->is_mask) return (const double *)a->data + place;
  ln_array_from_mask((const uint8_t *)a->data + place, a->step[2] ? n : 1, buffer);
  return buffer;
}

static bool do_row(ln_array_op op, int64_t n, const ln_array_operand *a, int64_t at_a,
                   const ln_array_operand *b, int64_t at_b, ln_array_kind kind, void *out, int64_t at) {
  double x[PIECE], y[PIECE];
  const int64_t sa = a->step[2], sb = b->step[2];
  if (kind == LN_ARRAY_BOOLEAN && op < LN_ARRAY_LT) {
    combine(op, n, (const uint8_t *)a->data + at_a, sa, (const uint8_t *)b->data + at_b, sb,
            (uint8_t *)out + at);
    return true;
  }
  const int64_t piece = a->is_mask || b->is_mask || kind == LN_ARRAY_INTEGER ? PIECE : n;
  for (int64_t k = 0; k < n; k += piece) {
    const int64_t count = n - k < piece ? n - k : piece;
    const double *p = doubles(a, at_a + k * sa, count, x), *q = doubles(b, at_b + k * sb, count, y);
    if (kind == LN_ARRAY_BOOLEAN) {
      ln_array_compare(op, count, p, (int)sa, q, (int)sb, (uint8_t *)out + at + k);
      continue;
    }
    double *to = (double *)out + at + k;
    ln_array_apply(op, count, p, (int)sa, q, (int)sb, to);
    if (kind == LN_ARRAY_INTEGER && !stays_whole(op, to, count)) return false;
  }
  return true;
}

bool ln_array_broadcast(ln_array_op op, const int64_t shape[3], const ln_array_operand *a,
                        const ln_array_operand *b, ln_array_kind kind, void *out) {
  for (int64_t i = 0; i < shape[0]; i++) {
    for (int64_t j = 0; j < shape[1]; j++) {
      if (!do_row(op, shape[2], a, i * a->step[0] + j * a->step[1], b, i * b->step[0] + j * b->step[1], kind,
                  out, (i * shape[1] + j) * shape[2])) {
        return false;
      }
    }
  }
  return true;
}

static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }

ln_array_function ln_array_find_function(const char *name) {
  static const struct {
    const char *name;
    ln_array_function f;
  } functions[] = {{"exp", exp},        {"log", log},
                   {"log10", log10},    {"log2", log2},
                   {"log1p", log1p},    {"expm1", expm1},
                   {"sqrt", sqrt},      {"sin", sin},
                   {"cos", cos},        {"tan", tan},
                   {"arcsin", asin},    {"arccos", acos},
                   {"arctan", atan},    {"sinh", sinh},
                   {"cosh", cosh},      {"tanh", tanh},
                   {"abs", fabs},       {"floor", floor},
                   {"ceil", ceil},      {"round", round},
                   {"sign", sign},      {"erf", erf},
                   {"erfc", erfc},
                   {"lgamma", lgamma}};
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    if (strcmp(name, functions[k].name) == 0) return functions[k].f;
  }
  return NULL;
}

LN_CLONES static void round_down(int64_t n, const double *x, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = floor(x[k]);
}

LN_CLONES static void round_up(int64_t n, const double *x, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = ceil(x[k]);
}

void ln_array_map(ln_array_function f, int64_t n, const double *x, double *out) {
  if (f == (ln_array_function)floor) {
    round_down(n, x, out);
  } else if (f == (ln_array_function)ceil) {
    round_up(n, x, out);
  } else if (f == (ln_array_function)sqrt) { /* these vectorise */
    for (int64_t k = 0; k < n; k++) out[k] = sqrt(x[k]);
  } else if (f == (ln_array_function)fabs) {
    for (int64_t k = 0; k < n; k++) out[k] = fabs(x[k]);
  } else {
    for (int64_t k = 0; k < n; k++) out[k] = f(x[k]);
  }
}
