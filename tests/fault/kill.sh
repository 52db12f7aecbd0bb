#!/bin/bash
# kill -9 of `pickmodel profile` at 20 random moments loses the candidate in flight at most: what
# was complete stays, is not measured again, and the profile always loads. Then Ctrl-C.
# SPDX-License-Identifier: MIT
# Whatever else runs here belongs to the measurement: beside other work a candidate is measured again.
set -u
export PICKMODEL_DATA=$FIXTURES/tiny
mkdir engines
ln -s "$FIXTURES/engines/quick" engines/quick
export PICKMODEL_ENGINES=$PWD/engines
RANDOM=20160524

profile_of() { # the profile's path, whatever the host is called
    find "$XDG_DATA_HOME" -name '*.json' ! -name '*.samples.json' 2>/dev/null | head -n 1
}

# "network measured_at samples_digest" of each entry of that status. On a busy machine runs may not
# settle; such an entry is partial, and measured again.
entries() { # STATUS...
    local path
    path=$(profile_of)
    [ -n "$path" ] || return 0
    python3 - "$path" "$@" <<'END'
import json, sys
for e in json.load(open(sys.argv[1]))["entries"]:
    if e["status"] in sys.argv[2:]:
        print(e["network"], e["measured_at"], e["samples_digest"])
END
}
complete() { entries complete; }
finished() { entries complete partial; }

loads() {
    local path
    path=$(profile_of)
    [ -z "$path" ] || pickmodel --profile "$path" -o answer.txt 2>loads.err
}

lost() { # FILE-BEFORE FILE-AFTER: entries of the first that are not in the second
    sort "$1" >a
    sort "$2" >b
    comm -23 a b
}

# A process group of its own, so that nothing but the program is hit.
pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>err || { echo "not ok kill: a quiet run fails: $(cat err)"; exit 1; }
begin=$(date +%s%N)
rm -rf "$XDG_DATA_HOME/pickmodel"
pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>&1
span_ms=$((($(date +%s%N) - begin) / 1000000))

bad=0
for round in $(seq 20); do
    rm -rf "$XDG_DATA_HOME/pickmodel"
    pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>err &
    pid=$!
    wait_ms=$((RANDOM % span_ms))
    sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    finished=$(grep -c ' runs, median' err)
    finished >stored
    complete >before || { echo "not ok kill $round: the profile is broken after $wait_ms ms"; bad=1; }
    loads || { echo "not ok kill $round: it does not load: $(cat loads.err)"; bad=1; }
    # each finished line was printed after its entry was on disk
    if [ "$(wc -l <stored)" -lt "$finished" ]; then
        echo "not ok kill $round: $finished candidates finished, $(wc -l <stored) are stored"
        bad=1
    fi
    pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>err || { echo "not ok kill $round: $(cat err)"; bad=1; }
    complete >after
    if [ -n "$(lost before after)" ]; then
        echo "not ok kill $round: measured again or lost: $(lost before after)"
        bad=1
    fi
    if [ "$(finished | wc -l)" != 6 ]; then
        echo "not ok kill $round: $(finished | wc -l) of 6 networks after the second run"
        bad=1
    fi
done
[ $bad != 0 ] || echo "ok kill -9 at 20 moments of $span_ms ms"

left_behind() { # started from here: another test may run the same engine
    local pid
    for pid in $(pgrep -f "engines/quick/worker$"); do
        [ "$(readlink "/proc/$pid/cwd")" != "$PWD" ] || return 0
    done
    return 1
}
sleep 1
if left_behind; then
    echo "not ok kill: a worker outlived its parent"
else
    echo "ok no worker is left behind"
fi

# What a killed write left is swept by the next start, whatever it does.
touch "$XDG_DATA_HOME/pickmodel/profiles/.pickmodel.tmp.Ab12Cd"
pickmodel list >/dev/null
if [ -z "$(find "$XDG_DATA_HOME/pickmodel" -name '.pickmodel.tmp.*')" ]; then
    echo "ok no temporary file is left behind"
else
    echo "not ok kill: a temporary file stays"
fi
rm -rf "$XDG_DATA_HOME/pickmodel"
pickmodel profile --with-load tiny0 --candidate-time 200ms >/dev/null 2>&1
path=$(profile_of)
head -c 100 "$path" >"$path.tmp"
head -c 100 "$path" >"$(dirname "$path")/.${path##*/}.tmp"
if pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>err && loads; then
    echo "ok leftovers of an interrupted write"
else
    echo "not ok leftovers of an interrupted write: $(cat err)"
fi

# Ctrl-C while the fourth network loads: saved, exit status 130, and how to go on.
rm -rf "$XDG_DATA_HOME/pickmodel" engines/quick
cp -r "$FIXTURES/engines/quick" engines/quick
# networks come in random order: the fourth is whichever was not loaded before
sed -i 's|"op":"load"/) {|&\n        fourth($line);|' engines/quick/worker
cat >>engines/quick/worker <<'END'
sub fourth {
    my ($name) = $_[0] =~ /(tiny\d)/;
    my %seen;
    if (open my $f, '<', 'loaded') { chomp(my @names = <$f>); @seen{@names} = () }
    return if exists $seen{$name};
    sleep 600 if keys %seen >= 3;
    open my $f, '>>', 'loaded' or die;
    print $f "$name\n";
}
END
set -m # or the background process would be born with SIGINT ignored
pickmodel profile --with-load --candidate-time 200ms >/dev/null 2>err &
pid=$!
for _ in $(seq 200); do
    if [ "$(grep -c ' runs, median' err)" = 3 ]; then break; fi
    sleep 0.05
done
kill -INT $pid
wait $pid
status=$?
finished >before
loads
loaded=$?
if [ $status = 130 ] && [ $loaded = 0 ] && [ -s before ] && grep -q 'goes on from there' err; then
    echo "ok SIGINT saves and says how to resume"
else
    echo "not ok SIGINT: status $status, $(wc -l <before) stored: $(tail -n 2 err)"
fi
