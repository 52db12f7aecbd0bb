// SPDX-License-Identifier: MIT
// What is wrong with a request, in the terms of the protocol's error event.
export class Refused extends Error {
  constructor(code, where, message) {
    super(message);
    this.code = code;
    this.where = where;
  }
}
