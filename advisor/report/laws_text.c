/* SPDX-License-Identifier: MIT
 * `pickmodel fit`: both laws with what they mean, and the paper's four claims on this device. */
#include "report/report.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"
#include "report/answer_text.h"
#include "report/laws_json.h"
#include "report/scatter.h"
#include "report/wrap.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

#define CLAIM_CONSTANT   0.10 /* spread of the power up to which it is called constant */
#define CLAIM_GOOD_ERROR 0.10 /* leave-one-out error up to which operations "reliably" predict */

int pm_report_answer(const struct pm_answer *answer, enum pm_format format,
                     const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    switch (format) {
    case PM_FORMAT_JSON:
        return pm_answer_json(answer, buf, err);
    case PM_FORMAT_MARKDOWN:
        return pm_answer_markdown(answer, style, buf, err);
    case PM_FORMAT_CSV:
        return pm_answer_csv(answer, style, buf, err);
    case PM_FORMAT_TEXT:
        break;
    }
    return pm_answer_text(answer, style, buf, err);
}

static void add_parameter(struct pm_buf *buf, const char *name, const char *unit,
                          const struct pm_parameter *p)
{
    if (p->identified)
        pm_buf_addf(buf, "  %-3s %8.4g %s  [%.4g, %.4g]\n", name, p->value, unit, p->lo, p->hi);
    else
        pm_buf_addf(buf, "  %-3s %8.4g %s  not identified by these data\n", name, p->value, unit);
}

static void add_hyperbola(struct pm_buf *buf, const char *title, const struct pm_hyperbola *h)
{
    pm_buf_addf(buf, "%s, %zu network%s: ", title, h->n, h->n == 1 ? "" : "s");
    if (h->verdict == PM_FIT_TOO_FEW) {
        pm_buf_add(buf, "too few distinct times for a curve (3 are needed)\n");
        return;
    }
    if (h->verdict != PM_FIT_OK) {
        pm_buf_add(buf, "accuracy does not rise with time here; no curve\n");
        return;
    }
    pm_buf_add(buf, "top1 = A - k / (t + t0)\n");
    add_parameter(buf, "A", "%", &h->A);
    add_parameter(buf, "k", "% ms", &h->k);
    add_parameter(buf, "t0", "ms", &h->t0);
    pm_buf_addf(buf, "  residual %.2f points, R2 %.3f", h->rmse, h->r2);
    if (isfinite(h->loo_rmse))
        pm_buf_addf(buf, "; one left out: %.2f (logarithm %.2f, power law %.2f)", h->loo_rmse,
                    h->log_loo_rmse, h->power_loo_rmse);
    pm_buf_add(buf, "\n");
}

static void add_meaning(struct pm_buf *buf, const struct pm_hyperbola *h)
{
    if (h->verdict != PM_FIT_OK)
        return;
    const double mid = sqrt(h->t_min * h->t_max);
    const double now = pm_hyperbola_at(h, mid), twice = pm_hyperbola_at(h, 2 * mid);
    char time[40];
    pm_buf_addf(buf, "  In words: no time buys more than %.1f %%; doubling %s buys %.1f points.\n",
                h->A.value, pm_metric_text(PM_LATENCY, mid, time, sizeof time), twice - now);
}

static void add_operations(struct pm_buf *buf, const struct pm_answer_fits *fits)
{
    const struct pm_ops_fit *f = &fits->ops;
    pm_buf_addf(buf, "\nOperations predict latency, %zu networks: ", f->n);
    if (f->verdict != PM_FIT_OK) {
        pm_buf_add(buf, "too few for a line (4 are needed)\n");
        return;
    }
    pm_buf_addf(buf, "t = %.4g ms + %.4g ms/Gop\n", f->a_ms, f->b_ms_per_gop);
    pm_buf_addf(buf, "  a   [%.4g, %.4g] ms   b   [%.4g, %.4g] ms/Gop   relative sigma %.1f %%\n",
                f->a_lo, f->a_hi, f->b_lo, f->b_hi, 100 * f->sigma_rel);
    pm_buf_addf(buf,
                "  One left out: mean error %.1f %%, worst %.0f %% (%s); %.0f %% within 10 %%\n",
                100 * f->loo_mape, 100 * f->loo_worst,
                fits->ops_worst != NULL ? fits->ops_worst : "?", 100 * f->within_10pct);
    pm_buf_addf(buf,
                "  Plain least squares: %.1f %% (R2 %.3f flatters: the largest network decides)\n",
                100 * f->ols_loo_mape, f->r2);
    pm_buf_add(buf, "  1 multiply-accumulate = 2 operations, convolution and connected layers.\n");
}

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
                    fmax(p->networks_sd, p->batches_sd) < CLAIM_CONSTANT * p->base_w
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

typedef void claim_writer(struct pm_buf *line, const struct pm_answer *answer);

static void add_claims(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf)
{
    static claim_writer *const claims[] = {claim_power, claim_hyperbola, claim_energy,
                                           claim_operations};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        struct pm_buf line = {0};
        const char mark[] = {(char)('1' + i), '\0'};
        claims[i](&line, a);
        pm_wrap_add(buf, mark, pm_buf_text(&line), style->width);
        pm_buf_done(&line);
    }
}

static void add_text(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf)
{
    const struct pm_profile *p = a->profile;
    pm_buf_addf(buf, "%s (%s), %.0f %% intervals\n\n", p->device.name, p->origin,
                100 * a->settings->confidence);
    add_hyperbola(buf, "Front", &a->fits.front);
    add_meaning(buf, &a->fits.front);
    add_hyperbola(buf, "All", &a->fits.all);
    add_operations(buf, &a->fits);
    pm_buf_add(buf,
               "\nThe paper's claims (Canziani, Paszke and Culurciello 2016) on this device\n");
    add_claims(a, style, buf);
    pm_scatter_add(a, style, buf);
}

int pm_report_fit(const struct pm_answer *answer, enum pm_format format,
                  const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    if (format == PM_FORMAT_JSON) {
        struct cJSON *root = pm_json_object();
        pm_json_add_text(root, "schema", "pickmodel/fit/1");
        pm_json_add_text(root, "device", answer->profile->device.name);
        pm_json_add_text(root, "origin", answer->profile->origin);
        pm_laws_add_json(root, &answer->fits);
        return pm_json_print(root, true, buf, err);
    }
    if (format == PM_FORMAT_CSV)
        return pm_fail(err, PM_EUSAGE, "--format", "fit has no table; use text, md or json");
    if (format == PM_FORMAT_MARKDOWN)
        pm_buf_add(buf, "```\n");
    struct pm_style plain = *style;
    plain.colour = style->colour && format == PM_FORMAT_TEXT;
    add_text(answer, &plain, buf);
    if (format == PM_FORMAT_MARKDOWN)
        pm_buf_add(buf, "```\n");
    return 0;
}
