/* SPDX-License-Identifier: MIT */
#include "report/claims.h"

#include "advise/answer.h"
#include "base/buf.h"

#include <math.h>

#define CLAIM_GOOD_ERROR 0.10 /* leave-one-out error up to which operations "reliably" predict */

#define CLAIM_SAME_ORDER 0.95 /* rank correlation from which on an order is called the same */

static void claim_power(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_power_law *p = &a->fits.power;
    pm_buf_add(buf, "Power does not depend on the network or the batch: ");
    if (p->n < 3 || !isfinite(p->networks_sd)) {
        pm_buf_add(buf, "not tested here, needs power figures");
        return;
    }
    pm_buf_addf(buf, "mean %.1f W while busy; between networks +- %.2f W (%.0f %%%s)", p->mean_w,
                p->networks_sd, 100 * p->networks_sd / p->base_w,
                p->above_idle ? ", of the power above idle" : "");
    if (isfinite(p->batches_sd))
        pm_buf_addf(buf, ", between batch sizes of one network +- %.2f W (%.0f %%): %s",
                    p->batches_sd, 100 * p->batches_sd / p->base_w,
                    fmax(p->networks_sd, p->batches_sd) < PM_POWER_CONSTANT * p->base_w
                        ? "holds here"
                        : "it does depend here");
    else
        pm_buf_add(buf, "; batches not tested here, needs power at several batch sizes");
}

static void claim_hyperbola(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_hyperbola *h = &a->fits.front;
    pm_buf_add(buf, "Accuracy and time are in a hyperbolic relationship: ");
    if (h->verdict != PM_FIT_OK || !isfinite(h->loo_rmse) || !isfinite(h->log_loo_rmse)) {
        pm_buf_add(buf, "not tested here, needs more networks on the front");
        return;
    }
    const bool holds = h->loo_rmse <= h->log_loo_rmse && h->loo_rmse <= h->power_loo_rmse;
    pm_buf_addf(buf,
                "%s; on the front it misses a network left out by %.2f points, a "
                "logarithm by %.2f, a power law by %.2f",
                holds ? "holds" : "another curve does better", h->loo_rmse, h->log_loo_rmse,
                h->power_loo_rmse);
}

static void claim_energy(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_energy_ceiling *e = &a->fits.ceiling;
    char energy[40], time[40];
    pm_buf_add(buf, "An energy budget is an upper bound on accuracy: ");
    if (!isfinite(e->energy_j)) {
        pm_buf_add(buf, a->fits.power.n > 0 ? "not tested here, needs a fitted front"
                                            : "not tested here, needs power figures");
        return;
    }
    pm_buf_addf(buf, "at %.1f W, %s buys %s, hence at most about %.1f +- %.1f %% top-1",
                a->fits.power.mean_w, pm_metric_text(PM_ENERGY, e->energy_j, energy, sizeof energy),
                pm_metric_text(PM_LATENCY, e->time_ms, time, sizeof time), e->top1_pct,
                e->half_pct);
    const double slowest = a->fits.front.t_max, fastest = a->fits.front.t_min;
    if (e->time_ms > slowest || e->time_ms < fastest)
        pm_buf_add(buf, " (beyond the networks measured)");
    else
        pm_buf_add(buf, " (fitted front)");
}

static void claim_operations(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_answer_fits *fits = &a->fits;
    const struct pm_ops_fit *f = &fits->ops;
    pm_buf_add(buf, "The operations count is a reliable estimate of the time: ");
    if (f->verdict != PM_FIT_OK) {
        pm_buf_add(buf, "not tested here, needs 4 networks");
        return;
    }
    pm_buf_addf(buf, "%s; leave-one-out mean error %.1f %%, rank correlation %.2f",
                f->loo_mape <= CLAIM_GOOD_ERROR ? "holds here, within 10 % on average"
                                                : "only roughly",
                100 * f->loo_mape, fits->spearman);
}

static void claim_batch(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_batch_law *law = &a->fits.batch;
    pm_buf_add(buf,
               "A larger batch makes connected layers cheaper, and leaves the order of networks "
               "as it is: ");
    if (law->n == 0) {
        pm_buf_add(buf, "not tested here, needs latencies at several batch sizes");
        return;
    }
    pm_buf_addf(buf,
                "from batch 1 to %ld %s gains %.2gx the images a second (the paper's AlexNet: "
                "3x at 64)",
                law->batch, law->best, law->most);
    if (isfinite(law->connected))
        pm_buf_addf(buf, ", with %.0f %% of its weights in connected layers", 100 * law->connected);
    if (law->n > 1)
        pm_buf_addf(buf, "; the least gain of %zu is %.2gx", law->n, law->least);
    if (isfinite(law->rank))
        pm_buf_addf(buf, "; rank correlation of the times %.2f: the order %s", law->rank,
                    law->rank >= CLAIM_SAME_ORDER ? "stays" : "changes");
}

typedef void claim_writer(struct pm_buf *line, const struct pm_answer *answer);

void pm_claim_add(struct pm_buf *line, const struct pm_answer *answer, size_t claim)
{
    static claim_writer *const claims[PM_CLAIMS] = {claim_power, claim_hyperbola, claim_energy,
                                                    claim_operations, claim_batch};
    claims[claim](line, answer);
}
