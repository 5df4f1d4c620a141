/* synapse_recorder.c - variables of a projection's synapses, recorded every so often.
 *
 * Samples are rows of values behind one another; a *layout* says which synapses the rows from a sample on are of. There is
 * a new one whenever synapses have been built or removed since.
 */
#include "synapse_recorder.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "element.h"
#include "memory.h"
#include "synapses_p.h"

typedef struct name { /* of a synapse */
  uint32_t i, j, number;
} name;

typedef struct layout {
  int64_t sample; /* the first */
  int64_t n;
  name *name; /* ascending */
} layout;

typedef struct place { /* where a synapse is now */
  name name;
  uint32_t run, target;
  uint64_t at;
} place;

struct ln_synapse_recorder {
  ln_projection *p;
  ln_comm *comm;
  int n_var;
  int *var;
  int64_t every;
  bool chosen; /* only synapses with these names */
  int64_t n_chosen;
  name *choice;
  int64_t n_layouts;
  layout *layout;
  place *place;      /* of the last layout's synapses */
  int64_t n_builds;  /* of the storage, and its variant, when that was made */
  const ln_variant *variant;
  int64_t n, room;   /* samples */
  int64_t *step;
  int64_t *first;    /* place of each sample's first value */
  int64_t n_values, value_room;
  double *value;     /* n_var * n of the layout each: variable by variable */
};

static int by_name(const void *a, const void *b) {
  const name *x = a, *y = b;
  if (x->i != y->i) return x->i < y->i ? -1 : 1;
  if (x->j != y->j) return x->j < y->j ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static int no_memory(const ln_synapse_recorder *r, ln_error *err) {
  return ln_fail(err, LN_ENOMEM, "%s: no memory for recorded synapses; record fewer of them, or less often",
                 ln_projection_name(r->p));
}

/* ------------------------------------------------------------------ who there is */

/* All synapses of this rank, in the order of their names. */
static int list_places(const ln_projection *p, place **out, ln_error *err) {
  const ln_rows *rows = &p->variant->rows;
  int64_t blid0 = ln_projection_blid0(p);
  ln_synapse *list;
  int code = ln_projection_list(p, -1, &list, err);
  place *places = *out = code ? NULL : ln_alloc_array((size_t)p->local_count, sizeof *places);
  for (int64_t k = 0; k < p->local_count && places; k++) {
    const ln_synapse *s = &list[k];
    bool again = k > 0 && list[k - 1].i == s->i && list[k - 1].j == s->j;
    name known = {s->i, s->j, again ? places[k - 1].name.number + 1 : 0};
    int64_t row = p->row0 + s->i;
    uint64_t at = rows->row[row].first + s->order;
    places[k] = (place){known, (uint32_t)ln_rows_run_of(rows, row, at), (uint32_t)(s->j + blid0), at};
  }
  ln_free(list);
  return places ? LN_OK : LN_ENOMEM;
}

/* Keeps those places whose names are chosen. */
static int64_t keep_chosen(const ln_synapse_recorder *r, place *list, int64_t n) {
  int64_t kept = 0;
  for (int64_t k = 0, q = 0; k < n; k++) {
    while (q < r->n_chosen && by_name(&r->choice[q], &list[k].name) < 0) q++;
    if (q < r->n_chosen && by_name(&r->choice[q], &list[k].name) == 0) list[kept++] = list[k];
  }
  return kept;
}

/* ------------------------------------------------------------------ making */

/* Collective. */
static int choose(ln_synapse_recorder *r, const ln_value *where, ln_error *err) {
  ln_projection *p = r->p;
  int code = ln_comm_agree(r->comm, ln_projection_ready(p, err), err);
  if (code) return code;
  uint8_t *mark = ln_alloc(p->variant->rows.n);
  place *list = NULL;
  code = mark ? list_places(p, &list, err) : LN_ENOMEM;
  r->choice = ln_alloc_array((size_t)p->local_count, sizeof *r->choice);
  if (code || !r->choice) code = no_memory(r, err);
  code = ln_comm_agree(r->comm, code, err);
  if (!code) code = ln_projection_mark(p, where, "synapses", 0, mark, err);
  for (int64_t k = 0; k < p->local_count && !code; k++) {
    if (mark[list[k].at]) r->choice[r->n_chosen++] = list[k].name;
  }
  r->chosen = true;
  ln_free(mark);
  ln_free(list);
  return code;
}

int ln_synapse_recorder_create(ln_synapse_recorder **out, const ln_synapse_recorder_spec *spec, ln_comm *comm,
                               ln_error *err) {
  *out = NULL;
  if (spec->every < 1)
    return ln_fail(err, LN_EINVAL, "%s: recording every %lld steps; expected at least 1", ln_projection_name(spec->projection),
                   (long long)spec->every);
  ln_synapse_recorder *r = ln_alloc(sizeof *r);
  int *var = ln_alloc_array((size_t)spec->n_var, sizeof *var);
  int code = r && var ? LN_OK : ln_fail(err, LN_ENOMEM, "no memory for a recording");
  code = ln_comm_agree(comm, code, err);
  if (code) {
    ln_free(r);
    ln_free(var);
    return code;
  }
  memcpy(var, spec->var, (size_t)spec->n_var * sizeof *var);
  *r = (ln_synapse_recorder){.p = spec->projection, .comm = comm, .n_var = spec->n_var, .var = var, .every = spec->every,
                             .n_builds = -1};
  if (spec->where) code = choose(r, spec->where, err);
  if (code) ln_synapse_recorder_destroy(r);
  else *out = r;
  return code;
}

void ln_synapse_recorder_clear(ln_synapse_recorder *r) {
  for (int64_t k = 0; k < r->n_layouts; k++) ln_free(r->layout[k].name);
  r->n_layouts = r->n = r->n_values = 0;
  r->n_builds = -1;
}

void ln_synapse_recorder_destroy(ln_synapse_recorder *r) {
  if (!r) return;
  ln_synapse_recorder_clear(r);
  ln_free(r->var);
  ln_free(r->choice);
  ln_free(r->layout);
  ln_free(r->place);
  ln_free(r->step);
  ln_free(r->first);
  ln_free(r->value);
  ln_free(r);
}

/* ------------------------------------------------------------------ recording */

/* Of the last layout. */
static int64_t width(const ln_synapse_recorder *r) { return r->layout[r->n_layouts - 1].n; }

static int renew_layout(ln_synapse_recorder *r, ln_error *err) {
  place *list = NULL;
  if (list_places(r->p, &list, err)) return no_memory(r, err);
  int64_t n = r->chosen ? keep_chosen(r, list, r->p->local_count) : r->p->local_count;
  name *names = ln_alloc_array((size_t)n, sizeof *names);
  layout *grown = ln_realloc(r->layout, (size_t)r->n_layouts * sizeof *grown, (size_t)(r->n_layouts + 1) * sizeof *grown);
  if (grown) r->layout = grown;
  if (!names || !grown) {
    ln_free(list);
    ln_free(names);
    return no_memory(r, err);
  }
  for (int64_t k = 0; k < n; k++) names[k] = list[k].name;
  r->layout[r->n_layouts++] = (layout){r->n, n, names};
  ln_free(r->place);
  r->place = list;
  r->n_builds = r->p->synapses->n_builds;
  r->variant = r->p->variant;
  return LN_OK;
}

static int make_room(ln_synapse_recorder *r, int64_t values, ln_error *err) {
  if (r->n == r->room) {
    int64_t room = 2 * r->room + 16;
    if (!ln_enlarge((void **)&r->step, r->room, room, sizeof *r->step) ||
        !ln_enlarge((void **)&r->first, r->room, room, sizeof *r->first))
      return no_memory(r, err);
    r->room = room;
  }
  if (r->n_values + values > r->value_room) {
    int64_t room = r->n_values + values + r->value_room / 2;
    if (!ln_enlarge((void **)&r->value, r->value_room, room, sizeof *r->value)) return no_memory(r, err);
    r->value_room = room;
  }
  return LN_OK;
}

static void take(const ln_synapse_recorder *r, int var, int64_t n, double *out) {
  const ln_projection *p = r->p;
  const ln_rows *rows = &p->variant->rows;
  if (ln_projection_stores_once(p, var)) {
    for (int64_t k = 0; k < n; k++) out[k] = p->var[var].a;
    return;
  }
  ln_element type = ln_element_of(p->unit, var);
  for (int64_t k = 0; k < n; k++) {
    const place *s = &r->place[k];
    out[k] = ln_element_get(type, rows->var[var], (int64_t)ln_rows_element(p->unit, var, s->at, s->run, s->target));
  }
}

/* What is put off is made up for where it is looked at, unless that is all over. */
static int settle(const ln_synapse_recorder *r, ln_error *err) {
  ln_projection *p = r->p;
  int64_t n = width(r);
  if (!r->chosen || 4 * (uint64_t)n > p->variant->rows.n_runs) return ln_projection_ready(p, err);
  for (int64_t k = 0; k < n; k++)
    ln_synapses_settle_run(p->synapses, p->variant, p->row0 + r->place[k].name.i, r->place[k].run);
  return LN_OK;
}

int ln_synapse_recorder_sample(ln_synapse_recorder *r, int64_t step, ln_error *err) {
  if (step % r->every) return LN_OK;
  bool same = r->n_builds == r->p->synapses->n_builds && r->variant == r->p->variant;
  int code = same ? settle(r, err) : ln_projection_ready(r->p, err);
  if (!code && !same) code = renew_layout(r, err);
  int64_t n = code ? 0 : width(r);
  if (!code) code = make_room(r, n * r->n_var, err);
  if (code) return code;
  for (int v = 0; v < r->n_var; v++) take(r, r->var[v], n, r->value + r->n_values + v * n);
  r->step[r->n] = step;
  r->first[r->n++] = r->n_values;
  r->n_values += n * r->n_var;
  return LN_OK;
}

/* ------------------------------------------------------------------ reading */

/* A rank that ran out of memory has fewer. Collective. */
static void agree_on_samples(ln_synapse_recorder *r) { r->n = ln_comm_min(r->comm, r->n); }

int64_t ln_synapse_recorder_samples(const ln_synapse_recorder *r) { return r->n; }
int64_t ln_synapse_recorder_step(const ln_synapse_recorder *r, int64_t sample) { return r->step[sample]; }

/* The sample after the last of a layout. */
static int64_t end_of(const ln_synapse_recorder *r, int64_t l) {
  return l + 1 < r->n_layouts && r->layout[l + 1].sample < r->n ? r->layout[l + 1].sample : r->n;
}

/* Ascending names, each once; returns how many. */
static int64_t unite(name *list, int64_t n) {
  int64_t kept = 0;
  if (n) qsort(list, (size_t)n, sizeof *list, by_name);
  for (int64_t k = 0; k < n; k++) {
    if (kept == 0 || by_name(&list[kept - 1], &list[k])) list[kept++] = list[k];
  }
  return kept;
}

/* The names of this rank's columns. */
static int own_names(const ln_synapse_recorder *r, int64_t *n, name **out, ln_error *err) {
  int64_t all = 0;
  for (int64_t l = 0; l < r->n_layouts; l++) all += r->layout[l].n;
  *out = ln_alloc_array((size_t)all, sizeof **out);
  if (!*out) return no_memory(r, err);
  all = 0;
  for (int64_t l = 0; l < r->n_layouts; l++) {
    memcpy(*out + all, r->layout[l].name, (size_t)r->layout[l].n * sizeof **out);
    all += r->layout[l].n;
  }
  *n = unite(*out, all);
  return LN_OK;
}

/* This rank's samples x columns; absent where there was no such synapse. */
static int own_table(const ln_synapse_recorder *r, int var, double absent, const name *names, int64_t n, double **out,
                     ln_error *err) {
  double *table = ln_alloc_array((size_t)(r->n * n), sizeof *table);
  int64_t *column = ln_alloc_array((size_t)n, sizeof *column);
  *out = table;
  int code = table && column ? LN_OK : no_memory(r, err);
  for (int64_t k = 0; k < r->n * n && !code && absent != 0; k++) table[k] = absent;
  for (int64_t l = 0; l < r->n_layouts && !code; l++) {
    const layout *y = &r->layout[l];
    for (int64_t k = 0, q = 0; k < y->n; column[k++] = q) {
      while (by_name(&names[q], &y->name[k])) q++;
    }
    for (int64_t s = y->sample; s < end_of(r, l); s++) {
      const double *value = r->value + r->first[s] + var * y->n;
      for (int64_t k = 0; k < y->n; k++) table[s * n + column[k]] = value[k];
    }
  }
  ln_free(column);
  return code;
}

static int check_place(const ln_synapse_recorder *r, int var, ln_error *err) {
  return var >= 0 && var < r->n_var ? LN_OK : ln_fail(err, LN_EINVAL, "recorded variable %d of %d", var + 1, r->n_var);
}

int ln_synapse_recorder_own(const ln_synapse_recorder *r, int var, int64_t *n_columns, double **out, ln_error *err) {
  *out = NULL;
  *n_columns = 0;
  name *names = NULL;
  int code = check_place(r, var, err);
  if (!code) code = own_names(r, n_columns, &names, err);
  if (!code) code = own_table(r, var, 0, names, *n_columns, out, err);
  ln_free(names);
  if (code) {
    ln_free(*out);
    *out = NULL;
  }
  return code;
}

typedef struct column { /* of all ranks': the k-th of its rank */
  name name;
  int32_t rank;
  int64_t k;
} column;

static int by_column(const void *a, const void *b) { return by_name(&((const column *)a)->name, &((const column *)b)->name); }

/* The columns of all ranks in order; names of a pair are all on one rank, its target's. counts: columns a rank. */
static int gather_columns(ln_synapse_recorder *r, const name *own, int64_t n_own, int64_t *n, column **out, int64_t *counts,
                          ln_error *err) {
  name *all = NULL;
  size_t bytes[ln_comm_size(r->comm)];
  *out = NULL;
  int code = ln_comm_allgatherv(r->comm, own, (size_t)n_own * sizeof *own, (void **)&all, bytes, err);
  if (code) return code;
  *n = 0;
  for (int rank = 0; rank < ln_comm_size(r->comm); rank++) *n += counts[rank] = (int64_t)(bytes[rank] / sizeof *own);
  *out = ln_alloc_array((size_t)*n, sizeof **out);
  if (!*out) code = no_memory(r, err);
  int64_t at = 0;
  for (int rank = 0; rank < ln_comm_size(r->comm) && !code; rank++) {
    for (int64_t k = 0; k < counts[rank]; k++, at++) (*out)[at] = (column){all[at], rank, k};
  }
  if (!code && *n) qsort(*out, (size_t)*n, sizeof **out, by_column);
  ln_free(all);
  return ln_comm_agree(r->comm, code, err);
}

int ln_synapse_recorder_columns(ln_synapse_recorder *r, int64_t *n, int64_t **i, int64_t **j, ln_error *err) {
  name *own = NULL;
  column *all = NULL;
  int64_t n_own = 0, counts[ln_comm_size(r->comm)];
  *i = *j = NULL;
  agree_on_samples(r);
  int code = ln_comm_agree(r->comm, own_names(r, &n_own, &own, err), err);
  if (!code) code = gather_columns(r, own, n_own, n, &all, counts, err);
  if (!code) {
    *i = ln_alloc_array((size_t)*n, sizeof **i);
    *j = ln_alloc_array((size_t)*n, sizeof **j);
    code = ln_comm_agree(r->comm, *i && *j ? LN_OK : no_memory(r, err), err);
  }
  for (int64_t k = 0; k < *n && !code; k++) (*i)[k] = all[k].name.i, (*j)[k] = all[k].name.j;
  ln_free(own);
  ln_free(all);
  if (code) {
    ln_free(*i);
    ln_free(*j);
    *i = *j = NULL;
  }
  return code;
}

/* tables: each rank's, one behind the other. */
static void merge_tables(const ln_synapse_recorder *r, const double *tables, const int64_t *counts, const column *all,
                         int64_t n, double *out) {
  int64_t start[ln_comm_size(r->comm) + 1];
  start[0] = 0;
  for (int rank = 0; rank < ln_comm_size(r->comm); rank++) start[rank + 1] = start[rank] + r->n * counts[rank];
  for (int64_t s = 0; s < r->n; s++) {
    for (int64_t k = 0; k < n; k++)
      out[s * n + k] = tables[start[all[k].rank] + s * counts[all[k].rank] + all[k].k];
  }
}

int ln_synapse_recorder_gather(ln_synapse_recorder *r, int var, int64_t *n_columns, double **out, ln_error *err) {
  name *own = NULL;
  column *all = NULL;
  double *mine = NULL, *tables = NULL;
  int64_t n_own = 0, counts[ln_comm_size(r->comm)];
  *out = NULL;
  *n_columns = 0;
  agree_on_samples(r);
  int code = check_place(r, var, err);
  if (!code) code = own_names(r, &n_own, &own, err);
  if (!code) code = own_table(r, var, NAN, own, n_own, &mine, err);
  code = ln_comm_agree(r->comm, code, err);
  if (!code) code = gather_columns(r, own, n_own, n_columns, &all, counts, err);
  if (!code)
    code = ln_comm_allgatherv(r->comm, mine, (size_t)(r->n * n_own) * sizeof *mine, (void **)&tables, NULL, err);
  if (!code) {
    *out = ln_alloc_array((size_t)(r->n * *n_columns), sizeof **out);
    code = ln_comm_agree(r->comm, *out ? LN_OK : no_memory(r, err), err);
  }
  if (!code) merge_tables(r, tables, counts, all, *n_columns, *out);
  ln_free(own);
  ln_free(all);
  ln_free(mine);
  ln_free(tables);
  if (code) {
    ln_free(*out);
    *out = NULL;
  }
  return code;
}

int ln_synapse_recorder_counts(ln_synapse_recorder *r, int64_t *n_samples, int64_t **count, ln_error *err) {
  agree_on_samples(r);
  *n_samples = r->n;
  *count = ln_alloc_array((size_t)r->n, sizeof **count);
  int code = ln_comm_agree(r->comm, *count ? LN_OK : no_memory(r, err), err);
  for (int64_t l = 0; l < r->n_layouts && !code; l++) {
    for (int64_t s = r->layout[l].sample; s < end_of(r, l); s++) (*count)[s] = r->layout[l].n;
  }
  if (!code) {
    ln_comm_sum_array(r->comm, *count, (int)r->n);
    return code;
  }
  ln_free(*count);
  *count = NULL;
  return code;
}
