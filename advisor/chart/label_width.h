/* SPDX-License-Identifier: MIT
 * How wide a text will be in a page that this program does not draw itself. */
#ifndef PM_LABEL_WIDTH_H
#define PM_LABEL_WIDTH_H

/* Width in px of a text in bold Liberation Sans, Arial or Helvetica, which share their metrics; an
 * upper bound for characters that they lack. Any bytes are safe. */
double pm_label_width(const char *text, double font_px);

#endif
