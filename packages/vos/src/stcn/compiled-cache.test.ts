import type { Compiled } from '@vosvfi/runtime';
import { describe, expect, it, vi } from 'vitest';
import { CompiledCache } from './compiled-cache.js';

function fake() {
  const dispose = vi.fn(async () => undefined);
  const facts = { engine: 'cpu' as const, nodes: 0, traceMilliseconds: 0, sessionMilliseconds: 0, passes: [] };
  const compiled: Compiled = { facts, run: async () => ({}), dispose };
  return { compiled, dispose, make: vi.fn(async () => compiled) };
}

describe('CompiledCache', () => {
  it('makes once, and drops what was used longest ago', async () => {
    const cache = new CompiledCache(2);
    const [a, b, c] = [fake(), fake(), fake()];
    expect(await cache.get('a', a.make)).toBe(a.compiled);
    await cache.get('b', b.make);
    await cache.get('a', a.make);
    await cache.get('c', c.make);
    expect(a.make).toHaveBeenCalledOnce();
    expect([a, b, c].map(({ dispose }) => dispose.mock.calls.length)).toEqual([0, 1, 0]);
    await cache.dispose();
    expect([a, b, c].map(({ dispose }) => dispose.mock.calls.length)).toEqual([1, 1, 1]);
  });

  it('forgets what could not be made', async () => {
    const cache = new CompiledCache(1);
    const a = fake();
    await expect(cache.get('a', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await cache.get('a', a.make)).toBe(a.compiled);
    await cache.dispose();
  });
});
