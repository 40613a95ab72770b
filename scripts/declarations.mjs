#!/usr/bin/env node
// Checks the types of the whole repository and writes the declarations of its packages to their `dist`, from that one run
// of the compiler: one for each package takes minutes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { publicPackages, root } from './checks/workspace.mjs';

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** Declarations of files that are tests. */
const isTest = (file) => /\.test\.d\.ts$/.test(file);

function removeDeclarations(folder) {
  for (const file of readdirSync(folder, { recursive: true })) {
    if (file.endsWith('.d.ts')) rmSync(join(folder, file));
  }
}

/** Puts what was written for `src` beside what was built from it. */
function place(written, { folder, manifest }) {
  if (manifest.exports === undefined) return;
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) throw new Error(`${relative(root, folder)} is not built: run \`pnpm build\`.`);
  removeDeclarations(dist);
  cpSync(join(written, relative(root, folder), 'src'), dist, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || !isTest(path),
  });
}

const written = mkdtempSync(join(tmpdir(), 'vosvfi-declarations-'));
try {
  const emit = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', root, '--outDir', written];
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.json'), ...emit], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = status ?? 1;
  else for (const entry of publicPackages()) place(written, entry);
} finally {
  rmSync(written, { recursive: true, force: true });
}
