#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # that nothing expands is the point
# Names that a shell would run or a terminal would obey, completed by a real bash at a terminal:
# what stands on its line is one word, and nothing of it was run.
mkdir -p "$XDG_DATA_HOME/pickmodel/profiles" engines/'own $(touch pwned)'
touch engines/'own $(touch pwned)/engine.json'
for name in 'run $(touch pwned)' 'back `touch pwned`' "quote's" 'semi;touch pwned' $'control\e[2J' $'line\ntouch pwned'; do
    touch "$XDG_DATA_HOME/pickmodel/profiles/$name.json"
done
touch 'table $(touch pwned).csv'
export COMPLETION=$TESTS/../docs/completion.bash PICKMODEL_ENGINES=$PWD/engines
python3 - <<'END'
import os, pty, select, sys, time

WORDS = ["--profile run", "--profile back", "--profile quote", "--profile semi", "--profile control",
         "--profile line", "--engine own", "import table", "compare x run"]

def read_until(fd, mark):
    seen, until = b"", time.time() + 60
    while mark not in seen and time.time() < until:
        if select.select([fd], [], [], 0.1)[0]:
            seen += os.read(fd, 4096)
    return seen

pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="", HISTFILE="", INPUTRC="/dev/null")
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
os.write(fd, b'PS1=; . "$COMPLETION"; args() { printf "<%q>" "$@"; printf "\\n%s\\n" en""d; }; args\n')
read_until(fd, b"\nend")
for words in WORDS:
    # the line is completed as pickmodel's, and then handed to a function that shows its words
    os.write(fd, b"pickmodel " + words.encode() + b"\t")
    os.write(fd, b"\x01args \n")
    shown = read_until(fd, b"\nend").decode(errors="replace").replace("\r", "")
    print(words, "->", [line for line in shown.split("\n") if line.startswith("<")][-1:])
os.write(fd, b"exit\n")
os.waitpid(pid, 0)
END
ls pwned 2>/dev/null
