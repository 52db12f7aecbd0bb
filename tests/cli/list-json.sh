#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel list --format json | round_json
exit "${PIPESTATUS[0]}"
