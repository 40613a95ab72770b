import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { afterEach, beforeEach, expect } from 'vitest';

// Loads the back-end; tests that call operators outside of `compile` then run on it.
const loaded = await compile(
  ({ x }) => ({ y: tf.neg(x as tf.Tensor) }),
  { x: { shape: [1] } },
  { engine: 'tensorflow' },
);
await loaded.dispose();

beforeEach(async () => {
  await tf.setBackend('tensorflow');
});

afterEach(() => {
  expect(tf.getBackend()).toBe('tensorflow');
});
