/* SPDX-License-Identifier: MIT
 * node bundle.mjs OUT.js: everything charts.mjs needs in one classic script, with the notice of each
 * package that went in. Run in a folder where `npm ci` has been. */
import { build } from 'esbuild';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const out = process.argv[2];
const result = await build({
  entryPoints: ['charts.mjs'], bundle: true, minify: true, format: 'iife', target: 'es2020',
  platform: 'neutral', mainFields: ['module', 'main'], external: ['node:fs'], charset: 'ascii',
  legalComments: 'none', metafile: true, write: false,
});

const folders = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
  if (found) folders.add(found[1]);
}
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|notice|copying)/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  return `${name} ${version} (${license})\n${text.trim()}`;
});
/* it stands in a comment, inside a page */
const plain = notices.join('\n\n').replaceAll('*/', '* /').replaceAll('</', '< /');
const code = result.outputFiles[0].text.replaceAll('</script', '<\\/script');
writeFileSync(out, `/*! The packages in this bundle and their notices\n\n${plain}\n*/\n${code}`);
console.log(`${out}: ${folders.size} packages`);
