/* block.h - the state of all neurons of one compiled model on this rank. Local.
 *
 * One padded, aligned array a per-neuron variable; populations take ranges of it, each starting at a
 * multiple of LN_LANES. Growing moves the arrays: fetch pointers anew after adding a population.
 */
#ifndef LN_BLOCK_H
#define LN_BLOCK_H

#include <stddef.h>
#include "error.h"
#include "model.h"

typedef struct ln_block ln_block;

int ln_block_create(ln_block **out, ln_model *model, ln_error *err); /* model retained; NULL for schedules (no variables) */
void ln_block_destroy(ln_block *b);
/* Room for n more neurons (padded); *first is their block-local index. */
int ln_block_extend(ln_block *b, int64_t n, int64_t *first, ln_error *err);
int64_t ln_block_size(const ln_block *b);        /* padded neurons */
ln_model *ln_block_model(const ln_block *b);
void *ln_block_var(const ln_block *b, int var);  /* NULL for a shared variable */
int32_t *ln_block_last(const ln_block *b);       /* steps of last spikes */
uint32_t *ln_block_nid(const ln_block *b);       /* network-wide index of each neuron, UINT32_MAX in padding */
uint32_t *ln_block_gid(const ln_block *b);       /* index in its population */
uint64_t ln_block_bytes(const ln_block *b);
/* What ln_block_extend by n neurons would allocate; 0 when there is room. */
uint64_t ln_block_bytes_to_extend(const ln_block *b, int64_t n);
/* All arrays at once, as one run of bytes: for snapshots. The same size as long as the block does not grow. */
const void *ln_block_image(const ln_block *b, size_t *bytes);
void ln_block_set_image(ln_block *b, const void *image);

#endif
