import { createRandom, hostTensor } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { EngineId, TensorFunction } from '../engine.js';
import * as tf from '../tf.js';

const random = createRandom(31);
const noise = (...shape: number[]) => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return hostTensor(
    Float32Array.from({ length }, () => random.uniform(-1, 1)),
    shape,
  );
};

interface Trial {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly stride?: number;
  readonly pad?: number;
}

const trials: Readonly<Record<string, Trial>> = {
  'few channels, few taps': { x: [2, 9, 8, 3], filter: [3, 3, 3, 4], stride: 2, pad: 1 },
  'few channels, many taps': { x: [2, 13, 12, 3], filter: [7, 7, 3, 5], stride: 2, pad: 3 },
  'few channels, few positions': { x: [3, 3, 3, 2], filter: [3, 3, 2, 4], pad: 1 },
  'large image': { x: [1, 130, 132, 130], filter: [3, 3, 130, 1], pad: 1 },
  'large image without padding': { x: [2, 130, 132, 66], filter: [3, 3, 66, 1] },
  'large image, one tap': { x: [1, 130, 132, 130], filter: [1, 1, 130, 2] },
  'large image, stride': { x: [1, 260, 260, 130], filter: [2, 2, 130, 1], stride: 2 },
  'many positions': { x: [2, 12, 12, 8], filter: [3, 3, 8, 3], pad: 1 },
  'few positions': { x: [3, 4, 5, 9], filter: [3, 3, 9, 6], pad: 1 },
  'one picture': { x: [1, 6, 5, 9], filter: [3, 3, 9, 4], pad: 1 },
};

it.each(Object.entries(trials))(
  'equals the gradient of engine cpu: %s',
  async (_, { x, filter, stride = 1, pad = 0 }) => {
    const convolve = (image: tf.Tensor, taps: tf.Tensor) =>
      tf.conv2d(image as tf.Tensor4D, taps as tf.Tensor4D, stride, pad);
    const fn: TensorFunction = (given) => {
      const slope = tf.grad((taps: tf.Tensor) => tf.sum(tf.mul(convolve(given.x!, taps), given.dy!)));
      return { dw: slope(given.filter!) };
    };
    const extent = (axis: 1 | 2) => Math.floor((x[axis] + 2 * pad - (filter[axis - 1] as number)) / stride) + 1;
    const inputs = { x: noise(...x), filter: noise(...filter), dy: noise(x[0], extent(1), extent(2), filter[3]) };
    const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
    const gradient = async (engine: EngineId) => {
      const compiled = await compile(fn, signature, { engine });
      const { dw } = await compiled.run(inputs);
      await compiled.dispose();
      return dw!;
    };
    const [graph, cpu] = [await gradient('graph'), await gradient('cpu')];
    expect(graph.shape).toEqual(cpu.shape);
    const scale = Math.max(...Array.from(cpu.data, Math.abs));
    const worst = Math.max(...Array.from(cpu.data, (value, i) => Math.abs(value - (graph.data[i] as number))));
    expect(worst / scale).toBeLessThan(2e-5);
  },
);
