/* SPDX-License-Identifier: MIT
 * One renderer a format: a finished answer (or a catalogue, or a profile) in, text in a buffer out.
 * Nothing is decided or computed here but layout. */
#ifndef PM_REPORT_H
#define PM_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct pm_answer;
struct pm_buf;
struct pm_catalogue;
struct pm_err;
struct pm_profile;

struct pm_style {
    int width;   /* columns of the terminal; 80 when unknown */
    bool colour; /* SGR sequences: only for a terminal, and not under NO_COLOR */
    bool utf8;   /* else ASCII marks */
};

/* The last two belong to reports alone (deployment/deployment.h). */
enum pm_format {
    PM_FORMAT_TEXT,
    PM_FORMAT_JSON,
    PM_FORMAT_MARKDOWN,
    PM_FORMAT_CSV,
    PM_FORMAT_HTML,
    PM_FORMAT_PDF
};
bool pm_format_parse(const char *name, enum pm_format *out); /* text, json, md, csv, html, pdf */

int pm_report_answer(const struct pm_answer *answer, enum pm_format format,
                     const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);
int pm_report_catalogue(const struct pm_catalogue *catalogue, enum pm_format format,
                        const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);
/* The paper's table of a profile: top-1, operations, parameters, rate, power, memory, density. */
int pm_report_profile(const struct pm_profile *profile, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);
/* Both laws in plain words, and the paper's claims. */
int pm_report_fit(const struct pm_answer *answer, enum pm_format format,
                  const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);

#endif
