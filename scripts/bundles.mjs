// What a page downloads: the built package bundled, minified and compressed, for pages that use more or less of it.
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const [index, core] = ['index', 'core'].map((name) =>
  fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url)),
);
const from = (names, file = index) => `import { ${names} } from ${JSON.stringify(file)};`;

/** Pages by name: what they use of the package. */
const PAGES = {
  everything: `export * from ${JSON.stringify(index)};`,
  'training an LSTM': `${from('capture, nn, noGrad, oneHot, optim, tensor')}
    globalThis.page = [capture, nn.LSTM, nn.Linear, nn.CrossEntropyLoss, noGrad, oneHot, optim.Adam, tensor];`,
  'the core, training an LSTM': `${from('Adam, backward, CrossEntropyLoss, Linear, LSTM, oneHot, tensor, view', core)}
    globalThis.page = [Adam, backward, CrossEntropyLoss, Linear, LSTM, oneHot, tensor, view];`,
  'the core, writing with a saved model': `${from('LanguageModel, sample', core)} globalThis.page = [LanguageModel, sample];`,
  'writing with a saved model': `${from('LanguageModel, sample')} globalThis.page = [LanguageModel, sample];`,
};

/** Bytes of each page's bundle: minified, and compressed by gzip. */
export async function bundleSizes() {
  const sizes = {};
  for (const [name, code] of Object.entries(PAGES)) {
    const page = {
      name: 'page',
      resolveId: (id) => (id === 'page' ? id : null),
      load: (id) => (id === 'page' ? code : null),
    };
    const bundle = await rolldown({ input: 'page', plugins: [page] });
    const { output } = await bundle.generate({ minify: true });
    const text = output.map((chunk) => chunk.code).join('');
    sizes[name] = { minified: Buffer.byteLength(text), compressed: gzipSync(text, { level: 9 }).length };
  }
  return sizes;
}
