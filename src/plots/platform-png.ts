import { ValueError } from '../errors.js';

/** What is needed of the package that draws. */
interface Drawing {
  readonly Resvg: new (svg: string, options: object) => { render(): { asPng(): Uint8Array } };
}

/** An optional peer: named by a variable, so that bundlers leave it alone. */
const PACKAGE: string = '@resvg/resvg-js';

/**
 * An SVG picture of ours as a PNG, by the package `@resvg/resvg-js`, which has to be installed for this: a picture of twice its size in
 * pixels for sharp screens, in the colours of a light page unless the picture is dark itself.
 *
 * @param scale  pixels of the PNG for one of the SVG's
 * @throws ValueError where the package is not installed, which says what to do
 */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array> {
  let drawing: Drawing;
  try {
    drawing = (await import(/* @vite-ignore */ PACKAGE)) as Drawing;
  } catch (cause) {
    throw new ValueError(`a PNG takes the package ${PACKAGE}, which cannot be loaded`, {
      hint: `npm install ${PACKAGE}, or write an SVG and convert it, as by: rsvg-convert --zoom 2 -o loss.png loss.svg`,
      cause,
    });
  }
  return new drawing.Resvg(svg, { fitTo: { mode: 'zoom', value: scale } }).render().asPng();
}
