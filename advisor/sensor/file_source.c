/* SPDX-License-Identifier: MIT
 * One number in a file: an attribute of sysfs that no other source knows, or what a script writes.
 * It is opened for every reading, for a writer may replace it by a rename: an open descriptor
 * would show the old text for ever. */
#include "sensor/file_source.h"

#include "base/clock.h"
#include "base/number.h"
#include "sensor/words.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A socket of the wall gives 16 A at 230 V: more is a wrong unit, not a board. */
#define LIMIT_W 3680.0
/* A meter of unknown make. */
#define GAIN_REL 0.05

struct file_source {
    struct pm_source source;
    double factor;
    bool started;
    double first, last; /* of a counter, in the file's own unit: exact up to 2^53 */
    char path[];
};

bool pm_file_form_parse(const char *path_unit, struct pm_file_form *out, struct pm_refusal *why)
{
    static const struct {
        const char *name;
        enum pm_source_kind kind;
        double factor;
    } units[] = {{"uW", PM_GAUGE, 1e-6},   {"mW", PM_GAUGE, 1e-3},   {"W", PM_GAUGE, 1},
                 {"uJ", PM_COUNTER, 1e-6}, {"mJ", PM_COUNTER, 1e-3}, {"J", PM_COUNTER, 1}};
    static const char remedy[] = "file:PATH:unit, the unit one of uW, mW, W (power as it is read) "
                                 "or uJ, mJ, J (a counter of energy)";
    const char *colon = strrchr(path_unit, ':');
    if (colon == NULL || colon == path_unit) {
        pm_refuse(why, PM_REFUSED, remedy, "%s is no PATH:unit", pm_words_quote(path_unit).text);
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(colon + 1, units[i].name) == 0) {
            *out =
                (struct pm_file_form){(size_t)(colon - path_unit), units[i].kind, units[i].factor};
            return true;
        }
    }
    pm_refuse(why, PM_REFUSED, remedy, "unknown unit %s", pm_words_quote(colon + 1).text);
    return false;
}

/* Drivers say EAGAIN, ENODATA or ETIMEDOUT when a conversion is not ready, and an I2C bus in
 * trouble EIO or EREMOTEIO: the next reading may do. Anything else will not pass by itself. */
static bool may_pass(int error)
{
    return error == EAGAIN || error == ENODATA || error == ETIMEDOUT || error == EINTR ||
           error == EBUSY || error == EIO || error == EREMOTEIO;
}

static enum pm_reading read_text(const char *path, char *text, size_t size, char *why,
                                 size_t why_size)
{
    /* O_NONBLOCK: a FIFO must not hang us; it is refused when it is opened */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const ssize_t n = fd >= 0 ? read(fd, text, size - 1) : -1;
    const int cause = errno;
    if (fd >= 0)
        close(fd);
    if (n < 0) {
        if (may_pass(cause))
            return PM_READING_NONE;
        snprintf(why, why_size, "%.80s: %s", path, strerror(cause));
        return PM_READING_BROKEN;
    }
    text[n] = '\0';
    return PM_READING_OK;
}

static enum pm_reading read_number(const char *path, double *number, char *why, size_t why_size)
{
    char text[64];
    const enum pm_reading got = read_text(path, text, sizeof text, why, why_size);
    if (got != PM_READING_OK)
        return got;
    size_t end = strlen(text);
    while (end > 0 && isspace((unsigned char)text[end - 1]))
        end--;
    text[end] = '\0';
    if (end == 0) /* its writer has truncated it and not yet written */
        return PM_READING_NONE;
    if (!pm_number_double(text, number)) {
        snprintf(why, why_size, "it says %s, which is no number", pm_words_quote(text).text);
        return PM_READING_BROKEN;
    }
    return PM_READING_OK;
}

static enum pm_reading read_file(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                 char *why, size_t why_size)
{
    struct file_source *f = (struct file_source *)s;
    double number;
    (void)wait_ms;
    const enum pm_reading got = read_number(f->path, &number, why, why_size);
    if (got != PM_READING_OK)
        return got;
    *at_ms = pm_clock_ms();
    if (s->kind == PM_GAUGE) {
        *value = number * f->factor;
        return PM_READING_OK;
    }
    if (!f->started) {
        f->started = true;
        f->first = f->last = number;
    }
    if (number < f->last) {
        snprintf(why, why_size,
                 "the counter went back from %.10g to %.10g: it was reset, or is no counter",
                 f->last, number);
        return PM_READING_BROKEN;
    }
    f->last = number;
    *value = (number - f->first) * f->factor;
    return PM_READING_OK;
}

static void close_file(struct pm_source *s)
{
    free(s);
}

static enum pm_found look(const char *path, struct pm_refusal *why)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return pm_refuse(why, errno == ENOENT ? PM_ABSENT : PM_REFUSED, "", "%.160s: %s", path,
                         strerror(errno));
    if (!S_ISREG(st.st_mode))
        return pm_refuse(why, PM_REFUSED, "for a program or a pipe: --power cmd:'cat PATH'",
                         "%.160s is no regular file", path);
    if (access(path, R_OK) != 0) {
        pm_refuse(why, PM_REFUSED, "", "%.160s: %s", path, strerror(errno));
        snprintf(why->remedy, sizeof why->remedy, "sudo chmod a+r %.200s", path);
        return PM_REFUSED;
    }
    return PM_FOUND;
}

enum pm_found pm_file_open(const char *path_unit, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {read_file, close_file};
    struct pm_file_form form;
    if (!pm_file_form_parse(path_unit, &form, why))
        return PM_REFUSED;
    struct file_source *f = calloc(1, sizeof *f + form.path_len + 1);
    if (f == NULL)
        return PM_FOUND_NOMEM;
    memcpy(f->path, path_unit, form.path_len);
    const enum pm_found found = look(f->path, why);
    if (found != PM_FOUND) {
        free(f);
        return found;
    }
    f->factor = form.factor;
    f->source = (struct pm_source){
        .ops = &ops,
        .kind = form.kind,
        .scope = PM_SCOPE_UNKNOWN,
        .period_ms = NAN,
        .gain_rel = GAIN_REL,
        .limit_w = LIMIT_W,
    };
    pm_words_name(&f->source, "file", path_unit);
    *out = &f->source;
    return PM_FOUND;
}
