#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --help
