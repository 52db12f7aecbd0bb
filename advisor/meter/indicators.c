/* SPDX-License-Identifier: MIT
 * What a watch saw, and what there is to look at, in words: each with what to do about it. */
#include "meter/guard.h"

#include "meter/device.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COOL    "cool the board better or choose a lower power mode"
#define SUPPLY  "use a stronger power supply and a short cable"
#define QUIET   "end other programs (see top)"
#define GUESTS  "give this guest processors of its own, or measure on real hardware"
#define MEMORY  "free memory, or leave large networks out"
#define LOW_MIB 256.0

/* ---- of one measurement ---- */

struct list {
    struct pm_arena *arena;
    const char **text;
    size_t n;
};

static void tell(struct list *l, const char *text)
{
    if (text != NULL)
        l->text[l->n++] = text;
}

static double sum_known(double a, double b)
{
    return (isnan(a) ? 0 : a) + (isnan(b) ? 0 : b);
}

static unsigned pi_bits(double value, unsigned mask)
{
    return isnan(value) ? 0 : (unsigned)value & mask;
}

static void tell_of_heat(const struct pm_validity *v, struct list *l)
{
    const double events = sum_known(v->core_throttles, v->package_throttles);
    if (events > 0)
        tell(l, pm_arena_printf(l->arena,
                                "the CPU throttled %.0f times meanwhile (cores %.0f, package "
                                "%.0f): " COOL,
                                events, sum_known(v->core_throttles, 0),
                                sum_known(v->package_throttles, 0)));
    if (v->clock_ratio < PM_SLOW_CLOCK)
        tell(l, pm_arena_printf(l->arena,
                                "the CPU's clock fell from %.0f to %.0f MHz (%+.1f %%): cool the "
                                "board better, or hold a lower clock (`cpupower "
                                "frequency-set -u %.0fMHz`)",
                                v->clock_first_mhz, v->clock_last_mhz, 100 * (v->clock_ratio - 1),
                                floor(v->clock_last_mhz)));
    if (v->cooling_active > 0)
        tell(l, pm_arena_printf(l->arena, "%.0f cooling device%s held the CPU back: " COOL,
                                v->cooling_active, v->cooling_active > 1 ? "s" : ""));
    if (!isnan(v->passive_trip_c))
        tell(l, pm_arena_printf(l->arena,
                                "the board reached %.0f C, and slows down from %.0f C on: " COOL,
                                v->hottest_c, v->passive_trip_c));
    else if (v->hottest_c > PM_HOT_CELSIUS)
        tell(l,
             pm_arena_printf(l->arena, "the board reached %.0f C and may have slowed down: " COOL,
                             v->hottest_c));
}

static void tell_of_supply(const struct pm_validity *v, struct list *l)
{
    char words[96];
    const unsigned now = pi_bits(v->pi_throttled, PM_PI_NOW);
    if (now != 0)
        tell(l, pm_arena_printf(l->arena, "the Raspberry Pi reported %s (get_throttled 0x%x): %s",
                                pm_pi_words(now, words, sizeof words),
                                pi_bits(v->pi_throttled, ~0U), (now & 1U) != 0 ? SUPPLY : COOL));
    if (v->overcurrent > 0)
        tell(l, pm_arena_printf(l->arena,
                                "%.0f over-current alarm%s of the power monitor: " SUPPLY
                                ", or choose a lower power mode",
                                v->overcurrent, v->overcurrent > 1 ? "s" : ""));
}

static void tell_of_others(const struct pm_validity *v, struct list *l)
{
    if (v->others_share > PM_OTHERS_SHARE)
        tell(l, pm_arena_printf(l->arena,
                                "other programs used %.1f %% of the processors meanwhile (up to "
                                "%.0f %% is quiet): " QUIET,
                                100 * v->others_share, 100 * PM_OTHERS_SHARE));
    if (v->steal_share > PM_STEAL_SHARE)
        tell(l, pm_arena_printf(l->arena,
                                "the hypervisor took %.1f %% of the processors' time: " GUESTS,
                                100 * v->steal_share));
    if (v->swap_pages > 0)
        tell(l, pm_arena_printf(l->arena, "the machine swapped %.0f pages meanwhile: " MEMORY,
                                v->swap_pages));
}

size_t pm_validity_warnings(const struct pm_validity *v, struct pm_arena *arena,
                            const char *warning[PM_VALIDITY_WARNINGS])
{
    struct list l = {.arena = arena, .text = warning};
    tell_of_heat(v, &l);
    tell_of_supply(v, &l);
    tell_of_others(v, &l);
    return l.n;
}

/* ---- of the machine as it is ---- */

struct look {
    const char *root;
    struct pm_arena *arena;
    struct pm_board board;
    struct pm_signs signs;
    struct pm_validity lately;
    struct pm_indicator *list;
    size_t n;
    bool nomem;
};

enum kind { FINE, REMARK, TROUBLE };

/* value must be of the arena; NULL: out of memory. */
static void present(struct look *k, const char *name, const char *value, enum kind kind,
                    const char *advice)
{
    k->nomem = k->nomem || value == NULL;
    k->list[k->n++] = (struct pm_indicator){.name = name,
                                            .present = true,
                                            .value = value,
                                            .trouble = kind == TROUBLE,
                                            .advice = kind != FINE ? advice : NULL};
}

static void lacking(struct look *k, const char *name)
{
    k->list[k->n++] = (struct pm_indicator){.name = name};
}

static void show_governor(struct look *k)
{
    static const char name[] = "governor";
    const char *governor = k->board.governor;
    if (governor == NULL)
        lacking(k, name);
    else
        present(
            k, name, governor, strcmp(governor, "performance") == 0 ? FINE : REMARK,
            "latency depends on what ran before; hold the clock: `sudo cpupower frequency-set -g "
            "performance`");
}

static void show_clock(struct look *k)
{
    static const char name[] = "clock";
    unsigned cpu[PM_WATCH_CPUS];
    double now = (double)NAN, most = (double)NAN;
    bool capped = false;
    const size_t n = pm_signs_clocked(k->root, cpu, PM_WATCH_CPUS);
    for (size_t i = 0; i < n; i++) {
        double mhz, limit;
        if (pm_signs_mhz(k->root, cpu[i], "scaling_cur_freq", &mhz))
            now = fmax(now, mhz);
        if (!pm_signs_mhz(k->root, cpu[i], "cpuinfo_max_freq", &mhz))
            continue;
        most = fmax(most, mhz);
        capped = capped || (pm_signs_mhz(k->root, cpu[i], "scaling_max_freq", &limit) &&
                            limit < PM_SLOW_CLOCK * mhz);
    }
    if (isnan(now)) {
        lacking(k, name);
        return;
    }
    const char *value = isnan(most) ? pm_arena_printf(k->arena, "%.0f MHz", now)
                                    : pm_arena_printf(k->arena, "%.0f of %.0f MHz", now, most);
    present(k, name, value, capped ? REMARK : FINE,
            "the clock is limited below what the CPU can do; is that meant? See "
            "`cpupower frequency-info`");
}

static void show_throttles(struct look *k)
{
    static const char name[] = "throttle counters";
    const struct pm_signs *s = &k->signs;
    if (isnan(s->core_throttles) && isnan(s->package_throttles)) {
        lacking(k, name);
        return;
    }
    const bool now = sum_known(k->lately.core_throttles, k->lately.package_throttles) > 0;
    const bool ever = sum_known(s->core_throttles, s->package_throttles) > 0;
    present(k, name,
            pm_arena_printf(k->arena, "cores %.0f, package %.0f times since boot%s",
                            sum_known(s->core_throttles, 0), sum_known(s->package_throttles, 0),
                            now ? ", and just now" : ""),
            now    ? TROUBLE
            : ever ? REMARK
                   : FINE,
            now ? COOL : "it has been too hot before: watch for throttling under load");
}

static void show_cooling(struct look *k)
{
    static const char name[] = "cooling devices";
    if (isnan(k->signs.cooling_devices)) {
        lacking(k, name);
        return;
    }
    const double active = fmax(k->signs.cooling_active, k->lately.cooling_active);
    present(k, name,
            pm_arena_printf(k->arena, "%.0f of %.0f hold the CPU back", active,
                            k->signs.cooling_devices),
            active > 0 ? TROUBLE : FINE, COOL);
}

static void show_pi(struct look *k)
{
    static const char name[] = "Raspberry Pi";
    char words[96];
    if (isnan(k->signs.pi_throttled)) {
        lacking(k, name);
        return;
    }
    const unsigned bits =
        pi_bits(k->signs.pi_throttled, ~0U) | pi_bits(k->lately.pi_throttled, ~0U);
    const unsigned now = bits & PM_PI_NOW, ever = (bits & PM_PI_SINCE_BOOT) >> 16;
    const unsigned shown = now != 0 ? now : ever;
    present(k, name,
            shown == 0 ? pm_arena_dup(k->arena, "no under-voltage, no throttling")
                       : pm_arena_printf(k->arena, "%s %s (get_throttled 0x%x)",
                                         pm_pi_words(shown, words, sizeof words),
                                         now != 0 ? "now" : "since boot", bits),
            now != 0    ? TROUBLE
            : ever != 0 ? REMARK
                        : FINE,
            (shown & 1U) != 0 ? SUPPLY : COOL);
}

static void show_alarms(struct look *k)
{
    static const char name[] = "Jetson alarms";
    const double raised = fmax(k->signs.overcurrent, k->lately.overcurrent);
    if (isnan(raised)) {
        lacking(k, name);
        return;
    }
    present(k, name,
            raised > 0 ? pm_arena_printf(k->arena, "%.0f over-current", raised)
                       : pm_arena_dup(k->arena, "no over-current"),
            raised > 0 ? TROUBLE : FINE, SUPPLY ", or choose a lower power mode");
}

static void show_share(struct look *k, const char *name, double share, double most,
                       const char *advice)
{
    if (isnan(share))
        lacking(k, name);
    else
        present(k, name,
                pm_arena_printf(k->arena, "%.1f %% of the processors (up to %.0f %% is quiet)",
                                100 * share, 100 * most),
                share > most ? TROUBLE : FINE, advice);
}

static void show_memory(struct look *k)
{
    const double pages = k->lately.swap_pages;
    const double free_mib = pm_board_available_mib(k->root);
    if (isnan(pages))
        lacking(k, "swap");
    else
        present(k, "swap",
                pages > 0 ? pm_arena_printf(k->arena, "%.0f pages in the last %.0f s", pages,
                                            fmax(k->lately.seconds, 1))
                          : pm_arena_dup(k->arena, "nothing is swapped now"),
                pages > 0 ? TROUBLE : FINE, MEMORY);
    if (free_mib < 0)
        lacking(k, "memory available");
    else
        present(k, "memory available", pm_arena_printf(k->arena, "%.0f MiB", free_mib),
                free_mib < LOW_MIB ? REMARK : FINE,
                "networks that do not fit will not be measured; end what is not needed");
}

static void show_temperature(struct look *k)
{
    static const char name[] = "temperature";
    const double hottest = fmax(k->signs.hottest_c, k->lately.hottest_c);
    const double trip = fmin(k->signs.passive_trip_c, k->lately.passive_trip_c);
    if (isnan(hottest)) {
        lacking(k, name);
        return;
    }
    const bool hot = !isnan(trip) || hottest > PM_HOT_CELSIUS;
    present(k, name,
            isnan(trip) ? pm_arena_printf(k->arena, "%.0f C", hottest)
                        : pm_arena_printf(k->arena, "%.0f C, and it slows down from %.0f C on",
                                          hottest, trip),
            hot ? TROUBLE : FINE, "let it cool down; if it gets hot again, " COOL);
}

static void show_board(struct look *k)
{
    const bool virtual = k->board.virtual_machine;
    present(k, "virtual machine", pm_arena_dup(k->arena, virtual ? "yes" : "no sign of one"),
            virtual ? REMARK : FINE,
            "other guests share its processors: figures hold for this guest, not for a board");
    if (k->board.power_mode == NULL)
        lacking(k, "power mode");
    else
        present(k, "power mode", k->board.power_mode, FINE, NULL);
}

size_t pm_guard_list(const char *root, const struct pm_validity *lately, struct pm_arena *arena,
                     struct pm_indicator list[PM_INDICATORS])
{
    const double unknown = (double)NAN;
    struct look k = {.root = root, .arena = arena, .list = list};
    k.lately =
        lately != NULL ? *lately : (struct pm_validity){0,       unknown, unknown, unknown, unknown,
                                                        unknown, unknown, unknown, unknown, unknown,
                                                        unknown, unknown, unknown, unknown};
    if (pm_board_read(root, arena, &k.board) != 0)
        return 0;
    k.signs = pm_signs_read(root);
    show_governor(&k);
    show_clock(&k);
    show_board(&k);
    show_share(&k, "other load", k.lately.others_share, PM_OTHERS_SHARE, QUIET);
    show_share(&k, "steal", k.lately.steal_share, PM_STEAL_SHARE, GUESTS);
    show_memory(&k);
    show_temperature(&k);
    show_throttles(&k);
    show_cooling(&k);
    show_pi(&k);
    show_alarms(&k);
    return k.nomem ? 0 : k.n;
}
