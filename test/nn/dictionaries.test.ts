import { describe, expect, it } from 'vitest';
import { nn, ones, zeros } from '../../src/index.js';

const keys = (module: nn.Module): string[] => [...module.stateDict().keys()];

describe('ModuleDict', () => {
  it('holds modules by name, in the order in which they came', () => {
    const dict = new nn.ModuleDict({ b: new nn.Linear(1, 2), a: new nn.Tanh() });
    expect([[...dict], dict.keys(), dict.length]).toEqual([['b', 'a'], ['b', 'a'], 2]);
    expect(dict.get('b').outFeatures).toBe(2);
    expect(dict.values()).toEqual([dict.get('b'), dict.get('a')]);
    expect(dict.items().map(([name]) => name)).toEqual(['b', 'a']);
    expect([dict.has('a'), dict.has('c'), dict.has('forward')]).toEqual([true, false, false]);
    expect(keys(dict)).toEqual(['b.weight', 'b.bias']);
  });

  it('changes as a dictionary does', () => {
    const [a, b] = [new nn.Linear(1, 2), new nn.Linear(2, 3)];
    const dict = new nn.ModuleDict<Record<string, nn.Module>>([['x', a]]);
    dict.set('y', b).set('x', b).update({ z: a });
    expect([dict.keys(), dict.get('x')]).toEqual([['x', 'y', 'z'], b]);
    expect(dict.pop('x')).toBe(b);
    expect(keys(dict)).toEqual(['y.weight', 'y.bias', 'z.weight', 'z.bias']);
    dict.clear();
    expect(dict.length).toBe(0);
  });

  it('prints as PyTorch does', () => {
    expect(new nn.ModuleDict({ a: new nn.Tanh() }).toString()).toBe('ModuleDict(\n  (a): Tanh()\n)');
  });

  it('refuses names that lead astray, what is no module, and what is not there', () => {
    for (const name of ['', 'a.b', 'training', 'keys', 'forward']) {
      expect(() => new nn.ModuleDict({ [name]: new nn.Tanh() })).toThrow(`'${name}' cannot be a name`);
    }
    expect(() => new nn.ModuleDict({ a: ones([1]) as never })).toThrow("under 'a' does not belong");
    expect(() => new nn.ModuleDict({ a: new nn.Tanh() }).get('b' as 'a')).toThrow("no 'b' among a");
    expect(() => new nn.ModuleDict().pop('b')).toThrow("no 'b' among none");
    expect(() => new nn.ModuleDict().forward()).toThrow('a dictionary has no forward');
  });
});

describe('ParameterDict', () => {
  it('makes parameters of tensors, sorted by name where they come in an object', () => {
    const own = new nn.Parameter(zeros([2]));
    const dict = new nn.ParameterDict({ w: ones([3]), b: own });
    expect(keys(dict)).toEqual(['b', 'w']);
    expect(dict.get('b')).toBe(own);
    expect([...dict.parameters()].map((p) => p.numel())).toEqual([2, 3]);
    const pairs: [string, nn.Parameter][] = [['w', own], ['b', own]]; // prettier-ignore
    expect(new nn.ParameterDict(pairs).keys()).toEqual(['w', 'b']);
    expect(dict.set('c', ones([1])).get('c').requiresGrad).toBe(true);
  });
});

describe('ParameterList', () => {
  it('makes parameters of tensors, which are found', () => {
    const own = new nn.Parameter(zeros([2]));
    const list = new nn.ParameterList([ones([3]), own]);
    expect(list.at(-1)).toBe(own);
    expect(list.append(ones([1])).extend([ones([4])]).length).toBe(4);
    list.set(0, zeros([5]));
    expect([...list].map((p) => p.numel())).toEqual([5, 2, 1, 4]);
    expect(keys(list)).toEqual(['0', '1', '2', '3']);
    expect([...list.parameters()]).toHaveLength(4);
  });

  it('refuses positions that are not there', () => {
    const list = new nn.ParameterList([ones([3])]);
    expect(() => list.at(1)).toThrow('ParameterList: there is no parameter 1 among 1');
    expect(() => list.set(-2, ones([1]))).toThrow('no parameter -2');
    expect(() => list.forward()).toThrow('a list of parameters has no forward');
  });
});
