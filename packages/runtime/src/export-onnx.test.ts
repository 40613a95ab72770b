import { hostTensor } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportOnnx } from './export-onnx.js';
import * as tf from './tf.js';

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
});
