/* memory.c - aligned, zeroed arrays that know their size.
 *
 * A small array is one aligned_alloc with 64 bytes in front that hold its size. A big one is its own
 * mapping: the data start on a 2 MiB boundary (so that huge pages fit), the size stands in the page
 * before. Big arrays grow by moving page tables (mremap), never by copying.
 */
#define _GNU_SOURCE
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SMALL_FRONT 64u            /* bytes before a small array */
#define BIG_FRONT 4096u            /* and before a big one */
#define BIG_FROM ((size_t)4 << 20) /* bytes from which an array is big */
#define HUGE_PAGE ((size_t)2 << 20)
#define MOST (SIZE_MAX / 4) /* more is surely a mistake, and sums of sizes below cannot overflow */

typedef struct front {
  size_t bytes;  /* as asked for */
  size_t mapped; /* whole mapping, front included; 0 for a small array */
} front;

static front *front_of(void *p) { return (front *)((char *)p - sizeof(front)); }

static size_t mapping_for(size_t bytes) { return BIG_FRONT + (bytes + 4095) / 4096 * 4096; }

/* Address space for an array of `bytes` whose data will be aligned; returns the mapping's start. */
static char *reserve(size_t bytes, int protection) {
  size_t want = mapping_for(bytes), slack = HUGE_PAGE;
  char *raw = mmap(NULL, want + slack, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (raw == MAP_FAILED) return NULL;
  uintptr_t data = ((uintptr_t)raw + BIG_FRONT + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
  char *start = (char *)data - BIG_FRONT;
  if (start > raw) munmap(raw, (size_t)(start - raw));
  char *end = start + want, *raw_end = raw + want + slack;
  if (raw_end > end) munmap(end, (size_t)(raw_end - end));
  return start;
}

static void *finish_big(char *start, size_t bytes) {
  char *p = start + BIG_FRONT;
  *front_of(p) = (front){bytes, mapping_for(bytes)};
  /* The front too: a mapping of two kinds cannot be moved as one. Only advice, a kernel may refuse it. */
  madvise(start, mapping_for(bytes), MADV_HUGEPAGE);
  return p;
}

static void *alloc_big(size_t bytes) {
  char *start = reserve(bytes, PROT_READ | PROT_WRITE);
  return start ? finish_big(start, bytes) : NULL;
}

void *ln_alloc(size_t bytes) {
  if (bytes > MOST) return NULL;
  if (bytes >= BIG_FROM) return alloc_big(bytes);
  size_t whole = SMALL_FRONT + (bytes + 63) / 64 * 64;
  char *raw = aligned_alloc(64, whole);
  if (!raw) return NULL;
  memset(raw, 0, whole);
  void *p = raw + SMALL_FRONT;
  front_of(p)->bytes = bytes;
  return p;
}

void *ln_alloc_array(size_t count, size_t size) {
  size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? NULL : ln_alloc(bytes);
}

void ln_free(void *p) {
  if (!p) return;
  front f = *front_of(p);
  if (f.mapped) munmap((char *)p - BIG_FRONT, f.mapped);
  else free((char *)p - SMALL_FRONT);
}

/* Both sizes big: in place where there is room, else to a new address by page tables. */
static void *resize_big(void *old, size_t kept, size_t new_bytes) {
  front f = *front_of(old);
  char *start = (char *)old - BIG_FRONT;
  size_t want = mapping_for(new_bytes);
  if (mremap(start, f.mapped, want, 0) == MAP_FAILED) {
    char *to = reserve(new_bytes, PROT_NONE);
    if (!to) return NULL;
    if (mremap(start, f.mapped, want, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) {
      munmap(to, want);
      return NULL;
    }
    start = to;
  }
  char *p = finish_big(start, new_bytes);
  size_t used = (f.mapped < want ? f.mapped : want) - BIG_FRONT; /* pages beyond are new, thus zero */
  if (used > kept) memset(p + kept, 0, used - kept);
  return p;
}

void *ln_realloc(void *old, size_t old_bytes, size_t new_bytes) {
  if (!old) return ln_alloc(new_bytes);
  if (new_bytes > MOST) return NULL;
  const front *f = front_of(old);
  size_t kept = old_bytes < f->bytes ? old_bytes : f->bytes;
  if (new_bytes < kept) kept = new_bytes;
  if (f->mapped && new_bytes >= BIG_FROM) return resize_big(old, kept, new_bytes);
  void *p = ln_alloc(new_bytes);
  if (!p) return NULL;
  memcpy(p, old, kept);
  ln_free(old);
  return p;
}

bool ln_enlarge(void **array, int64_t had, int64_t have, size_t size) {
  void *larger = ln_realloc(*array, (size_t)had * size, (size_t)have * size);
  if (larger) *array = larger;
  return larger != NULL;
}

/* ------------------------------------------------------------------ how much there is */

/* The number after `key` in a file of "key number" lines, or the file's only number when key is "". */
static uint64_t number_in(const char *path, const char *key) {
  FILE *file = fopen(path, "r");
  if (!file) return UINT64_MAX;
  char line[256];
  uint64_t value = UINT64_MAX;
  size_t length = strlen(key);
  while (fgets(line, sizeof line, file)) {
    unsigned long long x;
    if (strncmp(line, key, length) == 0 && sscanf(line + length, " %llu", &x) == 1) {
      value = x;
      break;
    }
  }
  fclose(file);
  return value; /* "max" in a limit stays UINT64_MAX */
}

/* What one control group leaves: its limit, less what is used and could not be given back. */
static uint64_t group_rest(const char *folder, const char *limit, const char *usage, const char *inactive) {
  char path[1280];
  snprintf(path, sizeof path, "%s/%s", folder, limit);
  uint64_t most = number_in(path, "");
  if (most == UINT64_MAX) return UINT64_MAX;
  snprintf(path, sizeof path, "%s/%s", folder, usage);
  uint64_t used = number_in(path, "");
  if (used == UINT64_MAX) return UINT64_MAX;
  snprintf(path, sizeof path, "%s/memory.stat", folder);
  uint64_t cache = number_in(path, inactive);
  if (cache != UINT64_MAX) used = used > cache ? used - cache : 0;
  return most > used ? most - used : 0;
}

/* The least of a group and all above it: a limit binds everything below. */
static uint64_t groups_rest(const char *root, const char *group, int version) {
  char folder[1024];
  uint64_t least = UINT64_MAX;
  snprintf(folder, sizeof folder, "%s%s", root, group);
  for (;;) {
    uint64_t rest = version == 2 ? group_rest(folder, "memory.max", "memory.current", "inactive_file ")
                                 : group_rest(folder, "memory.limit_in_bytes", "memory.usage_in_bytes",
                                              "total_inactive_file ");
    if (rest < least) least = rest;
    char *slash = strrchr(folder, '/');
    if (!slash || (size_t)(slash - folder) < strlen(root)) return least;
    *slash = '\0';
  }
}

static uint64_t cgroup_rest(void) {
  FILE *file = fopen("/proc/self/cgroup", "r");
  if (!file) return UINT64_MAX;
  char line[1024];
  uint64_t least = UINT64_MAX;
  while (fgets(line, sizeof line, file)) { /* "4:memory:/group" (version 1) or "0::/group" (version 2) */
    line[strcspn(line, "\n")] = '\0';
    char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
    if (!group) continue;
    *group++ = '\0';
    uint64_t rest = UINT64_MAX;
    if (names[1] == '\0') rest = groups_rest("/sys/fs/cgroup", group, 2);
    else if (strstr(names + 1, "memory")) rest = groups_rest("/sys/fs/cgroup/memory", group, 1);
    if (rest < least) least = rest;
  }
  fclose(file);
  return least;
}

uint64_t ln_memory_available(void) {
  uint64_t kib = number_in("/proc/meminfo", "MemAvailable:"), group = cgroup_rest();
  uint64_t machine = kib == UINT64_MAX ? UINT64_MAX : kib * 1024;
  return machine < group ? machine : group;
}
