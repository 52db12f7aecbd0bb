/* SPDX-License-Identifier: MIT */
#include "stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>

struct pm_share pm_wilson(size_t hits, size_t n, double confidence)
{
    if (n == 0)
        return (struct pm_share){(double)NAN, (double)NAN, (double)NAN};
    const double z = gsl_cdf_ugaussian_Pinv((1 + confidence) / 2);
    const double count = (double)n, p = (double)hits / count;
    const double centre = (p + z * z / (2 * count)) / (1 + z * z / count);
    const double half =
        z * sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count);
    return (struct pm_share){p, hits == 0 ? 0 : centre - half, hits == n ? 1 : centre + half};
}

static double exact_p(size_t first, size_t second)
{
    const size_t less = first < second ? first : second, n = first + second;
    if (n == 0)
        return 1;
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)less, .5, (unsigned)n));
}

/* The same shares on factor times as many images. */
static double p_at(const struct pm_mcnemar *m, double factor)
{
    return exact_p((size_t)llround(factor * (double)m->first),
                   (size_t)llround(factor * (double)m->second));
}

#define MOST 1e6 /* times as many images: nobody has more */

static size_t find_n_more(const struct pm_mcnemar *m, double alpha)
{
    const double n = (double)(m->both + m->first + m->second + m->neither);
    double low = 1, high = 1;
    if (m->p < alpha)
        return 0;
    if (m->first == m->second)
        return SIZE_MAX;
    while (p_at(m, high) >= alpha && high < MOST)
        high *= 2;
    if (!(p_at(m, high) < alpha) || (double)(m->first + m->second) * high > (double)UINT32_MAX)
        return SIZE_MAX;
    while ((high - low) * n > .5) {
        const double middle = (low + high) / 2;
        if (p_at(m, middle) < alpha)
            high = middle;
        else
            low = middle;
    }
    return (size_t)ceil(n * (high - 1));
}

struct pm_mcnemar pm_mcnemar_counts(size_t both, size_t first, size_t second, size_t neither,
                                    double confidence)
{
    struct pm_mcnemar m = {.both = both, .first = first, .second = second, .neither = neither};
    m.p = exact_p(first, second);
    m.n_more = find_n_more(&m, 1 - confidence);
    return m;
}

double pm_images_to_tell(double p, double bound, double confidence)
{
    const double z = gsl_cdf_ugaussian_Pinv((1 + confidence) / 2), d = p - bound;
    if (!(d * d > 0) || !(p > 0 && p < 1))
        return 0;
    const double images = z * z * p * (1 - p) / (d * d);
    const double two_digits = pow(10, floor(log10(images)) - 1);
    return images < 1e8 ? ceil(images / two_digits) * two_digits : 0;
}
