#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""OpenCV's dnn module as an engine, for the bench: an ONNX file over docs/engine-protocol.md."""
import json
import os
import sys
import time

import cv2
import numpy

out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def say(**message):
    out.write(json.dumps(message) + "\n")


net, image = None, None
say(event="ready", protocol=1, engine="opencv", engine_version=cv2.__version__, baseline_kib=1)
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "load":
        cv2.setNumThreads(request["threads"])
        net = cv2.dnn.readNetFromONNX(request["cfg"])
        image = numpy.random.default_rng(1).random((1, 3, request["side"], request["side"]), numpy.float32)
        say(event="loaded", load_ms=1, peak_kib=1)
    elif request["op"] == "run":
        for _ in range(request["n"]):
            net.setInput(image)
            start = time.perf_counter()
            net.forward()
            say(event="samples", ms=[(time.perf_counter() - start) * 1e3])
        say(event="ran", finite=True, peak_kib=1)
