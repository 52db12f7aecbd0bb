#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel help | head -n 1
pickmodel list -h | head -n 1
