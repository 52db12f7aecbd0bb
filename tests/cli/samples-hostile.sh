#!/bin/bash
# SPDX-License-Identifier: MIT
# a samples file whose starts do not add up must be refused, not walked off its end
cat >p.json <<'END'
{"schema": "pickmodel/profile/1", "origin": "measured", "device": {"name": "x"}, "entries": [
 {"network": "a", "engine": "e", "precision": "fp32", "input_px": 8, "batch": 1, "threads": 1,
  "status": "complete", "samples_digest": "aab1693229ba1db8"}]}
END
cat >p.samples.json <<'END'
{"schema": "pickmodel/samples/1", "runs": [
 {"network": "a", "engine": "e", "precision": "fp32", "input_px": 8, "batch": 1, "threads": 1,
  "starts": [0.5, 0.5], "ms": [1]}]}
END
try --profile ./p.json
