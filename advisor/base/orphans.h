/* SPDX-License-Identifier: MIT
 * What a program of others started and left behind, outside its process group. This process adopts
 * it (Linux: PR_SET_CHILD_SUBREAPER), knows it by a mark in its environment, and ends it. */
#ifndef PM_ORPHANS_H
#define PM_ORPHANS_H

#define PM_ORPHANS_MARK 64

/* From now on this process adopts; *mark, "NAME=VALUE", is to be in the child's environment. */
void pm_orphans_adopt(char mark[PM_ORPHANS_MARK]);
/* SIGKILL to all that carry the mark and were left to us, and reap them. The child itself is over.
 * Nothing where the system does not tell. */
void pm_orphans_end(const char *mark);

#endif
