import { fileURLToPath } from 'node:url';
import type { HostTensor, WeightMap } from '@vosvfi/core';
import { compile, type TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import {
  oracleWeights,
  readFixture,
  readParameterRules,
  relativeL2ToStored,
  toChannelsFirst,
  toChannelsLast,
} from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalizeFrame } from '../imagenet-frame.js';
import { createDeeplabv3 } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const network = createDeeplabv3('deeplabv3_resnet50');

let stored: ReadonlyMap<string, HostTensor>;
let weights: WeightMap;
let keys: readonly (readonly [string, readonly number[]])[];

beforeAll(async () => {
  const rules = await readParameterRules(fileURLToPath(new URL('deeplabv3_resnet50.params.json', fixtures)));
  keys = rules.map(({ key, shape }) => [key, shape] as const);
  weights = oracleWeights(rules);
  stored = await readFixture(new URL('deeplabv3_resnet50.safetensors', fixtures));
});

const segment: TensorFunction = ({ frame, target }, given) => {
  const image = normalizeFrame(frame!);
  const { features, coarse, logits } = network.segment(given, image);
  const loss = (x: tf.Tensor): tf.Scalar => {
    const background = tf.slice(
      tf.softmax(network.segment(given, x as tf.Tensor4D).logits, 3),
      [0, 0, 0, 0],
      [-1, -1, -1, 1],
    );
    return tf.mean(tf.square(tf.sub(tf.sub(1, background), target!)));
  };
  return {
    'mid.layer3': features[2]!,
    'mid.logits_lowres': coarse,
    'out.argmax': tf.argMax(logits, 3),
    loss: loss(image),
    'main.grad.normalised': tf.grad(loss)(image),
  };
};

describe('the official network', () => {
  it('has the keys, shapes and order of the state dict', () => {
    expect(network.parameters.map(({ key, shape }) => [key, shape])).toEqual(keys);
  });

  it('gives the official features, classes and gradient', async () => {
    const inputs = { frame: toChannelsLast(stored.get('in.image')!), target: toChannelsLast(stored.get('in.target')!) };
    const signature = { frame: { shape: inputs.frame.shape }, target: { shape: inputs.target.shape } };
    const compiled = await compile(segment, signature, { weights });
    try {
      const outputs = await compiled.run(inputs);
      for (const name of ['mid.layer3', 'mid.logits_lowres', 'main.grad.normalised']) {
        expect(relativeL2ToStored(toChannelsFirst(outputs[name]!), stored.get(name)!), name).toBeLessThan(1e-5);
      }
      expect(outputs.loss!.data[0]).toBeCloseTo(stored.get('loss')!.data[0]!, 6);
      expect([...outputs['out.argmax']!.data]).toEqual([...stored.get('out.argmax')!.data]);
    } finally {
      await compiled.dispose();
    }
  });
});
