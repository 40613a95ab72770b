import { ConfigError, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../engine.js';
import * as tf from '../tf.js';
import { type Compilation, createCompiler } from './compiler.js';

const ones = (...shape: number[]) =>
  hostTensor(new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(1), shape);

const total: TensorFunction = function total({ x }, weights) {
  return { y: tf.mul(tf.sum(x as tf.Tensor), weights.get('gain') ?? 1) };
};

const gain = new Map([['gain', hostTensor(Float32Array.of(3), [])]]);

function counted(capacity: number) {
  const compilations: Compilation[] = [];
  const compiler = createCompiler({ capacity, onCompile: (compilation) => compilations.push(compilation) });
  const shapes = () => compilations.map(({ signature }) => signature.x?.shape.join('x'));
  return { compiler, compilations, shapes };
}

const value = async (results: Promise<Record<string, { data: ArrayLike<number> }>>) => (await results).y?.data[0];

describe('createCompiler', () => {
  it('compiles once a signature, keeps the most recently used, and compiles again what was dropped', async () => {
    const { compiler, shapes } = counted(2);
    const run = compiler.define(total);
    for (const size of [2, 3, 2, 4, 2, 3]) expect(await value(run({ x: ones(size) }))).toBe(size);
    expect(shapes()).toEqual(['2', '3', '4', '3']);
    expect(compiler.facts()).toMatchObject({ compilations: 4, kept: 2 });
    expect(compiler.facts().milliseconds).toBeGreaterThan(0);
    await compiler.dispose();
  });

  it('compiles once for calls at a time, and tells what was compiled', async () => {
    const { compiler, compilations } = counted(2);
    const run = compiler.define(total, gain);
    expect(await Promise.all([1, 2, 3].map(() => value(run({ x: ones(2, 2) }))))).toEqual([12, 12, 12]);
    expect(compilations).toHaveLength(1);
    expect(compilations[0]).toMatchObject({ name: 'total', signature: { x: { shape: [2, 2], dtype: 'float32' } } });
    expect(compilations[0]?.facts.nodes).toBeGreaterThan(0);
    await compiler.dispose();
  });

  it('never takes a function away from a call that runs in it', async () => {
    const { compiler } = counted(1);
    const run = compiler.define(total);
    const sizes = [1, 2, 3, 1, 2, 3, 3];
    expect(await Promise.all(sizes.map((size) => value(run({ x: ones(size) }))))).toEqual(sizes);
    await compiler.dispose();
  });

  it('keeps functions and their weights apart, and types', async () => {
    const { compiler, compilations } = counted(4);
    const [plain, tripled] = [compiler.define(total), compiler.define(total, gain)];
    expect(await value(plain({ x: ones(2) }))).toBe(2);
    expect(await value(tripled({ x: ones(2) }))).toBe(6);
    const doubled = compiler.define(({ x }) => ({ y: tf.sum(tf.cast(x as tf.Tensor, 'float32')) }));
    expect(await value(doubled({ x: { data: Int32Array.of(1, 2), shape: [2], dtype: 'int32' } }))).toBe(3);
    expect(await value(doubled({ x: ones(2) }))).toBe(2);
    expect(compilations).toHaveLength(4);
    await compiler.dispose();
  });

  it('forgets what could not be compiled', async () => {
    const { compiler } = counted(1);
    let fails = true;
    const run = compiler.define(({ x }) => {
      if (fails) throw new Error('no memory');
      return { y: tf.sum(x as tf.Tensor) };
    });
    await expect(Promise.all([run({ x: ones(2) }), run({ x: ones(2) })])).rejects.toThrow('no memory');
    fails = false;
    expect(await value(run({ x: ones(2) }))).toBe(2);
    await compiler.dispose();
  });

  it('waits for running calls when it is disposed, and refuses later ones', async () => {
    const { compiler } = counted(2);
    const run = compiler.define(total);
    const running = value(run({ x: ones(5) }));
    await compiler.dispose();
    await compiler.dispose();
    expect(await running).toBe(5);
    await expect(run({ x: ones(5) })).rejects.toThrow('The compiler was disposed.');
    expect(compiler.facts().kept).toBe(0);
  });

  it('names a capacity that cannot be', () => {
    expect(() => createCompiler({ capacity: 0 })).toThrow(ConfigError);
    expect(() => createCompiler({ capacity: 1.5 })).toThrow('capacity: expected a positive whole number, found 1.5.');
  });
});
