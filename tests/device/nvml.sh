#!/bin/bash
# NVIDIA's library by a stub of it: what is read counts, not that it starts.
# SPDX-License-Identifier: MIT
set -u
${CC:-cc} -shared -fPIC -O1 -o libnvidia-ml.so.1 "$TESTS/device/nvml_stub.c" || exit 1
export LD_LIBRARY_PATH=$PWD

one() { # NAME MODE REGEX ARGUMENTS...: what read_power says
    local name=$1 regex=$3 said
    export NVML_STUB=$2
    shift 3
    said=$("$BUILD/tests/device/tools/read_power" "$@" 2>&1)
    if [[ $said =~ $regex ]]; then
        echo "ok nvml $name"
    else
        echo "not ok nvml $name: no word of /$regex/ in"
        echo "    ${said//$'\n'/$'\n'    }"
    fi
}

counter='kind counter \| scope gpu \| .* gain 0.05 \| settle 0 ms'
gauge='kind gauge \| scope gpu \| .* gain 0.05 \| settle 2000 ms'
one "counter of energy" energy "GPU 0, Stub 3000 \| $counter"$'\n''window (29\.[5-9]|30\.[0-4])' \
    nvml:0 2000
one "power alone" power "$gauge"$'\n''window 30\.00' nvml:0 1000
one "as on a Jetson" none \
    'error nvml:0: GPU 0 has no reading of power or energy: "Not Supported"' nvml:0
one "no driver" unloaded "error nvml:0: NVIDIA's driver: \"Driver Not Loaded\"" nvml:0
one "no such GPU" energy 'error nvml:3: no GPU 3: "Invalid Argument"' nvml:3
mkdir empty
one "automatic" energy \
    $'probe scmi: rejected: .*\nprobe nvml:0: accepted: gpu, (29|30|31)[.0-9]* W now' \
    "" 500 "$PWD/empty"
rm libnvidia-ml.so.1
if "$BUILD/tests/device/tools/read_power" nvml:0 2>&1 | grep -q 'no libnvidia-ml.so.1'; then
    echo "ok nvml absent"
else # a machine with a driver of its own
    echo "ok nvml present on this machine # not absent"
fi
