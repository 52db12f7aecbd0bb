/* SPDX-License-Identifier: MIT
 * The watch over one measurement. It must cost the measured program nothing: a look reads a file a
 * processor, and the next one waits until 500 times what this one took. */
#include "meter/guard.h"

#include "base/clock.h"
#include "meter/crowd.h"

#include <math.h>
#include <sys/resource.h>

#define CLOCKS_MS   200.0
#define SIGNS_MS    2e3
#define COST_FACTOR 500.0 /* 1 / 0.2 % */
#define LOOKS_LEAST 9     /* three a third */
#define SHORTEST_S  0.75  /* of /proc/stat's ticks of 10 ms: shares of less say nothing */

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Ours, and that of the processes we have reaped. */
static double own_seconds(void)
{
    double total = pm_crowd_ours_s(); /* an engine stands by, a sensor is read */
    static const int who[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (size_t i = 0; i < 2; i++) {
        struct rusage use;
        if (getrusage(who[i], &use) == 0)
            total += seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
    }
    return total;
}

static double wait_after(double began_ms, double least_ms)
{
    const double now = pm_clock_ms();
    return now + fmax(least_ms, COST_FACTOR * (now - began_ms));
}

static unsigned bits_of(double value)
{
    return isnan(value) ? 0 : (unsigned)value;
}

/* The states at their worst, the counters as they are now. */
static void take_signs(struct pm_watch *w)
{
    const struct pm_signs old = w->worst;
    w->worst = pm_signs_read(w->root);
    w->worst.cooling_active = fmax(w->worst.cooling_active, old.cooling_active); /* fmax and fmin */
    w->worst.overcurrent = fmax(w->worst.overcurrent, old.overcurrent);          /* ignore NAN */
    w->worst.hottest_c = fmax(w->worst.hottest_c, old.hottest_c);
    w->worst.passive_trip_c = fmin(w->worst.passive_trip_c, old.passive_trip_c);
    if (!isnan(w->worst.pi_throttled))
        w->worst.pi_throttled =
            (double)(bits_of(w->worst.pi_throttled) | bits_of(old.pi_throttled));
}

void pm_watch_begin(struct pm_watch *w, const char *root)
{
    *w = (struct pm_watch){.root = root, .each = 1};
    w->cpus = pm_signs_clocked(root, w->cpu, PM_WATCH_CPUS);
    w->begin = w->worst = pm_signs_read(root);
    w->worst.overcurrent = w->begin.overcurrent * 0; /* raised before, and cleared by reading */
    w->own_s = own_seconds();
    w->begin_ms = pm_clock_ms();
    w->next_signs_ms = w->begin_ms + SIGNS_MS;
}

/* Full: every two neighbours become their mean, and stand for twice as many looks. */
static void halve(struct pm_watch *w)
{
    for (size_t i = 0; i < w->n / 2; i++)
        w->mhz[i] = (w->mhz[2 * i] + w->mhz[2 * i + 1]) / 2;
    w->n /= 2;
    w->each *= 2;
}

static void take_clocks(struct pm_watch *w)
{
    double fastest = (double)NAN;
    for (size_t i = 0; i < w->cpus; i++) {
        double mhz;
        if (pm_signs_mhz(w->root, w->cpu[i], "scaling_cur_freq", &mhz))
            fastest = fmax(fastest, mhz);
    }
    if (isnan(fastest))
        return;
    w->sum += fastest;
    if (++w->pending < w->each)
        return;
    w->mhz[w->n++] = w->sum / (double)w->each;
    w->sum = 0;
    w->pending = 0;
    if (w->n == PM_WATCH_LOOKS)
        halve(w);
}

void pm_watch_look(struct pm_watch *w)
{
    const double now = pm_clock_ms();
    if (now >= w->next_ms) {
        take_clocks(w);
        w->next_ms = wait_after(now, CLOCKS_MS);
    }
    if (now >= w->next_signs_ms) {
        take_signs(w);
        w->next_signs_ms = wait_after(now, SIGNS_MS);
    }
}

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static void compare_clocks(const struct pm_watch *w, struct pm_validity *v)
{
    const size_t third = w->n / 3;
    if (w->n < LOOKS_LEAST)
        return;
    v->clock_first_mhz = mean(w->mhz, third);
    v->clock_last_mhz = mean(w->mhz + w->n - third, third);
    v->clock_ratio = v->clock_last_mhz / v->clock_first_mhz;
}

/* NAN: too soon to tell. own_s: used by this program meanwhile. */
static double others_share(const struct pm_signs *from, const struct pm_signs *to, double own_s)
{
    const double all_s = to->all_s - from->all_s;
    return all_s >= SHORTEST_S ? fmax(to->busy_s - from->busy_s - own_s, 0) / all_s : (double)NAN;
}

double pm_watch_taken_ms(const struct pm_watch *w)
{
    const struct pm_signs now = pm_signs_read(w->root);
    return others_share(&w->begin, &now, own_seconds() - w->own_s) * (pm_clock_ms() - w->begin_ms);
}

static void share_out(const struct pm_watch *w, double own_s, struct pm_validity *v)
{
    const double all_s = w->worst.all_s - w->begin.all_s;
    v->others_share = others_share(&w->begin, &w->worst, own_s);
    if (isnan(v->others_share))
        return;
    if (!isnan(w->worst.steal_s) && !isnan(w->begin.steal_s))
        v->steal_share = fmax(w->worst.steal_s - w->begin.steal_s, 0) / all_s;
}

/* A counter that went back was reset: it says nothing. */
static double rise(double before, double after)
{
    return after >= before ? after - before : (double)NAN; /* NAN when either is */
}

void pm_watch_end(struct pm_watch *w, struct pm_validity *out)
{
    const double unknown = (double)NAN;
    const double own_s = own_seconds() - w->own_s;
    take_signs(w);
    const struct pm_signs *a = &w->begin, *z = &w->worst;
    struct pm_validity v = {
        .seconds = (pm_clock_ms() - w->begin_ms) / 1e3,
        .core_throttles = rise(a->core_throttles, z->core_throttles),
        .package_throttles = rise(a->package_throttles, z->package_throttles),
        .clock_first_mhz = unknown,
        .clock_last_mhz = unknown,
        .clock_ratio = unknown,
        .cooling_active = z->cooling_active,
        .pi_throttled = z->pi_throttled,
        .overcurrent = z->overcurrent,
        .others_share = unknown,
        .steal_share = unknown,
        .swap_pages = rise(a->swap_pages, z->swap_pages),
        .hottest_c = z->hottest_c,
        .passive_trip_c = z->passive_trip_c,
    };
    if (!isnan(a->pi_throttled) && !isnan(z->pi_throttled)) {
        const unsigned before = bits_of(a->pi_throttled), after = bits_of(z->pi_throttled);
        const unsigned fresh = (after & ~before & PM_PI_SINCE_BOOT) >> 16; /* between two looks */
        v.pi_throttled = (double)(after | fresh);
    }
    compare_clocks(w, &v);
    share_out(w, own_s, &v);
    *out = v;
}
