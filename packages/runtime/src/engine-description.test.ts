import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { describeEngine, formatEngine } from './engine-description.js';

it('says what an engine id stands for', async () => {
  const graph = await describeEngine('graph', { threads: 2 });
  expect(formatEngine(graph)).toMatch(/^engine graph \(onnxruntime-node \d+\.\d+\.\d+\S*, cpu, 2 threads\)$/);
  expect((await describeEngine('graph')).threads).toBe(availableParallelism());
  expect((await describeEngine('graph-cuda')).device).toBe('cuda');
  expect(formatEngine(await describeEngine('wasm'))).toMatch(/^engine wasm \(.*-wasm \d.*, cpu, 1 thread\)$/);
});
