/* SPDX-License-Identifier: MIT
 * A cfg with the batch wanted, as a file libdarknet can open and nobody has to delete. */
#ifndef PM_CFG_COPY_H
#define PM_CFG_COPY_H

#include <stddef.h>

struct pm_err;

struct pm_cfg_copy { /* start as {.fd = -1} */
    int fd;
    char path[64]; /* valid until _done */
};

/* In memory where the kernel has memfd_create, else an unlinked file in /tmp. */
int pm_cfg_copy_make(const char *cfg, size_t batch, struct pm_cfg_copy *out, struct pm_err *err);
void pm_cfg_copy_done(struct pm_cfg_copy *copy);

#endif
