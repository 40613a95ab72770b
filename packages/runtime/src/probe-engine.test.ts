import { availableParallelism } from 'node:os';
import { EnvironmentError } from '@vosvfi/core';
import { afterEach, expect, it, vi } from 'vitest';
import { probeEngine, remarksOn } from './probe-engine.js';

afterEach(() => {
  vi.doUnmock('./compile.js');
  vi.resetModules();
});

async function probeWith(compile: () => Promise<unknown>) {
  vi.doMock('./compile.js', () => ({ compile }));
  const { probeEngine: probe } = await import('./probe-engine.js');
  return probe('graph', { speed: false });
}

it('tells what runs an engine and how fast', async () => {
  const fact = await probeEngine('graph', { speed: true });
  expect(fact).toMatchObject({
    engine: 'graph',
    usable: true,
    description: { engine: 'graph', library: 'onnxruntime-node', device: 'cpu', threads: availableParallelism() },
  });
  expect(fact.description?.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(fact.speed?.gigaflops).toBeGreaterThan(0);
  expect(fact.speed?.milliseconds).toBeGreaterThan(0);
});

it('says why an engine cannot be used and what to do', async () => {
  const message = 'libonnxruntime.so.1: cannot open shared object file';
  const fact = await probeWith(() => Promise.reject(new Error(message)));
  expect(fact).toMatchObject({ engine: 'graph', usable: false, reason: message });
  expect(fact.remedy).toContain('npm install onnxruntime-node');
});

it('takes the remedy from the error that has one', async () => {
  const fact = await probeWith(() => Promise.reject(new EnvironmentError('No card.', { hint: 'Run: buy' })));
  expect(fact).toMatchObject({ usable: false, reason: 'No card.', remedy: 'Run: buy' });
});

it('does not take wrong numbers for a working engine', async () => {
  const fact = await probeWith(async () => ({
    run: async () => ({ y: { data: Float32Array.of(483), shape: [], dtype: 'float32' } }),
    dispose: async () => undefined,
  }));
  expect(fact.usable).toBe(false);
  expect(fact.reason).toContain('483, expected 484');
});

it('remarks that tfjs-node needs help on newer versions of Node.js', () => {
  expect(remarksOn('tensorflow', 'v22.21.0')).toEqual([]);
  expect(remarksOn('graph', 'v24.0.0')).toEqual([]);
  expect(remarksOn('tensorflow', 'v24.0.0')[0]).toContain('Node.js 24');
});
