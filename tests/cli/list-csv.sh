#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel list --format csv
