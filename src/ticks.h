/* ticks.h - the processor's time counter, for timers that may be read several times a step. Local.
 *
 * A tick costs a few nanoseconds where a system clock costs tens. How long a tick is, is measured against
 * ln_comm_wtime over each run.
 */
#ifndef LN_TICKS_H
#define LN_TICKS_H

#include <stdint.h>
#if defined(__x86_64__)
#include <x86intrin.h>
static inline uint64_t ln_ticks(void) { return __rdtsc(); }
#elif defined(__aarch64__)
static inline uint64_t ln_ticks(void) {
  uint64_t t;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
  return t;
}
#else
#include <time.h>
static inline uint64_t ln_ticks(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
#endif

#endif
