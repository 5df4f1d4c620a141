/* block.c - the state of all neurons of one compiled model on this rank.
 *
 * All arrays lie in one allocation, so that they grow, are counted and are copied as one. Big arrays start
 * at different places within a page: a sweep reads all of them side by side, and equal low address bits
 * would have them fight for the same lines of the first cache.
 */
#include "block.h"
#include <string.h>
#include "element.h"
#include "memory.h"

enum { PAGE = 4096, LINE = 64, STAGGER = 5 * LINE };

struct ln_block {
  ln_model *model;
  int n_var;              /* of the model; after them come last, nid and gid */
  int64_t size, capacity; /* neurons, multiples of LN_LANES */
  char *arena;
  size_t arena_bytes;
  size_t *offset;         /* n_var + 3 places in the arena; SIZE_MAX for a shared variable */
};

/* Bytes an element of array number k; 0 for a shared variable. */
static size_t width(const ln_block *b, int k) {
  if (k >= b->n_var) return 4;
  const ln_unit *unit = ln_model_unit(b->model);
  if (unit->var[k].flags & LN_SHARED) return 0;
  return ln_element_size(ln_element_of(unit, k));
}

/* Where the arrays of `capacity` neurons would start (offset may be NULL); returns the bytes in all. */
static size_t layout(const ln_block *b, int64_t capacity, size_t *offset) {
  size_t end = 0;
  int place = 0;
  for (int k = 0; k < b->n_var + 3; k++) {
    size_t bytes = width(b, k) * (size_t)capacity, start = end;
    if (bytes >= PAGE) {
      start = end / PAGE * PAGE + (size_t)place * STAGGER % PAGE;
      if (start < end) start += PAGE;
      place++;
    }
    if (offset) offset[k] = width(b, k) ? start : SIZE_MAX;
    end = start + bytes;
  }
  return end;
}

int ln_block_create(ln_block **out, ln_model *model, ln_error *err) {
  *out = NULL;
  int n_var = model ? ln_model_unit(model)->n_var : 0;
  ln_block *b = ln_alloc(sizeof *b);
  size_t *offset = ln_alloc_array((size_t)n_var + 3, sizeof *offset);
  if (!b || !offset) {
    ln_free(b);
    ln_free(offset);
    return ln_fail(err, LN_ENOMEM, "no memory for the variables of a model");
  }
  *b = (ln_block){.model = model ? ln_model_retain(model) : NULL, .n_var = n_var, .offset = offset};
  layout(b, 0, offset);
  *out = b;
  return LN_OK;
}

void ln_block_destroy(ln_block *b) {
  if (!b) return;
  ln_free(b->arena);
  ln_free(b->offset);
  ln_model_release(b->model);
  ln_free(b);
}

static int64_t padded(int64_t n) { return (n + LN_LANES - 1) / LN_LANES * LN_LANES; }

/* A block that grows again is likely to grow once more. */
static int64_t capacity_for(const ln_block *b, int64_t size) {
  if (size <= b->capacity) return b->capacity;
  int64_t generous = padded(b->size + b->size / 4);
  return size > generous ? size : generous;
}

uint64_t ln_block_bytes_to_extend(const ln_block *b, int64_t n) {
  int64_t capacity = capacity_for(b, b->size + padded(n));
  return capacity > b->capacity ? layout(b, capacity, NULL) : 0;
}

static int grow(ln_block *b, int64_t capacity, ln_error *err) {
  size_t bytes = layout(b, capacity, NULL);
  size_t *offset = ln_alloc_array((size_t)b->n_var + 3, sizeof *offset);
  char *arena = offset ? ln_alloc(bytes) : NULL;
  if (!arena) {
    ln_free(offset);
    return ln_fail(err, LN_ENOMEM, "no memory for the variables of %lld neurons (%.3g GiB)",
                   (long long)capacity, (double)bytes / 0x1p30);
  }
  layout(b, capacity, offset);
  for (int k = 0; k < b->n_var + 3; k++) {
    if (b->size && width(b, k))
      memcpy(arena + offset[k], b->arena + b->offset[k], width(b, k) * (size_t)b->size);
  }
  ln_free(b->arena);
  ln_free(b->offset);
  b->arena = arena;
  b->arena_bytes = bytes;
  b->offset = offset;
  b->capacity = capacity;
  return LN_OK;
}

int ln_block_extend(ln_block *b, int64_t n, int64_t *first, ln_error *err) {
  int64_t size = b->size + padded(n);
  if (n < 0 || size > UINT32_MAX) {
    return ln_fail(err, LN_EINVAL, "%lld neurons of one model on one rank; at most 2^32 are possible",
                   (long long)size);
  }
  int64_t capacity = capacity_for(b, size);
  if (capacity > b->capacity) {
    int code = grow(b, capacity, err);
    if (code) return code;
  }
  *first = b->size;
  b->size = size;
  for (int64_t k = *first; k < size; k++) {
    ln_block_last(b)[k] = LN_NEVER;
    ln_block_nid(b)[k] = UINT32_MAX;
  }
  return LN_OK;
}

int64_t ln_block_size(const ln_block *b) { return b->size; }
ln_model *ln_block_model(const ln_block *b) { return b->model; }
uint64_t ln_block_bytes(const ln_block *b) { return b->arena_bytes; }

void *ln_block_var(const ln_block *b, int var) {
  return b->offset[var] == SIZE_MAX ? NULL : b->arena + b->offset[var];
}
int32_t *ln_block_last(const ln_block *b) { return (int32_t *)(void *)(b->arena + b->offset[b->n_var]); }
uint32_t *ln_block_nid(const ln_block *b) { return (uint32_t *)(void *)(b->arena + b->offset[b->n_var + 1]); }
uint32_t *ln_block_gid(const ln_block *b) { return (uint32_t *)(void *)(b->arena + b->offset[b->n_var + 2]); }

const void *ln_block_image(const ln_block *b, size_t *bytes) {
  *bytes = b->arena_bytes;
  return b->arena;
}

void ln_block_set_image(ln_block *b, const void *image) {
  if (b->arena_bytes) memcpy(b->arena, image, b->arena_bytes);
}
