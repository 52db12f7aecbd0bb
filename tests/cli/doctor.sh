#!/bin/bash
# SPDX-License-Identifier: MIT
# What it finds depends on the machine; what it says of it does not.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines
ln -s "$FIXTURES/engines/good" engines/good
pickmodel doctor --format json >doctor.json
status=$?
python3 - "$status" <<'PYTHON'
import json, sys
d = json.load(open("doctor.json"))
status = int(sys.argv[1])
print(list(d))
print(sorted(c["name"] for c in d["guards"]))
print([c["name"] for c in d["board"]], d["board"][1]["state"])
print(d["engines"], [c["state"] for c in d["files"]])
checks = [c for g in ("board", "engines", "power", "guards", "files") for c in d[g]]
assert all(c["state"] in ("fact", "ok", "note", "trouble", "lacking") for c in checks)
assert all("text" in c or c["state"] == "lacking" for c in checks)
troubles = [c["name"] for c in checks if c["state"] == "trouble"]
assert len(d["mend"]) == len(troubles), d["mend"]
assert status == (1 if troubles else 0) and d["trusted"] == (status == 0), status
assert d["verdict"].startswith("Measurements here can be trusted." if d["trusted"] else
                               "Measurements here would not be trusted: "), d["verdict"]
PYTHON
pickmodel doctor -o doctor.txt
grep -cE '^(  (BOARD|ENGINES|POWER|STATE|FILES)|Measurements here .*\.)$' doctor.txt
pickmodel doctor -f csv | head -n 2 | cut -d, -f1-3
pickmodel doctor -f md | grep -c '^| guards |'
try doctor extra
try doctor --min-top1 70
try doctor --all
try docter
