/* SPDX-License-Identifier: MIT
 * A report is written once, section by section, to whatever format: the sections (sections*.c) call
 * these, the formats (report_html.c, report_md.c, report_json.c) implement them, into a buffer.
 * Running out of memory is remembered by the buffer. */
#ifndef PM_WRITER_H
#define PM_WRITER_H

#include <stddef.h>

struct pm_answer;
struct pm_buf;
struct pm_chart;
struct pm_err;
struct pm_palette;
struct pm_table;

#define PM_CAPTION_BUDGETS "Budgets: what was asked for and what is reached"

/* What a report says beside the answer. Texts are borrowed. */
struct pm_report_facts {
    const char *command;   /* that reproduces it */
    const char *made_at;   /* RFC 3339, UTC */
    const char *version;   /* of this program */
    const char *catalogue; /* digest of the catalogue */
    const char *profile;   /* as it was named on the command line; NULL: this board's own */
};

struct pm_writer {
    struct pm_buf *buf;
    struct pm_err *err;
    const struct pm_answer *answer;
    const struct pm_report_facts *facts;
    const struct pm_palette *palette; /* of charts; NULL: the format has none */
    void (*begin)(struct pm_writer *w, const char *id, const char *title, const char *finding);
    void (*end)(struct pm_writer *w);
    void (*text)(struct pm_writer *w, const char *text);
    void (*list)(struct pm_writer *w, const char *const *item, size_t n);
    /* of candidates when its rows are about some */
    int (*table)(struct pm_writer *w, struct pm_table *table, const char *caption);
    int (*chart)(struct pm_writer *w, const struct pm_chart *chart);
    void (*code)(struct pm_writer *w, const char *const *line, size_t n);
    int (*what_if)(struct pm_writer *w); /* NULL: the format cannot be played with */
};

/* Every section, in order. 0, or -1 with w->err. */
int pm_sections_write(struct pm_writer *w);

#endif
