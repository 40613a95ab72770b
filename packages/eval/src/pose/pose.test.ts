import { ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { readFixtureJson } from '../../test/support/fixtures.js';
import { type Pose, poseOfMatrix } from './pose.js';
import {
  addError,
  addSymmetricError,
  poseAccuracy,
  projectionDistance,
  reprojectionError,
  rotationError,
  surfaceDistance,
  translationError,
} from './pose-errors.js';

interface PoseCase {
  object: string;
  index: number;
  pose_gt: number[][];
  pose_est: number[][];
  values: Record<string, number>;
}
const stored = readFixtureJson<{
  camera: number[][];
  models: Record<string, { points: number[][]; symmetric_half_turn_z: boolean }>;
  cases: PoseCase[];
}>('pose/expected.json');
const halfTurn: Pose = { rotation: [-1, 0, 0, 0, -1, 0, 0, 0, 1], translation: [0, 0, 0] };
const camera = stored.camera.flat();

describe('pose errors', () => {
  it.each(stored.cases)('$object $index', ({ object, pose_gt, pose_est, values }) => {
    const model = stored.models[object]!;
    const points = Float64Array.from(model.points.flat());
    const [truth, estimate] = [poseOfMatrix(pose_gt), poseOfMatrix(pose_est)];
    const symmetries = model.symmetric_half_turn_z ? [halfTurn] : [];
    expect(addError(points, truth, estimate)).toBeCloseTo(values.add!, 11);
    expect(addSymmetricError(points, truth, estimate)).toBeCloseTo(values.add_s!, 11);
    expect(reprojectionError(points, truth, estimate, camera)).toBeCloseTo(values.proj_2d!, 7);
    expect(Math.abs(rotationError(truth, estimate) - values.rotation_deg!)).toBeLessThan(1e-6);
    expect(translationError(truth, estimate)).toBeCloseTo(values.translation!, 11);
    expect(surfaceDistance(points, truth, estimate, symmetries)).toBeCloseTo(values.mssd!, 11);
    expect(projectionDistance(points, truth, estimate, camera, symmetries)).toBeCloseTo(values.mspd!, 7);
  });

  it('measures tiny angles and half turns that an arc cosine cannot', () => {
    const turned = (angle: number): Pose => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return { rotation: [c, -s, 0, s, c, 0, 0, 0, 1], translation: [0, 0, 0] };
    };
    const [tilted, degree] = [turned(0.7), Math.PI / 180];
    expect(rotationError(tilted, tilted)).toBeLessThan(1e-13);
    expect(rotationError(turned(0), turned(1e-9 * degree))).toBeCloseTo(1e-9, 15);
    expect(rotationError(turned(0), turned(-179.999999 * degree))).toBeCloseTo(179.999999, 10);
  });

  it('accuracy is strict, and a missing pose is wrong', () => {
    expect(poseAccuracy([0, 5, 19.9, 20, Number.NaN], 20)).toBe(0.6);
    expect(poseAccuracy([], 20)).toBeNaN();
  });

  it('refuses matrices that are no poses and models without points', () => {
    expect(() => poseOfMatrix([[1, 0, 0, 0]])).toThrow(ShapeError);
    expect(() =>
      poseOfMatrix([
        [1, 0, 0, Number.NaN],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ]),
    ).toThrow(ShapeError);
    expect(() => addError(new Float64Array(), halfTurn, halfTurn)).toThrow(/model points/);
  });
});
