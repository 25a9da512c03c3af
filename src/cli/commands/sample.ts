import { stdout } from 'node:process';
import { Command } from 'commander';
import { readFileBytes } from '../../formats/platform-files.js';
import { sample } from '../../generation/sample.js';
import { LanguageModel } from '../../models/language-model.js';
import { Generator } from '../../tensor/generator.js';
import { number, whole } from '../options.js';

interface SampleOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed?: number;
}

/** `unrolled sample`: text from a model, on stdout as it comes. */
export function sampleCommand(): Command {
  return new Command('sample')
    .summary('let a model write')
    .description('Goes on from a prompt, character by character.')
    .argument('<model>', 'a model that `unrolled train` saved')
    .option('--prompt <text>', 'what the text starts with', '')
    .option('--length <characters>', 'how many characters to add', whole(0), 500)
    .option('--temperature <t>', '0 takes the likeliest; the higher, the wilder', number(0), 1)
    .option('--seed <seed>', 'the same seed gives the same text (default: another each time)', whole(0))
    .action(write);
}

async function write(file: string, options: SampleOptions): Promise<void> {
  const { prompt, length, temperature } = options;
  const model = LanguageModel.load(readFileBytes(file));
  const generator = new Generator(options.seed ?? Date.now() % 2 ** 32);
  const characters = sample(model, { prompt, length, temperature, generator });
  const first = characters.next();
  stdout.write(prompt);
  if (first.done !== true) stdout.write(first.value);
  let pending = '';
  let written = performance.now();
  for (const character of characters) {
    pending += character;
    if (performance.now() - written < 50) continue;
    stdout.write(pending);
    pending = '';
    written = performance.now();
    // Lets the stream flush, and Ctrl-C through.
    await new Promise((resolve) => setImmediate(resolve));
  }
  stdout.write(`${pending}\n`);
}
