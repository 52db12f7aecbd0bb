#!/bin/bash
# SPDX-License-Identifier: MIT
# Broken engines and files: each is named with its remedy, and the status is 1.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
found() { # GROUP...: those checks, and the status
    pickmodel doctor --format json >doctor.json
    echo "-> $?"
    python3 - "$@" <<'PYTHON'
import json, sys
d = json.load(open("doctor.json"))
for c in (c for group in sys.argv[1:] for c in d[group]):
    if c["name"] == "network cfgs":
        continue  # Debian's may be there, or not
    print(c["state"], "|", c["name"], "|", c["text"])
    if "advice" in c:
        print("   ", c["advice"])
        assert c["state"] != "trouble" or c["name"] + ": " + c["advice"] in d["mend"]
PYTHON
}
echo "# no folder of engines"
found engines
echo "# engines, good and bad"
mkdir -p engines/absent engines/no-engine
for name in bad-schema good not-json protocol status; do ln -s "$FIXTURES/engines/$name" engines/$name; done
sed 's/"good"/"absent"/' "$FIXTURES/engines/good/engine.json" >engines/absent/engine.json
printf '#!/bin/sh\nexit 3\n' >engines/absent/worker
chmod +x engines/absent/worker
found engines
echo "# a file where the profiles should go"
rm -r engines && mkdir engines && ln -s "$FIXTURES/engines/good" engines/good
touch file
XDG_DATA_HOME=$PWD/file/data found engines files
mkdir -p odd/pickmodel && touch odd/pickmodel/profiles
XDG_DATA_HOME=$PWD/odd found files
echo "# no catalogue"
PICKMODEL_DATA=$PWD/nowhere found files
echo "# a catalogue without cfgs"
mkdir other
sed 's/\.cfg"/.missing"/' "$FIXTURES/tiny/networks.json" >other/networks.json
PICKMODEL_DATA=$PWD/other found files
