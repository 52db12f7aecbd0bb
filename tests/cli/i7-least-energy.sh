#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
# no power figures: the rule cannot choose
pickmodel --profile i7 --min-top1 70 --rule least-energy | head -n 6
exit "${PIPESTATUS[0]}"
