#!/bin/bash
# Files that a cfg names are checked before libdarknet reads them: it would write beyond its memory.
# SPDX-License-Identifier: MIT
set -u
mkdir -p cat/networks
export PICKMODEL_DATA=$PWD/cat
echo '{"schema":"pickmodel/catalogue/1","networks":[{"id":"a","name":"A","task":"t","cfg":"a.cfg","input_px":16,"top1_pct":{"value":70,"origin":"published"}}]}' >cat/networks.json
printf '%s -1\n' "$(printf 'x%.0s' {1..300})" >long.tree
printf 'a -1\nb 2147483647\n' >beyond.tree
printf 'a -1\nb 1\n' >itself.tree
printf 'a -1\nb -7\n' >below.tree
printf 'a -1\nb -1\nc 0\n' >more.tree
printf 'a -1\nb\n' >half.tree
head -c 65536 /dev/urandom >random.tree
: >empty.tree
tries() { # NAME TREE WORDS
    printf '[net]\nwidth=16\nheight=16\nchannels=3\n[convolutional]\nfilters=35\nsize=1\nstride=1\npad=1\nactivation=linear\n[region]\nanchors=1,1,2,2,3,3,4,4,5,5\nclasses=2\ncoords=4\nnum=5\ntree=%s\n' "$2" >cat/networks/a.cfg
    pickmodel profile a --engine darknet --with-load --candidate-time 100ms >out 2>&1
    if grep -qE "$3" out; then echo "ok $1"; else
        echo "not ok $1: no /$3/ in"
        sed 's/^/    /' out
    fi
}
tries "a name of 300 letters" "$PWD/long.tree" 'failed: .*long.tree:1: expected "name parent"'
tries "a parent beyond the file" "$PWD/beyond.tree" 'failed: .*beyond.tree:2: .*earlier line'
tries "its own parent" "$PWD/itself.tree" 'failed: .*itself.tree:2: .*earlier line'
tries "a parent below -1" "$PWD/below.tree" 'failed: .*below.tree:2: expected'
tries "more lines than classes" "$PWD/more.tree" 'failed: .*has 3 lines; the network has 2 classes'
tries "half a line" "$PWD/half.tree" 'failed: .*half.tree:2: expected'
tries "no text" "$PWD/random.tree" 'failed: .*random.tree'
tries "an empty file" "$PWD/empty.tree" 'failed: .*has 0 lines'
tries "another file" /etc/passwd 'failed: /etc/passwd:1: expected'
tries "no file" "$PWD/nosuch.tree" 'failed: .*nosuch.tree: is missing'
mkfifo pipe.tree
tries "a pipe" "$PWD/pipe.tree" 'failed: .*pipe.tree: is missing'
printf 'a -1\nb -1\n' >good.tree
tries "a tree" "$PWD/good.tree" 'A: ([0-9]+ runs|failed: its outputs are not finite)' # it was read
