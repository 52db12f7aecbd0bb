#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// ONNX Runtime as an engine of pickmodel: the protocol of docs/engine-protocol.md, in JavaScript.
// It runs ONNX files, and Darknet's cfgs, which cfg_to_onnx.mjs translates on loading.
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as ort from 'onnxruntime-node';
import { withOnnxFile } from './onnx_file.mjs';
import { Refused } from './refused.mjs';

const parent = process.ppid;
const say = message => writeSync(1, JSON.stringify(message) + '\n');
console.log = console.error; // whatever else prints, prints to standard error

function memory() {
  const kib = name => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  const status = readFileSync('/proc/self/status', 'utf8');
  return { peak_kib: kib('VmHWM'), rss_kib: kib('VmRSS') };
}

// How long each thread of this process, ONNX Runtime's among them, has waited for a processor: the
// second field of schedstat. Threads come and go: they are looked for before each row of runs.
let schedstats = [];
const line = Buffer.alloc(128);
function findThreads() {
  schedstats.forEach(closeSync);
  schedstats = [];
  for (const tid of readdirSync('/proc/self/task'))
    try { schedstats.push(openSync(`/proc/self/task/${tid}/schedstat`, 'r')); } catch { /* it has ended */ }
}
const waitedMs = () => schedstats.map(fd => {
  try {
    return Number(line.toString('latin1', 0, readSync(fd, line, 0, line.length, 0)).split(' ')[1]) / 1e6;
  } catch { return 0; /* it has ended */ }
});

// Knuth's 64-bit congruential generator, as the Darknet engine: the same input on every machine.
function fixedInput(length) {
  const values = new Float32Array(length);
  const mask = (1n << 64n) - 1n;
  let state = 1n;
  for (let i = 0; i < Math.min(length, 4096); i++) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & mask;
    values[i] = Number(state >> 40n) / 2 ** 24;
  }
  for (let i = 4096; i < length; i++) values[i] = values[i - 4096];
  return values;
}

// The input with the batch in its first place and, where the file leaves its sides open, with those
// that were asked for: [channels, height, width]. Which place is which: channels come first, unless
// the last side alone is a number of colours.
function inputOf(metadata, batch, asked) {
  const open = metadata.shape.map(side => (typeof side === 'number' && side > 0 ? side : 0));
  const last = open.length === 4 && [1, 3].includes(open[3]) && ![1, 3].includes(open[1]);
  const places = open.length !== 4 ? null : last ? [3, 1, 2] : [1, 2, 3];
  const shape = open.map((side, i) => side || (i === 0 ? batch : asked?.[places?.indexOf(i)] || 0));
  if (metadata.type !== 'float32' || (!places && !shape.every(Boolean)))
    throw new Refused('data', metadata.name, `is ${metadata.type} [${metadata.shape}]; expected one float32 image`);
  if (!shape.every(Boolean))
    throw new Refused('data', metadata.name, `is float32 [${metadata.shape}]: its size is left open`);
  if (shape[0] !== batch)
    throw new Refused('usage', 'batch', `${batch}; this file was made for a batch of ${shape[0]}`);
  return { shape, image: places?.map(place => shape[place]), last };
}

let session, feeds, fetched, input;
const outputs = () => Object.values(fetched)[0].data;

async function load({ cfg, weights = null, batch = 1, threads = 1, input: asked }) {
  if (session) throw new Refused('usage', 'load', 'a network is loaded; expected one a process');
  if (!cfg) throw new Refused('usage', 'load', 'the key "cfg" is missing');
  const start = performance.now();
  session = await withOnnxFile(cfg, weights, batch, path =>
    ort.InferenceSession.create(path, { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential' }));
  const load_ms = performance.now() - start;
  if (session.inputNames.length !== 1)
    throw new Refused('data', cfg, `has ${session.inputNames.length} inputs (${session.inputNames}); expected one image`);
  input = inputOf(session.inputMetadata[0], batch, asked);
  const inputs = input.shape.reduce((a, b) => a * b);
  feeds = { [session.inputNames[0]]: new ort.Tensor('float32', fixedInput(inputs), input.shape) };
  const sides = session.outputMetadata[0].shape.slice(1);
  if (!sides.every(side => side > 0)) fetched = await session.run(feeds); // the file does not say
  say({ event: 'loaded', load_ms, batch, inputs: inputs / batch, input: input.image,
        outputs: fetched ? outputs().length / batch : sides.reduce((a, b) => a * b, 1), weights: weights || cfg.endsWith('.onnx') ? 'file' : 'random', ...memory() });
}

async function run({ n }) {
  if (!session) throw new Refused('usage', 'run', 'no network is loaded; expected "load" first');
  if (!(n >= 1)) throw new Refused('usage', 'run', 'the key "n" is missing or below 1');
  findThreads();
  let ms = [], delay_ms = [], finite = true, reported = performance.now();
  for (let i = 0; i < n; i++) {
    if (process.ppid !== parent) process.exit(0); // nobody is left to tell
    const waited = waitedMs();
    const start = performance.now();
    fetched = await session.run(feeds);
    const stop = performance.now();
    ms.push(stop - start);
    delay_ms.push(Math.max(0, ...waitedMs().map((now, i) => now - waited[i]))); // the longest wait
    if (i === 0 || i === n - 1) finite &&= outputs().every(Number.isFinite);
    if (i < n - 1 && performance.now() - reported < 100 && ms.length < 1024) continue;
    say({ event: 'samples', ms, delay_ms });
    [ms, delay_ms, reported] = [[], [], performance.now()];
  }
  say({ event: 'ran', n, finite, ...memory() });
}

// Images come plane by plane; a network that takes channels last gets them pixel by pixel.
function asTaken(planes) {
  if (!input.last) return planes;
  const [channels, height, width] = input.image;
  return planes.map((_, i) => planes[(i % channels) * height * width + Math.floor(i / channels)]);
}

async function classify({ input, top }) {
  if (!session) throw new Refused('usage', 'classify', 'no network is loaded; expected "load" first');
  const bytes = readFileSync(input), [tensor] = Object.values(feeds);
  if (bytes.length !== 4 * tensor.data.length)
    throw new Refused('data', input, `holds ${bytes.length} bytes; expected ${tensor.data.length} floats`);
  tensor.data.set(asTaken(new Float32Array(bytes.buffer, bytes.byteOffset, tensor.data.length)));
  fetched = await session.run(feeds);
  const values = Array.from(outputs());
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  say({ event: 'classified', finite: values.every(Number.isFinite), top: order.slice(0, top) });
}

function quit() {
  say({ event: 'bye' });
  process.exit(0);
}

function fail(error) {
  const refused = error instanceof Refused ? error : new Refused('engine', 'onnxruntime', error.message);
  say({ event: 'error', code: refused.code, where: refused.where, message: refused.message });
  process.exit({ usage: 2, data: 3 }[refused.code] ?? 5);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refused('usage', 'request', error.message);
  }
}

say({ event: 'ready', protocol: 1, engine: 'onnxruntime', engine_version: ort.env.versions.node,
      precision: 'fp32', threads: 0, baseline_kib: memory().peak_kib });
try {
  for await (const text of createInterface({ input: process.stdin })) {
    const request = parse(text);
    const op = { load, run, classify, quit }[request.op];
    if (!op) throw new Refused('usage', 'request', `unknown op "${request.op}"; expected load, run, classify, quit`);
    await op(request);
  }
} catch (error) {
  fail(error);
}
schedstats.forEach(closeSync);
