/* SPDX-License-Identifier: MIT
 * When nothing fits: by how much each budget, alone, would have to give. */
#include "advise/answer.h"
#include "base/err.h"
#include "chart/chart_bars.h"
#include "chart/chart_kinds.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

static const char *what(struct pm_frame *f, const struct pm_relaxation *r)
{
    char from[40];
    pm_metric_text(r->metric, f->a->settings->budget[r->metric].bound, from, sizeof from);
    return pm_arena_printf(&f->arena, "%s to %s: %s", from, r->typed,
                           pm_frame_name(f, (size_t)r->index));
}

static size_t take_bars(struct pm_frame *f, struct pm_bar *bar)
{
    size_t n = 0;
    for (size_t k = 0; k < f->a->relaxations; k++) {
        const struct pm_relaxation *r = &f->a->relaxation[k];
        const double bound = f->a->settings->budget[r->metric].bound;
        if (!r->possible || !(bound > 0))
            continue;
        const char *text = what(f, r);
        f->nomem = f->nomem || text == NULL;
        bar[n++] = (struct pm_bar){(size_t)r->index, 100 * fabs(r->to / bound - 1),
                                   pm_metric_info(r->metric)->title, text};
    }
    pm_bars_sort(bar, n, false);
    return n;
}

int pm_chart_relax(const struct pm_answer *a, const struct pm_palette *p, struct pm_chart *out,
                   struct pm_err *err)
{
    struct pm_frame f;
    if (pm_frame_open(a, p, 0, &f, err) != 0)
        return -1;
    struct pm_bar *bar = pm_arena_alloc(&f.arena, PM_METRICS, sizeof *bar);
    if (bar == NULL)
        return pm_frame_drop(&f, true, err);
    const size_t n = take_bars(&f, bar);
    if (n == 0)
        return pm_frame_drop(&f, f.nomem, err);
    pm_json_add_number(f.root, "height", (double)(n * PM_BAR_STEP));
    pm_bars_draw(&f, bar, n, "by how much the budget would have to give, alone, %", PM_TICK_PLAIN);
    out->title = "What would have to give";
    out->marks = n;
    pm_table_column(&out->table, "Budget", "budget", false);
    pm_table_column(&out->table, "Loosened, what would fit", "to", false);
    pm_table_column(&out->table, "By", "by", true);
    for (size_t k = 0; k < n; k++) {
        pm_table_row(&out->table);
        pm_table_cell(&out->table, 0, "%s", bar[k].name);
        pm_table_cell(&out->table, 1, "%s", bar[k].text);
        pm_table_cell(&out->table, 2, "%.0f %%", bar[k].value);
    }
    return pm_frame_close(&f, out, err);
}
