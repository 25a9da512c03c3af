// Runs every golden case below a folder against the library: npm run conformance -- FOLDER
import { argv, exit } from 'node:process';
import { type Case, judge, readCases } from '../golden/golden.js';
import type { Runner } from './group.js';
import { clip } from './groups/clip.js';
import { errors } from './groups/errors.js';
import { func } from './groups/functions.js';
import { layers } from './groups/layers.js';
import { losses } from './groups/losses.js';
import { names } from './groups/names.js';
import { ops } from './groups/operations.js';
import { optim } from './groups/optim.js';
import { packed } from './groups/packed.js';
import { promote } from './groups/promote.js';
import { init, rng } from './groups/random.js';
import { cells, recurrent } from './groups/recurrent.js';
import { sched } from './groups/sched.js';
import { train } from './groups/train.js';
import { runFiles } from './files/run.js';

const RUNNERS: Readonly<Record<string, Runner | undefined>> = {
  cells,
  clip,
  errors,
  func,
  init,
  layers,
  losses,
  names,
  ops,
  optim,
  packed,
  promote,
  rng,
  rnn: recurrent,
  sched,
  train,
};

type Verdict =
  { readonly kind: 'passed' } | { readonly kind: 'failed' | 'unsupported'; readonly why: string };

function verdictOn(c: Case, run: Runner | undefined): Verdict {
  if (run === undefined) return { kind: 'unsupported', why: 'no such group yet' };
  try {
    const outcome = run(c);
    if ('unsupported' in outcome) return { kind: 'unsupported', why: outcome.unsupported };
    const problems = [
      ...Object.keys(c.out).map((name) => [name, judge(c, outcome.out[name], c.out[name])]),
      ...Object.keys(c.grad ?? {}).map((name) => [
        `grad ${name}`,
        judge(c, outcome.grad?.[name], c.grad![name], 'grad'),
      ]),
    ].filter(([, problem]) => problem !== null);
    if (problems.length === 0) return { kind: 'passed' };
    return { kind: 'failed', why: problems.map(([name, problem]) => `${name}: ${problem}`).join('; ') };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const folder = argv[2] ?? 'test/golden';
const total = { passed: 0, failed: 0, unsupported: 0 };
for (const [group, cases] of [...readCases(folder)].sort(([a], [b]) => a.localeCompare(b))) {
  const count = { passed: 0, failed: 0, unsupported: 0 };
  const missing = new Map<string, number>();
  for (const c of cases) {
    const verdict = verdictOn(c, RUNNERS[group]);
    count[verdict.kind] += 1;
    total[verdict.kind] += 1;
    if (verdict.kind === 'failed') console.log(`FAILED ${c.id}: ${verdict.why}`);
    if (verdict.kind === 'unsupported') missing.set(verdict.why, (missing.get(verdict.why) ?? 0) + 1);
  }
  const why = [...missing].map(([name, n]) => `${name} ${n}`).join(', ');
  const tried = cases.length - count.unsupported;
  const rest = count.unsupported > 0 ? ` (${why})` : '';
  console.log(
    `${group}: ${count.passed} of ${tried}, ${count.failed} failed, ${count.unsupported} unsupported${rest}`,
  );
}
for (const [group, rows] of await runFiles(folder)) {
  const failed = rows.filter(([, problem]) => problem !== null);
  for (const [file, problem] of failed) console.log(`FAILED ${group}/${file}: ${problem}`);
  total.passed += rows.length - failed.length;
  total.failed += failed.length;
  console.log(`${group}: ${rows.length - failed.length} of ${rows.length} files, ${failed.length} failed`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.unsupported} skipped`);
exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
