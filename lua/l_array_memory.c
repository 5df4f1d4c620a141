/* l_array_memory.c - memory of arrays: when Lua is to look for garbage, and what was garbage kept for
 * results of the same size. `a + b` then costs what the loop does, not the several times as much that new
 * pages cost.
 *
 * Lua's collector sees a few bytes an array. It is told to collect whenever many times as much was allocated
 * as it has to look through, so that this costs little beside the arithmetic, or at least as much as there
 * are arrays alive, and some MiB: garbage is never much more than what is in use, and few buffers take turns,
 * so that they stay in a cache.
 */
#include "l_array.h"

#include "memory.h"

#define MIB ((int64_t)1 << 20)

enum {
  KEPT = 256,            /* buffers at most ... */
  KEPT_FROM = 1 << 15    /* ... of so many bytes or more */
};
#define KEPT_LEAST (64 * MIB) /* so many bytes of them, or half as many as arrays hold */
#define COLLECT_AFTER (32 * MIB)

static struct {
  void *data;
  int64_t bytes;
} kept[KEPT];
static int64_t kept_bytes, alive;     /* alive: of all arrays, garbage or not */
static int64_t alive_then, new_bytes; /* alive after the last collection; what came since */
static int kept_next;

static void forget(int k) {
  ln_free(kept[k].data);
  kept_bytes -= kept[k].bytes;
  kept[k].data = NULL;
  kept[k].bytes = 0;
}

static void forget_all(void) {
  for (int k = 0; k < KEPT; k++) forget(k);
}

void ln_array_release(void *data, int64_t bytes) {
  if (!data) return;
  alive -= bytes;
  const int64_t most = alive / 2 > KEPT_LEAST ? alive / 2 : KEPT_LEAST;
  if (bytes < KEPT_FROM || bytes > most) {
    ln_free(data);
    return;
  }
  kept_next = (kept_next + 1) % KEPT; /* the oldest makes room */
  forget(kept_next);
  for (int k = 1; k < KEPT && kept_bytes + bytes > most; k++) forget((kept_next + k) % KEPT);
  kept[kept_next].data = data;
  kept[kept_next].bytes = bytes;
  kept_bytes += bytes;
}

static void *take_kept(int64_t bytes) {
  for (int back = 0; bytes >= KEPT_FROM && back < KEPT; back++) {
    const int k = (kept_next + KEPT - back) % KEPT; /* the last one may still be in a cache */
    if (kept[k].bytes != bytes) continue;
    void *data = kept[k].data;
    kept_bytes -= bytes;
    kept[k].data = NULL;
    kept[k].bytes = 0;
    return data;
  }
  return NULL;
}

static void collect(lua_State *L) {
  lua_gc(L, LUA_GCCOLLECT);
  alive_then = alive;
  new_bytes = 0;
}

void ln_array_count_new(lua_State *L, int64_t bytes) {
  const int64_t heap = (int64_t)lua_gc(L, LUA_GCCOUNT) * 1024; /* what a collection has to look through */
  int64_t limit = alive_then < 16 * heap ? alive_then : 16 * heap;
  if (limit < 4 * heap) limit = 4 * heap;
  if (limit < COLLECT_AFTER) limit = COLLECT_AFTER;
  if (new_bytes + bytes > limit) collect(L);
  new_bytes += bytes;
  alive += bytes;
}

void *ln_array_memory(lua_State *L, int64_t bytes) {
  ln_array_count_new(L, bytes);
  void *data = take_kept(bytes);
  if (data) return data;
  if (bytes >= 64 * MIB && (uint64_t)bytes > ln_memory_available()) { /* asking the system takes time */
    collect(L);
    forget_all();
    if ((uint64_t)bytes <= ln_memory_available()) data = ln_alloc((size_t)bytes);
  } else {
    data = ln_alloc((size_t)bytes);
  }
  if (!data) alive -= bytes;
  return data;
}
