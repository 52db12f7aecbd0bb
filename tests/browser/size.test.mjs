// SPDX-License-Identifier: MIT
// Large tables. Times are printed and not judged.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';

import { ask, open, troubles } from './browser.mjs';
import { answer, report } from './command.mjs';
import { many } from './profiles.mjs';

test('1,000 candidates: written, drawn, and asked', async (t) => {
  const profile = await many(1000);
  const { file, ms } = await report(profile, ['--min-top1', '70', '--max-latency', '300ms']);
  const start = performance.now();
  const page = await open(file);
  const ready = performance.now() - start;
  assert.equal(await page.locator('#candidates tr[data-i]').count(), 1000);
  const move = await ask(page, { min_top1: 72, max_latency: 200 });
  const cli = await answer(profile, { min_top1: 72, max_latency: 200 });
  assert.equal(await page.locator('#answer').getAttribute('data-pick'), cli.pick.network);
  assert.deepEqual(await troubles(page), []);
  t.diagnostic(`measured: 1,000 candidates: report ${ms.toFixed(0)} ms, ${(statSync(file).size / 1e6).toFixed(2)} MB, `
    + `ready after ${ready.toFixed(0)} ms, a question ${move.toFixed(0)} ms`);
  await page.context().close();
});

test('200 candidates: a slider is moved', async (t) => {
  const profile = await many(200);
  const page = await open((await report(profile, ['--min-top1', '70', '--max-latency', '300ms'])).file);
  const times = [];
  for (let k = 0; k < 20; k++) times.push(await ask(page, { min_top1: 70, max_latency: 40 + 20 * k }));
  const cli = await answer(profile, { min_top1: 70, max_latency: 420 });
  assert.equal(await page.locator('#answer').getAttribute('data-pick'), cli.pick.network);
  times.sort((a, b) => a - b);
  const charts = times[10];
  await page.locator('#candidates').scrollIntoViewIfNeeded();
  const verdicts = [];
  for (let k = 0; k < 20; k++) verdicts.push(await ask(page, { min_top1: 70, max_latency: 50 + 20 * k }));
  verdicts.sort((a, b) => a - b);
  t.diagnostic(`measured: 200 candidates: a move ${charts.toFixed(1)} ms (median of 20), at most ${times[19].toFixed(1)}; `
    + `at the table ${verdicts[10].toFixed(1)} ms`);
  await page.context().close();
});
