import { extname } from 'node:path';
import { expectWritable, writeFileAtomic } from '../formats/platform-files.js';
import { svgToPng } from '../plots/platform-png.js';
import { UsageError } from './failure.js';

/**
 * Checks, before any work, that a picture of this name can be drawn: as .svg, or as .png where the package for it is there.
 *
 * @throws UsageError for another kind of file, ValueError without the package, FileError where it cannot be written
 */
export async function expectPicture(path: string): Promise<void> {
  const kind = extname(path).toLowerCase();
  if (kind !== '.svg' && kind !== '.png') {
    throw new UsageError(
      `a picture is an .svg or a .png, not ${kind === '' ? 'a file without ending' : kind}`,
      {
        hint: `such as ${path.slice(0, path.length - kind.length)}.svg, which browsers and office programs show`,
      },
    );
  }
  expectWritable(path);
  if (kind === '.png') await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
}

/** Writes a picture that is drawn as SVG in the form that its name says. @throws as `expectPicture` */
export async function writePicture(path: string, svg: string): Promise<void> {
  const isPng = extname(path).toLowerCase() === '.png';
  writeFileAtomic(path, isPng ? await svgToPng(svg) : new TextEncoder().encode(svg));
}
