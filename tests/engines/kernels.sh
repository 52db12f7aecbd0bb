#!/bin/bash
# Which kernels OpenBLAS computes with: those of the processor, also where it is newer than the
# library; and those that the user asks for. Another choice makes measurements stale.
# SPDX-License-Identifier: MIT
set -u
export QT_QPA_PLATFORM=offscreen
kernels() { # of the worker
    "$BUILD/engines/darknet-blas/worker" <<<'{"op":"quit"}' 2>/dev/null |
        grep -o '"engine_version":"[^"]*"' | grep -o '[A-Za-z0-9]*"$' | tr -d '"'
}
say() { # WHAT STATUS: of a check
    [ "$2" = 0 ] && echo "ok $1" || echo "not ok $1"
}

unset OPENBLAS_CORETYPE
own=$(kernels)
if grep -qw avx2 /proc/cpuinfo; then
    [ -n "$own" ] && [ "$own" != Prescott ]
    say "a processor with AVX2 is not taken for a Pentium 4 (it is ${own:-silent})" $?
    [ "$(OPENBLAS_CORETYPE=Prescott kernels)" = Prescott ]
    say "the user's choice of kernels stands" $?
fi

measured() { # which kernels the profile says; measures what is stale
    local path
    path=$(pickmodel profile tiny --engine darknet-blas --candidate-time 0.2s -q --with-load) &&
        grep -o '"engine_version": *"OpenBLAS [^"]*"' "$path" | grep -o '[A-Za-z0-9]*"$' | tr -d '"'
}
[ "$(measured)" = "$own" ]
say "a profile says which kernels ran" $?
other=$([ "$(uname -m)" = x86_64 ] && echo Prescott || echo ARMV8)
[ "$other" = "$own" ] || [ "$(OPENBLAS_CORETYPE=$other measured)" = "$other" ]
say "with other kernels it is measured again" $?
