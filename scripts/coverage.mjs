// Share of lines that the last test run with coverage went through, by folder.
import { readFileSync } from 'node:fs';

const summary = JSON.parse(readFileSync('.cache/coverage/coverage-summary.json', 'utf8'));
const folders = new Map();
for (const [file, { lines }] of Object.entries(summary)) {
  const folder = /[\\/]src[\\/](\w+)[\\/]/.exec(file)?.[1];
  if (folder === undefined || lines.total === 0) continue;
  const sum = folders.get(folder) ?? { covered: 0, total: 0 };
  folders.set(folder, { covered: sum.covered + lines.covered, total: sum.total + lines.total });
}
for (const [folder, { covered, total }] of [...folders].sort()) {
  console.log(`src/${folder}: ${((100 * covered) / total).toFixed(1)} % of ${total} lines`);
}
