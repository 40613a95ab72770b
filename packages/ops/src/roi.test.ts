import { ConfigError, ShapeError } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradient, distance, randomTensor } from '../test/check-gradient.js';
import { expectSameOnGraph } from '../test/run-both.js';
import { type RoiAlignOptions, roiAlign, roiResize } from './roi.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** torchvision's definition along one axis: places and shares of the samples of every cell. */
function cellSamples(start: number, end: number, extent: number, cells: number, options: RoiAlignOptions) {
  const size = options.aligned ? end - start : Math.max(1, end - start);
  const cell = size / cells;
  const count = options.samplingRatio ?? Math.ceil(cell);
  return Array.from({ length: cells }, (_, index) =>
    Array.from({ length: Math.max(0, count) }, (__, sample) => {
      const position = start + index * cell + ((sample + 0.5) * cell) / count;
      if (position < -1 || position > extent) return [];
      const inside = Math.min(extent - 1, Math.max(0, position));
      const low = Math.floor(inside);
      const part = inside - low;
      return [[low, (1 - part) / count] as const, [Math.min(low + 1, extent - 1), part / count] as const];
    }).flat(),
  );
}

/** True if a sample is hardly one pixel outside, or the number of samples hardly another. */
function atLimit(start: number, end: number, extent: number, cells: number, options: RoiAlignOptions): boolean {
  const offset = options.aligned ? 0.5 : 0;
  const size = options.aligned ? end - start : Math.max(1, end - start);
  const cell = size / cells;
  const count = Math.max(1, options.samplingRatio ?? Math.ceil(cell));
  const places = Array.from({ length: cells * count }, (_, i) => start - offset + ((i + 0.5) * cell) / count);
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1e-3;
  return places.some((place) => isNear(place, -1) || isNear(place, extent)) || isNear(cell, Math.round(cell));
}

describe('roiAlign', () => {
  it('is the mean of bilinear samples in every cell, for boxes of any size and place', () => {
    const coordinate = fc.double({ min: -30, max: 60, noNaN: true });
    const cases = fc.record({
      box: fc.tuple(coordinate, coordinate, coordinate, coordinate),
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      size: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
      aligned: fc.boolean(),
      ratio: fc.constantFrom(undefined, 1, 2, 3),
    });
    fc.assert(
      fc.property(cases, ({ box, height, width, size, aligned, ratio }) => {
        const [x1, y1, x2, y2] = box;
        const x = randomTensor([1, height, width, 2], 1);
        const options: RoiAlignOptions = { size, aligned, ...(ratio === undefined ? {} : { samplingRatio: ratio }) };
        const offset = aligned ? 0.5 : 0;
        const down = cellSamples(y1 - offset, y2 - offset, height, size[0], options);
        const across = cellSamples(x1 - offset, x2 - offset, width, size[1], options);
        // Rounding decides on which side of these limits a sample or the number of samples falls.
        fc.pre(!atLimit(y1, y2, height, size[0], options) && !atLimit(x1, x2, width, size[1], options));
        const values = (x.arraySync() as number[][][][])[0]!;
        const expected = down.map((rows) =>
          across.map((columns) =>
            [0, 1].map((c) => {
              let sum = 0;
              for (const [y, shareY] of rows)
                for (const [z, shareX] of columns) sum += values[y]![z]![c]! * shareY * shareX;
              return sum;
            }),
          ),
        );
        const out = roiAlign(x, tf.tensor2d([[0, x1, y1, x2, y2]]), options);
        expect(distance(out, tf.tensor4d([expected]))).toBeLessThan(1e-3);
      }),
      { numRuns: 150 },
    );
  });

  it('takes every region from its own picture, and has the gradient of central differences', () => {
    const x = randomTensor([3, 5, 6, 2], 1);
    const boxes = tf.tensor2d([
      [2, 1, 1, 4, 5],
      [0, -1, 0.5, 6, 3],
    ]);
    const both = roiAlign(x, boxes, { size: [2, 3], aligned: true });
    const second = roiAlign(tf.slice(x, [0, 0, 0, 0], [1, 5, 6, 2]), tf.tensor2d([[0, -1, 0.5, 6, 3]]), {
      size: [2, 3],
      aligned: true,
    });
    expect(distance(tf.slice(both, [1, 0, 0, 0], [1, 2, 3, 2]), second)).toBeLessThan(1e-6);
    checkGradient((given) => roiAlign(given, boxes, { size: [2, 3] }), [x]);
    checkGradient((given) => roiResize(given, boxes, [4, 3]), [x]);
  });

  it('is the same in a compiled graph, gradient included', async () => {
    await expectSameOnGraph(
      ({ x, boxes }) => {
        const align = (given: tf.Tensor): tf.Tensor => roiAlign(given, boxes!, { size: [3, 2] });
        const crop = (given: tf.Tensor): tf.Tensor => roiResize(given, boxes!, [3, 2]);
        return {
          aligned: align(x!),
          cropped: crop(x!),
          dAligned: tf.grad((given: tf.Tensor) => tf.square(align(given)))(x!),
          dCropped: tf.grad((given: tf.Tensor) => tf.square(crop(given)))(x!),
        };
      },
      {
        x: randomTensor([2, 6, 5, 3], 1),
        boxes: tf.tensor2d([
          [1, 0.3, 0.2, 4.1, 5.7],
          [0, -2, 1, 9, 4],
          [1, 2, 2, 2, 2],
        ]),
      },
    );
  });
});

describe('roiResize', () => {
  it('is the identity for the whole picture at its own size', () => {
    const size = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(size, size, (height, width) => {
        const x = randomTensor([1, height, width, 2], 1);
        const whole = tf.tensor2d([[0, 0, 0, width, height]]);
        expect(distance(roiResize(x, whole, [height, width]), x)).toBeLessThan(1e-5);
      }),
    );
  });

  it('names what does not fit', () => {
    const x = tf.zeros([1, 4, 4, 1]);
    expect(() => roiResize(x, tf.zeros([2, 4]), [2, 2])).toThrow(ShapeError);
    expect(() => roiAlign(x, tf.zeros([2, 5]), { size: [0, 2] })).toThrow(ConfigError);
    expect(() => roiAlign(x, tf.zeros([2, 5]), { size: [2, 2], spatialScale: 0 })).toThrow('roiAlign spatialScale');
    expect(() => roiAlign(x, tf.zeros([2, 5]), { size: [2, 2], samplingRatio: 0 })).toThrow('roiAlign samplingRatio');
  });
});
