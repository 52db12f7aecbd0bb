/* SPDX-License-Identifier: MIT */
#include "sensor/words.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum pm_found pm_refuse(struct pm_refusal *why, enum pm_found found, const char *remedy,
                        const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(why->reason, sizeof why->reason, fmt, args);
    va_end(args);
    snprintf(why->remedy, sizeof why->remedy, "%s", remedy);
    return found;
}

struct pm_words pm_words_watts(double w)
{
    struct pm_words out;
    snprintf(out.text, sizeof out.text, fabs(w) < 100 ? "%.3g W" : "%.0f W", w);
    return out;
}

struct pm_words pm_words_implausible(double w, double limit_w)
{
    struct pm_words out;
    snprintf(out.text, sizeof out.text, "implausible: %.12s, more than the %.12s this can draw",
             pm_words_watts(w).text, pm_words_watts(limit_w).text);
    return out;
}

struct pm_words pm_words_period(double ms)
{
    struct pm_words out;
    if (ms < 999.5)
        snprintf(out.text, sizeof out.text, "%.*f ms", ms < 9.95 ? 1 : 0, ms);
    else
        snprintf(out.text, sizeof out.text, "%.1f s", ms / 1e3);
    return out;
}

struct pm_words pm_words_count(double n)
{
    struct pm_words out;
    if (n < 9950)
        snprintf(out.text, sizeof out.text, "%.0f", n);
    else if (n < 999.5e3)
        snprintf(out.text, sizeof out.text, "%.0f thousand", n / 1e3);
    else
        snprintf(out.text, sizeof out.text, "%.1f million", n / 1e6);
    return out;
}

struct pm_words pm_words_flood(double per_s)
{
    struct pm_words out;
    snprintf(out.text, sizeof out.text,
             "it floods: %.16s values a second; reading it would load the board "
             "it measures",
             pm_words_count(per_s).text);
    return out;
}

struct pm_words pm_words_duration(double ms)
{
    struct pm_words out;
    if (ms < 120e3)
        snprintf(out.text, sizeof out.text, "%.0f s", ms / 1e3);
    else if (ms < 7200e3)
        snprintf(out.text, sizeof out.text, "%.0f min", ms / 60e3);
    else
        snprintf(out.text, sizeof out.text, "%.1f h", ms / 3600e3);
    return out;
}

/* Half a UTF-8 character at a cut would make the record that holds the text unreadable. */
static void cut(char *text, size_t keep)
{
    if (strlen(text) <= keep)
        return;
    while (keep > 0 && ((unsigned char)text[keep] & 0xc0) == 0x80)
        keep--;
    memcpy(text + keep, "...", sizeof "...");
}

struct pm_words pm_words_quote(const char *s)
{
    char plain[110]; /* longer than what is kept, so that cut sees where its character begins */
    pm_text_printable(s, plain, sizeof plain);
    cut(plain, 60);
    struct pm_words out;
    snprintf(out.text, sizeof out.text, "\"%.70s\"", plain);
    return out;
}

void pm_words_name(struct pm_source *s, const char *kind, const char *text)
{
    char plain[256];
    const size_t used = (size_t)snprintf(s->name, sizeof s->name, "%.20s: ", kind);
    pm_text_printable(text, plain, sizeof plain);
    cut(plain, sizeof s->name - used - sizeof "...");
    memcpy(s->name + used, plain, strlen(plain) + 1);
}
