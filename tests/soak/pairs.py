#!/usr/bin/env python3
"""Two programs on one home at once:  tests/soak/pairs.py BUILD [PAIRS]

100 pairs unless said otherwise. Each of a pair ends within a minute, with success or with word of
the other; what one said that it did, is done; and all that is there can be read.
"""
# SPDX-License-Identifier: MIT
import glob, json, shutil, subprocess, sys

from world import COMMANDS, World, broken, entries, left_behind

BUSY = "another pickmodel"
SECOND_TABLE = "network,latency_ms,top1_pct\nc,30,80\n"
EVALUATE, PROFILE = COMMANDS["evaluate"][0], COMMANDS["profile"][0]


def networks(home):
    with open(f"{home}/data/pickmodel/catalogue/networks.json") as f:
        return {n["id"] for n in json.load(f)["networks"]}


def imported(home):
    with open(f"{home}/data/pickmodel/profiles/board.json") as f:
        return [e["network"] for e in json.load(f)["entries"]]


def evaluated(home):
    file, = glob.glob(f"{home}/data/pickmodel/evaluations/*.json")
    with open(file) as f:
        return json.load(f)["done"]


def measured(home):
    return {network for network, _ in entries(home)}


def has_new(home):
    return "new" in networks(home)


def has_answer(home):
    with open(f"{home}/answer.txt") as f:
        return "Ship" in f.read()


CROWD = 10 # two programs that take milliseconds may miss each other


def add(name):
    return ["add", f"{name}.cfg", "--task", "own", "-q"]


# (what, its effect), as often as programs run
PAIRS = [
    [(add(f"n{i}"), lambda h, i=i: f"n{i}" in networks(h)) for i in range(CROWD)],
    ((add("new"), has_new), (COMMANDS["remove"][0], lambda h: "mine" not in networks(h))),
    ((add("new"), has_new), (COMMANDS["answer"][0], has_answer)),
    ((COMMANDS["import"][0], lambda h: imported(h) in (["a", "b"], ["c"])),
     (["import", "second.csv", "--device", "board", "-q"], lambda h: imported(h) in (["a", "b"], ["c"]))),
    ((EVALUATE, lambda h: evaluated(h) == 300), (EVALUATE, lambda h: evaluated(h) == 300)),
    ((PROFILE, lambda h: "tiny2" in measured(h)),
     (["tiny3" if a == "tiny2" else a for a in PROFILE], lambda h: "tiny3" in measured(h))),
    ((COMMANDS["answer"][0], has_answer), (COMMANDS["answer"][0], has_answer)),
    ((PROFILE, lambda h: "tiny2" in measured(h)), (COMMANDS["import-log"][0], lambda h: "tiny0" in measured(h))),
    ((EVALUATE, lambda h: evaluated(h) == 300), (COMMANDS["remove"][0], lambda h: "mine" not in networks(h))),
]


def run_pair(world, pair):
    """What is wrong; "" when nothing is."""
    home = world.fresh()
    for i in range(CROWD):
        shutil.copy(f"{home}/new.cfg", f"{home}/n{i}.cfg")
    with open(f"{home}/second.csv", "w") as f:
        f.write(SECOND_TABLE)
    measured_before = entries(home)
    both = [(world.start(home, arguments), arguments, effect) for arguments, effect in pair]
    wrong, succeeded = [], 0
    done = []
    for process, arguments, effect in both:
        try:
            said = process.communicate(timeout=60)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            process.kill()
            wrong.append(f"{arguments[0]} did not end")
            continue
        if process.returncode in (0, 1, 4):
            succeeded += 1
            done += [(arguments, effect)] if process.returncode == 0 else []
        elif BUSY not in said:
            wrong.append(f"{arguments[0]}: status {process.returncode}: {said.strip()}")
    for arguments, effect in done: # when all have ended
        if not wrong and not effect(home):
            wrong.append(f"{arguments[0]} said that it was done, and it is not")
    if not wrong and succeeded == 0:
        wrong.append("neither got through")
    if not wrong and broken(world, home):
        wrong.append(broken(world, home))
    if not wrong and not measured_before <= entries(home):
        wrong.append("a measurement of before is lost")
    if not wrong and left_behind(home):
        wrong.append(f"left behind: {left_behind(home)}")
    if not wrong:
        shutil.rmtree(home)
    return "; ".join(wrong)


def main():
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    world, failed = World(sys.argv[1]), 0
    for i in range(pairs):
        pair = PAIRS[i % len(PAIRS)]
        wrong = run_pair(world, pair)
        if wrong:
            failed += 1
            print(f"not ok {pair[0][0][0]} beside {pair[1][0][0]}: {wrong}", flush=True)
    print(f"{pairs - failed} passed, {failed} failed")
    if not failed:
        world.close()
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
