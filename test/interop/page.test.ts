import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/index.js';
import { toHtml } from '../../src/interop/javascript/page.js';
import { toJavaScript } from '../../src/interop/javascript/module.js';
import { reader, seer, translator, writer } from './models.js';

const base64 = /'[A-Za-z0-9+/=]{100,}'/;

describe('a model as a page', () => {
  it.each([
    ['writer', writer({ cell: 'lstm', hiddenSize: 16 })],
    ['classifier', reader({ cell: 'lstm', bidirectional: true })],
    ['forecaster', seer()],
  ] as const)('has at most 6 KB beside weights and names: %s', async (_, model) => {
    const { html } = await toHtml(model, { title: 'A model' });
    const meta = /^export const meta = .*$/m;
    expect(html.replace(base64, '').replace(meta, '').length).toBeLessThanOrEqual(6 * 1024);
  });

  it('allows nothing but its own script and style', async () => {
    const { html } = await toHtml(seer());
    expect(html).toMatch(
      /content="default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src 'sha256-[A-Za-z0-9+/]{43}='"/,
    );
    expect(html).not.toMatch(/ style="| on\w+="|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  it('cannot be ended by what a model knows, or by its title', async () => {
    const vocabulary = Vocabulary.of(['</script>', '<!--', 'a'], { unit: 'word' });
    const { html } = await toHtml(writer({ cell: 'rnn' }, vocabulary), { title: '</title><script>"&' });
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain('<!--');
    expect(html).toContain('<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;</title>');
  });

  it('has the weights of the module', async () => {
    const model = writer({ cell: 'gru', hiddenSize: 8 });
    const [{ html }, { code }] = [
      await toHtml(model, { weights: 'int8' }),
      await toJavaScript(model, { weights: 'int8' }),
    ];
    expect(base64.exec(html)![0]).toBe(base64.exec(code)![0]);
  });

  it('is refused for translators', async () => {
    await expect(toHtml(translator())).rejects.toThrow(/translator/);
  });
});
