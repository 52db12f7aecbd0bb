/* SPDX-License-Identifier: MIT
 * The what-if of the report: budgets are moved, the rule (advise/rule.c, as WebAssembly) decides
 * again, and the table, the reasons and the charts follow. Every verdict comes from that rule; this
 * file reads fields, keeps to the notation of the command line, and writes text. */
'use strict';
window.pickmodelWhatIf = (() => {
  const data = JSON.parse(document.getElementById('whatif-data').textContent);
  const { candidates, metrics } = data;
  const FLOOR = 0, TIME = 2, RATE = 3;                        /* enum pm_whatif_kind */
  const MEETS = 0, FAILS = 1, NO_DATA = 3;                    /* enum pm_verdict */
  const STATUS = ['recommended', 'undecided', 'infeasible'];  /* enum pm_rule_status */
  const RULES = ['pareto', 'literal', 'fastest', 'least-energy'];
  const MARK = { pick: '◆', meets: '●', open: '?', fails: '×' };
  const budgets = new Map();  /* metric -> bound, in its unit */
  let rule = data.rule;
  let wasm = null;

  const element = (id) => document.getElementById(id);
  const isFloor = (m) => metrics[m].kind === FLOOR || metrics[m].kind === RATE;
  const isPoints = (m) => metrics[m].unit === '%';

  /* ---- figures as the program writes and reads them ---- */

  function scaled(value, unit) {
    const size = Math.abs(value);
    const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return { value, unit, decimals };
  }

  function readable(m, value) {
    const size = Math.abs(value);
    switch (metrics[m].unit) {
      case 'ms': return size >= 999.5 ? scaled(value / 1000, 's')
                      : size >= 1 ? scaled(value, 'ms') : scaled(value * 1000, 'us');
      case 'J': return size >= 1 ? scaled(value, 'J') : scaled(value * 1000, 'mJ');
      case 'MiB': return size >= 1024 ? scaled(value / 1024, 'GiB') : scaled(value, 'MiB');
      case 'W': return scaled(value, 'W');
      default: return { value, unit: metrics[m].unit };
    }
  }

  function metricText(m, value) {
    const r = readable(m, value);
    return `${r.decimals === undefined ? Number(r.value.toPrecision(4)) : r.value.toFixed(r.decimals)} ${r.unit}`;
  }

  /* Of a bound that is to be met: what is read is never stricter than the bound. */
  function boundText(m, bound) {
    const r = readable(m, bound);
    const decimals = r.decimals ?? Math.max(0, 3 - Math.floor(Math.log10(Math.max(Math.abs(r.value), 1e-9))));
    const steps = 10 ** decimals;
    let shown = Math.round(r.value * steps) / steps;
    if (isFloor(m) ? shown > r.value : shown < r.value)
      shown = (Math.round(r.value * steps) + (isFloor(m) ? -1 : 1)) / steps;
    return `${r.decimals === undefined ? Number(shown.toPrecision(6)) : shown.toFixed(decimals)} ${r.unit}`;
  }

  /* Unit -> factor into the metric's own unit; '' for a number alone. */
  const UNITS = {
    '%': { '': 1, '%': 1 },
    ms: { '': 1, ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, min: 60e3, m: 60e3, h: 3600e3 },
    fps: { '': 1, fps: 1 },
    W: { '': 1, W: 1, mW: 1e-3, kW: 1e3 },
    J: { '': 1, J: 1, mJ: 1e-3, kJ: 1e3 },
    MiB: { '': 1, B: 1 / 1048576, kB: 1e3 / 1048576, KB: 1e3 / 1048576, MB: 1e6 / 1048576,
           GB: 1e9 / 1048576, KiB: 1 / 1024, MiB: 1, GiB: 1024 },
    M: { '': 1, M: 1, k: 1e-3, K: 1e-3, G: 1e3, B: 1e3 },
  };

  /* The bound a text means: a number, null when it is empty, undefined when it makes no sense. */
  function parse(m, text) {
    const trimmed = text.trim();
    if (trimmed === '') return null;
    const found = trimmed.match(/^(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)\s*([A-Za-z%]*)$/i);
    const factor = found ? UNITS[metrics[m].unit][found[2]] : undefined;
    if (factor === undefined) return undefined;
    const bound = Number(found[1]) * factor;
    if (isPoints(m) && bound > 0 && bound < 1 && found[2] === '') return undefined; /* a share? */
    if (!Number.isFinite(bound) || (isPoints(m) ? bound > 100 : bound <= 0)) return undefined;
    return bound;
  }

  /* A bound as the command line takes it, to the last digit. */
  function exact(m, bound) {
    const unit = { ms: 'ms', J: 'J', MiB: 'MiB', M: 'M' }[metrics[m].unit] ?? '';
    const q = metrics[m].quantile;
    const at = q === undefined || q === 0.9 ? '' : `@p${Number((100 * q).toPrecision(6))}`;
    return `${bound}${unit}${at}`;
  }

  /* What the command line makes of that text: counts are read in ones and kept in millions. */
  const asRead = (m, bound) => (metrics[m].unit === 'M' ? (bound * 1e6) / 1e6 : bound);

  /* ---- the rule ---- */

  async function load() {
    const packed = atob(element('whatif-wasm').textContent.trim());
    const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
    wasm = (await WebAssembly.instantiate(bytes)).instance.exports;
    if (candidates.length > wasm.capacity()) return false;
    candidates.forEach((c, i) => {
      wasm.put(i, c.batch, c.may_be_picked ? 1 : 0);
      wasm.put_claims(i, c.has, c.accuracy, c.time, c.energy);
      metrics.forEach(({ kind, steps: which }, m) => {
        const steps = kind >= TIME ? c.steps[which] : [];
        if (steps.length > 0) {
          wasm.put_interval(i, m, 0, 0); /* known; the steps say more */
          for (const [from, verdict] of steps) wasm.put_step(i, m, which, from, verdict);
        } else if (kind < TIME && c.value[m] !== null) {
          wasm.put_interval(i, m, c.lo[m] ?? -Infinity, c.hi[m] ?? Infinity);
        }
      });
    });
    return true;
  }

  function decide() {
    metrics.forEach(({ kind, steps }, m) => {
      wasm.put_budget(m, budgets.has(m) ? 1 : 0, kind, steps ?? 0, budgets.get(m) ?? 0);
    });
    const pick = wasm.decide(candidates.length, RULES.indexOf(rule), data.overhead_ms);
    const overview = budgets.size === 0;
    return {
      pick: overview ? -1 : pick,
      status: overview ? 'overview' : STATUS[wasm.status()],
      verdict: candidates.map((_, i) => wasm.verdict(i)),
      beatenBy: candidates.map((_, i) => wasm.beaten_by(i)),
    };
  }

  const verdictOf = (i, m) => wasm.verdict_of(i, m, data.overhead_ms);

  /* ---- reasons, in the program's words ---- */

  function failures(i) {
    const c = candidates[i];
    const lost = [];
    for (const [m, bound] of budgets) {
      if (verdictOf(i, m) !== FAILS) continue;
      const over = (c.value[m] ?? bound) - bound;
      const amount = isPoints(m) ? `${Math.abs(over).toFixed(1)} points` : metricText(m, Math.abs(over));
      const more = c.censored && metrics[m].kind >= TIME ? ' or more' : '';
      lost.push({ m, text: `${metrics[m].title} ${over < 0 ? '-' : '+'}${amount}${more}` });
    }
    return lost.sort((a, b) => a.m - b.m).map(({ text }) => text).join('; ');
  }

  function missing(c, m) {
    if (metrics[m].kind >= TIME) return c.gap ?? 'no data';
    if (metrics[m].unit === 'W' || metrics[m].unit === 'J') return c.power_gap ?? 'no power figure';
    if (metrics[m].key === 'max_memory' && c.gap) return c.gap;
    return isPoints(m) ? 'no accuracy figure' : 'not known';
  }

  function openQuestion(i) {
    for (const m of [...budgets.keys()].sort((a, b) => a - b)) {
      const verdict = verdictOf(i, m);
      if (verdict === MEETS) continue;
      if (verdict === NO_DATA) return `${metrics[m].title} unknown: ${missing(candidates[i], m)}`;
      return `${metrics[m].title} undecided`;
    }
    return candidates[i].has & 8 ? 'measured beside other work' : 'undecided';
  }

  function reason(now, i) {
    const c = candidates[i];
    const timed = (c.has & 2) !== 0, accurate = (c.has & 1) !== 0;
    if (i === now.pick && now.status === 'recommended') return 'recommended';
    if (now.verdict[i] === FAILS) return failures(i);
    if (!c.may_be_picked) return 'stand-in: no weights';
    if (i === now.pick) return 'provisional pick';
    if (!timed && now.status === 'recommended' && accurate && c.accuracy < candidates[now.pick].accuracy)
      return 'less accurate: not measured';
    if (!timed && c.gap) return c.gap;
    if (now.verdict[i] !== MEETS) return openQuestion(i);
    if (now.beatenBy[i] >= 0 && rule === 'pareto') return `dominated by ${candidates[now.beatenBy[i]].name}`;
    if (now.status === 'overview')
      return !accurate ? 'no accuracy figure' : timed ? 'on the front' : 'no latency figure';
    const lost = { pareto: 'less accurate', literal: 'faster', fastest: 'slower', 'least-energy': 'more energy' };
    return now.pick >= 0 ? `meets all; ${lost[rule]}` : 'meets every budget';
  }

  const stateOf = (now, i) =>
    i === now.pick ? 'pick' : now.verdict[i] === MEETS ? 'meets' : now.verdict[i] === FAILS ? 'fails' : 'open';

  /* The bound of one budget at which a candidate would meet it; null when none would do. */
  function needed(c, m) {
    const { kind, steps: which } = metrics[m];
    if (kind < TIME) return (kind === FLOOR ? c.lo[m] : c.hi[m]) ?? null;
    const steps = c.steps[which];
    const last = steps.findLastIndex(([, verdict]) => verdict !== MEETS); /* from there on it holds */
    if (last + 1 === steps.length) return null;
    const ms = steps[last + 1][0] + data.overhead_ms * c.batch;
    return kind === TIME ? ms : (1e3 * c.batch) / ms;
  }

  /* When nothing fits: each budget loosened alone, to where one network would. */
  function relaxations() {
    const said = [];
    for (const m of [...budgets.keys()].sort((a, b) => a - b)) {
      let best = null;
      candidates.forEach((c, i) => {
        const to = needed(c, m);
        if (to === null || !c.may_be_picked || (c.has & 3) !== 3) return;
        for (const other of budgets.keys())
          if (other !== m && verdictOf(i, other) !== MEETS) return;
        if (best === null || (isFloor(m) ? to > best.to : to < best.to)) best = { to, name: c.name };
      });
      if (best)
        said.push(`${metrics[m].title} at ${boundText(m, best.to)} or ${isFloor(m) ? 'less' : 'more'}: ${best.name}`);
    }
    return said.length > 0 ? ` The rest kept, it would take ${said.join('; or ')}.`
                           : ' Loosening one budget alone is not enough.';
  }

  function sentence(now) {
    const count = now.verdict.filter((v) => v === MEETS).length;
    const fits = `${count} of ${candidates.length} ${data.counted} certainly meet every budget.`;
    if (now.status === 'overview') return 'No budget: nothing is ruled out.';
    if (now.status === 'infeasible') return `No network fits.${relaxations()}`;
    if (now.pick < 0) return `Not decided: no candidate has the figures that are needed. ${fits}`;
    const c = candidates[now.pick];
    const top1 = c.has & 1 ? `${metricText(0, c.accuracy)} top-1` : 'top-1 unknown';
    const what = `${c.name}: ${top1}, ${metricText(2, c.time)} median latency.`;
    return now.status === 'recommended' ? `Ship ${what} ${fits}` : `Not decided; provisionally ${what} ${fits}`;
  }

  /* ---- the budgets as text ---- */

  const quoted = (word) => (/^[\w\-./=@:%+,]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

  function ownBudgets() { /* but those that follow from how the board is used */
    return [...budgets].sort(([a], [b]) => a - b).filter(([m]) => !metrics[m].fixed)
      .map(([m, bound]) => [metrics[m].key, exact(m, bound)]);
  }

  function pairs() {
    const list = [...ownBudgets(), ...data.words];
    return rule === 'pareto' ? list : [...list, ['rule', rule]];
  }

  function commandText() {
    const words = data.profile === undefined ? [] : ['--profile', quoted(data.profile)];
    for (const [key, value] of pairs()) {
      words.push(`--${key.replaceAll('_', '-')}`);
      if (value !== 'true') words.push(quoted(value));
    }
    return ['pickmodel', ...words].join(' ');
  }

  const plainYaml = (value) => (/^[\w.@%-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`);
  const yamlText = () => pairs().map(([key, value]) => `${key}: ${plainYaml(value)}\n`).join('');

  /* ---- the page ---- */

  const rows = new Map([...document.querySelectorAll('#candidates tr[data-i]')].map((row) =>
    [Number(row.dataset.i), { row, mark: row.querySelector('.mark'), reason: row.querySelector('.reason'),
                              written: row.querySelector('.reason').textContent }]));

  /* The budgets of the question itself: what the program wrote says more than this page can. */
  const isQuestion = () => rule === data.rule &&
    metrics.every(({ bound }, m) => (bound ?? undefined) === budgets.get(m));

  function show(now) {
    const state = candidates.map((_, i) => stateOf(now, i));
    const asked = isQuestion();
    for (const [i, { row, mark, reason: cell, written }] of rows) {
      const why = asked ? written : reason(now, i);
      if (row.dataset.state !== state[i]) row.dataset.state = state[i];
      if (mark.textContent !== MARK[state[i]]) mark.textContent = MARK[state[i]];
      if (cell.textContent !== why) cell.textContent = why;
    }
    const answer = element('answer');
    answer.dataset.status = now.status;
    answer.dataset.pick = now.pick >= 0 ? candidates[now.pick].id : '';
    answer.textContent = sentence(now);
    element('budgets-command').textContent = commandText();
    element('budgets-yaml').textContent = yamlText();
    const bounds = {};
    for (const [m, bound] of budgets) bounds[metrics[m].key] = bound;
    return window.pickmodelCharts?.update({ pick: now.pick, state, budgets: bounds });
  }

  /* ---- sliders ---- */

  /* Ends of a slider, a little beyond the figures; its loose end means no budget. */
  function scaleOf(m) {
    const values = candidates.map((c) => c.value[m]).filter((v) => v !== null && v > 0);
    if (metrics[m].bound > 0) values.push(metrics[m].bound);
    const least = Math.min(...values), most = Math.max(...values);
    const logarithmic = !isPoints(m) && most / least > 6;
    const room = isPoints(m) ? Math.max((most - least) * 0.1, 1) : 0;
    const from = isPoints(m) ? Math.max(least - room, 0) : least * 0.8;
    const to = isPoints(m) ? Math.min(most + room, 100) : most * 1.25;
    return {
      at: (value) => Math.round(1000 * (logarithmic ? Math.log(value / from) / Math.log(to / from)
                                                    : (value - from) / (to - from))),
      value: (at) => {
        const share = at / 1000;
        const raw = logarithmic ? from * (to / from) ** share : from + (to - from) * share;
        return isPoints(m) ? Number(raw.toFixed(1)) : Number(raw.toPrecision(3));
      },
    };
  }

  const loose = (m) => (isFloor(m) ? 0 : 1000);

  /* Take a bound (null: none); what follows from how the board is used stays. */
  function take(m, bound) {
    const kept = metrics[m].fixed ? metrics[m].bound : bound;
    if (kept === null || kept === undefined) budgets.delete(m);
    else budgets.set(m, asRead(m, kept));
  }

  const controls = [];
  for (const field of document.querySelectorAll('#whatif-form input[type=text]')) {
    const m = metrics.findIndex(({ key }) => key === field.name);
    const slider = document.querySelector(`#whatif-form input[data-key=${field.name}]`);
    controls.push({ m, field, slider, scale: scaleOf(m), wrong: element(`wrong-${field.name}`) });
  }

  function flag({ field, wrong }, message) {
    wrong.textContent = message;
    if (message === '') field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
  }

  function write(control, alsoField) {
    const bound = budgets.get(control.m);
    if (alsoField) control.field.value = bound === undefined ? '' : exact(control.m, bound).replace(/@.*/, '');
    control.slider.value = bound === undefined ? loose(control.m) : control.scale.at(bound);
    control.slider.setAttribute('aria-valuetext', bound === undefined ? 'no limit' : metricText(control.m, bound));
  }

  const refresh = () => show(decide());
  let due = false;
  function refreshSoon() { /* once a frame, however fast the slider moves */
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; refresh(); });
  }

  function listen() {
    for (const control of controls) {
      const { m, field, slider, scale } = control;
      slider.addEventListener('input', () => {
        const at = Number(slider.value);
        take(m, at === loose(m) ? null : scale.value(at));
        flag(control, '');
        write(control, true);
        if (at !== loose(m)) slider.value = at;
        refreshSoon();
      });
      field.addEventListener('input', () => {
        const bound = parse(m, field.value);
        flag(control, bound === undefined ? `not a budget such as ${exact(m, scale.value(500))}` : '');
        if (bound === undefined) return;
        take(m, bound);
        write(control, false);
        refreshSoon();
      });
      field.addEventListener('change', () => {
        if (field.getAttribute('aria-invalid') === null) write(control, true);
      });
    }
    element('field-rule').addEventListener('change', (event) => {
      rule = event.target.value;
      refreshSoon();
    });
    element('whatif-reset').addEventListener('click', () => set(question(), data.rule));
    element('whatif-form').addEventListener('submit', (event) => event.preventDefault());
  }

  const question = () => Object.fromEntries(metrics.filter(({ bound, fixed }) => bound !== undefined && !fixed)
    .map(({ key, bound }) => [key, bound]));

  /* Budgets by key, in their units; those absent are none. Resolves when everything shows them. */
  function set(wanted, newRule = rule) {
    rule = newRule;
    element('field-rule').value = rule;
    budgets.clear();
    metrics.forEach(({ key }, m) => take(m, wanted[key] ?? null));
    for (const control of controls) {
      flag(control, '');
      write(control, true);
    }
    return Promise.resolve(refresh());
  }

  const ready = load().then((works) => {
    if (!works) return;
    listen();
    element('what-if').hidden = false;
    set(question());
  });
  return { set, ready };
})();
