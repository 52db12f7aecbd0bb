// SPDX-License-Identifier: MIT
// For everybody: axe's rules in each dress of the page, and the keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';

import { ask, open } from './browser.mjs';
import { report } from './command.mjs';
import { measured, tx1 } from './profiles.mjs';

async function faults(page, without = []) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).disableRules(without).analyze();
  return violations.map(({ id, nodes }) =>
    `${id} (${nodes.length}): ${nodes[0].html.slice(0, 120)} ${nodes[0].any[0]?.message ?? ''}`);
}

const dresses = [
  ['light', { colorScheme: 'light' }, []], ['dark', { colorScheme: 'dark' }, []],
  // axe reads -webkit-text-fill-color, which keeps the page's colour while the system's is painted
  ['forced colours', { colorScheme: 'dark', forcedColors: 'active' }, ['color-contrast']],
];

test('axe finds nothing, light, dark and in forced colours', async () => {
  const page = await open((await report(tx1, ['--min-top1', '70', '--max-watts', '13'])).file);
  for (const [name, media, without] of dresses) {
    await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce', ...media });
    assert.deepEqual(await faults(page, without), [], name);
  }
  await page.context().close();
});

test('axe finds nothing where nothing fits, and on a telephone', async () => {
  const { file } = await report(tx1, ['--min-top1', '70', '--max-watts', '10']);
  const page = await open(file, { viewport: { width: 390, height: 844 }, reducedMotion: 'no-preference' });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], colorScheme);
  }
  const { wide, view } = await page.evaluate(() => (
    { wide: document.documentElement.scrollWidth, view: document.documentElement.clientWidth }));
  assert.ok(wide <= view, `${wide} px wide in a window of ${view} px`);
  await page.context().close();
});

test('axe finds nothing after a question, with every detail open', async () => {
  const page = await open((await report(await measured(), ['--min-top1', '77', '--max-latency', '400ms'])).file);
  await ask(page, { min_top1: 70, max_latency: 350 });
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await faults(page), [], colorScheme);
  }
  await page.context().close();
});

test('the keyboard reaches every control, and shows where it is', async () => {
  const page = await open((await report(tx1, ['--min-top1', '70', '--max-watts', '13'])).file);
  const controls = await page.evaluate(() => {
    const all = [...document.querySelectorAll('input, select, button, summary, a[href], [tabindex="0"]')]
      .filter((e) => e.checkVisibility() && !e.disabled);
    all.forEach((e, i) => { e.dataset.control = i; });
    return all.map((e) => e.outerHTML.slice(0, 100));
  });
  assert.ok(controls.length > 10);
  const reached = new Set();
  const unseen = [];
  for (let k = 0; k < controls.length + 5; k++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e);
      const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
        || style.boxShadow !== 'none';
      return { control: e.dataset.control, marked, html: e.outerHTML.slice(0, 100) };
    });
    if (at.control === undefined) continue;
    reached.add(Number(at.control));
    if (!at.marked) unseen.push(at.html);
  }
  assert.deepEqual(controls.filter((_, i) => !reached.has(i)), []);
  assert.deepEqual(unseen, []);
  await page.context().close();
});
