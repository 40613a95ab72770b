import { ShapeError } from '@vosvfi/core';

/** A rotation (3x3, C order) and a translation in the unit of the model. */
export interface Pose {
  readonly rotation: readonly number[];
  readonly translation: readonly number[];
}

/** Points of an object model, [n, 3]. */
export type ModelPoints = Float64Array;

/** A camera matrix, 3x3, C order. */
export type CameraMatrix = readonly number[];

/**
 * A pose of a 3x4 matrix [R | t].
 * @throws ShapeError unless it has three rows of four finite numbers.
 */
export function poseOfMatrix(rows: readonly (readonly number[])[]): Pose {
  const isRow = (row: readonly number[]): boolean => row.length === 4 && row.every(Number.isFinite);
  if (rows.length !== 3 || !rows.every(isRow)) {
    throw new ShapeError('pose', 'three rows of four finite numbers [R | t]', JSON.stringify(rows));
  }
  return { rotation: rows.flatMap((row) => row.slice(0, 3)), translation: rows.map((row) => row[3]!) };
}

/** The model's points where a pose puts them, [n, 3]. */
export function transformPoints(points: ModelPoints, { rotation, translation }: Pose): Float64Array {
  if (points.length === 0 || points.length % 3 !== 0) throw new ShapeError('model points', '[n, 3]', [points.length]);
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    for (let row = 0; row < 3; row++) {
      out[i + row] =
        rotation[3 * row]! * points[i]! +
        rotation[3 * row + 1]! * points[i + 1]! +
        rotation[3 * row + 2]! * points[i + 2]! +
        translation[row]!;
    }
  }
  return out;
}

/** Pixels that points [n, 3] in front of a camera fall on, [n, 2]. */
export function projectPoints(points: Float64Array, camera: CameraMatrix): Float64Array {
  const out = new Float64Array((points.length / 3) * 2);
  for (let i = 0; i < points.length / 3; i++) {
    const at = (row: number): number =>
      camera[3 * row]! * points[3 * i]! +
      camera[3 * row + 1]! * points[3 * i + 1]! +
      camera[3 * row + 2]! * points[3 * i + 2]!;
    out[2 * i] = at(0) / at(2);
    out[2 * i + 1] = at(1) / at(2);
  }
  return out;
}

/** The pose of a model that was first turned and moved by `first`. */
export function composePoses({ rotation, translation }: Pose, first: Pose): Pose {
  const turned = (row: number, column: (k: number) => number): number =>
    [0, 1, 2].reduce((sum, k) => sum + rotation[3 * row + k]! * column(k), 0);
  return {
    rotation: Array.from({ length: 9 }, (_, i) => turned(Math.floor(i / 3), (k) => first.rotation[3 * k + (i % 3)]!)),
    translation: [0, 1, 2].map((row) => turned(row, (k) => first.translation[k]!) + translation[row]!),
  };
}
