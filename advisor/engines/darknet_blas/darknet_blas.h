/* SPDX-License-Identifier: MIT
 * One call that makes a network loaded by libdarknet infer at the speed of OpenBLAS.
 *
 *     network *net = load_network("resnet50.cfg", "resnet50.weights", 0);
 *     set_batch_network(net, 1);
 *     darknet_blas(net, 2);
 *     float *out = network_predict(net, pixels);
 *
 * cc classify.c -I/usr/lib/darknet/include -ldarknet_blas /usr/lib/darknet/libdarknet.so
 *
 * Nothing of Darknet is patched: each layer of a network holds a pointer to its forward function,
 * and this replaces those of convolutions, connected layers, max-pooling, shortcuts and routes.
 * What it does not know keeps Darknet's own. Needs <darknet.h> before it, of the same build as the
 * library in the process, and no other. */
#ifndef DARKNET_BLAS_H
#define DARKNET_BLAS_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Call it once for a network, after its weights are loaded: they are changed (batch normalisation
 * is folded into them) and what only training needs is freed, so that the network can infer and
 * nothing else: no training, no save_weights, no resize_network.
 *
 * threads: 1 or more, for this network; OpenBLAS itself is set to one thread a product, in the
 * whole process. One inference of a network at a time. Outputs differ from Darknet's own by
 * rounding: below 1e-4 of the largest, before softmax.
 *
 * Returns the number of layers that keep Darknet's own code, or -1 when memory runs out; the
 * network is then as it was. */
int darknet_blas(network *net, int threads);

/* Is the layer's forward function one of ours? */
int darknet_blas_has(const layer *l);

/* The kernels that OpenBLAS chose for this processor, or was told by OPENBLAS_CORETYPE: "Haswell",
 * "ARMV8", ... Static. */
const char *darknet_blas_kernel(void);

/* An OpenBLAS older than the processor takes it for one of 2004, several times slower than it is.
 * What OPENBLAS_CORETYPE should say before the program starts, then: "SkylakeX" or "Haswell". NULL
 * where its own choice, or yours, stands. Static. */
const char *darknet_blas_better_kernel(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
