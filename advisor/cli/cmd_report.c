/* SPDX-License-Identifier: MIT
 * `pickmodel report`: the answer to the same question as `pick`, for whoever signs off. */
#include "advise/answer.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "cli/pictures.h"
#include "cli/question.h"
#include "deployment/deployment.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Of the year 9999; RFC 3339 has no later one. */
#define LAST_SECOND (sizeof(long) > 4 ? (long)253402300799 : LONG_MAX)

/* A word as a shell would need it. */
static void add_word(struct pm_buf *buf, const char *word)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-_./=@:%+,";
    if (word[0] != '\0' && strspn(word, safe) == strlen(word)) {
        pm_buf_add(buf, word);
        return;
    }
    pm_buf_add(buf, "'");
    for (const char *p = word; *p != '\0'; p++) {
        if (*p == '\'')
            pm_buf_add(buf, "'\\''");
        else
            pm_buf_add_bytes(buf, p, 1);
    }
    pm_buf_add(buf, "'");
}

static void add_command(struct pm_buf *buf, const struct pm_options *o)
{
    pm_buf_add(buf, "pickmodel");
    for (int i = 1; i < o->argc; i++) {
        pm_buf_add(buf, " ");
        add_word(buf, o->argv[i]);
    }
}

/* Now; or what SOURCE_DATE_EPOCH says, so that the same question gives the same bytes. */
static int date(char *out, size_t size, struct pm_err *err)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    long seconds = 0;
    struct tm utc;
    if (epoch == NULL || *epoch == '\0') {
        pm_clock_date(out, size);
        return 0;
    }
    const bool number = pm_number_long(epoch, 0, LAST_SECOND, &seconds);
    const time_t t = (time_t)seconds;
    if (!number || gmtime_r(&t, &utc) == NULL)
        return pm_fail(err, PM_EUSAGE, "SOURCE_DATE_EPOCH",
                       "expected seconds since 1970, to the year 9999, found \"%.40s\"", epoch);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return 0;
}

static int render(const struct pm_options *o, const struct pm_answer *a,
                  const struct pm_report_facts *facts, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_buf html = {0};
    const struct pm_style style = pm_cli_style(o);
    int result = -1;
    switch (o->format) {
    case PM_FORMAT_MARKDOWN:
        return pm_report_markdown(a, facts, buf, err);
    case PM_FORMAT_JSON:
        return pm_report_json(a, facts, buf, err);
    case PM_FORMAT_CSV:
        return pm_report_answer(a, o->format, &style, buf, err);
    case PM_FORMAT_PDF:
        if (pm_report_html(a, facts, &html, err) == 0)
            result = pm_pdf_of_html(&html, buf, err);
        pm_buf_done(&html);
        return result;
    case PM_FORMAT_TEXT:
    case PM_FORMAT_HTML:
        break;
    }
    return pm_report_html(a, facts, buf, err);
}

static int write_charts(const struct pm_options *o, const struct pm_answer *a, struct pm_err *err)
{
    struct pm_buf said = {0};
    if (o->charts == NULL)
        return 0;
    const int result = pm_charts_write(a, o->charts, &said, err);
    if (result == 0 && !o->quiet)
        fprintf(stderr, "%s\n", pm_buf_text(&said));
    pm_buf_done(&said);
    return result;
}

/* A page is of no use on a terminal: it goes to a file there. */
static struct pm_options with_output(const struct pm_options *o)
{
    struct pm_options named = *o;
    if (o->output == NULL && isatty(STDOUT_FILENO) == 1 &&
        (o->format == PM_FORMAT_HTML || o->format == PM_FORMAT_PDF))
        named.output =
            o->format == PM_FORMAT_PDF ? "pickmodel-report.pdf" : "pickmodel-report.html";
    return named;
}

static int write_report(const struct pm_options *o, const struct pm_context *ctx,
                        struct pm_answer *a, struct pm_err *err)
{
    struct pm_buf buf = {0}, command = {0};
    char now[32], digest[24];
    const struct pm_options to = with_output(o);
    if (date(now, sizeof now, err) != 0)
        return -1;
    snprintf(digest, sizeof digest, "%016" PRIx64, ctx->catalogue.digest);
    add_command(&command, o);
    const struct pm_report_facts facts = {
        .command = pm_buf_text(&command),
        .made_at = now,
        .version = PM_VERSION,
        .catalogue = digest,
        .profile = o->settings.profile[0] != '\0' ? o->settings.profile : NULL};
    int result = pm_buf_check(&command, err);
    if (result == 0)
        result = pm_answer_finish_laws(a, err);
    if (result == 0)
        result = render(o, a, &facts, &buf, err);
    if (result == 0)
        result = pm_cli_emit(&to, &buf, err);
    if (result == 0 && to.output != NULL && !o->quiet)
        fprintf(stderr, "%s: %s\n", to.output, a->headline);
    if (result == 0)
        result = write_charts(o, a, err);
    pm_buf_done(&buf);
    pm_buf_done(&command);
    return result;
}

int pm_cmd_report(const struct pm_options *o, struct pm_err *err)
{
    char now[32];
    if (date(now, sizeof now, err) != 0) /* sooner than after minutes of measuring */
        return -1;
    return pm_question_answer(o, write_report, err);
}
