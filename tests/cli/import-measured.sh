#!/bin/bash
# SPDX-License-Identifier: MIT
# an import never replaces what was measured
mkdir -p "$XDG_DATA_HOME/pickmodel/profiles"
printf '{"schema":"pickmodel/profile/1","origin":"measured","device":{"name":"board"},"entries":[]}' \
    >"$XDG_DATA_HOME/pickmodel/profiles/board.json"
printf 'network,latency_ms\na,10\n' >t.csv
try import t.csv --device board
grep -c measured "$XDG_DATA_HOME/pickmodel/profiles/board.json"
