#!/bin/bash
# SPDX-License-Identifier: MIT
# the catalogue of PICKMODEL_DATA is read as strictly as a profile
mkdir -p d
export PICKMODEL_DATA=$TMP/d
bad() { printf '%s' "$1" >d/networks.json && try list; }
try list
bad '{"schema": "pickmodel/catalogue/9", "networks": []}'
bad '{"schema": "pickmodel/catalogue/1", "networks": [{"id": "a"}]}'
bad '{"schema": "pickmodel/catalogue/1", "networks": [{"id": "a", "name": "A", "task": "t", "cfg": "a.cfg", "input_px": 0}]}'
bad '{"schema": "pickmodel/catalogue/1", "networks": [{"id": "a b", "name": "A", "task": "t", "cfg": "a.cfg", "input_px": 224}]}'
bad '{"schema": "pickmodel/catalogue/1", "networks": [{"id": "a", "name": "A", "task": "t", "cfg": "../a.cfg", "input_px": 224}]}'
# a cfg that is missing or wrong stays in the list, with its problem
bad '{"schema": "pickmodel/catalogue/1", "networks": [{"id": "a", "name": "A", "task": "t", "cfg": "a.cfg", "input_px": 224}]}'
mkdir -p d/networks
printf '[net]\nwidth=8\nheight=8\nchannels=3\n[convolutonal]\nfilters=4\n' >d/networks/a.cfg
try list
