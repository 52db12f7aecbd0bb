// SPDX-License-Identifier: MIT
// Where a network's numbers come from: Darknet's .weights file, or random ones that keep the
// outputs finite. Both hand them out in the order of the file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Refused } from './refused.mjs';

const DRAWN = 1 << 12;

export class RandomValues {
  #drawn = new Float32Array(DRAWN); // in [-1, 1); over and over, as time does not depend on values

  constructor() {
    let s = 1;
    for (let i = 0; i < DRAWN; i++) { // Marsaglia's xorshift
      s ^= s << 13;
      s ^= s >>> 17;
      s ^= s << 5;
      this.#drawn[i] = s / 2 ** 31;
    }
  }

  weights(count, inputs) { // He et al.: the variance of what comes in goes out
    const values = new Float32Array(count), scale = Math.sqrt(6 / inputs);
    const block = this.#drawn.map(value => value * scale);
    for (let i = 0; i < count; i += DRAWN) values.set(block.subarray(0, Math.min(DRAWN, count - i)), i);
    return values;
  }

  constants(count, value) {
    return new Float32Array(count).fill(value);
  }

  close() {}
}

export class FileValues {
  #fd;
  #path;

  constructor(path) {
    this.#path = path;
    this.#fd = openSync(path);
    const [major, minor] = new Int32Array(this.#read(12).buffer);
    if (major > 1000 || minor > 1000) throw new Refused('data', path, 'has its matrices transposed; not supported here');
    this.#read(major * 10 + minor >= 2 ? 8 : 4); // images seen
  }

  #read(bytes) {
    const buffer = Buffer.from(new ArrayBuffer(bytes));
    if (readSync(this.#fd, buffer) !== bytes) throw new Refused('data', this.#path, 'is too short for this network');
    return buffer;
  }

  weights(count) {
    return new Float32Array(this.#read(4 * count).buffer);
  }

  constants(count) {
    return this.weights(count);
  }

  close() { // what is left over belongs to another network
    const left = readSync(this.#fd, Buffer.alloc(1));
    closeSync(this.#fd);
    if (left > 0) throw new Refused('data', this.#path, 'is longer than this network needs: is it of another?');
  }
}
