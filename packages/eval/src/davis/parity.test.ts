import { readdirSync } from 'node:fs';
import type { Mask } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { fixturePath, readFixtureJson, readFixtureMask } from '../../test/support/fixtures.js';
import { boundaryMap } from './boundary-map.js';
import { boundaryMeasure, boundaryRadius } from './boundary-measure.js';
import { jaccard } from './jaccard.js';
import { objectRegion } from './labels.js';
import { evaluateDavisSequence, summarizeDavis } from './sequence.js';
import type { SequenceStatistics } from './statistics.js';
import { evaluateUnsupervisedSequence } from './unsupervised.js';

type ObjectValues = Record<`${'J' | 'F'}_${'mean' | 'recall' | 'decay'}`, number>;

const expected = readFixtureJson<{
  semi_supervised: { global: Record<string, number>; per_object: Record<string, ObjectValues> };
  per_frame: Record<string, { all_12_frames_J: number[]; all_12_frames_F: number[]; bound_pix: number }>;
  unsupervised_with_void: Record<string, ObjectValues>;
  pairs: {
    name: string;
    void: boolean;
    bound_th: number;
    bound_pix: number;
    J: number;
    F: number;
    boundary_pixels_gt: number;
    boundary_pixels_res: number;
  }[];
}>('davis/expected.json');

/** All numbers are ratios of pixel counts; only the order of summation differs. */
const DIGITS = 13;

function readSequence(folder: string): Mask[] {
  return readdirSync(fixturePath(`davis/${folder}`))
    .sort()
    .map((name) => readFixtureMask(`davis/${folder}/${name}`));
}

function expectStatistics(actual: SequenceStatistics, values: ObjectValues, measure: 'J' | 'F'): void {
  expect(actual.mean).toBeCloseTo(values[`${measure}_mean`], DIGITS);
  expect(actual.recall).toBeCloseTo(values[`${measure}_recall`], DIGITS);
  expect(actual.decay).toBeCloseTo(values[`${measure}_decay`], DIGITS);
}

describe('pairs', () => {
  it.each(expected.pairs)('$name', (pair) => {
    const annotation = readFixtureMask(`davis/pairs/${pair.name}_gt.png`);
    const result = readFixtureMask(`davis/pairs/${pair.name}_res.png`);
    const ignore = pair.void ? readFixtureMask(`davis/pairs/${pair.name}_void.png`) : undefined;
    expect(boundaryRadius(annotation.width, annotation.height, pair.bound_th)).toBe(pair.bound_pix);
    expect(boundaryMap(annotation).reduce((sum, v) => sum + v, 0)).toBe(pair.boundary_pixels_gt);
    expect(boundaryMap(result).reduce((sum, v) => sum + v, 0)).toBe(pair.boundary_pixels_res);
    expect(jaccard(annotation, result, ignore)).toBeCloseTo(pair.J, DIGITS);
    const options = ignore === undefined ? {} : { ignore };
    expect(boundaryMeasure(annotation, result, { tolerance: pair.bound_th, ...options })).toBeCloseTo(pair.F, DIGITS);
  });
});

describe('semi-supervised', () => {
  const sequences = ['two-objects', 'one-object', 'lost-object'].map((name) => ({
    name,
    annotations: readSequence(`davis/Annotations/480p/${name}`),
    results: readSequence(`results/${name}`),
  }));

  it('gives every object mean, recall and decay, and their means', () => {
    const results = sequences.map(({ annotations, results }) => evaluateDavisSequence(annotations, results));
    results.forEach(({ objects }, s) => {
      for (const { object, jaccard: region, boundary } of objects) {
        const values = expected.semi_supervised.per_object[`${sequences[s]!.name}_${object}`]!;
        expectStatistics(region, values, 'J');
        expectStatistics(boundary, values, 'F');
      }
    });
    const summary = summarizeDavis(results);
    expect(summary.objects).toBe(Object.keys(expected.semi_supervised.per_object).length);
    const global = expected.semi_supervised.global;
    expect(summary.jAndF).toBeCloseTo(global['J&F-Mean']!, DIGITS);
    for (const [prefix, measure] of [
      ['J', summary.jaccard],
      ['F', summary.boundary],
    ] as const) {
      expect(measure.mean).toBeCloseTo(global[`${prefix}-Mean`]!, DIGITS);
      expect(measure.recall).toBeCloseTo(global[`${prefix}-Recall`]!, DIGITS);
      expect(measure.decay).toBeCloseTo(global[`${prefix}-Decay`]!, DIGITS);
    }
  });

  it.each(Object.entries(expected.per_frame))('%s frame by frame', (key, values) => {
    const [name, object] = [key.slice(0, -2), Number(key.slice(-1))];
    const { annotations, results } = sequences.find((sequence) => sequence.name === name)!;
    annotations.forEach((annotation, i) => {
      const [a, b] = [objectRegion(annotation, object), objectRegion(results[i]!, object)];
      expect(jaccard(a, b)).toBeCloseTo(values.all_12_frames_J[i]!, DIGITS);
      expect(boundaryMeasure(a, b)).toBeCloseTo(values.all_12_frames_F[i]!, DIGITS);
      expect(boundaryRadius(a.width, a.height, 0.008)).toBe(values.bound_pix);
    });
  });
});

it('unsupervised, with void and a spurious proposal', () => {
  const { objects } = evaluateUnsupervisedSequence(
    readSequence('davis/Annotations_unsupervised/480p/two-objects'),
    readSequence('results_unsupervised/two-objects'),
  );
  // The official tool numbers the matches in the order of proposals.
  const inOrderOfProposals = [...objects].sort((a, b) => a.proposal - b.proposal);
  inOrderOfProposals.forEach((match, i) => {
    const values = expected.unsupervised_with_void[`two-objects_${i + 1}`]!;
    expectStatistics(match.jaccard, values, 'J');
    expectStatistics(match.boundary, values, 'F');
  });
});
