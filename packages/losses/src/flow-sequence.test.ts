import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { beforeAll, describe, expect, it } from 'vitest';
import { flowSequenceLoss } from './flow-sequence.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const value = (x: tf.Tensor): number => x.dataSync()[0]!;

describe('flowSequenceLoss', () => {
  const truth = tf.tensor4d([1, 2, 0, 0, 300, 400, 3, 4], [1, 2, 2, 2]);
  const valid = tf.tensor4d([1, 0.5, 1, 0.25], [1, 2, 2, 1]);

  it('averages over all pixels, and leaves out what is unknown or too long', () => {
    const first = tf.add(truth, tf.tensor4d([1, -1, 2, 0, 9, 9, 9, 9], [1, 2, 2, 2]));
    const last = tf.add(truth, tf.tensor4d([3, -4, 0, 0, 9, 9, 9, 9], [1, 2, 2, 2]));
    const { total, endPointError } = flowSequenceLoss([first, last], truth, valid);
    expect(value(total)).toBeCloseTo(0.8 * (4 / 8) + 7 / 8, 6);
    expect(value(endPointError)).toBeCloseTo(2.5, 6);
    const { total: other } = flowSequenceLoss([first, last], truth, valid, { gamma: 0.5, maxFlow: 501 });
    expect(value(other)).toBeCloseTo(0.5 * (22 / 8) + 25 / 8, 4);
  });

  it('is 0 where nothing counts, and names what does not fit', () => {
    const none = flowSequenceLoss([truth], truth, tf.zeros([1, 2, 2, 1]));
    expect([value(none.total), value(none.endPointError)]).toEqual([0, 0]);
    expect(() => flowSequenceLoss([], truth, valid)).toThrow(ShapeError);
    expect(() => flowSequenceLoss([tf.zeros([1, 2, 3, 2])], truth, valid)).toThrow('flow prediction: expected');
    expect(() => flowSequenceLoss([truth], truth, tf.zeros([1, 2, 2]))).toThrow('flow valid: expected [1,2,2,1]');
    expect(() => flowSequenceLoss([truth], truth, valid, { gamma: 0 })).toThrow(ConfigError);
  });
});
