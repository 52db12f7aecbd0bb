#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How well `pickmodel predict` does on networks that its calibration has never seen.

  predict.py PICKMODEL [--engine LIST] [--seed N] [--count N] [--folder CFGS]

Networks that span the layers are made from the seed, predicted, and then measured, on each engine.
Printed: each network, and for each engine how many intervals held, how wide they were, and what was
called an extrapolation. A benchmark: it wants a quiet machine, and asserts nothing.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

ROUNDS = 3
HEAD = "[net]\nwidth={0}\nheight={0}\nchannels={1}\n"


def convolution(filters, size=3, stride=1, groups=1, activation="leaky", normal=1):
    return (f"[convolutional]\nbatch_normalize={normal}\nfilters={filters}\nsize={size}\nstride={stride}\n"
            f"pad=1\ngroups={groups}\nactivation={activation}\n")


def pool(size, stride):
    return f"[maxpool]\nsize={size}\nstride={stride}\n"


END = "[avgpool]\n[softmax]\n"
SHORTCUT = "[shortcut]\nfrom={}\nactivation=linear\n"


def chain(r, px, channels, depth, sizes, grouped=0.0, strides=(1,)):
    text, c = HEAD.format(px, channels), channels
    for _ in range(depth):
        size, stride = r.choice(sizes), r.choice(strides) if px > 8 else 1
        stride = stride if size > 1 else 1
        filters = c if r.random() < grouped else r.choice([c, c, max(8, c // 2), min(512, 2 * c)])
        groups = c if filters == c and r.random() < grouped else 1
        text += convolution(filters, size, stride, groups)
        c, px = filters, px // stride
    return text + END


def families(r):
    """Name and text of a network of each family, with dice of its own."""
    px = r.choice([14, 28, 56, 112])
    c = {14: 256, 28: 128, 56: 64, 112: 32}[px]
    yield "chain", chain(r, px, c, r.randint(2, 6), [1, 3])
    yield "wide", chain(r, px, c, r.randint(1, 3), [3, 5, 7])
    yield "strided", chain(r, r.choice([112, 224]), r.choice([3, 16]), r.randint(2, 5), [3], strides=(1, 2))
    yield "depthwise", chain(r, px, c, r.randint(3, 8), [3, 5], grouped=0.8)
    yield "pointwise", chain(r, px, c, r.randint(2, 6), [1])
    yield "deep", chain(r, r.choice([8, 16]), r.choice([4, 8, 16]), r.randint(30, 120), [1, 3])
    yield "pools", HEAD.format(px, c) + "".join(pool(r.choice([2, 3, 5, 9, 13]), 1) for _ in range(3)) + END
    yield "residual", HEAD.format(px, c) + (convolution(c) + convolution(c) + convolution(c) + SHORTCUT.format(-3)) * r.randint(2, 5) + END
    yield "adding", HEAD.format(px, c) + convolution(c, 1) + SHORTCUT.format(-1) * r.randint(5, 30) + END
    yield "copying", HEAD.format(28, 64) + (convolution(64, 1) + "[upsample]\nstride=2\n[route]\nlayers=-1,-1\n" +
                                            pool(2, 2) + convolution(64, 1)) * r.randint(1, 3) + END
    yield "connected", HEAD.format(r.choice([1, 4]), 256) + "".join(
        f"[connected]\noutput={r.choice([512, 1024, 4096])}\nactivation=relu\n" for _ in range(r.randint(1, 3))) + "[softmax]\n"
    yield "plain", HEAD.format(px, c) + "".join(
        convolution(c, 3, activation=r.choice(["linear", "relu", "logistic"]), normal=0) for _ in range(3)) + END
    # beyond what is calibrated
    yield "kernel", HEAD.format(64, 16) + convolution(16, r.choice([15, 21, 31])) + END
    yield "window", HEAD.format(52, 64) + pool(r.choice([17, 21, 25]), 1) * r.randint(1, 3) + END
    yield "leap", HEAD.format(224, 32) + convolution(32, 3, r.choice([4, 6])) * 2 + END


def run(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def main():
    o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument("program")
    o.add_argument("--engine", default="darknet,darknet-blas")
    o.add_argument("--seed", type=int, default=1)
    o.add_argument("--count", type=int, default=4, help="of each family")
    o.add_argument("--folder", action="append", default=[], help="of more cfgs")
    o = o.parse_args()
    program = os.path.abspath(o.program)
    cfgs = [pathlib.Path(p) for f in o.folder for p in sorted(pathlib.Path(f).glob("*.cfg"))]
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        r = random.Random(o.seed)
        for i in range(o.count):
            for name, text in families(r):
                cfgs.append(pathlib.Path(home, f"{name}-{i}.cfg"))
                cfgs[-1].write_text(text)
        names = []
        for cfg in cfgs:
            try:
                run(program, "add", str(cfg), "--task", "span", "--top1", "50")
                names.append(cfg.stem)
            except subprocess.CalledProcessError as e:
                print(f"{cfg.name}: {e.stderr.strip()}")
        said = []
        for engine in o.engine.split(","):
            for k in range(0, len(names), 200):
                said += json.loads(run(program, "predict", *names[k:k + 200], "--engine", engine, "--format", "json"))["networks"]
        took = {}
        for _ in range(ROUNDS):  # a spell at half the speed must not pass for the network's own time
            run(program, "profile", "--task", "span", "--all", "--engine", o.engine, "--candidate-time", "300ms", "--power", "none")
            (profile,) = [p for p in pathlib.Path(home, "pickmodel/profiles").glob("*.json") if "samples" not in p.name]
            for e in json.loads(profile.read_text())["entries"]:
                key = (e["network"], e["engine"], e["threads"])
                if "latency_ms" in e:
                    took[key] = min(took.get(key, float("inf")), e["latency_ms"]["value"])
            profile.unlink()
    report(said, took)


def report(said, took):
    for engine in sorted({s["engine"] for s in said}):
        held, known, widths, marked, within, silent = 0, 0, [], 0, 0, 0
        for s in (s for s in said if s["engine"] == engine):
            ms, t = took.get((s["network"], engine, s["threads"])), s.get("latency_ms")
            if ms is None:
                continue
            inside = t is not None and t["lo"] <= ms <= t["hi"]
            figure = f"{t['value']:10.3f} [{t['lo']:9.3f}, {t['hi']:9.3f}]" if t else f"{'no figure':>33}"
            print(f"{engine:13}{s['network']:16}{figure} measured {ms:10.3f}  {'in ' if inside else 'OUT' if t else '   '}"
                  f"{' extrapolated' if s['extrapolated'] else ''}")
            if s["extrapolated"]:
                marked += 1
                silent += t is None
                within += t is not None and t["value"] / 3 <= ms <= 3 * t["value"]
                continue
            known += 1
            held += inside
            widths.append((t["hi"] - t["lo"]) / 2 / t["value"])
        print(f"{engine}: {held} of {known} intervals hold ({100 * held / max(known, 1):.0f} %), median half-width "
              f"{100 * statistics.median(widths or [0]):.0f} %; {marked} extrapolated: {silent} without a figure, "
              f"{within} of the others within a factor of 3")


main()
