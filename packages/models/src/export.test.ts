import { createRandom } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { relativeL2 } from '@vosvfi/testing';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { exportInterpolation } from './export.js';
import { createIfrnetInterpolator } from './ifrnet/index.js';
import { findModel } from './registry.js';

it('exports a file that ONNX Runtime runs to the same frame as the interpolator', async () => {
  const model = findModel('ifrnet_s');
  const { parameters } = await model.load();
  const random = createRandom(3);
  const weights = initializeWeights(parameters, random);
  // 24 and 40 are no multiples of 16, so the graph has to pad.
  const [height, width] = [24, 40];
  const bytes = await exportInterpolation(model, weights, { height, width });
  const session = await ort.InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(['frame0', 'frame1', 't']);
  expect(session.outputNames).toEqual(['frame']);

  const picture = () => Float32Array.from({ length: height * width * 3 }, () => random.uniform());
  const [data0, data1] = [picture(), picture()];
  const dims = [1, height, width, 3];
  const { frame } = await session.run({
    frame0: new ort.Tensor('float32', data0, dims),
    frame1: new ort.Tensor('float32', data1, dims),
    t: new ort.Tensor('float32', [0.5], [1, 1, 1, 1]),
  });
  expect(frame!.dims).toEqual(dims);
  const interpolator = createIfrnetInterpolator({ config: 'ifrnet_s', weights });
  const [expected] = await interpolator.interpolate(
    { data: data0, width, height },
    { data: data1, width, height },
    [0.5],
  );
  expect(relativeL2(frame!.data as Float32Array, expected!.data)).toBeLessThan(1e-6);
  await interpolator.dispose();
  await session.release();
});

it('refuses sizes and weights that do not fit', async () => {
  const model = findModel('ifrnet_s');
  const size = { height: 32, width: 32 };
  await expect(exportInterpolation(model, new Map(), { ...size, width: 8 })).rejects.toThrow(/width.*16 to 8192.*8/);
  await expect(exportInterpolation(model, new Map(), size)).rejects.toThrow(/weights of ifrnet_s.*missing/);
});
