#!/bin/bash
# SPDX-License-Identifier: MIT
# CRLF, a byte order mark, quoted cells, an empty line, a name with a comma and a quote
printf '\xef\xbb\xbfnetwork,"latency_ms",top1_pct\r\nresnet50,1130,\r\n\r\n"a ""b"", c",20.5,61\r\n' >t.csv
pickmodel import t.csv --device phone
pickmodel list --profile phone --format csv
