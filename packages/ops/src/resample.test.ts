import { ConfigError, type HostTensor, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { type ResampleImageOptions, resample } from './resample.js';
import { type ResampleOptions, resampleMatrix } from './resample-matrix.js';
import { resizeBilinear } from './resize.js';

let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(new URL('../test/fixtures/resample.safetensors', import.meta.url));
});

const size = fc.integer({ min: 1, max: 9 });
const options = fc.record({
  kernel: fc.constantFrom('area' as const, 'box' as const, 'bilinear' as const, 'bicubic' as const, 'lanczos' as const),
  antialias: fc.boolean(),
  edge: fc.constantFrom('renormalize' as const, 'clamp' as const, 'reflect' as const),
});

describe('resample', () => {
  const references: Record<string, ResampleImageOptions> = {
    torch_antialias_bilinear: { kernel: 'bilinear' },
    torch_antialias_bicubic: { kernel: 'bicubic' },
    torch_bicubic: { kernel: 'bicubic', antialias: false, edge: 'clamp', cubic: -0.75 },
    opencv_cubic: { kernel: 'bicubic', antialias: false, edge: 'clamp', cubic: -0.75 },
    opencv_area: { kernel: 'area' },
  };

  it('gives what PyTorch and OpenCV give', () => {
    const { data, shape } = toChannelsLast(stored.get('in.x')!);
    const x = tf.tensor(data, [...shape]);
    const names = [...stored.keys()].filter((name) => name !== 'in.x');
    expect(names).toHaveLength(12);
    for (const name of names) {
      const [, kind, height, width] = /^(.*)_(\d+)x(\d+)$/.exec(name)!;
      const out = resample(x, [Number(height), Number(width)], references[kind!]!);
      const planes = toChannelsFirst({ data: out.dataSync() as Float32Array, shape: out.shape, dtype: 'float32' });
      expect(relativeL2(planes.data, stored.get(name)!.data), name).toBeLessThan(2e-6);
    }
  });

  it('halves as MATLAB does: eight bicubic taps, mirrored edges', () => {
    // Keys's filter with a = -0.5, stretched by 2, at the distances of the taps from the centre.
    const [a, b, c, d] = [0.25, 0.75, 1.25, 1.75].map(
      (x) => (x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2) / 2,
    ) as [number, number, number, number];
    const matrix = resampleMatrix({ input: 12, output: 6 }, { kernel: 'bicubic', edge: 'reflect' });
    const rows = [
      // The taps at -3, -2, -1 are those of 2, 1, 0.
      [a + b, a + c, b + d, c, d, 0, 0, 0, 0, 0, 0, 0],
      [0, d, c, b, a, a, b, c, d, 0, 0, 0],
    ];
    for (const [row, expected] of [
      [0, rows[0]!],
      [2, rows[1]!],
    ] as const) {
      const weights = matrix.subarray(row * 12, (row + 1) * 12);
      expected.forEach((weight, place) => void expect(weights[place]).toBeCloseTo(weight, 12));
    }
  });

  it('keeps constants, and everything when the size stays', () => {
    fc.assert(
      fc.property(size, size, size, size, options, (height, width, outHeight, outWidth, chosen) => {
        const constant = tf.fill([1, height, width, 2], 0.7);
        const resized = resample(constant, [outHeight, outWidth], chosen);
        expect(distance(resized, tf.fill([1, outHeight, outWidth, 2], 0.7))).toBeLessThan(1e-5);
        const x = randomTensor([1, height, width, 2], 2);
        expect(distance(resample(x, [height, width], chosen), x)).toBeLessThan(1e-6);
      }),
    );
  });

  it('is the plain bilinear resize without antialiasing', () => {
    fc.assert(
      fc.property(size, size, size, size, (height, width, outHeight, outWidth) => {
        const x = randomTensor([2, height, width, 2], 1);
        const to = [outHeight, outWidth] as const;
        const plain = resample(x, to, { kernel: 'bilinear', antialias: false, edge: 'clamp' });
        expect(distance(plain, resizeBilinear(x, to))).toBeLessThan(1e-5);
      }),
    );
  });

  it('steps by 1 / scale where a scale is given', () => {
    const x = tf.tensor4d([0, 1, 2, 3, 4], [1, 1, 5, 1]);
    const plain = { kernel: 'bilinear', antialias: false, edge: 'clamp' } as const;
    expect([...resample(x, [1, 2], { ...plain, scale: [1, 0.5] }).dataSync()]).toEqual([0.5, 2.5]);
    expect([...resample(x, [1, 2], plain).dataSync()]).toEqual([0.75, 3.25]);
  });

  it('has the gradient of central differences, and is the same in a compiled graph', async () => {
    const x = randomTensor([2, 5, 7, 2], 1);
    const chosen: ResampleOptions = { kernel: 'bicubic', edge: 'reflect' };
    checkGradient((a) => resample(a, [3, 9], chosen), [x]);
    await expectSameOnGraph(
      ({ given }) => ({
        out: resample(given!, [3, 9], chosen),
        gradient: tf.grad((a: tf.Tensor) => tf.square(resample(a, [3, 9], chosen)))(given!),
      }),
      { given: x },
    );
  });

  it('names what does not fit', () => {
    expect(() => resample(tf.zeros([2, 2]), [2, 2], { kernel: 'area' })).toThrow(ShapeError);
    expect(() => resample(tf.zeros([1, 2, 2, 1]), [0, 2], { kernel: 'area' })).toThrow('resample size');
    expect(() => resample(tf.zeros([1, 2, 2, 1]), [2, 2], { kernel: 'area', scale: -1 })).toThrow(ConfigError);
    expect(() => resampleMatrix({ input: 0, output: 2 }, { kernel: 'box' })).toThrow('resampleMatrix input');
  });
});
