#!/bin/bash
# SPDX-License-Identifier: MIT
# Hostile images and lists: each costs itself or is refused with its line, and nothing else happens.
# shellcheck disable=SC2016  # a name that a shell would run, were it asked to
nasty='$(touch pwned).png'
nets=$FIXTURES/fashion
pickmodel add "$nets/networks/fashion-s4.cfg" --weights "$nets/weights/fashion-s4.weights" --task fashion -q
evaluate() { try evaluate fashion-s4 --task fashion "$@" | grep -v '^\[' | sed "s|$FIXTURES|FIXTURES|g; s|$PWD|.|g"; }
cp "$FIXTURES"/images/* .
long=$(printf 'a%.0s' {1..250}).png
cp deep.png "$long"
cp deep.png "$nasty"
: >empty.png
printf 'GIF89a' >no.gif
{
    printf 'cmyk.jpg\t1\r\n'
    printf 'deep.png 2\r\n\r\n'
    printf 'turned.jpg\t3\n'
    printf '%s\t4\n' "$long" "$nasty"
    printf 'cut.jpg\t5\nempty.png\t6\nno.gif\t7\ngone.png\t8\n%s/%s\t9\n' "$(printf 'b%.0s' {1..300})" x.png
    printf 'deep.png\t2\n'
} >list
evaluate --images list -f csv
pickmodel evaluate fashion-s4 --task fashion --images list -f json -q | grep first_skipped
for file in pwned bad.list; do [ ! -e $file ] || echo "$file was made"; done
printf 'deep.png\t10\n' >label
evaluate --images label
printf 'deep.png\tshoe\n' >name
evaluate --images name
printf 'deep.png\t1\nturned.jpg\n' >missing
evaluate --images missing
printf 'deep.png\t1\ndeep.png\t2\n' >twice
evaluate --images twice
printf '' >nothing
evaluate --images nothing
evaluate --images gone
printf 'boot\nshoe\n' >classes
evaluate --images name --classes classes -f csv
evaluate --images name --classes classes --preprocess letterbox
evaluate --images name --classes classes --preprocess darknet-letterbox -f csv
evaluate
evaluate --images name --classes classes --weights "$nets/weights/fashion-s8.weights"
evaluate --images deep.png
try evaluate tiny --images name --classes classes
try evaluate vgg-19 --images name --classes classes
mkdir -p folder/b folder/a
cp deep.png folder/a
cp cmyk.jpg folder/b
evaluate --images folder -f csv
head -c 100 deep.png >idx
evaluate --images idx --labels idx
