// SPDX-License-Identifier: MIT
// Printed, no chart is cut by the end of a page.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { open } from './browser.mjs';
import { folder, report, run } from './command.mjs';
import { i7, tx1 } from './profiles.mjs';

const flat = (text) => text.normalize('NFKC').replace(/\s+/g, '');

async function pagesOf(pdf) {
  const file = join(folder, 'print.pdf');
  writeFileSync(file, pdf);
  const { stdout, status } = await run(['-layout', file, '-'], '/usr/bin/pdftotext');
  assert.equal(status, 0);
  return stdout.split('\f').slice(0, -1);
}

// Of each chart: its title, and what stands under its plot.
const charts = (page) => page.evaluate(() =>
  [...document.querySelectorAll('figure.chart')].map((figure) => {
    const style = getComputedStyle(figure);
    const titles = [...figure.querySelectorAll('.plot .role-axis-title text')];
    return {
      id: figure.id, height: figure.getBoundingClientRect().height, together: style.breakInside,
      title: figure.closest('section').querySelector('h2').textContent,
      axis: titles.map((text) => text.textContent),
    };
  }));

const sizes = [['A4', 297], ['Letter', 279.4]];
const questions = [
  ['nothing fits', async () => [tx1, ['--min-top1', '70', '--max-watts', '10']]],
  ['an imported table', async () => [await i7(), ['--min-top1', '70', '--max-latency', '2s']]],
];

for (const [name, find] of questions) {
  test(`prints without cutting a chart: ${name}`, async (t) => {
    const [profile, options] = await find();
    const page = await open((await report(profile, options)).file);
    await page.emulateMedia({ media: 'print' });
    for (const [format, millimetres] of sizes) {
      const figures = await charts(page);
      const text = await pagesOf(await page.pdf({ format, printBackground: true, preferCSSPageSize: false }));
      const pages = text.map(flat);
      for (const { id, height, together, title, axis } of figures) {
        assert.match(together, /^avoid/, `${id} may be cut`);
        assert.ok(height <= (millimetres - 24) * 96 / 25.4, `${id} is ${height} px high, more than a page`);
        // the title, and both axes' own, on one page
        const wanted = [title, ...axis].map(flat);
        assert.ok(pages.some((one) => one.includes(wanted[0])), `${id}: its title "${title}" is not printed`);
        const whole = pages.some((one) => wanted.every((words) => one.includes(words)));
        assert.ok(whole, `${format}: ${id} is not on one page with ${JSON.stringify(axis)}`);
      }
      assert.ok(!pages.some((one) => one === ''), `${format}: an empty page`);
      t.diagnostic(`measured: ${name}: ${text.length} pages of ${format}`);
    }
    await page.context().close();
  });
}
