import { defineConfig } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The house from the ground up: a folder may import what stands on the lines above its own, and nothing beside or below. */
const FLOORS = [
  ['kernels'],
  ['tensor'],
  ['optim', 'data', 'formats'],
  ['nn'],
  ['models'],
  ['training', 'generation'],
  ['cli'],
];

const zones = FLOORS.flatMap((floor, level) =>
  floor.map((folder) => ({
    target: `./src/${folder}`,
    from: [
      ...FLOORS.slice(level)
        .flat()
        .filter((other) => other !== folder)
        .map((other) => `./src/${other}`),
      './src/index.ts',
    ],
    message: 'Imports point down only: see docs/architecture.md.',
  })),
);

export default defineConfig(
  {
    ignores: [
      'dist',
      'coverage',
      '.cache',
      'docs/api',
      'src/kernels/generated',
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
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { typescript: true } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
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
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['node:*'], message: 'The core runs in browsers: use a platform file.' }],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'require', 'global'].map((name) => ({
          name,
          message: 'The core runs in browsers: use a platform file.',
        })),
      ],
    },
  },
);
