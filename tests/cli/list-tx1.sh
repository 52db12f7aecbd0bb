#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel list --profile jetson-tx1
