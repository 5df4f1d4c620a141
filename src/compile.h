/* compile.h - runs the system's C compiler on generated code, with a cache by content.
 *
 * The key covers the source text, the headers, the flags and this CPU (32 digits) and the compiler (its
 * file, that is: path, size and time; 8 digits). A compiled unit is a file <key>.so; it is written under a
 * temporary name and renamed, so that several runs or ranks may want the same at once. A damaged one is
 * made anew. Where no compiler is installed, what another one made will do. The user's cache is
 * $LUNATE_CACHE, else $XDG_CACHE_HOME/lunate, else ~/.cache/lunate; before it the read-only folder that
 * came with the build is searched. $LUNATE_CC names the compiler (default cc; arguments may follow);
 * $LUNATE_KEEP_C=dir keeps the source there as <name>-<first 8 digits of key>.c.
 */
#ifndef LN_COMPILE_H
#define LN_COMPILE_H

#include <stdbool.h>
#include "comm.h"
#include "error.h"

typedef struct ln_compiler ln_compiler;

/* include_dir holds abi.h, rng.h, mathvec.h and propagate.h; system_cache (may be NULL) the units that came with the
 * build. Both copied. Local. */
int ln_compiler_create(ln_compiler **out, const char *include_dir, const char *system_cache, ln_error *err);
void ln_compiler_destroy(ln_compiler *c);

typedef struct ln_compiled {
  char path[1024];
  bool cached;     /* nothing had to be compiled */
  double seconds;  /* spent in the compiler */
} ln_compiled;

/* Collective: the first rank of each machine compiles, the others wait; all fail together. The error of a
 * missing compiler names it and what to install; a compiler's complaint about our code is quoted. */
int ln_compiler_run(ln_compiler *c, ln_comm *comm, const char *name, const char *source, ln_compiled *out, ln_error *err);
/* Several sources at once (different content): compiled in parallel on the ranks and cores of a machine.
 * The same on all ranks: names, sources, and what comes out but for the paths of different machines. */
int ln_compiler_run_many(ln_compiler *c, ln_comm *comm, int n, const char *const *name, const char *const *source,
                         ln_compiled *out, ln_error *err);

#endif
