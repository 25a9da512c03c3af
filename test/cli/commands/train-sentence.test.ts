import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Here, jsonLines as linesOf, LESSON } from '../here.js';

const here = new Here();
/** The lesson, run by PyTorch with `torch.manual_seed(0)`. */
const torch = JSON.parse(readFileSync('test/golden/course/open/seed_torch_seed0.json', 'utf8')) as {
  readonly target_ids: readonly number[];
  readonly loss: readonly number[];
  readonly text: readonly string[];
};
const jsonLines = linesOf<{ type: string; loss: number; predictionStr: string[]; prediction: number[][] }>;

describe('unrolled train --text', () => {
  it("has PyTorch's losses and strings in --json", async () => {
    const { status, stdout, stderr } = await here.run([...LESSON, '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const all = jsonLines(stdout);
    expect([all[0].type, all.at(-1)!.type]).toEqual(['start', 'done']);
    const epochs = all.filter(({ type }) => type === 'epoch');
    expect(epochs.map(({ predictionStr }) => predictionStr[0])).toEqual(torch.text);
    epochs.forEach(({ loss }, i) => {
      expect(Math.abs(loss - torch.loss[i]), `loss ${i}`).toBeLessThanOrEqual(1e-5);
    });
  });

  it("prints the lesson's lines as Python does with --format lesson", async () => {
    const lines = (await here.run([...LESSON, '--format', 'lesson'])).stdout.trimEnd().split('\n');
    const epochs = jsonLines((await here.run([...LESSON, '--json'])).stdout).filter(
      ({ type }) => type === 'epoch',
    );
    expect(lines).toEqual(
      epochs.map(
        ({ loss, prediction }, i) =>
          `${i} loss:  ${loss} prediction:  [[${prediction[0].join(' ')}]] ` +
          `true Y:  [[${torch.target_ids.join(', ')}]] prediction str:  ${torch.text[i]}`,
      ),
    );
  });

  it('learns Korean', async () => {
    const { status, stdout } = await here.run(['train', '--text', '안녕하세요 세계']);
    expect(status).toBe(0);
    expect(stdout).toContain('dictionary  안:0 녕:1 하:2 세:3 요:4 ␣:5 계:6');
    expect(stdout).toContain('free run from “안”');
  });

  it('has colour on request, but not where NO_COLOR says so, nor in a pipe', async () => {
    expect((await here.run([...LESSON, '--color', 'always'])).stdout).toContain('\u001b[');
    expect((await here.run(LESSON, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    expect((await here.run(LESSON, { env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
    expect((await here.run(LESSON)).stdout).not.toContain('\u001b');
  });

  it('saves nothing unless asked to', async () => {
    await here.run([...LESSON, '--epochs', '1']);
    expect(here.files()).toEqual([]);
    expect((await here.run([...LESSON, '--out', 'you.safetensors'])).stdout).toContain(
      'saved you.safetensors',
    );
    expect(here.files()).toEqual(['you.safetensors']);
  });
});
