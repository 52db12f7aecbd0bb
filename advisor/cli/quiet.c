/* SPDX-License-Identifier: MIT */
#include "cli/quiet.h"

#include "base/clock.h"
#include "cli/stop.h"
#include "meter/crowd.h"
#include "meter/guard.h"
#include "record/settings.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define LISTEN_MS 450.0
#define AGAIN_MS  1000.0 /* where the first time something ran */
#define WAIT_MS   10e3

struct heard {
    bool told;        /* long enough to tell: a single processor has fewer ticks */
    bool others;      /* other programs run; it may pass */
    const char *line; /* NULL: all is quiet */
};

static const char *others_line(const struct pm_validity *v, const char *names,
                               struct pm_arena *arena)
{
    return pm_arena_printf(arena,
                           "other programs use %.0f %% of the processors%s%s%s: what is measured "
                           "beside them decides nothing; end them, or use --with-load if they are "
                           "the robot's own",
                           100 * v->others_share, names != NULL ? " (" : "",
                           names != NULL ? names : "", names != NULL ? ")" : "");
}

static const char *trouble_line(const struct pm_validity *v, struct pm_arena *arena)
{
    struct pm_indicator list[PM_INDICATORS];
    const size_t n = pm_guard_list("", v, arena, list);
    for (size_t i = 0; i < n; i++) {
        if (list[i].trouble)
            return pm_arena_printf(arena, "%s: %s: %s", list[i].name, list[i].value,
                                   list[i].advice != NULL ? list[i].advice
                                                          : "see pickmodel doctor");
    }
    return NULL;
}

static struct heard listen(double ms, const volatile sig_atomic_t *stop, struct pm_arena *arena)
{
    struct pm_arena scratch = {0};
    struct pm_crowd before, after;
    struct pm_watch watch;
    struct pm_validity v;
    struct heard heard = {0};
    pm_crowd_read("", &scratch, &before);
    pm_watch_begin(&watch, "");
    pm_stop_sleep(ms, stop);
    pm_watch_end(&watch, &v);
    pm_crowd_read("", &scratch, &after);
    heard.told = !isnan(v.others_share);
    heard.others = v.others_share > PM_OTHERS_SHARE;
    heard.line =
        heard.others
            ? others_line(&v, pm_crowd_busiest(&before, &after, v.seconds, &scratch), arena)
            : trouble_line(&v, arena);
    pm_arena_done(&scratch);
    return heard;
}

static bool confirmed(void)
{
    char answer[16];
    fputs("Measure anyway? [y/N] ", stderr);
    fflush(stderr);
    return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

bool pm_quiet_await(const struct pm_settings *settings, const volatile sig_atomic_t *stop,
                    struct pm_progress *progress, struct pm_arena *arena, const char **line)
{
    *line = NULL;
    if (settings->with_load)
        return true;
    struct heard heard = listen(LISTEN_MS, stop, arena);
    if (heard.others || !heard.told)
        heard = listen(AGAIN_MS, stop, arena);
    if (heard.line != NULL)
        pm_progress_note(progress, heard.line);
    const bool ask = progress->terminal && !progress->quiet && isatty(STDIN_FILENO) == 1;
    if (ask && heard.others)
        pm_progress_note(progress, "waiting for them to end, 10 s at most");
    for (double until = pm_clock_ms() + WAIT_MS; ask && heard.others && pm_clock_ms() < until;) {
        heard = listen(AGAIN_MS, stop, arena);
        if (stop != NULL && *stop)
            return true; /* the campaign sees that by itself */
    }
    *line = heard.line;
    return !(ask && heard.others) || confirmed() || (stop != NULL && *stop);
}
