import { fileURLToPath } from 'node:url';
import { type HostTensor, hostTensor, type WeightMap } from '@vosvfi/core';
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
import { createRvos, type RvosFeatures, type RvosObjects } from './index.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const zeroShot = createRvos('rvos_zero_shot');
const oneShot = createRvos('rvos_one_shot');
const objects = 3;

let stored: ReadonlyMap<string, HostTensor>;
let weights: WeightMap;
let keys: readonly (readonly [string, readonly number[]])[];

beforeAll(async () => {
  const rules = await readParameterRules(fileURLToPath(new URL('rvos.params.json', fixtures)));
  keys = rules.map(({ key, shape }) => [key, shape] as const);
  weights = oracleWeights(rules);
  stored = await readFixture(new URL('rvos.safetensors', fixtures));
});

/** The fixture keeps both decoders beside one encoder. */
function withMaskDecoder<T>(all: ReadonlyMap<string, T>): Map<string, T> {
  const entries = [...all].filter(([key]) => !key.startsWith('decoder.'));
  return new Map(entries.map(([key, value]) => [key.replace(/^decoder_mask\./, 'decoder.'), value]));
}

const segmentTwoFrames: TensorFunction = ({ frames, masks }, given) => {
  const levels = zeroShot.encode(given, frames as tf.Tensor4D).map((level) => tf.split(level, 2, 0));
  const features = [0, 1].map((frame) => levels.map((level) => level[frame]!) as unknown as RvosFeatures);
  const size = [frames!.shape[1]!, frames!.shape[2]!] as const;
  const [firstFound, firstFollowed] = [
    zeroShot.segment(given, features[0]!, size, { objects }),
    oneShot.segment(withMaskDecoder(given), features[0]!, size, { masks: masks as tf.Tensor4D }),
  ];
  const probability = ({ logits }: RvosObjects): tf.Tensor4D => tf.sigmoid(logits);
  const { hidden } = firstFollowed;
  return {
    'mid.skip_x5': features[0]![0],
    'mid.skip_x3': features[0]![2],
    'zero_shot.frame0.masks': probability(firstFound),
    'zero_shot.frame1.masks': probability(
      zeroShot.segment(given, features[1]!, size, { objects, hidden: firstFound.hidden }),
    ),
    'one_shot.frame0.masks': probability(firstFollowed),
    'one_shot.frame1.masks': probability(
      oneShot.segment(withMaskDecoder(given), features[1]!, size, { masks: probability(firstFollowed), hidden }),
    ),
  };
};

describe('the official networks', () => {
  it('have the keys, shapes and order of the state dicts', () => {
    const shapes = ({ parameters }: typeof oneShot) => parameters.map(({ key, shape }) => [key, shape]);
    expect(shapes(zeroShot)).toEqual(keys.filter(([key]) => !key.startsWith('decoder_mask.')));
    expect(shapes(oneShot)).toEqual([...withMaskDecoder(new Map(keys))]);
  });

  it('give the official features and masks of two frames', async () => {
    const prevMask = stored.get('one_shot.in.prev_mask')!;
    const masks = toChannelsLast(hostTensor(Float32Array.from(prevMask.data), prevMask.shape));
    const inputs = { frames: toChannelsLast(stored.get('in.frames')!), masks };
    const signature = { frames: { shape: inputs.frames.shape }, masks: { shape: masks.shape } };
    const compiled = await compile(segmentTwoFrames, signature, { weights });
    try {
      for (const [name, tensor] of Object.entries(await compiled.run(inputs))) {
        expect(relativeL2ToStored(toChannelsFirst(tensor), stored.get(name)!), name).toBeLessThan(1e-5);
      }
    } finally {
      await compiled.dispose();
    }
    // Half a minute of work; more on a busy machine.
  });
});
