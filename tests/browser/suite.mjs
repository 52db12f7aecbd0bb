// SPDX-License-Identifier: MIT
// Runs the files named, in one process, so that they share one browser.
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) await import(pathToFileURL(file).href);
