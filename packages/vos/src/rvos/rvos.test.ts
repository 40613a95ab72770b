import { ConfigError, createRandom, type HostTensor, sizeOf } from '@vosvfi/core';
import { initializeWeights, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient, relativeL2 } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createRvos,
  createRvosSegmenter,
  type RvosConfig,
  rvosTrainingLoss,
  segmentClip,
  softIouLoss,
} from './index.js';

const smallest: RvosConfig = {
  encoder: { block: 'basic', stem: 4, widths: [4, 4, 5, 6], depths: [1, 1, 1, 1] },
  hidden: 8,
  variant: 'one-shot',
};
const network = createRvos(smallest);
const zeroShot = createRvos({ ...smallest, variant: 'zero-shot' });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function weightsFor({ parameters }: typeof network, seed: number): TensorWeights {
  const weights = initializeWeights(parameters, createRandom(seed));
  return new Map(
    [...weights].map(([key, { data, shape }]: [string, HostTensor]) => [key, tf.tensor(data, [...shape])]),
  );
}

function frames(batch: number, height: number, width: number, seed: number): tf.Tensor4D {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: batch * height * width * 3 }, () => random.uniform());
  return tf.tensor4d(data, [batch, height, width, 3]);
}

/** Rectangles: object k of sample b starts at column 8 k + b. */
function masks(batch: number, height: number, width: number, objects: number): tf.Tensor4D {
  const buffer = tf.buffer([batch, height, width, objects]);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < objects; k++) {
      for (let y = 3; y < height / 2; y++) for (let x = 0; x < 7; x++) buffer.set(1, b, y, 8 * k + b + x, k);
    }
  }
  return buffer.toTensor() as tf.Tensor4D;
}

function channel(x: tf.Tensor4D, index: number): Float32Array {
  const [batch, height, width] = x.shape;
  return tf.slice(x, [0, 0, 0, index], [batch, height, width, 1]).dataSync() as Float32Array;
}

describe('networks', () => {
  it.each([
    ['rvos_one_shot', 49_349_233, 2_940_433],
    ['rvos_zero_shot', 49_340_593, 2_931_793],
  ] as const)('%s has %i trained parameters, %i of them in its decoder', (id, count, decoder) => {
    const trained = createRvos(id).parameters.filter(({ trainable }) => trainable !== false);
    const size = (specs: typeof trained) => specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(size(trained)).toBe(count);
    expect(size(trained.filter(({ key }) => key.startsWith('decoder.')))).toBe(decoder);
  });

  it.each([
    [{ ...smallest, hidden: 12 }, 'rvos.hidden'],
    [{ ...smallest, variant: 'few-shot' }, 'rvos.variant'],
    [{ ...smallest, encoder: { ...smallest.encoder, widths: [1, 2, 3] } }, 'rvos.encoder.widths'],
    [{ ...smallest, skips: 'sum' }, 'skips'],
  ])('%o is refused', (config, message) => {
    expect(() => createRvos(config as unknown as RvosConfig)).toThrow(ConfigError);
    expect(() => createRvos(config as unknown as RvosConfig)).toThrow(message);
  });

  it('take any size and any number of objects, each without knowing the ones after it', () => {
    const weights = weightsFor(network, 1);
    const [frame, all] = [frames(2, 37, 43, 2), masks(2, 37, 43, 3)];
    const three = network.forward(weights, { frame, masks: all });
    expect(three.logits.shape).toEqual([2, 37, 43, 3]);
    expect(three.hidden.map((levels) => levels.map(({ shape }) => shape))[0]).toEqual([
      [2, 2, 2, 8],
      [2, 3, 3, 4],
      [2, 5, 6, 2],
      [2, 10, 11, 1],
    ]);
    const two = network.forward(weights, { frame, masks: tf.slice(all, [0, 0, 0, 0], [2, 37, 43, 2]) });
    for (const object of [0, 1]) {
      expect(relativeL2(channel(two.logits, object), channel(three.logits, object))).toBeLessThan(1e-6);
    }
    expect(relativeL2(channel(three.logits, 2), channel(three.logits, 1))).toBeGreaterThan(1e-3);
  });

  it('treat what is absent as zero', () => {
    const weights = weightsFor(network, 1);
    const given = { frame: frames(1, 32, 32, 2), masks: masks(1, 32, 32, 1) };
    const first = network.forward(weights, given);
    const zeros = first.hidden.map((levels) => levels.map((level) => tf.zerosLike(level)));
    const second = network.forward(weights, { ...given, hidden: zeros });
    expect(relativeL2(second.logits.dataSync(), first.logits.dataSync())).toBeLessThan(1e-6);
    const third = network.forward(weights, { ...given, hidden: first.hidden });
    expect(relativeL2(third.logits.dataSync(), first.logits.dataSync())).toBeGreaterThan(1e-3);
  });

  it('name masks that do not fit the variant', () => {
    const frame = frames(1, 32, 32, 1);
    const given = masks(1, 32, 32, 2);
    expect(() => network.forward(weightsFor(network, 1), { frame })).toThrow('for a one-shot network');
    expect(() => network.forward(weightsFor(network, 1), { frame, masks: given, objects: 3 })).toThrow('3 channels');
    const weights = weightsFor(zeroShot, 1);
    expect(() => zeroShot.forward(weights, { frame, masks: given })).toThrow('none for a zero-shot network');
    expect(() => zeroShot.forward(weights, { frame })).toThrow('a number for a zero-shot network');
    expect(zeroShot.forward(weights, { frame, objects: 4 }).logits.shape).toEqual([1, 32, 32, 4]);
  });
});

describe('segmenter', () => {
  it('reads each query by its own memories, several at once', () => {
    const segmenter = createRvosSegmenter(network, weightsFor(network, 5));
    const [frame, query, mask] = [frames(4, 32, 40, 3), frames(2, 32, 40, 4), masks(4, 32, 40, 1)];
    const together = segmenter.segment(segmenter.memorize(frame, mask), segmenter.encodeQuery(query));
    expect(together.shape).toEqual([4, 32, 40, 1]);
    for (const row of [0, 3]) {
      const alone = segmenter.segment(
        segmenter.memorize(tf.slice(frame, row, 1), tf.slice(mask, row, 1)),
        segmenter.encodeQuery(tf.slice(query, row % 2, 1)),
      );
      expect(relativeL2(tf.slice(together, row, 1).dataSync(), alone.dataSync())).toBeLessThan(1e-5);
    }
  });

  it('is differentiable in the query frame, and constant in the remembered one', async () => {
    const segmenter = createRvosSegmenter(network, weightsFor(network, 6));
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
    const scale = 1e2 / Math.abs(gradient[largest[0]!]!);
    await expectGradient(
      (values) => scale * tf.tidy(() => loss(tf.tensor1d(values)).dataSync()[0]!),
      Float32Array.from(query),
      Float32Array.from(gradient, (value) => value * scale),
      { tolerance: 0.03, step: 2e-3, indices: largest.slice(0, 3) },
    );
    const overMemory = (x: tf.Tensor): tf.Scalar => {
      const remembered = segmenter.memorize(x as tf.Tensor4D, mask);
      const probability = segmenter.segment(remembered, segmenter.encodeQuery(frames(1, 16, 32, 8)));
      return tf.add(tf.mean(probability), tf.mul(tf.sum(x), 0));
    };
    expect(Math.max(...tf.grad(overMemory)(frame).abs().dataSync())).toBe(0);
  });

  it('names what does not fit', () => {
    expect(() => createRvosSegmenter(zeroShot, new Map())).toThrow('expected "one-shot"');
    const segmenter = createRvosSegmenter(network, weightsFor(network, 5));
    expect(() => segmenter.memorize(frames(1, 16, 32, 1), masks(1, 32, 16, 1))).toThrow(
      'memorize masks: expected [1, 16, 32, K]',
    );
  });
});

describe('training', () => {
  const batch = () => ({
    frame0: frames(2, 32, 32, 1),
    frameT: frames(2, 32, 32, 2),
    frame1: frames(2, 32, 32, 3),
    mask0: masks(2, 32, 32, 1),
    maskT: masks(2, 32, 32, 1),
    mask1: masks(2, 32, 32, 1),
  });
  const isTrained = (key: string): boolean => !key.includes('running_');

  it.each(['given', 'found'] as const)('with %s masks reaches every trained weight', (previous) => {
    const weights = weightsFor(network, 11);
    const frozen = new Map([...weights].filter(([key]) => !isTrained(key)));
    const keys = [...weights.keys()].filter(isTrained);
    const loss = rvosTrainingLoss(network, previous);
    const { total, terms } = loss(weights, batch(), frozen);
    const sum = ['first', 'middle', 'last'].reduce((value, name) => value + terms![name]!.dataSync()[0]!, 0);
    expect(total.dataSync()[0]).toBeCloseTo(sum, 5);
    const grads = tf.grads(
      (...given: tf.Tensor[]) => loss(new Map(keys.map((key, i) => [key, given[i]!])), batch(), frozen).total,
    )(keys.map((key) => weights.get(key)!));
    const silent = keys.filter((_, index) => Math.max(...grads[index]!.abs().dataSync()) === 0);
    expect(silent).toEqual([]);
  });

  it('tells the network its own masks or the true ones', () => {
    const weights = weightsFor(network, 11);
    const { frame0, frameT, frame1, mask0 } = batch();
    const clip = { frames: [frame0, frameT, frame1], masks: [mask0, tf.zerosLike(mask0), tf.zerosLike(mask0)] };
    const [given, found] = (['given', 'found'] as const).map((previous) =>
      segmentClip(network, weights, { ...clip, previous }),
    ) as [tf.Tensor4D[], tf.Tensor4D[]];
    const differences = given.map((x, index) => relativeL2(x.dataSync(), found[index]!.dataSync()));
    expect(differences[0]).toBe(0);
    expect(differences[1]).toBeGreaterThan(1e-4);
    expect(() => segmentClip(network, weights, { ...clip, masks: [mask0], previous: 'found' })).toThrow('3 frames');
    expect(() => segmentClip(zeroShot, weights, { ...clip, previous: 'found' })).toThrow('expected "one-shot"');
  });

  it('measures 1 - soft IoU of samples that have an object', () => {
    const mask = tf.tensor4d([1, 1, 0, 0, 0, 0, 0, 0], [2, 2, 2, 1]);
    const probability = tf.tensor4d([1, 0.5, 0.5, 0, 1, 1, 1, 1], [2, 2, 2, 1]);
    // 1.5 / 2.5; the second sample has no object.
    expect(softIouLoss(probability, mask).dataSync()[0]).toBeCloseTo(1 - 1.5 / 2.5, 5);
    expect(softIouLoss(probability, tf.zerosLike(mask)).dataSync()[0]).toBe(0);
  });
});
