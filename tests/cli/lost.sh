#!/bin/bash
# SPDX-License-Identifier: MIT
# Nothing is lost between two programs, or for one that cannot read: what is changed is locked first
# and read then, and what is read is not written over.
export PICKMODEL_DATA=$FIXTURES/tiny
cfg=$FIXTURES/tiny/networks/tiny0.cfg
own=$XDG_DATA_HOME/pickmodel

# all that say "added" are in the catalogue
for i in $(seq 12); do
    cp "$cfg" "net$i.cfg"
    pickmodel add "net$i.cfg" --task tiny >"added$i" 2>&1 &
done
wait
[ "$(cat added* | grep -c ^added)" = "$(grep -c '"id"' "$own/catalogue/networks.json")" ] && echo "all added are there"
cat added* | grep -c ^added

# a network and what is said of it belong together, whatever fails
of_net1() { pickmodel list --format csv | grep '^net1,' | cut -d, -f1,4,9; }
of_net1
sed 's/filters=.*/filters=7/' "$FIXTURES/tiny/networks/tiny3.cfg" >net1.cfg
(ulimit -f 1 && pickmodel add net1.cfg --task tiny --top1 90 2>&1 | sed 's/.*: //') # the catalogue is larger
of_net1
pickmodel add net1.cfg --task tiny --top1 90 -q
of_net1
ls "$own/catalogue/networks" | sed 's/~.*\./~DIGEST./' | grep -w net1

# what cannot be read may be hours of measuring
printf 'network,latency_ms,top1_pct\na,1,50\n' >t.csv
pickmodel import t.csv --device phone
mkdir -p "$own/profiles"
for damage in 's/pickmodel.profile.1/pickmodel\/profile\/2/' 's/{/[/'; do
    pickmodel list --profile jetson-tx1 >/dev/null
    sed "$damage" "$own/profiles/phone.json" >"$own/profiles/rover.json"
    before=$(cksum <"$own/profiles/rover.json")
    pickmodel import t.csv --device rover >out 2>&1
    echo "status $?, $(grep -o 'is there and cannot be read' out)"
    [ "$before" = "$(cksum <"$own/profiles/rover.json")" ] && echo "kept"
done
mkdir "$own/profiles/folder.json"
pickmodel import t.csv --device folder >out 2>&1
echo "status $?"

# the output is not the input, under whatever name
ln -s t.csv link.csv
try import t.csv --device x -o ./t.csv
try import t.csv --device x -o link.csv
echo 'min_top1: 50' >budgets.yaml
try --profile jetson-tx1 -c budgets.yaml -o budgets.yaml
cp "$own/profiles/phone.json" phone.json
try --profile ./phone.json -o phone.json -f json
try compare jetson-tx1 ./phone.json -o phone.json
try explain "$cfg" --no-measure -o "$cfg"
wc -l <t.csv

# what others left behind is swept
touch "$own/profiles/.pickmodel.tmp.4711" "$own/catalogue/.pickmodel.tmp.abcdef" "$own/catalogue/.pickmodel.note"
mkdir -p tmp/.pickmodel.tmp.XyZ123/browser tmp/pickmodel-sources
TMPDIR=$PWD/tmp pickmodel list >/dev/null
ls -A "$own/catalogue" tmp; find "$own/profiles" -name '*tmp*' | wc -l

# a file of somebody else's runs nothing
echo 'power: "cmd:touch ran; echo 5"' >>budgets.yaml
try -c budgets.yaml
try -c budgets.yaml --no-measure --allow-commands
try --no-measure --allow-commands
ls ran 2>&1
