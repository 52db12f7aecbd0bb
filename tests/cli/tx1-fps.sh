#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --profile jetson-tx1 --min-top1 70 --max-watts 10 --fps 5
