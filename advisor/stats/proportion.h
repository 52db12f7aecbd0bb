/* SPDX-License-Identifier: MIT
 * Accuracy from labelled images: the interval of a share, and whether two networks that saw the
 * same images differ. Nothing here allocates or fails. */
#ifndef PM_PROPORTION_H
#define PM_PROPORTION_H

#include <stddef.h>

struct pm_share { /* of 0 to 1 */
    double value, lo, hi;
};

/* hits of n, n >= 1, with Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001):
 * centre (p + z2/2n) / (1 + z2/n), half width z sqrt(p (1 - p)/n + z2/4n2) / (1 + z2/n). Unlike
 * p +- z s it stays inside 0 to 1 and covers at small n and at the ends. NAN for n = 0. */
struct pm_share pm_wilson(size_t hits, size_t n, double confidence);

/* So many images in all would carry the bound out of the interval of a share p, were the share to
 * stay: z2 p (1 - p) / (p - bound)2, two digits, rounded up; 0 when it cannot be said. */
double pm_images_to_tell(double p, double bound, double confidence);

struct pm_mcnemar {
    size_t both, first, second, neither; /* images that both, only one, or none got right */
    double p;      /* exact, two-sided: of the discordant ones, so uneven a split or more */
    size_t n_more; /* further images with the same shares that would bring p below 1 - confidence; 0
                      when it is, SIZE_MAX when the two split evenly */
};

/* McNemar's test of two classifiers on the same images (McNemar 1947), exact: under equal accuracy
 * the discordant images split as Bin(first + second, 1/2). both and neither only count towards
 * n_more. */
struct pm_mcnemar pm_mcnemar_counts(size_t both, size_t first, size_t second, size_t neither,
                                    double confidence);

#endif
