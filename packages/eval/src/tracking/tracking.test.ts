import { readFileSync } from 'node:fs';
import { ShapeError } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixturePath, readFixtureJson, toNumber } from '../../test/support/fixtures.js';
import { exactOverlap } from './exact-overlap.js';
import { centreDistance, evaluateOnePass, rectangleOverlap, summarizeOnePass } from './one-pass.js';
import { rasterOverlap } from './raster-overlap.js';
import type { Region } from './region.js';
import { evaluateSupervised, type SupervisedVideo } from './supervised.js';

const { NaN: nan } = Number;

describe('overlap of regions', () => {
  interface Pair {
    name: string;
    a: number[];
    b: number[];
    pysot_vot_overlap_none: number;
    pysot_vot_overlap_320x240: number;
    got10k_poly_iou_none: number;
    got10k_poly_iou_320x240: number;
  }
  const bound = { width: 320, height: 240 };

  it.each(readFixtureJson<Pair[]>('tracking/overlaps.json'))('$name', ({ a, b, ...expected }) => {
    expect(rasterOverlap(a, b)).toBe(expected.pysot_vot_overlap_none);
    expect(rasterOverlap(a, b, bound)).toBe(expected.pysot_vot_overlap_320x240);
    expect(exactOverlap(a, b)).toBeCloseTo(expected.got10k_poly_iou_none, 12);
    expect(exactOverlap(a, b, bound)).toBeCloseTo(expected.got10k_poly_iou_320x240, 12);
  });

  it('of rectangles is the same by areas and by corners, whichever comes first', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const box = fc.tuple(side, side, side, side);
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(exactOverlap(a, b)).toBeCloseTo(rectangleOverlap(a, b), 10);
        expect(exactOverlap(b, a)).toBeCloseTo(exactOverlap(a, b), 10);
        expect(rasterOverlap(b, a)).toBe(rasterOverlap(a, b));
      }),
    );
  });

  it('refuses what is no region', () => {
    expect(() => rasterOverlap([1, 2, 3], [0, 0, 1, 1])).toThrow(ShapeError);
    expect(() => exactOverlap([0, 0, nan, 1], [0, 0, 1, 1])).toThrow(ShapeError);
    expect(() => exactOverlap([10, 10, 50, 50, 50, 10, 10, 50], [20, 20, 20, 20])).toThrow(/do not cross/);
    expect(exactOverlap([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
  });

  // Numbers of the GOT-10k toolkit and of pysot.
  it('takes quadrilaterals with an inner corner, and regions far smaller than a pixel', () => {
    const arrow = [10, 10, 50, 30, 90, 10, 50, 90];
    expect(exactOverlap(arrow, [12, 12, 48, 31, 85, 15, 52, 80])).toBeCloseTo(0.7427083333333333, 12);
    expect(exactOverlap([10, 10, 1e-3, 1e-3], [10, 10, 1e-3, 5e-4])).toBeCloseTo(0.49999999988986593, 12);
    expect(exactOverlap([-57, -8, 20, 30], [-50, -9, 20, 30], bound)).toBe(0);
  });

  it('has no overlap on pixels where neither region covers one', () => {
    const gone = [nan, nan, nan, nan];
    expect(rasterOverlap([10, 10, 0.2, 100], [10.1, 10, 0.2, 100])).toBeNaN();
    expect(rasterOverlap([10, 10, 0, 0], [10, 10, 5, 5])).toBe(0);
    expect(rasterOverlap(gone, gone, bound)).toBeNaN();
    expect(rasterOverlap(gone, [10, 10, 5, 5], bound)).toBe(0);
  });
});

describe('one-pass evaluation', () => {
  const boxes = (file: string): Region[] =>
    readFileSync(fixturePath(`tracking/${file}.txt`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/[\s,]+/).map(Number));
  interface Curves {
    success_curve: number[];
    precision_curve: number[];
    success_score: number;
  }
  const stored = readFixtureJson<Record<string, Curves>>('tracking/otb.json');
  const resultOf = (name: string) => evaluateOnePass(boxes(`${name}_groundtruth`), boxes(`poor_${name}`));

  it.each(Object.keys(stored))('%s is that of the toolkit', (name) => {
    const { successCurve, precisionCurve, successScore } = resultOf(name);
    successCurve.forEach((value, i) => {
      expect(value).toBeCloseTo(stored[name]!.success_curve[i]!, 12);
    });
    precisionCurve.forEach((value, i) => {
      expect(value).toBeCloseTo(stored[name]!.precision_curve[i]!, 12);
    });
    expect(successScore).toBeCloseTo(stored[name]!.success_score, 12);
  });

  it('averages curves of sequences', () => {
    const [lost, walk] = [resultOf('lost'), resultOf('walk')];
    expect(summarizeOnePass([lost, walk]).successScore).toBeCloseTo((lost.successScore + walk.successScore) / 2, 12);
    expect(() => summarizeOnePass([])).toThrow(ShapeError);
  });

  it('counts frames without annotation and lost results as lost', () => {
    const box = [0, 0, 10, 10];
    const gone = [nan, nan, nan, nan];
    const result = evaluateOnePass([box, gone, box, box], [gone, box, box, gone]);
    expect(result.successCurve[0]).toBe(2 / 4);
    expect(result.precisionScore).toBe(2 / 4);
    expect(rectangleOverlap(box, gone)).toBeNaN();
    expect(centreDistance(gone, box)).toBeNaN();
    expect(() => evaluateOnePass([gone], [box])).toThrow(/at least one box/);
    expect(() => evaluateOnePass([box], [])).toThrow(ShapeError);
    expect(evaluateOnePass([box], [box]).successScore).toBeCloseTo(20 / 21, 12);
  });

  it('follows pysot where it differs', () => {
    const pysot = { convention: 'pysot' } as const;
    const [box, far, outside] = [
      [5, 5, 10, 10],
      [500, 5, 10, 10],
      [-90, 5, 10, 10],
    ];
    expect(evaluateOnePass([box, box], [far, box]).precisionScore).toBe(1);
    expect(evaluateOnePass([box, box], [far, box], pysot).precisionScore).toBe(0.5);
    expect(evaluateOnePass([box, outside], [box, far]).precisionScore).toBe(0.5);
    expect(evaluateOnePass([box, outside], [box, far], pysot).precisionScore).toBe(1);
  });
});

describe('supervised evaluation', () => {
  interface Trajectory {
    name: string;
    width: number;
    height: number;
    groundtruth: (number | string)[][];
    results: Record<string, (number | string)[][][]>;
  }
  const regions = (rows: (number | string)[][]): Region[] => rows.map((row) => row.map(toNumber));
  const videos = readFixtureJson<Trajectory[]>('tracking/trajectories.json').map(
    ({ groundtruth, results, ...video }): SupervisedVideo => ({
      ...video,
      annotations: regions(groundtruth),
      runs: results.steady!.map(regions),
    }),
  );

  it('is that of pysot', () => {
    const expected = readFixtureJson<Record<string, Record<string, number>>>('tracking/vot.json').steady!;
    const result = evaluateSupervised(videos);
    expect(result.accuracy).toBeCloseTo(expected.accuracy!, 7);
    expect(result.robustness).toBeCloseTo(expected.robustness!, 10);
    expect(result.lostNumber).toBe(expected.lost_number);
    expect(Math.abs(result.expectedAverageOverlap - expected.eao!)).toBeLessThan(1e-5);
  });

  it('counts a result that is NaN as 0, and takes a video of one frame', () => {
    const box = [10, 10, 20, 20];
    const gone = [nan, nan, nan, nan];
    const long = { name: 'v', width: 50, height: 50, annotations: [...Array(11).fill(box), gone, gone, box] };
    const [video] = evaluateSupervised([{ ...long, runs: [[[1], ...Array(11).fill(box), gone, gone]] }]).videos;
    expect(video!.overlaps).toEqual([...Array(10).fill(nan), 1, 0, nan, 0]);
    const single = evaluateSupervised([{ ...long, annotations: [box], runs: [[[1]]] }]);
    expect(single.accuracy).toBeNaN();
    expect(single.expectedAverageOverlap).toBeNaN();
    expect(() => evaluateSupervised([])).toThrow(ShapeError);
    expect(() => evaluateSupervised([{ ...long, runs: [] }])).toThrow(/runs of v/);
    expect(() => evaluateSupervised([{ ...long, runs: [[[1]]] }])).toThrow(/results of v/);
  });

  it('counts the first frame 1 among expected overlaps', () => {
    const box = [10, 10, 20, 20];
    const video = { name: 'v', width: 50, height: 50, annotations: [box, box], runs: [[[1], [30, 30, 5, 5]]] };
    expect(evaluateSupervised([video], { lengths: [1, 2] }).expectedAverageOverlap).toBe(0.5);
  });
});
