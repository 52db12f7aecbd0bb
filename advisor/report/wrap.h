/* SPDX-License-Identifier: MIT */
#ifndef PM_WRAP_H
#define PM_WRAP_H

#include <stddef.h>

struct pm_buf;

/* A paragraph broken between words to the width; mark (one column, or "") hangs to the left of it.
 * A command in `backticks` stays on one line if it fits one: it is there to be copied.
 * What is not plain in the text (base/text.h) becomes '?'. */
void pm_wrap_add(struct pm_buf *buf, const char *mark, const char *text, int width);
/* An empty line and n such paragraphs; nothing for n = 0. */
void pm_wrap_list(struct pm_buf *buf, const char *mark, const char *const *text, size_t n,
                  int width);

#endif
