/* SPDX-License-Identifier: MIT */
#include "cfg_text.h"

#include "base/arena.h"
#include "network/cfg.h"

#include <stdlib.h>
#include <string.h>

int network_of_text(const char *text, struct pm_arena *arena, struct pm_network *net,
                    struct pm_err *err)
{
    struct pm_cfg cfg;
    char *copy = pm_arena_dup(arena, text);
    if (copy == NULL)
        abort();
    for (char *p = copy; *p != '\0'; p++) {
        if (*p == '|')
            *p = '\n';
    }
    if (pm_cfg_parse(copy, strlen(copy), "x.cfg", arena, &cfg, err) != 0)
        return -1;
    return pm_network_from_cfg(&cfg, arena, net, err);
}
