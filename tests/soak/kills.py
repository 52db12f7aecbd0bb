#!/usr/bin/env python3
"""kill -9 at random moments:  tests/soak/kills.py BUILD [KILLS]

1,000 kills unless said otherwise, over the commands that write. After each: what had been measured,
added or imported before is there and can be read; within two seconds no process of it is left; the
same command works; and after that nothing temporary is left.
"""
# SPDX-License-Identifier: MIT
import concurrent.futures, glob, json, os, random, shutil, sys, time

from world import COMMANDS, World, broken, entries, left_behind

OVER = ["add", "add-over", "import", "evaluate", "report", "profile", "answer", "remove", "import-log"]
PATIENCE_S = 2.0


def span(world, name):
    """How long the command takes here."""
    home = world.fresh()
    begin = time.monotonic()
    world.run(home, COMMANDS[name][0])
    shutil.rmtree(home)
    return time.monotonic() - begin


def strays(home):
    """Processes that know this home."""
    found = []
    for environ in glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(environ, "rb") as f:
                if home.encode() in f.read() and os.readlink(environ.replace("environ", "exe")):
                    found.append(environ.split("/")[2])
        except OSError:
            pass
    return found


def own_networks(home):
    try:
        with open(f"{home}/data/pickmodel/catalogue/networks.json") as f:
            return {n["id"] for n in json.load(f)["networks"]}
    except (OSError, ValueError):
        return set()


def kill_once(world, name, after_s):
    """What is wrong; "" when nothing is."""
    home = world.fresh()
    measured, added = entries(home), own_networks(home)
    process = world.start(home, COMMANDS[name][0], start_new_session=True)
    time.sleep(after_s)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + PATIENCE_S
    while strays(home) and time.monotonic() < deadline:
        time.sleep(.02)
    wrong = ""
    if strays(home):
        wrong = f"processes are left: {strays(home)}"
    elif broken(world, home):
        wrong = broken(world, home)
    elif not measured <= entries(home):
        wrong = f"measurements are lost: {measured - entries(home)}"
    elif not added - ({"mine"} if name == "remove" else set()) <= own_networks(home):
        wrong = f"networks are lost: {added - own_networks(home)}"
    else:
        status, said = world.run(home, COMMANDS[name][0])
        gone = name == "remove" and "mine" not in own_networks(home) # it had been done
        if status not in COMMANDS[name][1] and not gone:
            wrong = f"and then status {status}: {said.strip()}"
        elif left_behind(home) and not gone:
            wrong = f"left behind: {left_behind(home)}"
    if not wrong:
        shutil.rmtree(home)
    return f"not ok {name} killed after {1e3 * after_s:.1f} ms: {wrong}" if wrong else ""


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seed = int(os.environ.get("SEED", "20260524"))
    world, chance = World(sys.argv[1]), random.Random(seed)
    spans = {name: span(world, name) for name in OVER}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        names = [OVER[i % len(OVER)] for i in range(kills)]
        wrong = [w for w in pool.map(lambda k: kill_once(world, *k),
                                     [(name, chance.random() * spans[name]) for name in names]) if w]
    for name in OVER:
        print(f"{name}: {names.count(name)} kills within {1e3 * spans[name]:.0f} ms")
    print("\n".join(wrong + [f"{kills - len(wrong)} passed, {len(wrong)} failed"]))
    if not wrong:
        world.close()
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
