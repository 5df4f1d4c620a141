/* compile_key.h - what a compiled model is known by in the cache. All functions are local. */
#ifndef LN_COMPILE_KEY_H
#define LN_COMPILE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include "error.h"

enum { LN_KEY_DIGITS = 32, LN_KEY_COMPILER = 8 };

/* n bytes as digits. */
void ln_key_digits(const char *text, size_t n, char out[LN_KEY_DIGITS + 1]);

/* What every unit is compiled with: the headers in include_dir, n flags, this machine's processor. */
int ln_key_environment(const char *include_dir, int n, const char *const *flag, char out[LN_KEY_DIGITS + 1],
                       ln_error *err);

/* The compiler's file and its own arguments (n words of a command); false, and out untouched, where there is none. */
bool ln_key_compiler(int n, char *const *word, char out[LN_KEY_COMPILER + 1]);

#endif
