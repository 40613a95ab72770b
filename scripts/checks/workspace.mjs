// What the checks know of the workspace.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folder and package.json of every package and app that is published. */
export function publicPackages() {
  return ['packages', 'apps']
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

const elsewhere = new Set(['node_modules', 'dist', 'fixtures', '.git', '.tools', '.turbo', 'demo', 'runs', 'coverage']);

/** Markdown files below a folder, relative to the root, without what is installed or generated. */
export function documents(folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return elsewhere.has(entry.name) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

/** Prints the problems, one a line, and sets the exit code. */
export function report(problems) {
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exitCode = 1;
}
