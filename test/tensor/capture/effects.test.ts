import { describe, expect, it } from 'vitest';
import {
  capture,
  LanguageModel,
  nn,
  noGrad,
  ones,
  optim,
  tensor,
  type Tensor,
  Vocabulary,
  zeros,
} from '../../../src/index.js';
import { expectAgreement, type Play } from './agreement.js';

const input = (i: number): Tensor => tensor([i % 3, 1.5, -i, 0.25 * i]);
const target = (i: number): Tensor => tensor([i % 3, 1]);

/** What a training step may do to its parameters besides. */
type Step = (parts: { w: nn.Parameter; optimizer: optim.Adam; x: Tensor; back: () => Tensor }) => unknown;

/** Calls a step, and looks at the weight and its gradient after each call. */
const training =
  (step: Step, before: (w: nn.Parameter, i: number) => void = () => undefined): Play =>
  (wrap) => {
    const w = new nn.Parameter(tensor([1, -2.5, 3, 0.5]));
    const optimizer = new optim.Adam([w], { lr: 0.1 });
    const captured = wrap((x: Tensor) => {
      const back = (): Tensor => {
        const loss = w.mul(x).sub(1).square().sum();
        loss.backward();
        return loss.detach();
      };
      return step({ w, optimizer, x, back });
    });
    return (i) => {
      before(w, i);
      return [captured(input(i)), w.detach().clone(), w.grad];
    };
  };

describe('a captured training step may', () => {
  it.each<[string, Play]>([
    [
      'clear gradients at its end',
      training(({ optimizer, back }) => [back(), optimizer.step(), optimizer.zeroGrad()]),
    ],
    [
      'zero gradients at its beginning',
      training(({ optimizer, back }) => [optimizer.zeroGrad({ setToNone: false }), back(), optimizer.step()]),
    ],
    [
      'zero gradients at its end',
      training(({ optimizer, back }) => [back(), optimizer.step(), optimizer.zeroGrad({ setToNone: false })]),
    ],
    ['leave gradients', training(({ optimizer, back }) => [back(), optimizer.step()])],
    [
      'find gradients cleared',
      training(
        ({ optimizer, back }) => [back(), optimizer.step()],
        (w) => (w.grad = null),
      ),
    ],
    [
      'find gradients cleared every other time',
      training(
        ({ back }) => back(),
        (w, i) => {
          if (i % 2 === 0) w.grad = null;
        },
      ),
    ],
    [
      'go backward twice',
      training(({ optimizer, back }) => [optimizer.zeroGrad(), back(), back(), optimizer.step()]),
    ],
    [
      'clip the length of gradients',
      training(({ w, optimizer, back }) => [
        optimizer.zeroGrad(),
        back(),
        optim.clipGradNorm([w], 1),
        optimizer.step(),
      ]),
    ],
    [
      'clip gradients that are short',
      training(({ w, optimizer, back }) => [
        optimizer.zeroGrad(),
        back(),
        optim.clipGradNorm([w], 1e6),
        optimizer.step(),
      ]),
    ],
    [
      'clip gradients by another norm, and decide by it',
      training(({ w, optimizer, back }) => {
        optimizer.zeroGrad();
        back();
        if (optim.clipGradNorm([w], 1, { normType: Infinity }) < 15) optimizer.step();
      }),
    ],
    [
      'clip the numbers of gradients',
      training(({ w, optimizer, back }) => [
        optimizer.zeroGrad(),
        back(),
        optim.clipGradValue([w], 0.5),
        optimizer.step(),
      ]),
    ],
    [
      'set a gradient by hand',
      training(({ w, x, optimizer }) => {
        w.grad = x.mul(2);
        optimizer.step();
      }),
    ],
    [
      'change a gradient in place',
      training(({ w, optimizer, back }) => [
        optimizer.zeroGrad(),
        back(),
        w.grad!.mul_(0.5),
        optimizer.step(),
      ]),
    ],
    ['return a gradient', training(({ w, optimizer, back }) => [optimizer.zeroGrad(), back(), w.grad])],
    [
      'look at the gradient from before',
      training(({ w, optimizer, back }) => {
        const before = w.grad === null ? 0 : w.grad.mul(2);
        optimizer.zeroGrad();
        return [before, back(), optimizer.step()];
      }),
    ],
    [
      'take two steps',
      training(({ optimizer, back }) => {
        const losses = [0, 1].map(() => {
          optimizer.zeroGrad();
          const loss = back();
          optimizer.step();
          return loss;
        });
        return losses;
      }),
    ],
    [
      'change the learning rate before its step',
      training(({ optimizer, back }) => {
        optimizer.paramGroups[0].lr *= 0.5;
        optimizer.zeroGrad();
        return [back(), optimizer.step()];
      }),
    ],
    [
      'change the learning rate after its step',
      training(({ optimizer, back }) => {
        optimizer.zeroGrad();
        back();
        optimizer.step();
        optimizer.paramGroups[0].lr *= 0.5;
      }),
    ],
    [
      'set the learning rate',
      training(({ optimizer, back }) => {
        optimizer.zeroGrad();
        optimizer.paramGroups[0].lr = 0.2;
        return [back(), optimizer.step()];
      }),
    ],
    [
      'write to weights itself',
      training(({ w, back }) => {
        w.grad = null;
        const loss = back();
        noGrad(() => w.sub_(w.grad!.mul(0.1)));
        return loss;
      }),
    ],
    [
      'freeze and thaw a weight',
      training(({ w, x, optimizer, back }) => {
        optimizer.zeroGrad();
        w.requiresGrad = false;
        const y = w.mul(x);
        w.requiresGrad = true;
        return [y, y.requiresGrad, back(), optimizer.step()];
      }),
    ],
    [
      'fail in the midst',
      training(({ w, x, optimizer, back }) => {
        optimizer.zeroGrad();
        back();
        if (x.detach().sum().item() < -2) throw new Error('enough');
        optimizer.step();
        return w.sum().detach();
      }),
    ],
    [
      'return its loss, through which nobody can go back again',
      (wrap) => {
        const w = new nn.Parameter(ones([4]));
        const step = wrap((x: Tensor) => {
          w.grad = null;
          const loss = w.mul(x).square().sum();
          loss.backward();
          return loss;
        });
        return (i) => {
          const loss = step(input(i));
          if (i < 5) return [loss, loss.isLeaf];
          return loss.mul(2).backward();
        };
      },
    ],
  ])('%s', (_name, play) => expectAgreement(play, 9));
});

describe('a captured step may', () => {
  it.each<[string, Play]>([
    [
      'write in place to a tensor outside',
      (wrap) => {
        const mean = zeros([4]);
        const step = wrap((x: Tensor) => {
          mean.mul_(0.9).add_(x);
          return x.sub(mean);
        });
        return (i) => [step(input(i)), mean];
      },
    ],
    [
      'carry a state on in a tensor outside',
      (wrap) => {
        const cell = new nn.LSTMCell(4, 3);
        const [h, c] = [zeros([3]), zeros([3])];
        const step = wrap((x: Tensor) =>
          noGrad(() => {
            const [nextH, nextC] = cell.forward(x, [h, c]);
            h.copy_(nextH);
            c.copy_(nextC);
            return nextH;
          }),
        );
        return (i) => {
          if (i === 5) h.zero_();
          return [step(input(i)), h, c];
        };
      },
    ],
    [
      'check targets after it has written to a tensor outside',
      (wrap) => {
        const count = zeros([1]);
        const step = wrap((x: Tensor, y: Tensor) => {
          count.add_(1);
          return nn.functional.crossEntropy(x.view(2, 2), y);
        });
        return (i) => {
          const y = tensor([i % 2, i === 5 ? 7 : i === 7 ? -100 : 1]);
          try {
            return [step(input(i), y), count];
          } catch (error) {
            return [String(error), count];
          }
        };
      },
    ],
    [
      'check targets twice, with a step of an optimiser between',
      (wrap) => {
        const model = new nn.Linear(2, 3);
        const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
        const step = wrap((x: Tensor, y: Tensor) =>
          [0, 1].map(() => {
            optimizer.zeroGrad();
            const loss = nn.functional.crossEntropy(model.forward(x.view(2, 2)), y);
            loss.backward();
            optimizer.step();
            return loss.detach();
          }),
        );
        return (i) => step(input(i), i === 6 ? tensor([0, -100]) : target(i));
      },
    ],
    [
      'find wrong targets, and go on with right ones',
      (wrap) => {
        const model = new nn.Linear(2, 3);
        const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
        const step = wrap((x: Tensor, y: Tensor) => {
          const loss = nn.functional.crossEntropy(model.forward(x.view(2, 2)), y);
          loss.backward();
          optimizer.step();
          optimizer.zeroGrad();
          return loss.detach();
        });
        const look = (): unknown[] => Array.from(model.parameters(), (p) => [p.detach().clone(), p.grad]);
        return (i) => {
          try {
            return [step(input(i), i === 5 ? tensor([0, 3]) : target(i)), look()];
          } catch (error) {
            return [String(error), look()];
          }
        };
      },
    ],
    [
      'have two losses, of which the second may have wrong targets',
      (wrap) => {
        const w = new nn.Parameter(ones([2, 2]));
        const step = wrap((x: Tensor, y: Tensor) => {
          x.view(2, 2).mul(w).sum().backward();
          nn.functional.crossEntropy(w.mul(2), y).backward();
          return w.grad;
        });
        return (i) => {
          w.grad = null;
          try {
            return step(
              input(i),
              i === 5 ? tensor([0, 3]) : i === 6 ? tensor([-100, 0]) : tensor([0, i % 2]),
            );
          } catch (error) {
            return [String(error), w.grad];
          }
        };
      },
    ],
    [
      'return numbers that it reads',
      (wrap) => {
        const step = wrap((x: Tensor) => ({ sum: x.sum().item(), y: x.mul(2) }));
        return (i) => {
          const { sum, y } = step(input(i));
          return [sum, y];
        };
      },
    ],
    [
      'return sizes, words and nothing',
      (wrap) => {
        const step = wrap((x: Tensor) => [x.shape[0], 'four', null, undefined, -0, NaN, [x.add(1)]]);
        return (i) => step(input(i));
      },
    ],
    [
      'return a tensor from outside',
      (wrap) => {
        const w = ones([4]);
        const step = wrap((x: Tensor) => [w.copy_(x), w]);
        return (i) => {
          const [a, b] = step(input(i));
          return [a, b === w];
        };
      },
    ],
    [
      'return views of one tensor, which change together',
      (wrap) => {
        const step = wrap((x: Tensor) => {
          const y = x.mul(2);
          return [y.narrow(0, 0, 2), y.narrow(0, 1, 2), y.view(2, 2).t()];
        });
        return (i) => {
          const [a, b, c] = step(input(i));
          a.add_(1);
          return [a, b, c, c.isContiguous()];
        };
      },
    ],
    [
      'return a part of an argument, which changes with it',
      (wrap) => {
        const step = wrap((x: Tensor) => x.narrow(0, 0, 2));
        return (i) => {
          const x = input(i);
          step(x).add_(1);
          return x;
        };
      },
    ],
    [
      'return a list from outside',
      (wrap) => {
        const list: Tensor[] = [zeros([1])];
        const step = wrap((x: Tensor) => {
          list[0] = x.mul(2);
          return list;
        });
        return (i) => [step(input(i)) === list, list];
      },
    ],
    [
      'return a map',
      (wrap) => {
        const step = wrap((x: Tensor) => new Map([['y', x.mul(2)]]));
        return (i) => step(input(i)).get('y');
      },
    ],
    [
      'return a function',
      (wrap) => {
        const step = wrap((x: Tensor) => {
          const y = x.mul(2);
          return () => y;
        });
        return (i) => step(input(i))();
      },
    ],
    [
      'return a new leaf',
      (wrap) => {
        const step = wrap((x: Tensor) => x.mul(2).detach().clone().requiresGrad_());
        return (i) => {
          const y = step(input(i));
          y.square().sum().backward();
          return [y, y.grad];
        };
      },
    ],
    [
      'return what was disposed of',
      (wrap) => {
        const step = wrap((x: Tensor) => {
          const y = x.mul(2);
          y.dispose();
          return [y, x.add(1)];
        });
        return (i) => step(input(i))[1];
      },
    ],
    [
      'return what has no elements',
      (wrap) => {
        const step = wrap((x: Tensor) => x.mul(2).narrow(0, 0, 0));
        return (i) => step(input(i));
      },
    ],
  ])('%s', (_name, play) => expectAgreement(play, 9));
});

describe('what a captured step returns', () => {
  it('stays as it is at later calls', () => {
    expectAgreement((wrap) => {
      const w = new nn.Parameter(ones([4]));
      const step = wrap((x: Tensor) => {
        w.grad = null;
        const y = w.mul(x);
        y.sum().backward();
        return [y.detach(), y.sum().detach()];
      });
      const all: unknown[] = [];
      return (i) => {
        all.push(step(input(i)), w.grad);
        return all;
      };
    });
  });

  it('may be disposed of, changed in place, or forgotten', () => {
    expectAgreement((wrap) => {
      const step = wrap((x: Tensor) => [x.mul(2), x.add(1), x.sum()]);
      return (i) => {
        const [a, b, c] = step(input(i));
        a.dispose();
        return [b.mul_(2), c];
      };
    });
  });

  it('may be used by another captured step, also from outside of that', () => {
    expectAgreement((wrap) => {
      const first = wrap((x: Tensor) => x.mul(2));
      let h = first(input(0));
      const second = wrap((x: Tensor) => x.add(h));
      return (i) => {
        const y = first(input(i));
        if (i === 1) h = y;
        return [second(y), h];
      };
    });
  });

  it('outlives the step, and steps that came after it', () => {
    const results = Array.from({ length: 40 }, (_, k) => {
      const step = capture((x: Tensor) => x.mul(k));
      return [0, 1, 2, 3].map((i) => step(ones([2]).mul(i)));
    });
    results.forEach((list, k) => list.forEach((x, i) => expect(x.tolist()).toEqual([k * i, k * i])));
  });
});

describe('a captured step that cannot be replayed for long', () => {
  it('runs, where more than a few were captured since', () => {
    const steps = Array.from({ length: 50 }, (_, k) => capture((x: Tensor) => x.mul(k)));
    for (let i = 0; i < 6; i++) {
      steps.forEach((step, k) => expect(step(ones([2]).mul(i)).tolist()).toEqual([k * i, k * i]));
    }
  });

  it('runs, where it goes on later', async () => {
    const step = capture(async (x: Tensor) => {
      const y = x.mul(2);
      await Promise.resolve();
      return y.add(1);
    });
    for (let i = 0; i < 5; i++) expect((await step(ones([1]).mul(i))).item()).toBe(2 * i + 1);
  });

  it('learns a text as a step that was never captured', () => {
    expectAgreement((wrap) => {
      const vocabulary = Vocabulary.from('if you want you');
      const model = new LanguageModel(vocabulary, { cell: 'gru', hiddenSize: 6, head: true });
      const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.05 });
      const criterion = new nn.CrossEntropyLoss();
      const step = wrap((x: Tensor, y: Tensor) => {
        optimizer.zeroGrad();
        const [logits] = model.forward(x);
        const loss = criterion.forward(logits.view(-1, vocabulary.size), y.view(-1));
        loss.backward();
        optim.clipGradValue(model.parameters(), 0.1);
        optimizer.step();
        return { loss, said: logits.argmax(2) };
      });
      const indices = [...vocabulary.encode('if you want you')];
      const [x, y] = [tensor([indices.slice(0, -1)]), tensor([indices.slice(1)])];
      return () => {
        const { loss, said } = step(x, y);
        return [loss, said];
      };
    }, 20);
  });
});
