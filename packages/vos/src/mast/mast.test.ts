import {
  ConfigError,
  createRandom,
  type Frame,
  type HostTensor,
  hostTensor,
  type Mask,
  ShapeError,
} from '@vosvfi/core';
import { compileTrainStep, initializeWeights, type Optimizer, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  colorize,
  createMast,
  createMastSegmenter,
  createMastVideoSegmenter,
  type MastConfig,
  type MastNetwork,
  mastStatistics,
  mastTrainingLoss,
  referenceFrames,
  searchDilation,
  subsample,
} from './index.js';
import { joinGroups } from './label-planes.js';

const smallest: MastConfig = { stem: 4, widths: [4, 6, 6, 6], depths: [1, 1, 1, 1], featureChannels: 8 };
const network = createMast(smallest);
const weights = initializeWeights(network.parameters, createRandom(4));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function noise(shape: readonly number[], seed: number, scale = 1): tf.Tensor4D {
  const random = createRandom(seed);
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor4d(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    [...shape] as [number, number, number, number],
  );
}

/** What the paper says, place by place, in double precision. */
function naiveCopy(
  query: tf.Tensor4D,
  references: readonly { features: tf.Tensor4D; values: tf.Tensor4D }[],
  radius: number,
) {
  const [, height, width, channels] = query.shape;
  const labels = references[0]!.values.shape[3];
  const at = (data: ArrayLike<number>, y: number, x: number, depth: number, c: number): number =>
    y < 0 || y >= height || x < 0 || x >= width ? 0 : data[(y * width + x) * depth + c]!;
  const q = query.dataSync();
  const data = references.map(({ features, values }) => [features.dataSync(), values.dataSync()] as const);
  const result = new Float32Array(height * width * labels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const mean = new Float64Array(labels);
      for (const [features, values] of data) {
        for (let dy = -radius; dy <= radius; dy++) {
          for (let dx = -radius; dx <= radius; dx++) {
            let score = 0;
            for (let c = 0; c < channels; c++)
              score += at(q, y, x, channels, c) * at(features, y + dy, x + dx, channels, c);
            const share = Math.exp(score);
            sum += share;
            for (let l = 0; l < labels; l++) mean[l]! += share * at(values, y + dy, x + dx, labels, l);
          }
        }
      }
      for (let l = 0; l < labels; l++) result[(y * width + x) * labels + l] = mean[l]! / sum;
    }
  }
  return result;
}

describe('colorize', () => {
  const reference = (seed: number, age: number) => ({
    features: noise([1, 11, 9, 5], seed, 0.5),
    values: tf.abs(noise([1, 11, 9, 3], seed + 50)),
    age,
  });

  it('is one softmax over the windows of all references, zeros outside', () => {
    const query = noise([1, 11, 9, 5], 1, 0.5);
    const references = [reference(2, 1), reference(3, 3)];
    const found = colorize(query, references, { radius: 2 }).values.dataSync();
    const expected = naiveCopy(query, references, 2);
    for (let i = 0; i < expected.length; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(1e-5);
  });

  it('copies from a searched reference as from a near one where the offset is zero', () => {
    // A query that says nothing finds everything equally likely: the mean displacement is zero.
    const query = tf.zeros([1, 11, 9, 5]) as tf.Tensor4D;
    const near = colorize(query, [reference(2, 1)], { radius: 2 });
    const far = colorize(query, [reference(2, 40)], { radius: 2 });
    expect(near.offsets).toHaveLength(0);
    expect(Math.max(...far.offsets[0]!.dataSync().map(Math.abs))).toBeLessThan(1e-4);
    const [a, b] = [near.values.dataSync(), far.values.dataSync()];
    for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-4);
  });

  it('searches in steps of 2 to 4 places, by age', () => {
    expect([1, 15, 16, 29, 30, 45, 300].map((age) => searchDilation(age))).toEqual([0, 0, 2, 2, 3, 4, 4]);
  });

  it('says what does not fit', () => {
    const query = noise([1, 4, 4, 5], 1);
    expect(() => colorize(query, [])).toThrow(ShapeError);
    expect(() => colorize(query, [reference(1, 1)])).toThrow(/reference 0 features/);
    expect(() => colorize(query, [], { radius: 0 })).toThrow(ConfigError);
  });
});

describe('references', () => {
  it('are those of the official evaluation', () => {
    expect(referenceFrames('all', 1)).toEqual([0]);
    expect(referenceFrames('all', 5)).toEqual([0, 2, 4]);
    expect(referenceFrames('all', 6)).toEqual([0, 1, 3, 5]);
    expect(referenceFrames('all', 20)).toEqual([0, 5, 15, 17, 19]);
    expect(referenceFrames('first', 20)).toEqual([0, 15, 17, 19]);
    expect(referenceFrames('last', 20)).toEqual([19]);
  });
});

describe('groups of objects', () => {
  it('win where no other group claims the place', () => {
    const a = hostTensor(Float32Array.of(0.25, 0.75, 0.5, 0.3), [1, 1, 2, 2]);
    const b = hostTensor(Float32Array.of(1, 0, 0, 0, 0.5, 0.5), [1, 1, 2, 3]);
    expect([...joinGroups([a]).data].map((x) => Number(x.toFixed(4)))).toEqual([0.25, 0.75, 0.625, 0.375]);
    // Second place: background 0.5 x 0, object 0.3 x 0, others 0.5 x 0.5 each.
    expect([...joinGroups([a, b]).data]).toEqual([0.25, 0.75, 0, 0, 0, 0, 0.5, 0.5]);
  });
});

function tensorsOf(map: ReadonlyMap<string, HostTensor>): TensorWeights {
  return new Map([...map].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

describe('the segmenter of the objective', () => {
  it('gives probabilities that lead back to the query, and none to the memory', () => {
    const segmenter = createMastSegmenter(network, tensorsOf(weights), { radius: 3 });
    const frame = tf.sigmoid(noise([1, 21, 18, 3], 7)) as tf.Tensor4D;
    const mask = tf.cast(tf.greater(noise([2, 21, 18, 1], 8), 0), 'float32') as tf.Tensor4D;
    const memoryFrames = tf.sigmoid(noise([2, 21, 18, 3], 9)) as tf.Tensor4D;
    const segment = (query: tf.Tensor, seen: tf.Tensor): tf.Tensor4D =>
      segmenter.segment(segmenter.memorize(seen as tf.Tensor4D, mask), segmenter.encodeQuery(query as tf.Tensor4D));
    const probabilities = segment(frame, memoryFrames);
    expect(probabilities.shape).toEqual([2, 21, 18, 1]);
    const values = probabilities.dataSync();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    const gradient = tf.grad((query: tf.Tensor) => tf.mean(tf.square(segment(query, memoryFrames))))(frame);
    expect(Math.max(...gradient.dataSync().map(Math.abs))).toBeGreaterThan(0);
  });
});

/** A square of its own colours that moves to the right over a still background. */
function movingSquare(index: number): { frame: Frame; mask: Mask } {
  const [width, height] = [40, 32];
  const data = new Float32Array(width * height * 3);
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isInside = x >= 8 + 4 * index && x < 20 + 4 * index && y >= 8 && y < 20;
    mask[pixel] = isInside ? 3 : 0;
    data.set(isInside ? [0.9, 0.2, 0.1] : [0.1, 0.3, 0.8], pixel * 3);
  }
  return { frame: { data, width, height }, mask: { data: mask, width, height } };
}

describe('video segmenter', () => {
  it('follows an object, whenever it is given, and takes corrections', async () => {
    // Colours themselves, at equal lengths, are features that find themselves again.
    const byColour: MastNetwork = {
      ...network,
      encode: (_, lab) => {
        const colours = subsample(lab);
        return tf.mul(tf.div(colours, tf.sqrt(tf.sum(tf.square(colours), 3, true))), 4) as tf.Tensor4D;
      },
    };
    const segmenter = createMastVideoSegmenter(byColour, new Map(), { radius: 3, threads: 1 });
    try {
      const video = segmenter.start();
      const before = await video.step(movingSquare(0).frame);
      expect([before.labels, before.probabilities.shape]).toEqual([[], [32, 40, 1]]);
      const first = await video.step(movingSquare(0).frame, { masks: movingSquare(0).mask });
      expect(first.mask.data).toEqual(movingSquare(0).mask.data);
      const next = await video.step(movingSquare(1).frame);
      expect(next.labels).toEqual([3]);
      expect(overlap(next.mask, movingSquare(1).mask)).toBeGreaterThan(0.5);
      const dot: Mask = { width: 40, height: 32, data: new Uint8Array(40 * 32) };
      dot.data.fill(7, 0, 4);
      const corrected = await video.step(movingSquare(1).frame, { masks: dot });
      expect(corrected.labels).toEqual([3, 7]);
      expect([...corrected.mask.data.slice(0, 6)]).toEqual([7, 7, 7, 7, 0, 0]);
      const joined = await video.step(movingSquare(2).frame);
      const sums = Array.from({ length: 40 * 32 }, (_, p) =>
        [...joined.probabilities.data.slice(3 * p, 3 * p + 3)].reduce((a, b) => a + b),
      );
      for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
      await expect(video.step({ ...movingSquare(0).frame, width: 32, height: 40 })).rejects.toThrow(ShapeError);
      video.reset();
      expect((await video.step(movingSquare(0).frame)).labels).toEqual([]);
    } finally {
      await segmenter.dispose();
    }
  });

  it('refuses options out of range', () => {
    const options = { references: 'none' as 'all' };
    expect(() => createMastVideoSegmenter(network, weights, options)).toThrow(/references: expected "all"/);
  });
});

function overlap(a: Mask, b: Mask): number {
  const count = (test: (x: boolean, y: boolean) => boolean): number =>
    a.data.reduce((sum, value, i) => sum + (test(value > 0, b.data[i]! > 0) ? 1 : 0), 0);
  return count((x, y) => x && y) / count((x, y) => x || y);
}

/** Moves weights against the gradient, and running statistics all the way to what was seen. */
function descent(statistics: readonly string[]): Optimizer {
  return {
    id: 'descent',
    slots: [],
    update: (parameter, gradient, _slots, _step, rate, key) => ({
      parameter: tf.sub(parameter, tf.mul(gradient, statistics.includes(key!) ? 1 : rate)),
      slots: {},
    }),
  };
}

describe('training', () => {
  it('lowers the loss in a few steps and moves the running statistics', async () => {
    const [frame0, frame1] = [0, 1].map((shift) => colourful(2, 32, shift)) as [HostTensor, HostTensor];
    const step = await compileTrainStep({
      loss: mastTrainingLoss(network, { radius: 2 }),
      parameters: weights,
      signature: { frame0: { shape: frame0.shape }, frame1: { shape: frame1.shape } },
      optimizer: descent(mastStatistics(network)),
      threads: 1,
    });
    try {
      const totals: number[] = [];
      for (let i = 0; i < 12; i++) totals.push((await step.run({ frame0, frame1 }, { learningRate: 0.05 })).total);
      expect(totals.at(-1)!).toBeLessThan(totals[0]! * 0.95);
      const variance = step.weights().get('feature_extraction.conv1.1.running_var')!.data;
      expect(variance.some((value: number) => Math.abs(value - 1) > 0.05)).toBe(true);
    } finally {
      await step.dispose();
    }
  });
});

/** Smooth colours that move to the right by `4 * shift` pixels. */
function colourful(batch: number, size: number, shift: number): HostTensor {
  const data = Float32Array.from({ length: batch * size * size * 3 }, (_, i) => {
    const [c, x, y, b] = [
      i % 3,
      Math.floor(i / 3) % size,
      Math.floor(i / (3 * size)) % size,
      Math.floor(i / (3 * size * size)),
    ];
    return 0.5 + 0.4 * Math.sin((x - 4 * shift) * (0.3 + 0.1 * c) + y * (0.2 + 0.15 * b) + c);
  });
  return hostTensor(data, [batch, size, size, 3]);
}
