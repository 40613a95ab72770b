import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const propertySeed = fileURLToPath(new URL('tooling/testing/src/property-seed.ts', import.meta.url));

/** Fixes the seed of fast-check where a test uses it; a setup file would load the library for every other test too. */
const fixPropertySeed = {
  name: 'fix-property-seed',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    id.endsWith('.test.ts') && code.includes(`from 'fast-check'`) ? `import '${propertySeed}';${code}` : undefined,
};

export default defineConfig({
  plugins: [fixPropertySeed],
  ssr: { resolve: { conditions: ['@vosvfi/source', 'node', 'import', 'module', 'default'] } },
  resolve: { conditions: ['@vosvfi/source', 'node', 'import', 'module', 'default'] },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'tooling/*/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs only: the slowest test takes half a minute, on a machine with much else to do many times that.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
