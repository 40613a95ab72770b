import { ConfigError, type Mask, ShapeError } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryMap } from './boundary-map.js';
import { boundaryMeasure } from './boundary-measure.js';
import { dilateByDisk } from './disk-match.js';
import { jaccard } from './jaccard.js';
import { evaluateDavisSequence } from './sequence.js';
import { sequenceStatistics } from './statistics.js';
import { assignRows, evaluateUnsupervisedSequence } from './unsupervised.js';

function mask(width: number, data: ArrayLike<number>): Mask {
  return { data: Uint8Array.from(data), width, height: data.length / width };
}

/** `count` masks of one drawn size with labels 0..labels. */
function masks(count: number, labels = 1): fc.Arbitrary<Mask[]> {
  return fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([width, height]) =>
    fc.array(
      fc
        .uint8Array({ minLength: width * height, maxLength: width * height, max: labels })
        .map((data) => ({ data, width, height })),
      { minLength: count, maxLength: count },
    ),
  );
}

/** F by its definition: dilate by every offset of the disk. */
function boundaryMeasureByDefinition(a: Mask, b: Mask, radius: number): number {
  const { width, height } = a;
  const dilate = (map: Uint8Array): Uint8Array =>
    map.map((_, i) => {
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
          const isInside = x >= 0 && x < width && y >= 0 && y < height;
          if (isInside && dx * dx + dy * dy <= radius * radius && map[y * width + x] !== 0) return 1;
        }
      }
      return 0;
    });
  const [mapA, mapB] = [boundaryMap(a), boundaryMap(b)];
  const sum = (map: Uint8Array): number => map.reduce((total, value) => total + value, 0);
  const both = (x: Uint8Array, y: Uint8Array): Uint8Array => x.map((value, i) => value & y[i]!);
  if (sum(mapA) === 0 || sum(mapB) === 0) return sum(mapA) === sum(mapB) ? 1 : 0;
  const precision = sum(both(mapB, dilate(mapA))) / sum(mapB);
  const recall = sum(both(mapA, dilate(mapB))) / sum(mapA);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Regions that span several words of a row, with blobs and specks. */
const wideMasks = fc
  .record({ width: fc.integer({ min: 28, max: 100 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc.tuple(
      ...[0, 1].map(() =>
        fc
          .array(fc.tuple(fc.nat(width * height - 1), fc.integer({ min: 1, max: 60 })), { maxLength: 4 })
          .map((runs) => {
            const data = new Uint8Array(width * height);
            for (const [start, length] of runs) data.fill(1, start, start + length);
            return { data, width, height };
          }),
      ),
    ),
  );

describe('J and F', () => {
  it('are 1 for equal regions, symmetric and within 0..1', () => {
    fc.assert(
      fc.property(masks(2), ([a, b]) => {
        for (const measure of [jaccard, boundaryMeasure]) {
          expect(measure(a!, a!)).toBe(1);
          expect(measure(a!, b!)).toBeCloseTo(measure(b!, a!), 14);
          expect(measure(a!, b!)).toBeGreaterThanOrEqual(0);
          expect(measure(a!, b!)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('F equals its definition at every radius', () => {
    fc.assert(
      fc.property(masks(2), fc.integer({ min: 1, max: 12 }), ([a, b], radius) => {
        expect(boundaryMeasure(a!, b!, { tolerance: radius })).toBeCloseTo(
          boundaryMeasureByDefinition(a!, b!, radius),
          14,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are those of the definition for regions of many words a row', () => {
    fc.assert(
      fc.property(wideMasks, fc.integer({ min: 1, max: 40 }), ([a, b], radius) => {
        const [both, either] = a!.data.reduce(
          ([and, or], value, i) => [and + (value & b!.data[i]!), or + (value | b!.data[i]!)] as [number, number],
          [0, 0] as [number, number],
        );
        expect(jaccard(a!, b!)).toBe(either === 0 ? 1 : both / either);
        const expected = boundaryMeasureByDefinition(a!, b!, radius);
        expect(boundaryMeasure(a!, b!, { tolerance: radius })).toBeCloseTo(expected, 14);
      }),
      { numRuns: 60 },
    );
  });

  it('are those of the definition for every label, also where all pixels have it', () => {
    fc.assert(
      fc.property(wideMasks, fc.constantFrom(1, 127, 128, 255), ([a, b], label) => {
        const relabel = ({ data, width, height }: Mask): Mask => ({ data: data.map((v) => v * label), width, height });
        const [labelled, other] = [relabel(a!), relabel(b!)];
        expect(jaccard(labelled, other)).toBe(jaccard(a!, b!));
        expect(boundaryMeasure(labelled, other)).toBe(boundaryMeasure(a!, b!));
      }),
      { numRuns: 60 },
    );
    const speck = mask(64, new Uint8Array(64 * 4).fill(128, 71, 72));
    expect(jaccard(speck, mask(64, new Uint8Array(64 * 4)))).toBe(0);
  });

  it('ignored pixels do not count', () => {
    fc.assert(
      fc.property(masks(3), ([a, b, ignore]) => {
        const blend = mask(
          a!.width,
          b!.data.map((label, i) => (ignore!.data[i] !== 0 ? 1 - label : label)),
        );
        expect(jaccard(a!, blend, ignore)).toBe(jaccard(a!, b!, ignore));
        expect(boundaryMeasure(a!, blend, { ignore: ignore! })).toBe(boundaryMeasure(a!, b!, { ignore: ignore! }));
      }),
    );
  });

  it('a disk of radius 5 has 81 pixels', () => {
    const centre = new Uint8Array(21 * 21);
    centre[10 * 21 + 10] = 1;
    const disk = dilateByDisk(centre, 21, 21, 5);
    expect(disk.reduce((sum, value) => sum + value, 0)).toBe(81);
  });

  it('refuse masks of different size and tolerances that are not positive', () => {
    expect(() => jaccard(mask(1, [1]), mask(2, [1, 1]))).toThrow(ShapeError);
    expect(() => boundaryMeasure(mask(1, [1]), mask(1, [1]), { tolerance: 0 })).toThrow(ConfigError);
  });
});

describe('sequenceStatistics', () => {
  it('recall is strict and quarters share their common frame', () => {
    const { mean, recall, decay } = sequenceStatistics([1, 0.5, 0.6, 0.2, 0]);
    expect(mean).toBeCloseTo(0.46, 14);
    expect(recall).toBeCloseTo(0.4, 14);
    expect(decay).toBeCloseTo(0.75 - 0.1, 14);
  });

  it('a single frame has no decay', () => {
    expect(sequenceStatistics([0.7])).toEqual({ mean: 0.7, recall: 1, decay: 0, perFrame: [0.7] });
    expect(() => sequenceStatistics([])).toThrow(ConfigError);
  });
});

describe('evaluateDavisSequence', () => {
  const [empty, one, two] = [mask(2, [0, 0, 0, 0]), mask(2, [1, 0, 0, 0]), mask(2, [1, 0, 0, 2])];

  it('leaves the first and the last frame out', () => {
    const { frames, objects } = evaluateDavisSequence([one, one, one], [empty, one, empty]);
    expect(frames).toEqual([1]);
    expect(objects[0]!.jaccard.perFrame).toEqual([1]);
  });

  it('merges objects, 255 included', () => {
    const { objects } = evaluateDavisSequence([mask(2, [255, 0, 0, 255]), two], [one, two], {
      objects: 'merged',
      frames: [0, 1],
    });
    expect(objects).toHaveLength(1);
    expect(objects[0]!.jaccard.perFrame).toEqual([0.5, 1]);
  });

  it('names what does not fit', () => {
    expect(() => evaluateDavisSequence([one, one, one], [one, one])).toThrow(/expected 3 masks/);
    expect(() => evaluateDavisSequence([one, one, one], [one, two, one])).toThrow(/frame 1: expected labels 0..1/);
    expect(evaluateDavisSequence([one, one, one], [two, one, two]).objects[0]!.jaccard.mean).toBe(1);
    expect(() => evaluateDavisSequence([empty, one, one], [one, one, one])).toThrow(/at least one object/);
    expect(() => evaluateDavisSequence([one, one], [one, one])).toThrow(/at least one/);
    expect(() => evaluateDavisSequence([one, one, one], [one, mask(1, [1]), one])).toThrow(/frame 1/);
  });
});

describe('unsupervised matching', () => {
  it('finds the assignment of largest gain, also among ties', () => {
    const matrix = fc.integer({ min: 1, max: 5 }).chain((rows) =>
      fc.integer({ min: rows, max: 6 }).chain((columns) => {
        const gain = fc.integer({ min: 0, max: 6 }).map((value) => value / 6);
        return fc.array(fc.array(gain, { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        });
      }),
    );
    const best = (gains: number[][], used: number[] = []): number => {
      const row = gains[used.length];
      if (row === undefined) return 0;
      return Math.max(
        ...row.map((gain, c) => (used.includes(c) ? Number.NEGATIVE_INFINITY : gain + best(gains, [...used, c]))),
      );
    };
    fc.assert(
      fc.property(matrix, (gains) => {
        const columns = assignRows(gains);
        expect(new Set(columns).size).toBe(gains.length);
        const total = columns.reduce((sum, column, row) => sum + gains[row]![column]!, 0);
        expect(total).toBeCloseTo(best(gains), 12);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on how proposals are numbered', () => {
    fc.assert(
      fc.property(masks(4, 2), (drawn) => {
        const annotations = drawn.slice(0, 2);
        const results = drawn.slice(2);
        fc.pre(annotations[0]!.data.some((label) => label !== 0));
        // The number of proposals is the largest label, so both labels must be in use.
        fc.pre([1, 2].every((label) => results.some((result) => result.data.includes(label))));
        const swapped = results.map((result) =>
          mask(
            result.width,
            result.data.map((label) => [0, 2, 1][label]!),
          ),
        );
        const score = (proposals: Mask[]): number =>
          evaluateUnsupervisedSequence(annotations, proposals).objects.reduce(
            (sum, { jaccard: region, boundary }) => sum + region.mean + boundary.mean,
            0,
          );
        expect(score(swapped)).toBeCloseTo(score(results), 12);
      }),
    );
  });

  it('refuses more than 20 proposals', () => {
    expect(() => evaluateUnsupervisedSequence([mask(1, [1])], [mask(1, [21])])).toThrow(/at most 20 proposals/);
  });
});
