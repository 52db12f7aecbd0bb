#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make bench-growth: does time grow with what is given, or with its square?

    growth.py PICKMODEL [WHAT ...]                                       default: all
    growth.py PICKMODEL check [PART]   the test: eight times as much takes less than 24 times as
                                       long (PART: less of each, for a program that is slower)

Each input is made n times as long, twice; the exponent is that of the last doubling: 1 is linear,
2 a square. Time is the processor's, less that of an empty question; memory the peak. What takes
over a minute is ended, and its line says so.
"""
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile

PICKMODEL = os.path.abspath(sys.argv[1])
LIMIT_S = 60
CHECKED = {"keys": 150000, "catalogue": 60000, "rows": 60000, "notes": 50000, "ways": 50000, "compared": 60000, "classes": 200000}


def write(name, text):
    with open(name, "w") as f:
        f.write(text)
    return name


def quantity(value):
    return {"value": value, "origin": "published"}


def entry(name, i=0, **more):
    return dict({"network": name, "status": "complete", "latency_ms": quantity(5 + i % 977),
                 "top1_pct": quantity(40 + i % 433 / 10)}, **more)


def profile(name, entries, **more):
    return write(name, json.dumps(dict({"schema": "pickmodel/profile/1", "origin": "published",
                                        "device": {"name": "x"}, "entries": entries}, **more)))


def keys(n):
    write("keys.json", "{" + ",".join('"k%d":1' % i for i in range(n)) + "}")
    return ["check", "keys.json", "--profile", "jetson-tx1"]


def rows(n):
    write("rows.csv", "network,top1_pct,latency_ms\n" +
          "".join("n%d,%d,%d\n" % (i, 50 + i % 40, 1 + i) for i in range(n)))
    return ["import", "rows.csv", "--device", "x", "-q"]


def notes(n):
    return ["--profile", profile("./notes.json", [entry("a")], notes=["x"] * n), "--min-top1", "30", "-f", "json"]


def networks(n):
    """Candidates, each its own network."""
    return ["--profile", profile("./networks.json", [entry("n%d" % i, i) for i in range(n)]), "--min-top1", "60",
            "--max-latency", "500ms"]


def ways(n):
    """Candidates that are ways to run one network."""
    entries = [entry("a", i, engine="e%d" % (i % 97), batch=1 + i // 97) for i in range(n)]
    return ["--profile", profile("./ways.json", entries), "--min-top1", "30", "--max-latency", "500ms"]


def compared(n):
    for name in "./old.json", "./new.json":
        profile(name, [entry("n%d" % i, i) for i in range(n)])
    return ["compare", "./old.json", "./new.json"]


def reported(n):
    networks(n)
    return ["report", "--profile", "./networks.json", "--min-top1", "60", "--max-latency", "500ms", "-f", "json"]


def catalogue(n):
    own = os.path.join(os.environ["XDG_DATA_HOME"], "pickmodel/catalogue")
    os.makedirs(own + "/networks", exist_ok=True)
    cfg = "[net]\nwidth=8\nheight=8\nchannels=3\n[connected]\noutput=1000\n[softmax]\n"
    write(own + "/networks/same.cfg", cfg)
    write(own + "/networks.json", json.dumps({
        "schema": "pickmodel/catalogue/1",
        "networks": [{"id": "n%d" % i, "name": "N %d" % i, "cfg": "same.cfg", "input_px": 8, "task": "imagenet-1k"}
                     for i in range(n)]}))
    return ["list", "--profile", "jetson-tx1"]


def images(n):
    write("list", "".join("i%d.png\t%d\n" % (i, i % 10) for i in range(n)))
    return ["evaluate", "nosuch", "--images", "list"]


def classes(n):
    write("list", "".join("i%d.png\tc%d\n" % (i, i) for i in range(n)))
    write("classes", "".join("c%d\n" % i for i in range(n)))
    return ["evaluate", "nosuch", "--images", "list", "--classes", "classes"]


WHAT = [(keys, 25000), (rows, 25000), (notes, 25000), (networks, 25000), (ways, 25000), (compared, 25000),
        (reported, 12500), (catalogue, 25000), (images, 25000), (classes, 25000)]


def measure(arguments, limit=LIMIT_S):
    """Seconds of processor, peak MiB, status; None where it was ended."""
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        null = os.open("/dev/null", os.O_RDWR)
        for fd in 0, 1, 2:
            os.dup2(null, fd)
        os.execv(PICKMODEL, [PICKMODEL] + arguments)
    _, status, used = os.wait4(pid, 0)
    seconds = used.ru_utime + used.ru_stime
    return (None if os.WIFSIGNALED(status) else seconds), used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def line(make, n):
    taken = []
    for k in n, 2 * n, 4 * n:
        seconds, mib, status = measure(make(k))
        if seconds is None:
            return "%-12s %8d   over %d s, ended" % (make.__name__, k, LIMIT_S)
        taken.append((seconds, mib))
    (_, _), (a, b), (c, d) = taken
    power = "%8.2f" % math.log2(c / a) if a > 0.05 else "       -"
    return "%-12s %8d %9.2f s %s %9.0f MiB %8.2f   status %d" % (
        make.__name__, 4 * n, c, power, d, math.log2(d / b), status)


def check(part):
    for make, _ in WHAT:
        n = CHECKED.get(make.__name__)
        if n is not None:
            eighth, _, _ = measure(make(n // part // 8))
            limit = math.ceil(24 * max(eighth or 0, 0.05)) + 1  # of a line 8 and what it starts with; of a square 64
            seconds, _, status = measure(make(n // part), limit)
            print("%s: status %d%s" % (make.__name__, status, ": ended" if seconds is None else ""))


def main():
    home = tempfile.mkdtemp()
    os.environ.update(HOME=home, XDG_DATA_HOME=home)
    os.chdir(home)
    if sys.argv[2:3] == ["check"]:
        check(int((sys.argv[3:] or ["1"])[0]))
        shutil.rmtree(home)
        return
    print("%-12s %8s %11s %8s %13s %8s" % ("", "n", "time", "exponent", "memory", "exponent"))
    for make, n in WHAT:
        if not sys.argv[2:] or make.__name__ in sys.argv[2:]:
            print(line(make, n), flush=True)
            shutil.rmtree(os.path.join(home, "pickmodel"), ignore_errors=True)
    shutil.rmtree(home)


main()
