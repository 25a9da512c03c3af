import { type Call, define } from '../command.js';
import { type Answer, answerLines, say } from '../lines.js';
import { modelOfKind } from '../models.js';
import { RUNS_SETTING, runPath, readingOfRun } from '../run-path.js';
import { whole, words, yes } from '../settings/setting.js';
import { ENCODING } from '../settings/tasks.js';

const SETTINGS = {
  text: words('--text <text>', 'the text; without it, each line that comes in'),
  top: whole('--top <labels>', 'how many labels to show', { least: 1, fallback: 3 }),
  encoding: ENCODING,
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object a text', { fallback: false }),
};

/** `unrolled classify`: what a text is. */
export const classifyCommand = define({
  name: 'classify',
  summary: 'say what a text is',
  description:
    'Says the likeliest labels of a text, or of each line that comes in.\n\n' +
    '  unrolled classify latest --text "Karolina"\n' +
    '  unrolled classify runs/TIME-names < unknown.txt',
  arguments: [['<model>', 'a classifier, or the folder of its run']],
  settings: SETTINGS,
  remembered: readingOfRun,
  run: async ({ args: [named], values: { text, top, json, encoding, runs } }: Call<typeof SETTINGS>) => {
    const model = modelOfKind(runPath(named!, runs), 'classifier');
    const answer = (one: string): Answer => {
      const labels = model.predict(one).slice(0, top);
      const shown = labels.map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`);
      return { line: [one, ...shown].join('\t'), json: { v: 1, type: 'label', text: one, labels } };
    };
    const nothing = (one: string): Answer => {
      return { line: one, json: { v: 1, type: 'label', text: one, labels: [] } };
    };
    if (text === undefined) await answerLines(answer, { json, encoding, nothing });
    else say(answer(text), json);
  },
});
