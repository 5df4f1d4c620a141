/* roofline.c - yardsticks: streaming, adding rows, and a neuron update written with vectors by hand.
 *
 * Times are the best of many short windows: other programs cost a window, not the measurement.
 * The update is that of the microcircuit of Potjans and Diesmann: exact integration of a membrane and a
 * current, a constant input, a refractory countdown of 16 bits: 24 bytes a neuron read or written, no call.
 */
#include "roofline.h"
#include <math.h>
#include <string.h>
#include "memory.h"

#define STREAM_BYTES ((size_t)96 << 20) /* beyond any cache */
#define ROW 1900
#define ROWS 400                        /* between looks at the clock */
#define TARGETS 38592                   /* neurons of one of two ranks */
#define PASSES 5
#define WINDOW ((size_t)6 << 20)        /* bytes between looks at the clock: less than a millisecond */
#define STEPS 400
#define STEPS_A_WINDOW 20

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define LN_VECTOR __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define LN_VECTOR
#endif

typedef uint64_t words __attribute__((vector_size(64)));
typedef float reals __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef int16_t shorts __attribute__((vector_size(32)));

static volatile uint64_t sink; /* where results go, so that nothing is optimised away */

LN_VECTOR static void read_all(const uint64_t *a, size_t n) {
  words sum[4] = {{0}};
  for (size_t k = 0; k + 32 <= n; k += 32) {
    for (int q = 0; q < 4; q++) {
      words w;
      memcpy(&w, a + k + 8 * q, sizeof w);
      sum[q] ^= w;
    }
  }
  words all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
  sink = all[0] ^ all[1] ^ all[2] ^ all[3] ^ all[4] ^ all[5] ^ all[6] ^ all[7];
}

static void add_row(const uint16_t *target, const float *weight, float *to) {
  for (int k = 0; k < ROW; k++) to[target[k]] += weight[k];
}

/* What the plainest learning takes: an addition, then a weight that depends on its target and is kept within bounds. */
LN_VECTOR static void learn_row(const uint16_t *restrict target, float *restrict weight, const float *restrict trace, float rate) {
  for (int k = 0; k < ROW; k++) {
    float w = weight[k] - rate * weight[k] * trace[target[k]];
    weight[k] = w < 0 ? 0 : w > 1 ? 1 : w;
  }
}

#define choose(mask, a, b) ((reals)(((ints)(a) & (mask)) | ((ints)(b) & ~(mask))))

typedef struct cells {
  float *v, *current, *constant;
  int16_t *wait;
} cells;

LN_VECTOR static int64_t update(const cells *c, float decay_v, float decay_i, float share, float gain) {
  int64_t hits = 0;
  for (int k = 0; k < TARGETS; k += 16) {
    reals v = *(reals *)(c->v + k), i = *(reals *)(c->current + k), dc = *(reals *)(c->constant + k);
    shorts wait = *(shorts *)(c->wait + k);
    reals next = v * decay_v + i * share + dc * gain;
    ints busy = __builtin_convertvector(wait > 0, ints);
    next = choose(busy, v, next);
    ints hit = next >= 15.0f;
    words any = (words)hit;
    wait -= (shorts)(wait > 0) & 1;
    if (__builtin_expect((any[0] | any[1] | any[2] | any[3] | any[4] | any[5] | any[6] | any[7]) != 0, 0)) {
      next = choose(hit, (reals){0}, next);
      wait = (wait & ~__builtin_convertvector(hit, shorts)) | (__builtin_convertvector(hit, shorts) & 20);
      for (int q = 0; q < 16; q++) hits -= hit[q];
    }
    *(reals *)(c->v + k) = next;
    *(reals *)(c->current + k) = i * decay_i;
    *(shorts *)(c->wait + k) = wait;
  }
  return hits;
}

/* ------------------------------------------------------------------ measuring */

static double best(double a, double b) { return a < b ? a : b; }

int ln_roofline_stream(ln_roofline *out, ln_comm *comm, ln_error *err) {
  *out = (ln_roofline){0};
  uint64_t *a = ln_alloc(STREAM_BYTES);
  int code = a ? 0 : ln_fail(err, LN_ENOMEM, "no memory to measure the bandwidth");
  code = ln_comm_agree(comm, code, err);
  if (code) {
    ln_free(a);
    return code;
  }
  memset(a, 1, STREAM_BYTES); /* pages of its own */
  double s = INFINITY;
  ln_comm_barrier(comm);
  for (int pass = 0; pass < PASSES; pass++) {
    for (size_t at = 0; at < STREAM_BYTES; at += WINDOW) {
      double start = ln_comm_wtime();
      read_all(a + at / sizeof *a, WINDOW / sizeof *a);
      s = best(s, ln_comm_wtime() - start);
    }
  }
  out->stream = (double)WINDOW / s;
  ln_free(a);
  return 0;
}

static double measure_rows(ln_comm *comm, uint16_t *target, float *weight, float *to, size_t n) {
  uint32_t x = 1;
  for (size_t k = 0; k < n; k++) { /* ascending within a row, spread over all targets */
    x = x * 1664525u + 1013904223u;
    target[k] = (uint16_t)((k % ROW * (TARGETS / ROW)) + (x >> 16) % (TARGETS / ROW));
    weight[k] = 1.0f;
  }
  double s = INFINITY;
  ln_comm_barrier(comm);
  for (int pass = 0; pass < PASSES; pass++) {
    for (size_t at = 0; at + ROWS * ROW <= n; at += ROWS * ROW) {
      double start = ln_comm_wtime();
      for (size_t k = at; k < at + ROWS * ROW; k += ROW) add_row(target + k, weight + k, to);
      s = best(s, ln_comm_wtime() - start);
    }
  }
  return s / (ROWS * ROW);
}

static double measure_learning(ln_comm *comm, const uint16_t *target, float *weight, const float *trace, float *to, size_t n) {
  double s = INFINITY;
  ln_comm_barrier(comm);
  for (int pass = 0; pass < PASSES; pass++) {
    for (size_t at = 0; at + ROWS * ROW <= n; at += ROWS * ROW) {
      double start = ln_comm_wtime();
      for (size_t k = at; k < at + ROWS * ROW; k += ROW) {
        add_row(target + k, weight + k, to);
        learn_row(target + k, weight + k, trace, 1e-9f);
      }
      s = best(s, ln_comm_wtime() - start);
    }
  }
  return s / (ROWS * ROW);
}

static double measure_update(ln_comm *comm, const cells *c) {
  double s = INFINITY;
  for (int k = 0; k < TARGETS; k++) c->constant[k] = 300.0f + (float)(k % 997) * 0.1f;
  int64_t hits = 0;
  ln_comm_barrier(comm);
  for (int pass = 0; pass < PASSES; pass++) {
    for (int step = 0; step < STEPS; step += STEPS_A_WINDOW) {
      double start = ln_comm_wtime();
      for (int k = 0; k < STEPS_A_WINDOW; k++) hits += update(c, 0.99f, 0.82f, 3.6e-4f, 4e-4f);
      s = best(s, ln_comm_wtime() - start);
    }
  }
  sink = (uint64_t)hits;
  return s / ((double)STEPS_A_WINDOW * TARGETS);
}

int ln_roofline_measure(ln_roofline *out, ln_comm *comm, ln_error *err) {
  int code = ln_roofline_stream(out, comm, err);
  if (code) return code;
  size_t n = STREAM_BYTES / 6 / ROW * ROW;
  uint16_t *target = ln_alloc_array(n, sizeof *target);
  float *weight = ln_alloc_array(n, sizeof *weight), *to = ln_alloc_array(TARGETS, sizeof *to);
  cells c = {ln_alloc_array(TARGETS, sizeof *c.v), ln_alloc_array(TARGETS, sizeof *c.current),
             ln_alloc_array(TARGETS, sizeof *c.constant), ln_alloc_array(TARGETS, sizeof *c.wait)};
  bool good = target && weight && to && c.v && c.current && c.constant && c.wait;
  code = ln_comm_agree(comm, good ? 0 : ln_fail(err, LN_ENOMEM, "no memory to measure the machine"), err);
  if (!code) {
    out->add = measure_rows(comm, target, weight, to, n);
    out->learn = measure_learning(comm, target, weight, c.constant, to, n);
    out->update = measure_update(comm, &c);
  }
  void *arrays[] = {target, weight, to, c.v, c.current, c.constant, c.wait};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) ln_free(arrays[k]);
  return code;
}
