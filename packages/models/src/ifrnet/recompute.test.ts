import { createRandom, hostTensor } from '@vosvfi/core';
import { compileTrainStep, initializeWeights, type TrainStep } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { describe, expect, it } from 'vitest';
import { createIfrnet } from './index.js';

const random = createRandom(4);
const shapes = { frame0: [2, 32, 32, 3], frame1: [2, 32, 32, 3], frameT: [2, 32, 32, 3], t: [2, 1, 1, 1] };
const inputs = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(0, 1));
    return [name, hostTensor(data, shape)];
  }),
);

function trainStep(recompute: boolean): Promise<TrainStep> {
  const network = createIfrnet({ pyramid: [4, 5, 6, 7], side: 3, firstKernel: 3 }, 'tiny', 'he');
  return compileTrainStep({
    loss: (weights, given) => {
      const frames = { frame0: given.frame0!, frame1: given.frame1!, frameT: given.frameT!, t: given.t! };
      const out = network.forwardTraining(weights, { ...frames, recompute });
      const features = out.targetFeatures.slice(0, 3).map((target, level) => tf.sub(target, out.features[level]!));
      const terms = [tf.sub(out.frame, frames.frameT), ...features].map((error) => tf.mean(tf.square(error)));
      return { total: tf.addN(terms) as tf.Scalar };
    },
    parameters: initializeWeights(network.parameters, createRandom(1)),
    signature: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }])),
    // The new weight is the gradient itself.
    optimizer: { id: 'gradient', slots: [], update: (_, gradient) => ({ parameter: gradient, slots: {} }) },
  });
}

describe('recomputed activations', () => {
  it('give the same loss and the same gradient of every weight', async () => {
    const [plain, saving] = [await trainStep(false), await trainStep(true)];
    const [expected, actual] = [
      await plain.run(inputs, { learningRate: 1 }),
      await saving.run(inputs, { learningRate: 1 }),
    ];
    expect(Math.abs(actual.total / expected.total - 1)).toBeLessThan(1e-6);
    const found = saving.weights();
    for (const [key, { data }] of plain.weights()) {
      const other = found.get(key)!.data;
      const scale = Math.max(...Array.from(data, Math.abs));
      data.forEach((value, i) => {
        expect(Math.abs(other[i]! - value), `${key} ${i}`).toBeLessThanOrEqual(1e-5 * scale);
      });
    }
    expect(saving.facts.nodes).toBeGreaterThan(plain.facts.nodes + 100);
    await plain.dispose();
    await saving.dispose();
  });
});
