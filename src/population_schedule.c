/* population_schedule.c - a population without a model: spikes at given ticks of its clock, once or again and again.
 */
#include "block.h"
#include "memory.h"
#include "population_struct.h"

int ln_schedule_check(const ln_schedule *s, const char *name, int64_t size, ln_error *err) {
  if (s->period < 0) return ln_fail(err, LN_EINVAL, "%s: a period of %lld ticks", name, (long long)s->period);
  if (s->period && s->n && s->step[s->n - 1] >= s->period) {
    return ln_fail(err, LN_EINVAL, "%s: a spike at tick %lld, but a period of %lld ticks", name,
                   (long long)s->step[s->n - 1], (long long)s->period);
  }
  for (int64_t k = 0; k < s->n; k++) {
    if (s->gid[k] < 0 || s->gid[k] >= size) {
      return ln_fail(err, LN_EINVAL, "%s: spike %lld is of neuron %lld; expected 1 to %lld", name,
                     (long long)k + 1, (long long)s->gid[k] + 1, (long long)size);
    }
    if (s->step[k] < 0) {
      return ln_fail(err, LN_EINVAL, "%s: spike %lld (neuron %lld) has a negative time", name,
                     (long long)k + 1, (long long)s->gid[k] + 1);
    }
    if (k == 0 || s->step[k - 1] < s->step[k]) continue;
    if (s->step[k - 1] == s->step[k] && s->gid[k - 1] < s->gid[k]) continue;
    if (s->step[k - 1] == s->step[k] && s->gid[k - 1] == s->gid[k]) {
      return ln_fail(err, LN_EINVAL, "%s: neuron %lld has two spikes within step %lld", name,
                     (long long)s->gid[k] + 1, (long long)s->step[k]);
    }
    return ln_fail(err, LN_EINVAL, "%s: the spikes given are not sorted by step and neuron (at spike %lld)",
                   name, (long long)k + 1);
  }
  return LN_OK;
}

int ln_population_take_schedule(ln_population *p, const ln_schedule *s) {
  int64_t n = 0, *step;
  uint32_t *lid;
  for (int64_t k = 0; k < s->n; k++) n += s->gid[k] >= p->gid_lo && s->gid[k] < p->gid_hi;
  step = ln_alloc_array((size_t)n, sizeof *step);
  lid = ln_alloc_array((size_t)n, sizeof *lid);
  if (!step || !lid) {
    ln_free(step);
    ln_free(lid);
    return LN_ENOMEM;
  }
  ln_free(p->schedule_step);
  ln_free(p->schedule_lid);
  p->schedule_step = step;
  p->schedule_lid = lid;
  p->n_schedule = 0;
  p->period = s->period;
  for (int64_t k = 0; k < s->n; k++) {
    if (s->gid[k] < p->gid_lo || s->gid[k] >= p->gid_hi) continue;
    step[p->n_schedule] = s->step[k];
    lid[p->n_schedule++] = (uint32_t)(s->gid[k] - p->gid_lo);
  }
  return LN_OK;
}

int ln_population_set_schedule(ln_population *p, const ln_schedule *s, ln_error *err) {
  if (p->unit) return ln_fail(err, LN_EINVAL, "%s: its spikes follow from its model", p->name);
  int code = ln_schedule_check(s, p->name, p->size, err);
  if (!code) code = ln_population_take_schedule(p, s);
  if (code == LN_ENOMEM) ln_fail(err, code, "%s: no memory for %lld spikes", p->name, (long long)s->n);
  return ln_comm_agree(p->place.comm, code, err);
}

static int64_t phase(const ln_population *p, int64_t tick) { return p->period ? tick % p->period : tick; }

void ln_population_find_schedule(ln_population *p, int64_t tick) {
  int64_t lo = 0, hi = p->n_schedule, from = phase(p, tick);
  while (lo < hi) {
    int64_t mid = (lo + hi) / 2;
    if (p->schedule_step[mid] < from) lo = mid + 1;
    else hi = mid;
  }
  p->next = lo;
}

int64_t ln_population_follow_schedule(ln_population *p, int64_t tick) {
  int32_t *last = ln_block_last(p->place.block) + p->blid;
  int64_t n = 0, now = phase(p, tick);
  if (p->period && now == 0) p->next = 0;
  for (; p->next < p->n_schedule && p->schedule_step[p->next] == now; p->next++) {
    p->spike[n] = p->schedule_lid[p->next];
    last[p->spike[n++]] = (int32_t)tick;
  }
  return n;
}
