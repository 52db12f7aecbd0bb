#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --profile jetson-tx1 --format csv >direct.csv
pickmodel --profile jetson-tx1 --format csv -o file.csv
cmp direct.csv file.csv
try --profile jetson-tx1 -o nosuch/deep/file.csv
try --profile jetson-tx1 -o .
pickmodel --profile jetson-tx1 >/dev/full
echo "-> $?"
mkfifo pipe
cat pipe >through.csv &
pickmodel --profile jetson-tx1 --format csv -o pipe
wait $!
cmp direct.csv through.csv
test -p pipe && echo "the pipe is still a pipe"
pickmodel --profile jetson-tx1 --format csv -o /dev/stdout | cmp direct.csv
: >real.csv
ln -s real.csv link.csv
pickmodel --profile jetson-tx1 --format csv -o link.csv
cmp direct.csv real.csv
test -L link.csv && echo "the link is still a link"
chmod 600 real.csv
pickmodel --profile jetson-tx1 --format csv -o real.csv
stat -c '%a: permissions stay' real.csv
