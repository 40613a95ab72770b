import { ConfigError, createRandom, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { addObjectives, type DifferentiableSegmenter, type VosObjectiveOptions, vosObjective } from './index.js';

const [height, width] = [6, 8] as const;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface ToyMemory {
  readonly prototype: tf.Tensor;
}

/** Compares colours with the mean colour of the remembered object and of the rest; constants drawn once. */
const colours = tf.tidy(() => tf.keep(tf.tensor2d(draw(9, 5, -3.5, 3.5), [3, 3])));

const toySegmenter: DifferentiableSegmenter<tf.Tensor4D, ToyMemory> = {
  encodeQuery: (frame) => tf.reshape(tf.matMul(tf.reshape(frame, [-1, 3]), colours), frame.shape),
  memorize: (frame, mask) => {
    const features = tf.reshape(tf.matMul(tf.reshape(frame, [-1, 3]), colours), frame.shape);
    const meanOf = (weight: tf.Tensor): tf.Tensor =>
      tf.div(tf.sum(tf.mul(features, weight), [1, 2], true), tf.add(tf.sum(weight, [1, 2], true), 1e-3));
    return { prototype: tf.sub(meanOf(mask), meanOf(tf.sub(1, mask))) };
  },
  segment: ({ prototype }, query) => {
    const copies = prototype.shape[0]! / query.shape[0];
    const repeated = tf.concat(new Array<tf.Tensor4D>(copies).fill(query), 0);
    return tf.sigmoid(tf.sum(tf.mul(repeated, prototype), 3, true) as tf.Tensor4D);
  },
};

function draw(size: number, seed: number, low = 0, high = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.uniform(low, high));
}

function frame(seed: number, batch: number): tf.Tensor4D {
  return tf.tensor4d(draw(batch * height * width * 3, seed), [batch, height, width, 3]);
}

/** A rectangle that starts at `column`; empty samples as listed. */
function mask(column: number, batch: number, empty: readonly number[] = []): tf.Tensor4D {
  const buffer = tf.buffer([batch, height, width, 1]);
  for (let b = 0; b < batch; b++) {
    if (empty.includes(b)) continue;
    for (let y = 1; y < 4; y++) for (let x = column; x < column + 3; x++) buffer.set(1, b, y, x, 0);
  }
  return buffer.toTensor() as tf.Tensor4D;
}

interface Empty {
  readonly mask0?: readonly number[];
  readonly maskT?: readonly number[];
  readonly mask1?: readonly number[];
}

function batchOf(batch: number, empty: Empty = {}) {
  return {
    frame0: frame(1, batch),
    frame1: frame(2, batch),
    mask0: mask(1, batch, empty.mask0),
    maskT: mask(2, batch, empty.maskT),
    mask1: mask(3, batch, empty.mask1),
  };
}

type Batch = ReturnType<typeof batchOf>;

/** An interpolation network of one 1x1 convolution: mixes the colours of both frames. */
function interpolate(weights: tf.Tensor, { frame0, frame1 }: Batch): tf.Tensor4D {
  const both = tf.reshape(tf.concat([frame0, frame1], 3), [-1, 6]);
  return tf.reshape(tf.tanh(tf.matMul(both, tf.reshape(weights, [6, 3]))), frame0.shape);
}

const startWeights = draw(18, 4, -0.5, 0.5);

function objective(weights: tf.Tensor, batch: Batch, options?: VosObjectiveOptions) {
  return vosObjective(toySegmenter, { ...batch, frame: interpolate(weights, batch) }, options);
}

function lossOf(values: Float32Array, batch: Batch, options?: VosObjectiveOptions): number {
  return tf.tidy(() => objective(tf.tensor1d(values), batch, options).total.dataSync()[0]!);
}

function gradientOf(batch: Batch, options?: VosObjectiveOptions): Float32Array {
  return tf.tidy(() => {
    const loss = (weights: tf.Tensor): tf.Scalar => {
      // A sum that is zero keeps the weights in the graph where nothing else does.
      const total = objective(weights, batch, options).total;
      return tf.add(total, tf.mul(tf.sum(weights), 0));
    };
    return tf.grad(loss)(tf.tensor1d(startWeights)).dataSync() as Float32Array;
  });
}

function termsOf(batch: Batch, options?: VosObjectiveOptions): Record<string, number> {
  return tf.tidy(() => {
    const { total, terms } = objective(tf.tensor1d(startWeights), batch, options);
    return Object.fromEntries(Object.entries({ ...terms, total }).map(([name, term]) => [name, term.dataSync()[0]!]));
  });
}

describe('soft masks', () => {
  it('give a gradient on the interpolation weights that matches finite differences', async () => {
    const batch = batchOf(2);
    // The consistency target is a constant, so differences agree with the gradient of the other two terms only.
    const options = { lambda1: 0.7, lambda2: 0 };
    const gradient = gradientOf(batch, options);
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-2);
    await expectGradient((values) => lossOf(values, batch, options), startWeights, gradient, { tolerance: 1e-3 });
  });

  it('give the consistency term the gradient of its prediction with a constant target', async () => {
    const batch = batchOf(1);
    const gradient = gradientOf(batch, { lambda1: 0, lambda2: 1 });
    const probabilities = (values: Float32Array): tf.Tensor[] =>
      tf.split(
        toySegmenter.segment(
          toySegmenter.memorize(
            tf.concat([batch.frame0, batch.frame1]) as tf.Tensor4D,
            tf.concat([batch.mask0, batch.mask1]) as tf.Tensor4D,
          ),
          toySegmenter.encodeQuery(interpolate(tf.tensor1d(values), batch)),
        ),
        2,
      );
    const target = probabilities(startWeights)[0]!.dataSync();
    const crossEntropy = (values: Float32Array): number => {
      const q = [...tf.tidy(() => probabilities(values)[1]!.dataSync())];
      return (
        -q.reduce((sum, p, i) => sum + target[i]! * Math.log(p) + (1 - target[i]!) * Math.log(1 - p), 0) / q.length
      );
    };
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-2);
    await expectGradient(crossEntropy, startWeights, gradient, { tolerance: 1e-3 });
  });

  it('can be compared symmetrically: the mean of both directions', () => {
    const batch = batchOf(2);
    const detached = termsOf(batch);
    const symmetric = termsOf(batch, { consistency: 'symmetric' });
    const swapped = { ...batch, frame0: batch.frame1, frame1: batch.frame0, mask0: batch.mask1, mask1: batch.mask0 };
    // Fixed weights mix the frames in order, so the swapped batch must be judged on the frame of the original one.
    const reverse = tf.tidy(
      () =>
        vosObjective(toySegmenter, {
          ...swapped,
          frame: interpolate(tf.tensor1d(startWeights), batch),
        }).terms.vosConsistency!.dataSync()[0]!,
    );
    expect(symmetric.vosConsistency).toBeCloseTo((detached.vosConsistency! + reverse) / 2, 6);
    expect(symmetric.vosConsistency).not.toBeCloseTo(detached.vosConsistency!, 6);
    expect(symmetric.vosForward).toBe(detached.vosForward);
  });
});

describe('mode released', () => {
  it('has the gradient of the plain loss', () => {
    const batch = batchOf(2);
    const plain = (weights: tf.Tensor): tf.Scalar =>
      tf.mean(tf.squaredDifference(interpolate(weights, batch), batch.frame1));
    const withTerms = (weights: tf.Tensor): tf.Scalar =>
      tf.add(plain(weights), objective(weights, batch, { mode: 'released' }).total);
    const gradients = tf.tidy(() =>
      [plain, withTerms].map((loss) => [...tf.grad(loss)(tf.tensor1d(startWeights)).dataSync()]),
    );
    expect(Math.max(...gradients[0]!.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(gradients[1]).toEqual(gradients[0]);
    expect(termsOf(batch, { mode: 'released' }).total).toBeGreaterThan(1);
  });

  const countingSegmenter = (maskT: tf.Tensor): DifferentiableSegmenter<null, null> => ({
    encodeQuery: () => null,
    memorize: () => null,
    // Forward: one pixel too many. Backward: nothing.
    segment: () => {
      const extra = tf.oneHot(tf.tensor1d([0], 'int32'), 48).reshape([1, 6, 8, 1]);
      return tf.concat([tf.add(tf.mul(maskT, 0.8), tf.mul(extra, 0.6)), tf.mul(maskT, 0.5)]) as tf.Tensor4D;
    },
  });

  it('costs 100 times the share of pixels that differ, with weight 1', () => {
    const batch = batchOf(1);
    const inputs = { ...batch, frame: batch.frame0 };
    const { total, terms } = vosObjective(countingSegmenter(batch.maskT), inputs, { mode: 'released' });
    expect(terms.vosForward!.dataSync()[0]).toBeCloseTo((100 * 1) / 48, 5);
    expect(terms.vosBackward!.dataSync()[0]).toBeCloseTo((100 * 9) / 48, 5);
    expect(terms.vosConsistency!.dataSync()[0]).toBeCloseTo((100 * 10) / 48, 5);
    expect(total.dataSync()[0]).toBeCloseTo((100 * 20) / 48, 5);
    const lighter = vosObjective(countingSegmenter(batch.maskT), inputs, {
      mode: 'released',
      lambda1: 0.5,
      lambda2: 0,
    });
    expect(lighter.total.dataSync()[0]).toBeCloseTo((50 * 10) / 48, 5);
  });

  it('counts samples without an object', () => {
    const batch = batchOf(2, { mask0: [1], maskT: [1], mask1: [1] });
    const { vosSkipped, ...terms } = termsOf(batch, { mode: 'released' });
    expect(vosSkipped).toBeUndefined();
    const full = termsOf(part(batch, 0), { mode: 'released' });
    const empty = termsOf(part(batch, 1), { mode: 'released' });
    for (const [name, value] of Object.entries(terms)) expect(value).toBeCloseTo((full[name]! + empty[name]!) / 2, 4);
  });

  it('can show the segmenter blue as red', () => {
    const encodeQuery = vi.fn(toySegmenter.encodeQuery);
    const memorize = vi.fn(toySegmenter.memorize);
    const batch = batchOf(1);
    const inputs = { ...batch, frame: frame(7, 1) };
    vosObjective({ ...toySegmenter, encodeQuery, memorize }, inputs, { mode: 'released', channels: 'bgr' });
    const expected = (x: tf.Tensor): number[] => [...tf.reverse(x, 3).dataSync()];
    expect([...encodeQuery.mock.calls[0]![0].dataSync()]).toEqual(expected(inputs.frame));
    const seen = [...expected(batch.frame0), ...expected(batch.frame1)];
    expect([...memorize.mock.calls[0]![0].dataSync()]).toEqual(seen);
  });
});

describe('weights of zero', () => {
  it('leave their terms out and change nothing else', () => {
    const batch = batchOf(2);
    const both = termsOf(batch);
    const segmentation = termsOf(batch, { lambda2: 0 });
    const consistency = termsOf(batch, { lambda1: 0 });
    expect(Object.keys(segmentation).sort()).toEqual(['total', 'vosBackward', 'vosForward', 'vosSkipped']);
    expect(Object.keys(consistency).sort()).toEqual(['total', 'vosConsistency', 'vosSkipped']);
    expect(segmentation.vosBackward).toBe(both.vosBackward);
    expect(consistency.vosConsistency).toBeCloseTo(both.vosConsistency!, 6);
    expect(segmentation.total! + consistency.total!).toBeCloseTo(both.total!, 6);
  });

  it('segment nothing when both are zero', () => {
    const encodeQuery = vi.fn(toySegmenter.encodeQuery);
    const batch = batchOf(1);
    const off = { lambda1: 0, lambda2: 0 };
    const { total, terms } = vosObjective({ ...toySegmenter, encodeQuery }, { ...batch, frame: batch.frame0 }, off);
    expect(encodeQuery).not.toHaveBeenCalled();
    expect([total.dataSync()[0], terms]).toEqual([0, {}]);
  });
});

const part = (batch: Batch, index: number): Batch =>
  Object.fromEntries(
    Object.entries(batch).map(([key, tensor]) => [key, tf.slice(tensor, index, 1)]),
  ) as unknown as Batch;

describe('samples', () => {
  it('of a batch count as each alone', () => {
    const batch = batchOf(3);
    const alone = [0, 1, 2].map((index) => termsOf(part(batch, index)));
    for (const [name, value] of Object.entries(termsOf(batch))) {
      expect(value).toBeCloseTo(alone.reduce((sum, terms) => sum + terms[name]!, 0) / 3, 6);
    }
  });

  it.each(['mask0', 'maskT', 'mask1'] as const)('with an empty %s are counted and change nothing', (name) => {
    const batch = batchOf(2, { [name]: [1] });
    const { vosSkipped, ...terms } = termsOf(batch);
    const { vosSkipped: none, ...alone } = termsOf(part(batch, 0));
    expect([vosSkipped, none]).toEqual([1, 0]);
    for (const [key, value] of Object.entries(terms)) expect(value).toBeCloseTo(alone[key]!, 6);
    const gradient = gradientOf(part(batch, 0));
    gradientOf(batch).forEach((value, i) => void expect(value).toBeCloseTo(gradient[i]!, 6));
  });

  it('that are all empty give zero and no gradient', () => {
    const batch = batchOf(2, { mask0: [0], maskT: [1] });
    expect(termsOf(batch)).toEqual({ vosForward: 0, vosBackward: 0, vosConsistency: 0, vosSkipped: 2, total: 0 });
    expect([...gradientOf(batch)].map(Math.abs)).toEqual(new Array(18).fill(0));
  });
});

describe('vosObjective', () => {
  it('encodes the made frame once and remembers both frames at once', () => {
    const encodeQuery = vi.fn(toySegmenter.encodeQuery);
    const memorize = vi.fn(toySegmenter.memorize);
    const batch = batchOf(2);
    const { total, terms } = vosObjective(
      { ...toySegmenter, encodeQuery, memorize },
      { ...batch, frame: batch.frame0 },
    );
    expect(encodeQuery).toHaveBeenCalledOnce();
    expect(memorize).toHaveBeenCalledOnce();
    const sum =
      terms.vosForward!.dataSync()[0]! + terms.vosBackward!.dataSync()[0]! + terms.vosConsistency!.dataSync()[0]!;
    expect(total.dataSync()[0]).toBeCloseTo(sum, 6);
  });

  it('passes no gradient to the frames that are remembered', () => {
    const batch = batchOf(1);
    const made = frame(7, 1);
    const loss = (frame0: tf.Tensor): tf.Scalar =>
      tf.add(vosObjective(toySegmenter, { ...batch, frame0, frame: made }).total, tf.mul(tf.sum(frame0), 0));
    expect(Math.max(...tf.grad(loss)(batch.frame0).abs().dataSync())).toBe(0);
  });

  it('names what does not fit', () => {
    const batch = batchOf(2);
    const run = (changes: object, options?: VosObjectiveOptions): unknown =>
      vosObjective(toySegmenter, { ...batch, frame: batch.frame0, ...changes }, options);
    expect(() => run({ mask1: frame(1, 2) })).toThrow(ShapeError);
    expect(() => run({ mask1: frame(1, 2) })).toThrow('vosObjective mask1: expected [2, 6, 8, 1]');
    expect(() => run({ frame: mask(1, 2) })).toThrow('vosObjective frame: expected [B, H, W, 3]');
    expect(() => run({}, { lambda2: -1 })).toThrow(ConfigError);
  });

  it('adds to another objective', () => {
    const one = { total: tf.scalar(1), terms: { a: tf.scalar(1) } };
    const sum = addObjectives(one, { total: tf.scalar(2), terms: { b: tf.scalar(2) } });
    expect(sum.total.dataSync()[0]).toBe(3);
    expect(Object.keys(sum.terms)).toEqual(['a', 'b']);
    expect(() => addObjectives(one, one)).toThrow('both objectives have a term "a"');
  });
});
