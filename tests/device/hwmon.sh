#!/bin/bash
# Power meters of hwmon: the real libsensors on a /sys that umockdev puts in place of the real one,
# with values that move.
# SPDX-License-Identifier: MIT
set -u

touch players
end_players() {
    local pid
    while read -r pid; do kill "$pid" 2>/dev/null; done <players
}
trap end_players EXIT

tree() { # NAME: starts an empty /sys
    sys=$PWD/$1/sys
    mkdir -p "$sys/class/hwmon" "$sys/bus/i2c" "$sys/bus/acpi" "$sys/class/power_supply"
}

chip() { # HWMON DEVICE SUBSYSTEM NAME: DEVICE below /sys/devices, SUBSYSTEM below /sys
    dir=$sys/devices/$2/hwmon/$1
    mkdir -p "$dir" "$sys/$3"
    ln -srn "$dir" "$sys/class/hwmon/$1" # relative, as the kernel's own
    ln -srn "$sys/devices/$2" "$dir/device"
    ln -srn "$sys/$3" "$sys/devices/$2/subsystem"
    ln -srn "$sys/class/hwmon" "$dir/subsystem"
    echo "$4" >"$dir/name"
}

live() { # FILE WATTS: in uW, off by some 2 % at each update
    local pid
    echo "${1#"$sys/"} uW $2 noise=0.02 every=40" >spec
    pid=$("$BUILD/tests/device/tools/play" -b -s 300 "$sys" spec) && echo "$pid" >>players
}

one() { # NAME TREE REGEX ARGUMENTS...: what read_power says there
    local name=$1 root=$2 regex=$3 said
    shift 3
    said=$(UMOCKDEV_DIR=$PWD/$root umockdev-wrapper "$BUILD/tests/device/tools/read_power" "$@" 2>&1)
    if [[ $said =~ $regex ]]; then
        echo "ok hwmon $name"
    else
        echo "not ok hwmon $name: no word of /$regex/ in"
        echo "    ${said//$'\n'/$'\n'    }"
    fi
}

tree labelled
chip hwmon0 platform/i2c-1/1-0040 bus/i2c ina226
echo 36 >"$dir/update_interval"
echo "VDD_IN" >"$dir/power1_label"
live "$dir/power1_input" 6.25

tree unlabelled
chip hwmon0 platform/i2c-1/1-0040 bus/i2c ina226
live "$dir/power1_input" 6.25
chip hwmon1 platform/i2c-1/1-0041 bus/i2c ina3221
echo 5000 >"$dir/in1_input"
echo "VDD_IN" >"$dir/in1_label"
chip hwmon2 virtual/rail virtual rail
echo 3000000000 >"$dir/energy1_input"

tree rails
chip hwmon0 platform/i2c-1/1-0040 bus/i2c ina226
echo 6150000 >"$dir/power1_input"
echo "VIN_SYS_5V0" >"$dir/power1_label"

tree two
for i in 0 1; do
    chip hwmon$i platform/i2c-1/1-004$i bus/i2c ina226
    echo 6150000 >"$dir/power1_input"
    echo "VIN" >"$dir/power1_label"
done

tree server
chip hwmon0 ACPI0000:00 bus/acpi power_meter
echo 100 >"$dir/power1_average_interval"
live "$dir/power1_average" 120

tree slow
chip hwmon0 ACPI0000:00 bus/acpi power_meter
echo 1000 >"$dir/power1_average_interval"
echo 120000000 >"$dir/power1_average"

tree battery
chip hwmon0 BAT0 class/power_supply BAT0
echo 9000000 >"$dir/power1_input"

tree none

take="probe hwmon: accepted: board, [0-9.]+ W now, updates every [0-9.]+ ms"
one "an INA226 labelled as the input" labelled \
    "$take.*"$'\n'"source hwmon: ina226-i2c-1-40 power1 \(VDD_IN\) \| kind gauge \| scope board .* gain 0.02 .*"$'\n''window 6\.2[0-9]* W' \
    "" 4000
one "an INA226 by name" labelled $'scope board .*\nwindow 6\.2' hwmon:ina226-i2c-1-40/power1 4000
one "an INA226 by its label" labelled $'scope board .*\nwindow 6\.2' hwmon:ina226/VDD_IN 4000
one "an INA226 that gives no period is watched" unlabelled $'scope unknown \\| period [0-9.]+ ms.*\nwindow 6\.2' \
    hwmon:ina226-i2c-1-40/power1 4000
one "an INA226 without a label is refused" unlabelled \
    'probe hwmon: rejected: no label of ina226-i2c-1-40 says that it measures the input of the board \| name it with --power hwmon:ina226-i2c-1-40/power1'
one "a rail is not the input" rails 'probe hwmon: rejected: no label of ina226-i2c-1-40'
one "two inputs are not added" two \
    'probe hwmon: rejected: several chips are labelled as the input of the board, one of them ina226'
one "an ACPI power meter" server \
    $'power_meter-acpi-0 power1 \\| kind gauge \\| scope board \\| .* gain 0.05 \\| settle 100 ms\nwindow (119|120)\.' \
    "" 4000
one "an ACPI power meter too slow to wait for" slow \
    'rejected: it updates every 1.0 s, so that a window takes 100 s and a network 20 min \| --power-window 100s accepts that'
one "a battery is skipped" battery 'probe hwmon: rejected: no ACPI power meter and no INA2xx'
one "a battery by name" battery 'error hwmon:BAT0/power1: BAT0 is a battery' hwmon:BAT0/power1
one "no chip at all" none 'probe hwmon: rejected: no ACPI power meter and no INA2xx'
one "no such chip" labelled \
    'error hwmon:ina219/power1: there is no chip "ina219"; the chips are ina226-i2c-1-40' \
    hwmon:ina219/power1
one "an ambiguous chip" two 'several chips begin with "ina226"' hwmon:ina226/power1
one "no such feature" labelled 'no power or energy called "power2"; it has power1' \
    hwmon:ina226/power2
one "a dead counter" unlabelled 'its counter did not change in 2 s' hwmon:rail/energy1
one "another folder" labelled \
    "probe hwmon: rejected: libsensors reads this machine's own /sys alone" "" 0 "$PWD/labelled/sys"
