/* SPDX-License-Identifier: MIT
 * Everything that makes a source refused, or a window unknown. */
#include "base/clock.h"
#include "sensor/meter.h"
#include "sensor/source.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "fake_source.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A fake that is not read at all fails its test after this long. */
#define PATIENCE_MS 20e3
/* Who waits for the sensor's next word when it closes waits for 2 s at least in these scenarios,
 * and for as long as the command lives when it does not end it: 60 s. */
#define CLOSE_MS 1500.0

static double joules_4210w(double ms)
{
    return 4210 * steps(ms, 1) / 1e3;
}

static double joules_each_second(double ms)
{
    return 10 * steps(ms + 700, 1000) / 1e3;
}

static double nothing(double ms)
{
    (void)ms;
    return 0;
}

static double constant_7w(double ms)
{
    (void)ms;
    return 7;
}

static double negative(double ms)
{
    return -3.2 - ms / 1e6;
}

static double not_a_number(double ms)
{
    return ms >= 0 ? (double)NAN : 0;
}

static double kilowatts(double ms)
{
    return 4210 + sin(ms);
}

static double spike(double ms)
{
    (void)ms;
    return 5000;
}

static double minus_1w(double ms)
{
    (void)ms;
    return -1;
}

/* ---- many at once, for most of them only wait ---- */

struct scenario {
    const char *name;
    const char *power; /* as the user names it; NULL: a fake */
    enum pm_source_kind kind;
    double (*at)(double ms);
    double period_ms;      /* of the fake; 0: unknown */
    unsigned trouble_from; /* of the fake: reading, of the window if there is one */
    enum fake_trouble trouble;
    double (*then)(double ms);
    double window_ms;    /* --power-window; 0: the meter's own */
    unsigned reads;      /* a window is measured until the fake was read so often, */
    double lasts_ms;     /* and so long after that; 0: none is */
    const char *refusal; /* a part of it; NULL: it opens */
    const char *remedy;  /* a part of it, beside refusal */
    const char *why;     /* a part of it; NULL: the window is known */
    double watts, tolerance;
};

struct outcome {
    const struct scenario *scenario;
    struct fake *fake;
    enum pm_found found;
    struct pm_refusal refusal;
    struct pm_window window, next;
    double close_ms;
};

static enum pm_found open_named(const struct scenario *s, struct pm_source **out,
                                struct pm_refusal *why)
{
    return strncmp(s->power, "cmd:", 4) == 0 ? pm_command_open(s->power + 4, out, why)
                                             : pm_file_open(s->power + 5, out, why);
}

/* Before the live read, or before the window: nobody reads it then. */
static void arm(struct fake *f, const struct scenario *s)
{
    f->readings = 0;
    f->trouble = s->trouble;
    f->trouble_from = s->trouble_from;
    f->then = s->then;
}

static void measure(struct pm_power_meter *m, struct outcome *o)
{
    const struct scenario *s = o->scenario;
    const double give_up_ms = pm_clock_ms() + PATIENCE_MS;
    if (o->fake != NULL)
        arm(o->fake, s);
    pm_power_meter_begin(m);
    while (o->fake != NULL && o->fake->readings < s->reads && pm_clock_ms() < give_up_ms)
        wait_ms(1);
    wait_ms(s->lasts_ms);
    pm_power_meter_end(m, &o->window);
    pm_power_meter_begin(m);
    pm_power_meter_end(m, &o->next);
    wait_ms(20); /* its thread goes to sleep, and must be woken */
}

static void *play(void *arg)
{
    struct outcome *o = arg;
    const struct scenario *s = o->scenario;
    struct pm_source *source = o->fake != NULL ? &o->fake->source : NULL;
    struct pm_power_meter *m = NULL;
    if (source == NULL)
        o->found = open_named(s, &source, &o->refusal);
    if (source != NULL)
        o->found = pm_power_meter_open(source, NAN, s->window_ms > 0 ? s->window_ms : (double)NAN,
                                       &m, &o->refusal);
    if (m != NULL && s->lasts_ms > 0)
        measure(m, o);
    const double begin = pm_clock_ms();
    pm_power_meter_close(m);
    o->close_ms = pm_clock_ms() - begin;
    return NULL;
}

static void check_outcome(const struct outcome *o)
{
    const struct scenario *s = o->scenario;
    if (s->refusal != NULL) {
        if (o->found == PM_FOUND || strstr(o->refusal.reason, s->refusal) == NULL)
            fail_msg("%s: found %d, \"%s\"", s->name, (int)o->found, o->refusal.reason);
        if (s->remedy != NULL && strstr(o->refusal.remedy, s->remedy) == NULL)
            fail_msg("%s: the remedy is \"%s\"", s->name, o->refusal.remedy);
        return;
    }
    if (o->found != PM_FOUND)
        fail_msg("%s is refused: %s", s->name, o->refusal.reason);
    if (o->close_ms > CLOSE_MS)
        fail_msg("%s takes %.0f ms to close", s->name, o->close_ms);
    if (s->lasts_ms > 0 && s->why == NULL &&
        (!o->window.known ||
         !is_close(o->window.joules / o->window.seconds, s->watts, s->tolerance)))
        fail_msg("%s: %.5g W, not %.5g; %s", s->name, o->window.joules / o->window.seconds,
                 s->watts, o->window.why);
    if (s->why != NULL && (o->window.known || strstr(o->window.why, s->why) == NULL))
        fail_msg("%s: known %d, \"%s\"", s->name, o->window.known, o->window.why);
    if (s->why != NULL && !isnan(o->window.joules))
        fail_msg("%s: an unknown window has %g J", s->name, o->window.joules);
}

static void play_all(const struct scenario *scenarios, size_t n)
{
    struct outcome *o = calloc(n, sizeof *o);
    pthread_t *threads = calloc(n, sizeof *threads);
    int made = 0;
    assert_true(o != NULL && threads != NULL);
    fakes_closed = 0;
    for (size_t i = 0; i < n; i++) {
        const struct scenario *s = o[i].scenario = &scenarios[i];
        if (s->power == NULL) {
            o[i].fake = fake(s->kind, s->at);
            o[i].fake->source.period_ms = s->period_ms > 0 ? s->period_ms : (double)NAN;
            if (s->lasts_ms <= 0)
                arm(o[i].fake, s);
            made++;
        }
        assert_int_equal(pthread_create(&threads[i], NULL, play, &o[i]), 0);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < n; i++) {
        check_outcome(&o[i]);
        if (scenarios[i].why != NULL && strstr(scenarios[i].why, "broke") != NULL)
            assert_string_equal(o[i].next.why, o[i].window.why); /* and ever after */
    }
    assert_int_equal(fakes_closed, made); /* refused or not */
    free(threads);
    free(o);
}

static const struct scenario fakes[] = {
    /* the live read */
    {.name = "dead counter", .at = nothing, .refusal = "its counter did not change in 2 s"},
    {.name = "lost",
     .kind = PM_GAUGE,
     .at = nothing,
     .trouble = FAKE_MUTE,
     .trouble_from = 1,
     .refusal = "it gave no reading in 2 s"},
    {.name = "zero", .kind = PM_GAUGE, .at = nothing, .refusal = "it reads 0 W"},
    {.name = "negative", .kind = PM_GAUGE, .at = negative, .refusal = "it reads -3.2 W"},
    {.name = "NaN", .kind = PM_GAUGE, .at = not_a_number, .refusal = "it reads NaN"},
    {.name = "kW gauge",
     .kind = PM_GAUGE,
     .at = kilowatts,
     .refusal = "implausible: 4210 W, more than the 200 W this can draw"},
    {.name = "kW counter", .at = joules_4210w, .refusal = "W, more than the 200 W this can draw"},
    {.name = "dying", .at = joules_10w, .trouble_from = 5, .refusal = "it was unplugged"},
    {.name = "slow counter", .at = joules_each_second, .refusal = "so that a window takes "},
    {.name = "slow gauge",
     .kind = PM_GAUGE,
     .at = constant_7w,
     .period_ms = 1000,
     .refusal = "it updates every 1.0 s, so that a window takes 100 s and a network 20 min"},
    {.name = "short window",
     .kind = PM_GAUGE,
     .at = constant_7w,
     .period_ms = 1000,
     .window_ms = 3000,
     .refusal = "a window of 3.0 s holds too few of its updates, one every 1.0 s"},
    /* windows */
    {.name = "constant gauge",
     .kind = PM_GAUGE,
     .at = constant_7w,
     .period_ms = 20,
     .reads = 8,
     .lasts_ms = 10,
     .watts = 7,
     .tolerance = 1e-9},
    {.name = "slow gauge, wanted",
     .kind = PM_GAUGE,
     .at = constant_7w,
     .period_ms = 4000,
     .window_ms = 100e3,
     .reads = 1,
     .lasts_ms = 50,
     .why = "too few readings: 1 in"},
    {.name = "two to four readings",
     .kind = PM_GAUGE,
     .at = constant_7w,
     .period_ms = 1000,
     .window_ms = 10e3,
     .reads = 3,
     .lasts_ms = 10,
     .why = "too few readings: "},
    {.name = "gauge dies",
     .kind = PM_GAUGE,
     .at = noisy_12w,
     .trouble_from = 10,
     .reads = 10,
     .lasts_ms = 200,
     .why = "the sensor broke: it was unplugged"},
    {.name = "counter dies",
     .at = joules_10w,
     .trouble_from = 2,
     .reads = 1,
     .lasts_ms = 20,
     .why = "the sensor broke: it was unplugged"},
    {.name = "gauge loses",
     .kind = PM_GAUGE,
     .at = noisy_12w,
     .trouble = FAKE_LOSES,
     .trouble_from = 10,
     .reads = 50,
     .lasts_ms = 10,
     .why = "readings were lost, more than 5 %"},
    {.name = "spike",
     .kind = PM_GAUGE,
     .at = noisy_12w,
     .trouble = FAKE_TURNS,
     .trouble_from = 10,
     .then = spike,
     .reads = 12,
     .lasts_ms = 10,
     .why = "implausible: 5000 W"},
    {.name = "turns",
     .kind = PM_GAUGE,
     .at = noisy_12w,
     .trouble = FAKE_TURNS,
     .trouble_from = 10,
     .then = minus_1w,
     .reads = 12,
     .lasts_ms = 10,
     .why = "not negative, and the sensor read -1 W"},
};

static void fakes_judged(void **unused)
{
    (void)unused;
    play_all(fakes, COUNT(fakes));
}

/* A stream has stalled after three of its periods: whoever hears one every 0.2 s may be half a
 * second late. What TALK says ends after 2 s, well after the live read and within the window. */
#define TALK "cmd:i=0; while [ $i -lt 100 ]; do echo 5.25; sleep 0.02; i=$((i+1)); done; "
static const struct scenario commands[] = {
    {.name = "works",
     .power = "cmd:while :; do echo 12.5; sleep 0.2; done",
     .lasts_ms = 3000,
     .watts = 12.5,
     .tolerance = 1e-9},
    {.name = "fluctuates",
     .power = "cmd:while :; do echo ' 10 '; sleep 0.2; echo 20; sleep 0.2; done",
     .lasts_ms = 3000,
     .watts = 15,
     .tolerance = 1e-9},
    {.name = "begins with a burst",
     .power = "cmd:yes 9 | head -n 300; while :; do echo 9; sleep 0.05; done",
     .lasts_ms = 10,
     .why = "too few readings"},
    {.name = "stalls",
     .power = TALK "sleep 60",
     .lasts_ms = 5000,
     .why = "the sensor stalled: it said nothing for "},
    {.name = "dies",
     .power = TALK "echo the meter is gone >&2; exit 3",
     .lasts_ms = 5000,
     .why = "broke: the command exited with status 3: \"the meter is gone\""},
    {.name = "turns to text",
     .power = TALK "echo ERR; sleep 60",
     .lasts_ms = 5000,
     .why = "broke: the command printed \"ERR\", not a number of watts"},
    {.name = "text", .power = "cmd:echo 12 W", .refusal = "printed \"12 W\", not a number"},
    {.name = "blank", .power = "cmd:echo; sleep 9", .refusal = "printed an empty line, not"},
    {.name = "negative", .power = "cmd:echo -3.5; sleep 9", .refusal = "\"-3.5\", and power"},
    {.name = "NaN", .power = "cmd:echo nan; sleep 9", .refusal = "\"nan\", not a number"},
    {.name = "once", .power = "cmd:echo 5", .refusal = "the command exited with status 0"},
    {.name = "one and no more",
     .power = "cmd:echo 5; sleep 60",
     .refusal = "it said one number and then nothing for 5 s"},
    {.name = "absent",
     .power = "cmd:/nowhere/meter",
     .refusal = "the command exited with status 127: \"/bin/sh: 1: /nowhere/meter: not found"},
    {.name = "silent", .power = "cmd:sleep 60", .refusal = "printed nothing for 5 s"},
    {.name = "kilowatts",
     .power = "cmd:while :; do echo 4210; sleep 0.02; done",
     .refusal = "implausible: 4210 W, more than the 3680 W this can draw"},
};

static void commands_judged(void **unused)
{
    (void)unused;
    play_all(commands, COUNT(commands));
}

/* By themselves: what reads a flood takes the others' time, under valgrind all of it. */
static const struct scenario floods[] = {
    {.name = "floods",
     .power = "cmd:yes 10",
     .refusal = "values a second; reading it would load the board it measures",
     .remedy = "let the command sleep between values"},
    {.name = "floods later",
     .power = TALK "yes 5.25",
     .lasts_ms = 5000,
     .why = "broke: it floods: "},
};

static void floods_judged(void **unused)
{
    (void)unused;
    play_all(floods, COUNT(floods));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fakes_judged),
        cmocka_unit_test(commands_judged),
        cmocka_unit_test(floods_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
