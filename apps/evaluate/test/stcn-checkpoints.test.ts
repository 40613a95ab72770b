import { fileURLToPath } from 'node:url';
import { createRandom } from '@vosvfi/core';
import { loadWeights } from '@vosvfi/models/weights';
import { createStcn } from '@vosvfi/vos/stcn';
import { describe, expect, it } from 'vitest';

const network = createStcn({
  keyEncoder: { block: 'bottleneck', stem: 4, widths: [2, 2, 3], depths: [1, 2, 1] },
  valueEncoder: { stem: 4, widths: [4, 3, 4], depths: [1, 1, 1] },
  keyChannels: 4,
  valueChannels: 6,
  attentionReduction: 2,
  decoder: [6, 5, 4],
});
const widened = 'value_encoder.conv1.weight';
const plane = 49;

function file(name: string): string {
  return fileURLToPath(new URL(`fixtures/stcn-${name}.pth`, import.meta.url));
}

/** What the fixtures hold as value `i` of parameter `place`. */
const storedValue = (place: number, i: number): number => (((i * 37 + place * 11) % 101) - 50) / 64;

/** Channels `from` to `to` of a filter [4, channels, 7, 7], output after output. */
function channelsOf(data: Float32Array, channels: number, from: number, to: number): number[] {
  return [0, 1, 2, 3].flatMap((output) => [
    ...data.subarray((output * channels + from) * plane, (output * channels + to) * plane),
  ]);
}

describe('official STCN files', () => {
  it.each(['five-channels', 'training-checkpoint'])('%s load as they are', async (name) => {
    const weights = await loadWeights(file(name), network.parameters);
    network.parameters.forEach(({ key, shape }, place) => {
      const { data, shape: found } = weights.get(key)!;
      expect(found).toEqual(shape);
      expect([...data]).toEqual(Array.from(data, (_, i) => storedValue(place, i)));
    });
  });

  it.each(['four-channels', 'four-channels-parallel'])('%s get a channel that does nothing', async (name) => {
    const weights = await loadWeights(file(name), network.parameters);
    const place = network.parameters.findIndex(({ key }) => key === widened);
    const { data, shape } = weights.get(widened)!;
    expect(shape).toEqual([4, 5, 7, 7]);
    expect(channelsOf(data, 5, 0, 4)).toEqual(Array.from({ length: 4 * 4 * plane }, (_, i) => storedValue(place, i)));
    expect(channelsOf(data, 5, 4, 5)).toEqual(new Array(4 * plane).fill(0));
    expect(weights.size).toBe(network.parameters.length);
  });

  it('with four channels get an orthogonal one for training', async () => {
    const [evaluated, trained, again] = [
      await loadWeights(file('four-channels'), network.parameters),
      await loadWeights(file('four-channels'), network.parameters, { random: createRandom(3) }),
      await loadWeights(file('four-channels'), network.parameters, { random: createRandom(3) }),
    ] as const;
    const [plain, { data }] = [evaluated.get(widened)!.data, trained.get(widened)!];
    expect(again.get(widened)!.data).toEqual(data);
    expect(channelsOf(data, 5, 0, 4)).toEqual(channelsOf(plain, 5, 0, 4));
    const added = channelsOf(data, 5, 4, 5);
    for (const row of [0, 1, 2, 3]) {
      for (const other of [0, 1, 2, 3]) {
        const product = added
          .slice(row * plane, (row + 1) * plane)
          .reduce((sum, value, i) => sum + value * added[other * plane + i]!, 0);
        expect(product).toBeCloseTo(row === other ? 1 : 0, 5);
      }
    }
  });

  it('with any other number of channels do not fit', async () => {
    const narrow = network.parameters.map((spec) => (spec.key === widened ? { ...spec, shape: [4, 6, 7, 7] } : spec));
    await expect(loadWeights(file('five-channels'), narrow)).rejects.toThrow(
      'value_encoder.conv1.weight (expected [4, 6, 7, 7], found [4, 5, 7, 7])',
    );
  });
});
