#!/bin/bash
# SPDX-License-Identifier: MIT
# Bytes that are no UTF-8, controls above U+007F and texts that turn others round: nothing hangs,
# nothing of it reaches the terminal, and what is written can be read again.
export PICKMODEL_DATA=$FIXTURES/tiny
raw() { LC_ALL=C grep -c -a -P '\xff|\xe9sn|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\x1b'; }
limited() { # COMMAND...: the name of its text, how it ended and how many raw lines it printed
    timeout -k1 10 pickmodel "$@" >out 2>&1
    echo "-> $?, $(raw <out) raw"
}
finishes() { # COMMAND...: whose status is the machine's affair
    timeout -k1 60 pickmodel "$@" >out 2>&1
    case $? in 3 | 12? | 137) echo "-> $?, FAILED" && cat out ;; *) echo "-> ended, $(raw <out) raw" ;; esac
}
profile() { # NAME-AS-JSON NOTES
    printf '{"schema": "pickmodel/profile/1", "origin": "imported", "device": {"name": "x"},
 "notes": [%s],
 "entries": [{"network": %s, "status": "complete", "batch": 1,
  "latency_ms": {"value": 100, "origin": "declared"}, "top1_pct": {"value": 70, "origin": "declared"}}]}' \
        "$2" "$1" >p.json
}
echo "# a table"
printf 'network,top1_pct,latency_ms\nr\xe9sn\xff,70,100\n' >lat.csv
limited import lat.csv --device lat -o "$PWD/lat.json"
cat out
printf 'network,top1_\xe9\nresnet,70\n' >lat.csv
limited import lat.csv --device lat -o "$PWD/lat.json"
cat out
printf 'network,top1_pct,latency_ms\nr\xe2\x80\xaesn,70,100\n' >lat.csv
limited import lat.csv --device lat -o "$PWD/lat.json"
cat out
ls lat.json 2>/dev/null
printf 'network,top1_pct,latency_ms\nr\xc3\xa9seau,70,100\n%s,60,90\n' "$(printf '\xc3\xa9%.0s' {1..250})" >$'\xff.csv'
limited import $'\xff.csv' --device utf8
sed "s|$PWD/||" out
limited --profile utf8 --min-top1 10
grep -o 'réseau on[^:]*' out
echo "# a long name"
profile "\"$(printf '\xc3\xa9%.0s' {1..2000})\"" ''
for format in text md csv json; do
    limited --profile ./p.json --min-top1 10 --format $format
    python3 -c 'open("out", encoding="utf-8", errors="strict").read()'
    limited list --profile ./p.json --format $format
    python3 -c 'open("out", encoding="utf-8", errors="strict").read()'
done
echo "# profiles"
for name in $'"r\xe9sn\xff"' '"r\u009bsn"' '"r\u202esn"' $'"r\xed\xa0\x80"'; do
    profile "$name" ''
    limited --profile ./p.json --min-top1 10
    cat out
    limited list --profile ./p.json
done
profile '"a"' '"\u001b[31m"'
limited --profile ./p.json --min-top1 10
cat out
profile '"a"' ''
cp p.json $'\xff.json'
limited --profile $'./\xff.json' --min-top1 10
limited --profile $'./\xff.json' --min-top1 10 --format json
python3 -c 'open("out", encoding="utf-8", errors="strict").read()'
echo "# configuration and catalogue"
printf 'min_top1: 10\nprofile: \xe9\n' >c.yaml
limited -c c.yaml
cat out
printf 'min_top1: 10\nprofile: "\\x9b"\n' >c.yaml
limited -c c.yaml
cat out
mkdir d
printf '{"schema": "pickmodel/catalogue/1",\n "networks": [{"id": "a", "name": "\xe9"}]}' >d/networks.json
PICKMODEL_DATA=$PWD/d limited list
sed "s|$PWD/||" out
echo "# sources of power"
finishes doctor --power $'cmd:: \xff; while :; do echo 10; sleep 0.01; done'
grep -o 'cmd: : ?; while' out
finishes doctor --power $'file:/tmp/\xff\xc2\x9b:W'
grep -o 'file:/tmp/??:W' out | head -n 1
limited doctor --power $'\xff'
cat out
limited import lat.csv --device $'\xff'
cat out
echo "# a source's last words, and the path of a sensor, come back from the profile"
rm "$XDG_DATA_HOME"/pickmodel/profiles/*
readable() {
    finishes --no-measure --min-top1 5 --max-watts 5
    LC_ALL=C grep -c -h -P '[\x80-\xff]' "$XDG_DATA_HOME"/pickmodel/profiles/*.json | paste -sd+
}
mkdir $'s\302\233y\377s'
finishes profile tiny0 --candidate-time 300ms --sysfs $'s\302\233y\377s'
readable
grep -h -o 's?y?s' "$XDG_DATA_HOME"/pickmodel/profiles/*.json | head -n 1
finishes profile tiny1 --candidate-time 300ms --power \
    "cmd:timeout 3.5 sh -c 'while :; do echo 10; sleep 0.01; done'; printf '\\302\\233lost\\377' >&2; exit 3"
readable
grep -h -o 'status 3: \\"?lost?\\"' "$XDG_DATA_HOME"/pickmodel/profiles/*.json | uniq
