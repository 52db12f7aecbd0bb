#!/bin/bash
# SPDX-License-Identifier: MIT
# The user's own networks: added, listed, replaced, removed; what is refused, and why.
export PICKMODEL_DATA=$FIXTURES/tiny
cp "$FIXTURES/tiny/networks/tiny1.cfg" "My Net.cfg"
try add "My Net.cfg"
try add "My Net.cfg" --task shapes --top1 91.5 --source "our own 500 images" --name "My net"
try list --format csv | sed "s|$HOME|HOME|"
ls data/pickmodel/catalogue/networks
try add "My Net.cfg" --task shapes --top1 92%
head -c 100 /dev/zero >short.weights
try add "My Net.cfg" --task shapes --weights short.weights
bytes=$(pickmodel list --format json | python3 -c 'import json,sys; print(next(n["weight_bytes"] for n in json.load(sys.stdin)["networks"] if n["network"] == "My-Net"))')
head -c "$bytes" /dev/zero >good.weights
try add "My Net.cfg" --task shapes --weights good.weights | sed "s|$PWD|.|"
grep -o '"weights": "[^"]*"' data/pickmodel/catalogue/networks.json | sed "s|$PWD|.|"
try add "My Net.cfg" --task shapes --weights gone.weights
try add "My Net.cfg" --task shapes --top1 120
try add "My Net.cfg" --task shapes --source nobody
try add gone.cfg --task shapes
try add
try add a b
try list --top1 3
cp "$FIXTURES/tiny/networks/tiny1.cfg" tiny1.cfg
try add tiny1.cfg --task shapes
printf '[net]\nwidth=8\nheight=8\nchannels=3\n[convolutinal]\nfilters=2\n' >broken.cfg
try add broken.cfg --task shapes
cp tiny1.cfg "a;b.cfg"
try add "a;b.cfg" --task shapes
try --task flowers --min-top1 10 --no-measure
try remove
try remove tiny1
try remove nosuch
try remove My-Net
ls data/pickmodel/catalogue/networks
pickmodel list --format csv | grep -c My-Net
true
