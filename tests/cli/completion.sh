#!/bin/bash
# SPDX-License-Identifier: MIT
# bash completion, called as readline would
# shellcheck source=/dev/null
. "$TESTS/../docs/completion.bash"
complete_of() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _pickmodel
    printf '%s:' "${*:2}"
    printf ' %s' "${COMPREPLY[@]}"
    echo
}
mkdir -p "$XDG_DATA_HOME/pickmodel/profiles"
touch "$XDG_DATA_HOME/pickmodel/profiles/"{drone.json,drone.samples.json} budgets.yaml phone.csv
complete_of pickmodel pr
complete_of pickmodel --max-
complete_of pickmodel --format = js
complete_of pickmodel --rule l
complete_of pickmodel --profile ''
complete_of pickmodel -c b
complete_of pickmodel import ph
complete_of pickmodel profile tiny darknet53
complete_of pickmodel predict darknet53
complete_of pickmodel profile --batch 1
complete_of pickmodel --max-latency ''
complete_of pickmodel --energy-basis ''
complete_of pickmodel profile --power ''
complete_of pickmodel --power h
mkdir sys && touch system
complete_of pickmodel --sysfs sy
complete_of pickmodel import --power p
complete_of pickmodel profile --su
complete_of pickmodel doctor --p
complete_of pickmodel 'do'
complete_of pickmodel co
complete_of pickmodel compare dr
touch decision.json
complete_of pickmodel compare drone de
complete_of pickmodel check d
complete_of pickmodel compare a b --max-w
complete_of pickmodel check --p
