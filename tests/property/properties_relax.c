/* SPDX-License-Identifier: MIT
 * What an answer says would have to give is typed as it is printed. */
#include "properties.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number in the text with one more, or less, of its last digit. */
static bool step_last_digit(const char *text, int by, char *out, size_t size)
{
    char number[40], *end;
    const double value = strtod(text, &end);
    const int len = (int)(end - text);
    snprintf(number, sizeof number, "%.*s", len, text);
    const char *point = strchr(number, '.');
    if (strchr(number, 'e') != NULL || len <= 0)
        return false;
    const int decimals = point != NULL ? len - (int)(point - number) - 1 : 0;
    double unit = 1;
    for (int i = 0; i < decimals; i++)
        unit /= 10;
    if (value + by * unit <= 0)
        return false;
    snprintf(out, size, "%.*f%s", decimals, value + by * unit, end);
    return true;
}

/* Between two marks of a line; false when they are not there. */
static bool between(const char *line, const char *from, const char *to, char *out, size_t size)
{
    const char *start = strstr(line, from);
    const char *end = start != NULL ? strstr(start + strlen(from), to) : NULL;
    if (end == NULL)
        return false;
    start += strlen(from);
    snprintf(out, size, "%.*s", (int)(end - start), start);
    return true;
}

/* The answer's line of that number; false past the last. */
static bool line_of(const char *text, size_t wanted, char *out, size_t size)
{
    for (; *text != '\0' && wanted > 0; wanted--) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : "";
    }
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
    return *text != '\0';
}

static enum outcome typed(struct trial *t, const struct question *asked, enum key key,
                          const char *value, int stricter, const char *line)
{
    static struct question q;
    static struct reply other;
    char step[60];
    q = *asked;
    question_set_raw(&q, key, value);
    trial_ask(t, &q, &other);
    if (other.exit != 0)
        return trial_broken(t, "typed as printed it exits %d %.120s; printed: %.200s", other.exit,
                            refused(&other) ? other.text : "", line);
    if (!step_last_digit(value, stricter, step, sizeof step))
        return HOLDS;
    question_set_raw(&q, key, step);
    trial_ask(t, &q, &other);
    if (other.exit == 0)
        return trial_broken(t, "with %s it fits too; printed: %.300s", step, line);
    return HOLDS;
}

enum outcome relaxation_holds_as_printed(struct trial *t)
{
    char line[600], name[40], value[60];
    enum outcome result = NOT_APPLICABLE;
    static char text[sizeof t->base.text];
    enum key key;
    if (t->base.status != INFEASIBLE)
        return NOT_APPLICABLE;
    memcpy(text, t->base.text, sizeof text);
    for (size_t i = 0; line_of(text, i, line, sizeof line); i++) {
        if (strncmp(line, "With --", 7) != 0 || !between(line, "With --", " ", name, sizeof name))
            continue;
        const char *after = line + strlen("With --") + strlen(name);
        const bool less = between(after, " ", " or less", value, sizeof value);
        if (!less && !between(after, " ", " or more", value, sizeof value))
            continue;
        if (!key_of_name(name, &key))
            return trial_broken(t, "cannot be typed: %.300s", line);
        result = typed(t, &t->question, key, value, less ? 1 : -1, line);
        if (result == BROKEN)
            return result;
    }
    return result;
}

/* "No value of --KEY alone would be enough": then not far looser either, and what
 * nobody knows is no reason. */
enum outcome no_value_helps_is_true(struct trial *t)
{
    char line[600], name[40];
    static char text[sizeof t->base.text];
    static struct question q;
    static struct reply other;
    enum outcome result = NOT_APPLICABLE;
    enum key key;
    if (t->base.status != INFEASIBLE)
        return NOT_APPLICABLE;
    memcpy(text, t->base.text, sizeof text);
    for (size_t i = 0; line_of(text, i, line, sizeof line); i++) {
        if (!between(line, "No value of --", " alone would be enough", name, sizeof name) ||
            !key_of_name(name, &key) || key >= BUDGET_KEYS || question_find(&t->question, key) < 0)
            continue;
        q = t->question;
        const int at = question_find(&q, key);
        const bool is_min = key == MIN_TOP1 || key == MIN_TOP5 || key == MIN_FPS;
        question_set(&q, key,
                     key == MIN_TOP1 || key == MIN_TOP5 ? 1
                     : is_min                           ? 1e-3
                                                        : 1e6 * strtod(q.option[at].value, NULL));
        trial_ask(t, &q, &other);
        if (other.exit == 0 || other.exit == 4)
            return trial_broken(t, "far looser, the answer is %s; printed: %.300s",
                                status_name(other.status), line);
        result = HOLDS;
    }
    return result;
}

static enum outcome rate_as_printed(struct trial *t, const struct question *asked,
                                    const struct reply *r)
{
    char line[600], value[60];
    static char text[sizeof r->text];
    enum outcome result = NOT_APPLICABLE;
    memcpy(text, r->text, sizeof text);
    for (size_t i = 0; line_of(text, i, line, sizeof line); i++) {
        if (strstr(line, "frame rate it fits") == NULL ||
            !between(line, "(--fps ", ")", value, sizeof value))
            continue;
        result = typed(t, asked, RATE, value, 1, line);
        if (result == BROKEN)
            return result;
    }
    return result;
}

enum outcome frame_rate_fits_as_printed(struct trial *t)
{
    return rate_as_printed(t, &t->question, &t->base);
}

/* The same where it matters most: watts alone, below what most draw at work. */
enum outcome frame_rate_of_what_draws_too_much(struct trial *t)
{
    static struct question q;
    static struct reply reply;
    struct dice d = dice_of(t->seed);
    const struct item *e = &t->world.item[dice_below(&d, (uint32_t)t->world.items)];
    const double idle = e->idle.origin != UNKNOWN ? e->idle.value : t->world.idle.value;
    if (t->world.items == 0 || e->power.origin == UNKNOWN)
        return NOT_APPLICABLE;
    q = (struct question){0};
    question_set(&q, MAX_WATTS, idle + 0.01 * (1 + dice_below(&d, 99)) * e->power.value);
    if (dice_chance(&d, 30))
        question_set(&q, OVERHEAD, 5);
    trial_ask(t, &q, &reply);
    return reply.status == INFEASIBLE ? rate_as_printed(t, &q, &reply) : NOT_APPLICABLE;
}
