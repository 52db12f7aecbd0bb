/* SPDX-License-Identifier: MIT
 * `pickmodel fit`: both laws with what they mean, and the paper's claims on this device. */
#include "report/report.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"
#include "report/answer_text.h"
#include "report/claims.h"
#include "report/laws_json.h"
#include "report/scatter.h"
#include "report/wrap.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

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
    case PM_FORMAT_HTML:
    case PM_FORMAT_PDF:
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

/* The way that the law is of: in what the others differ from it. */
static void add_way(struct pm_buf *buf, const struct pm_answer *a)
{
    unsigned parts = 0;
    if (a->fits.ops_way < 0)
        return;
    const struct pm_configuration *way = &a->c[a->fits.ops_way].config;
    for (size_t i = 0; i < a->n; i++)
        parts |= pm_configuration_difference(way, &a->c[i].config) & PM_OF_WAY;
    if (parts == 0)
        return;
    pm_buf_add(buf, " on ");
    pm_configuration_add(buf, way, parts);
}

static void add_operations(struct pm_buf *buf, const struct pm_answer *a)
{
    const struct pm_ops_fit *f = &a->fits.ops;
    pm_buf_addf(buf, "\nOperations predict latency, %zu networks", f->n);
    add_way(buf, a);
    pm_buf_add(buf, ": ");
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
                a->fits.ops_worst != NULL ? a->fits.ops_worst : "?", 100 * f->within_10pct);
    pm_buf_addf(buf,
                "  Plain least squares: %.1f %% (R2 %.3f flatters: the largest network decides)\n",
                100 * f->ols_loo_mape, f->r2);
    pm_buf_add(buf, "  1 multiply-accumulate = 2 operations, convolution and connected layers.\n");
}

static void add_claims(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf)
{
    for (size_t i = 0; i < PM_CLAIMS; i++) {
        struct pm_buf line = {0};
        const char mark[] = {(char)('1' + i), '\0'};
        pm_claim_add(&line, a, i);
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
    add_operations(buf, a);
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
