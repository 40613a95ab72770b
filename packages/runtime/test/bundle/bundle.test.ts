import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('works in a bundle, from which modules without side effects are left out', async () => {
  // Below the package, so that the bundle finds what it does not contain.
  const outDir = await mkdtemp(join(root, 'node_modules', '.bundle-'));
  try {
    await build({
      entry: [fileURLToPath(new URL('consumer.ts', import.meta.url))],
      outDir,
      config: false,
      silent: true,
      format: 'esm',
      target: 'node20',
      // What is native, or finds its own files, stays outside.
      noExternal: [/^(?!onnxruntime-node|@tensorflow\/tfjs-backend-wasm)/],
      external: ['onnxruntime-node', '@tensorflow/tfjs-backend-wasm'],
      splitting: false,
      // The usual way for CommonJS inside of an ES module to find Node's own modules.
      banner: {
        js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
      },
      esbuildOptions: (options) => {
        options.conditions = ['@vosvfi/source', 'node', 'import'];
        options.minifySyntax = true;
        options.treeShaking = true;
      },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [join(outDir, 'consumer.js')]);
    expect(JSON.parse(stdout)).toEqual({ eager: [1, 2], graph: [1, 2], cpu: [1, 2] });
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
});
