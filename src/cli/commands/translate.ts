import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { expectWritable, writeFileAtomic } from '../../formats/platform-files.js';
import { heatmap } from '../../plots/heatmap.js';
import { type Call, define } from '../command.js';
import { UsageError } from '../failure.js';
import { modelOfKind } from '../models.js';
import { whole, words, yes } from '../settings/setting.js';
import { visible } from '../terminal.js';

const SETTINGS = {
  text: words('--text <text>', 'the text; without it, each line that comes in'),
  maxLength: whole('--max-length <units>', 'units to write at most', {
    least: 1,
    note: 'twice those of the text and 20 more',
  }),
  svg: words('--svg <file>', 'with --text: draw where the model looked for each unit', { isPath: true }),
  json: yes('--json', 'for programs: one object a text', { fallback: false }),
};

/** `unrolled translate`: what a text becomes. */
export const translateCommand = define({
  name: 'translate',
  summary: 'write what a text becomes',
  description:
    'Writes what a translator makes of a text.\n\n  unrolled translate runs/TIME-reverse --text "abc" --svg attention.svg',
  arguments: [['<model>', 'a translator, or the folder of its run']],
  settings: SETTINGS,
  run: async ({ args: [path], values }: Call<typeof SETTINGS>) => {
    const { text, maxLength, svg, json } = values;
    if (svg !== undefined && text === undefined) {
      throw new UsageError('--svg draws one text', { hint: 'give it by --text' });
    }
    if (svg !== undefined) expectWritable(svg);
    const model = modelOfKind(path!, 'translator');
    const say = (source: string): void => {
      const translation = model.explain(source, { maxLength });
      if (json) {
        const line = { v: 1, type: 'translation', source, target: translation.text };
        stdout.write(`${JSON.stringify(line)}\n`);
      } else stdout.write(`${translation.text}\n`);
      if (svg === undefined) return;
      const picture = heatmap(translation.attention, {
        title: 'Attention',
        rows: translation.target.map((unit) => (unit === '' ? 'end' : visible(unit))),
        columns: translation.source.map(visible),
      });
      writeFileAtomic(svg, new TextEncoder().encode(picture));
    };
    if (text !== undefined) {
      say(text);
      return;
    }
    for await (const line of createInterface({ input: stdin })) if (line.trim() !== '') say(line);
  },
});
