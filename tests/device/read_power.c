/* SPDX-License-Identifier: MIT
 * Finds a source of power as pickmodel would, measures one window of it, and says so:
 *
 *   read_power [SOURCE [WINDOW_MS [SYS]]]
 *
 *   probe NAME: accepted|rejected: REASON [| REMEDY]
 *   source NAME | kind counter | scope board | period 35 ms | gain 0.02 | settle 0 ms
 *   window 6.2500 W, 1.234 J in 0.197 s, 40 readings, 0 lost
 *   window unknown: REASON
 *   error WHERE: MESSAGE
 *
 * Status 0: a window was measured; 1: not. SOURCE "" is the automatic list; WINDOW_MS is what
 * --power-window would say and the length measured, 0 for the source's own. */
#include "base/clock.h"
#include "base/err.h"
#include "sensor/meter.h"
#include "sensor/probe.h"
#include "sensor/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void print_probes(const struct pm_probes *probes)
{
    for (size_t i = 0; i < probes->n; i++) {
        const struct pm_probe *p = &probes->probe[i];
        printf("probe %s: %s: %s%s%s\n", p->source, p->accepted ? "accepted" : "rejected",
               p->reason, p->remedy[0] != '\0' ? " | " : "", p->remedy);
    }
}

static void print_info(const struct pm_power_info *info)
{
    static const char *const kinds[] = {"counter", "gauge", "stream", "assumed"};
    printf("source %s | kind %s | scope %s | period %.3g ms | gain %.3g | settle %.4g ms\n",
           info->name, kinds[info->kind], pm_scope_name(info->scope), info->period_ms,
           info->gain_rel, info->settle_ms);
}

static int measure(struct pm_power_meter *m)
{
    const double ms = pm_power_meter_info(m)->window_ms;
    struct pm_window w;
    pm_power_meter_begin(m);
    nanosleep(
        &(struct timespec){.tv_sec = (time_t)(ms / 1e3), .tv_nsec = (long)(fmod(ms, 1e3) * 1e6)},
        NULL);
    pm_power_meter_end(m, &w);
    if (w.known)
        printf("window %.4f W, %.4f J in %.3f s, %zu readings, %zu lost\n", w.joules / w.seconds,
               w.joules, w.seconds, w.samples, w.lost);
    else
        printf("window unknown: %s\n", w.why);
    return w.known ? 0 : 1;
}

int main(int argc, char **argv)
{
    const double window_ms = argc > 2 ? atof(argv[2]) : 0;
    const struct pm_power_wish wish = {
        .source = argc > 1 ? argv[1] : "",
        .sys = argc > 3 ? argv[3] : PM_SYSFS,
        .gain_rel = NAN,
        .window_ms = window_ms > 0 ? window_ms : (double)NAN,
    };
    struct pm_probes probes = {.n = 0};
    struct pm_power_meter *m = NULL;
    struct pm_err err = {.code = PM_OK};
    int status = 1;
    if (pm_power_find(&wish, &probes, &m, &err) != 0)
        printf("error %s: %s\n", err.where, err.msg);
    print_probes(&probes);
    if (m != NULL) {
        print_info(pm_power_meter_info(m));
        status = measure(m);
    }
    pm_power_meter_close(m);
    return status;
}
