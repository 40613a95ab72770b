import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, createRandom, hostTensor, UnsupportedError } from '@vosvfi/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { TensorFunction } from '../engine.js';
import { compileProgram } from '../engines/graph-program.js';
import * as tf from '../tf.js';
import { loadCompiled } from './load-compiled.js';
import { saveGraphs } from './saved-graphs.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-saved-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const random = createRandom(5);
const noise = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => random.uniform(-1, 1)),
    shape,
  );

const weights = new Map([
  ['a', noise(6, 8)],
  ['b', noise(8, 300)],
]);
const fn: TensorFunction = ({ x, 10: ten, mask }, w) => {
  const y = tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, w.get('a') as tf.Tensor2D)), w.get('b') as tf.Tensor2D);
  return {
    y: tf.where(mask as tf.Tensor, y, 0),
    '7': tf.add(tf.cast(ten as tf.Tensor, 'float32'), 0.5),
    same: x as tf.Tensor,
  };
};
const signature = {
  x: { shape: [2, 6] },
  '10': { shape: [3], dtype: 'int32' },
  mask: { shape: [2, 1], dtype: 'bool' },
} as const;
const inputs = {
  x: noise(2, 6),
  '10': { data: Int32Array.of(1, 2, 3), shape: [3], dtype: 'int32' as const },
  mask: { data: Uint8Array.of(1, 0), shape: [2, 1], dtype: 'bool' as const },
};

/** Saves the function in `folder/saved` and gives what it computes. */
async function save() {
  const compiled = await compile(fn, signature, { weights });
  const path = join(folder, 'saved');
  await compiled.save(path);
  const results = await compiled.run(inputs);
  await compiled.dispose();
  return { path, results };
}

describe('saved functions', () => {
  it('compute the same after loading, without the function', async () => {
    const { path, results } = await save();
    expect((await readdir(path)).sort()).toEqual(['compiled.json', 'function.onnx']);
    expect(await readdir(folder)).toEqual(['saved']);
    const loaded = await loadCompiled(path, { engine: 'graph', threads: 1, signature });
    expect(await loaded.run(inputs)).toEqual(results);
    expect(loaded.facts).toMatchObject({ engine: 'graph', traceMilliseconds: 0 });
    expect(loaded.facts.nodes).toBeGreaterThan(3);
    await expect(loaded.run({ ...inputs, x: noise(2, 5) })).rejects.toThrow(
      'Input "x": expected float32 [2, 6], found float32 [2, 5]',
    );
    await expect(loaded.save(join(folder, 'again'))).rejects.toThrow('What was loaded cannot be saved again.');
    await loaded.dispose();
  });

  it('keep constants in a file of their own where the model has no room', async () => {
    const { path, results } = await save();
    await saveGraphs(path, { kind: 'function' }, 'graph', {
      function: (options) => compileProgram('graph', fn, signature, weights, { ...options, inlineBytes: 5000 }),
    });
    expect((await readdir(path)).sort()).toEqual(['compiled.json', 'function.onnx', 'function.onnx.data']);
    const loaded = await loadCompiled(path);
    expect(await loaded.run(inputs)).toEqual(results);
    await loaded.dispose();
    await truncate(join(path, 'function.onnx.data'), 4096);
    await expect(loadCompiled(path)).rejects.toThrow('function.onnx.data: is truncated: expected 12288 bytes');
  });

  it('name the file that is missing, truncated or damaged', async () => {
    const { path } = await save();
    const model = join(path, 'function.onnx');
    const bytes = await readFile(model);
    await truncate(model, 1000);
    await expect(loadCompiled(path)).rejects.toThrow(CheckpointError);
    await expect(loadCompiled(path)).rejects.toThrow(`function.onnx: is truncated: expected ${bytes.length} bytes`);
    await writeFile(model, Buffer.concat([bytes.subarray(0, 2000), Buffer.from([1]), bytes.subarray(2001)]));
    await expect(loadCompiled(path)).rejects.toThrow('function.onnx: is damaged: expected SHA-256');
    await rm(model);
    await expect(loadCompiled(path)).rejects.toThrow('function.onnx: cannot be read (ENOENT)');
    await expect(loadCompiled(join(folder, 'nothing'))).rejects.toThrow('is not a saved function: compiled.json');
  });

  it('name what is wrong with their description', async () => {
    const { path } = await save();
    const file = join(path, 'compiled.json');
    const text = await readFile(file, 'utf8');
    const withText = async (changed: string) => {
      await writeFile(file, changed);
      return loadCompiled(path);
    };
    await expect(withText(text.slice(0, 300))).rejects.toThrow('compiled.json: is damaged or truncated');
    await expect(withText('{"format": "other"}')).rejects.toThrow('is not the description of a saved function');
    await expect(withText(text.replace('"version": 1', '"version": 2'))).rejects.toThrow(
      /expected format version 1, found 2, written by @vosvfi\/runtime \d/,
    );
    await expect(withText(text.replace('"engine": "graph"', '"engine": "gpu"'))).rejects.toThrow('engine');
    await expect(withText(text.replace('function.onnx', '../function.onnx'))).rejects.toThrow('graphs.function.model');
    await expect(withText(text.replace('"kind": "function"', '"kind": "train-step"'))).rejects.toThrow(
      'expected a saved function, found a training step',
    );
  });

  it('refuse another engine, another signature and a path that is something else', async () => {
    const { path } = await save();
    await expect(loadCompiled(path, { engine: 'graph-webgpu' })).rejects.toThrow(
      'was compiled for engine "graph", not for "graph-webgpu"',
    );
    await expect(loadCompiled(path, { signature: { ...signature, x: { shape: [1, 6] } } })).rejects.toThrow(
      'input "x": expected float32 [1, 6], found float32 [2, 6]. It was saved for another signature.',
    );
    const compiled = await compile(fn, signature, { weights });
    await appendFile(join(folder, 'notes.txt'), 'mine');
    await expect(compiled.save(folder)).rejects.toThrow(ConfigError);
    await expect(compiled.save(join(folder, 'notes.txt'))).rejects.toThrow('is a file; a saved function is a folder');
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
    await compiled.dispose();
    const eager = await compile(fn, signature, { weights, engine: 'cpu' });
    await expect(eager.save(join(folder, 'eager'))).rejects.toThrow(UnsupportedError);
    await eager.dispose();
  });
});
