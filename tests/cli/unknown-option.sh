#!/bin/bash
# SPDX-License-Identifier: MIT
try --hlep
try --max-wats 3
try --max_watts 3
try -z
try --no-measure=1
try list --colour always
