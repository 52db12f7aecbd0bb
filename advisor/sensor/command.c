/* SPDX-License-Identifier: MIT
 * A command of the user's that prints watts: a bench meter's script, a USB meter, a PMIC. It runs
 * for as long as the meter does and is read all the time, for lines that waited in the pipe would
 * be stamped later than they were measured. */
#include "sensor/source.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/number.h"
#include "base/process.h"
#include "sensor/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A socket of the wall gives 16 A at 230 V: more is a wrong unit, not a board. */
#define LIMIT_W 3680.0
/* A meter of unknown make. */
#define GAIN_REL 0.05
/* The first line must come by then; later silence is judged by the command's own rhythm. */
#define FIRST_LINE_MS 5000.0

struct command {
    struct pm_source source;
    struct pm_process process;
    struct pm_buf line;
    double started_ms;
    bool spoke, broken;
    char why[200]; /* why it is broken: said again at every reading */
};

/* The last line of what it said on stderr, which is where programs say what is wrong. */
static const char *last_words(char *complaint)
{
    size_t end = strlen(complaint);
    while (end > 0 && isspace((unsigned char)complaint[end - 1]))
        end--;
    complaint[end] = '\0';
    const char *line = strrchr(complaint, '\n');
    return line != NULL ? line + 1 : complaint;
}

static void describe_end(struct command *c)
{
    int status;
    char how[80];
    /* it has closed its output and is about to end, unless it only did the former */
    if (pm_process_wait(&c->process, pm_clock_ms() + 500, &status))
        pm_process_describe(status, how, sizeof how);
    else
        snprintf(how, sizeof how, "closed its output");
    const char *words = last_words(c->process.complaint);
    if (*words != '\0')
        snprintf(c->why, sizeof c->why, "the command %s: %s", how, pm_words_quote(words).text);
    else
        snprintf(c->why, sizeof c->why, "the command %s", how);
}

/* One number, blanks around it allowed. */
static bool parse_line(struct command *c, double *watts)
{
    char *text = c->line.len > 0 ? c->line.data : NULL;
    const char *shown = pm_buf_text(&c->line);
    size_t end = c->line.len;
    while (end > 0 && isspace((unsigned char)text[end - 1]))
        text[--end] = '\0';
    while (isspace((unsigned char)*shown))
        shown++;
    if (end == 0 || strlen(pm_buf_text(&c->line)) != end || !pm_number_double(shown, watts)) {
        snprintf(c->why, sizeof c->why, "the command printed %s, not a number of watts",
                 end == 0 ? "an empty line" : pm_words_quote(shown).text);
        return false;
    }
    if (*watts < 0) {
        snprintf(c->why, sizeof c->why,
                 "the command printed %s, and power that is drawn is not negative",
                 pm_words_quote(shown).text);
        return false;
    }
    return true;
}

static enum pm_reading read_command(struct pm_source *s, double wait_ms, double *value,
                                    double *at_ms, char *why, size_t why_size)
{
    struct command *c = (struct command *)s;
    enum pm_process_read got = PM_READ_TIMEOUT;
    if (!c->broken) {
        /* the limit on all that a process prints is for engines, whose answers end */
        c->process.total = 0;
        got = pm_process_line(&c->process, pm_clock_ms() + wait_ms, NULL, &c->line);
        *at_ms = pm_clock_ms();
    }
    if (got == PM_READ_LINE) {
        c->spoke = true;
        c->broken = !parse_line(c, value);
    } else if (got == PM_READ_END) {
        c->broken = true;
        describe_end(c);
    } else if (got == PM_READ_FLOOD || got == PM_READ_NOMEM) {
        c->broken = true;
        snprintf(c->why, sizeof c->why, "%s",
                 got == PM_READ_FLOOD ? "the command printed a line over 1 MiB" : "out of memory");
    } else if (!c->broken && !c->spoke && *at_ms - c->started_ms > FIRST_LINE_MS) {
        c->broken = true;
        snprintf(c->why, sizeof c->why, "the command printed nothing for %.0f s",
                 FIRST_LINE_MS / 1e3);
    }
    if (c->broken) {
        snprintf(why, why_size, "%s", c->why);
        return PM_READING_BROKEN;
    }
    return got == PM_READ_LINE ? PM_READING_OK : PM_READING_NONE;
}

static void close_command(struct pm_source *s)
{
    struct command *c = (struct command *)s;
    pm_process_done(&c->process);
    pm_buf_done(&c->line);
    free(c);
}

/* A thread that reads watts has nobody to tell that memory is short, so what the lines need is had
 * beforehand: as much as a pipe holds. */
static bool reserve(struct pm_buf *buf)
{
    static const char blank[65536];
    pm_buf_add_bytes(buf, blank, sizeof blank);
    buf->len = 0;
    return !buf->failed;
}

enum pm_found pm_command_open(const char *command, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {read_command, close_command};
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    struct pm_err err;
    if (*command == '\0')
        return pm_refuse(why, PM_REFUSED, "cmd:COMMAND, which prints a number of watts a line",
                         "there is no command");
    struct command *c = calloc(1, sizeof *c);
    if (c == NULL)
        return PM_FOUND_NOMEM;
    if (pm_process_start(&c->process, argv, NULL, &err) != 0) {
        free(c);
        return pm_refuse(why, PM_REFUSED, "", "%s: %s", err.where, err.msg);
    }
    if (!reserve(&c->line) || !reserve(&c->process.line)) {
        close_command(&c->source);
        return PM_FOUND_NOMEM;
    }
    close(c->process.in); /* whoever reads its input sees the end of it, instead of hanging */
    c->process.in = -1;
    c->started_ms = pm_clock_ms();
    c->source = (struct pm_source){
        .ops = &ops,
        .kind = PM_STREAM,
        .scope = PM_SCOPE_UNKNOWN,
        .period_ms = NAN,
        .gain_rel = GAIN_REL,
        .limit_w = LIMIT_W,
    };
    pm_words_name(&c->source, "cmd", command);
    *out = &c->source;
    return PM_FOUND;
}
