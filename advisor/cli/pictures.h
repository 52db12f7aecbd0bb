/* SPDX-License-Identifier: MIT
 * What others' programs make of a report: a PDF, and the charts as files. */
#ifndef PM_PICTURES_H
#define PM_PICTURES_H

struct pm_answer;
struct pm_buf;
struct pm_err;

/* A page printed to PDF by a Chromium that is installed; *pdf is emptied first. Without one,
 * PM_ESYSTEM with the remedy. */
int pm_pdf_of_html(const struct pm_buf *html, struct pm_buf *pdf, struct pm_err *err);

/* folder/ID.vl.json for every chart of the answer, then ID.svg through Node and ID.png through
 * rsvg-convert as far as these are installed; what is missing is said in `said`. */
int pm_charts_write(const struct pm_answer *answer, const char *folder, struct pm_buf *said,
                    struct pm_err *err);

#endif
