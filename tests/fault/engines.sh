#!/bin/bash
# Engines that break their contract cost one candidate: a clear cause, the right status, a profile
# that still loads, and an end in bounded time. tests/fixtures/engines/fake.py is what they do.
# SPDX-License-Identifier: MIT
set -u
export PICKMODEL_DATA=$FIXTURES/tiny
# Seconds of --time-limit, which a busy machine must not need for what ends by itself; and so many
# more for all to be over.
LIMIT=60
BOUND=26

fail() { # NAME WHY
    echo "not ok engine $1: $2"
    sed 's/^/    /' "$1/log" | cut -c1-200 | head -n 6
}

# The profile that was left must be one that pickmodel reads, with the raw samples.
profile_loads() { # FOLDER
    local profile
    for profile in "$1"/data/pickmodel/profiles/*.json; do
        case $profile in *.samples.json) ;; *)
            [ -f "$profile" ] || continue # nothing was worth a profile
            python3 -m json.tool "$profile" >/dev/null &&
                pickmodel --profile "$profile" --format json >/dev/null || return 1
            ;;
        esac
    done
}

# Started from here: another test may run the same one.
is_alive() { # PATTERN
    local pid
    for pid in $(pgrep -f "$1"); do
        [ "$(readlink "/proc/$pid/cwd")" != "$PWD" ] || return 0
    done
    return 1
}

# Whatever else runs here belongs to the measurement: beside other work nothing would be decided.
one() { # NAME STATUS CAUSE-REGEX COMMAND...: prints ok or not ok
    local name=$1 status=$2 cause=$3 start=$SECONDS got
    shift 3
    mkdir -p "$name/engines"
    ln -s "$FIXTURES/engines/$name" "$name/engines/$name"
    PICKMODEL_ENGINES=$PWD/$name/engines XDG_DATA_HOME=$PWD/$name/data \
        timeout -k 1 $((LIMIT + BOUND + 15)) pickmodel "$@" --with-load --time-limit "${LIMIT}s" >"$name/out" 2>"$name/err"
    got=$?
    cat "$name/err" "$name/out" >"$name/log"
    if [ $((SECONDS - start)) -gt $((LIMIT + BOUND)) ]; then
        fail "$name" "took $((SECONDS - start)) s at --time-limit ${LIMIT}s"
    elif [ $got != "$status" ]; then
        fail "$name" "exit status $got, not $status"
    elif ! grep -qE "$cause" "$name/log"; then
        fail "$name" "no word of /$cause/"
    elif [ "$name" != bad-schema ] && ! profile_loads "$name" 2>>"$name/log"; then
        fail "$name" "the profile it left does not load"
        tail -n 1 "$name/log"
    elif is_alive "fake.py $name\$" || { [ "$name" = leaves ] && is_alive "^sleep 31415\$"; }; then
        fail "$name" "the engine outlived it"
    else
        echo "ok engine $name"
    fi
}

# One that fails leaves nothing known: not decided (4). The candidates are alike, so the first says
# it all; --quiet is not given, for the cause must be on stderr.
pick() {
    local name=$1 status=$2 cause=$3
    shift 3
    one "$name" "$status" "$cause" --min-top1 45 --max-latency 1s --format json "$@"
}

{
    pick exit0 4 'Tiny 5: failed: .*exited silently with status 0'
    pick abort 4 'Tiny 5: failed: .*SIGABRT'
    pick segv 4 'Tiny 5: failed: .*SIGSEGV.*about to touch page 0'
    pick half 4 'Tiny 5: failed: .*(silently|half|not protocol)'
    pick flood 4 'Tiny 5: failed: .*flooded'
    pick endless 4 'Tiny 5: failed: .*more runs than were asked'
    pick protocol 4 'Tiny 5: failed: .*protocol version'
    pick not-json 4 'Tiny 5: failed: .*not protocol: "Loading weights'
    pick wrong-event 4 'Tiny 5: failed: .*answered "bye" where "loaded" was due'
    pick error 4 'Tiny 5: failed: .*stride=2 with size=1'
    pick nan 4 'Tiny 5: failed: .*not protocol'
    pick overflow 4 'Tiny 5: failed: '
    pick negative 4 'Tiny 5: failed: .*not a positive number'
    pick zero 4 'Tiny 5: failed: .*not a positive number'
    pick text-time 4 'Tiny 5: failed: .*not a positive number'
    pick negative-delay 4 'Tiny 5: failed: .*negative delay'
    pick more 4 'Tiny 5: failed: .*more runs than were asked'
    pick fewer 4 'Tiny 5: failed: .*fewer runs than were asked'
    pick not-finite 4 'Tiny 5: failed: .*not finite'
    pick finite-text 4 'Tiny 5: failed: .*lacks a valid peak_kib or finite'
    pick huge-peak 4 'Tiny 5: failed: .*lacks a valid peak_kib or finite'
    pick other-batch 4 'Tiny 5: failed: .*another batch'
    pick does-not-wait 4 'Tiny 5: failed: .*less than half of the time.*does it wait'
    pick status 4 'Tiny 5: failed: .*exited with status 3'
    pick no-bye 4 'Tiny 5: failed: .*goodbye|"bye"'
    pick bad-schema 3 'engine.json: schema is "pickmodel/engine/7"'
    pick stderr-flood 0 '"status": "recommended"'
    pick good 0 '"status": "recommended"'
    pick leaves 0 '"status": "recommended"'
    one short-delay 0 'Tiny 5: [0-9]+ runs' profile tiny5 --candidate-time 1s
} &
# What hangs is ended: at ten times the budget an inference has certainly failed.
one hang-run 1 'Tiny 5: over [0-9]+ ms, ended' --min-top1 45 --max-latency 50ms --format json &
pick deaf 4 'Tiny 5: failed: .*no longer reads' &
LIMIT=4 pick drip 4 '(Tiny 5: failed|time limit was reached)' &
pick hang-end 4 'Tiny 5: failed: .*(did not end|goodbye)' &
LIMIT=4 pick hang-greeting 4 '(did not greet|time limit was reached)' &
LIMIT=4 pick hang-load 4 '(did not load|time limit was reached)' &
wait

# What an engine is given: no file that was left open, no core file, and the first place when memory runs out.
mkdir -p looks && cp -r "$FIXTURES/engines/quick" looks/quick && mv looks/quick/worker looks/quick/real
cat >looks/quick/worker <<'END'
#!/bin/sh
here=${0%/*}
echo "passwd $(readlink /proc/$$/fd/* | grep -c passwd) core $(ulimit -c) oom $(cat /proc/$$/oom_score_adj)" >"$here/seen"
exec "$here/real"
END
chmod +x looks/quick/worker
exec 7</etc/passwd
PICKMODEL_ENGINES=$PWD/looks XDG_DATA_HOME=$PWD/looks/data pickmodel profile tiny5 --candidate-time 100ms -q >looks/log 2>&1
exec 7<&-
case $(cat looks/quick/seen) in
'passwd 0 core 0 oom 1000') echo "ok engine looks" ;;
*) fail looks "it sees: $(cat looks/quick/seen)" ;;
esac
