/* SPDX-License-Identifier: MIT
 * Plays a device's files: counters that count and gauges that tell, in real time, in a folder that
 * stands for /sys. README.md beside this file has the language of the specification. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINES_MAX 128
#define TEXT_MAX  256

enum act {
    ACT_TEXT,    /* written once, at the start */
    ACT_LINK,    /* a symbolic link */
    ACT_LATER,   /* written once, at .at_s; the file is not kept up after that */
    ACT_GONE,    /* removed at .at_s */
    ACT_COUNTER, /* units of energy */
    ACT_GAUGE,   /* units of power */
    ACT_CURRENT  /* watts / volts */
};

struct line {
    char path[TEXT_MAX], text[TEXT_MAX];
    enum act act;
    double unit; /* a joule, a watt or an ampere is so many */
    double watts, volts, at_s;
    double range, start, reset_s, noise, every_ms;
    mode_t mode;
    /* while it plays */
    int fd;
    bool done;
    double next_s;
    size_t length;
};

struct play {
    const char *dir;
    double seconds, tick_ms;
    bool background;
    size_t n;
    struct line line[LINES_MAX];
};

static const struct unit {
    const char *name;
    enum act act;
    double unit;
} units[] = {{"uJ", ACT_COUNTER, 1e6}, {"mJ", ACT_COUNTER, 1e3}, {"J", ACT_COUNTER, 1},
             {"uW", ACT_GAUGE, 1e6},   {"mW", ACT_GAUGE, 1e3},   {"W", ACT_GAUGE, 1},
             {"uA", ACT_CURRENT, 1e6}, {"mA", ACT_CURRENT, 1e3}};

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "play: %s: %s\n", what, detail);
    exit(2);
}

static double number(const char *text)
{
    char *end;
    const double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value))
        die("not a number", text);
    return value;
}

static double clock_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the specification ---- */

static void parse_option(struct line *l, char *word)
{
    char *value = strchr(word, '=');
    if (value == NULL)
        die("not NAME=VALUE", word);
    *value++ = '\0';
    struct {
        const char *name;
        double *to;
    } options[] = {{"range", &l->range}, {"start", &l->start}, {"reset", &l->reset_s},
                   {"volts", &l->volts}, {"noise", &l->noise}, {"every", &l->every_ms}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(word, options[i].name) == 0) {
            *options[i].to = number(value);
            return;
        }
    }
    if (strcmp(word, "mode") != 0)
        die("unknown option", word);
    l->mode = (mode_t)strtoul(value, NULL, 8);
}

static void parse_live(struct line *l, const char *kind, char *rest)
{
    char *save, *word = strtok_r(rest, " \t", &save);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(kind, units[i].name) == 0) {
            l->act = units[i].act;
            l->unit = units[i].unit;
        }
    }
    if (l->unit == 0)
        die("unknown kind", kind);
    if (word == NULL)
        die("no watts", l->path);
    l->watts = number(word);
    while ((word = strtok_r(NULL, " \t", &save)) != NULL)
        parse_option(l, word);
}

/* Cuts the first word off; returns what follows it. */
static char *after_word(char *s)
{
    s += strcspn(s, " \t");
    if (*s != '\0')
        *s++ = '\0';
    return s + strspn(s, " \t");
}

static void parse_line(struct play *p, char *s)
{
    s += strspn(s, " \t");
    for (size_t len = strlen(s); len > 0 && isspace((unsigned char)s[len - 1]);)
        s[--len] = '\0';
    if (*s == '\0' || *s == '#')
        return;
    if (p->n == LINES_MAX)
        die("too many lines", s);
    struct line *l = &p->line[p->n++];
    *l = (struct line){.fd = -1, .volts = 1, .reset_s = INFINITY, .mode = 0644};
    char *kind = after_word(s), *rest = after_word(kind);
    snprintf(l->path, sizeof l->path, "%s", s);
    const bool later = strcmp(kind, "later") == 0, gone = strcmp(kind, "gone") == 0;
    if (later || gone) {
        char *text = after_word(rest);
        l->act = later ? ACT_LATER : ACT_GONE;
        l->at_s = number(rest);
        rest = text;
    }
    if (strcmp(kind, "link") == 0)
        l->act = ACT_LINK;
    if (later || l->act == ACT_LINK || strcmp(kind, "text") == 0)
        snprintf(l->text, sizeof l->text, "%s", rest);
    else if (!gone)
        parse_live(l, kind, rest);
}

static void parse_file(struct play *p, const char *path)
{
    char s[2 * TEXT_MAX];
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (f == NULL)
        die(path, strerror(errno));
    while (fgets(s, sizeof s, f) != NULL)
        parse_line(p, s);
    if (f != stdin)
        fclose(f);
}

/* ---- the files ---- */

static void put(struct line *l, const char *text)
{
    char out[TEXT_MAX + 1];
    const size_t length = (size_t)snprintf(out, sizeof out, "%s\n", text);
    /* In place, as the kernel's files: what is left of a longer text stands behind the newline
     * until it is cut off, and no reader of one line sees it. */
    if (pwrite(l->fd, out, length, 0) != (ssize_t)length ||
        (length < l->length && ftruncate(l->fd, (off_t)length) != 0))
        die(l->path, strerror(errno));
    l->length = length;
}

static double value_at(const struct line *l, double t)
{
    double value = l->watts * l->unit;
    if (l->act == ACT_COUNTER) {
        value = t < l->reset_s ? l->start + value * t : value * (t - l->reset_s);
        return l->range > 0 ? fmod(value, l->range) : value;
    }
    if (l->act == ACT_CURRENT)
        value /= l->volts;
    return value * (1 + l->noise * (2 * drand48() - 1));
}

static void put_value(struct line *l, double t)
{
    char text[64];
    /* Rounded down: a counter never shows what has not been used yet. */
    snprintf(text, sizeof text, "%.0f",
             l->act == ACT_COUNTER ? floor(value_at(l, t)) : value_at(l, t));
    put(l, text);
}

static void open_file(const struct play *p, struct line *l)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", p->dir, l->path);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            die(path, strerror(errno));
        *slash = '/';
    }
    if (l->act == ACT_LINK) {
        if (symlink(l->text, path) != 0)
            die(path, strerror(errno));
        return;
    }
    l->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (l->fd < 0 || fchmod(l->fd, l->mode) != 0)
        die(path, strerror(errno));
}

static void seed(struct play *p)
{
    umask(022);
    for (size_t i = 0; i < p->n; i++) {
        struct line *l = &p->line[i];
        if (l->act == ACT_LATER || l->act == ACT_GONE)
            continue;
        open_file(p, l);
        if (l->act == ACT_TEXT)
            put(l, l->text);
        else if (l->act != ACT_LINK)
            put_value(l, 0);
    }
}

/* The line that keeps this path up, if any. */
static struct line *keeper(struct play *p, const struct line *event)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->line[i].fd >= 0 && strcmp(p->line[i].path, event->path) == 0)
            return &p->line[i];
    }
    return NULL;
}

static void happen(struct play *p, struct line *event)
{
    struct line *l = keeper(p, event);
    event->done = true;
    if (l != NULL)
        l->done = true;
    if (event->act == ACT_LATER && l != NULL) {
        put(l, event->text);
    } else if (event->act == ACT_GONE) { /* a whole folder too: moved away at once */
        char path[4096], away[4200];
        snprintf(path, sizeof path, "%s/%s", p->dir, event->path);
        snprintf(away, sizeof away, "%s/.gone-%zu", p->dir, (size_t)(event - p->line));
        if (rename(path, away) != 0)
            die(path, strerror(errno));
    } else {
        die("later: no line before it makes this file", event->path);
    }
}

/* How long its values stood still at most, in ms: what a reader may be off by on a busy machine. */
static void note_late(const struct play *p, double gap_s)
{
    char path[4096], now[4104];
    snprintf(path, sizeof path, "%s/.late", p->dir);
    snprintf(now, sizeof now, "%s.new", path);
    FILE *f = fopen(now, "w");
    if (f == NULL)
        die(now, strerror(errno));
    fprintf(f, "%.3f\n", gap_s * 1e3);
    fclose(f);
    if (rename(now, path) != 0)
        die(path, strerror(errno));
}

static void run(struct play *p, double begin_s)
{
    double last_s = 0, late_s = 0;
    const struct timespec tick = {.tv_sec = (time_t)(p->tick_ms / 1e3),
                                  .tv_nsec = (long)(fmod(p->tick_ms, 1e3) * 1e6)};
    for (double t = 0; t < p->seconds; t = clock_s() - begin_s) {
        if (t - last_s > late_s) {
            late_s = t - last_s;
            note_late(p, late_s);
        }
        last_s = t;
        for (size_t i = 0; i < p->n; i++) {
            struct line *l = &p->line[i];
            const bool event = l->act == ACT_LATER || l->act == ACT_GONE;
            if (l->done || l->act == ACT_TEXT || l->act == ACT_LINK ||
                t < (event ? l->at_s : l->next_s))
                continue;
            l->next_s = t + l->every_ms * 1e-3;
            if (event)
                happen(p, l);
            else
                put_value(l, clock_s() - begin_s);
        }
        nanosleep(&tick, NULL);
    }
}

/* Returns in the process that plays. */
static void announce(const struct play *p)
{
    if (!p->background) {
        printf("ready\n");
        fflush(stdout);
        return;
    }
    const pid_t pid = fork();
    if (pid < 0)
        die("fork", strerror(errno));
    if (pid > 0) {
        printf("%ld\n", (long)pid);
        exit(0);
    }
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        exit(2); /* who waits for the end of our output must not wait for ours */
}

int main(int argc, char **argv)
{
    static struct play p = {.seconds = 60, .tick_ms = 1};
    int opt;
    while ((opt = getopt(argc, argv, "bs:t:")) != -1) {
        if (opt == 'b')
            p.background = true;
        else if (opt == 's')
            p.seconds = number(optarg);
        else if (opt == 't')
            p.tick_ms = number(optarg);
        else
            return 2;
    }
    if (argc - optind < 2)
        die("usage",
            "play [-b] [-s SECONDS] [-t TICK_MS] DIR SPEC-FILE...   (\"-\": standard input)");
    p.dir = argv[optind];
    for (int i = optind + 1; i < argc; i++)
        parse_file(&p, argv[i]);
    if (!p.background)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    seed(&p);
    const double begin_s = clock_s();
    announce(&p);
    run(&p, begin_s);
    return 0;
}
