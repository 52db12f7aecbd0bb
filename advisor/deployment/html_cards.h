/* SPDX-License-Identifier: MIT
 * The budgets as cards: what is reached, and how much of the budget that is. */
#ifndef PM_HTML_CARDS_H
#define PM_HTML_CARDS_H

struct pm_answer;
struct pm_buf;

/* Nothing when there is no pick. */
void pm_html_cards(const struct pm_answer *answer, struct pm_buf *buf);

#endif
