/* SPDX-License-Identifier: MIT */
#include "base/orphans.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define GENERATIONS   32 /* each leaves its children to us when it is ended */
#define CHILDREN_MAX  256
#define ENVIRON_BYTES ((size_t)128 * 1024)

/* Engines are started and ended by one thread, a command that tells watts is ended by another. */
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;

void pm_orphans_adopt(char mark[PM_ORPHANS_MARK])
{
    static unsigned number;
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
    pthread_mutex_lock(&alone);
    const unsigned mine = ++number;
    pthread_mutex_unlock(&alone);
    snprintf(mark, PM_ORPHANS_MARK, "PICKMODEL_PROCESS=%ld.%u", (long)getpid(), mine);
}

/* The whole of a file of /proc, with a NUL at its end; its length. */
static size_t read_proc(const char *path, char *out, size_t size)
{
    size_t len = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && len + 1 < size) {
        const ssize_t got = read(fd, out + len, size - 1 - len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    out[len] = '\0';
    return len;
}

/* Of `alone`. */
static bool carries(pid_t pid, const char *mark)
{
    static char text[ENVIRON_BYTES];
    char path[40];
    snprintf(path, sizeof path, "/proc/%ld/environ", (long)pid);
    const size_t len = read_proc(path, text, sizeof text);
    for (const char *p = text; p < text + len; p += strlen(p) + 1) {
        if (strcmp(p, mark) == 0)
            return true;
    }
    return false;
}

static size_t list_children(pid_t child[CHILDREN_MAX])
{
    char path[64], text[CHILDREN_MAX * 12];
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    read_proc(path, text, sizeof text);
    char *end = text;
    for (long pid; n < CHILDREN_MAX && (pid = strtol(end, &end, 10)) > 0;)
        child[n++] = (pid_t)pid;
    return n;
}

static void end_all(const char *mark)
{
    for (int generation = 0; generation < GENERATIONS; generation++) {
        pid_t child[CHILDREN_MAX];
        const size_t n = list_children(child);
        size_t ended = 0;
        for (size_t i = 0; i < n; i++) {
            if (!carries(child[i], mark))
                continue;
            kill(child[i], SIGKILL);
            while (waitpid(child[i], NULL, 0) < 0 && errno == EINTR)
                ;
            ended++;
        }
        if (ended == 0)
            return;
    }
}

void pm_orphans_end(const char *mark)
{
    pthread_mutex_lock(&alone);
    end_all(mark);
    pthread_mutex_unlock(&alone);
}
