// SPDX-License-Identifier: MIT
// Names come from anybody's table: they stay text, wherever the page puts them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ask, open, shared, troubles } from './browser.mjs';
import { build, folder, report, run } from './command.mjs';
import { table, tx1 } from './profiles.mjs';

const names = ['<script>alert(1)</script>', '</script><script>alert(2)</script>', '"><img src=x onerror=alert(3)>',
  '&amp;lt;', "it's `a` \"name\" \\n ${x}", 'abc אבג', 'العربية', '<!--', ']]>', 'javascript:alert(4)',
  `${'W'.repeat(299)}!`, '网络 ResNet-50', '{{datum.name}}', '-'.repeat(3), '__proto__', 'constructor'];

const hostile = () => table('hostile', ['network', 'top1_pct', 'latency_ms', 'power_w', 'gops', 'params_m'],
  names.map((name, i) => [name, 60 + i, 20 * (i + 1), 5 + i / 10, 1 + i, 3 + i]));

test('hostile names stay text', async () => {
  const page = await open((await report(await hostile(), ['--min-top1', '70', '--max-latency', '250ms'])).file);
  await ask(page, { min_top1: 65 });
  const benign = await shared((await report(tx1, ['--min-top1', '70', '--max-watts', '13'])).file);
  const kinds = 'script:not(figure script), img, iframe, object, embed, link, base, form[action]';
  const count = (p) => p.evaluate((selector) => document.querySelectorAll(selector).length, kinds);
  assert.equal(await count(page), await count(benign));
  const cells = await page.locator('#candidates tr[data-i]').evaluateAll((rows) => rows.map((row) => row.textContent));
  for (const name of names) {
    assert.ok(cells.some((text) => text.includes(name)), `"${name.slice(0, 40)}" is not in the table`);
  }
  for (const symbol of await page.locator('#chart-accuracy [class*="points_marks"] > *').all()) {
    await symbol.hover({ force: true, timeout: 2000 });
    assert.equal(await count(page), await count(benign));
  }
  assert.deepEqual(await troubles(page), []);
  await page.context().close();
});

test('a 300-character name pushes nothing off the page', async () => {
  const page = await open((await report(await hostile(), ['--min-top1', '70'])).file);
  const { page: width, view } = await page.evaluate(() => (
    { page: document.documentElement.scrollWidth, view: document.documentElement.clientWidth }));
  assert.ok(width <= view, `the page is ${width} px wide in a window of ${view} px`);
  await page.context().close();
});

test('a profile with a hostile path, device and notes stays text, and its command is quoted', async () => {
  const strange = join(folder, "it's $(touch pwned) `touch pwned`; touch pwned");
  mkdirSync(strange, { recursive: true });
  const path = join(strange, '<b>&amp; "p".json');
  const said = '</script><script>alert(5)</script>';
  const figure = (value) => ({ value, origin: 'declared' });
  writeFileSync(path, JSON.stringify({
    schema: 'pickmodel/profile/1', origin: 'imported', source: said, notes: [said, '<i>note</i>'],
    device: { name: '<b>board</b>', model: said },
    entries: [['a', 60, 10], ['b', 70, 20], ['c', 75, 40]].map(([network, top1, ms]) => (
      { network, status: 'complete', top1_pct: figure(top1), latency_ms: figure(ms) })),
  }));
  const { file } = await report(path, ['--min-top1', '65']);
  const page = await open(file);
  assert.ok((await page.locator('body').innerText()).includes('<b>board</b>'));
  assert.equal(await page.locator('b:text-is("board")').count(), 0);
  const command = await page.locator('#budgets-command').textContent();
  const result = await run(['-c', `PATH=${JSON.stringify(build)}:$PATH; ${command.replace(/^\$ /, '')} --format json`],
    '/bin/bash');
  assert.equal(result.status, 0, `${command}\n${result.stderr}`);
  assert.equal(JSON.parse(result.stdout).pick.network, await page.locator('#answer').getAttribute('data-pick'));
  assert.equal((await run(['-c', 'ls -R | grep -c "^pwned"'], '/bin/bash')).stdout.trim(), '0');
  assert.deepEqual(await troubles(page), []);
  await page.context().close();
});
