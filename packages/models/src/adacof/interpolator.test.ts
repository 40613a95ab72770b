import { fileURLToPath } from 'node:url';
import { type Frame, type HostTensor, sizeOf, UnsupportedError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { crop, oracleTensor, readFixture, relativeL2, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AdacofPreset, createAdacof, createAdacofInterpolator } from './index.js';

let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(fileURLToPath(new URL('../../test/fixtures/adacof.safetensors', import.meta.url)));
});

/** The upper left corner of a stored frame. */
function corner(name: string, height: number, width: number): Frame {
  const sides = [1, height, width, 3].map((extent): [number, number] => [0, extent]);
  const { data } = crop(toChannelsLast(stored.get(name)!), sides);
  return { data: data as Float32Array, width, height };
}

/** The weights of the stored results: He's bound for weights, 0.1 for biases. */
function weightsOf(id: AdacofPreset) {
  return new Map(
    createAdacof(id).parameters.map(({ key, shape }) => {
      const bound = shape.length === 4 ? Math.sqrt(6 / sizeOf(shape.slice(1))) : 0.1;
      return [key, oracleTensor(key, shape, 0, bound)] as const;
    }),
  );
}

describe('createAdacofInterpolator', () => {
  it.each([
    ['adacof_compressed', 64, 64, 'compressed5.out'],
    ['adacof_plus_compressed', 50, 60, 'compressed11.out'],
  ] as const)('%s makes of %i x %i pixels what the official code does', async (config, height, width, name) => {
    const interpolator = createAdacofInterpolator({ config, weights: weightsOf(config) });
    const frames = [corner('in.frame0', height, width), corner('in.frame2', height, width)] as const;
    const [middle] = await interpolator.interpolate(...frames, [0.5]);
    await interpolator.dispose();
    const expected = toChannelsLast(stored.get(name)!);
    expect([1, middle!.height, middle!.width, 3]).toEqual(expected.shape);
    expect(relativeL2(middle!.data, expected.data)).toBeLessThan(1e-5);
  });

  it('has the middle only and no scale', async () => {
    const config = { channels: 1, kernelSize: 3, dilation: 1, gradient: 'exact' } as const;
    const weights = new Map(
      createAdacof(config).parameters.map(({ key, shape }) => [key, oracleTensor(key, shape, 0, 0.1)] as const),
    );
    const interpolator = createAdacofInterpolator({ config, weights });
    const frame = corner('in.frame0', 32, 32);
    const early = interpolator.interpolate(frame, frame, [0.25]);
    await expect(early).rejects.toThrow('t = 0.25: adacof_custom makes t = 0.5 only.');
    await expect(early).rejects.toMatchObject({ hint: expect.stringContaining('network of any time') });
    await interpolator.dispose();
    expect(() => createAdacofInterpolator({ config, weights, scale: 0.5 })).toThrow(UnsupportedError);
  });
});
