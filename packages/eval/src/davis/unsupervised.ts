import { type Mask, ShapeError } from '@vosvfi/core';
import { linearSumAssignment } from 'linear-sum-assignment';
import { type BitRegion, withoutRegion } from './bit-region.js';
import { defaultTolerance, outlineMeasure, requireTolerance } from './boundary-measure.js';
import { regionJaccard } from './jaccard.js';
import { largestLabel, objectRegion, VOID_LABEL } from './labels.js';
import { type Outline, outline } from './outline.js';
import { packRegions, separateLabels, wholeRegion } from './pack-regions.js';
import { type DavisObjectResult, requireObjects, requirePairs } from './sequence.js';
import { mean, sequenceStatistics } from './statistics.js';

/** An object, and the proposal that was matched with it. */
export interface MatchedObjectResult extends DavisObjectResult {
  /** Label of the proposal in the results; one that is larger than any label stands for an empty proposal. */
  readonly proposal: number;
}

const MOST_PROPOSALS = 20;

/**
 * Unsupervised (multi-object) evaluation of one sequence: labels of the results are proposals without identity; they are matched
 * one to one with the objects so that the sum of mean (J + F) / 2 is largest; proposals left over do not count.
 * All frames count; void pixels (255) of the annotation are left out of both. Equal to the official davis2017-evaluation
 * (task `unsupervised`), which lists the matches in the order of proposals; here they are in the order of objects.
 * @throws ShapeError if counts or sizes differ or there are more than 20 proposals.
 */
export function evaluateUnsupervisedSequence(
  annotations: readonly Mask[],
  results: readonly Mask[],
  options: { readonly tolerance?: number } = {},
): { readonly objects: readonly MatchedObjectResult[] } {
  const objectCount = requireObjects(annotations);
  requirePairs(annotations, results);
  const proposalCount = Math.max(objectCount, ...results.map((result) => largestLabel(result, false)));
  if (proposalCount > MOST_PROPOSALS) {
    throw new ShapeError('results', `at most ${MOST_PROPOSALS} proposals`, `${proposalCount}`);
  }
  const { tolerance = defaultTolerance } = options;
  requireTolerance(tolerance);
  const voids = annotations.map((annotation) => wholeRegion(objectRegion(annotation, VOID_LABEL)));
  const objects = outlinedObjects(annotations, objectCount, voids);
  const proposals = outlinedObjects(results, proposalCount, voids);
  const scores = objects.map((object) =>
    proposals.map((proposal) => ({
      jaccard: object.map(({ region }, i) => regionJaccard(region, proposal[i]!.region)),
      boundary: object.map(({ edges }, i) => outlineMeasure(edges, proposal[i]!.edges, tolerance)),
    })),
  );
  const gains = scores.map((row) => row.map((score) => (mean(score.jaccard) + mean(score.boundary)) / 2));
  return {
    objects: assignRows(gains).map((proposal, index) => ({
      object: index + 1,
      proposal: proposal + 1,
      jaccard: sequenceStatistics(scores[index]![proposal]!.jaccard),
      boundary: sequenceStatistics(scores[index]![proposal]!.boundary),
    })),
  };
}

interface OutlinedRegion {
  readonly region: BitRegion;
  readonly edges: Outline;
}

/** For each of the labels 1 to `count` its regions in all masks, void pixels left out. */
function outlinedObjects(masks: readonly Mask[], count: number, voids: readonly BitRegion[]): OutlinedRegion[][] {
  const objectOf = separateLabels(count);
  const frames = masks.map((mask, i) =>
    packRegions(mask, objectOf, count).regions.map((packed) => {
      const region = withoutRegion(packed, voids[i]!);
      return { region, edges: outline(region) };
    }),
  );
  return Array.from({ length: count }, (_, index) => frames.map((regions) => regions[index]!));
}

/** For each row its column in the one-to-one assignment of largest total gain. There must be at least as many columns as rows. */
export function assignRows(gains: readonly (readonly number[])[]): number[] {
  const { rowAssignments } = linearSumAssignment(
    gains.map((row) => [...row]),
    { maximaze: true },
  );
  return [...rowAssignments];
}
