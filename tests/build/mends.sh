#!/bin/bash
# Each kind of build product deleted, emptied, and older than its source: the next make mends it.
#   tests/build/mends.sh BUILD      (make check-build; a few minutes)
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.." || exit 2
build=$1
passed=0
failed=0
verdict() { # GOOD WHAT
    if [ "$1" = 1 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not ok $2"
        tail -n 5 "$build/mends.log" | sed 's/^/    /'
    fi
}
again() { make -s -j"$(nproc)" all tests-build >"$build/mends.log" 2>&1; }

mends() { # PRODUCT SOURCE
    local product=$1 source=$2 size
    [ -s "$product" ] || { verdict 0 "$product is there to begin with" && return; }
    size=$(stat -c %s "$product")
    rm "$product"
    again
    [ "$(stat -c %s "$product" 2>/dev/null)" = "$size" ]
    verdict $((1 - $?)) "$product, deleted, is made again"
    : >"$product"
    again
    [ "$(stat -c %s "$product" 2>/dev/null)" = "$size" ]
    verdict $((1 - $?)) "$product, emptied, is made again"
    [ -n "$source" ] || return
    touch -d '2001-01-01' "$product"
    again
    [ "$product" -nt "$source" ]
    verdict $((1 - $?)) "$product, older than $source, is made again"
}

again || { cat "$build/mends.log"; exit 1; }
while read -r product source; do
    mends "$build/$product" "$source"
done <<'KINDS'
.checked Makefile
.flags
.sources
obj/advise/rule.o advisor/advise/rule.c
obj/advise/rule.d
obj/deployment/assets.o advisor/deployment/assets.S
libpickmodel.a advisor/advise/rule.c
pickmodel advisor/pickmodel.c
plain/.flags
plain/obj/base/buf.o advisor/base/buf.c
plain/obj/engines/darknet_blas/blas_layers.d
engines/darknet/worker advisor/engines/darknet/stock.c
engines/darknet/engine.json Makefile
engines/darknet-blas/worker advisor/engines/darknet_blas/accelerate.c
engines/darknet-blas/engine.json Makefile
lib/libdarknet_blas.so
images/worker
web/page.css advisor/deployment/web/page.css
web/whatif.js advisor/deployment/web/whatif.js
web/whatif.wasm advisor/deployment/web/page_rule.c
web/whatif.b64
web/policy.txt advisor/deployment/web/policy
web/.wasm-by
web/.charts-by
web/charts.js advisor/deployment/web/charts.mjs
web/npm/.installed
web/npm/node_modules/vega/package.json
engines/onnxruntime/.installed
engines/onnxruntime/engine.json Makefile
engines/onnxruntime/worker.mjs advisor/engines/onnxruntime/worker.mjs
engines/onnxruntime/node_modules/onnxruntime-node/package.json
tests/test_rule tests/unit/test_rule.c
tests/obj/test_rule.o tests/unit/test_rule.c
tests/obj/test_rule.d
tests/fault/oom tests/fault/oom.c
tests/device/sources tests/device/sources.c
tests/device/tools/play tests/device/play.c
tests/engines/blas_equals_stock tests/engines/blas_equals_stock.c
KINDS

# A header that changes is noticed by what includes it; a flag by all.
touch advisor/advise/rule.h
again
[ "$build/obj/advise/rule.o" -nt advisor/advise/rule.h ]
verdict $((1 - $?)) "a header is newer"
stamp=$(stat -c %Y%s "$build/pickmodel")
again
[ "$(stat -c %Y%s "$build/pickmodel")" = "$stamp" ]
verdict $((1 - $?)) "where nothing changed nothing is made"

# Whatever a tool that is absent would make is absent, and made as soon as the tool is there.
has() { # WHAT-IF: of the report, 1 or 0
    "$build/pickmodel" report --profile jetson-tx1 --min-top1 70 -o "$build/mends.html" >/dev/null 2>&1
    [ "$(grep -c 'id="what-if"' "$build/mends.html")" = "$1" ]
}
bare=$(mktemp -d)
for tool in /usr/bin/* /bin/*; do
    case ${tool##*/} in clang* | wasm-ld* | lld*) ;; *) ln -sf "$tool" "$bare/" ;; esac
done
PATH=$bare again
has 0
verdict $((1 - $?)) "without clang the report has no what-if"
again
has 1
verdict $((1 - $?)) "with clang it has one"
rm -r "$bare"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
