import { readFile } from 'node:fs/promises';
import type { SourceInput } from './inputs.js';

/**
 * The licence of a source: what the file NAME.license beside it says (as the REUSE specification names such files), its
 * `SPDX-License-Identifier` line if there is one, else its text on one line; `fallback` if there is no such file.
 */
export async function licenseOf({ path }: SourceInput, fallback: string | null): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(`${path}.license`, 'utf8');
  } catch {
    return fallback;
  }
  const identifier = /SPDX-License-Identifier:\s*(.+)/.exec(text)?.[1] ?? text.replace(/\s+/g, ' ');
  return identifier.trim() || fallback;
}
