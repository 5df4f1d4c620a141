/* error.h - how the kernel says what went wrong.
 *
 * Every function that can fail returns 0 or a negative code and leaves one sentence in the caller's
 * ln_error. The kernel never prints, exits or aborts. Local.
 */
#ifndef LN_ERROR_H
#define LN_ERROR_H

enum {
  LN_OK = 0,
  LN_EINVAL = -1,      /* an argument that makes no sense */
  LN_ENOMEM = -2,      /* no memory, or an estimate that exceeds what there is */
  LN_EIO = -3,         /* a file or process failed */
  LN_ENUMERIC = -4,    /* a state became NaN or infinite */
  LN_EDIVERGED = -5,   /* ranks did different things */
  LN_EELSEWHERE = -6,  /* another rank failed; the text is its message */
  LN_EINTERRUPTED = -7 /* Ctrl-C; everything is intact at a step boundary */
};

typedef struct ln_error {
  int code;
  char text[1024];
} ln_error;

/* Sets err (which may be NULL) and returns code, so that `return ln_fail(err, …)` reads well. */
int ln_fail(ln_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
