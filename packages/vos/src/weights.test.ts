import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createRandom, type Frame, type HostTensor, type Mask } from '@vosvfi/core';
import { readSafetensors, toHostTensor } from '@vosvfi/core/safetensors';
import { describe, expect, it } from 'vitest';
import { createStcn, createStcnPropagator } from './stcn/index.js';
import { stcnTinyWeightsUrl } from './weights.js';

const file = fileURLToPath(stcnTinyWeightsUrl);
const network = createStcn('stcn_tiny');

async function shippedWeights(): Promise<Map<string, HostTensor>> {
  const { tensors } = await readSafetensors(file);
  return new Map([...tensors].map(([key, tensor]) => [key, toHostTensor(tensor, key)]));
}

const size = 128;

/** An orange ellipse with dots on a grey, noisy ground, and a blue one that is no object. */
function scene(x: number): { frame: Frame; mask: Mask } {
  const random = createRandom(8);
  const data = new Uint8Array(size * size * 3);
  const mask = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const pixel = row * size + column;
      const isObject = ((column - x) / 26) ** 2 + ((row - 52) / 20) ** 2 < 1;
      const isOther = (column - 92) ** 2 + (row - 104) ** 2 < 15 ** 2;
      const isDot = ((column - x) & 8) !== 0 && (row & 8) !== 0;
      const colour = isObject ? [230, isDot ? 90 : 140, 30] : isOther ? [40, 70, 220] : [110, 115, 110];
      colour.forEach((value, channel) => {
        data[pixel * 3 + channel] = value + random.integer(-15, 15);
      });
      mask[pixel] = isObject ? 1 : 0;
    }
  }
  return { frame: { data, width: size, height: size }, mask: { data: mask, width: size, height: size } };
}

function intersectionOverUnion(a: Mask, b: Mask): number {
  let [intersection, union] = [0, 0];
  a.data.forEach((label, pixel) => {
    intersection += label > 0 && b.data[pixel]! > 0 ? 1 : 0;
    union += label > 0 || b.data[pixel]! > 0 ? 1 : 0;
  });
  return intersection / union;
}

describe('the weights of stcn_tiny', () => {
  it('fit the network and into 8 MB', async () => {
    const weights = await shippedWeights();
    expect([...weights].map(([key, { shape }]) => [key, shape])).toEqual(
      network.parameters.map(({ key, shape }) => [key, shape]),
    );
    expect((await stat(file)).size).toBeLessThan(8e6);
  });

  it('follow an object that moves', async () => {
    const places = [36, 48, 60, 72].map(scene);
    const propagator = createStcnPropagator(network, await shippedWeights(), { threads: 1 });
    const masks = await propagator.propagate(
      places.map(({ frame }) => frame),
      places[0]!.mask,
    );
    await propagator.dispose();
    const last = places[3]!.mask;
    expect(intersectionOverUnion(places[0]!.mask, last)).toBeLessThan(0.25);
    expect(intersectionOverUnion(masks[3]!, last)).toBeGreaterThan(0.75);
  });
});
