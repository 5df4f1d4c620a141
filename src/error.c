/* error.c - how the kernel says what went wrong.
 *
 * One sentence in the caller's ln_error. A text that does not fit ends in "...", on a whole UTF-8
 * character, so that whoever prints it never prints half a letter.
 */
#include "error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int ln_fail(ln_error *err, int code, const char *format, ...) {
  if (!err) return code;
  char text[sizeof err->text]; /* an argument may be err->text itself */
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (n >= (int)sizeof text) {
    size_t end = sizeof text - 4;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
    memcpy(text + end, "...", 4);
  }
  memcpy(err->text, text, sizeof text);
  err->code = code;
  return code;
}
