#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Questions of random worlds through the real command line and `pickmodel check`, against what
was answered inside one process and what the oracle allows:
cli.py PICKMODEL PROPERTY FOLDER [N] [SEED]"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

PICKMODEL, PROPERTY, FOLDER = sys.argv[1:4]
COUNT = int(sys.argv[4]) if len(sys.argv) > 4 else 2000
SEED = sys.argv[5] if len(sys.argv) > 5 else "1"
FAULTS = {"command line answers as the process does": [],
          "command line says what the oracle allows": [],
          "check repeats the answer": [],
          "no margin is negative on what meets": []}
SAME, ALLOWED, CHECK, MARGIN = FAULTS


def run(folder, *args):
    env = dict(os.environ, PICKMODEL_DATA=folder + "/data", XDG_DATA_HOME=folder + "/home",
               PICKMODEL_ENGINES=folder + "/data/engines")
    return subprocess.run([PICKMODEL, *args], cwd=folder, env=env, capture_output=True, text=True)


def fault(kind, question, what):
    command = shlex.join(["pickmodel", "--profile", "./board.json", *question["args"]])
    return kind, f"{what}: in {question['folder']}: {command}"


def verdicts(budgets):
    """By key; --fps is a frame rate too and --runtime a power: what both say together."""
    found = {key: value["verdict"] for key, value in budgets.items()}
    rank = ["meets", "undecided", "unknown", "fails"]
    for follows, own in (("fps", "min_fps"), ("runtime", "max_watts")):
        if follows in found:
            found[own] = max(found.pop(follows), found.get(own, "meets"), key=rank.index)
    return found


def compare(question, answer):
    """What differs between the answer as JSON and the one inside the process."""
    pick = answer["pick"]
    expected = question["candidates"]
    if [c["network"] for c in answer["candidates"]] != [c["network"] for c in expected]:
        return "other candidates"
    if (pick is None) != (question["pick"] < 0):
        return "a pick, and none"
    if pick is not None and pick["network"] != expected[question["pick"]]["network"]:
        return "another pick"
    for said, then in zip(answer["candidates"], expected):
        if said["verdict"] != then["verdict"]:
            return f"{said['network']}: {said['verdict']}, {then['verdict']} inside the process"
        if verdicts(said["budgets"]) != verdicts(then["budgets"]):
            return f"{said['network']}: other verdicts"
    return None


def against_oracle(question, answer):
    for said, then in zip(answer["candidates"], question["candidates"]):
        for key, verdict in verdicts(said["budgets"]).items():
            may = then["budgets"].get(key, {}).get("may", [verdict])
            if verdict not in may:
                return f"{said['network']}, {key}: {verdict}, right is {' or '.join(may)}"
    return None


def margin_fault(text):
    """Of the table of budgets in a recommendation, where every line meets."""
    lines = text.splitlines()
    table = [i for i, line in enumerate(lines) if line.startswith("BUDGET")]
    for line in lines[table[0] + 1:] if table else []:
        if not line.strip():
            break
        if re.search(r"\s[-\u2212]\d[^|]*\bmeets\b", line):
            return line
    return None


def try_question(numbered):
    number, question = numbered
    folder = question["folder"]
    decision = f"decision-{number}.json"
    pick = run(folder, "--profile", "./board.json", *question["args"], "-f", "json", "-o", decision)
    if pick.returncode != question["exit"]:
        return [fault(SAME, question, f"exit {pick.returncode}, {question['exit']} in the process")]
    if pick.returncode not in (0, 1, 4):
        return []
    answer = json.loads(pathlib.Path(folder, decision).read_text())
    found = []
    for kind, what in ((SAME, compare(question, answer)), (ALLOWED, against_oracle(question, answer))):
        if what is not None:
            found.append(fault(kind, question, what))
    if answer["status"] == "recommended":
        line = margin_fault(run(folder, "--profile", "./board.json", *question["args"]).stdout)
        if line is not None:
            found.append(fault(MARGIN, question, line))
    check = run(folder, "check", decision, "--profile", "./board.json")
    if answer["status"] != "overview":
        right = [4, 3] if answer["status"] == "undecided" and answer["pick"] is None else \
                [4] if answer["status"] == "undecided" else [0]
        if check.returncode not in right:
            found.append(fault(CHECK, question, f"{answer['status']}, and check exits "
                               f"{check.returncode} {check.stderr.strip()[:200]}"))
    return found


def main():
    lines = subprocess.run([PROPERTY, "--emit", str(COUNT), "--seed", SEED, "--folder", FOLDER],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    questions = [json.loads(line) for line in lines]
    for folder in {q["folder"] for q in questions if q["table"]}:
        os.remove(folder + "/board.json")  # the command line imports it itself
        run(folder, "import", "board.csv", "--device", "board", "-o", "board.json")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for found in pool.map(try_question, enumerate(questions)):
            for kind, what in found:
                FAULTS[kind].append(what)
    for kind, found in FAULTS.items():
        for what in found[:3]:
            print("#", what)
        if found:
            print(f"not ok {kind}: broken by {len(found)} of {len(questions)} questions")
        else:
            print(f"ok {kind}: {len(questions)} questions")


main()
