#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel list --profile jetson-tx1 --format json | round_json
exit "${PIPESTATUS[0]}"
