#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel fit --profile jetson-tx1
