import { ConfigError, createRandom, type HostTensor, sizeOf } from '@vosvfi/core';
import { initializeWeights, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient, relativeL2 } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createStcn,
  createStcnSegmenter,
  type StcnConfig,
  type StcnNetwork,
  segmentClip,
  stcnTrainingLoss,
} from './index.js';

/** As small as it goes, with every kind of block. */
const smallest: StcnConfig = {
  keyEncoder: { block: 'bottleneck', stem: 4, widths: [2, 2, 3], depths: [1, 2, 1] },
  valueEncoder: { stem: 4, widths: [4, 3, 4], depths: [1, 1, 1] },
  keyChannels: 4,
  valueChannels: 6,
  attentionReduction: 2,
  decoder: [6, 5, 4],
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function tensorsOf(weights: ReadonlyMap<string, HostTensor>): TensorWeights {
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

/** Fresh weights, with a last layer that is not nearly constant. */
function freshWeights(network: StcnNetwork): TensorWeights {
  const weights = new Map(initializeWeights(network.parameters, createRandom(5)));
  const last = weights.get('decoder.pred.weight')!;
  weights.set('decoder.pred.weight', { ...last, data: Float32Array.from(last.data, (value) => value * 10) });
  return tensorsOf(weights);
}

function frames(batch: number, height: number, width: number, seed: number): tf.Tensor4D {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: batch * height * width * 3 }, () => random.uniform());
  return tf.tensor4d(data, [batch, height, width, 3]);
}

/** Rectangles: object k of sample b starts at column 4 k + b. */
function masks(batch: number, height: number, width: number, objects: number): tf.Tensor4D {
  const buffer = tf.buffer([batch, height, width, objects]);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < objects; k++) {
      for (let y = 3; y < height / 2; y++) for (let x = 0; x < 6; x++) buffer.set(1, b, y, 4 * k + b + x, k);
    }
  }
  return buffer.toTensor() as tf.Tensor4D;
}

describe('presets', () => {
  it.each([
    ['stcn', 54_434_180],
    ['stcn_tiny', 804_203],
  ] as const)('%s has %i trained parameters', (id, count) => {
    const trained = createStcn(id).parameters.filter(({ trainable }) => trainable !== false);
    expect(trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(count);
  });

  it('stcn_tiny fits into 4 MB', () => {
    expect(createStcn('stcn_tiny').parameters.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)).toBeLessThan(
      3.9e6,
    );
  });

  it.each([
    [{ ...smallest, keyChannels: 0 }, 'stcn.keyChannels'],
    [{ ...smallest, decoder: [1, 2] }, 'stcn.decoder'],
    [
      { ...smallest, attentionReduction: 4 },
      'stcn.attentionReduction: expected a divisor of valueChannels (6), found 4.',
    ],
    [{ ...smallest, heads: 1 }, 'heads'],
  ])('%o is refused', (config, message) => {
    expect(() => createStcn(config as unknown as StcnConfig)).toThrow(ConfigError);
    expect(() => createStcn(config as unknown as StcnConfig)).toThrow(message);
  });
});

describe('segmenter', () => {
  const network = createStcn(smallest);

  it('takes any size and any number of objects', () => {
    const weights = freshWeights(network);
    const { mask1 } = network.forward(weights, {
      frame0: frames(2, 21, 37, 1),
      mask0: masks(2, 21, 37, 3),
      frame1: frames(2, 21, 37, 2),
    });
    expect(mask1.shape).toEqual([2, 21, 37, 3]);
    const sums = tf.sum(mask1, 3).dataSync();
    expect(Math.min(...mask1.dataSync())).toBeGreaterThan(0);
    expect(Math.max(...sums)).toBeLessThan(1);
  });

  it('reads each query by its own memories, several at once', () => {
    const segmenter = createStcnSegmenter(network, freshWeights(network), { topK: 3 });
    const [frame, query] = [frames(4, 32, 32, 3), frames(2, 32, 32, 4)];
    const mask = masks(4, 32, 32, 1);
    const together = segmenter.segment(segmenter.memorize(frame, mask), segmenter.encodeQuery(query));
    expect(together.shape).toEqual([4, 32, 32, 1]);
    for (const row of [0, 1, 2, 3]) {
      const alone = segmenter.segment(
        segmenter.memorize(tf.slice(frame, row, 1), tf.slice(mask, row, 1)),
        segmenter.encodeQuery(tf.slice(query, row % 2, 1)),
      );
      expect(relativeL2(tf.slice(together, row, 1).dataSync(), alone.dataSync())).toBeLessThan(1e-5);
    }
  });

  it('is differentiable in the query frame, and constant in the remembered one', async () => {
    const weights = freshWeights(network);
    const segmenter = createStcnSegmenter(network, weights, { topK: 2 });
    const [frame, mask] = [frames(1, 16, 32, 6), masks(1, 16, 32, 1)];
    const query = frames(1, 16, 32, 7).dataSync() as Float32Array;
    const loss = (x: tf.Tensor): tf.Scalar =>
      tf.mean(
        tf.square(
          segmenter.segment(segmenter.memorize(frame, mask), segmenter.encodeQuery(tf.reshape(x, frame.shape))),
        ),
      );
    const gradient = tf.grad(loss)(tf.tensor1d(query)).dataSync();
    const largest = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!));
    // Differences of a mean in float32: scaled so that they stand out of the rounding.
    const scale = 1e2 / Math.abs(gradient[largest[0]!]!);
    await expectGradient(
      (values) => scale * tf.tidy(() => loss(tf.tensor1d(values)).dataSync()[0]!),
      Float32Array.from(query),
      Float32Array.from(gradient, (value) => value * scale),
      { tolerance: 0.03, step: 2e-3, indices: largest.slice(0, 3) },
    );
    const other = frames(1, 16, 32, 8);
    const overMemory = (x: tf.Tensor): tf.Scalar => {
      const remembered = segmenter.memorize(x as tf.Tensor4D, mask);
      return tf.add(tf.mean(segmenter.segment(remembered, segmenter.encodeQuery(other))), tf.mul(tf.sum(x), 0));
    };
    expect(Math.max(...tf.grad(overMemory)(frame).abs().dataSync())).toBe(0);
  });

  it('names a mask that does not fit its frame', () => {
    const segmenter = createStcnSegmenter(network, freshWeights(network));
    expect(() => segmenter.memorize(frames(1, 16, 32, 1), masks(1, 32, 16, 1))).toThrow(
      'memorize mask: expected [1, 16, 32, K]',
    );
  });
});

describe('training', () => {
  const network = createStcn(smallest);
  const criterion = (logits: tf.Tensor, target: tf.Tensor): tf.Scalar =>
    tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), target), 3)) as tf.Scalar);

  it('needs two frames', () => {
    const clip = { images: [frames(1, 16, 16, 1)], masks: masks(1, 16, 16, 1) };
    expect(() => segmentClip(network, freshWeights(network), clip)).toThrow('at least 2 frames');
  });

  it('leaves an object that does not exist out', () => {
    const images = [1, 2, 3].map((seed) => frames(1, 32, 32, seed));
    const clip = { images, masks: masks(1, 32, 32, 2), present: tf.tensor2d([1, 0], [1, 2]) };
    const results = segmentClip(network, freshWeights(network), clip);
    expect(results.map(({ probabilities }) => probabilities.shape)).toEqual([
      [1, 32, 32, 3],
      [1, 32, 32, 3],
    ]);
    for (const { probabilities } of results) {
      expect(Math.max(...tf.slice(probabilities, [0, 0, 0, 2], [1, 32, 32, 1]).dataSync())).toBeLessThan(1e-6);
    }
  });

  it('reaches every trained weight, and logs what it sums', () => {
    const weights = freshWeights(network);
    const isTrained = (key: string): boolean => !key.includes('running_');
    const frozen = new Map([...weights].filter(([key]) => !isTrained(key)));
    const keys = [...weights.keys()].filter(isTrained);
    const inputs = {
      frame0: frames(2, 24, 40, 1),
      frameT: frames(2, 24, 40, 2),
      frame1: frames(2, 24, 40, 3),
      mask0: masks(2, 24, 40, 1),
      maskT: masks(2, 24, 40, 1),
      mask1: masks(2, 24, 40, 1),
    };
    const loss = stcnTrainingLoss(network, criterion);
    const { total, terms } = loss(weights, inputs, frozen);
    expect(total.dataSync()[0]).toBeCloseTo(terms!.middle!.dataSync()[0]! + terms!.last!.dataSync()[0]!, 5);
    expect(terms!.iou!.dataSync()[0]).toBeGreaterThanOrEqual(0);
    const grads = tf.grads(
      (...given: tf.Tensor[]) => loss(new Map(keys.map((key, i) => [key, given[i]!])), inputs, frozen).total,
    )(keys.map((key) => weights.get(key)!));
    // The softmax over cells does not change with the key's bias; the narrow test network may have silent channels.
    const silent = keys.filter((_, index) => Math.max(...grads[index]!.abs().dataSync()) === 0);
    expect(silent).toEqual([]);
  });

  it('trains several objects, and leaves those out that the first frame does not show', () => {
    const weights = freshWeights(network);
    const frozen = new Map([...weights].filter(([key]) => key.includes('running_')));
    const images = { frame0: frames(1, 16, 32, 1), frameT: frames(1, 16, 32, 2), frame1: frames(1, 16, 32, 3) };
    const two = masks(1, 16, 32, 2);
    const one = tf.slice(two, [0, 0, 0, 0], [1, 16, 32, 1]);
    const lonely = tf.concat([one, tf.zerosLike(one)], 3);
    const total = (mask: tf.Tensor): number => {
      const given = { ...images, mask0: mask, maskT: mask, mask1: mask };
      return stcnTrainingLoss(network, criterion)(weights, given, frozen).total.dataSync()[0]!;
    };
    expect(total(lonely)).toBeCloseTo(total(one), 5);
    expect(Math.abs(total(two) - total(lonely))).toBeGreaterThan(1e-3);
  });
});
