#!/bin/bash
# SPDX-License-Identifier: MIT
try lst
try frobnicate
try pick resnet50
