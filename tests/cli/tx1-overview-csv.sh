#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --profile jetson-tx1 --format csv
