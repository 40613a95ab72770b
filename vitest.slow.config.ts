import { defineConfig, mergeConfig } from 'vitest/config';
import usual from './vitest.config.js';

/** Tests that take minutes (`pnpm test:slow`); they are not part of `npm test`. */
export default mergeConfig(
  { ...usual, test: { ...usual.test, include: [] } },
  defineConfig({
    test: {
      include: ['{packages,apps}/*/test/**/*.slow.ts'],
      maxWorkers: 1,
      fileParallelism: false,
      testTimeout: 600_000,
      reporters: ['verbose'],
    },
  }),
);
