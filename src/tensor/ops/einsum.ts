import { ShapeError, ValueError } from '../../errors.js';
import { expectKind } from '../../options.js';
import { numel, show } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { matmul } from './matmul.js';
import { sum } from './reduce.js';
import { diagonal, expand, permute, reshape } from './views.js';

/** A tensor whose axes have names, each once. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Products and sums by the names of axes: names that appear on the left only are summed over.
 *
 * `...` stands for any axes in front that are not named; they broadcast. Without `->` the result has the names that appear once, in
 * alphabetical order.
 *
 * @throws ValueError for an equation that cannot be read, or has another number of operands; ShapeError for sizes that differ
 * @see https://pytorch.org/docs/stable/generated/torch.einsum.html
 * @example
 * const scores = einsum('bth,bsh->bts', ones([2, 3, 4]), ones([2, 5, 4])); // attention of t over s
 * scores.shape; // [2, 3, 5]
 */
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  const { inputs, output } = parse(equation, operands);
  const sizes = new Map<string, number>();
  const parts = operands.map((x, i) => {
    inputs[i].forEach((label, axis) => {
      const [known, size] = [sizes.get(label) ?? 1, x.shape[axis]];
      if (known !== 1 && size !== 1 && known !== size) {
        throw new ShapeError(
          `einsum: '${label}' is ${known} in one operand and ${size} in another, in '${equation}'`,
        );
      }
      sizes.set(label, Math.max(known, size));
    });
    return { tensor: x, labels: inputs[i] };
  });
  const whole = parts.map((part) => withoutRepeats(stretchedTo(part, sizes)));
  const [first, ...rest] = whole;
  const product = rest.reduce((left, right, i) => {
    const later = new Set([...output, ...whole.slice(i + 2).flatMap((p) => p.labels)]);
    return contracted(left, right, later);
  }, first);
  const { tensor, labels } = summedTo(product, new Set(output));
  return permute(
    tensor,
    output.map((label) => labels.indexOf(label)),
  );
}

function parse(equation: string, operands: readonly Tensor[]): { inputs: string[][]; output: string[] } {
  expectKind('einsum', 'the equation', equation, 'text');
  const [left, ...results] = equation.replaceAll(' ', '').split('->');
  const right = results.at(0);
  const terms = left.split(',');
  if (results.length > 1 || !/^[a-zA-Z.,]*$/.test(left + (right ?? '')))
    throw new ValueError(`einsum: '${equation}' cannot be read`, { hint: "write it as 'ij,jk->ik'" });
  if (terms.length !== operands.length)
    throw new ValueError(
      `einsum: '${equation}' is for ${terms.length} operands, but there are ${operands.length}`,
    );
  const inputs = terms.map((term, i) => {
    const named = term.replace('...', '').length;
    const free = operands[i].ndim - named;
    if (free < 0 || (free > 0 && !term.includes('...'))) {
      throw new ShapeError(
        `einsum: '${term}' names ${named} axes, but its operand is ${show(operands[i].shape)}`,
      );
    }
    return labelsOf(term, free);
  });
  const widest = inputs.reduce((n, labels) => Math.max(n, labels.filter((l) => l.startsWith('.')).length), 0);
  const all = inputs.flat();
  const once = [...new Set(all)].filter(
    (label) => !label.startsWith('.') && all.filter((l) => l === label).length === 1,
  );
  const output = labelsOf(right ?? `...${once.sort().join('')}`, widest);
  const unknown = output.find((label) => !all.includes(label));
  if (unknown !== undefined || new Set(output).size !== output.length)
    throw new ValueError(`einsum: '${right}' names an axis twice, or one that no operand has`);
  return { inputs, output };
}

/** Letters of a term; the axes that '...' stands for are .2, .1, .0, counted from the last, so that they align there. */
function labelsOf(term: string, free: number): string[] {
  const dots = Array.from({ length: free }, (_, i) => `.${free - 1 - i}`);
  const [before, ...rest] = term.split('...');
  const after = rest.at(0);
  return after === undefined ? [...before] : [...before, ...dots, ...after];
}

const stretchedTo = ({ tensor, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled => ({
  tensor: expand(
    tensor,
    labels.map((label) => sizes.get(label)!),
  ),
  labels,
});

/** 'ii' becomes 'i' by taking the diagonal. */
function withoutRepeats({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (second < 0) return { tensor, labels };
  const first = labels.indexOf(labels[second]);
  const rest = labels.filter((_, i) => i !== first && i !== second);
  return withoutRepeats({ tensor: diagonal(tensor, 0, first, second), labels: [...rest, labels[second]] });
}

/** Sums over axes that nobody needs. */
function summedTo({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const gone = [...labels.keys()].filter((i) => !needed.has(labels[i]));
  if (gone.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, gone), labels: labels.filter((label) => needed.has(label)) };
}

/** The product of two, summed over what both have and nobody needs later: a batched product of matrices. */
function contracted(left: Labelled, right: Labelled, later: ReadonlySet<string>): Labelled {
  const a = summedTo(left, new Set([...later, ...right.labels]));
  const b = summedTo(right, new Set([...later, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const sizesOf = ({ tensor, labels }: Labelled, wanted: readonly string[]): number[] =>
    wanted.map((label) => tensor.shape[labels.indexOf(label)]);
  const matrix = (x: Labelled, m: readonly string[], n: readonly string[]): Tensor => {
    const order = [...batch, ...m, ...n].map((label) => x.labels.indexOf(label));
    const shape = [batch, m, n].map((part) => numel(sizesOf(x, part)));
    return reshape(permute(x.tensor, order), shape);
  };
  const product = matmul(matrix(a, rows, inner), matrix(b, inner, columns));
  const shape = [...sizesOf(a, batch), ...sizesOf(a, rows), ...sizesOf(b, columns)];
  return { tensor: reshape(product, shape), labels: [...batch, ...rows, ...columns] };
}
