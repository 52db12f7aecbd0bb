// SPDX-License-Identifier: MIT
// Pictures to look at, in BUILD/screens: nothing else sees what people see.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { open } from './browser.mjs';
import { build, report, run } from './command.mjs';
import { i7, measured, tx1 } from './profiles.mjs';

const screens = join(build, 'screens');

const questions = [
  ['tx1', async () => [tx1, ['--min-top1', '70', '--max-watts', '13']]],
  ['tx1-infeasible', async () => [tx1, ['--min-top1', '70', '--max-watts', '10']]],
  ['i7', async () => [await i7(), ['--min-top1', '70', '--max-latency', '2s']]],
  ['undecided', async () => [await measured(), ['--min-top1', '77', '--max-latency', '400ms']]],
];

test('pictures of the page: light, dark, narrow, printed', async () => {
  rmSync(screens, { recursive: true, force: true });
  mkdirSync(screens, { recursive: true });
  for (const [name, find] of questions) {
    const [profile, options] = await find();
    const page = await open((await report(profile, options)).file);
    const picture = (dress) => page.screenshot({ path: join(screens, `${name}-${dress}.png`), fullPage: true });
    await picture('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    await picture('narrow');
    const pdf = join(screens, `${name}.pdf`);
    writeFileSync(pdf, await page.pdf({ format: 'A4', printBackground: true }));
    const { status, stderr } = await run(['-r', '70', '-png', pdf, join(screens, `${name}-print`)], '/usr/bin/pdftoppm');
    assert.equal(status, 0, stderr);
    await page.context().close();
  }
  const made = readdirSync(screens);
  for (const [name] of questions) {
    for (const dress of ['light', 'dark', 'narrow']) assert.ok(made.includes(`${name}-${dress}.png`));
    assert.ok(made.some((file) => file.startsWith(`${name}-print-`)));
  }
});
