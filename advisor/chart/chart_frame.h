/* SPDX-License-Identifier: MIT
 * What the charts have in common; for the files chart*.c alone. */
#ifndef PM_CHART_FRAME_H
#define PM_CHART_FRAME_H

#include "base/arena.h"
#include "chart/chart.h"
#include "record/settings.h"

struct cJSON;

#define PM_CHART_WIDTH  640
#define PM_CHART_LABELS 40 /* more names than this cannot be told apart */
#define PM_CHART_FONT   11.0
#define PM_CHART_NAME   28 /* characters of a name in a chart */

struct pm_axis {
    double lo, hi;
    bool log;
    const char *title;
    const char *label; /* Vega expression of a tick's text */
};

struct pm_frame {
    const struct pm_answer *a;
    const struct pm_palette *p;
    struct pm_arena arena;
    struct cJSON *root, *data, *layers;
    double height;
    struct pm_axis x, y;
    bool nomem;
};

/* Ticks in ms, s or us; and plain numbers. */
#define PM_TICK_TIME                                                                               \
    "datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : datum.value >= 1 ? "          \
    "format(datum.value, '~g') + ' ms' : format(datum.value * 1000, '~g') + ' us'"
#define PM_TICK_PLAIN "format(datum.value, '~g')"

/* An axis over the values: n of them at stride; logarithmic ones get a margin by factor. */
struct pm_axis pm_axis_over(const double *value, size_t n, bool log);
void pm_axis_include(struct pm_axis *axis, double value); /* when it is not far outside */
/* 0 at lo, 1 at hi. */
double pm_axis_at(const struct pm_axis *axis, double value);
double pm_axis_value(const struct pm_axis *axis, double at); /* its inverse */

int pm_frame_open(const struct pm_answer *a, const struct pm_palette *p, double height,
                  struct pm_frame *out, struct pm_err *err);
/* Nothing to draw, or a failure: releases the frame; -1 with err when out of memory. */
int pm_frame_drop(struct pm_frame *f, bool nomem, struct pm_err *err);
/* The specification into chart->spec; the frame is released either way. */
int pm_frame_close(struct pm_frame *f, struct pm_chart *chart, struct pm_err *err);

/* "'x': {...}" for an encoding: the field on that axis, in the arena. */
const char *pm_frame_x(struct pm_frame *f, const char *field);
const char *pm_frame_y(struct pm_frame *f, const char *field);
/* 'color' and 'shape' by state, the legend of it when asked for. */
const char *pm_frame_state(struct pm_frame *f, bool legend);
struct cJSON *pm_frame_dataset(struct pm_frame *f, const char *name);
/* A row for candidate i with what tooltips show; y and x may be NAN: left out. */
struct cJSON *pm_frame_row(struct pm_frame *f, struct cJSON *set, size_t i, double x, double y);
/* The layer that draws the rows of `points`, the pick ringed. */
void pm_frame_points(struct pm_frame *f, bool legend);
/* A layer of budget lines across the plot, with what they are; key NULL: none. */
void pm_frame_limits(struct pm_frame *f, enum pm_metric x_metric, bool has_y);
/* A name fit for a chart: cut, and told from its like when it is not unique. */
const char *pm_frame_name(struct pm_frame *f, size_t i);

struct pm_mark { /* one point to be labelled */
    size_t i;    /* candidate */
    double x, y; /* data */
    double radius;
};
/* Data sets and layers of points' names, leaders and all. */
int pm_frame_labels(struct pm_frame *f, const struct pm_mark *mark, size_t n, struct pm_err *err);

#endif
