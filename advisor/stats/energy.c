/* SPDX-License-Identifier: MIT
 * Every figure is a ratio of totals, energy of all windows to time or runs of all windows, and not
 * a mean of the windows' own ratios. So the figures agree among themselves to the last digit
 * (total_j is busy_w x run_s, pm_energy_at_rate is busy_w when it never rests), and a window a
 * little shorter than the others, whose edges weigh more, counts less. Its variance is the ratio
 * estimator's (Cochran, Sampling Techniques, 3rd edition, section 6.3); for windows of one length
 * it is s^2 / R of the windows' powers. What fluctuates together, a clock that falls and makes
 * inferences longer and watts fewer, is in the residuals with its sign. */
#include "stats/energy.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/err.h"
#include "stats/autoregression.h"

#define DRIFT_REL 0.05

/* Beyond it Student's t is the Gaussian to four digits, and GSL's quantile is not needed. */
#define GAUSSIAN_DOF 1e5

struct totals {
    double joules, seconds, runs;
    double watts;
};

/* A variance and what it is worth. */
struct part {
    double variance;
    double dof; /* INFINITY: known, not estimated */
};

/* What a figure charges a window for: its joules less these. */
struct price {
    double per_second, per_run;
};

struct sums {
    const struct pm_energy_data *data;
    double confidence;
    struct totals busy, idle;
    double run_s, net_j;
};

static struct totals total(const struct pm_energy_window *w, size_t n)
{
    struct totals sum = {0};
    for (size_t i = 0; i < n; i++) {
        sum.joules += w[i].joules;
        sum.seconds += w[i].seconds;
        sum.runs += (double)w[i].runs;
    }
    sum.watts = sum.joules / sum.seconds;
    return sum;
}

/* Variance of the sum of n residuals that may repeat one another: what gives Student's interval at
 * n - 1 degrees the width that stats/autoregression.h finds. n >= 2. */
static double of_repeating(const struct pm_series *residuals, double confidence)
{
    struct pm_autoregression series;
    const double n = (double)residuals->n;
    pm_autoregression_weigh(residuals, &series);
    const double half = pm_autoregression_half_width(&series, 0, confidence);
    const double sd = n * half / gsl_cdf_tdist_Pinv((1 + confidence) / 2, n - 1);
    return sd * sd;
}

/* Variance of (total joules - their price) / `of`, where all windows together cost just nothing:
 * were they independent, R / (R - 1) x sum r^2 / of^2, or what the edges alone must amount to, in
 * joules watts x T / sqrt(6) a window. One window alone has but its edges. A spread below them is
 * luck: windows whose lengths have the same remainder modulo T are all off by the same, and show no
 * spread. Edges do not repeat themselves from window to window; what is much more than they may. */
static struct part spread(const struct sums *s, const struct pm_energy_window *w, size_t n,
                          struct price price, double of)
{
    const double period_s = isnan(s->data->period_ms) ? 0 : s->data->period_ms / 1000;
    struct pm_series residuals = {0};
    double edges = 0;
    for (size_t i = 0; i < n; i++) {
        const double cost = price.per_second * w[i].seconds + price.per_run * (double)w[i].runs;
        const double edge = w[i].joules / w[i].seconds * period_s / of;
        pm_series_add(&residuals, (w[i].joules - cost) / of, false);
        edges += edge * edge / 6;
    }
    const double independent = n > 1 ? residuals.squares * (double)n / (double)(n - 1) : 0;
    if (n < 2 || !(independent > edges))
        return (struct part){edges, INFINITY};
    const double share = edges / independent, beyond = 1 - share * share;
    return (struct part){edges + beyond * of_repeating(&residuals, s->confidence), (double)(n - 1)};
}

/* Welch-Satterthwaite: u^4 / nu = sum of u_i^4 / nu_i; a known part adds nothing on the right. */
static struct part combine(const struct part *parts, size_t n)
{
    double variance = 0, share = 0;
    for (size_t i = 0; i < n; i++)
        variance += parts[i].variance;
    for (size_t i = 0; i < n && variance > 0; i++) {
        double of_all = parts[i].variance / variance;
        share += of_all * of_all / parts[i].dof;
    }
    return (struct part){variance, share > 0 ? 1 / share : (double)INFINITY};
}

static struct pm_quantity measured(const struct sums *s, double value, struct part busy,
                                   struct part idle)
{
    double gain = s->data->gain_rel * value;
    struct part all = combine((struct part[]){{gain * gain, INFINITY}, busy, idle}, 3);
    double p = (1 + s->confidence) / 2;
    double t = all.dof > GAUSSIAN_DOF ? gsl_cdf_ugaussian_Pinv(p) : gsl_cdf_tdist_Pinv(p, all.dof);
    double half = t * sqrt(all.variance);
    double lo = value < 0 ? value - half : fmax(value - half, 0);
    return pm_quantity_between(value, lo, value + half, PM_MEASURED);
}

static const struct part nothing = {0, INFINITY};

static struct part scaled(struct part p, double factor)
{
    return (struct part){p.variance * factor * factor, p.dof};
}

/* Variances of the mean power, and the busy windows' part of that of the net energy. */
static struct part busy_watts(const struct sums *s)
{
    return spread(s, s->data->busy, s->data->n_busy, (struct price){s->busy.watts, 0},
                  s->busy.seconds);
}

static struct part idle_watts(const struct sums *s)
{
    return spread(s, s->data->idle, s->data->n_idle, (struct price){s->idle.watts, 0},
                  s->idle.seconds);
}

static struct part net_joules(const struct sums *s)
{
    return spread(s, s->data->busy, s->data->n_busy, (struct price){s->idle.watts, s->net_j},
                  s->busy.runs);
}

static int check_windows(const struct pm_energy_window *w, size_t n, bool busy, struct pm_err *err)
{
    const char *kind = busy ? "busy" : "idle";
    for (size_t i = 0; i < n; i++) {
        if (!(isfinite(w[i].joules) && w[i].joules > 0) ||
            !(isfinite(w[i].seconds) && w[i].seconds > 0))
            return pm_fail(err, PM_EDATA, NULL,
                           "%s window %zu of %zu, %g J in %g s: both must be above 0", kind, i + 1,
                           n, w[i].joules, w[i].seconds);
        if (busy ? w[i].runs < 1 : w[i].runs != 0)
            return pm_fail(err, PM_EDATA, NULL, "%s window %zu of %zu with %ld inferences: %s",
                           kind, i + 1, n, w[i].runs,
                           busy ? "it needs at least one" : "there must be none");
    }
    return 0;
}

static int check(const struct pm_energy_data *data, double confidence, struct pm_err *err)
{
    if (check_windows(data->busy, data->n_busy, true, err) != 0 ||
        check_windows(data->idle, data->n_idle, false, err) != 0)
        return -1;
    if (data->n_idle_before > data->n_idle)
        return pm_fail(err, PM_EDATA, NULL, "%zu idle windows before the busy ones, of %zu in all",
                       data->n_idle_before, data->n_idle);
    if (!(isfinite(data->gain_rel) && data->gain_rel >= 0))
        return pm_fail(err, PM_EDATA, NULL, "relative gain error %g must not be below 0",
                       data->gain_rel);
    if (!isnan(data->period_ms) && !(isfinite(data->period_ms) && data->period_ms >= 0))
        return pm_fail(err, PM_EDATA, NULL, "update period %g ms must not be below 0",
                       data->period_ms);
    if (!(confidence >= 0.5 && confidence <= PM_ENERGY_CONFIDENCE_MAX))
        return pm_fail(err, PM_EDATA, NULL, "confidence %g must lie from 0.5 to 0.9999",
                       confidence);
    return 0;
}

static struct sums sums_of(const struct pm_energy_data *data, double confidence)
{
    struct sums s = {
        .data = data,
        .confidence = confidence,
        .busy = total(data->busy, data->n_busy),
        .idle = total(data->idle, data->n_idle),
    };
    s.run_s = s.busy.seconds / s.busy.runs;
    s.net_j = (s.busy.watts - s.idle.watts) * s.run_s;
    return s;
}

static void watch_idle(const struct pm_energy_data *data, struct pm_energy *out)
{
    size_t before = data->n_idle_before;
    if (before == 0 || before == data->n_idle)
        return;
    double first = total(data->idle, before).watts;
    double last = total(data->idle + before, data->n_idle - before).watts;
    out->idle_change_rel = last / first - 1;
    out->idle_drift = fabs(out->idle_change_rel) > DRIFT_REL;
}

int pm_energy_analyse(const struct pm_energy_data *data, double confidence, struct pm_energy *out,
                      struct pm_err *err)
{
    if (check(data, confidence, err) != 0)
        return -1;
    struct sums s = sums_of(data, confidence);
    struct pm_energy e = {.run_s = NAN, .idle_change_rel = NAN};
    struct part busy = nothing, idle = nothing;
    if (data->n_idle > 0) {
        idle = idle_watts(&s);
        e.idle_w = measured(&s, s.idle.watts, nothing, idle);
        watch_idle(data, &e);
    }
    if (data->n_busy > 0) {
        double total_j = s.busy.joules / s.busy.runs;
        struct part of_total =
            spread(&s, data->busy, data->n_busy, (struct price){0, total_j}, s.busy.runs);
        busy = busy_watts(&s);
        e.busy_w = measured(&s, s.busy.watts, busy, nothing);
        e.total_j = measured(&s, total_j, of_total, nothing);
        e.run_s = s.run_s;
    }
    if (data->n_busy > 0 && data->n_idle > 0) {
        e.above_idle_w = measured(&s, s.busy.watts - s.idle.watts, busy, idle);
        e.net_j = measured(&s, s.net_j, net_joules(&s), scaled(idle, s.run_s));
    }
    *out = e;
    return 0;
}

int pm_energy_at_rate(const struct pm_energy_data *data, double rate, double confidence,
                      struct pm_quantity *out, struct pm_err *err)
{
    if (check(data, confidence, err) != 0)
        return -1;
    if (!(isfinite(rate) && rate >= 0))
        return pm_fail(err, PM_EDATA, NULL, "%g inferences a second: must not be below 0", rate);
    struct sums s = sums_of(data, confidence);
    if (data->n_busy == 0 || data->n_idle == 0) {
        *out = (struct pm_quantity){.origin = PM_UNKNOWN};
        return 0;
    }
    double share = rate * s.run_s; /* of the time it is busy */
    if (share > 1)
        *out = measured(&s, s.busy.watts, busy_watts(&s), nothing);
    else
        *out = measured(&s, s.idle.watts * (1 - share) + s.busy.watts * share,
                        scaled(net_joules(&s), rate), scaled(idle_watts(&s), 1 - share));
    return 0;
}
