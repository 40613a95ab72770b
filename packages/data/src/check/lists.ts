import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareNatural } from '../image/frame-file.js';
import { listFile, type Split } from '../triplets/layout.js';
import { type Finding, finding } from './finding.js';

/** The lists of a data set, as far as they can be read. */
export interface Lists {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

async function readLines(file: string): Promise<string[] | undefined> {
  return readFile(file, 'utf8').then(
    (text) => text.split('\n').map((line) => line.trim()),
    () => undefined,
  );
}

/** Reads both lists; malformed and repeated lines are found and left out. */
export async function readLists(dir: string, findings: Finding[]): Promise<Lists> {
  const seen = new Map<string, Split>();
  const read = async (split: Split): Promise<string[]> => {
    const file = basename(listFile(dir, split));
    const names: string[] = [];
    const lines = await readLines(listFile(dir, split));
    if (!lines) findings.push(finding('missing-list', undefined, file, 'there is no such list.'));
    for (const [k, name] of (lines ?? []).entries()) {
      if (name === '') continue;
      const parts = name.split('/');
      const before = seen.get(name);
      if (parts.length < 2 || parts.some((part) => part === '' || part === '.' || part === '..')) {
        const message = `line ${k + 1}: expected a folder such as 00001/0389, found "${name}".`;
        findings.push(finding('bad-list-line', undefined, file, message));
      } else if (before === split) {
        findings.push(finding('listed-twice', name, file, `line ${k + 1} names it again.`));
      } else if (before !== undefined) {
        findings.push(finding('in-both-lists', name, file, `line ${k + 1}: the ${before} list names it, too.`));
      } else {
        seen.set(name, split);
        names.push(name);
      }
    }
    return names;
  };
  return { train: await read('train'), test: await read('test') };
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/** Folders two levels below `sequences`, sorted. */
export async function listFolders(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const outer of (await folders(join(dir, 'sequences'))).sort(compareNatural)) {
    for (const inner of (await folders(join(dir, 'sequences', outer))).sort(compareNatural)) {
      found.push(`${outer}/${inner}`);
    }
  }
  return found;
}
