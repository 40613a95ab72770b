import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/**
 * The one build preset: ESM, Node 20, one output file for every entry in package.json's `exports`
 * (read from the `@vosvfi/source` condition), plus `extra` entries such as workers and binaries.
 * VOSVFI_BUILD_TYPES=no leaves out the declarations, which take most of the time and nothing needs to run.
 */
export function library({ extra = [] } = {}) {
  const { exports = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values(exports)
    .map((target) => target['@vosvfi/source'])
    .filter((source) => typeof source === 'string');
  return defineConfig({
    entry: Object.fromEntries(
      [...entries, ...extra].map((file) => [file.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), file]),
    ),
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts:
      entries.length > 0 && process.env.VOSVFI_BUILD_TYPES !== 'no'
        ? {
            entry: Object.fromEntries(
              entries.map((file) => [file.replace(/^\.\/src\//, '').replace(/\.ts$/, ''), file]),
            ),
          }
        : false,
    sourcemap: true,
    splitting: true,
    clean: true,
    silent: true,
  });
}
