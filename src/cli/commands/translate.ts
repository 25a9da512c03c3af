import { heatmap } from '../../plots/heatmap.js';
import { type Call, define } from '../command.js';
import { UsageError } from '../failure.js';
import { type Answer, answerLines, say } from '../lines.js';
import { modelOfKind } from '../models.js';
import { expectPicture, writePicture } from '../picture.js';
import { RUNS_SETTING, runPath, readingOfRun } from '../run-path.js';
import { whole, words, yes } from '../settings/setting.js';
import { ENCODING } from '../settings/tasks.js';
import { visible } from '../terminal.js';

const SETTINGS = {
  text: words('--text <text>', 'the text; without it, each line that comes in'),
  maxLength: whole('--max-length <units>', 'units to write at most', {
    least: 1,
    note: 'twice those of the text and 20 more',
  }),
  svg: words('--svg <file>', 'with --text: draw where the model looked for each unit; .svg or .png', {
    isPath: true,
  }),
  encoding: ENCODING,
  runs: RUNS_SETTING,
  json: yes('--json', 'for programs: one object a text', { fallback: false }),
};

/** `unrolled translate`: what a text becomes. */
export const translateCommand = define({
  name: 'translate',
  summary: 'write what a text becomes',
  description:
    'Writes what a translator makes of a text, or of each line that comes in.\n\n' +
    '  unrolled translate runs/TIME-reverse --text "abc" --svg attention.svg',
  arguments: [['<model>', 'a translator, or the folder of its run']],
  settings: SETTINGS,
  remembered: readingOfRun,
  run: async ({ args: [named], values }: Call<typeof SETTINGS>) => {
    const { text, maxLength, svg, json, encoding, runs } = values;
    if (svg !== undefined && text === undefined) {
      throw new UsageError('--svg draws one text', { hint: 'give it by --text' });
    }
    if (svg !== undefined) await expectPicture(svg);
    const model = modelOfKind(runPath(named!, runs), 'translator');
    const told = (source: string, target: string): Answer => {
      return { line: target, json: { v: 1, type: 'translation', source, target } };
    };
    if (text === undefined) {
      const answer = (source: string): Answer => told(source, model.translate(source, { maxLength }));
      await answerLines(answer, { json, encoding, nothing: (source) => told(source, '') });
      return;
    }
    const translation = model.explain(text, { maxLength });
    say(told(text, translation.text), json);
    if (svg === undefined) return;
    const picture = heatmap(translation.attention, {
      title: 'Attention',
      rows: translation.target.map((unit) => (unit === '' ? 'end' : visible(unit))),
      columns: translation.source.map(visible),
    });
    await writePicture(svg, picture);
  },
});
