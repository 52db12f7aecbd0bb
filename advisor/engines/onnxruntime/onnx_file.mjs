// SPDX-License-Identifier: MIT
// The file that ONNX Runtime is to open: the user's own, or a cfg's translation in a folder that is
// gone when it has been read.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cfgToOnnx } from './cfg_to_onnx.mjs';
import { Refused } from './refused.mjs';

const PREFIX = 'pickmodel-onnx-';

// An engine that was killed while it loaded could not tidy up.
function removeOrphans() {
  for (const name of readdirSync(tmpdir()).filter(name => name.startsWith(PREFIX))) {
    const pid = name.slice(PREFIX.length).split('-')[0];
    if (!existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

export async function withOnnxFile(network, weights, batch, use) {
  if (network.endsWith('.onnx')) {
    if (weights) throw new Refused('usage', 'weights', 'an ONNX file holds its own weights');
    if (!existsSync(network)) throw new Refused('data', network, 'is missing');
    return use(network);
  }
  removeOrphans();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    const path = join(folder, 'network.onnx');
    cfgToOnnx(network, weights, batch, path);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
