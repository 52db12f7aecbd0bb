// SPDX-License-Identifier: MIT
// The what-if gives the command line's answer: the same pick, the same status, the same verdicts.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { ask, open, shared, troubles } from './browser.mjs';
import { answer, build, folder, must, report, run } from './command.mjs';
import { dice } from './dice.mjs';
import { i7, measured, tx1 } from './profiles.mjs';

const classes = { meets: 'meets', fails: 'fails', undecided: 'open', unknown: 'open' };

const shown = (page) => page.evaluate(() => {
  const output = document.querySelector('#answer');
  return {
    status: output.dataset.status,
    pick: output.dataset.pick,
    rows: [...document.querySelectorAll('#candidates tr[data-i]')].map((row) => ({
      i: Number(row.dataset.i), state: row.dataset.state, text: row.textContent,
      reason: row.querySelector('td.reason').textContent })),
    yaml: document.querySelector('#budgets-yaml').textContent,
    command: document.querySelector('#budgets-command').textContent,
  };
});

// How the page and the command line differ, [] when they do not.
function differences(page, cli) {
  const found = [];
  if (page.status !== cli.status) found.push(`status ${page.status}, not ${cli.status}`);
  if (page.pick !== (cli.pick?.network ?? '')) found.push(`pick "${page.pick}", not ${cli.pick?.network}`);
  if (page.rows.length !== cli.candidates.length) found.push(`${page.rows.length} rows`);
  for (const row of page.rows) {
    const candidate = cli.candidates[row.i];
    if (!row.text.includes(candidate.name)) found.push(`row ${row.i} is not ${candidate.name}`);
    const picked = cli.pick?.network === candidate.network && cli.pick?.engine === candidate.engine;
    const expected = picked ? 'pick' : classes[candidate.verdict];
    if (row.state !== expected) {
      found.push(`${candidate.name}: ${row.state}, not ${expected} (${row.reason} / ${candidate.reason})`);
    }
  }
  return found;
}

// A bound of each kind: between figures, beyond them, and exactly on one, where "at most" decides.
const figures = {
  min_top1: (c) => c.top1_pct?.value, max_latency: (c) => c.latency_ms?.value,
  min_fps: (c) => c.fps?.value, max_watts: (c) => c.busy_w?.value, max_energy: (c) => c.energy_j?.value,
  max_memory: (c) => c.memory_mib?.value, max_params: (c) => c.params_m?.value,
};

function draw(chance, overview, keys) {
  const budgets = {};
  const wanted = 1 + chance.below(3);
  for (let k = 0; k < wanted; k++) {
    const key = chance.of(keys);
    const known = overview.candidates.map(figures[key]).filter((value) => value !== undefined);
    if (known.length === 0) continue;
    const figure = chance.of(known);
    if (chance.chance(0.25) && !(key === 'min_top1' && figure >= 100)) budgets[key] = figure;
    else budgets[key] = Number((figure * chance.between(0.7, 1.4)).toPrecision(4));
    if (key === 'min_top1') budgets[key] = Math.min(budgets[key], 99);
  }
  return budgets;
}

async function keysOf(page) {
  const keys = await page.locator('#what-if input[type=range][data-key]')
    .evaluateAll((inputs) => inputs.map((input) => input.dataset.key));
  return keys.filter((key) => key in figures);
}

// The words of the command as a shell reads them, and its answer.
async function follow(command) {
  const script = `PATH=${JSON.stringify(build)}:$PATH; ${command.replace(/^\$ /, '')} --format json`;
  const result = await run(['-c', script], '/bin/bash');
  assert.ok([0, 1, 4].includes(result.status), `${command}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

async function passOn(yaml, profile) {
  const file = join(folder, 'budgets.yaml');
  writeFileSync(file, yaml);
  return JSON.parse(await must(['-c', file, '--profile', profile, '--format', 'json'], [0, 1, 4]));
}

const profiles = [['published figures', async () => tx1], ['an imported table', i7],
  ['measured runs', measured]];

for (const [name, find] of profiles) {
  test(`gives the command line's answer to 50 questions: ${name}`, async (t) => {
    const profile = await find();
    const page = await open((await report(profile)).file);
    const keys = await keysOf(page);
    assert.ok(keys.includes('min_top1') && keys.includes('max_latency'), keys.join());
    const overview = await answer(profile, {});
    const chance = dice(20);
    const found = [], statuses = {};
    let time = 0;
    for (let k = 0; k < 50; k++) {
      const budgets = draw(chance, overview, keys);
      time += await ask(page, budgets);
      const [seen, cli] = await Promise.all([shown(page), answer(profile, budgets)]);
      statuses[cli.status] = (statuses[cli.status] ?? 0) + 1;
      found.push(...differences(seen, cli).map((text) => `${JSON.stringify(budgets)}: ${text}`));
      if (k % 10 !== 0) continue;
      const followed = await follow(seen.command), passed = await passOn(seen.yaml, profile);
      for (const [how, other] of [['command', followed], ['YAML', passed]]) {
        const same = other.status === cli.status && other.pick?.network === cli.pick?.network;
        if (!same) found.push(`${JSON.stringify(budgets)}: the ${how} answers ${other.headline}`);
      }
    }
    assert.deepEqual(found, []);
    assert.ok((statuses.recommended ?? 0) + (statuses.undecided ?? 0) >= 10, JSON.stringify(statuses));
    assert.deepEqual(await troubles(page), []);
    t.diagnostic(`measured: ${name}: ${(time / 50).toFixed(1)} ms a question, ${JSON.stringify(statuses)}`);
    await page.context().close();
  });
}

const uses = ['--fps 5', '--overhead 12ms', '--energy-basis net', '--confidence 0.99',
  '--fps 2 --overhead 30ms --battery 20Wh', '--power assume:7W', '--power-gain 5%'];

for (const use of uses) {
  test(`gives the command line's answer under ${use}`, async () => {
    const options = use.split(' '), chance = dice(7), found = [];
    for (const profile of [tx1, await measured()]) {
      const page = await open((await report(profile, ['--min-top1', '60', ...options])).file);
      const keys = (await keysOf(page)).filter((key) => key !== 'min_fps' || !use.includes('--fps'));
      const overview = await answer(profile, {}, 'pareto', options);
      for (let k = 0; k < 12; k++) {
        const budgets = draw(chance, overview, keys);
        if (Object.keys(budgets).length === 0) continue;
        await ask(page, budgets);
        const [seen, cli] = [await shown(page), await answer(profile, budgets, 'pareto', options)];
        found.push(...differences(seen, cli).map((text) => `${profile} ${JSON.stringify(budgets)}: ${text}`));
        assert.ok(k > 0 || seen.command.includes(options[0]), seen.command);
      }
      assert.deepEqual(await troubles(page), []);
      await page.context().close();
    }
    assert.deepEqual(found, []);
  });
}

test('follows each rule', async () => {
  const profile = await i7();
  const page = await open((await report(profile, ['--min-top1', '70'])).file);
  await ask(page, { min_top1: 70, max_latency: 3400 });
  const rules = await page.locator('#what-if select[name=rule] option')
    .evaluateAll((options) => options.map((option) => option.value));
  assert.deepEqual([...rules].sort(), ['fastest', 'least-energy', 'literal', 'pareto']);
  const picks = new Set();
  for (const rule of rules) {
    await page.locator('#what-if select[name=rule]').selectOption(rule);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    const seen = await shown(page);
    const cli = await answer(profile, { min_top1: 70, max_latency: 3400 }, rule);
    assert.deepEqual(differences(seen, cli), [], rule);
    assert.equal((await follow(seen.command)).pick?.network, cli.pick?.network, rule);
    picks.add(seen.pick);
  }
  assert.ok(picks.size > 1);
  await page.context().close();
});

// Fields and sliders speak people's units; the command that the page gives says what was asked.
async function asked(page) {
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  const seen = await shown(page);
  const cli = await follow(seen.command);
  assert.deepEqual(differences(seen, cli), [], seen.command);
  return { seen, cli };
}

test('fields and sliders ask what they show', async () => {
  const page = await open((await report(tx1, ['--min-top1', '70', '--max-watts', '13'])).file);
  const first = await asked(page);
  assert.equal(first.seen.pick, 'Inception-v3');
  assert.match(first.seen.command, /--min-top1[ =]70\b/);
  assert.match(first.seen.command, /--max-watts[ =]13\b/);

  const top1 = page.locator('#what-if input[name=min_top1]');
  await top1.fill('60');
  await top1.press('Tab');
  assert.match((await asked(page)).seen.command, /--min-top1[ =]60\b/);
  await top1.fill(''); // an empty field is no budget
  await top1.press('Tab');
  const without = await asked(page);
  assert.doesNotMatch(without.seen.command, /--min-top1/);
  assert.doesNotMatch(without.seen.yaml, /min_top1/);
  const watts = page.locator('#what-if input[name=max_watts]');
  await watts.fill('');
  await watts.press('Tab');
  assert.equal((await asked(page)).cli.status, 'overview');

  const bounds = new Set();
  const slider = page.locator('#what-if input[type=range][data-key=max_latency]');
  await slider.focus();
  for (const press of ['End', 'ArrowLeft', 'ArrowLeft', 'PageDown', 'PageDown', 'Home']) {
    await slider.press(press);
    const { cli } = await asked(page);
    bounds.add(cli.budgets.find((budget) => budget.key === 'max_latency')?.bound);
  }
  assert.ok(bounds.size >= 3, [...bounds].join());
  assert.deepEqual(await troubles(page), []);
  await page.context().close();
});

test('what is no number is no budget, and says so', async () => {
  const page = await open((await report(tx1, ['--min-top1', '70'])).file);
  const field = page.locator('#what-if input[name=max_watts]');
  const number = (await field.getAttribute('type')) === 'number';
  for (const text of ['-3', '1e999', ...(number ? [] : ['ten', '12 apples', '<b>1</b>'])]) {
    await field.fill(text);
    await field.press('Tab');
    const { seen } = await asked(page);
    assert.doesNotMatch(seen.command, /--max-watts/, `"${text}" is taken as a budget`);
    const invalid = await field.evaluate((f) => !f.checkValidity() || f.getAttribute('aria-invalid') === 'true');
    assert.ok(invalid, `"${text}" passes without a word`);
  }
  assert.deepEqual(await troubles(page), []);
  await page.context().close();
});
