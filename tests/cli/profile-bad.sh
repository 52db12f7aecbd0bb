#!/bin/bash
# SPDX-License-Identifier: MIT
# a profile that is not quite one is refused, with the place
head='"schema": "pickmodel/profile/1", "origin": "imported", "device": {"name": "x"}'
bad() { printf '%s' "$1" >p.json && try --profile ./p.json; }
bad "{$head, \"entries\": []} trailing"
bad "{$head, \"entries\": [], \"entries\": []}"
bad "{$head, \"entires\": []}"
bad "{$head}"
bad '{"schema": "pickmodel/profile/2", "origin": "imported", "device": {"name": "x"}, "entries": []}'
bad '{"origin": "imported", "device": {"name": "x"}, "entries": []}'
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"complete\", \"mean_ms\": 1e400}]}"
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"complete\", \"mean_ms\": -1}]}"
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"complete\", \"mean_ms\": \"1\"}]}"
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"done\"}]}"
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"censored\"}]}"
bad "{$head, \"entries\": [{\"network\": \"a\", \"status\": \"failed\"}, {\"network\": \"a\", \"status\": \"failed\"}]}"
bad "{$head, \"entries\": [
  {\"network\": \"a\",
   \"status\": }]}"
bad "{$head, \"entries\": [{\"network\""
bad '[]'
bad ''
mkfifo pipe.json
try --profile ./pipe.json
