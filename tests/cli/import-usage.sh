#!/bin/bash
# SPDX-License-Identifier: MIT
try import
try import a.csv
try import a.csv --device ../x
try import nosuch.csv --device phone
try profile --all resnet18
