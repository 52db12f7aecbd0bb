/* SPDX-License-Identifier: MIT
 * Text into HTML. Names come from files of strangers: nothing of theirs becomes markup. */
#ifndef PM_HTML_TEXT_H
#define PM_HTML_TEXT_H

struct pm_buf;

/* For text and for attribute values in double quotes: & < > " ' as entities, and what is not plain
 * (base/text.h) as '?'. */
void pm_html_add(struct pm_buf *buf, const char *text);
/* JSON (or any text in which \u003c means '<') inside a script element: no '<' is left in it, so
 * that neither "</script" nor "<!--" can end or change it. */
void pm_html_add_json(struct pm_buf *buf, const char *json);

#endif
