#!/bin/bash
# SPDX-License-Identifier: MIT
# Where nothing can be written, as on a robot whose root is read-only, a question is answered all the
# same; a profile that would not be kept is refused before an hour of measuring.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines XDG_DATA_HOME=/dev/null/home
mkdir engines && ln -s "$FIXTURES/engines/good" engines/
pickmodel --min-top1 10 --max-latency 1s --with-load -q >out
echo "status $?: $(grep -c '^Ship Tiny 5' out)"
tr '\n' ' ' <out | grep -oE 'what was measured is not kept.*directory'
try profile tiny5 --with-load -q
try add "$FIXTURES/tiny/networks/tiny0.cfg" --task t
