#!/bin/bash
# SPDX-License-Identifier: MIT
# the manual pages are well formed, and every option of --help stands in pickmodel.1
mandoc -T lint -W warning "$TESTS/../docs/pickmodel.1" "$TESTS/../docs/pickmodel-formats.5"
pickmodel --help | grep -oE -- '--[a-z][a-z0-9-]+' | sort -u | while read -r option; do
    mandoc -T ascii "$TESTS/../docs/pickmodel.1" | sed "s|.\x08||g" | grep -qe "$option" || echo "missing: $option"
done
