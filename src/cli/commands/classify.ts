import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { type Call, define } from '../command.js';
import { modelOfKind } from '../models.js';
import { whole, words, yes } from '../settings/setting.js';

const SETTINGS = {
  text: words('--text <text>', 'the text; without it, each line that comes in'),
  top: whole('--top <labels>', 'how many labels to show', { least: 1, fallback: 3 }),
  json: yes('--json', 'for programs: one object a text', { fallback: false }),
};

/** `unrolled classify`: what a text is. */
export const classifyCommand = define({
  name: 'classify',
  summary: 'say what a text is',
  description:
    'Says the likeliest labels of a text.\n\n  unrolled classify runs/TIME-names --text "Karolina"',
  arguments: [['<model>', 'a classifier, or the folder of its run']],
  settings: SETTINGS,
  run: async ({ args: [path], values: { text, top, json } }: Call<typeof SETTINGS>) => {
    const model = modelOfKind(path!, 'classifier');
    const say = (one: string): void => {
      const labels = model.predict(one).slice(0, top);
      if (json) stdout.write(`${JSON.stringify({ v: 1, type: 'label', text: one, labels })}\n`);
      else {
        const shown = labels.map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`);
        stdout.write(`${one}\t${shown.join('\t')}\n`);
      }
    };
    if (text !== undefined) {
      say(text);
      return;
    }
    for await (const line of createInterface({ input: stdin })) if (line.trim() !== '') say(line);
  },
});
