/* SPDX-License-Identifier: MIT
 * What the sensors say of themselves: refusals, names, watts and times as people read them. */
#ifndef PM_SENSOR_WORDS_H
#define PM_SENSOR_WORDS_H

#include "sensor/source.h"

#include <stddef.h>

/* Fills why and returns found, so that a refusal is one statement. remedy: "" when there is none.
 */
enum pm_found pm_refuse(struct pm_refusal *why, enum pm_found found, const char *remedy,
                        const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A fixed text, so that it can be a value in the same statement. */
struct pm_words {
    char text[96];
};

struct pm_words pm_words_watts(double w); /* "12.3 W", "4210 W", "0.8 W" */
/* "implausible: 4210 W, more than the 200 W this can draw" */
struct pm_words pm_words_implausible(double w, double limit_w);
struct pm_words pm_words_period(double ms);    /* "1.0 ms", "35 ms", "1.5 s" */
struct pm_words pm_words_count(double n);      /* "740", "2400", "13 thousand", "1.2 million" */
struct pm_words pm_words_duration(double ms);  /* "100 s", "20 min", "3.3 h" */
struct pm_words pm_words_quote(const char *s); /* printable, in quotes, cut short when it is long */

/* "it floods: 1.2 million values a second; reading it would load the board it
 * measures" */
struct pm_words pm_words_flood(double per_s);

/* "KIND: TEXT" as a source's name: printable, cut at a whole character. */
void pm_words_name(struct pm_source *s, const char *kind, const char *text);

#endif
