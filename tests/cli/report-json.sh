#!/bin/bash
# SPDX-License-Identifier: MIT
# the report as JSON: what docs/report.schema.json says, in three kinds of answer
export SOURCE_DATE_EPOCH=1764201600
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
report() {
    pickmodel report --format json "$@" >report.json
    echo "-> $?"
    /usr/bin/python3 -c '
import json, jsonschema, sys
docs = sys.argv[1]
report = json.load(open("report.json"))
for name, part in (("report", report), ("answer", report["answer"])):
    jsonschema.Draft202012Validator(json.load(open(f"{docs}/{name}.schema.json"))).validate(part)
print(report["command"], report["made_at"], report["answer"]["status"])
for s in report["sections"]:
    print(" ", s["id"] + ":", s["finding"])
    for p in s["parts"]:
        if "chart" in p:
            c = p["chart"]
            sets = {k: len(v) for k, v in c["vega_lite"]["datasets"].items()}
            print("   ", c["id"], len(c["table"]["rows"]), "rows;", sets)
' "$TESTS/../docs"
}
report --profile jetson-tx1 --min-top1 70 --max-watts 13
report --profile jetson-tx1 --min-top1 70 --max-watts 10
report --profile i7 --min-top1 72 --max-watts 5
# an imported table, without the answer (golden elsewhere) and the drawings
pickmodel report --format json --profile i7 --min-top1 72 --max-latency 1500ms |
    /usr/bin/python3 -c '
import json, sys
report = json.load(sys.stdin)
del report["version"], report["catalogue"], report["answer"]
for s in report["sections"]:
    if s["id"] == "method":
        s["parts"][0]["table"]["rows"] = [r for r in s["parts"][0]["table"]["rows"] if r[0] not in ("Catalogue", "By")]
    for p in s["parts"]:
        p.get("chart", {}).pop("vega_lite", None)
print("\n".join(json.dumps(s, ensure_ascii=False, indent=1) if s["id"] in ("verdict", "budgets") else json.dumps(s, ensure_ascii=False)
    for s in report.pop("sections")))
print(json.dumps(report))'
