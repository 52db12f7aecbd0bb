/* SPDX-License-Identifier: MIT
 * The sections of a report, for sections*.c alone. Each opens with its finding in a sentence. */
#ifndef PM_SECTIONS_H
#define PM_SECTIONS_H

#include "deployment/writer.h"

typedef int pm_section_writer(struct pm_writer *w);

pm_section_writer pm_section_verdict, pm_section_budgets, pm_section_card; /* sections.c */
pm_section_writer pm_section_charts, pm_section_relax,
    pm_section_candidates; /* sections_charts.c */
pm_section_writer pm_section_claims, pm_section_method, pm_section_warnings, pm_section_reproduce,
    pm_section_reading; /* sections_method.c */

#endif
