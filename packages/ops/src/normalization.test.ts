import { ConfigError, ShapeError } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { batchNormTraining, groupNorm, instanceNorm, layerNorm } from './normalization.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shape = [2, 3, 2, 4];
const picture = () =>
  tf.tensor(
    Float32Array.from({ length: 48 }, (_, i) => ((i * 37) % 101) / 50 - 1),
    shape,
  );
const affine = () => ({ weight: tf.tensor1d([1.5, -0.5, 2, 0.25]), bias: tf.tensor1d([0.1, -0.2, 0.3, 0.4]) });
/** Some elements: of both pictures and all channels. */
const places = [0, 1, 2, 3, 21, 46, 47];

/** Values, and gradients of a weighted sum, that PyTorch 1.13 gave for `picture` and `affine`. */
const cases: readonly { name: string; run: (x: tf.Tensor) => tf.Tensor; value: number[]; gradient: number[] }[] = [
  {
    name: 'groupNorm',
    run: (x) => groupNorm(x, 2, affine(), 1e-3),
    value: [-2.624067, 0.059852, 2.487939, 0.132147, -0.518246, 2.031325, 0.020691],
    gradient: [2.097112, -1.789184, 2.502037, -0.02927, -0.50274, -0.357939, 0.332565],
  },
  {
    name: 'instanceNorm',
    run: (x) => instanceNorm(x),
    value: [-1.560237, -0.682225, 1.231939, -1.067568, 0.682225, 0.682225, -1.231939],
    gradient: [0.437086, 1.365021, 0.813188, 1.134691, 0.146129, -0.39879, 0.00504],
  },
  {
    name: 'instanceNorm with weights',
    run: (x) => instanceNorm(x, affine()),
    value: [-2.240355, 0.141112, 2.763879, 0.133108, -0.541113, 1.66445, 0.092015],
    gradient: [0.655629, -0.68251, 1.626375, 0.283673, -0.073065, -0.79758, 0.00126],
  },
  {
    name: 'batchNormTraining',
    run: (x) => batchNormTraining(x, affine()).value,
    value: [-2.301365, -0.086219, 1.589886, 0.070979, -0.712014, 2.393971, 0.170515],
    gradient: [1.889375, -0.926664, 2.459672, 0.226914, -0.091313, -0.995165, 0.083595],
  },
  {
    name: 'layerNorm',
    run: (x) => layerNorm(x, affine()),
    value: [-1.483393, -0.317773, 3.353376, 0.22334, -0.898613, 3.353376, 0.22334],
    gradient: [2.218173, -2.729913, 1.498292, -0.986552, -0.456199, -0.27255, 0.680514],
  },
];

const score = (y: tf.Tensor): tf.Scalar =>
  tf.sum(
    tf.mul(
      y,
      tf.tensor(
        Float32Array.from({ length: y.size }, (_, i) => Math.cos(0.37 * i) + 0.3),
        y.shape,
      ),
    ),
  );

describe.each(cases)('$name', ({ run, value, gradient }) => {
  const at = (x: tf.Tensor) => tf.gather(tf.reshape(x, [-1]), tf.tensor1d(places, 'int32'));

  it('gives what PyTorch gives, and its gradient', () => {
    expect(distance(at(run(picture())), tf.tensor1d(value))).toBeLessThan(2e-5);
    const slope = tf.grad((x: tf.Tensor) => score(run(x)))(picture());
    expect(distance(at(slope), tf.tensor1d(gradient))).toBeLessThan(2e-4);
  });

  it('gives the same when it is compiled', async () => {
    const compiled = await compile(
      ({ x }) => ({ y: run(x as tf.Tensor), slope: tf.grad((a: tf.Tensor) => score(run(a)))(x as tf.Tensor) }),
      { x: { shape } },
    );
    const { y, slope } = await compiled.run({
      x: { data: picture().dataSync() as Float32Array, shape, dtype: 'float32' },
    });
    await compiled.dispose();
    expect(distance(tf.tensor(y!.data, shape), run(picture()))).toBeLessThan(1e-5);
    const eager = tf.grad((x: tf.Tensor) => score(run(x)))(picture());
    expect(distance(tf.tensor(slope!.data, shape), eager)).toBeLessThan(1e-4);
  });
});

describe('normalization', () => {
  const drawn = fc.record({
    n: fc.integer({ min: 1, max: 2 }),
    h: fc.integer({ min: 2, max: 4 }),
    w: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    each: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(99),
  });

  it('has the gradients of central differences', () => {
    fc.assert(
      fc.property(drawn, ({ n, h, w, groups, each, seed }) => {
        const c = groups * each;
        const inputs = [randomTensor([n, h, w, c], seed), randomTensor([c], seed + 1), randomTensor([c], seed + 2)];
        const by = (run: (x: tf.Tensor, affineWeights: { weight: tf.Tensor; bias: tf.Tensor }) => tf.Tensor) =>
          checkGradient((x, weight, bias) => run(x!, { weight: weight!, bias: bias! }), inputs, 3e-3);
        // A large epsilon: within the step the function must be smooth, also where few values are much alike.
        by((x, weights) => groupNorm(x, groups, weights, 0.1));
        by((x, weights) => instanceNorm(x, weights, 0.1));
        by((x, weights) => batchNormTraining(x, weights, 0.1).value);
        by((x, weights) => layerNorm(x, weights, 0.1));
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  it('leaves mean 0 and variance 1, whatever is added to or multiplied with the input', () => {
    fc.assert(
      fc.property(drawn, ({ n, h, w, groups, each, seed }) => {
        const x = randomTensor([n, h + 2, w + 2, groups * each], seed);
        const y = groupNorm(x, groups, undefined, 1e-8);
        const grouped = tf.reshape(y, [n, (h + 2) * (w + 2), groups, each]);
        const { mean, variance } = tf.moments(grouped, [1, 3]);
        expect(distance(mean, tf.zeros([n, groups]))).toBeLessThan(1e-5);
        expect(distance(variance, tf.ones([n, groups]))).toBeLessThan(1e-3);
        expect(distance(groupNorm(tf.add(tf.mul(x, 3), 2), groups, undefined, 1e-8), y)).toBeLessThan(1e-3);
        expect(distance(groupNorm(x, groups * each, undefined, 1e-5), instanceNorm(x))).toBeLessThan(1e-6);
      }),
      { numRuns: 20, seed: 4 },
    );
  });

  it('gives what running statistics are blended with, without a gradient', () => {
    const { mean, variance } = batchNormTraining(picture(), affine());
    expect(distance(mean, tf.tensor1d([-0.0383, -0.14, 0.095, -0.0067]))).toBeLessThan(1e-4);
    expect(distance(variance, tf.tensor1d([0.3936, 0.3033, 0.3887, 0.3964]))).toBeLessThan(1e-4);
    const slope = tf.grad((x: tf.Tensor) => {
      const statistics = batchNormTraining(x);
      return tf.add(tf.sum(x), tf.add(tf.sum(statistics.mean), tf.sum(statistics.variance)));
    })(picture());
    expect(distance(slope, tf.ones(shape))).toBe(0);
  });

  it('names what does not fit', () => {
    expect(() => groupNorm(picture(), 3)).toThrow(ConfigError);
    expect(() => groupNorm(picture(), 3)).toThrow('expected a divisor of the 4 channels, found 3');
    expect(() => instanceNorm(tf.zeros([1, 1, 1, 2]))).toThrow('more than one position');
    expect(() => instanceNorm(picture(), { weight: tf.zeros([3]), bias: tf.zeros([4]) })).toThrow(
      'instanceNorm weight: expected [4], found [3]',
    );
    expect(() => layerNorm(tf.scalar(1))).toThrow(ShapeError);
    expect(() => batchNormTraining(tf.zeros([1, 4]))).toThrow('more than one value a channel');
  });
});
