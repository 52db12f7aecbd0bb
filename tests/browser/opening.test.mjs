// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { open, shared, troubles } from './browser.mjs';
import { report } from './command.mjs';
import { i7, many, measured, tx1 } from './profiles.mjs';

const questions = [
  ['a recommendation', async () => [tx1, ['--min-top1', '70', '--max-watts', '13']], 'recommended'],
  ['no network that fits', async () => [tx1, ['--min-top1', '70', '--max-watts', '10']], 'infeasible'],
  ['an imported table', async () => [await i7(), ['--min-top1', '70', '--max-latency', '2s']], 'recommended'],
  ['nothing asked', async () => [await i7(), []], 'overview'],
  ['measured runs', async () => [await measured(), ['--min-top1', '77', '--max-latency', '400ms']], 'undecided'],
];

for (const [name, ask, status] of questions) {
  test(`opens from a file without a network: ${name}`, async () => {
    const [profile, options] = await ask();
    const { file } = await report(profile, options);
    const page = await shared(file);
    assert.equal(await page.locator('#answer').getAttribute('data-status'), status);
    assert.ok((await page.locator('h1').innerText()).length > 0);
    assert.deepEqual(await troubles(page), []);
  });
}

test('allows itself no script and no style but its own, and nothing from elsewhere', async () => {
  const { file } = await report(tx1, ['--min-top1', '70', '--max-watts', '13']);
  const html = readFileSync(file, 'utf8');
  const policy = /<meta http-equiv="?Content-Security-Policy"? content="([^"]*)"/i.exec(html)?.[1];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src [^;]*'sha256-/);
  assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'|https?:|\*/);
  const page = await shared(file);
  const loaded = await page.evaluate(() =>
    [...document.querySelectorAll('[src], link[href]')].map((e) => e.outerHTML.slice(0, 80)));
  assert.deepEqual(loaded, []);
  // a style attribute would need 'unsafe-inline'; what scripts set is no attribute of the file
  assert.doesNotMatch(html.replace(/<script[^]*?<\/script>/g, ''), /<[a-z][^>]* style=/);
});

test('says the same without JavaScript', async () => {
  const { file } = await report(tx1, ['--min-top1', '70', '--max-watts', '13']);
  const page = await open(file, { javaScriptEnabled: false });
  assert.ok(await page.locator('#what-if').isHidden());
  const text = await page.locator('body').innerText();
  for (const said of ['Inception-v3', '78', 'VGG-16', 'ResNet-101']) assert.ok(text.includes(said), said);
  const figures = await page.locator('figure.chart').all();
  assert.ok(figures.length >= 5);
  for (const figure of figures) {
    const id = await figure.getAttribute('id');
    assert.ok(await figure.locator('details table').first().isVisible(), `${id}: its table is hidden`);
  }
  assert.deepEqual(page.seen.requests.filter((url) => url !== page.url()), []);
  await page.context().close();
});

const reasons = (page) => page.locator('#candidates td.reason').allTextContents();

test('keeps the reasons as the program wrote them, as long as nothing else is asked', async () => {
  const { file } = await report(await measured(), ['--min-top1', '70', '--max-latency', '420ms']);
  const still = await open(file, { javaScriptEnabled: false });
  const page = await open(file);
  const written = await reasons(still);
  assert.ok(written.some((reason) => /more runs/.test(reason)), written.join('; '));
  assert.deepEqual(await reasons(page), written);
  await page.locator('#field-max_latency').fill('1 ms');
  await page.waitForFunction((was) => document.querySelector('#candidates td.reason').textContent !== was,
    written[0]);
  assert.notDeepEqual(await reasons(page), written);
  await page.locator('#whatif-reset').click();
  await page.waitForFunction((was) => document.querySelector('#candidates td.reason').textContent === was,
    written[0]);
  assert.deepEqual(await reasons(page), written);
  await still.context().close();
  await page.context().close();
});

test('says so when there are too many candidates to decide over', async () => {
  const { file } = await report(await many(4097));
  assert.match(readFileSync(file, 'utf8'), /decide again over 4096 candidates at most, and here are 4097/);
});
