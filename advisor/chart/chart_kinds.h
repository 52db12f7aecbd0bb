/* SPDX-License-Identifier: MIT
 * One maker a chart; for the files chart*.c alone. */
#ifndef PM_CHART_KINDS_H
#define PM_CHART_KINDS_H

struct pm_answer;
struct pm_chart;
struct pm_err;
struct pm_palette;

typedef int pm_chart_maker(const struct pm_answer *a, const struct pm_palette *p,
                           struct pm_chart *out, struct pm_err *err);

pm_chart_maker pm_chart_accuracy;   /* chart_accuracy.c: top-1 against latency */
pm_chart_maker pm_chart_operations; /* chart_operations.c: latency against operations */
pm_chart_maker pm_chart_balls;      /* chart_operations.c: the paper's figure 2 */
pm_chart_maker pm_chart_energy;     /* chart_bars.c */
pm_chart_maker pm_chart_latency;    /* chart_latency.c: quantiles of the runs */
pm_chart_maker pm_chart_density;    /* chart_bars.c */
pm_chart_maker pm_chart_relax;      /* chart_relax.c: what each budget would have to give */

#endif
