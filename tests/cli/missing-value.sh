#!/bin/bash
# SPDX-License-Identifier: MIT
try --max-watts
try -f
try --format xml
try -o
