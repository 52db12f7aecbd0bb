#!/bin/bash
# SPDX-License-Identifier: MIT
# the manual pages are well formed; every option of --help and every key of a configuration file
# stands in pickmodel.1
source=$TESTS/..
mandoc -T lint -W warning "$source/docs/pickmodel.1" "$source/docs/pickmodel-formats.5"
mandoc -T ascii "$source/docs/pickmodel.1" | sed "s|.\x08||g" >manual
pickmodel --help | grep -oE -- '--[a-z][a-z0-9-]+' | sort -u | while read -r option; do
    grep -qe "$option" manual || echo "missing: $option"
done
sed -nE 's/^    \{"([a-z0-9_]+)", [A-Z_]+, .*/\1/p' "$source/advisor/record/settings.c" >keys
[ "$(wc -l <keys)" -ge 20 ] || echo "the table of keys was not found in settings.c"
sed -n '/^CONFIGURATION FILE/,/^OUTPUT/p' manual | tr '\n' ' ' >section
while read -r key; do
    grep -qF "\`$key'" section || echo "missing: $key"
done <keys
