#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// A Darknet cfg, with its weights or random ones, as an ONNX file: the same arithmetic, batch
// normalization folded into the convolutions as Darknet does it.
//
//     cfg_to_onnx.mjs [--one-file] NETWORK.cfg [NETWORK.weights] OUT.onnx
//
// The weights go into OUT.onnx.data beside it, or with --one-file (less than 2 GiB) into it.
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCfg } from './cfg.mjs';
import { Graph } from './graph.mjs';
import { Refused } from './refused.mjs';
import { FileValues, RandomValues } from './values.mjs';

// How each activation is written; x: the name of what comes in.
const activations = {
  linear: (g, x) => x,
  relu: (g, x) => g.node('Relu', [x]),
  leaky: (g, x) => g.node('LeakyRelu', [x], { alpha: { float: 0.1 } }),
  logistic: (g, x) => g.node('Sigmoid', [x]),
  tanh: (g, x) => g.node('Tanh', [x]),
  elu: (g, x) => g.node('Elu', [x], { alpha: { float: 1 } }),
  relu6: (g, x) => g.node('Clip', [x, g.scalar(0), g.scalar(6)]),
  swish: (g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])]),
  hard_swish: (g, x) => g.node('HardSwish', [x]),
  hard_sigmoid: (g, x) => g.node('HardSigmoid', [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
};

function activate(t, s, x, fallback) {
  const name = s.text('activation', fallback);
  if (!(name in activations)) throw new Refused('data', s.where, `activation=${name} is not translated to ONNX`);
  return activations[name](t.graph, x);
}

// What batch normalization makes of each filter: a factor for its weights, and a bias.
function fold(filters, biases, [scales, means, variances]) {
  const factors = Float32Array.from(scales, (scale, f) => scale / (Math.sqrt(variances[f]) + 1e-6));
  for (let f = 0; f < filters; f++) biases[f] -= means[f] * factors[f];
  return factors;
}

const BLOCK = 1 << 20; // numbers held at a time

// `filters` rows of `length` weights each, a block of rows at a time, each row times its factor.
function* weightRows(t, filters, length, factors) {
  for (let f = 0; f < filters;) {
    const rows = Math.min(filters - f, Math.max(1, Math.floor(BLOCK / length)));
    const block = t.values.weights(rows * length, length);
    for (let r = 0; factors && r < rows; r++) {
      const factor = factors[f + r];
      for (let i = r * length; i < (r + 1) * length; i++) block[i] *= factor;
    }
    yield block;
    f += rows;
  }
}

// Names of the weights, in that shape, and of the biases, with batch normalization folded in.
function parameters(t, s, shape) {
  const [filters, ...rest] = shape, length = rest.reduce((a, b) => a * b);
  const normalized = s.number('batch_normalize', 0) === 1;
  const biases = t.values.constants(filters, 0);
  const statistics = () => [t.values.constants(filters, 1), t.values.constants(filters, 0), t.values.constants(filters, 1)];
  if (s.kind.startsWith('conv') || !normalized) { // a file has the statistics before the weights
    const factors = normalized ? fold(filters, biases, statistics()) : null;
    return [t.graph.weights(shape, weightRows(t, filters, length, factors)), t.graph.weights([filters], [biases])];
  }
  const weights = t.values.weights(filters * length, length), factors = fold(filters, biases, statistics());
  const folded = weights.map((value, i) => value * factors[Math.floor(i / length)]);
  return [t.graph.weights(shape, [folded]), t.graph.weights([filters], [biases])];
}

const windows = (side, padding, size, stride) => Math.floor((side + padding - size) / stride) + 1;

function convolutional(t, s, { x, c, h, w }) {
  const n = s.number('filters', 1), groups = s.number('groups', 1), stride = s.number('stride', 1);
  const kernel = [s.number('size_y', s.number('size', 1)), s.number('size_x', s.number('size', 1))];
  const dilation = s.number('dilation', 1);
  const pad = kernel.map(size => (s.number('pad', 0) === 1 ? size >> 1 : s.number('padding', 0)) * dilation);
  const [kh, kw] = kernel;
  const y = t.graph.node('Conv', [x, ...parameters(t, s, [n, c / groups, kh, kw])], {
    kernel_shape: kernel, strides: [stride, stride], pads: [...pad, ...pad], dilations: [dilation, dilation], group: groups });
  const [oh, ow] = [h, w].map((side, i) => windows(side, 2 * pad[i], (kernel[i] - 1) * dilation + 1, stride));
  return { x: activate(t, s, y, 'logistic'), c: n, h: oh, w: ow };
}

function connected(t, s, { x, c, h, w }) {
  const n = s.number('output', 1), flat = t.graph.node('Flatten', [x], { axis: 1 });
  const y = t.graph.node('Gemm', [flat, ...parameters(t, s, [n, c * h * w])], { transB: 1 });
  return { x: activate(t, s, y, 'logistic'), c: n, h: 1, w: 1, flat: true };
}

function pooled(type, attributes = {}) {
  return (t, s, { x, c, h, w }) => {
    const stride = s.number('stride', 1), size = s.number('size', stride), padding = s.number('padding', size - 1);
    const before = padding >> 1, after = padding - before;
    const y = t.graph.node(type, [x], {
      kernel_shape: [size, size], strides: [stride, stride], pads: [before, before, after, after], ...attributes });
    return { x: y, c, h: windows(h, padding, size, stride), w: windows(w, padding, size, stride) };
  };
}

const earlier = (t, index) => t.layers[index < 0 ? t.layers.length + index : index];

function route(t, s) {
  const parts = s.text('layers', '').split(',').map(index => earlier(t, Number(index)));
  if (parts.length === 1) return parts[0];
  return { ...parts[0], x: t.graph.node('Concat', parts.map(p => p.x), { axis: 1 }), c: parts.reduce((sum, p) => sum + p.c, 0) };
}

// Darknet adds what the two have in common, taking every n-th pixel of a larger one.
function shortcut(t, s, here) {
  const from = earlier(t, s.number('from', 0)), step = Math.floor(from.w / here.w);
  if (step < 1 || from.h / here.h !== from.w / here.w || s.number('alpha', 1) !== 1 || s.number('beta', 1) !== 1)
    throw new Refused('data', s.where, 'this [shortcut] is not translated to ONNX');
  const common = Math.min(from.c, here.c);
  let x = from.x;
  if (step > 1 || from.c > common)
    x = t.graph.node('Slice', [x, t.graph.integers([0, 0, 0]), t.graph.integers([common, from.h, from.w]),
                               t.graph.integers([1, 2, 3]), t.graph.integers([1, step, step])]);
  if (here.c > common) x = t.graph.node('Pad', [x, t.graph.integers([0, 0, 0, 0, 0, here.c - common, 0, 0])]);
  return { ...here, x: activate(t, s, t.graph.node('Add', [here.x, x]), 'linear') };
}

function scaleChannels(t, s, here) {
  const from = earlier(t, s.number('from', 0));
  return { ...from, x: t.graph.node('Mul', [from.x, here.x]) };
}

// The middle of the image, its values brought from [0, 1] to [-1, 1].
function crop(t, s, { x, c, h, w }) {
  const [oh, ow] = [s.number('crop_height', 1), s.number('crop_width', 1)];
  const [top, left] = [(h - oh) >> 1, (w - ow) >> 1];
  let y = t.graph.node('Slice', [x, t.graph.integers([top, left]), t.graph.integers([top + oh, left + ow]), t.graph.integers([2, 3])]);
  if (s.number('noadjust', 0) === 0)
    y = t.graph.node('Sub', [t.graph.node('Mul', [y, t.graph.scalar(2)]), t.graph.scalar(1)]);
  return { x: y, c, h: oh, w: ow };
}

function softmax(t, s, here) {
  if (t.logits) return here;
  if (s.number('groups', 1) !== 1 || s.text('tree') || s.number('spatial', 0) !== 0 || s.number('temperature', 1) !== 1)
    throw new Refused('data', s.where, 'this [softmax] is not translated to ONNX');
  const flat = here.flat ? here.x : t.graph.node('Flatten', [here.x], { axis: 1 });
  return { x: t.graph.node('Softmax', [flat], { axis: 1 }), c: here.c * here.h * here.w, h: 1, w: 1, flat: true };
}

const same = (t, s, here) => here;
const average = (t, s, { x, c }) => ({ x: t.graph.node('GlobalAveragePool', [x]), c, h: 1, w: 1 });
const kinds = {
  convolutional, conv: convolutional, connected, conn: connected,
  maxpool: pooled('MaxPool'), max: pooled('MaxPool'), local_avgpool: pooled('AveragePool', { count_include_pad: 0 }),
  avgpool: average, avg: average, route, shortcut, scale_channels: scaleChannels, crop, softmax, soft: softmax,
  dropout: same, cost: same,
};

// Writes path, and path + '.data' unless inOneFile. logits: leave the last softmax out.
export function cfgToOnnx(cfg, weights, batch, path, { logits = false, inOneFile = false } = {}) {
  const [net, ...sections] = readCfg(cfg);
  const sides = ['channels', 'height', 'width'].map(key => net.number(key, 0));
  const t = { graph: new Graph(path, inOneFile), values: weights ? new FileValues(weights) : new RandomValues(), layers: [], logits };
  let here = { x: 'image', c: sides[0], h: sides[1], w: sides[2] };
  for (const s of sections) {
    if (!(s.kind in kinds)) throw new Refused('data', s.where, `[${s.kind}] is not translated to ONNX`);
    here = kinds[s.kind](t, s, here);
    t.layers.push(here);
  }
  t.values.close();
  const shape = here.flat ? [batch, here.c] : [batch, here.c, here.h, here.w];
  t.graph.write(basename(cfg), ['image', [batch, ...sides]], [here.x, shape]);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const inOneFile = process.argv[2] === '--one-file';
  const names = process.argv.slice(inOneFile ? 3 : 2);
  if (names.length < 2 || names.length > 3) {
    console.error('usage: cfg_to_onnx.mjs [--one-file] NETWORK.cfg [NETWORK.weights] OUT.onnx');
    process.exit(2);
  }
  cfgToOnnx(names[0], names.length > 2 ? names[1] : null, 1, names.at(-1), { inOneFile });
}
