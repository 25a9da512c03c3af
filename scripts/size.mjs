// Holds the size of the package, as pages download it, to a budget in bytes after gzip.
import { bundleSizes } from './bundles.mjs';

const BUDGETS = {
  everything: 196_000,
  'training an LSTM': 111_000,
  'writing with a saved model': 87_000,
  'the core, training an LSTM': 64_000,
  'the core, writing with a saved model': 73_000,
};

for (const [name, { minified, compressed }] of Object.entries(await bundleSizes())) {
  const budget = BUDGETS[name];
  console.log(`${name}: ${minified} bytes minified, ${compressed} compressed (budget ${budget})`);
  if (compressed > budget) process.exitCode = 1;
}
