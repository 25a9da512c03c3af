import { readOptions, type Schema } from '../../options.js';
import { base64Of, sha256 } from '../base64.js';
import type { AnyModel } from '../models.js';
import { RUNTIME } from './generated/runtime.js';
import { JAVASCRIPT, type JavaScriptModule, type JavaScriptOptions, moduleOf, weightsOf } from './module.js';
import { programOf } from './program.js';

/** How a page is made. */
export interface HtmlOptions extends JavaScriptOptions {
  /** What stands above. Default: what the model is. */
  readonly title?: string;
}

const HTML: Schema<HtmlOptions> = { ...JAVASCRIPT, title: 'text' };

/** A model as a page. */
export interface HtmlPage extends Pick<JavaScriptModule, 'weights' | 'notes'> {
  readonly html: string;
}

/**
 * A model as one page that needs nothing else, opened from a disk too: a language model goes on from what somebody types, a classifier
 * judges it, a forecaster draws what comes after the rows of a table. English or Korean, as the browser is; light or dark.
 *
 * Its policy allows the script and style that are in it, by their hashes, and nothing else: no page of it asks any server.
 *
 * @throws ValueError as `toJavaScript`
 * @example
 * const model = new LanguageModel(Vocabulary.from('if you want you'));
 * async function write(): Promise<void> {
 *   const { html } = await toHtml(model, { title: 'The lesson' });
 *   console.log(html.slice(0, 15)); // <!doctype html>
 * }
 */
export async function toHtml(model: AnyModel, given?: HtmlOptions): Promise<HtmlPage> {
  const options = readOptions('toHtml', given, HTML);
  const program = programOf(model);
  const weights = weightsOf(program, options.weights);
  const { code, notes } = await moduleOf(model, program, weights, { withPage: true });
  const style = RUNTIME['page/style.css'].code + RUNTIME[program.page.style].code;
  const { rnn, cell } = model as Exclude<AnyModel, { decoder: unknown }>;
  const what = `${String(program.meta.kind).replace('-', ' ')}, ${cell.toUpperCase()} ${rnn.numLayers} × ${rnn.hiddenSize}`;
  const { title = what } = options;
  const policy = `default-src 'none'; script-src ${await allowed(code)}; style-src ${await allowed(style)}`;
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<style>${style}</style>
<main><h1>${escaped(title)}</h1>${title === what ? '' : `<small>${what}</small>`}</main>
<script type="module">${code}</script>
`;
  return { html, weights, notes };
}

/** A text by its hash, as a policy names it. */
const allowed = async (text: string): Promise<string> =>
  `'sha256-${base64Of(await sha256(new TextEncoder().encode(text)))}'`;

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign]);
