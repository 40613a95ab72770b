import { availableParallelism } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { engineFacts } from './engine-facts.js';

afterEach(() => {
  vi.doUnmock('./compile.js');
  vi.resetModules();
});

it('tells version, threads and providers of every engine', async () => {
  const facts = await engineFacts();
  expect(facts.map(({ engine, usable }) => [engine, usable])).toEqual([
    ['graph', true],
    ['wasm', true],
    ['cpu', true],
  ]);
  const [graph, wasm] = facts;
  expect(graph?.providers).toContain('cpu');
  expect(graph?.threads).toBe(availableParallelism());
  expect(graph?.versions['onnxruntime-node']).toMatch(/^\d+\.\d+\.\d+/);
  expect(wasm).toMatchObject({ threads: 1, providers: [] });
  expect(wasm?.versions['@tensorflow/tfjs']).toMatch(/^\d+\.\d+\.\d+/);
});

it('says why an engine cannot be used and what to do', async () => {
  vi.doMock('./compile.js', () => ({
    compile: () => Promise.reject(new Error('libonnxruntime.so.1: cannot open shared object file')),
  }));
  const { engineFacts: broken } = await import('./engine-facts.js');
  const [graph] = await broken();
  expect(graph).toMatchObject({
    engine: 'graph',
    usable: false,
    reason: 'libonnxruntime.so.1: cannot open shared object file',
  });
  expect(graph?.remedy).toContain('onnxruntime-node');
});

it('does not take wrong numbers for a working engine', async () => {
  vi.doMock('./compile.js', () => ({
    compile: async () => ({
      run: async () => ({ y: { data: Float32Array.of(483), shape: [], dtype: 'float32' } }),
      dispose: async () => undefined,
    }),
  }));
  const { engineFacts: wrong } = await import('./engine-facts.js');
  const facts = await wrong();
  expect(facts.map(({ usable }) => usable)).toEqual([false, false, false]);
  expect(facts[0]?.reason).toContain('483, expected 484');
});
