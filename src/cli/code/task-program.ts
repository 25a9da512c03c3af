import type { Options, TaskPlan, UsePlan } from './plan.js';

/** A task of the library as a TypeScript program: its losses are those of the command, digit for digit. */
export function taskProgram(plan: TaskPlan): string {
  const { kind, seed, fit, task } = plan;
  const { imports, tables, data, model, construct } = PARTS[kind](plan);
  const decoding = plan.encoding === undefined ? [] : ['decodeText'];
  const names = [...decoding, 'fit', 'manualSeed', ...imports].sort((a, b) => a.localeCompare(b));
  return `import { ${plan.isFolder ? 'readdirSync, ' : ''}readFileSync, writeFileSync } from 'node:fs';
import { ${names.join(', ')} } from 'unrolled';
${tables.length === 0 ? '' : `import { ${tables.join(', ')} } from 'unrolled/tables';\n`}
${data}

manualSeed(${seed});
const model = ${model};
const task = ${construct}${optional(task)});
for (const event of fit(task, ${written(fit)})) {
  if (event.type !== 'epoch') continue;
  const { epoch, loss, valLoss } = event;
  console.log(\`epoch \${epoch + 1}/${fit.epochs}\`, 'loss', loss, ...(valLoss === undefined ? [] : ['val', valLoss]));
}
writeFileSync('model.safetensors', model.save());
`;
}

/** What a kind of data makes of a program. */
interface Parts {
  /** Names from 'unrolled', and from 'unrolled/tables'. */
  readonly imports: readonly string[];
  readonly tables: readonly string[];
  readonly data: string;
  readonly model: string;
  /** The task without its options and the closing bracket. */
  readonly construct: string;
}

const PARTS: Readonly<Record<TaskPlan['kind'], (plan: TaskPlan) => Parts>> = { text, labels, pairs, table };

function text({ paths, encoding, vocabulary, model }: TaskPlan): Parts {
  return {
    imports: ['Corpus', 'LanguageModel', 'TextTask', 'Vocabulary'],
    tables: [],
    data: `const text = ${read(paths[0], encoding)};
const vocabulary = Vocabulary.from(text${optional(vocabulary)});`,
    model: `new LanguageModel(vocabulary${optional(model)})`,
    construct: 'new TextTask(model, Corpus.of(text, vocabulary)',
  };
}

function labels({ paths, isFolder, encoding, reading, vocabulary, model }: TaskPlan): Parts {
  const [path] = paths;
  const fromFolder = `const folder = ${written(path)};
const data = readdirSync(folder).sort().flatMap((name) => {
  if (!name.endsWith('.txt')) return [];
  const lines = ${readBy('`${folder}/${name}`', encoding)}.split(/\\r?\\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '').map((text) => ({ text, label: name.replace(/\\.txt$/, '') }));
});`;
  return {
    imports: ['Classifier', 'LabelTask', 'Vocabulary'],
    tables: isFolder ? [] : ['readLabelled'],
    data: `${isFolder ? fromFolder : `const data = readLabelled(${read(path, encoding)}, ${written(reading)});`}
const labels = [...new Set(data.map(({ label }) => label))].sort();
const vocabulary = Vocabulary.from(data.map(({ text }) => text).join('\\n'), ${written(vocabulary)});`,
    model: `new Classifier(vocabulary, labels${optional(model)})`,
    construct: 'new LabelTask(model, data',
  };
}

function pairs({ paths, encoding, vocabulary, model }: TaskPlan): Parts {
  const files = paths.map((path) => read(path, encoding));
  const name = files.length === 1 ? 'readPairs' : 'alignedPairs';
  return {
    imports: ['PairTask', 'Translator', 'Vocabulary'],
    tables: [name],
    data: `const pairs = ${name}(${files.join(', ')});
const vocabularyOf = (texts: string[]): Vocabulary => Vocabulary.from(texts.join('\\n'), ${written(vocabulary)});
const source = vocabularyOf(pairs.map((pair) => pair.source));
const target = vocabularyOf(pairs.map((pair) => pair.target));`,
    model: `new Translator(source, target${optional(model)})`,
    construct: 'new PairTask(model, pairs',
  };
}

function table({ paths, encoding, reading, model, val, targets, scaler }: TaskPlan): Parts {
  return {
    imports: ['Forecaster', 'Scaler', 'SeriesTask', 'splitByTime'],
    tables: ['readSeries'],
    data: `const series = readSeries(${read(paths[0], encoding)}${optional(reading)});
const [past, future] = splitByTime(series, ${val});
const scaler = Scaler.fit(past.values, ${written(scaler)});`,
    model: `new Forecaster({ columns: series.columns, targets: ${written(targets)}, scaler, ${written(model).slice(2)})`,
    construct: 'new SeriesTask(model, past, future',
  };
}

/** A model that was saved, and what it is asked. */
export function useProgram({ path, of }: UsePlan): string {
  const { name, ask, more } = USES[of];
  return `import { readFileSync } from 'node:fs';
import { ${more === undefined ? '' : `${more}, `}${name} } from 'unrolled';
${of === 'forecaster' ? "import { readSeries } from 'unrolled/tables';\n" : ''}
const model = ${name}.load(readFileSync(${written(path)}));
${ask}
`;
}

const USES = {
  'language model': {
    name: 'LanguageModel',
    more: 'generate',
    ask: 'console.log(generate(model, { length: 300, temperature: 1 }));',
  },
  classifier: { name: 'Classifier', more: undefined, ask: "console.log(model.predict('a text')[0]);" },
  translator: { name: 'Translator', more: undefined, ask: "console.log(model.translate('a text'));" },
  forecaster: {
    name: 'Forecaster',
    more: 'forecast',
    ask: `const series = readSeries(readFileSync('table.csv', 'utf8'), { columns: model.columns });
console.log(forecast(model, series, { horizon: model.horizon }));`,
  },
} as const;

const read = (path: string, encoding: string | undefined): string => readBy(written(path), encoding);

/** @param path  as it stands in the program */
function readBy(path: string, encoding: string | undefined): string {
  if (encoding === undefined) return `readFileSync(${path}, 'utf8')`;
  return `decodeText(readFileSync(${path}), { encoding: ${written(encoding)} }).text`;
}

/** Options behind other arguments; nothing where there are none. */
function optional(options: Options): string {
  const text = written(options);
  return text === '{}' ? '' : `, ${text}`;
}

/** A value as a program has it. */
function written(value: unknown): string {
  if (value === Infinity) return 'Infinity';
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return entries.length === 0
    ? '{}'
    : `{ ${entries.map(([name, one]) => `${name}: ${written(one)}`).join(', ')} }`;
}
