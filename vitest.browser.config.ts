import { defineConfig, mergeConfig } from 'vitest/config';
import usual from './vitest.config.js';

/** Tests of pages in a real headless browser (`pnpm test:browser`); without a browser they fail. Not part of `npm test`. */
export default mergeConfig(
  { ...usual, test: { ...usual.test, include: [] } },
  defineConfig({
    test: { include: ['{packages,apps}/*/test/**/*.browser.ts'], maxWorkers: 1, reporters: ['verbose'] },
  }),
);
