import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { env } from 'node:process';
import { type Browser, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Starts the browser that `UNROLLED_CHROMIUM` names, else the system's, else the one that npm installed. */
export async function launch(): Promise<Browser> {
  const executablePath = env.UNROLLED_CHROMIUM ?? installed();
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: FLAGS });
  return chromium.launch({ ...(await packed()), args: FLAGS });
}

function installed(): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...candidates, ...PLACES].find((path) => existsSync(path));
}

/**
 * The Chromium of `@sparticuz/chromium`, for Linux on x64. The package unpacks itself under fixed names into the temporary
 * folder and takes whatever it finds there, so it gets a folder of its own, which counts only once it is complete.
 */
async function packed(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = resolve('.cache/chromium');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const before = { ...env };
  env.TMPDIR = folder;
  // The package's switch for the libraries it brings along, among them libnss3, which a bare system lacks.
  env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: sparticuz } = await import('@sparticuz/chromium');
    const executablePath = await sparticuz.executablePath();
    // Its own list of fonts names folders of another system; a page with text crashes without any.
    const fonts = join(folder, 'fonts');
    writeFileSync(
      join(fonts, 'fonts.conf'),
      `<fontconfig><dir>${fonts}</dir><cachedir>${fonts}</cachedir></fontconfig>`,
    );
    writeFileSync(complete, '');
    return { executablePath, env: { ...(env as Record<string, string>), TMPDIR: before.TMPDIR ?? '/tmp' } };
  } finally {
    for (const name of Object.keys(env)) if (!(name in before)) Reflect.deleteProperty(env, name);
    Object.assign(env, before);
  }
}
