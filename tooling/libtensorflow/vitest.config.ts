import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** The tests of operators with TensorFlow as the back-end of what they run eagerly. */
export default defineConfig({
  ...base,
  root: join(import.meta.dirname, '../..'),
  test: {
    ...base.test,
    include: ['packages/ops/src/**/*.test.ts', 'tooling/libtensorflow/src/**/*.test.ts'],
    setupFiles: [join(import.meta.dirname, 'src/setup.ts')],
  },
});
