/* SPDX-License-Identifier: MIT
 * The markup of the page's what-if: a slider and a field for each budget there are figures for. */
#ifndef PM_WHATIF_HTML_H
#define PM_WHATIF_HTML_H

struct pm_answer;
struct pm_buf;

/* Hidden until web/whatif.js has something to show. */
void pm_whatif_html(const struct pm_answer *answer, struct pm_buf *buf);

#endif
