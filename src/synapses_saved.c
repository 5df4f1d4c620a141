/* synapses_saved.c - a storage of synapses as bytes, for snapshot.c: its variables, its calendars, and the
 * pulses that are under way.
 *
 * The bytes fit the storage that they are of, as it was built then: whether something was built since is
 * checked, on each rank for itself.
 */
#include <string.h>
#include "element.h"
#include "memory.h"
#include "synapses_p.h"

/* Followed by pulses under way, then each variant: its cells, arrays, size of the calendar, calendar. */
typedef struct saved {
  int64_t n_builds, n_variants, n_synapses, until;
} saved;

static size_t array_size(const ln_synapses *s, const ln_variant *v, int var) {
  if (!v->rows.var[var]) return 0;
  return ln_rows_elements(&v->rows, s->unit, var) * ln_element_size(ln_element_of(s->unit, var));
}

static size_t variant_size(const ln_synapses *s, const ln_variant *v) {
  size_t bytes = (size_t)s->unit->n_var * sizeof *v->shared + sizeof(size_t) + ln_calendar_size(&v->calendar);
  for (int k = 0; k < s->unit->n_var; k++) bytes += array_size(s, v, k);
  return bytes + ln_plastic_size(&v->plastic, s->unit);
}

static char *write_bytes(char *at, const void *data, size_t bytes) {
  if (bytes) memcpy(at, data, bytes);
  return at + bytes;
}

static const char *read_bytes(const char *at, void *data, size_t bytes) {
  if (bytes) memcpy(data, at, bytes);
  return at + bytes;
}

int ln_synapses_save(ln_synapses *s, void **data, size_t *bytes, ln_error *err) {
  ln_synapses_settle(s);
  saved head = {s->n_builds, s->n_variants, ln_synapses_count(s), s->until};
  *bytes = sizeof head;
  for (int k = 0; k < s->n_variants; k++) *bytes += variant_size(s, s->variant[k]);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++) *bytes += ln_pulses_size(&s->pulses[k]);
  *data = ln_alloc(*bytes);
  if (!*data)
    return ln_fail(err, LN_ENOMEM, "no memory to store synapses (%.3g GiB)", (double)*bytes / 0x1p30);
  char *at = write_bytes(*data, &head, sizeof head);
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++)
    at = write_bytes(at, s->pulses[k].due, ln_pulses_size(&s->pulses[k]));
  for (int k = 0; k < s->n_variants; k++) {
    const ln_variant *v = s->variant[k];
    at = write_bytes(at, v->shared, (size_t)s->unit->n_var * sizeof *v->shared);
    for (int q = 0; q < s->unit->n_var; q++)
      at = write_bytes(at, v->rows.var[q], array_size(s, v, q));
    size_t size = ln_calendar_size(&v->calendar);
    at = write_bytes(at, &size, sizeof size);
    ln_calendar_write(&v->calendar, at);
    at = ln_plastic_write(&v->plastic, s->unit, at + size);
  }
  return 0;
}

/* Stored-once values of projections follow those of their variant. */
static void restore_projections(ln_synapses *s, const ln_variant *v) {
  for (int k = 0; k < s->n_projections; k++) {
    ln_projection *p = s->projection[k];
    if (p->variant == v) p->frozen = v->plastic.frozen;
    for (int q = 0; q < s->unit->n_var && p->variant == v; q++) {
      if (ln_projection_stores_once(p, q) && !ln_variant_fits(s, v, p))
        p->var[q] = ln_value_constant(ln_element_get(ln_element_of(s->unit, q), &v->shared[q], 0));
    }
  }
}

int ln_synapses_can_load(const ln_synapses *s, const void *data, size_t bytes, ln_error *err) {
  saved head = {0};
  if (bytes >= sizeof head) memcpy(&head, data, sizeof head);
  if (bytes >= sizeof head && head.n_builds == s->n_builds && head.n_variants == s->n_variants &&
      head.n_synapses == ln_synapses_count(s))
    return 0;
  return ln_fail(err, LN_EINVAL, "synapses were added or stored anew since the network was stored");
}

int ln_synapses_load(ln_synapses *s, const void *data, size_t bytes, ln_error *err) {
  int refused = ln_synapses_can_load(s, data, bytes, err);
  if (refused) return refused;
  saved head;
  memcpy(&head, data, sizeof head);
  s->until = head.until;
  const char *at = (const char *)data + sizeof head;
  for (int k = 0; s->pulses && k < s->unit->n_pathway; k++)
    at = read_bytes(at, s->pulses[k].due, ln_pulses_size(&s->pulses[k]));
  for (int k = 0; k < s->n_variants; k++) {
    ln_variant *v = s->variant[k];
    at = read_bytes(at, v->shared, (size_t)s->unit->n_var * sizeof *v->shared);
    for (int q = 0; q < s->unit->n_var; q++)
      at = read_bytes(at, v->rows.var[q], array_size(s, v, q));
    size_t size;
    at = read_bytes(at, &size, sizeof size);
    int code = ln_calendar_read(&v->calendar, at, size, err);
    at += size;
    if (!code) code = ln_plastic_read(&v->plastic, s->unit, &at, err);
    if (code) return code;
    restore_projections(s, v);
  }
  return 0;
}
