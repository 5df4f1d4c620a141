/* model.c - a compiled unit, loaded.
 *
 * One ln_model a file (by its real path), counted. A file that is cut short is refused before dlopen maps
 * it: touching the missing pages would kill the process.
 */
#define _GNU_SOURCE
#include "model.h"
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ln_model {
  ln_model *next;
  char *path; /* real path */
  void *handle;
  const ln_unit *unit;
  int64_t references;
};

static ln_model *loaded; /* of this process */

/* ELF, and as long as its header says: section headers come last. */
bool ln_model_is_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  Elf64_Ehdr head;
  bool good = fread(&head, sizeof head, 1, file) == 1 && memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
              fseek(file, 0, SEEK_END) == 0 &&
              (uint64_t)ftell(file) >= head.e_shoff + (uint64_t)head.e_shnum * head.e_shentsize;
  fclose(file);
  return good;
}

static int check_unit(const ln_unit *u, const char *path, ln_error *err) {
  if (!u) return ln_fail(err, LN_EIO, "'%s' is not a compiled model (it has no ln_unit_v1)", path);
  if (u->abi != LN_ABI_VERSION) {
    return ln_fail(err, LN_EIO,
                   "'%s' was compiled for version %u of the kernel's interface, this is version %d", path,
                   u->abi, LN_ABI_VERSION);
  }
  if (u->kind < LN_NEURON || u->kind > LN_EXPRESSION) {
    return ln_fail(err, LN_EIO, "'%s' holds a unit of unknown kind %u", path, u->kind);
  }
  return 0;
}

static int open_model(ln_model *m, ln_error *err) {
  if (!ln_model_is_whole(m->path))
    return ln_fail(err, LN_EIO, "'%s' is damaged: not a whole shared object", m->path);
  m->handle = dlopen(m->path, RTLD_NOW | RTLD_LOCAL);
  if (!m->handle) return ln_fail(err, LN_EIO, "cannot load a compiled model: %s", dlerror());
  m->unit = dlsym(m->handle, "ln_unit_v1");
  return check_unit(m->unit, m->path, err);
}

static void destroy(ln_model *m) {
  if (m->handle) dlclose(m->handle);
  free(m->path);
  free(m);
}

int ln_model_load(ln_model **out, const char *path, ln_error *err) {
  *out = NULL;
  char *real = realpath(path, NULL);
  if (!real) return ln_fail(err, LN_EIO, "cannot load the compiled model '%s': %s", path, strerror(errno));
  for (ln_model *m = loaded; m; m = m->next) {
    if (strcmp(m->path, real) == 0) {
      free(real);
      *out = ln_model_retain(m);
      return 0;
    }
  }
  ln_model *m = calloc(1, sizeof *m);
  if (!m) {
    free(real);
    return ln_fail(err, LN_ENOMEM, "no memory for a model");
  }
  m->path = real;
  m->references = 1;
  int code = open_model(m, err);
  if (code) {
    destroy(m);
    return code;
  }
  m->next = loaded;
  loaded = m;
  *out = m;
  return 0;
}

int ln_model_from_unit(ln_model **out, const ln_unit *unit, ln_error *err) {
  *out = NULL;
  int code = check_unit(unit, unit->name, err);
  if (code) return code;
  ln_model *m = calloc(1, sizeof *m);
  if (!m) return ln_fail(err, LN_ENOMEM, "no memory for a model");
  m->unit = unit;
  m->references = 1;
  *out = m;
  return 0;
}

ln_model *ln_model_retain(ln_model *m) {
  if (m) m->references++;
  return m;
}

void ln_model_release(ln_model *m) {
  if (!m || --m->references > 0) return;
  ln_model **at = &loaded;
  while (*at && *at != m) at = &(*at)->next; /* those made from a unit are not listed */
  if (*at) *at = m->next;
  destroy(m);
}

const ln_unit *ln_model_unit(const ln_model *m) { return m->unit; }

int ln_model_variable(const ln_model *m, const char *name) {
  for (int k = 0; k < m->unit->n_var; k++) {
    if (strcmp(m->unit->var[k].name, name) == 0) return k;
  }
  return -1;
}

int ln_model_parameter(const ln_model *m, const char *name) {
  for (int k = 0; k < m->unit->n_par; k++) {
    if (strcmp(m->unit->par[k], name) == 0) return k;
  }
  return -1;
}
