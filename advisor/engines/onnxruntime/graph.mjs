// SPDX-License-Identifier: MIT
// An ONNX model being written: nodes in memory, weights straight into a file beside it, so that a
// large network takes no more memory than its largest layer; or all in one file, for readers that
// want it so.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { AttributeType } = onnx.AttributeProto;

function attribute(name, value) {
  if (Array.isArray(value)) return { name, ints: value, type: AttributeType.INTS };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: AttributeType.STRING };
  // ONNX tells 1 from 1.0: a float is wrapped, as { float: 1 }
  if (typeof value === 'object') return { name, f: value.float, type: AttributeType.FLOAT };
  return { name, i: value, type: AttributeType.INT };
}

const tensorOf = (name, shape) => ({
  name,
  type: { tensorType: { elemType: onnx.TensorProto.DataType.FLOAT, shape: { dim: shape.map(dimValue => ({ dimValue })) } } },
});

export class Graph {
  #nodes = [];
  #constants = [];
  #path;
  #data;
  #offset = 0;

  constructor(path, inOneFile) {
    this.#path = path;
    this.#data = inOneFile ? null : openSync(path + '.data', 'w');
  }

  node(opType, input, attributes = {}) {
    const output = `${opType}_${this.#nodes.length}`;
    const attributeList = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.#nodes.push({ opType, name: output, input, output: [output], attribute: attributeList });
    return output;
  }

  #append(values) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    for (let done = 0; done < bytes.length;) done += writeSync(this.#data, bytes, done);
    return bytes.length;
  }

  // blocks: Float32Arrays, one after the other.
  weights(shape, blocks) {
    const name = `weights_${this.#constants.length}`;
    if (this.#data === null) {
      const rawData = Buffer.concat([...blocks].map(b => Buffer.from(b.buffer, b.byteOffset, b.byteLength)));
      this.#constants.push({ name, dims: shape, dataType: onnx.TensorProto.DataType.FLOAT, rawData });
      return name;
    }
    let length = 0;
    for (const block of blocks) length += this.#append(block);
    const place = { location: basename(this.#path) + '.data', offset: this.#offset, length };
    const externalData = Object.entries(place).map(([key, value]) => ({ key, value: String(value) }));
    this.#offset += length;
    this.#constants.push({ name, dims: shape, dataType: onnx.TensorProto.DataType.FLOAT,
                           dataLocation: onnx.TensorProto.DataLocation.EXTERNAL, externalData });
    return name;
  }

  integers(values) {
    const name = `integers_${this.#constants.length}`;
    this.#constants.push({ name, dims: [values.length], dataType: onnx.TensorProto.DataType.INT64, int64Data: values });
    return name;
  }

  scalar(value) {
    const name = `scalar_${this.#constants.length}`;
    this.#constants.push({ name, dims: [], dataType: onnx.TensorProto.DataType.FLOAT, floatData: [value] });
    return name;
  }

  write(name, input, output) {
    if (this.#data !== null) closeSync(this.#data);
    const model = {
      irVersion: 7, producerName: 'pickmodel', opsetImport: [{ domain: '', version: 14 }],
      graph: { name, node: this.#nodes, initializer: this.#constants,
               input: [tensorOf(...input)], output: [tensorOf(...output)] },
    };
    writeFileSync(this.#path, onnx.ModelProto.encode(model).finish());
  }
}
