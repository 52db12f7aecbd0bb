// SPDX-License-Identifier: MIT
// Where a network's numbers come from: Darknet's .weights file, or random ones that keep the
// outputs finite. Both hand them out in the order of the file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Refused } from './refused.mjs';

export class RandomValues {
  #state = 1;

  weights(count, inputs) { // He et al.: the variance of what comes in goes out
    const values = new Float32Array(count), scale = Math.sqrt(6 / inputs) / 2 ** 31;
    let s = this.#state;
    for (let i = 0; i < count; i++) { // Marsaglia's xorshift
      s ^= s << 13;
      s ^= s >>> 17;
      s ^= s << 5;
      values[i] = s * scale;
    }
    this.#state = s;
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
