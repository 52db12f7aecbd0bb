#!/bin/bash
# SPDX-License-Identifier: MIT
# no catalogue where the program stands: say where it looked
cp "$BUILD/pickmodel" . && ./pickmodel list
