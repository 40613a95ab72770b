import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EnvironmentError } from '@vosvfi/core';

/** Names of Chromium's and Chrome's programs. */
const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
  'msedge.exe',
];

/** Where they are installed without being on the path. */
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The program file of a Chromium: `CHROME_PATH` if that is set, else the first on the path or in a usual place.
 * @throws EnvironmentError if there is none: a test without its browser has shown nothing.
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.CHROME_PATH;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new EnvironmentError(`CHROME_PATH names ${given}, where there is no file.`);
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...usualPlaces];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new EnvironmentError('There is no Chromium or Chrome on the path.', {
    hint: 'Install one (sudo apt-get install chromium), or set CHROME_PATH to its program file.',
  });
}
