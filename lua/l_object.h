/* l_object.h - how kernel objects live in Lua.
 *
 * A kernel object is a full userdata holding one pointer, made empty with its metatable before the kernel
 * object exists, so that __gc is always safe. Objects owned by a network keep it alive in their user value.
 */
#ifndef L_OBJECT_H
#define L_OBJECT_H

#include "l_lunate.h"
#include "network.h"
#include "value.h"

#define LN_T_MODEL "lunate.model"
#define LN_T_NETWORK "lunate.network"
#define LN_T_POPULATION "lunate.population"
#define LN_T_PROJECTION "lunate.projection"
#define LN_T_DRIVE "lunate.drive"
#define LN_T_RECORDER "lunate.recorder"
#define LN_T_SYNAPSE_RECORDER "lunate.synapse_recorder"
#define LN_T_CHORE "lunate.chore"
#define LN_T_SNAPSHOT "lunate.snapshot"

/* An empty object on the stack; parent (absolute index, 0: none) goes to its user value. */
void **ln_object_new(lua_State *L, const char *type, int parent);
/* The object's pointer; raises when it is empty ("closed"). */
void *ln_object_check(lua_State *L, int index, const char *type);
void ln_object_type(lua_State *L, const char *type, const luaL_Reg *methods, lua_CFunction gc);

/* Keeps on the stack what the kernel allocated (ln_alloc) for a binding, so that the collector frees it where
 * something is raised half-way. Data are put there right after they were allocated. */
#define LN_KEPT 4
typedef struct ln_kept {
  void *data[LN_KEPT];
} ln_kept;
ln_kept *ln_push_kept(lua_State *L);
void ln_kept_free(ln_kept *kept, int k);
/* Pushes n 64-bit integers that are kept at place k, plus an offset, as an array; frees them. */
void ln_push_kept_integers(lua_State *L, ln_kept *kept, int k, int64_t n, int64_t offset);

/* Bulk data: an array userdata or a Lua list of numbers at index as doubles. What is allocated is pushed on
 * the stack (one value, always), so that the garbage collector frees it. */
const double *ln_push_doubles(lua_State *L, int index, int64_t *n);
/* The same as 64-bit integers, less `base`. */
const int64_t *ln_push_integers(lua_State *L, int index, int64_t base, int64_t *n);
/* Field `name` of the table at index through the functions above; NULL and 0 when it is nil. */
const double *ln_field_doubles(lua_State *L, int index, const char *name, int64_t *n);
const int64_t *ln_field_integers(lua_State *L, int index, const char *name, int64_t base, int64_t *n);
int64_t ln_field_integer(lua_State *L, int index, const char *name, int64_t otherwise);
double ln_field_number(lua_State *L, int index, const char *name, double otherwise);
const char *ln_field_string(lua_State *L, int index, const char *name); /* NULL when nil; anchored in the table */

/* A value description {kind =, a =, b =, low =, high =, array =, expression =, par =, tables =, t =} at index; leaves what must
 * stay alive on the stack (a fixed LN_VALUE_SLOTS values). */
#define LN_VALUE_SLOTS 3
/* The timed arrays at field `tables` of the table at index: a list of {values, rows, columns, dt}. One value on the stack
 * keeps them; NULL where there are none. */
const ln_timed_array *ln_push_tables(lua_State *L, int index, int64_t *n);
void ln_push_value(lua_State *L, int index, ln_value *out);

/* Calls back progress(what, fraction) on the Lua function at `index` (0: none); errors in it are kept and raised after. */
typedef struct ln_progress_call { lua_State *L; int index; } ln_progress_call;
void ln_progress_hook(void *user, const char *what, double fraction);

#endif
