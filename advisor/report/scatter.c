/* SPDX-License-Identifier: MIT */
#include "report/scatter.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS     14
#define COLS_MAX 100
#define MARGIN   7 /* columns for the labels of the vertical axis */

enum ink { INK_NONE, INK_CURVE, INK_BUDGET, INK_LOST, INK_FITS, INK_PICK };

struct canvas {
    int cols;
    double x0, x1, y0, y1; /* log10 ms; % */
    unsigned char dots[ROWS][COLS_MAX];
    unsigned char ink[ROWS][COLS_MAX];
    unsigned char mark[ROWS][COLS_MAX];
};

/* Unicode braille: dot (column, row) of a 2 x 4 cell -> bit. */
static const unsigned char braille_bit[4][2] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

static double x_of(const struct canvas *v, double ms)
{
    return (log10(ms) - v->x0) / (v->x1 - v->x0) * (v->cols * 2 - 1);
}

static double y_of(const struct canvas *v, double pct)
{
    return (v->y1 - pct) / (v->y1 - v->y0) * (ROWS * 4 - 1);
}

static void dot(struct canvas *v, double x, double y, enum ink ink)
{
    const int i = (int)lround(x), j = (int)lround(y);
    if (i < 0 || j < 0 || i >= v->cols * 2 || j >= ROWS * 4)
        return;
    v->dots[j / 4][i / 2] |= braille_bit[j % 4][i % 2];
    if (v->ink[j / 4][i / 2] < ink)
        v->ink[j / 4][i / 2] = (unsigned char)ink;
}

static bool plottable(const struct pm_candidate *c)
{
    return !c->outrun && pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_LATENCY]) &&
           c->figure[PM_LATENCY].value > 0;
}

static size_t find_range(const struct pm_answer *a, struct canvas *v)
{
    size_t n = 0;
    v->x0 = v->y0 = (double)INFINITY;
    v->x1 = v->y1 = -(double)INFINITY;
    for (size_t i = 0; i < a->n; i++) {
        if (!plottable(&a->c[i]))
            continue;
        const double x = log10(a->c[i].figure[PM_LATENCY].value);
        const double y = a->c[i].figure[PM_TOP1].value;
        v->x0 = fmin(v->x0, x);
        v->x1 = fmax(v->x1, x);
        v->y0 = fmin(v->y0, y);
        v->y1 = fmax(v->y1, y);
        n++;
    }
    const double dx = fmax(v->x1 - v->x0, 0.05), dy = fmax(v->y1 - v->y0, 1);
    v->x0 -= 0.08 * dx;
    v->x1 += 0.08 * dx;
    v->y0 -= 0.10 * dy;
    v->y1 += 0.12 * dy;
    return n;
}

static void draw_lines(const struct pm_answer *a, struct canvas *v)
{
    if (a->fits.front.verdict == PM_FIT_OK) {
        for (int i = 0; i < v->cols * 2; i++) {
            const double ms = pow(10, v->x0 + (v->x1 - v->x0) * i / (v->cols * 2 - 1));
            dot(v, i, y_of(v, pm_hyperbola_at(&a->fits.front, ms)), INK_CURVE);
        }
    }
    const struct pm_budget *latency = &a->settings->budget[PM_LATENCY];
    const struct pm_budget *top1 = &a->settings->budget[PM_TOP1];
    if (latency->set)
        for (int j = 0; j < ROWS * 4; j += 2)
            dot(v, x_of(v, latency->bound), j, INK_BUDGET);
    if (top1->set)
        for (int i = 0; i < v->cols * 2; i += 4)
            dot(v, i, y_of(v, top1->bound), INK_BUDGET);
}

static void draw_points(const struct pm_answer *a, struct canvas *v)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (!plottable(c))
            continue;
        const int x = (int)lround(x_of(v, c->figure[PM_LATENCY].value)) / 2;
        const int y = (int)lround(y_of(v, c->figure[PM_TOP1].value)) / 4;
        const enum ink ink = (int)i == a->pick        ? INK_PICK
                             : c->verdict == PM_FAILS ? INK_LOST
                                                      : INK_FITS;
        if (x >= 0 && y >= 0 && x < v->cols && y < ROWS && v->mark[y][x] < ink)
            v->mark[y][x] = (unsigned char)ink;
    }
}

static void add_cell(const struct canvas *v, int row, int col, bool colour, struct pm_buf *buf)
{
    static const char *const mark[] = {"", "", "", "×", "●", "◆"};
    static const char *const sgr[] = {"",        "\033[36m", "\033[35m",
                                      "\033[2m", "\033[34m", "\033[1;32m"};
    const unsigned char m = v->mark[row][col], dots = v->dots[row][col];
    const unsigned char ink = m != 0 ? m : v->ink[row][col];
    char glyph[4] = " ";
    if (m == 0 && dots != 0) /* U+2800 + dots, as UTF-8 */
        snprintf(glyph, sizeof glyph, "\xe2%c%c", 0xa0 + (dots >> 6), 0x80 + (dots & 0x3f));
    if (colour && ink != INK_NONE)
        pm_buf_addf(buf, "%s%s\033[0m", sgr[ink], m != 0 ? mark[m] : glyph);
    else
        pm_buf_add(buf, m != 0 ? mark[m] : glyph);
}

static void add_time_axis(const struct canvas *v, struct pm_buf *buf)
{
    static const double nice[] = {1, 2, 5};
    char line[COLS_MAX + 24];
    memset(line, ' ', sizeof line);
    int used = -1;
    for (int decade = -3; decade < 6; decade++) {
        for (size_t k = 0; k < 3; k++) {
            const double ms = nice[k] * pow(10, decade);
            const int at = (int)lround(x_of(v, ms) / 2);
            char label[16];
            const int n = ms >= 1000 ? snprintf(label, sizeof label, "%g s", ms / 1000)
                                     : snprintf(label, sizeof label, "%g ms", ms);
            const int begin = at - n / 2;
            if (at < 0 || at >= v->cols || begin <= used || begin + n > v->cols)
                continue;
            memcpy(line + begin, label, (size_t)n);
            used = begin + n + 1;
        }
    }
    line[used > 0 ? used : 0] = '\0';
    pm_buf_addf(buf, "%*s%s\n", MARGIN + 1, "", line);
}

void pm_scatter_add(const struct pm_answer *answer, const struct pm_style *style,
                    struct pm_buf *buf)
{
    struct canvas v = {.cols = style->width - MARGIN - 3};
    v.cols = v.cols > COLS_MAX ? COLS_MAX : v.cols;
    if (!style->utf8 || v.cols < 30 || find_range(answer, &v) < 3)
        return;
    draw_lines(answer, &v);
    draw_points(answer, &v);
    pm_buf_add(buf, "\ntop-1 %\n");
    for (int row = 0; row < ROWS; row++) {
        const double pct = v.y1 - (v.y1 - v.y0) * (row * 4 + 1.5) / (ROWS * 4 - 1);
        if (row % 4 == 1)
            pm_buf_addf(buf, "%*.1f ┤", MARGIN - 1, pct);
        else
            pm_buf_addf(buf, "%*s│", MARGIN, "");
        for (int col = 0; col < v.cols; col++)
            add_cell(&v, row, col, style->colour, buf);
        while (buf->len > 0 && buf->data[buf->len - 1] == ' ')
            buf->data[--buf->len] = '\0';
        pm_buf_add(buf, "\n");
    }
    pm_buf_addf(buf, "%*s└", MARGIN, "");
    for (int col = 0; col < v.cols; col++)
        pm_buf_add(buf, "─");
    pm_buf_add(buf, "\n");
    add_time_axis(&v, buf);
    pm_buf_addf(buf, "%*s%s× fails a budget   %s %s\n", MARGIN + 1, "",
                answer->pick >= 0 ? "◆ pick   ● does not fail   " : "● does not fail   ",
                answer->fits.front.verdict == PM_FIT_OK ? "⠒ fitted front  " : "",
                answer->settings->budget[PM_LATENCY].set || answer->settings->budget[PM_TOP1].set
                    ? "⡇ budgets"
                    : "");
}
