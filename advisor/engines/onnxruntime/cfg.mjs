// SPDX-License-Identifier: MIT
// Darknet's cfg text as sections. pickmodel has checked it before it comes here (network/cfg.h).
import { readFileSync } from 'node:fs';
import { Refused } from './refused.mjs';

export function readCfg(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refused('data', path, `cannot be read: ${error.message}`);
  }
  const sections = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.replace(/\s/g, '');
    if (line === '' || line[0] === '#' || line[0] === ';') return;
    if (line[0] === '[') sections.push({ kind: line.slice(1, -1), where: `${path}:${i + 1}`, options: {} });
    else if (sections.length === 0 || !line.includes('='))
      throw new Refused('data', `${path}:${i + 1}`, 'is no line of a cfg');
    else {
      const [key, ...value] = line.split('=');
      sections.at(-1).options[key] ??= value.join('='); // Darknet takes the first
    }
  });
  if (!['net', 'network'].includes(sections[0]?.kind)) throw new Refused('data', path, 'does not begin with [net]');
  return sections.map(section => ({
    ...section,
    text: (key, fallback) => section.options[key] ?? fallback,
    number: (key, fallback) => (key in section.options ? Number(section.options[key]) : fallback),
  }));
}
