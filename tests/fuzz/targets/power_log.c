/* SPDX-License-Identifier: MIT
 * The log of an external meter, and the energy of a window in it. */
#include "fuzz.h"

#include "record/power_log.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_power_log log = {0};
    const char *path = pm_fuzz_file("log.csv", data, size);
    const int result = pm_power_log_load(path, 0, &log, &err);
    pm_fuzz_must_say(result, &err);
    for (size_t i = 0; result == 0 && i + 1 < log.n && i < 100; i++) {
        pm_fuzz_must(log.at_s[i] < log.at_s[i + 1], "the clock of a log rises");
        const double joules =
            pm_power_log_energy(&log, log.at_s[i], (log.at_s[log.n - 1] - log.at_s[i]) / 2);
        pm_fuzz_must(isfinite(joules) && (joules >= 0 || joules == -1),
                     "a window takes some energy, or it is not covered");
    }
    pm_power_log_done(&log);
    return 0;
}
