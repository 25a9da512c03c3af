import { LAYER, type Network, type Order, type Plan, type TaskPlan, type UsePlan } from './plan.js';
import { taskProgram, useProgram } from './task-program.js';

/** The plan as a TypeScript program on Unrolled: the same numbers as the command, digit for digit. */
export function typescriptProgram(plan: Plan | TaskPlan | UsePlan): string {
  if (plan.kind === 'use') return useProgram(plan);
  if ('task' in plan) return taskProgram(plan);
  return plan.kind === 'sentence' ? sentence(plan) : file(plan);
}

function vocabulary(order: Order): string {
  if (order === 'first') return 'Vocabulary.from(text)';
  if (order === 'sorted') return "Vocabulary.from(text, 'sorted')";
  return `Vocabulary.of(${JSON.stringify(order.units)})`;
}

function layer({ cell, hiddenSize, numLayers }: Network): string {
  const layers = numLayers > 1 ? `numLayers: ${numLayers}, ` : '';
  return `new nn.${LAYER[cell]}(vocabulary.size, ${hiddenSize}, { ${layers}batchFirst: true })`;
}

function layers(network: Network): string {
  const head = `const head = new nn.Linear(${network.hiddenSize}, vocabulary.size);\n`;
  return `const rnn = ${layer(network)};\n${network.head ? head : ''}`;
}

const parametersOf = ({ head }: Network): string =>
  head ? '[...rnn.parameters(), ...head.parameters()]' : '[...rnn.parameters()]';
const logitsOf = ({ head }: Network): string => (head ? 'head.forward(outputs)' : 'outputs');

function sentence(plan: Extract<Plan, { kind: 'sentence' }>): string {
  const { text, order, network, epochs, lr, seed } = plan;
  return `import { manualSeed, nn, oneHot, optim, tensor, Vocabulary } from 'unrolled';

manualSeed(${seed});

const text = ${JSON.stringify(text)};
const vocabulary = ${vocabulary(order)};
const indices = [...vocabulary.encode(text)];
const X = oneHot(tensor([indices.slice(0, -1)]), vocabulary.size); // (batch, time, character)
const Y = tensor([indices.slice(1)]); // (batch, time)

${layers(network)}const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(${parametersOf(network)}, { lr: ${lr} });

for (let i = 0; i < ${epochs}; i++) {
  optimizer.zeroGrad();
  const [outputs] = rnn.forward(X);
  const logits = ${logitsOf(network)};
  const loss = criterion.forward(logits.view(-1, vocabulary.size), Y.view(-1));
  loss.backward();
  optimizer.step();
  const [said] = logits.argmax(2).tolist<number[][]>();
  console.log(i, 'loss:', loss.item(), vocabulary.decode(said));
}
`;
}

/** What is held out is told in the loss of the command, and not learnt here either. */
const indicesOf = (val: number): string =>
  val === 0
    ? 'const indices = vocabulary.encode(text);'
    : `const all = vocabulary.encode(text);\nconst indices = all.subarray(0, Math.round(all.length * (1 - ${val}))); // the rest is held out`;

function file(plan: Extract<Plan, { kind: 'file' }>): string {
  const { path, order, network, epochs, lr, seed, batch, seqLength, clip, val = 0 } = plan;
  const isLstm = network.cell === 'lstm';
  const detached = isLstm ? '[next[0].detach(), next[1].detach()]' : 'next.detach()';
  return `import { readFileSync } from 'node:fs';
import { manualSeed, nn, oneHot, optim, streams, tensor, Vocabulary } from 'unrolled';

manualSeed(${seed});

const text = readFileSync(${JSON.stringify(path)}, 'utf8');
const vocabulary = ${vocabulary(order)};
${indicesOf(val)}

${layers(network)}const parameters = ${parametersOf(network)};
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(parameters, { lr: ${lr} });

for (let epoch = 0; epoch < ${epochs}; epoch++) {
  let state: ${isLstm ? 'nn.LSTMState' : 'ReturnType<typeof rnn.forward>[1]'} | undefined;
  let total = 0;
  let units = 0;
  // Row r of each window goes on where row r of the one before ended.
  for (const { input, target, batch, time } of streams(indices, { batchSize: ${batch}, seqLength: ${seqLength} })) {
    optimizer.zeroGrad();
    const X = oneHot(tensor(input).view(batch, time), vocabulary.size);
    const [outputs, next] = rnn.forward(X, state);
    state = ${detached};
    const logits = ${logitsOf(network)};
    const loss = criterion.forward(logits.view(-1, vocabulary.size), tensor(target));
    loss.backward();
    optim.clipGradNorm(parameters, ${clip});
    optimizer.step();
    total += loss.item() * target.length;
    units += target.length;
  }
  console.log(\`epoch \${epoch + 1}/${epochs}  loss \${(total / units).toFixed(4)}\`);
}
`;
}
