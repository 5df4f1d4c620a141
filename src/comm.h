/* comm.h - ranks. The only file pair that knows MPI.
 *
 * Without mpirun (or with one rank) everything here works and costs nothing. All functions are
 * Collective unless they say Local. Reductions are exact: the same bits for every number of ranks.
 */
#ifndef LN_COMM_H
#define LN_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "error.h"

typedef struct ln_comm ln_comm;
typedef struct ln_request ln_request; /* a collective under way */

/* MPI_Init; once a process. Sets Open MPI's defaults where the user has not: no look at networks without a
 * launcher (it starts in 20 to 40 ms), yielding when ranks outnumber cores. $LUNATE_MESSAGE_BYTES limits a
 * message (for tests; INT_MAX). */
int ln_comm_create(ln_comm **out, int *argc, char ***argv, ln_error *err);
void ln_comm_destroy(ln_comm *comm);       /* MPI_Finalize; NULL accepted */
void ln_comm_abort(ln_comm *comm, int status) __attribute__((noreturn)); /* Local; the last resort */

int ln_comm_rank(const ln_comm *comm);     /* Local */
int ln_comm_size(const ln_comm *comm);     /* Local */
int ln_comm_node_size(const ln_comm *comm);/* Local: ranks that share this machine's memory */
int ln_comm_node_rank(const ln_comm *comm);/* Local: place among them */

void ln_comm_barrier(ln_comm *comm);
void ln_comm_bcast(ln_comm *comm, void *data, size_t bytes, int root); /* any size, chunked past 2 GiB */
/* data of equal size from every rank, in rank order. */
void ln_comm_allgather(ln_comm *comm, const void *send, size_t bytes, void *recv);
/* *recv is allocated (caller frees with ln_free); counts (bytes per rank, size entries) may be NULL. */
int ln_comm_allgatherv(ln_comm *comm, const void *send, size_t bytes, void **recv, size_t *counts,
                    ln_error *err);
/* as above; only root gets data (others: *recv NULL). */
int ln_comm_gatherv(ln_comm *comm, const void *send, size_t bytes, int root, void **recv, size_t *counts,
                    ln_error *err);
/* send holds send_bytes[0], send_bytes[1], … bytes for rank 0, 1, …; *recv likewise by source. */
int ln_comm_alltoallv(ln_comm *comm, const void *send, const size_t *send_bytes, void **recv, size_t *recv_bytes,
                      ln_error *err);
int64_t ln_comm_sum(ln_comm *comm, int64_t value);
int64_t ln_comm_min(ln_comm *comm, int64_t value);
int64_t ln_comm_max(ln_comm *comm, int64_t value);
void ln_comm_sum_array(ln_comm *comm, int64_t *values, int n); /* each place over all ranks */
double ln_comm_min_double(ln_comm *comm, double value); /* NaN if any is NaN; never -0 */
double ln_comm_max_double(ln_comm *comm, double value);

/* Non-blocking allgather of equal, small records, for the spike exchange. Send and recv stay untouched
 * by the caller until ln_comm_wait. With one rank it copies at once. */
void ln_comm_iallgather(ln_comm *comm, const void *send, size_t bytes, void *recv, ln_request **out);
void ln_comm_wait(ln_request *request); /* frees it; NULL accepted */

/* Failure agreed by all: every rank calls with its own code and err; all return the code of the lowest
 * failing rank (0 if none) and hold its text. Call it before a collective function returns. */
int ln_comm_agree(ln_comm *comm, int code, ln_error *err);

/* The ranks meet at a collective call of the script. what is the operation ("run"), where the script
 * line ("cuba.lua:12"). Returns 0 when all ranks say the same; LN_EDIVERGED with both places named; or
 * LN_EELSEWHERE with the message of a rank that called ln_comm_meet_failed. After either failure the
 * comm is broken: every later meet returns the same error at once, so that nobody waits. A rank whose
 * script comes to its end meets at that too ("the end of the script", ""), lest others wait for it. */
int ln_comm_meet(ln_comm *comm, const char *what, const char *where, ln_error *err);
/* A rank whose script ended in an error says so to those that wait in ln_comm_meet. Returns 0 if this
 * rank is the one that should print message (the lowest rank that failed; rank 0 after a divergence),
 * else non-zero. With one rank always 0, and nothing is broken. */
int ln_comm_meet_failed(ln_comm *comm, const char *message);
/* Whole again after a failed meeting, for a prompt that goes on: called by all ranks before they meet
 * anew. Local. */
void ln_comm_mend(ln_comm *comm);

/* Makes fapl (an hid_t) one of parallel HDF5 over these ranks, with collective metadata. For store.c. Local. */
int ln_comm_set_fapl(ln_comm *comm, int64_t fapl, ln_error *err);

double ln_comm_wtime(void); /* Local: wall seconds */
const char *ln_comm_libraries(void); /* Local: "Open MPI v4.1.4, HDF5 1.10.8", what this runs on */

#endif
