#!/bin/bash
# `pickmodel evaluate` counts what `darknet classifier valid` counts: five trained networks on the
# first 2,000 test images of Fashion-MNIST, as PNG files in a folder a class; and the same from the
# IDX file, on another engine, and after an interruption.
# SPDX-License-Identifier: MIT
set -u
data=/usr/share/datasets/fashion-mnist
nets=$FIXTURES/fashion
export QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
python3 - "$data" 2000 <<'PYTHON'
import gzip, os, struct, sys, zlib
data, n = sys.argv[1], int(sys.argv[2])
images = gzip.open(f"{data}/t10k-images-idx3-ubyte.gz").read()[16:]
labels = gzip.open(f"{data}/t10k-labels-idx1-ubyte.gz").read()[8:]
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
with open("list", "w") as tsv, open("valid.list", "w") as valid:
    for i in range(n):
        rows = b"".join(b"\0" + images[784 * i + 28 * y:784 * i + 28 * y + 28] for y in range(28))
        path = f"images/class{labels[i]}/{i:04}.png"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as png:
            png.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0))
                      + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
        tsv.write(f"{path}\t{labels[i]}\n")
        valid.write(os.path.abspath(path) + "\n")
with open("labels.list", "w") as out:
    out.write("".join(f"/class{c}/\n" for c in range(10)))
with open("fm.data", "w") as out:
    here = os.getcwd()
    out.write(f"classes=10\nvalid={here}/valid.list\nlabels={here}/labels.list\nbackup={here}\ntop=5\n")
# the same images as IDX
with gzip.open("t2k-images.gz", "wb") as out:
    out.write(struct.pack(">IIII", 0x803, n, 28, 28) + images[:784 * n])
with gzip.open("t2k-labels.gz", "wb") as out:
    out.write(struct.pack(">II", 0x801, n) + labels[:n])
PYTHON
for cfg in "$nets"/networks/*.cfg; do
    name=$(basename "$cfg" .cfg)
    pickmodel add "$cfg" --weights "$nets/weights/$name.weights" --task fashion -q
done
pickmodel evaluate --task fashion --images images --engine darknet -q -f json >folder.json || echo "not ok evaluate a folder"
pickmodel evaluate --task fashion --images list --engine darknet-blas -q -f json >list.json || echo "not ok evaluate a list"
# interrupted, and gone on with
pickmodel evaluate --task fashion --images t2k-images.gz --labels t2k-labels.gz --engine darknet -f json >idx.json 2>said &
child=$!
for _ in $(seq 100); do
    sleep 0.1
    grep -q 'fashion-gap4' said && break
done
kill -INT $child
wait $child
interrupted=$?
pickmodel evaluate --task fashion --images t2k-images.gz --labels t2k-labels.gz --engine darknet -q -f json >idx.json
echo "ok a run that was interrupted ($interrupted) goes on"
for cfg in "$nets"/networks/*.cfg; do
    name=$(basename "$cfg" .cfg)
    darknet classifier valid fm.data "$cfg" "$nets/weights/$name.weights" 2>/dev/null | tail -n 1 >"$name.valid"
done
python3 - <<'PYTHON'
import json, re
found = {kind: {n["network"]: n for n in json.load(open(kind + ".json"))["networks"]} for kind in ("folder", "list", "idx")}
print("ok" if len(found["folder"]) == 5 else "not ok", f"{len(found['folder'])} networks")
for name, n in sorted(found["folder"].items()):
    valid = re.findall(r"top \d: ([\d.]+)", open(name + ".valid").read().replace(",", ""))
    theirs = [round(2000 * float(share)) for share in valid]
    ours = [n["good"], round(n["top5_pct"]["value"] * 20)]
    print("ok" if ours == theirs else "not ok", f"{name}: right {ours[0]}, in the first five {ours[1]}; darknet: {theirs}")
    for kind in "list", "idx":
        same = found[kind][name]["good"] == ours[0] and found[kind][name]["done"] == 2000
        print("ok" if same else "not ok", f"{name}: {kind} counts the same")
PYTHON
