#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
pickmodel --profile i7 --min-top1 70 --max-latency 500ms
