/* SPDX-License-Identifier: MIT */
#ifndef PM_WRAP_H
#define PM_WRAP_H

struct pm_buf;

/* A paragraph broken between words to the width; mark (one column, or "") hangs to the left of it.
 */
void pm_wrap_add(struct pm_buf *buf, const char *mark, const char *text, int width);

#endif
