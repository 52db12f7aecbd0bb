// SPDX-License-Identifier: MIT
// ONNX files as frameworks write them, made from one of ours:   node onnx_dialects.mjs ENGINE CFG FOLDER
// open.onnx leaves batch, height and width open; last.onnx takes channels last; two.onnx has a second
// input; integers.onnx takes integers; flat.onnx takes a vector; beside.onnx keeps its weights in a
// file beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , engine, cfg, folder] = process.argv;
const { onnx } = createRequire(join(engine, 'worker.mjs'))('onnx-proto');
const { cfgToOnnx } = await import(pathToFileURL(join(engine, 'cfg_to_onnx.mjs')));

cfgToOnnx(cfg, null, 1, join(folder, 'beside.onnx'));
cfgToOnnx(cfg, null, 1, join(folder, 'plain.onnx'), { inOneFile: true });

function variant(name, change) {
  const model = onnx.ModelProto.decode(readFileSync(join(folder, 'plain.onnx')));
  const input = model.graph.input[0];
  change(model.graph, input, input.type.tensorType.shape.dim);
  writeFileSync(join(folder, name), onnx.ModelProto.encode(model).finish());
}
const free = name => ({ dimParam: name });

variant('open.onnx', (graph, input, dim) => {
  dim.splice(0, 4, free('N'), { dimValue: 3 }, free('height'), free('width'));
  graph.output[0].type.tensorType.shape = null;
});
variant('last.onnx', (graph, input, dim) => {
  const [n, c, h, w] = dim;
  const perm = { name: 'perm', type: onnx.AttributeProto.AttributeType.INTS, ints: [0, 3, 1, 2] };
  graph.node.unshift({ opType: 'Transpose', name: 'planes', input: ['pixels'], output: [input.name], attribute: [perm] });
  input.name = 'pixels';
  dim.splice(0, 4, n, h, w, c);
});
variant('two.onnx', graph => {
  graph.input.push({ ...graph.input[0], name: 'second' });
  graph.node.push({ opType: 'Identity', name: 'keep', input: ['second'], output: ['kept'], attribute: [] });
  graph.output.push({ name: 'kept', type: graph.input[0].type });
});
variant('integers.onnx', (graph, input) => {
  const to = { name: 'to', type: onnx.AttributeProto.AttributeType.INT, i: onnx.TensorProto.DataType.FLOAT };
  graph.node.unshift({ opType: 'Cast', name: 'cast', input: ['bytes'], output: [input.name], attribute: [to] });
  input.name = 'bytes';
  input.type.tensorType.elemType = onnx.TensorProto.DataType.UINT8;
});
variant('flat.onnx', (graph, input, dim) => {
  const shape = graph.initializer.length;
  graph.initializer.push({ name: `shape_${shape}`, dims: [4], dataType: onnx.TensorProto.DataType.INT64,
                           int64Data: dim.map(d => Number(d.dimValue)) });
  graph.node.unshift({ opType: 'Reshape', name: 'fold', input: ['vector', `shape_${shape}`], output: [input.name], attribute: [] });
  input.name = 'vector';
  dim.splice(0, 4, { dimValue: 1 }, { dimValue: dim.slice(1).reduce((a, d) => a * Number(d.dimValue), 1) });
});
