/* SPDX-License-Identifier: MIT */
#include "report/predict_report.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "network/cost.h"
#include "record/catalogue.h"
#include "report/answer_json.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "15.7 .. 27.1 ms", "990 ms .. 1.20 s" */
static void interval(struct pm_table *t, size_t column, enum pm_metric m, struct pm_quantity q)
{
    char lo[40], hi[40];
    if (!pm_known(q))
        return;
    pm_metric_text(m, q.lo, lo, sizeof lo);
    pm_metric_text(m, q.hi, hi, sizeof hi);
    char *unit = strchr(lo, ' ');
    if (unit != NULL && strchr(hi, ' ') != NULL && strcmp(unit, strchr(hi, ' ')) == 0)
        *unit = '\0';
    pm_table_cell(t, column, "%s .. %s", lo, hi);
}

static void figure(struct pm_table *t, size_t column, enum pm_metric m, struct pm_quantity q)
{
    char text[40];
    if (pm_known(q))
        pm_table_cell(t, column, "%s", pm_metric_text(m, q.value, text, sizeof text));
}

/* Of how many ways the rows are; one needs no column. */
static bool one_way(const struct pm_predictions *p)
{
    for (size_t i = 1; i < p->n; i++) {
        if (!pm_configuration_same(&p->row[i].by->way, &p->row[0].by->way, PM_OF_WAY))
            return false;
    }
    return true;
}

static void fill_text(const struct pm_predictions *p, struct pm_table *t)
{
    const bool one = one_way(p);
    static const char *const title[] = {"NETWORK",  "ENGINE", "G-OPS",   "PREDICTED",
                                        "INTERVAL", "MEMORY", "MEASURED"};
    for (size_t k = 0; k < sizeof title / sizeof *title; k++)
        pm_table_column(t, title[k], NULL, k > 1);
    t->column[0].flexible = true;
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_prediction_row *r = &p->row[i];
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s%s", r->network->name, r->predicted.extrapolated ? " (!)" : "");
        if (!one)
            pm_table_cell(t, 1, "%s, %ld", r->by->way.engine, r->by->way.threads);
        pm_table_cell(t, 2, "%.2f", r->network->gops.value);
        figure(t, 3, PM_LATENCY, r->predicted.latency_ms);
        interval(t, 4, PM_LATENCY, r->predicted.latency_ms);
        figure(t, 5, PM_MEMORY, r->predicted.memory_mib);
        figure(t, 6, PM_LATENCY, r->measured_ms);
    }
    pm_table_drop_empty(t);
}

static void fill_csv(const struct pm_predictions *p, struct pm_table *t)
{
    static const char *const key[] = {"network",       "engine",        "threads",
                                      "gops",          "latency_ms",    "latency_lo_ms",
                                      "latency_hi_ms", "extrapolated",  "memory_mib",
                                      "memory_lo_mib", "memory_hi_mib", "measured_ms"};
    for (size_t k = 0; k < sizeof key / sizeof *key; k++)
        pm_table_column(t, key[k], key[k], k > 1);
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_prediction_row *r = &p->row[i];
        const struct pm_quantity ms = r->predicted.latency_ms, mib = r->predicted.memory_mib;
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s", r->network->id);
        pm_table_cell(t, 1, "%s", r->by->way.engine);
        pm_table_cell(t, 2, "%ld", r->by->way.threads);
        pm_table_cell(t, 3, "%.9g", r->network->gops.value);
        const double number[] = {ms.value, ms.lo, ms.hi};
        for (size_t k = 0; k < 3 && pm_known(ms); k++)
            pm_table_cell(t, 4 + k, "%.6g", number[k]);
        pm_table_cell(t, 7, "%d", r->predicted.extrapolated);
        if (pm_known(mib)) {
            pm_table_cell(t, 8, "%.6g", mib.value);
            pm_table_cell(t, 9, "%.6g", mib.lo);
            pm_table_cell(t, 10, "%.6g", mib.hi);
        }
        if (pm_known(r->measured_ms))
            pm_table_cell(t, 11, "%.6g", r->measured_ms.value);
    }
}

static void add_predictor_json(struct cJSON *list, const struct pm_predictor *p)
{
    struct cJSON *o = pm_json_push_object(list);
    pm_json_add_text(o, "engine", p->way.engine);
    pm_json_add_text(o, "precision", p->way.precision);
    pm_json_add_number(o, "threads", (double)p->way.threads);
    pm_json_add_number(o, "n", (double)p->time.n);
    pm_json_add_number(o, "sigma_rel", p->time.sigma_rel);
    pm_json_add_number(o, "loo_mape", p->time.loo_mape);
    pm_json_add_number(o, "loo_worst", p->time.loo_worst);
    pm_json_add_text(o, "loo_worst_network", p->worst);
    pm_json_add_number(o, "within_10pct", p->time.within_10pct);
    struct cJSON *price = pm_json_add_object(o, "price_ms");
    for (int j = 0; j < PM_COST_FEATURES; j++)
        pm_json_add_number(price, pm_cost_name((enum pm_cost_feature)j), p->time.price[j]);
}

static int write_json(const struct pm_predictions *p, struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/predict/1");
    pm_json_add_text(root, "device", p->device);
    pm_json_add_number(root, "confidence", p->confidence);
    struct cJSON *laws = pm_json_add_list(root, "laws");
    for (size_t i = 0; i < p->predictors; i++)
        add_predictor_json(laws, &p->predictor[i]);
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_prediction_row *r = &p->row[i];
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "network", r->network->id);
        pm_json_add_text(o, "name", r->network->name);
        pm_json_add_text(o, "engine", r->by->way.engine);
        pm_json_add_number(o, "threads", (double)r->by->way.threads);
        pm_json_add_number(o, "gops", r->network->gops.value);
        pm_answer_add_quantity(o, "latency_ms", r->predicted.latency_ms);
        pm_answer_add_quantity(o, "memory_mib", r->predicted.memory_mib);
        pm_json_add_bool(o, "extrapolated", r->predicted.extrapolated);
        pm_json_add_text(o, "unseen", r->predicted.unseen);
        if (r->predicted.beyond != NULL) {
            struct cJSON *b = pm_json_add_object(o, "beyond");
            pm_json_add_text(b, "work", pm_cost_name(r->predicted.beyond->kind));
            pm_json_add_number(b, "size", (double)r->predicted.beyond->size);
            pm_json_add_number(b, "stride", (double)r->predicted.beyond->stride);
        }
        pm_answer_add_quantity(o, "measured_ms", r->measured_ms);
    }
    return pm_json_print(root, true, buf, err);
}

/* How well it has done where that can be checked. */
static void add_trust(const struct pm_predictions *p, const struct pm_predictor *law,
                      const struct pm_style *style, struct pm_buf *buf)
{
    struct pm_buf line = {0};
    double sum = 0, worst = 0;
    size_t n = 0, within = 0, covered = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_prediction_row *r = &p->row[i];
        const struct pm_quantity q = r->predicted.latency_ms;
        if (!pm_known(r->measured_ms) || !pm_known(q) ||
            !pm_configuration_same(&r->by->way, &law->way, PM_OF_WAY))
            continue;
        const double error = fabs(q.value / r->measured_ms.value - 1);
        sum += error;
        worst = fmax(worst, error);
        within += error <= 0.10;
        covered += r->measured_ms.value >= q.lo && r->measured_ms.value <= q.hi;
        n++;
    }
    pm_buf_addf(&line, "%s, %ld thread%s: fitted to %zu networks measured on this device",
                law->way.engine, law->way.threads, law->way.threads == 1 ? "" : "s", law->time.n);
    if (law->aside > 0)
        pm_buf_addf(&line, " (%zu more %s far off the others and left out: was the machine busy?)",
                    law->aside, law->aside == 1 ? "was" : "were");
    if (n > 0)
        pm_buf_addf(&line,
                    "; of those above, each predicted without its own measurement: mean error "
                    "%.1f %%, worst %.0f %%, %zu of %zu within 10 %%, %zu inside the interval",
                    100 * sum / (double)n, 100 * worst, within, n, covered);
    pm_buf_add(&line, ".");
    pm_wrap_add(buf, "", pm_buf_text(&line), style->width);
    pm_buf_done(&line);
}

/* ": 13 x 13 windows (pooled), stride 1" */
static void describe_beyond(const struct pm_predicted *p, char *out, size_t size)
{
    out[0] = '\0';
    if (p->unseen != NULL)
        snprintf(out, size, ": no network there has any \"%s\" work", p->unseen);
    else if (p->beyond != NULL && p->beyond->size > 1)
        snprintf(out, size, ": %s %ld x %ld with stride %ld",
                 p->beyond->kind == PM_COST_POOLED ? "windows of" : "kernels of", p->beyond->size,
                 p->beyond->size, p->beyond->stride);
}

static void add_notes(const struct pm_predictions *p, const struct pm_style *style,
                      struct pm_buf *buf)
{
    pm_buf_add(buf, "\n");
    for (size_t i = 0; i < p->predictors; i++)
        add_trust(p, &p->predictor[i], style, buf);
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_prediction_row *r = &p->row[i];
        char line[400], what[160];
        if (!r->predicted.extrapolated)
            continue;
        describe_beyond(&r->predicted, what, sizeof what);
        snprintf(line, sizeof line, "(!) %.100s lies beyond what was calibrated%s%s",
                 r->network->name, what,
                 pm_known(r->predicted.latency_ms)
                     ? ""
                     : "; a figure might be off by a factor of three, so "
                       "none is given: measure it");
        pm_wrap_add(buf, "", line, style->width);
    }
}

int pm_report_predictions(const struct pm_predictions *p, enum pm_format format,
                          const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    if (format == PM_FORMAT_JSON)
        return write_json(p, buf, err);
    if (format == PM_FORMAT_CSV)
        fill_csv(p, &t);
    else
        fill_text(p, &t);
    if (format == PM_FORMAT_TEXT)
        pm_buf_addf(buf, "Predicted for %s, %.0f %% intervals; batch 1\n\n", p->device,
                    100 * p->confidence);
    const int result = pm_table_print(&t, format, style, buf, err);
    pm_table_done(&t);
    if (result == 0 && format == PM_FORMAT_TEXT)
        add_notes(p, style, buf);
    return result;
}
