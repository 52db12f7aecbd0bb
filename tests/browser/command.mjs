// SPDX-License-Identifier: MIT
// The command line, whose answers the page must give: run with a cache, in a folder of our own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const tests = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
export const build = resolve(process.env.BUILD ?? join(tests, '..', 'build'));
export const folder = mkdtempSync(join(tmpdir(), 'pickmodel-browser-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const program = join(build, 'pickmodel');

// { status, stdout, stderr }, whatever the status.
export function run(args, file = program) {
  return new Promise((done, failed) => {
    const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') failed(error);
      else done({ status: error?.code ?? 0, stdout, stderr });
    });
  });
}

export async function must(args, allowed = [0]) {
  const result = await run(args);
  if (!allowed.includes(result.status)) {
    throw new Error(`pickmodel ${args.join(' ')}: status ${result.status}\n${result.stderr}`);
  }
  return result.stdout;
}

// The unit that a bound of each budget is given in, as on the command line.
export const unit = {
  min_top1: '', min_top5: '', max_latency: 'ms', min_fps: '', max_watts: '', max_energy: 'J',
  max_memory: 'MiB', max_params: 'M', max_size: 'MiB',
};

export const flags = (budgets) => Object.entries(budgets).flatMap(
  ([key, bound]) => [`--${key.replace('_', '-')}`, `${bound}${unit[key]}`]);

const answers = new Map();

// The answer as JSON; 0 recommended, 1 infeasible, 4 undecided.
export async function answer(profile, budgets, rule = 'pareto', options = []) {
  const args = ['--profile', profile, '--rule', rule, ...flags(budgets), ...options, '--format', 'json'];
  const key = args.join(' ');
  if (!answers.has(key)) answers.set(key, must(args, [0, 1, 4]).then(JSON.parse));
  return answers.get(key);
}

const reports = new Map();
let pages = 0;

// Writes the page of a profile and a question: { file, ms }. The same question has the same page.
export async function report(profile, options = []) {
  const key = [profile, ...options].join(' ');
  if (!reports.has(key)) {
    const file = join(folder, `page-${++pages}.html`);
    const start = performance.now();
    reports.set(key, must(['report', '--profile', profile, ...options, '-o', file], [0, 1, 4])
      .then(() => ({ file, ms: performance.now() - start })));
  }
  return reports.get(key);
}
