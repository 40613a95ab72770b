import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** Tests that need a graphics adapter; `pnpm test` leaves them out. */
export default defineConfig({
  ...base,
  root: join(import.meta.dirname, '../..'),
  test: {
    ...base.test,
    include: ['tooling/webgpu/test/**/*.test.ts', 'packages/runtime/test/webgpu/*.device.ts'],
    // A software adapter uses all cores for each program.
    maxWorkers: 1,
    testTimeout: 600_000,
  },
});
