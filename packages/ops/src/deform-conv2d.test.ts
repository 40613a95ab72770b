import { ConfigError, type HostTensor, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnEngines } from '../test/engines.js';
import { conv2d } from './conv2d.js';
import { type DeformConv2dOptions, deformConv2d } from './deform-conv2d.js';
import { deformStrips } from './deform-strip.js';

const fixture = new URL('../test/fixtures/deform-conv.safetensors', import.meta.url);
let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(fixture);
});

/** Small convolutions of all kinds. */
const cases = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  groups: fc.integer({ min: 1, max: 2 }),
  offsetGroups: fc.integer({ min: 1, max: 3 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  isMasked: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const [HEIGHT, WIDTH] = [6, 7];

function operandsOf(given: Case, offsets: (shape: number[]) => tf.Tensor): tf.Tensor[] {
  const { batch, groups, offsetGroups, outputs, kernel, stride, padding, dilation, isMasked } = given;
  const extent = (size: number, axis: 0 | 1): number =>
    Math.floor((size + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  const [h, w] = [extent(HEIGHT, 0), extent(WIDTH, 1)];
  const taps = offsetGroups * kernel[0] * kernel[1];
  const operands = [
    randomTensor([batch, HEIGHT, WIDTH, 2 * 3 * groups * offsetGroups], 1),
    offsets([batch, h, w, 2 * taps]),
    randomTensor([outputs * groups, 6 * offsetGroups, ...kernel], 3),
  ];
  return isMasked ? [...operands, randomTensor([batch, h, w, taps], 4, 0, 1)] : operands;
}

const convolve =
  (options: DeformConv2dOptions) =>
  (...[x, offset, weight, mask]: tf.Tensor[]): tf.Tensor =>
    deformConv2d(x!, { offset: offset!, mask }, weight!, undefined, options);

/** The definition, as plain loops. */
function bruteForce([x, offset, weight, mask]: tf.Tensor[], { offsetGroups, groups, ...given }: Case): tf.Tensor {
  const [xs, os, ws] = [x!, offset!, weight!].map((tensor) => tensor.arraySync() as number[][][][]);
  const ms = mask?.arraySync() as number[][][][] | undefined;
  const [kh, kw] = given.kernel;
  const [batch, h, w] = offset!.shape as [number, number, number];
  const [outputs, inputs] = weight!.shape as [number, number];
  const depth = x!.shape[3]! / offsetGroups;
  const sample = (b: number, c: number, y: number, z: number): number => {
    let sum = 0;
    const [y0, z0] = [Math.floor(y), Math.floor(z)];
    for (const [row, dy] of [[y0, 1 - y + y0] as const, [y0 + 1, y - y0] as const])
      for (const [column, dz] of [[z0, 1 - z + z0] as const, [z0 + 1, z - z0] as const])
        sum += (xs![b]![row]?.[column]?.[c] ?? 0) * dy * dz;
    return sum;
  };
  const out = tf.buffer([batch, h, w, outputs]);
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let ci = 0; ci < inputs; ci++)
            for (let t = 0; t < kh * kw; t++) {
              const c = Math.floor(o / (outputs / groups)) * inputs + ci;
              const tap = Math.floor(c / depth) * kh * kw + t;
              const [u, v] = [Math.floor(t / kw), t % kw];
              const y = i * given.stride[0] - given.padding[0] + u * given.dilation[0] + os![b]![i]![j]![2 * tap]!;
              const z = j * given.stride[1] - given.padding[1] + v * given.dilation[1] + os![b]![i]![j]![2 * tap + 1]!;
              sum += ws![o]![ci]![u]![v]! * (ms === undefined ? 1 : ms[b]![i]![j]![tap]!) * sample(b, c, y, z);
            }
          out.set(sum, b, i, j, o);
        }
  return out.toTensor();
}

/** Offsets whose places keep 0.2 from whole samples. */
function fractional(shape: number[]): tf.Tensor {
  return tf.add(tf.round(randomTensor(shape, 5, -3, 3)), randomTensor(shape, 6, 0.2, 0.8));
}

const wide: Case = {
  batch: 2,
  groups: 2,
  offsetGroups: 3,
  outputs: 2,
  kernel: [3, 2],
  stride: [1, 2],
  padding: [2, 1],
  dilation: [2, 1],
  isMasked: true,
};

describe('deformConv2d', () => {
  it('agrees with plain loops', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(1, 30), (given, reach) => {
        const operands = operandsOf(given, (shape) => randomTensor(shape, 2, -reach, reach));
        expect(distance(convolve(given)(...operands), bruteForce(operands, given))).toBeLessThan(2e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('is the plain convolution for zero offsets', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const given = { ...drawn, isMasked: false };
        const operands = operandsOf(given, (shape) => tf.zeros(shape));
        const expected = conv2d(operands[0]!, operands[2]!, undefined, given);
        expect(distance(convolve(given)(...operands), expected)).toBeLessThan(2e-5);
      }),
      { numRuns: 30 },
    );
  });

  it.each([true, false])('has the gradient of central differences (mask %s)', (isMasked) => {
    const given = { ...wide, isMasked };
    checkGradient(convolve(given), operandsOf(given, fractional));
  });

  it.each([
    ['v1_groups', { padding: 1 }],
    ['v2_stride_dilation', { stride: 2, padding: 2, dilation: 2 }],
    ['v2_rect', { stride: [1, 2], padding: [1, 0] }],
  ] as const)('equals torchvision, gradients included (%s)', (id, options) => {
    const names = ['x', 'offset', 'weight', 'bias', ...(id === 'v1_groups' ? [] : ['mask'])];
    const operands = names.map((name) => {
      const tensor = stored.get(`${id}.in.${name}`)!;
      const { data, shape } = name === 'weight' || name === 'bias' ? tensor : toChannelsLast(tensor);
      return tf.tensor(data, [...shape]);
    });
    const error = (x: tf.Tensor, name: string): number => {
      const host = { data: x.dataSync() as Float32Array, shape: x.shape, dtype: 'float32' as const };
      const isMap = x.rank === 4 && !name.endsWith('weight');
      return relativeL2((isMap ? toChannelsFirst(host) : host).data, stored.get(`${id}.${name}`)!.data);
    };
    const { grads } = tf.valueAndGrads((...[x, offset, weight, bias, mask]: tf.Tensor[]) => {
      const out = deformConv2d(x!, { offset: offset!, mask }, weight!, bias, options);
      expect(error(out, 'out')).toBeLessThan(1e-6);
      const planes = tf.transpose(out, [0, 3, 1, 2]);
      const factors = Float32Array.from({ length: out.size }, (_, i) => Math.cos(0.37 * i));
      return tf.add(tf.mean(tf.square(planes)), tf.mean(tf.mul(planes, tf.tensor(factors, planes.shape))));
    })(operands);
    for (const [i, name] of names.entries()) expect(error(grads[i]!, `grad.${name}`), name).toBeLessThan(1e-5);
  });

  it('gives the same on the graph engine, gradients included', async () => {
    for (const given of [wide, { ...wide, isMasked: false, groups: 1, offsetGroups: 1 }]) {
      const operands = operandsOf(given, (shape) => randomTensor(shape, 2, -4, 4));
      await expectSameOnEngines(convolve(given), operands, 5e-6);
    }
  });

  it('frees everything it makes', () => {
    const operands = operandsOf(wide, fractional);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grads((...at: tf.Tensor[]) => tf.sum(convolve(wide)(...at)))(operands);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what does not fit', () => {
    const [x, weight] = [tf.zeros([1, 5, 6, 4]), tf.zeros([2, 4, 3, 3])];
    const offset = tf.zeros([1, 3, 4, 18]);
    const mask = tf.zeros([1, 3, 4, 8]);
    expect(() => deformConv2d(x, { offset: tf.zeros([1, 5, 6, 18]) }, weight)).toThrow(
      'deformConv2d offset: expected [1, 3, 4, 18], found [1, 5, 6, 18].',
    );
    expect(() => deformConv2d(x, { offset: tf.zeros([1, 3, 4, 54]) }, weight)).toThrow(ConfigError);
    expect(() => deformConv2d(x, { offset, mask }, weight)).toThrow('deformConv2d mask: expected [1, 3, 4, 9]');
    expect(() => deformConv2d(x, { offset }, tf.zeros([2, 3, 3, 3]))).toThrow(ShapeError);
    expect(() => deformConv2d(x, { offset }, weight, tf.zeros([3]))).toThrow('deformConv2d bias: expected [2]');
    expect(() => deformConv2d(x, { offset }, tf.zeros([2, 4, 7, 3]))).toThrow(ShapeError);
    expect(() => deformConv2d(x, { offset }, weight, undefined, { stride: 0 })).toThrow(ConfigError);
  });
});

describe('deformStrips', () => {
  it('covers every row of every picture once', () => {
    const grid = { ...wide, height: 9, width: 9, channels: 64, outChannels: 8, outWidth: 300 };
    for (const [batch, outHeight] of [
      [1, 1],
      [2, 200],
      [3, 1080],
      [70, 50],
    ] as const) {
      const rows = deformStrips({ ...grid, batch, outHeight }).flatMap(({ picture, start, rows: count }) =>
        Array.from({ length: count }, (_, i) => picture * outHeight + start + i),
      );
      expect(rows).toEqual(Array.from({ length: batch * outHeight }, (_, i) => i));
    }
  });
});
