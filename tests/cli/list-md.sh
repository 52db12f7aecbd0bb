#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel list --format md
