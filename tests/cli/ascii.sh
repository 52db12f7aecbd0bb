#!/bin/bash
# SPDX-License-Identifier: MIT
# a terminal without UTF-8 gets ASCII only
export LC_ALL=C
pickmodel --profile jetson-tx1 --min-top1 70 --max-watts 13 >text
LC_ALL=C grep -n '[^ -~]' text
cat text
