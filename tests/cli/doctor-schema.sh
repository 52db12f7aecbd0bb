#!/bin/bash
# SPDX-License-Identifier: MIT
# what doctor finds is what docs/doctor.schema.json says, in good and in bad health
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines empty
ln -s "$FIXTURES/engines/good" engines/good
check() {
    pickmodel doctor "$@" --format json >doctor.json
    echo "$?" >status
    /usr/bin/python3 -c '
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
doctor = json.load(open("doctor.json"))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(doctor)
assert doctor["trusted"] == (open("status").read().strip() == "0")
for c in doctor["power"]:
    print(c["name"], c["state"])' "$TESTS/../docs/doctor.schema.json"
}
# without a source, but a GPU may be there
check --sysfs "$PWD/empty" >checks
grep rapl checks
echo "# none wanted"
check --power none
echo "# named, and not there"
check --power file:/nowhere:W
echo "# assumed"
check --power assume:5W
echo "# no engine"
rm engines/good
check --power none
