import fc from 'fast-check';

// Properties draw the same cases every time, on every machine. vitest.config.ts imports this where a test uses fast-check.
fc.configureGlobal({ seed: 20_260 });
