import { engineBuild } from '../dist/index.js';
import { bundleSizes } from '../scripts/bundles.mjs';

/** Compressed bytes of a page that trains an LSTM; other pages in the note. */
export async function packageSize() {
  const sizes = await bundleSizes();
  const note = Object.entries(sizes).map(([name, { compressed }]) => `${name}: ${compressed}`);
  return { values: [sizes['training an LSTM'].compressed], build: engineBuild, note: note.join('; ') };
}
