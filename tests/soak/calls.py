#!/usr/bin/env python3
"""One system call fails, each kind and each time in turn:  tests/soak/calls.py BUILD [AT-MOST]

For each command that writes, strace makes the n-th call of a kind fail (AT-MOST calls of each kind,
spread evenly; 12 unless said), and writing ends at a limit (RLIMIT_FSIZE), as on a full disk. What
is there afterwards must be the state of before or the one of after, whole, with nothing left
behind; and the status says which.
"""
# SPDX-License-Identifier: MIT
import concurrent.futures, os, re, resource, shutil, subprocess, sys

from world import COMMANDS, TEMPORARY, World, broken, entries, files, left_behind

FAILURES = {
    "openat": "EMFILE", "read": "EIO", "write": "ENOSPC", "fsync": "EIO", "rename": "EIO", "newfstatat": "EIO",
    "fstat": "EIO", "mmap": "ENOMEM", "flock": "ENOLCK", "fcntl": "EINVAL", "clone": "EAGAIN",
    "pipe2": "EMFILE", "poll": "EINVAL", "wait4": "ECHILD", "lseek": "EIO", "getdents64": "EIO", "mkdir": "EACCES",
    "unlink": "EACCES", "fchmod": "EPERM", "close": "EIO", "readlink": "EIO", "prctl": "EINVAL", "getrandom": "ENOSYS",
    "access": "EACCES", "kill": "EPERM", "ftruncate": "EIO", "statfs": "EIO", "clock_nanosleep": "EINTR",
    "sched_getaffinity": "EINVAL", "uname": "EFAULT", "ioctl": "ENOTTY", "setpgid": "EPERM", "dup2": "EMFILE",
}
LIMITS = (0, 100, 700, 2000, 20000) # bytes a file may have
NOT_STARTED = 127 # the loader's, whose calls fail as well
FIRST = {"mmap": 2} # without its first page the loader crashes
VARIES = {"profile"} # its figures differ from run to run
PARTIAL = {"evaluate"} # what it had done by then is kept


def counts(world, arguments):
    """How often each kind of call is made."""
    home = world.fresh()
    log = f"{home}.calls"
    world.run(home, arguments, ["strace", "-qq", "-o", log])
    made = {}
    with open(log, errors="replace") as f:
        for line in f:
            name = re.match(r"(\w+)\(", line)
            if name:
                made[name.group(1)] = made.get(name.group(1), 0) + 1
    shutil.rmtree(home)
    return made


def spread(first, last, at_most):
    return sorted({first + i * (last - first) // max(at_most - 1, 1) for i in range(at_most)}) if last >= first else []


class Case:
    def __init__(self, world, name):
        self.world, self.name = world, name
        self.arguments, self.good = COMMANDS[name]
        home = world.fresh()
        self.before = files(home)
        status, said = world.run(home, self.arguments)
        if status not in self.good:
            raise SystemExit(f"{name}: status {status}: {said}")
        self.after = files(home)
        shutil.rmtree(home)

    def judge(self, home, status, said, spare):
        """What is wrong; "" when nothing is. spare: what cannot be removed may be left."""
        now = {path: held for path, held in files(home).items() if TEMPORARY not in path}
        if spare:
            now = {path: held for path, held in now.items() if path in self.after}
        succeeded = status in self.good
        if status < 0 or (not succeeded and status not in (1, 2, 3, 4, 5, NOT_STARTED)):
            return f"ended with status {status}"
        if left_behind(home):
            self.world.run(home, self.arguments)
            if left_behind(home):
                return f"left what the next start does not sweep: {left_behind(home)}"
        unreadable = broken(self.world, home)
        if unreadable:
            return f"cannot be read: {unreadable}"
        if not succeeded and said.strip() == "":
            return f"status {status} without a word"
        if self.name in VARIES:
            new = {network for network, _ in entries(home)} - {network for network, _ in entries(self.world.template)}
            if not entries(self.world.template) <= entries(home):
                return "a measurement of before is lost"
            return "succeeded, and nothing is kept" if succeeded and not new else ""
        if now == self.after and (succeeded or self.after == self.before):
            return ""
        if (now == self.before or self.name in PARTIAL) and not succeeded:
            return ""
        if now == self.after and "standard output" in said:
            return "" # what it has done cannot be told
        differs = sorted(p for p in now.keys() | self.after.keys() if now.get(p) != self.after.get(p))
        old = " (which is the old state)" if now == self.before else " (which is the new state)" if now == self.after else ""
        return f"status {status}, and {differs} differ from the new state{old}"

    def try_call(self, kind, n):
        home = self.world.fresh()
        inject = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={kind}", "-e",
                  f"inject={kind}:error={FAILURES[kind]}:when={n}"]
        what = f"{kind} {n} fails with {FAILURES[kind]}"
        try:
            status, said = self.world.run(home, self.arguments, inject)
        except subprocess.TimeoutExpired:
            return f"not ok {self.name}: {what}: no end within a minute"
        return self.finish(home, status, said, what, spare=kind == "unlink")

    def try_limit(self, size):
        home = self.world.fresh()
        process = self.world.start(home, self.arguments,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        said = process.communicate(timeout=120)[1].decode(errors="replace")
        return self.finish(home, process.returncode, said, f"no file over {size} bytes")

    def finish(self, home, status, said, what, spare=False):
        wrong = self.judge(home, status, said, spare)
        if not wrong:
            shutil.rmtree(home)
        return f"not ok {self.name}: {what}: {wrong}: {said.strip()[-200:]}" if wrong else ""


def main():
    at_most = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    world = World(sys.argv[1])
    failed = passed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name in COMMANDS:
            case = Case(world, name)
            made = counts(world, case.arguments)
            tries = [pool.submit(case.try_call, kind, n) for kind in FAILURES for n in spread(FIRST.get(kind, 1), made.get(kind, 0), at_most)]
            tries += [pool.submit(case.try_limit, size) for size in LIMITS]
            wrong = [t.result() for t in tries if t.result()]
            print("\n".join(wrong + [f"{name}: {len(tries)} failures of {sum(k in made for k in FAILURES)} kinds"]),
                  flush=True)
            failed += len(wrong)
            passed += len(tries) - len(wrong)
    if not failed:
        world.close()
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
