/* calendar.c - segments of synapses waiting for the step at which they are due.
 *
 * Filing is the only work a spike costs besides its synapses: a run of the directory becomes a segment of
 * the slot. Rows and directories are prefetched a few spikes ahead, for they are cold.
 */
#include <assert.h>
#include <string.h>
#include "calendar.h"
#include "memory.h"

#define AHEAD 8 /* spikes whose directory is prefetched */
#define FIRST_ROOM 64

static int grow_slot(ln_slot *s, uint32_t at_least, ln_error *err) {
  uint32_t room = s->room ? 2 * s->room : FIRST_ROOM;
  room = room < at_least ? at_least : room;
  ln_segment *grown = ln_realloc(s->segment, s->room * sizeof *grown, room * sizeof *grown);
  if (!grown) return ln_fail(err, LN_ENOMEM, "no memory for %u segments of synapses due at one step", room);
  s->segment = grown;
  s->room = room;
  return 0;
}

int ln_calendar_reserve(ln_calendar *c, int max_delay, ln_error *err) {
  int64_t n = 1;
  while (n <= max_delay) n *= 2;
  if (c->n_slots >= n) return 0;
  ln_slot *slot = ln_alloc_array((size_t)n, sizeof *slot);
  if (!slot) return ln_fail(err, LN_ENOMEM, "no memory for delays of %d steps", max_delay);
  for (int64_t k = 0; k < c->n_slots; k++) {
    if (c->slot[k].n) slot[c->slot[k].due & (n - 1)] = c->slot[k];
    else ln_free(c->slot[k].segment);
  }
  ln_free(c->slot);
  c->slot = slot;
  c->n_slots = n;
  return 0;
}

void ln_calendar_destroy(ln_calendar *c) {
  for (int64_t k = 0; k < c->n_slots; k++) ln_free(c->slot[k].segment);
  ln_free(c->slot);
  *c = (ln_calendar){0};
}

void ln_calendar_clear(ln_calendar *c) {
  for (int64_t k = 0; k < c->n_slots; k++) c->slot[k].n = 0, c->slot[k].events = 0;
}

static inline int add(ln_calendar *c, int64_t due, ln_segment segment, ln_error *err) {
  ln_slot *s = ln_calendar_slot(c, due);
  if (__builtin_expect(s->n == s->room, 0)) {
    int code = grow_slot(s, 0, err);
    if (code) return code;
  }
  assert(s->n == 0 || s->due == due);
  s->segment[s->n++] = segment;
  s->due = due;
  s->events += segment.n;
  return 0;
}

int ln_calendar_add(ln_calendar *c, int64_t due, ln_segment segment, ln_error *err) {
  return add(c, due, segment, err);
}

static int file_row(ln_calendar *c, const ln_rows *rows, int64_t step, int64_t row, ln_error *err) {
  uint64_t first = rows->row[row].first;
  const ln_run *end = rows->run + rows->row[row + 1].run;
  for (const ln_run *run = rows->run + rows->row[row].run; run < end; run++) {
    int code = add(c, step + run->delay, (ln_segment){first, run->n, (uint32_t)row, (uint32_t)(run - rows->run)}, err);
    if (code) return code;
    first += run->n;
  }
  return 0;
}

static void prefetch_directory(const ln_rows *rows, int64_t row) {
  const char *run = (const char *)(rows->run + rows->row[row].run);
  const char *end = (const char *)(rows->run + rows->row[row + 1].run);
  for (; run < end; run += 64) __builtin_prefetch(run);
}

int ln_calendar_file(ln_calendar *c, const ln_rows *rows, int64_t step, const uint32_t *row, int64_t n,
                     ln_error *err) {
  for (int64_t k = 0; k < n && k < 2 * AHEAD; k++) __builtin_prefetch(&rows->row[row[k]]);
  for (int64_t k = 0; k < n && k < AHEAD; k++) prefetch_directory(rows, row[k]);
  for (int64_t k = 0; k < n; k++) {
    if (k + 2 * AHEAD < n) __builtin_prefetch(&rows->row[row[k + 2 * AHEAD]]);
    if (k + AHEAD < n) prefetch_directory(rows, row[k + AHEAD]);
    int code = file_row(c, rows, step, row[k], err);
    if (code) return code;
  }
  return 0;
}

uint64_t ln_calendar_bytes(const ln_calendar *c) {
  uint64_t bytes = (uint64_t)c->n_slots * sizeof *c->slot;
  for (int64_t k = 0; k < c->n_slots; k++) bytes += c->slot[k].room * sizeof(ln_segment);
  return bytes;
}

/* ------------------------------------------------------------------ as bytes: (due, events, n), n segments, … */

typedef struct saved_slot {
  int64_t due, events, n;
} saved_slot;

size_t ln_calendar_size(const ln_calendar *c) {
  size_t bytes = 0;
  for (int64_t k = 0; k < c->n_slots; k++)
    bytes += c->slot[k].n ? sizeof(saved_slot) + c->slot[k].n * sizeof(ln_segment) : 0;
  return bytes;
}

void ln_calendar_write(const ln_calendar *c, void *data) {
  char *at = data;
  for (int64_t k = 0; k < c->n_slots; k++) {
    const ln_slot *s = &c->slot[k];
    if (s->n == 0) continue;
    saved_slot head = {s->due, s->events, s->n};
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, s->segment, s->n * sizeof(ln_segment));
    at += sizeof head + s->n * sizeof(ln_segment);
  }
}

int ln_calendar_read(ln_calendar *c, const void *data, size_t bytes, ln_error *err) {
  ln_calendar_clear(c);
  for (const char *at = data, *end = at + bytes; at < end;) {
    saved_slot head;
    memcpy(&head, at, sizeof head);
    ln_slot *s = ln_calendar_slot(c, head.due);
    int code = s->room < head.n ? grow_slot(s, (uint32_t)head.n, err) : 0;
    if (code) return code;
    memcpy(s->segment, at + sizeof head, (size_t)head.n * sizeof(ln_segment));
    s->n = (uint32_t)head.n, s->due = head.due, s->events = head.events;
    at += sizeof head + (size_t)head.n * sizeof(ln_segment);
  }
  return 0;
}
