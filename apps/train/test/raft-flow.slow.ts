import { createRandom, type HostTensor, hostTensor, type WeightMap } from '@vosvfi/core';
import { createSyntheticScene } from '@vosvfi/data';
import { flowSequenceLoss } from '@vosvfi/losses';
import { createRaft } from '@vosvfi/models/raft';
import { compile, compileTrainStep, initializeWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { adamW } from '@vosvfi/train';
import { describe, expect, it } from 'vitest';

const side = 64;
const iterations = 4;
const batch = 4;
const steps = 500;

const network = createRaft({
  ...{ design: 'basic', widths: [16, 24, 32], features: 32, hidden: 32, context: 32 },
  ...{ correlation: [32, 32], flow: [16, 16], motion: 30, head: 32, levels: 3, radius: 3 },
});

/** Pairs of frames of moving scenes with their true flow; every pixel's motion is known, also where it is hidden. */
function pairs(firstSeed: number, count: number): Record<string, HostTensor> {
  const pixels = side * side;
  const [frame0, frame1] = [new Float32Array(3 * count * pixels), new Float32Array(3 * count * pixels)];
  const truth = new Float32Array(2 * count * pixels);
  for (let i = 0; i < count; i++) {
    const scene = createSyntheticScene(firstSeed + i, { width: side, height: side });
    frame0.set(
      Float32Array.from(scene.render(0).frame.data, (value) => value / 255),
      3 * i * pixels,
    );
    frame1.set(
      Float32Array.from(scene.render(1).frame.data, (value) => value / 255),
      3 * i * pixels,
    );
    truth.set(scene.flow(0, 1).flow, 2 * i * pixels);
  }
  return {
    frame0: hostTensor(frame0, [count, side, side, 3]),
    frame1: hostTensor(frame1, [count, side, side, 3]),
    truth: hostTensor(truth, [count, side, side, 2]),
  };
}

type Named = Readonly<Record<string, tf.Tensor>>;

function lossOf(weights: ReadonlyMap<string, tf.Tensor>, { frame0, frame1, truth }: Named) {
  const options = { iterations, predictions: 'all' } as const;
  const { flows } = network.forward(weights, { frame0: frame0!, frame1: frame1!, ...options });
  const valid = tf.ones([...truth!.shape.slice(0, 3), 1]);
  const { total, endPointError } = flowSequenceLoss(flows, truth!, valid);
  return { total, terms: { endPointError } };
}

/** Mean end-point error on pairs that were not trained on. */
async function measure(weights: WeightMap, held: Record<string, HostTensor>): Promise<number> {
  const fn = (inputs: Named, tensors: ReadonlyMap<string, tf.Tensor>) => ({
    error: lossOf(tensors, inputs).terms.endPointError,
  });
  const signature = Object.fromEntries(Object.entries(held).map(([name, { shape }]) => [name, { shape }]));
  const compiled = await compile(fn, signature, { weights });
  const { error } = await compiled.run(held);
  await compiled.dispose();
  return error!.data[0]!;
}

/** Mean length of the true flow: the error of no motion. */
function lengthOf(truth: HostTensor): number {
  const { data } = truth;
  let sum = 0;
  for (let i = 0; i < data.length; i += 2) sum += Math.hypot(data[i]!, data[i + 1]!);
  return sum / (data.length / 2);
}

describe('RAFT learns', () => {
  it('flow of synthetic scenes from its sequence loss', { timeout: 1_800_000 }, async ({ annotate }) => {
    const fresh = initializeWeights(network.parameters, createRandom(1));
    const isFrozen = new Set(network.parameters.filter(({ trainable }) => trainable === false).map(({ key }) => key));
    const parameters = new Map([...fresh].filter(([key]) => !isFrozen.has(key)));
    const frozen = new Map([...fresh].filter(([key]) => isFrozen.has(key)));
    const held = pairs(10_000, 16);
    const still = lengthOf(held.truth!);
    const step = await compileTrainStep({
      ...{ parameters, frozen, optimizer: adamW({ weightDecay: 1e-4 }), clipNorm: 1 },
      signature: {
        frame0: { shape: [batch, side, side, 3] },
        frame1: { shape: [batch, side, side, 3] },
        truth: { shape: [batch, side, side, 2] },
      },
      loss: (weights, inputs, constants) => lossOf(new Map([...weights, ...constants]), inputs),
    });
    const errors = [await measure(fresh, held)];
    for (let i = 0; i < steps; i++) {
      const { applied } = await step.run(pairs(batch * i, batch), { learningRate: 1e-3 * Math.min(1, (i + 1) / 50) });
      expect(applied).toBe(true);
      if ((i + 1) % (steps / 5) === 0) errors.push(await measure(new Map([...step.weights(), ...frozen]), held));
    }
    await step.dispose();
    const text = errors.map((error) => error.toFixed(2)).join(', ');
    await annotate(`end-point error on held-out scenes ${text} px; ${still.toFixed(2)} if nothing moved`);
    // What it finds is better than no motion by a good part, and still getting better.
    expect(errors.at(-1)).toBeLessThan(0.8 * still);
    expect(errors.at(-1)).toBeLessThan(errors.at(-3)!);
  });
});
