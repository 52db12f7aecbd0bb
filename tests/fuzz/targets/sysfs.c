/* SPDX-License-Identifier: MIT
 * Files of a kernel that says anything: each kind of sensor is opened on them and read twice. */
#include "fuzz.h"

#include "sensor/source.h"

#include <math.h>
#include <stdio.h>

static const char *const file[] = {
    "class/powercap/intel-rapl:0/name",
    "class/powercap/intel-rapl:0/energy_uj",
    "class/powercap/intel-rapl:0/max_energy_range_uj",
    "class/powercap/intel-rapl:0/power_uw",
    "class/power_supply/BAT0/type",
    "class/power_supply/BAT0/status",
    "class/power_supply/BAT0/power_now",
    "class/power_supply/BAT0/current_now",
    "class/power_supply/BAT0/voltage_now",
    "bus/i2c/drivers/ina3221x/1-0040/iio:device0/rail_name_0",
    "bus/i2c/drivers/ina3221x/1-0040/iio:device0/in_power0_input",
};

static void read_twice(enum pm_found found, struct pm_source *s, const struct pm_refusal *why)
{
    struct pm_buf text = {0};
    if (found != PM_FOUND) {
        pm_buf_add(&text, why->reason);
        if (found == PM_REFUSED)
            pm_fuzz_must_be_plain(&text, "a refusal is plain text");
        pm_buf_done(&text);
        return;
    }
    for (int i = 0; i < 2; i++) {
        double value = 0, at_ms = 0;
        char reason[240] = "";
        const enum pm_reading got = s->ops->read(s, 0, &value, &at_ms, reason, sizeof reason);
        pm_fuzz_must(got != PM_READING_OK || isfinite(value), "a reading is a number");
        pm_fuzz_must(got != PM_READING_BROKEN || reason[0] != '\0', "a broken sensor says why");
    }
    pm_buf_add(&text, s->name);
    pm_fuzz_must_be_plain(&text, "a sensor's name is plain text");
    pm_buf_done(&text);
    s->ops->close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum pm_found (*const open_kind[])(
        const char *, struct pm_source **, struct pm_refusal *) = {pm_rapl_open, pm_scmi_open,
                                                                   pm_battery_open, pm_jetson_open};
    struct pm_fuzz_part rest = {data, size};
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++) {
        const struct pm_fuzz_part part = pm_fuzz_next(&rest);
        pm_fuzz_file(file[i], part.data, part.size);
    }
    for (size_t i = 0; i < sizeof open_kind / sizeof open_kind[0]; i++) {
        struct pm_source *s = NULL;
        struct pm_refusal why = {0};
        const enum pm_found found = open_kind[i](pm_fuzz_folder(), &s, &why);
        read_twice(found, s, &why);
    }
    struct pm_source *s = NULL;
    struct pm_refusal why = {0};
    const enum pm_found found = pm_powercap_open(pm_fuzz_folder(), "intel-rapl:0", &s, &why);
    read_twice(found, s, &why);
    return 0;
}
