// SPDX-License-Identifier: MIT
// Numbers by chance, the same in each run.

export function dice(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  const draw = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  return {
    draw,
    below: (n) => Math.floor(draw() * n),
    between: (low, high) => low + draw() * (high - low),
    chance: (share) => draw() < share,
    of: (list) => list[Math.floor(draw() * list.length)],
    normal: () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
  };
}
