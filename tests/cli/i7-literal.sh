#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
pickmodel --profile i7 --max-latency 4.4s --rule literal --format csv
pickmodel --profile i7 --max-latency 4.4s --rule literal | head -n 12
