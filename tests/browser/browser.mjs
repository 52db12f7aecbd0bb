// SPDX-License-Identifier: MIT
// One Chromium for all tests. Every page is watched: what it asks for, what it complains about.
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

let launched;

export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-dev-shm-usage'],
  });
  return launched;
}

after(async () => (await launched)?.close());

// Every violation of the page's own policy is written down before anything of the page runs.
function watchPolicy() {
  globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    globalThis.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`));
}

// A page without a network. Close it with page.context().close().
export async function blank(options = {}) {
  const context = await (await browser()).newContext({
    viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  const seen = { requests: [], complaints: [], dialogs: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  page.on('request', (request) => seen.requests.push(request.url()));
  await context.route(/^(?!file:)/, (route) => route.abort());
  await context.setOffline(true);
  if (options.javaScriptEnabled !== false) await context.addInitScript(watchPolicy);
  page.seen = seen;
  return page;
}

export async function open(file, options = {}) {
  const page = await blank(options);
  await page.goto(pathToFileURL(file).href);
  if (options.javaScriptEnabled !== false) {
    // a selector, because Playwright's waitForFunction needs eval, which the page's policy forbids
    await page.waitForSelector('html[data-ready="true"]', { state: 'attached', timeout: 120000 })
      .catch(() => {
        throw new Error(`the page is not ready: ${page.seen.complaints.join('; ') || 'no complaint'}`);
      });
  }
  return page;
}

const pages = new Map();

// A page in its usual dress, opened once for several tests, which leave no budget behind.
export function shared(file) {
  if (!pages.has(file)) pages.set(file, open(file));
  return pages.get(file);
}

// What a good page never does.
export async function troubles(page) {
  const own = page.url();
  const violations = await page.evaluate(() => globalThis.violations ?? []);
  return [
    ...page.seen.requests.filter((url) => url !== own && !url.startsWith('data:'))
      .map((url) => `it asked for ${url}`),
    ...page.seen.complaints.map((text) => `it complained: ${text}`),
    ...page.seen.dialogs.map((text) => `it opened a dialog: ${text}`),
    ...violations.map((text) => `its policy was violated: ${text}`),
  ];
}

// Sets the budgets by the page's own door; the page's time for it in ms.
export const ask = (page, budgets) => page.evaluate(async (wanted) => {
  const start = performance.now();
  await window.pickmodelWhatIf.set(wanted);
  return performance.now() - start;
}, budgets);
