/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

int pm_fail(struct pm_err *err, enum pm_code code, const char *where, const char *fmt, ...)
{
    if (err == NULL)
        return -1;
    err->code = code;
    snprintf(err->where, sizeof err->where, "%s", where != NULL ? where : "");
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    pm_text_printable(err->where, err->where, sizeof err->where);
    pm_text_printable(err->msg, err->msg, sizeof err->msg);
    return -1;
}

int pm_fail_nomem(struct pm_err *err)
{
    return pm_fail(err, PM_ENOMEM, NULL, "out of memory");
}
