/* compile_key.c - what a compiled model is known by in the cache: hashes of all that it was made of.
 *
 * SipHash with fixed keys: not against those who would forge a file, but no two sources meet by chance.
 */
#define _GNU_SOURCE
#include "compile_key.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ------------------------------------------------------------------ hashing */

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static void sip_rounds(uint64_t v[4], int n) {
  for (int k = 0; k < n; k++) {
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
  }
}

/* SipHash-2-4 (Aumasson and Bernstein 2012). */
static uint64_t siphash(const char *data, size_t n, uint64_t k0, uint64_t k1) {
  uint64_t v[4] = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
                   k1 ^ 0x7465646279746573};
  for (size_t at = 0; at <= n; at += 8) { /* the last word holds what is left, and the length */
    uint64_t m = 0;
    size_t left = n - at < 8 ? n - at : 8;
    memcpy(&m, data + at, left);
    if (left < 8) m |= (uint64_t)n << 56;
    v[3] ^= m;
    sip_rounds(v, 2);
    v[0] ^= m;
  }
  v[2] ^= 0xff;
  sip_rounds(v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void ln_key_digits(const char *text, size_t n, char out[LN_KEY_DIGITS + 1]) {
  snprintf(out, LN_KEY_DIGITS + 1, "%016llx%016llx", (unsigned long long)siphash(text, n, 1, 2),
           (unsigned long long)siphash(text, n, 3, 4));
}

/* ------------------------------------------------------------------ what the key covers */

static int add_file(FILE *to, const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return -1;
  char piece[4096];
  size_t n;
  while ((n = fread(piece, 1, sizeof piece, file)) > 0) fwrite(piece, 1, n, to);
  int failed = ferror(file);
  fclose(file);
  return failed ? -1 : 0;
}

/* What -march=native looks at: model and features of the first core. */
static void add_cpu(FILE *to) {
  struct utsname machine;
  if (uname(&machine) == 0) fprintf(to, "%s\n", machine.machine);
  FILE *file = fopen("/proc/cpuinfo", "r");
  char line[8192];
  while (file && fgets(line, sizeof line, file) && line[0] != '\n') {
    if (strncmp(line, "model name", 10) == 0 || strncmp(line, "flags", 5) == 0 ||
        strncmp(line, "Features", 8) == 0 || strncmp(line, "CPU ", 4) == 0) {
      fputs(line, to);
    }
  }
  if (file) fclose(file);
}

int ln_key_environment(const char *include_dir, int n, const char *const *flag, char out[LN_KEY_DIGITS + 1],
                       ln_error *err) {
  static const char *const headers[] = {"abi.h", "rng.h", "mathvec.h", "propagate.h", NULL}; /* from the third they may be missing */
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  if (!to) return ln_fail(err, LN_ENOMEM, "no memory to set up the compiler");
  int code = 0;
  for (int k = 0; headers[k] && !code; k++) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", include_dir, headers[k]);
    fprintf(to, "%s\n", headers[k]);
    if (add_file(to, path) < 0 && k < 2) {
      code = ln_fail(err, LN_EIO,
                     "cannot read '%s' (%s), which compiled equations need: is Lunate installed whole?", path,
                     strerror(errno));
    }
  }
  for (int k = 0; k < n; k++) fprintf(to, "%s\n", flag[k]);
  add_cpu(to);
  if (fclose(to) != 0 && !code) code = ln_fail(err, LN_ENOMEM, "no memory to set up the compiler");
  if (!code) ln_key_digits(text, size, out);
  free(text);
  return code;
}

/* The file that posix_spawnp would run; false when there is none. */
static bool find_program(const char *name, char path[PATH_MAX]) {
  char candidate[PATH_MAX];
  if (strchr(name, '/')) return access(name, X_OK) == 0 && realpath(name, path);
  const char *from = getenv("PATH");
  if (!from) from = "/usr/local/bin:/usr/bin:/bin";
  while (*from) {
    size_t length = strcspn(from, ":");
    snprintf(candidate, sizeof candidate, "%.*s/%s", (int)length, from, name);
    if (access(candidate, X_OK) == 0 && realpath(candidate, path)) return true;
    from += length + (from[length] == ':');
  }
  return false;
}

bool ln_key_compiler(int n, char *const *word, char out[LN_KEY_COMPILER + 1]) {
  char path[PATH_MAX], text[PATH_MAX + 1024], digits[LN_KEY_DIGITS + 1];
  struct stat s;
  if (n < 1 || !find_program(word[0], path) || stat(path, &s) != 0) return false;
  int length = snprintf(text, sizeof text, "%s %lld %lld.%09ld", path, (long long)s.st_size,
                        (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
  for (int k = 1; k < n && length < (int)sizeof text; k++) {
    length += snprintf(text + length, sizeof text - (size_t)length, " %s", word[k]);
  }
  ln_key_digits(text, strlen(text), digits);
  memcpy(out, digits, LN_KEY_COMPILER);
  out[LN_KEY_COMPILER] = '\0';
  return true;
}
