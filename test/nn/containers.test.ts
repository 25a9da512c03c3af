import { describe, expect, it } from 'vitest';
import { nn, randn, zeros } from '../../src/index.js';
import { expectGradients } from '../gradients.js';

const keys = (module: nn.Module): string[] => [...module.stateDict().keys()];

describe('Sequential', () => {
  it('runs layers in order', () => {
    const [a, b] = [new nn.Linear(3, 4), new nn.Linear(4, 2)];
    const x = randn([5, 3]);
    const net = new nn.Sequential(a, new nn.Identity(), b);
    expect(net.forward(x).tolist()).toEqual(b.forward(a.forward(x)).tolist());
    expectGradients(() => net.forward(x), [x, ...net.parameters()]);
    expect(new nn.Sequential().forward(x)).toBe(x);
  });

  it('names layers by position or by key', () => {
    expect(keys(new nn.Sequential(new nn.Dropout(), new nn.Linear(1, 1)))).toEqual(['1.weight', '1.bias']);
    expect(
      keys(new nn.Sequential({ b: new nn.Linear(1, 1), a: new nn.LayerNorm(1, { bias: false }) })),
    ).toEqual([...['b.weight', 'b.bias'], 'a.weight']);
  });

  it('keeps the order of more than ten layers', () => {
    const net = new nn.Sequential(...Array.from({ length: 12 }, (_, i) => new nn.Linear(i + 1, i + 2)));
    expect(net.forward(zeros([1])).shape).toEqual([13]);
  });

  it('is iterable and has positions and a length', () => {
    const layers = [new nn.Linear(1, 2), new nn.Dropout()];
    const net = new nn.Sequential(...layers);
    expect([...net]).toEqual(layers);
    expect([net.length, net.at(0), net.at(-1)]).toEqual([2, ...layers]);
    expect(net.append(new nn.Identity()).at(2)).toBeInstanceOf(nn.Identity);
    expect(() => net.at(3)).toThrow('Sequential: there is no module 3 among 3');
    expect(() => net.at(0.5)).toThrow('no module 0.5');
  });

  it('switches its layers between training and evaluation, and nests', () => {
    const net = new nn.Sequential(new nn.Sequential(new nn.Dropout()), new nn.Linear(1, 1)).eval();
    expect([...net.namedModules()].map(([name, { training }]) => [name, training])).toEqual([
      ['', false],
      ['0', false],
      ['0.0', false],
      ['1', false],
    ]);
  });

  it('prints as PyTorch does', () => {
    expect(new nn.Sequential(new nn.Flatten(), new nn.Identity()).toString()).toBe(
      'Sequential(\n  (0): Flatten(startDim=1, endDim=-1)\n  (1): Identity()\n)',
    );
  });

  it('refuses names that lead astray, and what is no module', () => {
    for (const name of ['', 'a.b', 'training', 'forward']) {
      expect(() => new nn.Sequential({ [name]: new nn.Identity() })).toThrow(`'${name}' cannot be the name`);
    }
    expect(() => new nn.Sequential({ relu: Math.max as never })).toThrow("'relu' is not a module");
  });
});

describe('ModuleList', () => {
  it('holds modules whose parameters are found', () => {
    const list = new nn.ModuleList([new nn.Linear(1, 2)]);
    list.append(new nn.Linear(2, 3)).extend([new nn.Linear(3, 4), new nn.Linear(4, 5)]);
    expect(list.length).toBe(4);
    expect([...list].map((layer) => layer.outFeatures)).toEqual([2, 3, 4, 5]);
    expect(list.at(-2).outFeatures).toBe(4);
    expect(keys(list).at(-1)).toBe('3.bias');
  });

  it('has no forward', () => {
    expect(() => new nn.ModuleList().forward()).toThrow('ModuleList: a list of modules has no forward');
  });
});

describe('Flatten', () => {
  it('joins axes', () => {
    expect(new nn.Flatten().forward(zeros([2, 3, 4])).shape).toEqual([2, 12]);
    expect(new nn.Flatten(0, 1).forward(zeros([2, 3, 4])).shape).toEqual([6, 4]);
  });
});
