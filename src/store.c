/* store.c - HDF5 files written while a network runs: creating, attributes, closing.
 *
 * Data go into path.part. When several recordings share a file, their chunks lie there in the order in
 * which they were flushed, which differs with the number of ranks; closing then writes the recordings once
 * more, one after the other, into path.close.part. The finished file is synced and renamed. Rank 0 holds a
 * lock on path.part, so that two runs do not write the same file.
 */
#define _GNU_SOURCE /* fallocate */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "memory.h"
#include "store_track.h"

struct ln_store {
  ln_comm *comm;
  char *path, *part, *close_part;
  int lock, fd; /* rank 0: descriptors of part and of the file being written, or -1 */
  hid_t file;
  int64_t end; /* bytes of the file with a place on the device */
  int n_attribute;
  char **key, **text;
  ln_track *track, **last;
  bool failed, closed;
};

ln_comm *ln_store_comm(const ln_store *s) { return s->comm; }
const char *ln_store_path(const ln_store *s) { return s->path; }
ln_track *ln_store_tracks(const ln_store *s) { return s->track; }

int ln_store_usable(const ln_store *s, ln_error *err) {
  if (s->closed) return ln_fail(err, LN_EINVAL, "%s: the file is closed already", s->path);
  if (s->failed) {
    return ln_fail(err, LN_EIO, "%s: writing failed before; what was written is in %s", s->path, s->part);
  }
  return LN_OK;
}

int ln_store_agree(ln_store *s, int code, ln_error *err) {
  code = ln_comm_agree(s->comm, code, err);
  if (code != LN_OK) s->failed = true;
  return code;
}

static bool first(const ln_store *s) { return ln_comm_rank(s->comm) == 0; }

static char *joined(const char *a, const char *b) {
  char *out = malloc(strlen(a) + strlen(b) + 1);
  if (out) strcat(strcpy(out, a), b);
  return out;
}

static int copy_strings(ln_store *s, const char *path, int n, const char *const *key,
                        const char *const *text) {
  s->path = strdup(path);
  s->part = joined(path, ".part");
  s->close_part = joined(path, ".close.part");
  s->key = calloc((size_t)n + 1, sizeof *s->key);
  s->text = calloc((size_t)n + 1, sizeof *s->text);
  if (!s->path || !s->part || !s->close_part || !s->key || !s->text) return -1;
  s->n_attribute = n;
  for (int k = 0; k < n; k++) {
    s->key[k] = strdup(key[k]);
    s->text[k] = strdup(text[k]);
    if (!s->key[k] || !s->text[k]) return -1;
  }
  return 0;
}

/* Rank 0 makes the file first: the system says better than HDF5 why it cannot be. */
static int claim(ln_store *s, ln_error *err) {
  struct stat about;
  if (stat(s->path, &about) == 0 && S_ISDIR(about.st_mode)) {
    return ln_fail(err, LN_EIO, "%s: cannot be written: it is a folder", s->path);
  }
  s->lock = open(s->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (s->lock < 0) return ln_fail(err, LN_EIO, "%s: cannot be written: %s", s->path, strerror(errno));
  if (flock(s->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return ln_fail(err, LN_EIO, "%s: is being written already, by this run or another", s->path);
  }
  s->fd = s->lock;
  return LN_OK;
}

/* MPI does not always tell of writes that fail for want of space, so that it is got first. HDF5 cuts the
 * file to what it uses when it closes it. Collective. */
int ln_store_reserve(ln_store *s, int64_t end, ln_error *err) {
  const int64_t metadata = 1 << 20; /* what HDF5 may add after that */
  int code = LN_OK;
  if (s->fd >= 0 && fallocate(s->fd, 0, 0, end + metadata) != 0 && errno != EOPNOTSUPP) {
    code = ln_fail(err, LN_EIO, "%s: cannot grow to %.3g MB: %s", s->path, (double)end / 1e6,
                   strerror(errno));
  }
  s->end = end;
  return ln_store_agree(s, code, err);
}

/* Without times in its root group, and in the format of HDF5 1.8, which every reader knows. Collective. */
static hid_t create_file(ln_store *s, const char *path, ln_error *err) {
  LN_H5 access = H5Pcreate(H5P_FILE_ACCESS);
  LN_H5 creation = H5Pcreate(H5P_FILE_CREATE);
  if (ln_comm_set_fapl(s->comm, access, err) != LN_OK) return -1;
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
  H5Pset_obj_track_times(creation, false);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
  if (file < 0) ln_h5_fail(err, s->path, "cannot create %s", path);
  return file;
}

static int write_attributes(ln_store *s, hid_t file, ln_error *err) {
  const unsigned magic = 0x0A7A, version[2] = {0, 1};
  int bad = ln_h5_set_numbers(file, "magic", H5T_STD_U32LE, H5T_NATIVE_UINT, 1, &magic) < 0;
  bad |= ln_h5_set_numbers(file, "version", H5T_STD_U32LE, H5T_NATIVE_UINT, 2, version) < 0;
  for (int k = 0; k < s->n_attribute; k++) bad |= ln_h5_set_text(file, s->key[k], s->text[k]) < 0;
  return bad ? ln_h5_fail(err, s->path, "cannot write the attributes of the file") : LN_OK;
}

int ln_store_create(ln_store **out, ln_comm *comm, const char *path, int n, const char *const *key,
                    const char *const *text, ln_error *err) {
  *out = NULL;
  ln_h5_quiet();
  ln_store *s = calloc(1, sizeof *s);
  int code = s ? LN_OK : ln_fail(err, LN_ENOMEM, "%s: no memory", path);
  if (s) {
    *s = (ln_store){.comm = comm, .lock = -1, .fd = -1, .file = -1, .last = &s->track};
    if (copy_strings(s, path, n, key, text) != 0) code = ln_fail(err, LN_ENOMEM, "%s: no memory", path);
  }
  if (code == LN_OK && first(s)) code = claim(s, err);
  code = ln_comm_agree(comm, code, err);
  if (code != LN_OK) goto fail;
  s->file = create_file(s, s->part, err);
  code = ln_comm_agree(comm, s->file < 0 ? LN_EIO : LN_OK, err);
  if (code != LN_OK) goto fail;
  code = ln_comm_agree(comm, write_attributes(s, s->file, err), err);
  if (code != LN_OK) goto fail;
  *out = s;
  return LN_OK;
fail:
  if (s && s->fd >= 0) unlink(s->part); /* ours: the lock is */
  ln_store_destroy(s);
  return code;
}

/* Its groups and datasets in s->file. Collective. */
static int create_track(ln_store *s, ln_track *t, ln_error *err) {
  const int64_t mapping = t->n_column * t->n * 20; /* bytes of a report's */
  int code = ln_store_reserve(s, s->end + mapping, err);
  if (code == LN_OK && t->class->create(t, s->file) < 0) {
    code = ln_h5_fail(err, s->path, "cannot add the %s of %s", t->class->noun, t->population);
  }
  return ln_store_agree(s, code, err);
}

int ln_store_add(ln_store *s, ln_track *t, int code, ln_error *err) {
  code = ln_comm_agree(s->comm, code, err);
  if (code != LN_OK) {
    ln_track_destroy(t);
    return code;
  }
  *s->last = t; /* from here on the store's, whatever happens */
  s->last = &t->next;
  return create_track(s, t, err);
}

static void release_columns(ln_track *t) {
  for (int c = 0; c < t->n_column; c++) ln_h5_release(&t->column[c]);
}

/* What is known only at the end. Collective. */
static int finish_tracks(ln_store *s, ln_error *err) {
  int code = LN_OK;
  for (ln_track *t = s->track; t && code == LN_OK; t = t->next) {
    if (t->class->finish(t, s->file) < 0) {
      code = ln_h5_fail(err, s->path, "cannot finish the %s of %s", t->class->noun, t->population);
    }
    code = ln_store_agree(s, code, err);
  }
  return code;
}

/* The track once more, in s->file. Collective. */
static int rewrite(ln_store *s, ln_track *t, ln_error *err) {
  hid_t column[t->n_column];
  ln_track copy = *t;
  copy.rows = 0;
  copy.column = column;
  int code = create_track(s, &copy, err);
  if (code == LN_OK) code = ln_track_copy(&copy, t, err);
  release_columns(&copy);
  return code;
}

/* Recordings one after the other in a file of their own, which takes the place of s->file. Collective. */
static int put_in_order(ln_store *s, ln_error *err) {
  const hid_t old = s->file;
  s->end = 0;
  s->file = create_file(s, s->close_part, err);
  int code = ln_store_agree(s, s->file < 0 ? LN_EIO : LN_OK, err);
  if (code == LN_OK && first(s)) s->fd = open(s->close_part, O_WRONLY | O_CLOEXEC);
  if (code == LN_OK) code = ln_store_agree(s, write_attributes(s, s->file, err), err);
  for (ln_track *t = s->track; t && code == LN_OK; t = t->next) code = rewrite(s, t, err);
  if (code == LN_OK) code = finish_tracks(s, err);
  for (ln_track *t = s->track; t; t = t->next) release_columns(t);
  H5Fclose(old);
  return code;
}

/* Rank 0: the finished file gets its name. */
static int publish(ln_store *s, const char *finished, ln_error *err) {
  if (fsync(s->fd) != 0 || rename(finished, s->path) != 0) {
    return ln_fail(err, LN_EIO, "%s: cannot be finished from %s: %s", s->path, finished, strerror(errno));
  }
  if (finished != s->part) unlink(s->part);
  char folder[strlen(s->path) + 1]; /* dirname writes into it */
  const int fd = open(dirname(strcpy(folder, s->path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd); /* the name itself; some file systems refuse, and lose nothing by it */
    close(fd);
  }
  return LN_OK;
}

static void close_descriptors(ln_store *s) {
  if (s->fd >= 0 && s->fd != s->lock) close(s->fd);
  if (s->lock >= 0) close(s->lock);
  s->fd = s->lock = -1;
}

int ln_store_flush(ln_store *s, ln_error *err) {
  int code = ln_store_usable(s, err);
  if (code != LN_OK) return code;
  if (H5Fflush(s->file, H5F_SCOPE_GLOBAL) < 0) {
    code = ln_h5_fail(err, s->path, "cannot be written to the device");
  }
  return ln_store_agree(s, code, err);
}

int ln_store_close(ln_store *s, ln_error *err) {
  int code = ln_store_usable(s, err);
  if (s->closed) return code;
  const bool several = s->track && s->track->next;
  if (code == LN_OK) code = finish_tracks(s, err);
  if (code == LN_OK && several) {
    H5Fflush(s->file, H5F_SCOPE_GLOBAL); /* complete as it is, should there be no space for a second one */
    code = put_in_order(s, err);
  }
  for (ln_track *t = s->track; t; t = t->next) release_columns(t);
  const bool closed = H5Fflush(s->file, H5F_SCOPE_GLOBAL) >= 0 && H5Fclose(s->file) >= 0;
  if (!closed && code == LN_OK) code = ln_h5_fail(err, s->path, "cannot be finished");
  s->file = -1;
  s->closed = true;
  code = ln_comm_agree(s->comm, code, err);
  if (code == LN_OK && first(s)) code = publish(s, several ? s->close_part : s->part, err);
  if (code != LN_OK && several && first(s)) unlink(s->close_part);
  close_descriptors(s);
  return ln_comm_agree(s->comm, code, err);
}

/* Closing a file of several ranks is collective, and this is local: HDF5 then closes it in MPI_Finalize. */
void ln_store_destroy(ln_store *s) {
  if (!s) return;
  const bool alone = ln_comm_size(s->comm) == 1;
  while (s->track) {
    ln_track *t = s->track;
    s->track = t->next;
    if (alone) release_columns(t);
    ln_track_destroy(t);
  }
  if (alone && s->file >= 0) H5Fclose(s->file);
  close_descriptors(s);
  for (int k = 0; k < s->n_attribute; k++) {
    free(s->key[k]);
    free(s->text[k]);
  }
  free(s->key);
  free(s->text);
  free(s->path);
  free(s->part);
  free(s->close_part);
  free(s);
}
