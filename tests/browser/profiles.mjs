// SPDX-License-Identifier: MIT
// The profiles that pages are made of: published, imported, measured, and large.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { folder, must, tests } from './command.mjs';
import { dice } from './dice.mjs';

export const tx1 = 'jetson-tx1';

const made = new Map();

function once(name, make) {
  if (!made.has(name)) made.set(name, make(join(folder, `${name}.json`)));
  return made.get(name);
}

async function imported(path, csv, device) {
  await must(['import', csv, '--device', device, '-o', path, '-q']);
  return path;
}

export const i7 = () =>
  once('i7', (path) => imported(path, join(tests, 'fixtures', 'darknet-i7.csv'), 'i7'));

const quoted = (cell) => `"${String(cell).replaceAll('"', '""')}"`;

export function table(name, header, rows) {
  return once(name, (path) => {
    const csv = path.replace(/json$/, 'csv');
    writeFileSync(csv, [header, ...rows].map((row) => row.map(quoted).join(',')).join('\n') + '\n');
    return imported(path, csv, name);
  });
}

// Accuracy grows with the logarithm of time, as in every real table.
export function many(n) {
  const { between, normal, below } = dice(n);
  const rows = Array.from({ length: n }, (_, i) => {
    const gops = 10 ** between(-1, 1.8);
    const top1 = Math.min(88, 62 + 9 * Math.log10(gops + 0.3) + 2.5 * normal());
    const ms = 4 + 21 * gops * Math.exp(0.2 * normal());
    const name = `net-${i}${'-distilled-large'.slice(0, below(16))}`;
    return [name, top1.toFixed(2), ms.toFixed(3), gops.toFixed(3), between(1, 140).toFixed(2),
      between(40, 900).toFixed(1), between(5, 13).toFixed(2)];
  });
  return table(`many-${n}`,
    ['network', 'top1_pct', 'latency_ms', 'gops', 'params_m', 'memory_mib', 'power_w'], rows);
}

// ---- as measured: with runs, intervals, gaps and a failure ----

function digest(doubles) { // FNV-1a, 64 bit
  const bytes = new Uint8Array(Float64Array.from(doubles).buffer);
  let h = 0xcbf29ce484222325n;
  for (const byte of bytes) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h.toString(16).padStart(16, '0');
}

function entryOf(id, top1, ms, runs, spread, watts, { normal }) {
  const key = { network: id, engine: 'darknet', precision: 'fp32', input_px: 224, batch: 1, threads: 1 };
  const samples = Array.from({ length: runs }, () => Number((ms * Math.exp(spread * normal())).toFixed(4)));
  const sorted = [...samples].sort((a, b) => a - b);
  const q = (p) => sorted[Math.min(runs - 1, Math.floor(p * runs))];
  const measured = (value, lo, hi) => ({ value, lo, hi, origin: 'measured' });
  const entry = {
    ...key,
    status: runs < 20 ? 'partial' : 'complete',
    latency_ms: measured(q(0.5), q(0.35), q(0.65)),
    mean_ms: samples.reduce((sum, x) => sum + x, 0) / runs,
    min_ms: sorted[0],
    max_ms: sorted[runs - 1],
    first_ms: ms * 1.3,
    load_ms: ms * 4,
    top1_pct: { value: top1, origin: 'published' },
    memory_mib: measured(ms / 3 + 20.25, ms / 3 + 20, ms / 3 + 20.5),
    samples_digest: digest(samples),
  };
  if (runs >= 60) entry.p90_ms = measured(q(0.9), q(0.82), q(0.97));
  if (watts) {
    entry.power_w = measured(watts, watts * 0.97, watts * 1.03);
    entry.power_basis = 'total';
  }
  return [entry, { ...key, starts: [runs - 2, 2], ms: samples }];
}

export const measured = () => once('measured', async (path) => {
  const chance = dice(7);
  const made = [
    ['alexnet', 57.0, 61, 80, 0.03, 5.1], ['darknet', 61.1, 33, 120, 0.05, 4.9],
    ['resnet18', 70.7, 141, 60, 0.02, 5.6], ['resnet34', 72.4, 270, 9, 0.04, 5.9],
    ['resnet50', 75.8, 311, 44, 0.03, 6.1], ['densenet201', 77.0, 402, 5, 0.06, 0],
    ['resnext50', 77.8, 390, 200, 0.08, 6.4], ['vgg-16', 70.5, 1240, 3, 0.01, 7.2],
    ['resnet101', 77.1, 640, 30, 0.03, 0],
  ].map((row) => entryOf(...row, chance));
  const failed = { network: 'extraction', engine: 'darknet', input_px: 224, batch: 1, threads: 1,
    status: 'failed', cause: 'out of memory', top1_pct: { value: 72.5, origin: 'published' } };
  writeFileSync(path, JSON.stringify({
    schema: 'pickmodel/profile/1', origin: 'measured', device: { name: 'robot', cores: 4 },
    entries: [...made.map(([entry]) => entry), failed] }));
  writeFileSync(path.replace(/json$/, 'samples.json'),
    JSON.stringify({ schema: 'pickmodel/samples/1', runs: made.map(([, run]) => run) }));
  return path;
});
