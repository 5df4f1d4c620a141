/* comm.c - ranks: the one file that knows MPI.
 *
 * With one rank nothing here communicates. Sizes are size_t at the door; inside, what exceeds one
 * message (INT_MAX bytes, or LUNATE_MESSAGE_BYTES for tests) goes in pieces. Meetings have a
 * communicator of their own, so that they never mix with the data of a collective.
 */
#define _GNU_SOURCE
#include "comm.h"
#include <errno.h>
#include <hdf5.h>
#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "memory.h"

typedef struct word { /* what a rank says when it comes to a meeting */
  uint64_t failed, hash;
} word;

struct ln_comm {
  MPI_Comm world, node, meeting;
  int rank, size, node_rank, node_size;
  size_t piece;      /* most bytes in one message */
  bool broken, told; /* after a failed meeting; told: this rank's failure has been taken care of */
  ln_error why;
  word *heard;        /* in meetings; size entries, as the next */
  size_t *bytes;      /* of messages from every rank */
  int *count, *first; /* the same as MPI takes them: two runs of size entries each */
};

struct ln_request {
  MPI_Request mpi;
};

/* ------------------------------------------------------------------ starting and ending */

static bool under_launcher(void) {
  static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE", NULL};
  for (int k = 0; signs[k]; k++) {
    if (getenv(signs[k])) return true;
  }
  return false;
}

/* Whether this process may read its neighbours' memory: containers often forbid it, and Open MPI then
 * complains at every large message instead of taking another way. Tried on the parent, mpirun's daemon. */
static bool single_copy_works(void) {
  char byte;
  struct iovec here = {&byte, 1}, there = {NULL, 1};
  return process_vm_readv(getppid(), &here, 1, &there, 1, 0) >= 0 || errno == EFAULT;
}

typedef struct setting {
  const char *name, *value;
  bool ours;
} setting;
enum { N_ALONE = 4 };

static void apply(setting *s) { s->ours = !getenv(s->name) && setenv(s->name, s->value, 0) == 0; }

/* Open MPI with defaults that suit us, where the user has set none. They are taken back afterwards: a
 * script may start an mpirun of its own. */
static int init_quietly(int *argc, char ***argv) {
  setting alone[N_ALONE] = { /* without a launcher: no daemon, no look at the network (20 ms instead of 300) */
      {"OMPI_MCA_ess_singleton_isolated", "1", false},
      {"OMPI_MCA_orte_create_session_dirs", "0", false}, /* one folder for all of them, which each removes */
      {"OMPI_MCA_btl", "self", false},
      {"OMPI_MCA_pml", "ob1", false}};
  setting copy = {"OMPI_MCA_btl_vader_single_copy_mechanism", "none", false};
  setting yield = {"OMPI_MCA_mpi_yield_when_idle", "1", false}; /* more ranks than cores must not spin */
  if (!under_launcher()) {
    for (int k = 0; k < N_ALONE; k++) apply(&alone[k]);
  } else {
    const char *ranks = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (ranks && atol(ranks) > sysconf(_SC_NPROCESSORS_ONLN)) apply(&yield);
    if (!single_copy_works()) apply(&copy);
  }
  int provided, status = MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
  for (int k = 0; k < N_ALONE; k++) {
    if (alone[k].ours) unsetenv(alone[k].name);
  }
  if (copy.ours) unsetenv(copy.name);
  if (yield.ours) unsetenv(yield.name);
  return status == MPI_SUCCESS ? 0 : -1;
}

static size_t message_bytes(void) {
  const char *text = getenv("LUNATE_MESSAGE_BYTES");
  long long n = text ? atoll(text) : 0;
  return n > 0 && n < INT_MAX ? (size_t)n : INT_MAX;
}

int ln_comm_create(ln_comm **out, int *argc, char ***argv, ln_error *err) {
  *out = NULL;
  int running = 0;
  MPI_Initialized(&running);
  if (running) return ln_fail(err, LN_EINVAL, "the ranks are set up once a process");
  ln_comm *c = calloc(1, sizeof *c);
  if (!c) return ln_fail(err, LN_ENOMEM, "no memory to set up the ranks");
  if (init_quietly(argc, argv) < 0) {
    free(c);
    return ln_fail(err, LN_EIO, "MPI does not start");
  }
  c->world = MPI_COMM_WORLD;
  c->node = c->meeting = MPI_COMM_NULL;
  c->node_size = 1;
  c->piece = message_bytes();
  MPI_Comm_rank(c->world, &c->rank);
  MPI_Comm_size(c->world, &c->size);
  if (c->size > 1) {
    MPI_Comm_dup(c->world, &c->meeting);
    MPI_Comm_split_type(c->world, MPI_COMM_TYPE_SHARED, c->rank, MPI_INFO_NULL, &c->node);
    MPI_Comm_rank(c->node, &c->node_rank);
    MPI_Comm_size(c->node, &c->node_size);
  }
  size_t n = (size_t)c->size;
  c->heard = ln_alloc_array(n, sizeof *c->heard);
  c->bytes = ln_alloc_array(n, sizeof *c->bytes);
  c->count = ln_alloc_array(2 * n, sizeof *c->count);
  c->first = ln_alloc_array(2 * n, sizeof *c->first);
  bool good = c->heard && c->bytes && c->count && c->first;
  int code = ln_comm_agree(c, good ? 0 : ln_fail(err, LN_ENOMEM, "no memory to set up the ranks"), err);
  if (code) ln_comm_destroy(c);
  else *out = c;
  return code;
}

void ln_comm_destroy(ln_comm *c) {
  if (!c) return;
  if (c->node != MPI_COMM_NULL) MPI_Comm_free(&c->node);
  if (c->meeting != MPI_COMM_NULL) MPI_Comm_free(&c->meeting);
  MPI_Finalize();
  ln_free(c->heard);
  ln_free(c->bytes);
  ln_free(c->count);
  ln_free(c->first);
  free(c);
}

void ln_comm_abort(ln_comm *c, int status) {
  MPI_Abort(c ? c->world : MPI_COMM_WORLD, status);
  _exit(status ? status : 1); /* MPI_Abort may return */
}

int ln_comm_rank(const ln_comm *c) { return c->rank; }
int ln_comm_size(const ln_comm *c) { return c->size; }
int ln_comm_node_size(const ln_comm *c) { return c->node_size; }
int ln_comm_node_rank(const ln_comm *c) { return c->node_rank; }

double ln_comm_wtime(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

const char *ln_comm_libraries(void) {
  static char text[MPI_MAX_LIBRARY_VERSION_STRING + 64];
  int length;
  unsigned major = 0, minor = 0, release = 0;
  MPI_Get_library_version(text, &length);
  length = (int)strcspn(text, ",\n"); /* what follows is about how it was built */
  H5get_libversion(&major, &minor, &release);
  snprintf(text + length, sizeof text - (size_t)length, ", HDF5 %u.%u.%u", major, minor, release);
  return text;
}

void ln_comm_barrier(ln_comm *c) {
  if (c->size > 1) MPI_Barrier(c->world);
}

/* ------------------------------------------------------------------ moving data */

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void send_pieces(ln_comm *c, const char *data, size_t bytes, int to) {
  for (size_t at = 0; at < bytes; at += c->piece) {
    MPI_Send(data + at, (int)smaller(c->piece, bytes - at), MPI_BYTE, to, 0, c->world);
  }
}

static void receive_pieces(ln_comm *c, char *data, size_t bytes, int from) {
  for (size_t at = 0; at < bytes; at += c->piece) {
    MPI_Recv(data + at, (int)smaller(c->piece, bytes - at), MPI_BYTE, from, 0, c->world, MPI_STATUS_IGNORE);
  }
}

static void exchange_pieces(ln_comm *c, const char *send, size_t send_bytes, int to, char *recv,
                            size_t recv_bytes, int from) {
  for (size_t at = 0; at < send_bytes || at < recv_bytes; at += c->piece) {
    size_t out = at < send_bytes ? smaller(c->piece, send_bytes - at) : 0;
    size_t in = at < recv_bytes ? smaller(c->piece, recv_bytes - at) : 0;
    MPI_Sendrecv(out ? send + at : NULL, (int)out, MPI_BYTE, out ? to : MPI_PROC_NULL, 0,
                 in ? recv + at : NULL, (int)in, MPI_BYTE, in ? from : MPI_PROC_NULL, 0, c->world,
                 MPI_STATUS_IGNORE);
  }
}

void ln_comm_bcast(ln_comm *c, void *data, size_t bytes, int root) {
  if (c->size == 1) return;
  for (size_t at = 0; at < bytes; at += c->piece) {
    MPI_Bcast((char *)data + at, (int)smaller(c->piece, bytes - at), MPI_BYTE, root, c->world);
  }
}

void ln_comm_allgather(ln_comm *c, const void *send, size_t bytes, void *recv) {
  if (bytes == 0) return;
  char *to = recv;
  if (bytes <= c->piece / (size_t)c->size) {
    if (c->size == 1) memcpy(recv, send, bytes);
    else MPI_Allgather(send, (int)bytes, MPI_BYTE, recv, (int)bytes, MPI_BYTE, c->world);
    return;
  }
  memcpy(to + (size_t)c->rank * bytes, send, bytes);
  for (int r = 0; r < c->size; r++) ln_comm_bcast(c, to + (size_t)r * bytes, bytes, r);
}

static size_t total_of(const size_t *bytes, int n) {
  size_t total = 0;
  for (int r = 0; r < n; r++) total += bytes[r];
  return total;
}

/* MPI's int counts and displacements, for totals within one piece. */
static void to_ints(const size_t *bytes, int n, int *count, int *first) {
  int at = 0;
  for (int r = 0; r < n; r++) {
    count[r] = (int)bytes[r];
    first[r] = at;
    at += count[r];
  }
}

/* Room for what is about to arrive, on every rank or on none. */
static int make_room(ln_comm *c, bool wanted, size_t bytes, void **out, ln_error *err) {
  *out = wanted ? ln_alloc(bytes) : NULL;
  int code = wanted && !*out ? ln_fail(err, LN_ENOMEM, "no memory for %zu bytes from all ranks", bytes) : 0;
  code = ln_comm_agree(c, code, err);
  if (!code) return 0;
  ln_free(*out);
  *out = NULL;
  return code;
}

int ln_comm_allgatherv(ln_comm *c, const void *send, size_t bytes, void **recv, size_t *counts,
                       ln_error *err) {
  ln_comm_allgather(c, &bytes, sizeof bytes, c->bytes);
  size_t total = total_of(c->bytes, c->size), at = 0;
  int code = make_room(c, true, total, recv, err);
  if (code) return code;
  if (c->size > 1 && total <= c->piece) {
    to_ints(c->bytes, c->size, c->count, c->first);
    MPI_Allgatherv(send, (int)bytes, MPI_BYTE, *recv, c->count, c->first, MPI_BYTE, c->world);
  } else {
    for (int r = 0; r < c->size; at += c->bytes[r++]) {
      char *part = (char *)*recv + at;
      if (r == c->rank && bytes) memcpy(part, send, bytes);
      ln_comm_bcast(c, part, c->bytes[r], r);
    }
  }
  if (counts) memcpy(counts, c->bytes, (size_t)c->size * sizeof *counts);
  return 0;
}

/* Root's part and the others' of a gather in pieces. */
static void gather_pieces(ln_comm *c, const char *send, int root, char *all) {
  if (c->rank != root) {
    send_pieces(c, send, c->bytes[c->rank], root);
    return;
  }
  for (int r = 0; r < c->size; all += c->bytes[r++]) {
    if (r != root) receive_pieces(c, all, c->bytes[r], r);
    else if (c->bytes[r]) memcpy(all, send, c->bytes[r]);
  }
}

int ln_comm_gatherv(ln_comm *c, const void *send, size_t bytes, int root, void **recv, size_t *counts,
                    ln_error *err) {
  ln_comm_allgather(c, &bytes, sizeof bytes, c->bytes);
  size_t total = total_of(c->bytes, c->size);
  int code = make_room(c, c->rank == root, total, recv, err);
  if (code) return code;
  if (c->size > 1 && total <= c->piece) {
    to_ints(c->bytes, c->size, c->count, c->first);
    MPI_Gatherv(send, (int)bytes, MPI_BYTE, *recv, c->count, c->first, MPI_BYTE, root, c->world);
  } else {
    gather_pieces(c, send, root, *recv);
  }
  if (counts) memcpy(counts, c->bytes, (size_t)c->size * sizeof *counts);
  return 0;
}

/* Round k: to the rank k places above, from the rank k places below. */
static void alltoall_pieces(ln_comm *c, const char *send, const size_t *send_bytes, char *all,
                            const size_t *recv_bytes) {
  for (int k = 0; k < c->size; k++) {
    int to = (c->rank + k) % c->size, from = (c->rank - k + c->size) % c->size;
    const char *out = send + total_of(send_bytes, to);
    char *in = all + total_of(recv_bytes, from);
    if (k == 0 && send_bytes[to]) memcpy(in, out, send_bytes[to]);
    if (k > 0) exchange_pieces(c, out, send_bytes[to], to, in, recv_bytes[from], from);
  }
}

int ln_comm_alltoallv(ln_comm *c, const void *send, const size_t *send_bytes, void **recv, size_t *recv_bytes,
                      ln_error *err) {
  int each = sizeof(size_t);
  if (c->size > 1) MPI_Alltoall(send_bytes, each, MPI_BYTE, recv_bytes, each, MPI_BYTE, c->world);
  else recv_bytes[0] = send_bytes[0];
  size_t sent = total_of(send_bytes, c->size), total = total_of(recv_bytes, c->size);
  int code = make_room(c, true, total, recv, err);
  if (code) return code;
  if (ln_comm_max(c, (int64_t)(sent > total ? sent : total)) <= (int64_t)c->piece && c->size > 1) {
    int *in_count = c->count + c->size, *in_first = c->first + c->size;
    to_ints(send_bytes, c->size, c->count, c->first);
    to_ints(recv_bytes, c->size, in_count, in_first);
    MPI_Alltoallv(send, c->count, c->first, MPI_BYTE, *recv, in_count, in_first, MPI_BYTE, c->world);
  } else {
    alltoall_pieces(c, send, send_bytes, *recv, recv_bytes);
  }
  return 0;
}

/* ------------------------------------------------------------------ reductions */

static int64_t reduce(ln_comm *c, int64_t value, MPI_Op op) {
  if (c->size > 1) MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, op, c->world);
  return value;
}

int64_t ln_comm_sum(ln_comm *c, int64_t value) { return reduce(c, value, MPI_SUM); }
int64_t ln_comm_min(ln_comm *c, int64_t value) { return reduce(c, value, MPI_MIN); }
int64_t ln_comm_max(ln_comm *c, int64_t value) { return reduce(c, value, MPI_MAX); }

void ln_comm_sum_array(ln_comm *c, int64_t *values, int n) {
  if (c->size > 1) MPI_Allreduce(MPI_IN_PLACE, values, n, MPI_INT64_T, MPI_SUM, c->world);
}

/* Doubles as integers of the same order: a minimum of these has one answer whatever the tree of the
 * reduction. -0 counts as 0, since a rank that holds both finds the one or the other by their places.
 * `nan` stands for NaN and is beyond every number's image. */
static int64_t ordered(double x, int64_t nan) {
  int64_t bits;
  if (isnan(x)) return nan;
  x += 0.0;
  memcpy(&bits, &x, sizeof bits);
  return bits < 0 ? bits ^ INT64_MAX : bits;
}

static double from_ordered(int64_t bits, int64_t nan) {
  double x;
  if (bits == nan) return NAN;
  if (bits < 0) bits ^= INT64_MAX;
  memcpy(&x, &bits, sizeof x);
  return x;
}

double ln_comm_min_double(ln_comm *c, double value) {
  return from_ordered(reduce(c, ordered(value, INT64_MIN), MPI_MIN), INT64_MIN);
}

double ln_comm_max_double(ln_comm *c, double value) {
  return from_ordered(reduce(c, ordered(value, INT64_MAX), MPI_MAX), INT64_MAX);
}

/* ------------------------------------------------------------------ not waiting */

void ln_comm_iallgather(ln_comm *c, const void *send, size_t bytes, void *recv, ln_request **out) {
  *out = NULL;
  if (c->size == 1 || bytes == 0 || bytes > c->piece / (size_t)c->size) {
    ln_comm_allgather(c, send, bytes, recv);
    return;
  }
  MPI_Request mpi;
  MPI_Iallgather(send, (int)bytes, MPI_BYTE, recv, (int)bytes, MPI_BYTE, c->world, &mpi);
  *out = malloc(sizeof **out);
  if (*out) (*out)->mpi = mpi;
  else MPI_Wait(&mpi, MPI_STATUS_IGNORE); /* no memory to remember it: wait here */
}

void ln_comm_wait(ln_request *r) {
  if (!r) return;
  MPI_Wait(&r->mpi, MPI_STATUS_IGNORE);
  free(r);
}

/* ------------------------------------------------------------------ agreeing and meeting */

int ln_comm_agree(ln_comm *c, int code, ln_error *err) {
  if (c->size == 1) return code;
  int64_t lowest = ln_comm_min(c, code ? c->rank : c->size);
  if (lowest == c->size) return 0;
  ln_error news = {.code = code};
  if (err && lowest == c->rank) memcpy(news.text, err->text, sizeof news.text);
  ln_comm_bcast(c, &news, sizeof news, (int)lowest);
  return ln_fail(err, news.code, "%s", news.text);
}

typedef struct place { /* what a rank says when the words differ */
  char text[384];
} place;

static uint64_t hash_text(uint64_t hash, const char *text) { /* FNV-1a, the final 0 included */
  do hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
  while (*text++);
  return hash;
}

static void say_place(place *p, const char *what, const char *where) {
  memset(p, 0, sizeof *p);
  if (*where) snprintf(p->text, sizeof p->text, "%.120s (%.250s)", what, where);
  else snprintf(p->text, sizeof p->text, "%.380s", what);
}

static int break_comm(ln_comm *c, int code, const char *text, ln_error *err) {
  c->broken = true;
  ln_fail(&c->why, code, "%s", text);
  return ln_fail(err, code, "%s", text);
}

/* Everybody's word. Returns the lowest rank that failed, else size; *other is the lowest rank whose word
 * differs from rank 0's, else size. */
static int hear(ln_comm *c, word mine, int *other) {
  MPI_Allgather(&mine, sizeof mine, MPI_BYTE, c->heard, sizeof mine, MPI_BYTE, c->meeting);
  int failed = c->size;
  *other = c->size;
  for (int r = c->size - 1; r >= 0; r--) {
    if (c->heard[r].failed) failed = r;
    if (c->heard[r].hash != c->heard[0].hash) *other = r;
  }
  return failed;
}

int ln_comm_meet(ln_comm *c, const char *what, const char *where, ln_error *err) {
  if (c->broken) return ln_fail(err, c->why.code, "%s", c->why.text);
  if (c->size == 1) return 0;
  word mine = {0, hash_text(hash_text(0xCBF29CE484222325u, what), where)};
  int other, failed = hear(c, mine, &other);
  if (failed < c->size) {
    char message[sizeof c->why.text];
    MPI_Bcast(message, sizeof message, MPI_BYTE, failed, c->meeting);
    return break_comm(c, LN_EELSEWHERE, message, err);
  }
  if (other == c->size) return 0;
  place first, second;
  say_place(&first, what, where);
  say_place(&second, what, where);
  MPI_Bcast(&first, sizeof first, MPI_BYTE, 0, c->meeting);
  MPI_Bcast(&second, sizeof second, MPI_BYTE, other, c->meeting);
  char text[sizeof c->why.text];
  snprintf(text, sizeof text, "ranks diverged: rank 0 is in %s, rank %d in %s", first.text, other,
           second.text);
  return break_comm(c, LN_EDIVERGED, text, err);
}

int ln_comm_meet_failed(ln_comm *c, const char *message) {
  if (c->size == 1) return 0;
  if (c->broken) { /* all know already; a divergence is told by rank 0, once */
    bool mine = c->why.code == LN_EDIVERGED && c->rank == 0 && !c->told;
    c->told = true;
    return mine ? 0 : 1;
  }
  int other, lowest = hear(c, (word){1, 0}, &other);
  char text[sizeof c->why.text] = {0};
  snprintf(text, sizeof text, "%s", message);
  MPI_Bcast(text, sizeof text, MPI_BYTE, lowest, c->meeting);
  break_comm(c, LN_EELSEWHERE, text, NULL);
  c->told = true;
  return lowest == c->rank ? 0 : 1;
}

void ln_comm_mend(ln_comm *c) { c->broken = c->told = false; }

/* ------------------------------------------------------------------ parallel files */

int ln_comm_set_fapl(ln_comm *c, int64_t fapl, ln_error *err) {
  /* Without a launcher Open MPI's own file layer prints errors, or leaves files of its own beside ours; ROMIO
   * does neither. (With several ranks ROMIO cannot close files in MPI_Finalize.) */
  if (c->size == 1) setenv("OMPI_MCA_io_romio321_priority", "100", 0);
  if (H5Pset_fapl_mpio(fapl, c->world, MPI_INFO_NULL) < 0 || H5Pset_all_coll_metadata_ops(fapl, true) < 0 ||
      H5Pset_coll_metadata_write(fapl, true) < 0) {
    return ln_fail(err, LN_EIO, "HDF5 does not take the ranks: was it built with MPI?");
  }
  return 0;
}
