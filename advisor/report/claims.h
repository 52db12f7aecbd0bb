/* SPDX-License-Identifier: MIT
 * The claims of Canziani, Paszke and Culurciello (2016), each with what this device says. */
#ifndef PM_CLAIMS_H
#define PM_CLAIMS_H

#include <stddef.h>

#define PM_CLAIMS 5

struct pm_answer;
struct pm_buf;

/* "Power does not depend on ...: holds here": claim 0 to 4, one line without its end. */
void pm_claim_add(struct pm_buf *line, const struct pm_answer *answer, size_t claim);

#endif
