import {
  type CameraMatrix,
  composePoses,
  type ModelPoints,
  type Pose,
  projectPoints,
  transformPoints,
} from './pose.js';

/**
 * ADD: mean distance of corresponding points of the model under the true and the estimated pose, in the model's unit.
 * Range 0 upwards. Source: Hinterstoisser et al., ACCV 2012.
 * @throws ShapeError for a model without points.
 */
export function addError(points: ModelPoints, truth: Pose, estimate: Pose): number {
  return mean(pointDistances(transformPoints(points, truth), transformPoints(points, estimate), 3));
}

/**
 * ADD-S (ADI): mean over the points under the true pose of the distance to the nearest point under the estimated one; for
 * objects that look the same from several sides. Range 0 upwards. Source: Hinterstoisser et al., ACCV 2012.
 * @throws ShapeError for a model without points.
 */
export function addSymmetricError(points: ModelPoints, truth: Pose, estimate: Pose): number {
  const expected = transformPoints(points, truth);
  const found = transformPoints(points, estimate);
  let sum = 0;
  for (let i = 0; i < expected.length; i += 3) {
    const [x, y, z] = [expected[i]!, expected[i + 1]!, expected[i + 2]!];
    let nearest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < found.length; j += 3) {
      const square = (found[j]! - x) ** 2 + (found[j + 1]! - y) ** 2 + (found[j + 2]! - z) ** 2;
      if (square < nearest) nearest = square;
    }
    sum += Math.sqrt(nearest);
  }
  return sum / (expected.length / 3);
}

/**
 * REP: mean distance in pixels of the model's points, projected under the true and the estimated pose. "REP-20px" is the
 * {@link poseAccuracy} of these errors at 20. Source: Brachmann et al., CVPR 2016.
 * @throws ShapeError for a model without points.
 */
export function reprojectionError(points: ModelPoints, truth: Pose, estimate: Pose, camera: CameraMatrix): number {
  return mean(pointDistances(projected(points, truth, camera), projected(points, estimate, camera), 2));
}

/** Angle between two rotations in degrees, 0..180; exact for tiny angles and half turns too, where the arc cosine is not. */
export function rotationError(truth: Pose, estimate: Pose): number {
  const [a, b] = [truth.rotation, estimate.rotation];
  /** An entry of the rotation that leads from one to the other. */
  const turn = (row: number, column: number): number =>
    [0, 1, 2].reduce((sum, k) => sum + b[3 * row + k]! * a[3 * column + k]!, 0);
  const sine = Math.hypot(turn(2, 1) - turn(1, 2), turn(0, 2) - turn(2, 0), turn(1, 0) - turn(0, 1));
  return (Math.atan2(sine, turn(0, 0) + turn(1, 1) + turn(2, 2) - 1) * 180) / Math.PI;
}

/** Distance of two translations. */
export function translationError(truth: Pose, estimate: Pose): number {
  return Math.hypot(...truth.translation.map((value, i) => value - estimate.translation[i]!));
}

/**
 * MSSD: largest distance of corresponding points in space, for the best of the object's symmetries. BOP challenge.
 * @param symmetries Poses that leave the model looking the same; the one that changes nothing need not be among them.
 */
export function surfaceDistance(
  points: ModelPoints,
  truth: Pose,
  estimate: Pose,
  symmetries: readonly Pose[] = [],
): number {
  const found = transformPoints(points, estimate);
  return smallestOfLargest(truth, symmetries, (pose) => pointDistances(transformPoints(points, pose), found, 3));
}

/** MSPD: the same as {@link surfaceDistance} in pixels, of projected points. */
export function projectionDistance(
  points: ModelPoints,
  truth: Pose,
  estimate: Pose,
  camera: CameraMatrix,
  symmetries: readonly Pose[] = [],
): number {
  const found = projected(points, estimate, camera);
  return smallestOfLargest(truth, symmetries, (pose) => pointDistances(projected(points, pose, camera), found, 2));
}

/**
 * Share of poses with an error below `threshold` (strictly): ADD-0.1d takes a tenth of the model's diameter, REP-n px n. An
 * error of NaN, where no pose was found, counts as wrong. NaN for no errors.
 */
export function poseAccuracy(errors: readonly number[], threshold: number): number {
  return errors.filter((error) => error < threshold).length / errors.length;
}

function projected(points: ModelPoints, pose: Pose, camera: CameraMatrix): Float64Array {
  return projectPoints(transformPoints(points, pose), camera);
}

function smallestOfLargest(truth: Pose, symmetries: readonly Pose[], distances: (pose: Pose) => Float64Array): number {
  const poses = [truth, ...symmetries.map((symmetry) => composePoses(truth, symmetry))];
  return Math.min(...poses.map((pose) => distances(pose).reduce((largest, d) => Math.max(largest, d), 0)));
}

function pointDistances(a: Float64Array, b: Float64Array, size: 2 | 3): Float64Array {
  return Float64Array.from({ length: a.length / size }, (_, i) => {
    let square = 0;
    for (let k = i * size; k < (i + 1) * size; k++) square += (a[k]! - b[k]!) ** 2;
    return Math.sqrt(square);
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
