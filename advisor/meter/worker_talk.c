/* SPDX-License-Identifier: MIT */
#include "meter/worker_talk.h"

#include "base/clock.h"
#include "base/err.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define UNREAD_MS 1e3

/* The last line of its stderr that says something. */
static const char *last_words(const struct pm_worker *w, char *out, size_t size)
{
    const char *tail = w->process.complaint;
    size_t end = strlen(tail);
    while (end > 0 && (tail[end - 1] == '\n' || tail[end - 1] == ' '))
        end--;
    size_t begin = end;
    while (begin > 0 && tail[begin - 1] != '\n')
        begin--;
    snprintf(out, size, "%.*s", (int)(end - begin), tail + begin);
    return out;
}

int pm_talk_broken(struct pm_worker *w, struct pm_err *err, const char *what)
{
    char words[200];
    last_words(w, words, sizeof words);
    pm_process_kill(&w->process);
    return pm_fail(err, PM_EENGINE, w->program, "%s%s%s%s", what,
                   words[0] != '\0' ? "; it said last: \"" : "", words,
                   words[0] != '\0' ? "\"" : "");
}

static int ended(struct pm_worker *w, struct pm_err *err)
{
    int status = 0;
    char how[80], what[160];
    if (!pm_process_wait(&w->process, pm_clock_ms() + PM_GOODBYE_MS, &status))
        return pm_talk_broken(w, err, "the engine closed its output and hung");
    if (status == 0)
        return pm_talk_broken(w, err, "the engine exited silently with status 0, its work undone");
    pm_process_describe(status, how, sizeof how);
    snprintf(what, sizeof what, "the engine %s", how);
    return pm_talk_broken(w, err, what);
}

enum pm_worker_end pm_talk_reply(struct pm_worker *w, double deadline_ms, struct cJSON **out,
                                 struct pm_err *err)
{
    switch (pm_process_line(&w->process, fmin(deadline_ms, w->until_ms), w->stop, &w->line)) {
    case PM_READ_LINE:
        break;
    case PM_READ_TIMEOUT:
        return PM_WORKER_OVERDUE;
    case PM_READ_STOPPED:
        pm_process_kill(&w->process);
        return PM_WORKER_INTERRUPTED;
    case PM_READ_END:
        ended(w, err);
        return PM_WORKER_BROKEN;
    case PM_READ_FLOOD:
        pm_talk_broken(w, err, "the engine flooded its output");
        return PM_WORKER_BROKEN;
    case PM_READ_NOMEM:
        pm_process_kill(&w->process);
        pm_fail_nomem(err);
        return PM_WORKER_BROKEN;
    }
    struct pm_err why = {0};
    if (pm_json_parse(pm_buf_text(&w->line), w->line.len, "reply", out, &why) != 0) {
        char what[300];
        snprintf(what, sizeof what, "the engine wrote what is not protocol: \"%.60s\"",
                 pm_buf_text(&w->line));
        pm_talk_broken(w, err, what);
        return PM_WORKER_BROKEN;
    }
    return PM_WORKER_DONE;
}

bool pm_talk_is_event(const struct cJSON *reply, const char *name)
{
    const char *event = pm_json_text_of(pm_json_member(reply, "event"));
    return event != NULL && strcmp(event, name) == 0;
}

void pm_talk_unexpected(struct pm_worker *w, const struct cJSON *got, const char *wanted,
                        struct pm_err *err)
{
    const char *event = pm_json_text_of(pm_json_member(got, "event"));
    const char *message = pm_json_text_of(pm_json_member(got, "message"));
    const char *where = pm_json_text_of(pm_json_member(got, "where"));
    if (event != NULL && strcmp(event, "error") == 0 && message != NULL) {
        pm_process_kill(&w->process);
        pm_fail(err, PM_EENGINE, where, "%s", message);
        return;
    }
    char what[160];
    snprintf(what, sizeof what, "the engine answered \"%.40s\" where \"%s\" was due",
             event != NULL ? event : "?", wanted);
    pm_talk_broken(w, err, what);
}

bool pm_talk_number(const struct cJSON *reply, const char *key, double min, double max, double *out)
{
    double value;
    if (!pm_json_number_of(pm_json_member(reply, key), &value) || value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* Requests are one line of JSON each. Who does not read them has ended, or does not listen. */
static int unread(struct pm_worker *w, struct pm_err *err)
{
    int status = 0;
    char how[80], what[160];
    if (!pm_process_wait(&w->process, pm_clock_ms() + UNREAD_MS, &status))
        return pm_talk_broken(w, err, "the engine no longer reads what it is asked");
    pm_process_describe(status, how, sizeof how);
    snprintf(what, sizeof what, "the engine %s", how);
    return pm_talk_broken(w, err, what);
}

int pm_talk_request(struct pm_worker *w, struct cJSON *object, struct pm_err *err)
{
    struct pm_buf text = {0};
    int result = pm_json_print(object, false, &text, err);
    if (result == 0 && pm_process_write(&w->process, text.data, text.len) != 0)
        result = unread(w, err);
    pm_buf_done(&text);
    return result;
}

enum pm_worker_end pm_talk_late(struct pm_worker *w, const char *what, struct pm_err *err)
{
    if (pm_clock_ms() >= w->until_ms) {
        pm_process_kill(&w->process);
        return PM_WORKER_OVERDUE;
    }
    pm_talk_broken(w, err, what);
    return PM_WORKER_BROKEN;
}

enum pm_worker_end pm_talk_ask(struct pm_worker *w, struct cJSON *object, const char *event,
                               double timeout_ms, const char *slow, struct cJSON **out,
                               struct pm_err *err)
{
    struct cJSON *r = NULL;
    if (pm_talk_request(w, object, err) != 0)
        return PM_WORKER_BROKEN;
    const enum pm_worker_end end = pm_talk_reply(w, pm_clock_ms() + timeout_ms, &r, err);
    if (end == PM_WORKER_OVERDUE)
        return pm_talk_late(w, slow, err);
    if (end != PM_WORKER_DONE)
        return end;
    if (!pm_talk_is_event(r, event)) {
        pm_talk_unexpected(w, r, event, err);
        pm_json_free(r);
        return PM_WORKER_BROKEN;
    }
    *out = r;
    return PM_WORKER_DONE;
}

enum pm_worker_end pm_talk_understood(struct pm_worker *w, struct cJSON *r, bool yes,
                                      const char *lacks, struct pm_err *err)
{
    pm_json_free(r);
    if (!yes)
        pm_talk_broken(w, err, lacks);
    return yes ? PM_WORKER_DONE : PM_WORKER_BROKEN;
}
