#!/bin/bash
# SPDX-License-Identifier: MIT
# what report refuses, what it makes of the name of its file, and where the page goes
tx1='--profile jetson-tx1 --min-top1 70 --max-watts 13'
try report --format text
try --format html
try pick --profile jetson-tx1 --format pdf
try fit --profile jetson-tx1 --format html
try list --charts here
try report --charts
try report --sustained 10min --fps 5
try report tiny
try report --profile jetson-tx1 -o a.unknown
for file in a.md a.json a.csv a.html; do
    # shellcheck disable=SC2086  # a list of options
    pickmodel report $tx1 -o $file
    head -c 15 $file | head -n 1
done
# shellcheck disable=SC2086
pickmodel report $tx1 -q | head -c 15
echo
# shellcheck disable=SC2086
PATH=$BUILD try report $tx1 --format pdf -o a.pdf
[ ! -e a.pdf ] && echo 'no a.pdf'
# a command that must be quoted comes out as a shell would take it
cp "$TESTS/../profiles/jetson-tx1.json" "it's a board.json"
# shellcheck disable=SC2016
pickmodel report --profile "./it's a board.json" --min-top1 70 --format json | grep '"command"'
# nothing half-written when the folder cannot be made
touch file
try report --profile jetson-tx1 -o file/report.html
try report --profile jetson-tx1 -o whole.html -q --charts file/charts
ls whole.html
# a date that is none; a home that cannot be written to; a link to a file that is not there yet
SOURCE_DATE_EPOCH=yesterday try report --profile jetson-tx1 -o b.html
SOURCE_DATE_EPOCH=999999999999 try report --profile jetson-tx1 -o b.html
[ ! -e b.html ] && echo "no b.html"
try report --profile jetson-tx1 -o ''
ln -s there.json link.json
pickmodel report --profile jetson-tx1 --min-top1 70 -q -o link.json && readlink link.json && head -c1 there.json
# the longest name a file may have
long=$(printf 'x%.0s' {1..250}).json
pickmodel report --profile jetson-tx1 --min-top1 70 -q -o "$long" && find . -maxdepth 1 -name "x*.json" | wc -l
bash -c "ulimit -f 1; pickmodel report --profile jetson-tx1 --min-top1 70 -q -o big.html; echo \"-> \$?\"" 2>&1 | cat
find . -name "*.tmp.*"
