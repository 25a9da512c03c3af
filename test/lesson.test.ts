import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manualSeed, nn, oneHot, optim, tensor } from '../src/index.js';

interface Lesson {
  readonly chars: string[];
  readonly input_ids: number[];
  readonly target_ids: number[];
  readonly initial: Record<string, { shape: number[]; data: number[] }>;
  readonly loss: number[];
  readonly text: string[];
}

const golden = JSON.parse(
  readFileSync(new URL('golden/course/open/seed_torch_seed0.json', import.meta.url), 'utf8'),
) as Lesson;

describe("the lesson after manualSeed(0), with PyTorch's dictionary", () => {
  manualSeed(0);
  const rnn = new nn.RNN(10, 10, { batchFirst: true });
  const X = oneHot(tensor([golden.input_ids]), 10);
  const Y = tensor([golden.target_ids]);

  it('starts from the same weights, bit for bit', () => {
    for (const [name, weights] of rnn.stateDict()) {
      expect(weights.shape).toEqual(golden.initial[name].shape);
      expect([...weights.data]).toEqual(golden.initial[name].data);
    }
  });

  it('has the same 50 losses to 1e-5 and the same 50 strings', () => {
    const criterion = new nn.CrossEntropyLoss();
    const optimizer = new optim.Adam(rnn.parameters(), { lr: 0.1 });
    for (let i = 0; i < 50; i++) {
      optimizer.zeroGrad();
      const [outputs] = rnn.forward(X);
      const loss = criterion.forward(outputs.view(-1, 10), Y.view(-1));
      loss.backward();
      optimizer.step();
      expect(Math.abs(loss.item() - golden.loss[i])).toBeLessThan(1e-5);
      const said = outputs.argmax(2).view(-1).tolist<number[]>();
      expect(said.map((c) => golden.chars[c]).join('')).toBe(golden.text[i]);
    }
  });

  it("'hello' with batch 3 and hidden 2: (3, 5, 4) -> (3, 5, 2)", () => {
    const hello = oneHot(tensor([0, 1, 2, 2, 3, 1, 3, 2, 2, 2, 2, 2, 1, 1, 2]).view(3, 5), 4);
    const [outputs, hidden] = new nn.RNN(4, 2, { batchFirst: true }).forward(hello);
    expect(hello.shape).toEqual([3, 5, 4]);
    expect(outputs.shape).toEqual([3, 5, 2]);
    expect(hidden.shape).toEqual([1, 3, 2]);
  });
});
