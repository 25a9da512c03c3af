import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The house from the ground up: a folder may import what stands on the lines above its own, and nothing beside or below. */
const FLOORS = [
  ['kernels'],
  ['tensor'],
  ['distributions', 'optim', 'data', 'formats', 'plots'],
  ['tables'],
  ['nn'],
  ['models'],
  ['interop'],
  ['training', 'generation'],
  ['evaluation'],
  ['cli'],
];

const NODE = 'The core runs in browsers: use a platform file.';

/** What the files of a folder may not import. Import paths between folders are relative. */
function restricted(folder, level, { node }) {
  const others = FLOORS.slice(level)
    .flat()
    .filter((other) => other !== folder)
    .map((other) => `${other}/`);
  return [
    'error',
    {
      patterns: [
        {
          regex: `^(\\.\\./)+(${['index\\.js$', ...others].join('|')})`,
          message: 'Imports point down only, to the file that defines it: see docs/architecture.md.',
        },
        ...(node ? [] : [{ regex: '^node:', message: NODE }]),
      ],
    },
  ];
}

const floors = FLOORS.flatMap((floor, level) =>
  floor.flatMap((folder) => [
    {
      files: [`src/${folder}/**/*.ts`],
      rules: { 'no-restricted-imports': restricted(folder, level, { node: folder === 'cli' }) },
    },
    {
      files: [`src/${folder}/**/platform*.ts`],
      rules: { 'no-restricted-imports': restricted(folder, level, { node: true }) },
    },
  ]),
);

export default defineConfig(
  {
    ignores: [
      'dist',
      'coverage',
      '.cache',
      'docs/api',
      'src/kernels/generated',
      'src/interop/javascript/generated',
      'src/kernels/assembly',
      'test/package/consumer',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Numbers in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Indices are checked before they are used; `!` says so where the compiler cannot see it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // The lesson spreads a string into its letters, as Python's set() does.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/**/platform*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'require', 'global'].map((name) => ({
          name,
          message: NODE,
        })),
      ],
    },
  },
  ...floors,
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'CallExpression[callee.object.name="Math"] > SpreadElement',
          'CallExpression[callee.property.name=/^(push|unshift|splice|concat|of)$/] > SpreadElement',
        ].map((selector) => ({
          selector,
          message: 'Some 100,000 arguments overflow the stack: use a loop or reduce.',
        })),
      ],
    },
  },
);
