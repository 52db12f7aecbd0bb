/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "advise/answer.h"
#include "base/clock.h"
#include "base/text.h"
#include "meter/measure.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define REDRAW_MS 100.0

void pm_progress_start(struct pm_progress *p, bool quiet, size_t total)
{
    *p = (struct pm_progress){.quiet = quiet,
                              .terminal = isatty(STDERR_FILENO) == 1,
                              .total = total,
                              .begin_ms = pm_clock_ms()};
}

static void clear(const struct pm_progress *p)
{
    if (p->terminal)
        fputs("\r\033[K", stderr);
}

/* An engine's or a sensor's words may be in it. */
static void say(const char *text)
{
    char shown[1000];
    fprintf(stderr, "%s\n", pm_text_printable(text, shown, sizeof shown));
}

static void place(const struct pm_progress *p, char *out, size_t size)
{
    if (p->total > 0)
        snprintf(out, size, "[%zu/%zu] ", p->done + 1, p->total);
    else
        snprintf(out, size, "[%zu] ", p->done + 1);
}

void pm_progress_candidate(struct pm_progress *p, const char *name)
{
    char at[32];
    p->name = name;
    p->last_draw_ms = pm_clock_ms();
    if (p->quiet || !p->terminal)
        return;
    place(p, at, sizeof at);
    clear(p);
    fprintf(stderr, "%s%s: loading", at, name);
}

/* Remaining time, from what the candidates so far took. */
static void add_estimate(const struct pm_progress *p, char *out, size_t size)
{
    out[0] = '\0';
    if (p->total == 0 || p->done == 0)
        return;
    const double each = (pm_clock_ms() - p->begin_ms) / (double)p->done;
    const double left = each * (double)(p->total - p->done) / 1e3;
    if (left >= 90)
        snprintf(out, size, "  (about %.0f min left)", ceil(left / 60));
    else
        snprintf(out, size, "  (about %.0f s left)", left);
}

void pm_progress_draw(void *context, const struct pm_measure_progress *now)
{
    struct pm_progress *p = context;
    const double t = pm_clock_ms();
    char at[32], time[40], left[40];
    if (p->quiet || !p->terminal || t - p->last_draw_ms < REDRAW_MS)
        return;
    p->last_draw_ms = t;
    place(p, at, sizeof at);
    add_estimate(p, left, sizeof left);
    const double share = fmin(now->elapsed_ms / now->budget_ms, 1);
    char bar[11] = "          ";
    for (int i = 0; i < (int)(share * 10); i++)
        bar[i] = '#';
    clear(p);
    fprintf(stderr, "%s%-14s [%s] %s%s%zu runs, last %s%s", at, p->name, bar,
            now->phase != NULL ? now->phase : "", now->phase != NULL ? ", " : "", now->runs,
            isfinite(now->last_ms) ? pm_metric_text(PM_LATENCY, now->last_ms, time, sizeof time)
                                   : "-",
            left);
}

void pm_progress_finish(struct pm_progress *p, const char *text)
{
    char at[32];
    place(p, at, sizeof at);
    p->done++;
    if (p->quiet)
        return;
    clear(p);
    fputs(at, stderr);
    say(text);
}

void pm_progress_note(struct pm_progress *p, const char *text)
{
    if (p->quiet)
        return;
    clear(p);
    say(text);
}

void pm_progress_images(struct pm_progress *p, long done, long n, long right)
{
    const double t = pm_clock_ms();
    char at[32];
    if (p->quiet || !p->terminal || t - p->last_draw_ms < REDRAW_MS)
        return;
    p->last_draw_ms = t;
    place(p, at, sizeof at);
    clear(p);
    fprintf(stderr, "%s%s: %ld of %ld images, %.1f %% right", at, p->name, done, n,
            done > 0 ? 100.0 * (double)right / (double)done : 0);
}
