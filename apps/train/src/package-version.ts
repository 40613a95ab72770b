import { readFile } from 'node:fs/promises';

/** Version of this package. This file stays at the root of `src`, so that the path also holds in `dist`. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
