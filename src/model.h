/* model.h - a compiled unit, loaded. Local.
 *
 * Loading the same path twice gives the same model with one more reference. The unit's tables live as
 * long as the model.
 */
#ifndef LN_MODEL_H
#define LN_MODEL_H

#include <stdbool.h>
#include "abi.h"
#include "error.h"

typedef struct ln_model ln_model;

int ln_model_load(ln_model **out, const char *path, ln_error *err); /* dlopen, checks the ABI version */
/* Of a unit that is part of this program: borrowed, not counted. A new model each time. */
int ln_model_from_unit(ln_model **out, const ln_unit *unit, ln_error *err);
bool ln_model_is_whole(const char *path); /* whether path is a shared object that nobody cut short */
ln_model *ln_model_retain(ln_model *m);
void ln_model_release(ln_model *m); /* NULL accepted */

const ln_unit *ln_model_unit(const ln_model *m);  /* borrowed */
int ln_model_variable(const ln_model *m, const char *name);  /* index or -1 */
int ln_model_parameter(const ln_model *m, const char *name); /* index or -1 */

#endif
