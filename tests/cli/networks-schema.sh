#!/bin/bash
# SPDX-License-Identifier: MIT
# explain and evaluate write what docs/explain.schema.json and docs/evaluate.schema.json say
valid() { # SCHEMA, with a document on stdin
    /usr/bin/python3 -c '
import json, jsonschema, sys
document = json.load(sys.stdin)
jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(document)
print(document["schema"], "valid")' "$TESTS/../docs/$1.schema.json"
}
pickmodel explain densenet201 --no-measure -f json | valid explain
nets=$FIXTURES/fashion
for name in s4 s8; do
    pickmodel add "$nets/networks/fashion-$name.cfg" --weights "$nets/weights/fashion-$name.weights" --task fashion -q
done
pickmodel explain fashion-s4 --engine darknet --with-load -f json 2>/dev/null | valid explain
printf '%s\t1\n' "$FIXTURES/images/deep.png" "$FIXTURES/images/cut.jpg" >list
pickmodel evaluate --task fashion --images list -q -f json | valid evaluate
pickmodel evaluate --task fashion --images list -q -f md | sed "s|$FIXTURES|FIXTURES|g"
