/* memory.h - aligned arrays. Local.
 *
 * All arrays that a vector loop sees come from here: 64-byte aligned, zeroed, and on transparent huge
 * pages (madvise) from 4 MiB up.
 */
#ifndef LN_MEMORY_H
#define LN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL when there is no memory or bytes overflowed; bytes 0 gives a valid pointer. */
void *ln_alloc(size_t bytes);
/* count * size with overflow check. */
void *ln_alloc_array(size_t count, size_t size);
/* A larger (or smaller) copy; the added part is zeroed; frees old. On failure returns NULL and old stays. */
void *ln_realloc(void *old, size_t old_bytes, size_t new_bytes);
/* The same of an array of elements, in place: false, and it stays as it is, where there is no memory. */
bool ln_enlarge(void **array, int64_t had, int64_t have, size_t size);
void ln_free(void *p); /* accepts NULL */

/* Bytes this machine can still give out (the smaller of MemAvailable and the cgroup's rest). */
uint64_t ln_memory_available(void);

#endif
