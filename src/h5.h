/* h5.h - small helpers over HDF5's C interface, shared by the files that write and read stores. Local, except
 * where HDF5 itself is collective on the object passed (attributes of a file opened by all ranks).
 *
 * LN_H5 declares an id that is released when it goes out of scope: LN_H5 group = H5Gopen2(...).
 */
#ifndef LN_H5_H
#define LN_H5_H

#include <hdf5.h>
#include <stdbool.h>
#include "error.h"

#define LN_H5 __attribute__((cleanup(ln_h5_release))) hid_t

void ln_h5_release(hid_t *id);      /* any kind of id; sets it to -1; accepts negative ids */
void ln_h5_quiet(void);             /* HDF5 keeps its error stack to itself */

/* An access list with which objects are opened that lie in the file itself: links that lead out of it, by however
 * many steps, are not followed. */
hid_t ln_h5_inside(void);
bool ln_h5_lies_inside(hid_t dataset); /* its values, too: neither raw files nor parts of other datasets */

/* LN_EIO with "<path>: <what> (<the innermost message on HDF5's error stack>)". */
int ln_h5_fail(ln_error *err, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Attributes; negative on failure. Text is UTF-8 of any length. */
int ln_h5_set_text(hid_t object, const char *name, const char *text);
int ln_h5_set_numbers(hid_t object, const char *name, hid_t file_type, hid_t memory_type, hsize_t n,
                      const void *data);

/* A text attribute (fixed or variable length) or a scalar of another type as NULL; freed by free(). */
char *ln_h5_get_text(hid_t object, const char *name);

#endif
