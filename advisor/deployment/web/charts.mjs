/* SPDX-License-Identifier: MIT
 * Draws the charts of the report, and redraws them when the budgets are moved. Each chart is a
 * Vega-Lite specification that the C code wrote; nothing is decided or laid out here.
 *
 * The same bundle, run by Node, turns specifications into SVG files: node charts.js A.vl.json A.svg ... */
import embed from 'vega-embed';
import * as vega from 'vega';
import * as vegaLite from 'vega-lite';
import { expressionInterpreter } from 'vega-interpreter';

const views = new Map(); /* element of the plot -> { view, stale } */
let now = null;          /* what the what-if said last */

/* ---- tooltips: text only, so that no name can become markup ---- */

function makeTooltip() {
  const box = document.createElement('div');
  box.id = 'tooltip';
  box.hidden = true;
  document.body.append(box);
  return (handler, event, item, value) => {
    if (value === null || value === undefined || value === '') {
      box.hidden = true;
      return;
    }
    const rows = typeof value === 'object' ? Object.entries(value) : [['', value]];
    box.replaceChildren(...rows.map(([key, text]) => {
      const line = document.createElement('div');
      if (key !== '') {
        const name = document.createElement('span');
        name.textContent = key;
        line.append(name, ' ');
      }
      line.append(String(text));
      return line;
    }));
    box.hidden = false;
    const x = Math.min(event.clientX + 14, window.innerWidth - box.offsetWidth - 8);
    const y = Math.min(event.clientY + 14, window.innerHeight - box.offsetHeight - 8);
    box.style.left = `${Math.max(x, 4)}px`;
    box.style.top = `${Math.max(y, 4)}px`;
  };
}

/* ---- following the what-if ---- */

const overlaps = (a, b) =>
  a.left < b.left + b.width && b.left < a.left + a.width && Math.abs(a.top - b.top) < 14;

/* A label that had no room is shown while its network is the pick, and those in its way are not. */
function labelsFor(all, pick) {
  const wanted = all.find((row) => row.i === pick);
  if (wanted === undefined || wanted.shown) return all.filter((row) => row.shown);
  return all.filter((row) => row === wanted || (row.shown && !overlaps(row, wanted)));
}

function apply(entry) {
  const { view, spec } = entry;
  entry.stale = false;
  const restate = (rows) => rows.map((row) => ({ ...row, state: now.state[row.i] ?? row.state }));
  const set = spec.datasets;
  if (set.points) view.data('points', restate(set.points));
  if (set.labels) view.data('labels', labelsFor(restate(set.labels), now.pick));
  if (set.limits) {
    view.data('limits', set.limits.flatMap((row) => {
      const bound = now.budgets[row.key];
      return bound === undefined ? [] : [{ ...row, v: bound }];
    }));
  }
  if (set.region) {
    const time = now.budgets.max_latency, top1 = now.budgets.min_top1;
    const clamp = (x, a, b) => Math.min(Math.max(x, a), b);
    view.data('region', set.region.map((row) => {
      const x = time === undefined ? row.right : clamp(time, row.left, row.right);
      const y = top1 === undefined ? row.bottom : clamp(top1, row.bottom, row.top);
      return row.side === 'below' ? { ...row, y0: row.bottom, y1: y, x0: row.left, x1: row.right }
                                  : { ...row, x0: x, x1: row.right, y0: y, y1: row.top };
    }));
  }
  return view.runAsync();
}

const isVisible = (element) => {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
};

/* state: { pick, state: [by candidate], budgets: { key: bound } }. Charts out of sight wait. */
async function update(state) {
  now = state;
  const visible = [];
  for (const [plot, entry] of views) {
    entry.stale = true;
    if (isVisible(plot)) visible.push(apply(entry));
  }
  await Promise.all(visible);
}

async function catchUp(everything) {
  const work = [];
  for (const [plot, entry] of views) {
    if (entry.stale && (everything || isVisible(plot))) work.push(apply(entry));
  }
  await Promise.all(work);
}

/* ---- drawing ---- */

async function draw(figure, tooltip) {
  const plot = figure.querySelector('.plot');
  const spec = JSON.parse(figure.querySelector('script').textContent);
  const full = spec.datasets.labels;
  const role = plot.getAttribute('role'), name = plot.getAttribute('aria-label');
  if (full) spec.datasets.labels = full.filter((row) => row.shown);
  const { view } = await embed(plot, spec, {
    mode: 'vega-lite', renderer: 'svg', actions: false, defaultStyle: false,
    ast: true, expr: expressionInterpreter, tooltip,
  });
  if (full) spec.datasets.labels = full;
  /* one picture with a name, and its table; not Vega's names for its groups of marks */
  plot.setAttribute('role', role);
  plot.setAttribute('aria-label', name);
  plot.querySelector('svg').setAttribute('aria-hidden', 'true');
  views.set(plot, { view, spec, stale: false });
  figure.classList.add('drawn');
  for (const details of figure.querySelectorAll('details')) details.open = false;
}

async function drawAll() {
  const tooltip = makeTooltip();
  const figures = [...document.querySelectorAll('figure.chart')];
  for (const figure of figures) await draw(figure, tooltip);
  let due = false;
  window.addEventListener('scroll', () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; catchUp(false); });
  }, { passive: true });
  window.addEventListener('beforeprint', () => catchUp(true));
  await window.pickmodelWhatIf?.ready;
  document.documentElement.dataset.ready = 'true';
}

/* ---- the same charts as files ---- */

async function exportFiles(names) {
  const { readFileSync, writeFileSync } = await import('node:fs');
  for (let k = 0; k + 1 < names.length; k += 2) {
    const spec = JSON.parse(readFileSync(names[k], 'utf8'));
    if (spec.datasets.labels) spec.datasets.labels = spec.datasets.labels.filter((row) => row.shown);
    const compiled = vegaLite.compile(spec).spec;
    const runtime = vega.parse(compiled, null, { ast: true });
    const view = new vega.View(runtime, { renderer: 'none', expr: expressionInterpreter });
    const svg = await view.toSVG();
    /* the hatching of the region that the budgets rule out: Vega has no patterns of its own */
    const pattern = '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" ' +
      'patternTransform="rotate(45)"><path d="M0 0V6" stroke="#9aa3ad" stroke-width="1.2"/></pattern></defs>';
    writeFileSync(names[k + 1], svg.replace(/(<svg[^>]*>)/, `$1${pattern}`));
    view.finalize();
  }
}

if (typeof document === 'undefined') {
  exportFiles(process.argv.slice(2)).catch((error) => {
    console.error(String(error.message ?? error));
    process.exitCode = 1;
  });
} else {
  window.pickmodelCharts = { update };
  drawAll();
}
