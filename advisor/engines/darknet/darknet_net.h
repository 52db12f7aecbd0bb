/* SPDX-License-Identifier: MIT
 * libdarknet behind a door: the only file that includes <darknet.h> is darknet_net.c.
 *
 * The library exits, aborts, or computes rubbish on input it does not like, so everything is
 * checked with network/ before it sees anything. One network a process: it gives no memory back. */
#ifndef PM_DARKNET_NET_H
#define PM_DARKNET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;
struct pm_darknet; /* opaque */

/* The engine that this program is, see accelerator.h. */
/* First of all, with main's arguments: the program may be started once more, with what its
 * libraries should find in the environment. */
void pm_darknet_prepare(char **argv);
const char *pm_darknet_engine(void);
long pm_darknet_max_threads(void); /* 0: any number */
void pm_darknet_version(char *out, size_t size);

/* Check cfg and weights (NULL: random ones, always the same), then have libdarknet load them for
 * `batch` images at once, to be computed by so many threads. Fills the input with fixed values in
 * [0, 1). *out lives until the process ends. PM_EDATA: cfg or weights; PM_EUSAGE: the batch;
 * PM_EENGINE: libdarknet disagrees. */
int pm_darknet_load(const char *cfg, const char *weights, long batch, long threads,
                    struct pm_darknet **out, struct pm_err *err);
double pm_darknet_inputs(const struct pm_darknet *dn); /* values an image */
double pm_darknet_outputs(const struct pm_darknet *dn);

/* One inference of the whole batch; allocates nothing of ours. */
void pm_darknet_predict(struct pm_darknet *dn);
/* Of the batch's input, image by image: values * batch floats, to be filled by the caller. */
float *pm_darknet_input(struct pm_darknet *dn, size_t *values);
/* Of the last inference's first image the classes with the largest outputs, best first, the earlier
 * of equals; top <= outputs. */
void pm_darknet_top(const struct pm_darknet *dn, size_t top, size_t *classes);
size_t pm_darknet_layers(const struct pm_darknet *dn); /* how many */
/* The same, layer by layer: what each took goes to ms. */
void pm_darknet_predict_layers(struct pm_darknet *dn, double *ms);
/* Of the last inference, all images. */
bool pm_darknet_finite(const struct pm_darknet *dn);
uint64_t pm_darknet_digest(const struct pm_darknet *dn);

/* Path of the libdarknet in this process; "" when it cannot be told. Borrowed. */
const char *pm_darknet_library(void);

#endif
