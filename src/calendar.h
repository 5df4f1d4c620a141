/* calendar.h - segments of synapses waiting for the step at which they are due. Local.
 *
 * A ring of slots, one a step, a power of two and more than the longest delay. Within a slot the order is
 * that of filing.
 */
#ifndef LN_CALENDAR_H
#define LN_CALENDAR_H

#include <stddef.h>
#include "abi.h"
#include "rows.h"

typedef struct ln_slot {
  ln_segment *segment;
  uint32_t n, room;
  int64_t due, events; /* step, when n > 0; synapses of all segments */
} ln_slot;

typedef struct ln_calendar {
  ln_slot *slot;
  int64_t n_slots;
} ln_calendar;

/* Slots for delays up to max_delay; what is filed moves along. Never shrinks. */
int ln_calendar_reserve(ln_calendar *c, int max_delay, ln_error *err);
void ln_calendar_destroy(ln_calendar *c); /* frees the content of c */
void ln_calendar_clear(ln_calendar *c);   /* forgets what is filed */
/* Files the rows row[0 .. n) of sources that spiked at this step, in order. */
int ln_calendar_file(ln_calendar *c, const ln_rows *rows, int64_t step, const uint32_t *row, int64_t n,
                     ln_error *err);
int ln_calendar_add(ln_calendar *c, int64_t due, ln_segment segment, ln_error *err);
/* The slot of a step: empty it by n = 0, events = 0 after delivery. */
static inline ln_slot *ln_calendar_slot(const ln_calendar *c, int64_t step) {
  return &c->slot[step & (c->n_slots - 1)];
}
uint64_t ln_calendar_bytes(const ln_calendar *c);

/* As bytes: size, write, and read back. Reading reserves slots as needed and replaces the content. */
size_t ln_calendar_size(const ln_calendar *c);
void ln_calendar_write(const ln_calendar *c, void *data);
int ln_calendar_read(ln_calendar *c, const void *data, size_t bytes, ln_error *err);

#endif
