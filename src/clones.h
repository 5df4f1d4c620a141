/* clones.h - loops compiled for processors with AVX2, too, and chosen when the program starts. Nothing is
 * fused, so that the bits are the same.
 */
#ifndef LN_CLONES_H
#define LN_CLONES_H

#if defined __x86_64__
#define LN_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define LN_CLONES
#endif

#endif
