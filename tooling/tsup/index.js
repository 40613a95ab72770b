import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'tsup';

/**
 * Leaves imports of the package's own entries as imports by name. Bundled into a shared chunk, an entry's `export *` of
 * another package (TensorFlow.js) would get lost: esbuild keeps it only in the entry's own file.
 */
function ownEntriesByName(name, exports) {
  const names = new Map(
    Object.entries(exports)
      .filter(([, target]) => typeof target['@vosvfi/source'] === 'string')
      .map(([path, target]) => [resolve(target['@vosvfi/source']), name + path.slice(1)]),
  );
  return {
    name: 'own-entries-by-name',
    setup: (build) => {
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, resolveDir, path }) => {
        const entry = names.get(resolve(resolveDir, path.replace(/\.js$/, '.ts')));
        return kind === 'entry-point' || entry === undefined ? undefined : { path: entry, external: true };
      });
    },
  };
}

/**
 * The one build preset: ESM, Node 20, one output file for every entry in package.json's `exports`
 * (read from the `@vosvfi/source` condition), plus `extra` entries such as workers and binaries.
 * Declarations come from one run of the compiler over all packages (`scripts/declarations.mjs`).
 */
export function library({ extra = [] } = {}) {
  const { name, exports = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
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
    esbuildPlugins: [ownEntriesByName(name, exports)],
    sourcemap: true,
    splitting: true,
    clean: true,
    silent: true,
  });
}
