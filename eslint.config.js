import { flatConfigs } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The house, floor by floor: what stands on a line may import only from itself and from lines above it. */
const FLOORS = [
  ['kernels'],
  ['tensor'],
  ['optim', 'nn', 'data', 'formats'],
  ['models'],
  ['training', 'generation'],
  ['cli'],
];
const SIDE_BY_SIDE = [['nn', 'optim']];

const zones = FLOORS.flatMap((floor, i) =>
  floor.map((folder) => ({
    target: `./src/${folder}`,
    from: FLOORS.slice(i)
      .flat()
      .filter((other) => other !== folder && !SIDE_BY_SIDE.some(([a, b]) => a === folder && b === other))
      .map((other) => `./src/${other}`),
    message: 'imports point down only: see docs/architecture.md',
  })),
).filter((zone) => zone.from.length > 0);

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.cache', 'docs/api', 'src/kernels/generated', 'src/kernels/assembly'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: {
      'import-x': flatConfigs.typescript.plugins?.['import-x'] ?? flatConfigs.recommended.plugins['import-x'],
    },
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
        { patterns: [{ group: ['node:*'], message: 'the core runs in browsers: use a platform file' }] },
      ],
    },
  },
);
