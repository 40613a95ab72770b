import {
  addError,
  addSymmetricError,
  type Pose,
  poseAccuracy,
  poseOfMatrix,
  projectionDistance,
  reprojectionError,
  rotationError,
  surfaceDistance,
  translationError,
} from '@vosvfi/eval';
import { z } from 'zod';
import type { MetricCase, MetricComparison } from '../case.js';
import { comparison, readExpected } from '../metric-folder.js';

const matrix = z.array(z.array(z.number()));
const expectedSchema = z.object({
  camera_matrix: matrix,
  models: z.record(z.string(), z.object({ points: matrix, diameter: z.number(), symmetric_half_turn_z: z.boolean() })),
  cases: z.array(
    z.object({
      object: z.string(),
      index: z.number(),
      pose_gt: matrix,
      pose_est: matrix,
      values: z.object({
        add: z.number(),
        add_s: z.number(),
        proj_2d: z.number(),
        rotation_deg: z.number(),
        translation: z.number(),
        mssd: z.number(),
        mspd: z.number(),
      }),
      epro: z.object({
        rotation_deg: z.number(),
        translation: z.number(),
        arp_2d: z.number(),
        add_or_adi: z.number(),
      }),
    }),
  ),
  accuracy: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string()]))),
});
type Expected = z.infer<typeof expectedSchema>;
type Case = Expected['cases'][number];

const EXACT = 1e-10;
/** A matrix logarithm near the identity. */
const ANGLE = 1e-6;
/** The reference's arc cosine of nearly 1, in degrees: that of 1 - 2^-53 is 0.9e-6, and the trace has several such roundings. */
const arcCosine = (angle: number): number => (angle < 1e-5 ? 3e-6 : 1e-6);
/** The matrix logarithm of an exact half turn is degenerate. */
const LOGARITHM = 1e-4;
const halfTurn: Pose = { rotation: [-1, 0, 0, 0, -1, 0, 0, 0, 1], translation: [0, 0, 0] };

interface Errors {
  readonly add: number;
  readonly projection: number;
  readonly rotation: number;
  readonly translation: number;
}

/** EPro-PnP turns its estimate of the eggbox by half a turn where that fits better; what it then has is float32. */
function turnedEstimate(object: string, truth: Pose, estimate: Pose): Pose {
  if (object !== 'eggbox' || rotationError(truth, estimate) <= 90) return estimate;
  const rotation = estimate.rotation.map((value, i) => Math.fround(i % 3 === 2 ? value : -value));
  return { rotation, translation: estimate.translation.map(Math.fround) };
}

function compareCase(
  expected: Expected,
  { object, index, pose_gt, pose_est, values, epro }: Case,
): { errors: Errors; comparisons: MetricComparison[] } {
  const { points: rows, symmetric_half_turn_z: isSymmetric } = expected.models[object]!;
  const points = Float64Array.from(rows.flat());
  const camera = expected.camera_matrix.flat();
  const [truth, estimate] = [poseOfMatrix(pose_gt), poseOfMatrix(pose_est)];
  const symmetries = isSymmetric ? [halfTurn] : [];
  const turned = turnedEstimate(object, truth, estimate);
  const add = isSymmetric ? addSymmetricError(points, truth, estimate) : addError(points, truth, estimate);
  const errors: Errors = {
    add,
    projection: reprojectionError(points, truth, turned, camera),
    rotation: rotationError(truth, turned),
    translation: translationError(truth, turned),
  };
  const name = `${object} ${index}`;
  const pairs: [string, number, number, number][] = [
    ['add', addError(points, truth, estimate), values.add, EXACT],
    ['add_s', addSymmetricError(points, truth, estimate), values.add_s, EXACT],
    ['proj_2d', reprojectionError(points, truth, estimate, camera), values.proj_2d, EXACT],
    ['rotation', rotationError(truth, estimate), values.rotation_deg, arcCosine(values.rotation_deg)],
    ['translation', translationError(truth, estimate), values.translation, EXACT],
    ['mssd', surfaceDistance(points, truth, estimate, symmetries), values.mssd, EXACT],
    ['mspd', projectionDistance(points, truth, estimate, camera, symmetries), values.mspd, EXACT],
    ['EPro-PnP rotation', errors.rotation, epro.rotation_deg, index === 11 ? LOGARITHM : ANGLE],
    ['EPro-PnP translation', errors.translation, epro.translation, EXACT],
    ['EPro-PnP arp_2d', errors.projection, epro.arp_2d, EXACT],
    ['EPro-PnP add or adi', errors.add, epro.add_or_adi, EXACT],
  ];
  return { errors, comparisons: pairs.map(([key, a, b, limit]) => comparison(`${name} ${key}`, a, b, limit)) };
}

function accuracyOf(key: string, errors: readonly Errors[], diameter: number): number {
  const numberIn = (pattern: RegExp): number => Number(pattern.exec(key)?.[1]);
  if (key.startsWith('add_at_')) {
    const threshold = numberIn(/add_at_([\d.]+)d/) * diameter;
    return poseAccuracy(
      errors.map(({ add }) => add),
      threshold,
    );
  }
  if (key.startsWith('rep_at_')) {
    return poseAccuracy(
      errors.map(({ projection }) => projection),
      numberIn(/rep_at_(\d+)px/),
    );
  }
  const [degrees, metres] = [numberIn(/(\d+)deg/), numberIn(/(\d+)cm/) / 100];
  return (
    errors.filter(({ rotation, translation }) => rotation < degrees && translation < metres).length / errors.length
  );
}

/** Pose errors and the accuracies counted from them. */
export const metricCase: MetricCase = {
  ids: ['pose'],
  async run(dir) {
    const expected = await readExpected(dir, expectedSchema);
    const comparisons: MetricComparison[] = [];
    const errors = new Map<string, Errors[]>();
    for (const poseCase of expected.cases) {
      const result = compareCase(expected, poseCase);
      comparisons.push(...result.comparisons);
      errors.set(poseCase.object, [...(errors.get(poseCase.object) ?? []), result.errors]);
    }
    for (const [object, accuracies] of Object.entries(expected.accuracy)) {
      for (const [key, value] of Object.entries(accuracies)) {
        if (typeof value === 'string') continue;
        const actual = accuracyOf(key, errors.get(object)!, expected.models[object]!.diameter);
        comparisons.push(comparison(`${object} ${key}`, actual, value, EXACT));
      }
    }
    return comparisons;
  },
};
