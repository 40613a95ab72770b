import { UnsupportedError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { withOutputOf, withReachingPadding } from './reaching-padding.js';

const pool = (size: number, filter: number, stride: number, rounding: 'floor' | 'ceil') =>
  tf.backend_util.computePool2DInfo([1, size, size, 2], filter, stride, 1, 0, rounding);

describe('withReachingPadding', () => {
  it('leaves sizes that are rounded down alone', () => {
    const info = pool(6, 3, 2, 'floor');
    expect(withReachingPadding(info)).toBe(info);
  });

  it('adds at the end what rounding up needs', () => {
    const { padInfo, outHeight } = withReachingPadding(pool(6, 3, 2, 'ceil'));
    expect(outHeight).toBe(3);
    expect(padInfo).toMatchObject({ top: 0, left: 0, bottom: 1, right: 1 });
  });

  it('takes the size of the output from its gradient', () => {
    const { padInfo, outHeight, outWidth } = withOutputOf(pool(6, 3, 2, 'floor'), [1, 3, 2, 2]);
    expect([outHeight, outWidth]).toEqual([3, 2]);
    expect(padInfo).toMatchObject({ bottom: 1, right: 0 });
  });

  it('refuses a size that leaves windows out', () => {
    const narrow = tf.backend_util.computeConv2DInfo([1, 9, 9, 1], [5, 1, 1, 1], 1, 1, 1);
    expect(() => withReachingPadding(narrow)).toThrow(UnsupportedError);
    expect(() => withReachingPadding(narrow)).toThrow('Give the padding of each side');
  });
});
