/* SPDX-License-Identifier: MIT */
#include "base/process.h"

#include "base/clock.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <linux/close_range.h>
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_BYTES_MAX  ((size_t)1024 * 1024)
#define TOTAL_BYTES_MAX ((size_t)256 * 1024 * 1024)

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void set_variable(const char *text)
{
    char name[64];
    const size_t len = strcspn(text, "=");
    snprintf(name, sizeof name, "%.*s", (int)len, text);
    setenv(name, text + len + (text[len] == '='), 1);
}

/* What a child is not given: files that whoever started us left open, a core as large as its
 * network, and a place among those that the kernel ends last when memory runs out. What of this
 * cannot be had costs nothing. */
static void confine(void)
{
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
#ifdef __linux__
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "1000", 4) != 4)
        errno = 0;
    close_fd(&fd);
#endif
}

static _Noreturn void become(const char *const *argv, const char *const *env, const char *mark,
                             const int pipes[3][2], pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* survives exec: kill -9 of us ends it too */
    if (getppid() != parent)
        _exit(127);
#else
    (void)parent;
#endif
    setpgid(0, 0);
    dup2(pipes[0][0], 0);
    dup2(pipes[1][1], 1);
    dup2(pipes[2][1], 2);
    confine();
    signal(SIGPIPE, SIG_DFL);
    for (size_t i = 0; env != NULL && env[i] != NULL; i++)
        set_variable(env[i]);
    set_variable(mark);
    char *const *args; /* exec's prototype is older than const; it changes nothing */
    memcpy(&args, &argv, sizeof args);
    execv(argv[0], args);
    dprintf(2, "cannot be started: %s\n", strerror(errno));
    _exit(127);
}

int pm_process_start(struct pm_process *p, const char *const *argv, const char *const *env,
                     struct pm_err *err)
{
    *p = (struct pm_process){.pid = -1, .in = -1, .out = -1, .err = -1};
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    const pid_t parent = getpid();
    pid_t pid = -1;
    pm_orphans_adopt(p->mark);
    bool ready = true;
    for (int i = 0; i < 3; i++)
        ready = ready && pipe2(pipes[i], O_CLOEXEC) == 0;
    if (ready)
        pid = fork();
    if (pid == 0)
        become(argv, env, p->mark, (const int(*)[2])pipes, parent);
    const int cause = errno;
    close_fd(&pipes[0][0]);
    close_fd(&pipes[1][1]);
    close_fd(&pipes[2][1]);
    if (pid < 0) {
        close_fd(&pipes[0][1]);
        close_fd(&pipes[1][0]);
        close_fd(&pipes[2][0]);
        return pm_fail(err, PM_ESYSTEM, argv[0], "cannot be started: %s", strerror(cause));
    }
    setpgid(pid, pid);
    p->pid = pid;
    p->in = pipes[0][1];
    p->out = pipes[1][0];
    p->err = pipes[2][0];
    /* whoever waits for both at once is not to wait for one */
    if (fcntl(p->out, F_SETFL, O_NONBLOCK) != 0 || fcntl(p->err, F_SETFL, O_NONBLOCK) != 0) {
        const int why = errno;
        pm_process_done(p);
        return pm_fail(err, PM_ESYSTEM, argv[0], "cannot be talked to: %s", strerror(why));
    }
    return 0;
}

int pm_process_write(struct pm_process *p, const char *text, size_t len)
{
    while (len > 0) { /* requests are short: they fit the pipe, so this does not block for long */
        const ssize_t n = write(p->in, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text += n;
        len -= (size_t)n;
    }
    return 0;
}

static void keep_tail(char *tail, size_t size, const char *bytes, size_t n)
{
    size_t have = strlen(tail);
    if (n >= size) {
        bytes += n - (size - 1);
        n = size - 1;
    }
    if (have + n >= size) {
        const size_t drop = have + n - (size - 1);
        memmove(tail, tail + drop, have - drop);
        have -= drop;
    }
    memcpy(tail + have, bytes, n);
    tail[have + n] = '\0';
    for (char *c = tail + have; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 && *c != '\n')
            *c = ' ';
}

static void drain_stderr(struct pm_process *p)
{
    char chunk[4096];
    for (int i = 0; p->err >= 0 && i < 64; i++) { /* a flood must not keep us from the clock */
        const ssize_t n = read(p->err, chunk, sizeof chunk);
        if (n > 0) {
            for (ssize_t j = 0; j < n; j++)
                if (chunk[j] == '\0')
                    chunk[j] = ' ';
            keep_tail(p->complaint, sizeof p->complaint, chunk, (size_t)n);
        } else {
            if (n == 0)
                close_fd(&p->err);
            return;
        }
    }
}

/* A complete line already in the buffer. The buffer is moved up when there is no more, and not
 * after each of what may be thousands. */
static bool take_line(struct pm_process *p, struct pm_buf *line)
{
    const size_t left = p->line.len - p->taken;
    const char *begin = left > 0 ? p->line.data + p->taken : NULL;
    const char *end = left > 0 ? memchr(begin, '\n', left) : NULL;
    if (end == NULL) {
        pm_buf_consume(&p->line, p->taken);
        p->taken = 0;
        return false;
    }
    const size_t n = (size_t)(end - begin);
    line->len = 0;
    pm_buf_add_bytes(line, begin, n);
    p->taken += n + 1;
    return true;
}

enum pm_process_read pm_process_line(struct pm_process *p, double deadline_ms,
                                     const volatile sig_atomic_t *stop, struct pm_buf *line)
{
    for (;;) {
        if (take_line(p, line))
            return line->failed ? PM_READ_NOMEM : PM_READ_LINE;
        if (p->line.len > LINE_BYTES_MAX || p->total > TOTAL_BYTES_MAX)
            return PM_READ_FLOOD;
        if (stop != NULL && *stop)
            return PM_READ_STOPPED;
        const double left = deadline_ms - pm_clock_ms();
        if (left <= 0)
            return PM_READ_TIMEOUT;
        struct pollfd fds[2] = {{.fd = p->out, .events = POLLIN}, {.fd = p->err, .events = POLLIN}};
        /* wake twice a second at least: the signal may come between the test above and poll */
        const int ready = poll(fds, 2, (int)fmin(ceil(left), 500));
        if (ready < 0 && errno != EINTR)
            return PM_READ_END;
        drain_stderr(p);
        char chunk[65536];
        const ssize_t n = read(p->out, chunk, sizeof chunk);
        if (n == 0)
            return PM_READ_END;
        if (n < 0)
            continue;
        p->total += (size_t)n;
        pm_buf_add_bytes(&p->line, chunk, (size_t)n);
        if (p->line.failed)
            return PM_READ_NOMEM;
    }
}

bool pm_process_wait(struct pm_process *p, double deadline_ms, int *status)
{
    while (p->pid > 0) {
        const pid_t got = waitpid(p->pid, status, WNOHANG);
        if (got == p->pid) {
            drain_stderr(p);
            kill(-p->pid, SIGKILL); /* what it may have left behind in its group */
            pm_orphans_end(p->mark);
            p->pid = -1;
            return true;
        }
        if (pm_clock_ms() >= deadline_ms)
            break;
        drain_stderr(p);
        poll(NULL, 0, 2);
    }
    pm_process_kill(p);
    return false;
}

void pm_process_kill(struct pm_process *p)
{
    if (p->pid <= 0)
        return;
    kill(-p->pid, SIGKILL);
    kill(p->pid, SIGKILL); /* should it not have reached its own group yet */
    while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    pm_orphans_end(p->mark);
    p->pid = -1;
}

void pm_process_done(struct pm_process *p)
{
    pm_process_kill(p);
    close_fd(&p->in);
    close_fd(&p->out);
    close_fd(&p->err);
    pm_buf_done(&p->line);
}

void pm_process_describe(int status, char *out, size_t size)
{
    if (WIFEXITED(status))
        snprintf(out, size, "exited with status %d", WEXITSTATUS(status));
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        snprintf(out, size, "was killed (SIGKILL; out of memory?)");
    else if (WIFSIGNALED(status))
        snprintf(out, size, "crashed (SIG%s)", sigabbrev_np(WTERMSIG(status)));
    else
        snprintf(out, size, "ended in an unknown way");
}
