/* recorder_struct.h - the struct, for recorder.c and recorder_read.c alone. */
#ifndef LN_RECORDER_STRUCT_H
#define LN_RECORDER_STRUCT_H

#include "population_p.h"
#include "recorder_p.h"

struct ln_recorder {
  ln_population *population;
  ln_comm *comm;
  bool spikes, counts, closed;
  int event;                 /* as in the spec */
  int64_t lo, hi, every;
  int n_var;
  int *var;                  /* as in the spec */
  int n_expression;
  ln_value *expression;
  double **expression_par;
  uint64_t key;
  bool listed;
  int64_t *neurons;          /* listed: all, as named */
  int64_t n_neurons;         /* all, listed or not */
  int64_t *own;              /* listed: own neurons' global indices … */
  int64_t *own_lid;          /* … and places in the slice */
  int64_t gid_lo;            /* first of the population's own slice */
  int64_t own_lo, n_own;     /* own_lo: not listed, the first own of [lo, hi) */
  ln_record_sink sink;
  bool has_sink;
  int64_t buffer_bytes;
  int64_t wait;              /* spikes to a sink: steps until the buffers are looked at */
  int64_t worst;             /* bytes that one step may add on some rank */
  int64_t flush_at;          /* states to a sink: samples that fill the buffer */
  int64_t n, capacity;       /* spikes or samples held */
  int64_t n_handed;          /* given to the sink */
  int64_t *step, *gid;       /* gid: spikes only; of counts, how many */
  double *row;               /* n_var * n_own a sample, or n_var a spike */
};

static inline size_t ln_recorder_row_size(const ln_recorder *r) {
  return (size_t)r->n_var * (r->spikes ? 1 : (size_t)r->n_own);
}

#endif
