/* flush.h - the floating-point mode of a run: tiny numbers count as zero, exceptions stay silent. Local.
 *
 * Decaying variables reach denormal numbers, which cost a hundred times an ordinary operation on many
 * processors. The mode is set for the kernel's loop only and put back, so that the caller sees nothing.
 */
#ifndef LN_FLUSH_H
#define LN_FLUSH_H

#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
static inline uint64_t ln_flush_begin(void) {
  unsigned old = _mm_getcsr();
  _mm_setcsr(0x1f80 | 0x8040); /* round to nearest, all exceptions masked; FTZ, DAZ */
  return old;
}
static inline void ln_flush_end(uint64_t old) { _mm_setcsr((unsigned)old); }
#elif defined(__aarch64__)
static inline uint64_t ln_flush_begin(void) {
  uint64_t old;
  __asm__ volatile("mrs %0, fpcr" : "=r"(old));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24)); /* FZ; nothing trapped */
  return old;
}
static inline void ln_flush_end(uint64_t old) { __asm__ volatile("msr fpcr, %0" : : "r"(old)); }
#else
static inline uint64_t ln_flush_begin(void) { return 0; }
static inline void ln_flush_end(uint64_t old) { (void)old; }
#endif

#endif
