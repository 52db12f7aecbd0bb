// SPDX-License-Identifier: MIT
// ONNX Runtime against Darknet: the same cfg, weights and input; the outputs before softmax must
// agree to 1e-4 of the largest.
//
//     onnx_equals_stock.mjs BUILD [CFG ...]     default: a few of Debian's package that have every
//                                               kind of layer that is translated
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const TOLERANCE = 1e-4;
const FEW = ['tiny', 'resnet18', 'resnext50', 'densenet201', 'alexnet'].map(name => `/usr/share/darknet/cfg/${name}.cfg`);
const [build, ...named] = process.argv.slice(2);
const engine = join(build, 'engines/onnxruntime');
const { default: ort } = await import(pathToFileURL(join(engine, 'node_modules/onnxruntime-node/dist/index.js')));
const { cfgToOnnx } = await import(pathToFileURL(join(engine, 'cfg_to_onnx.mjs')));

const floats = path => {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};

function difference(expected, found) {
  if (expected.length !== found.length) return Infinity;
  let most = 0, off = 0;
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Math.abs(expected[i]));
    off = Math.max(off, Math.abs(expected[i] - found[i]));
  }
  return most > 0 && Number.isFinite(off) ? off / most : Infinity;
}

async function compare(cfg, batch, threads) {
  const folder = mkdtempSync(join(tmpdir(), 'equal-'));
  try {
    execFileSync(join(build, 'tests/engines/tools/stock_outputs'), [cfg, String(batch), folder], { stdio: 'ignore' });
    const path = join(folder, 'network.onnx');
    cfgToOnnx(cfg, join(folder, 'weights'), batch, path, { logits: true });
    const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads });
    const image = new ort.Tensor('float32', floats(join(folder, 'input')), session.inputMetadata[0].shape);
    const off = difference(floats(join(folder, 'outputs')), Object.values(await session.run({ image }))[0].data);
    console.log(`${off <= TOLERANCE ? 'ok' : 'not ok'} ${basename(cfg)}, batch ${batch}, ${threads} threads: ` +
                `off by ${off.toExponential(1)} of the largest output`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [i, cfg] of (named.length > 0 ? named : FEW).entries()) {
  if (named.length > 0 || i % 2 === 0) await compare(cfg, 1, 1);
  if (named.length > 0 || i % 2 === 1) await compare(cfg, 4, 2);
}
