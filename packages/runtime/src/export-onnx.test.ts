import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportOnnx, exportOnnxFile } from './export-onnx.js';
import { writeModel } from './onnx/write-model.js';
import * as tf from './tf.js';
import { trace } from './trace/trace.js';

describe('exportOnnx', () => {
  const weights = new Map([['gain', hostTensor(Float32Array.of(2, 3), [2])]]);
  const fn = ({ x }: Readonly<Record<string, tf.Tensor>>, w: ReadonlyMap<string, tf.Tensor>) => ({
    y: tf.mul(x as tf.Tensor, w.get('gain') as tf.Tensor),
  });
  const signature = { x: { shape: [1, 2] }, unused: { shape: [1] } };

  it('writes a file that ONNX Runtime loads, with readable names and every input', async () => {
    const session = await ort.InferenceSession.create(
      exportOnnx(fn, signature, { weights, inputNames: { x: 'image' }, outputNames: { y: 'scaled' } }),
    );
    expect(session.inputNames).toEqual(['image', 'unused']);
    expect(session.outputNames).toEqual(['scaled']);
    const image = new ort.Tensor('float32', [5, 7], [1, 2]);
    const { scaled } = await session.run({ image, unused: new ort.Tensor('float32', [0], [1]) });
    expect(scaled?.data).toEqual(Float32Array.of(10, 21));
    await session.release();
  });

  it('refuses to rename what does not exist', () => {
    expect(() => exportOnnx(fn, signature, { weights, inputNames: { z: 'a' } })).toThrow(
      'inputNames.z: there is only x, unused.',
    );
  });

  it('writes weights to a file of their own where one ONNX file has no room for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vosvfi-export-'));
    try {
      const path = join(folder, 'big.onnx');
      const table = hostTensor(
        Float32Array.from({ length: 2000 }, (_, i) => i),
        [2, 1000],
      );
      const lookUp = ({ x }: Readonly<Record<string, tf.Tensor>>, w: ReadonlyMap<string, tf.Tensor>) => ({
        y: tf.matMul(x as tf.Tensor2D, w.get('table') as tf.Tensor2D),
      });
      const row = { x: { shape: [1, 2] } };
      const tables = new Map([['table', table]]);
      const x = new ort.Tensor('float32', [0, 1], [1, 2]);
      for (const inlineBytes of [7999, 8000]) {
        const files = await exportOnnxFile(path, lookUp, row, { weights: tables, inlineBytes });
        expect(files).toEqual(inlineBytes === 8000 ? [path] : [path, `${path}.data`]);
        const session = await ort.InferenceSession.create(path);
        expect((await session.run({ x })).y?.data).toEqual(table.data.slice(1000));
        await session.release();
        await rm(`${path}.data`, { force: true });
      }
      expect(await readdir(folder)).toEqual(['big.onnx']);
      expect(() => writeModel(trace(lookUp, row, tables), 7999)).toThrow(
        /^The function has 0\.00000745 GiB of constants, more than .* Write it with exportOnnxFile/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
