import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor, UnsupportedError } from '@vosvfi/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOnnxFile } from '../export-onnx.js';
import * as tf from '../tf.js';
import { openOnnxModel } from './onnx-model.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-foreign-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('openOnnxModel', () => {
  it('tells inputs and outputs and runs', async () => {
    const file = join(dir, 'model.onnx');
    const fn = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({ twice: tf.mul(x!, 2), best: tf.argMax(x!, 1) });
    await exportOnnxFile(file, fn, { x: { shape: [1, 3] } });
    const model = await openOnnxModel(file, { threads: 1 });
    expect(model.inputs).toEqual([{ name: 'x', type: 'float32', shape: [1, 3] }]);
    expect(model.outputs.map(({ name }) => name)).toEqual(['twice', 'best']);
    const { twice, best } = await model.run({ x: hostTensor(Float32Array.of(1, 5, 2), [1, 3]) }, ['twice', 'best']);
    expect(twice).toEqual(hostTensor(Float32Array.of(2, 10, 4), [1, 3]));
    expect(best).toEqual({ data: Int32Array.of(1), shape: [1], dtype: 'int32' });
    await expect(model.run({}, ['twice'])).rejects.toThrow('x: the model needs this input.');
    await model.dispose();
  });

  it('refuses a file that is no model', async () => {
    const file = join(dir, 'no.onnx');
    await writeFile(file, 'nothing');
    await expect(openOnnxModel(file)).rejects.toThrow(UnsupportedError);
  });
});
