/* image.h - the synapses of a projection as a population, for synapses that lead to them or come from
 * them.
 *
 * Neuron k of the population stands for the synapse that comes k-th in ln_projection_gather, wherever it
 * is stored. The population's variables are copies of the projection's, of the same type: whoever is about
 * to read them has them pulled, and whoever has written some pushes them back. Nothing else happens to
 * such a population: it has no equations and no spikes. The number of the projection's synapses stays what
 * it was.
 */
#ifndef LN_IMAGE_H
#define LN_IMAGE_H

#include "projection.h"

typedef struct ln_image ln_image;

typedef struct ln_image_spec {
  const char *name;   /* copied */
  ln_projection *of;  /* built; borrowed */
  int n_var;
  const char *const *var; /* copied: names of variables of its synapses, not of those that are one a segment or
                             target; or "i" and "j", the source and target that they have, counted from 1 in the
                             projection's ranges */
  const bool *written;    /* copied: those that are pushed; none of these is stored once */
} ln_image_spec;

/* The model of the population, which lives as long as the image. Local. */
int ln_image_create(ln_image **out, const ln_image_spec *spec, ln_comm *comm, ln_error *err);
void ln_image_destroy(ln_image *im); /* after the population and its block. Local, NULL accepted */
ln_model *ln_image_model(const ln_image *im);
/* From now on the population (of that model, with a neuron a synapse; borrowed) is the image. Local. */
void ln_image_settle(ln_image *im, ln_population *p);

/* From the synapses to the population; what is put off at the synapses is made up for. Collective. */
int ln_image_pull(ln_image *im, ln_error *err);
/* One variable of the population to an array of its own; on one rank alone. Local. */
int ln_image_pull_to(ln_image *im, int var, void *out, ln_error *err);
/* What is written, from the population to the synapses, after a pull. Collective. */
int ln_image_push(ln_image *im, ln_error *err);
uint64_t ln_image_bytes(const ln_image *im);

#endif
