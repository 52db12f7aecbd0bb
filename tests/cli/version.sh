#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --version
