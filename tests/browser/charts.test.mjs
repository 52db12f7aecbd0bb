// SPDX-License-Identifier: MIT
// Each chart is drawn whole, and its names can be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask, shared } from './browser.mjs';
import { report } from './command.mjs';
import { i7, many, measured, tx1 } from './profiles.mjs';

// Of each chart: the marks wanted and drawn, labels as boxes relative to its SVG, the SVG's size.
const drawn = (page) => page.evaluate(() =>
  [...document.querySelectorAll('figure.chart')].map((figure) => {
    const svg = figure.querySelector('.plot svg');
    if (svg === null) return { name: figure.id, wanted: -1, marks: 0, labels: [] };
    const frame = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll('[class*="points_marks"] > *')].filter((mark) => {
      const box = mark.getBBox();
      return box.width + box.height > 0;
    });
    const labels = [...svg.querySelectorAll('[class*="labels_marks"] text')].map((text) => {
      const box = text.getBoundingClientRect();
      return { text: text.textContent, x0: box.left - frame.left, y0: box.top - frame.top,
        x1: box.right - frame.left, y1: box.bottom - frame.top };
    }).filter((box) => box.x1 > box.x0);
    const leaders = [...svg.querySelectorAll('[class*="leaders_marks"] line')].map((line) => {
      const box = line.getBoundingClientRect();
      return { x0: box.left - frame.left, y0: box.top - frame.top,
        x1: box.right - frame.left, y1: box.bottom - frame.top };
    });
    return { name: figure.id.replace('chart-', ''), leaders, wanted: Number(figure.dataset.marks),
      marks: marks.length, labels, width: frame.width, height: frame.height };
  }));

function clashes({ name, labels, leaders = [], width, height }) {
  const found = [];
  const slack = 0.5; // px: boxes are rounded by the browser
  for (const line of leaders) { // a line ends at a label, so their boxes meet
    const near = 12; // a label keeps room for its bold form
    const ends = labels.some((a) => line.x0 < a.x1 + near && a.x0 < line.x1 + near
      && line.y0 < a.y1 + near && a.y0 < line.y1 + near);
    const long = Math.hypot(line.x1 - line.x0, line.y1 - line.y0) > 150;
    if (!ends || long) found.push(`${name}: a line leads to no label: ${JSON.stringify(line)}`);
  }
  labels.forEach((a, i) => {
    if (a.x0 < -slack || a.y0 < -slack || a.x1 > width + slack || a.y1 > height + slack) {
      found.push(`${name}: "${a.text}" leaves the chart`);
    }
    for (const b of labels.slice(i + 1)) {
      if (a.x0 + slack < b.x1 && b.x0 + slack < a.x1 && a.y0 + slack < b.y1 && b.y0 + slack < a.y1) {
        found.push(`${name}: "${a.text}" and "${b.text}" overlap`);
      }
    }
  });
  return found;
}

async function checkCharts(page, names) {
  const charts = await drawn(page);
  assert.deepEqual(charts.map((chart) => chart.name).sort(), [...names].sort());
  for (const { name, wanted, marks } of charts) {
    assert.ok(wanted > 0, `${name} wants ${wanted} marks`);
    assert.equal(marks, wanted, `${name} shows ${marks} marks of ${wanted}`);
  }
  assert.deepEqual(charts.flatMap(clashes), []);
  return Object.fromEntries(charts.map((chart) => [chart.name, chart]));
}

test('draws every chart of published figures', async () => {
  const page = await shared((await report(tx1, ['--min-top1', '70', '--max-watts', '13'])).file);
  const charts = await checkCharts(page, ['accuracy', 'operations', 'balls', 'energy', 'density']);
  assert.equal(charts.accuracy.marks, 5);
  assert.equal(charts.accuracy.labels.length, 5);
});

test('draws what the smallest concessions are, when nothing fits', async () => {
  const page = await shared((await report(tx1, ['--min-top1', '70', '--max-watts', '10'])).file);
  await checkCharts(page, ['accuracy', 'operations', 'balls', 'energy', 'density', 'relax']);
});

test('draws an imported table, every network named', async () => {
  const page = await shared((await report(await i7(), ['--min-top1', '70', '--max-latency', '2s'])).file);
  const charts = await drawn(page);
  assert.deepEqual(charts.flatMap(clashes), []);
  const accuracy = charts.find((chart) => chart.name === 'accuracy');
  assert.equal(accuracy.marks, 17);
  assert.equal(accuracy.labels.length, 17);
});

test('draws quantiles of measured runs', async () => {
  const page = await shared((await report(await measured(), ['--min-top1', '77', '--max-latency', '400ms'])).file);
  const charts = await drawn(page);
  for (const { name, wanted, marks } of charts) assert.equal(marks, wanted, name);
  assert.ok(charts.some((chart) => chart.name === 'latency'));
  assert.deepEqual(charts.flatMap(clashes), []);
});

test('no two labels overlap among 40 candidates, whatever is asked', async () => {
  const { file } = await report(await many(40), ['--min-top1', '70', '--max-latency', '500ms']);
  const page = await shared(file);
  const start = await drawn(page);
  assert.equal(start.find((chart) => chart.name === 'accuracy').marks, 40);
  assert.deepEqual(start.flatMap(clashes), []);
  for (const budgets of [{}, { max_latency: 60 }, { min_top1: 76 }, { max_latency: 700, min_top1: 60 },
    { max_params: 20, max_watts: 9 }, { max_latency: 1 }]) {
    await ask(page, budgets);
    const found = (await drawn(page)).flatMap(clashes);
    assert.deepEqual(found, [], `after ${JSON.stringify(budgets)}`);
  }
});
