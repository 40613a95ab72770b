#!/usr/bin/env node
// For maintainers: does a stranger's first try work? Clones the committed state into an empty folder and runs
// `npm run demo` and `npm test` there with an empty home and only Node, npm and the system's own tools on the path.
// `node scripts/fresh-clone.mjs demo` or `... test` runs one of them; `--keep` leaves the folder for a look.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = process.argv.slice(2);
const keep = options.includes('--keep');
const named = options.filter((option) => option !== '--keep');
const tasks = named.length === 0 ? ['demo', 'test'] : named;

/** Where the shell would find a program. */
function which(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

/**
 * A folder of links to what a machine with Node has, and to nothing else: no pnpm, no ffmpeg, no Python.
 * On Windows the path stays as it is, because links need a permission there.
 */
function strippedPath(folder) {
  if (process.platform === 'win32') return process.env.PATH;
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  symlinkSync(realpathSync(which('npm')), join(folder, 'npm'));
  for (const tool of ['sh', 'env', 'uname', 'git']) {
    const found = which(tool);
    if (found !== undefined) symlinkSync(found, join(folder, tool));
  }
  return folder;
}

const place = mkdtempSync(join(tmpdir(), 'vosvfi-clone-'));
const clone = join(place, 'clone');
const home = join(place, 'home');
mkdirSync(home);
execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' });
const env = { PATH: strippedPath(join(place, 'bin')), HOME: home, USERPROFILE: home, TMPDIR: tmpdir() };

let failed = false;
for (const task of tasks) {
  const start = performance.now();
  const npm = task === 'test' ? ['test'] : ['run', task];
  const { status } = spawnSync('npm', npm, { cwd: clone, env, stdio: 'inherit', shell: process.platform === 'win32' });
  failed ||= status !== 0;
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(`fresh clone: npm ${npm.join(' ')} ended with ${status} after ${minutes} minutes`);
}

const changed = execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });
if (changed !== '') {
  failed = true;
  console.log(`fresh clone: files that git neither tracks nor ignores:\n${changed}`);
}
const made = join(clone, 'demo');
if (tasks.includes('demo') && existsSync(made)) {
  for (const file of readdirSync(made)) console.log(`demo/${file}: ${statSync(join(made, file)).size} bytes`);
}
if (keep) console.log(`Kept ${place}`);
else rmSync(place, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
