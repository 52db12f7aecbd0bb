#!/bin/bash
# 2,000 random questions through the command line and check (see cli.py).
# SPDX-License-Identifier: MIT
set -u
build=${BUILD:-$(cd "$(dirname "$0")/../.." && pwd)/build}
worlds=$(mktemp -d)
trap 'rm -rf "$worlds"' EXIT
python3 "$(dirname "$0")/cli.py" "$build/pickmodel" "$build/tests/property/property" \
    "$worlds" "${1:-2000}" "${2:-1}"
