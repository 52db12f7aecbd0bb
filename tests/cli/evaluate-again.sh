#!/bin/bash
# SPDX-License-Identifier: MIT
# What is kept of an evaluation counts for those images, those weights and that preparation alone, and
# what was measured never gets into the user's catalogue.
nets=$FIXTURES/fashion
for name in s4 s8; do cp "$nets/weights/fashion-$name.weights" .; done
for name in s4 s8; do pickmodel add "$nets/networks/fashion-$name.cfg" --weights fashion-$name.weights --task f -q; done
mkdir -p A/1 A/2 B/1 B/2
cp "$FIXTURES"/images/deep.png A/1/x.png
cp "$FIXTURES"/images/deep.png A/2/x.png
cp "$FIXTURES"/images/cut.jpg B/1/x.png
cp "$FIXTURES"/images/deep.png B/2/x.png
counts() { pickmodel evaluate "$@" --task f -q -f csv 2>&1 | tail -n +2 | cut -d, -f1,6-8,10; }
accuracy() { pickmodel --task f --no-measure --engine darknet -f csv 2>/dev/null | awk -F, '{print $1, $8}' | grep s4; }
echo "== a full disk costs no image: it is said, and nothing is kept"
(
    ulimit -f 2
    try evaluate fashion-s4 --images A --task f -q | sed "s|[^ ]*/input|INPUT|"
)
find "$XDG_DATA_HOME" -path '*evaluations*' -name '*.json'
echo "== the same names in another folder"
counts fashion-s4 --images A
counts fashion-s4 --images B
echo "== another preparation beside it"
counts fashion-s4 --images A --preprocess stretch
counts fashion-s4 --images A
accuracy
echo "== other weights under the same name"
touch -d '2 days ago' fashion-s4.weights
accuracy
counts fashion-s4 --images A
accuracy
echo "== the catalogue keeps what was declared"
cp "$nets/networks/fashion-p8.cfg" other.cfg
pickmodel add other.cfg --task f --top1 12 --source me -q
grep -c '"origin": "measured"' data/pickmodel/catalogue/networks.json
echo "== one network that fails costs itself"
mv fashion-s4.weights away.weights
try evaluate --task f --images A -q -f csv | cut -d, -f1-8 | sed "s|$PWD|.|"
mv away.weights fashion-s4.weights
try evaluate fashion-s8 fashion-s8 --task f --images A -q -f csv | cut -d, -f1,6-8
echo "== IDX files that do not go together"
python3 - <<'END'
import struct
for name, magic, n in ("images", 0x803, 3), ("labels", 0x801, 2), ("three", 0x801, 3):
    size = struct.pack(">II", magic, n) + (struct.pack(">II", 28, 28) if magic == 0x803 else b"")
    open(name, "wb").write(size + bytes((784 if magic == 0x803 else 1) * n))
END
try evaluate fashion-s4 --task f --images images --labels labels -q
try evaluate fashion-s4 --task f --images three --labels three -q
try evaluate fashion-s4 --task f --images images --labels images -q
counts fashion-s4 --images images --labels three
echo "== names that are no text, or mean two networks"
printf 'a\tb.png\t2\n' >list
try evaluate fashion-s4 --task f --images list
cp "$nets/networks/fashion-p8.cfg" ResNet-50.cfg
try add ResNet-50.cfg --task f
try add other.cfg --task f --name fashion_s8
try add other.cfg --task f --preprocess blah
try add other.cfg --task f --top1 70 --top5 60
try add other.cfg --task f --top1 0x20
echo "== nothing that could be read; half a PNG"
head -c 200 "$FIXTURES/images/deep.png" >half.png
printf 'half.png\t1\n' >half
try evaluate fashion-s4 --task f --images half -q
pickmodel remove fashion-s4
find data/pickmodel/evaluations -name 'fashion-s4*' | wc -l
