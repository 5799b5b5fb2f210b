import { existsSync } from 'node:fs';

const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/**
 * Where Chromium is: CHROMIUM_PATH, or where Debian puts it. Undefined where there is none, and then a printed line says so;
 * in CI that is a failure.
 */
export const chromiumPath: string | undefined = existsSync(path) ? path : undefined;

if (chromiumPath === undefined) {
  const sentence = `There is no Chromium at ${path}: set CHROMIUM_PATH, or install it, to test the pages in a browser.`;
  if (process.env.CI === 'true') throw new Error(sentence);
  console.warn(sentence);
}
