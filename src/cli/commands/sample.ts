import { stdout } from 'node:process';
import { beamSearch } from '../../generation/beam.js';
import { sampleBatch } from '../../generation/sample.js';
import { sampleStream } from '../../generation/stream.js';
import { Generator } from '../../tensor/generator.js';
import { type Call, define } from '../command.js';
import { UsageError } from '../failure.js';
import { modelOfKind } from '../models.js';
import { RUNS_SETTING, runPath } from '../run-path.js';
import { choice, list, number, whole, words, yes } from '../settings/setting.js';
import { UNKNOWN } from '../settings/training.js';

const SETTINGS = {
  prompt: words('--prompt <text>', 'what the text starts with', { fallback: '' }),
  length: whole('--length <units>', 'how many characters to add, or words, jamo, bytes', { fallback: 500 }),
  temperature: number('--temperature <t>', '0 takes the likeliest; the higher, the wilder', { fallback: 1 }),
  topK: whole('--top-k <k>', 'draw from the k likeliest only', { least: 1 }),
  topP: number('--top-p <p>', 'draw from the likeliest that make up this probability', { most: 1 }),
  minP: number('--min-p <p>', 'draw from those with this share of the likeliest', { most: 1 }),
  repetitionPenalty: number('--repetition-penalty <r>', 'above 1: rather not what was said already'),
  stop: list(
    '--stop <text>',
    'end where this would be written, \\n for a line end; may be said several times',
    {
      escapes: true,
    },
  ),
  unknown: choice('--unknown <what>', 'what happens to units of the prompt that the model lacks', UNKNOWN, {
    note: "the model's",
  }),
  count: whole('-n, --count <texts>', 'how many texts', { least: 1, fallback: 1 }),
  beams: whole('--beams <beams>', 'the likeliest texts instead of drawn ones, by beam search', { least: 1 }),
  runs: RUNS_SETTING,
  seed: whole('--seed <seed>', 'the same seed gives the same text', { note: 'another each time' }),
  json: yes('--json', 'for programs: one object a text', { fallback: false }),
};

/** `unrolled sample`: text from a model, on stdout as it comes. */
export const sampleCommand = define({
  name: 'sample',
  alias: 'generate',
  summary: 'let a model write',
  description: 'Goes on from a prompt, character by character.',
  arguments: [['<model>', 'a model that `unrolled train` saved, or the folder of a run']],
  settings: SETTINGS,
  run: write,
});

async function write({ args: [path], values, origin }: Call<typeof SETTINGS>): Promise<void> {
  const { prompt, length, count, beams, stop, json } = values;
  const model = modelOfKind(runPath(path!, values.runs), 'language-model', values);
  if (beams !== undefined) {
    if (origin('temperature') === 'flag') {
      throw new UsageError('--beams looks for the likeliest texts, so that there is no --temperature');
    }
    if (count > beams) throw new UsageError(`${beams} beams find ${beams} texts, not ${count}`);
    const found = beamSearch(model, { prompt, length, beams, stop }).slice(0, count);
    for (const { text, logProbability } of found) say(prompt, text, json, { logProbability });
    return;
  }
  const generator = new Generator(values.seed ?? Date.now() % 2 ** 32);
  const { temperature, topK, topP, minP, repetitionPenalty } = values;
  const options = { length, temperature, topK, topP, minP, repetitionPenalty, stop, generator };
  if (count === 1 && !json) {
    const pieces = sampleStream(model, { ...options, prompt });
    const first = await pieces.next();
    // Only now, because a prompt that the model cannot read is an error without a result.
    stdout.write(prompt);
    if (first.done !== true) stdout.write(first.value);
    for await (const piece of pieces) stdout.write(piece);
    stdout.write('\n');
    return;
  }
  const prompts = Array.from({ length: count }, () => prompt);
  for (const text of sampleBatch(model, { ...options, prompts })) say(prompt, text, json);
}

function say(prompt: string, text: string, json: boolean, more: object = {}): void {
  stdout.write(
    json ? `${JSON.stringify({ v: 1, type: 'sample', prompt, text, ...more })}\n` : `${prompt}${text}\n`,
  );
}
