#!/bin/bash
# ONNX Runtime against Darknet, where it is installed (make onnxruntime; make test does).
# SPDX-License-Identifier: MIT
exec node "$TESTS/engines/onnx_equals_stock.mjs" "$BUILD"
