import { sizeOf } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import {
  type AxisWindow,
  insideOfPairs,
  joinPairs,
  pairsAlong,
  patchPlaces,
  sharesAlong,
  windowOf,
} from './lookup-patch.js';
import { flatPlaces, takeAlong } from './take-along.js';

/** How to look up in one level. */
export interface LevelOptions {
  readonly radius: number;
  /** Pixels of level 0 in one of this level. */
  readonly step: number;
}

type LevelShape = [count: number, rows: number, columns: number];

interface Windows {
  readonly across: AxisWindow;
  readonly down: AxisWindow;
}

/**
 * Bilinear samples of every query's own picture on the whole-step grid around its centre, zeros outside.
 *
 * The bilinear shares are the same for all samples of a query. So (2 radius + 2)^2 whole places are read, and combined
 * first across and then down, with the queries as the last axis, along which the processor's vectors run.
 *
 * @param level [N, rows, columns].
 * @param centres [N, 2], (x, y) in pixels of level 0.
 * @returns [x, y, N] with 2 radius + 1 samples along x and y; gradients go to both.
 */
export function lookupLevel(level: tf.Tensor3D, centres: tf.Tensor2D, options: LevelOptions): tf.Tensor3D {
  const lookup = tf.customGrad((...given) => {
    const [values, at, save] = given as [tf.Tensor3D, tf.Tensor2D, tf.GradSaveFunc];
    save([values, at]);
    return {
      value: samples(values, windowsOf(at, values.shape, options)),
      gradFunc: (dy: tf.Tensor, [saved, savedAt]: tf.Tensor[]) =>
        lookupGradients(saved as tf.Tensor3D, savedAt as tf.Tensor2D, dy, options),
    };
  });
  return lookup(level, centres) as tf.Tensor3D;
}

function windowsOf(centres: tf.Tensor2D, [, rows, columns]: LevelShape, { radius, step }: LevelOptions): Windows {
  const [x, y] = tf.unstack(tf.div(centres, step), 1) as [tf.Tensor1D, tf.Tensor1D];
  return { across: windowOf(x, radius, columns), down: windowOf(y, radius, rows) };
}

/** The whole places around every query, [x, y, N]. */
function readPatch(level: tf.Tensor3D, { across, down }: Windows): tf.Tensor {
  const [count, rows, columns] = level.shape;
  const span = across.place.shape[0];
  const read = takeAlong(tf.reshape(level, [count, rows * columns]), patchPlaces(across, down, columns));
  return tf.reshape(tf.transpose(read), [span, span, count]);
}

function samples(level: tf.Tensor3D, windows: Windows): tf.Tensor {
  return combineDown(combineAcross(readPatch(level, windows), windows.across), windows.down);
}

/** [2 radius + 1, N] as [2 radius + 1, 1, N]. */
function alongX(x: tf.Tensor): tf.Tensor {
  return tf.expandDims(x, 1);
}

function combineAcross(patch: tf.Tensor, across: AxisWindow): tf.Tensor {
  const [low, high] = pairsAlong(patch, 0);
  const [lowShare, highShare] = sharesAlong(across);
  return tf.add(tf.mul(low, alongX(lowShare)), tf.mul(high, alongX(highShare)));
}

function combineDown(rows: tf.Tensor, down: AxisWindow): tf.Tensor {
  const [low, high] = pairsAlong(rows, 1);
  const [lowShare, highShare] = sharesAlong(down);
  return tf.add(tf.mul(low, lowShare), tf.mul(high, highShare));
}

function lookupGradients(
  level: tf.Tensor3D,
  centres: tf.Tensor2D,
  dy: tf.Tensor,
  options: LevelOptions,
): [tf.Tensor, tf.Tensor] {
  const windows = windowsOf(centres, level.shape, options);
  const { across, down } = windows;
  const patch = readPatch(level, windows);
  const [lowX, highX] = sharesAlong(across);
  const [lowY, highY] = sharesAlong(down);
  const dRows = joinPairs(tf.mul(dy, lowY), tf.mul(dy, highY), 1);
  const dPatch = joinPairs(tf.mul(dRows, alongX(lowX)), tf.mul(dRows, alongX(highX)), 0);
  const spread = spreadPatch(dPatch, windows, level.shape);
  // What a sample gains when it moves on: the second of its places less the first, where they are inside.
  const [insideLowX, insideHighX] = insideOfPairs(across).map(alongX) as [tf.Tensor, tf.Tensor];
  const [insideLowY, insideHighY] = insideOfPairs(down);
  const [leftOf, rightOf] = pairsAlong(patch, 0);
  const [above, below] = pairsAlong(combineAcross(patch, across), 1);
  const gainX = tf.sub(tf.mul(rightOf, insideHighX), tf.mul(leftOf, insideLowX));
  const gainY = tf.sub(tf.mul(below, insideHighY), tf.mul(above, insideLowY));
  const dx = tf.sum(tf.mul(dRows, gainX), [0, 1]);
  const dyCentre = tf.sum(tf.mul(dy, gainY), [0, 1]);
  return [spread, tf.div(tf.stack([dx, dyCentre], 1), options.step)];
}

/** Adds patches [x, y, N] to where they were read. */
function spreadPatch(patch: tf.Tensor, { across, down }: Windows, shape: LevelShape): tf.Tensor {
  const [count, rows, columns] = shape;
  const updates = tf.transpose(tf.reshape(patch, [patch.size / count, count]));
  const places = flatPlaces(patchPlaces(across, down, columns), [count, rows * columns]);
  const sums = tf.scatterND(tf.reshape(places, [patch.size, 1]), tf.reshape(updates, [patch.size]), [sizeOf(shape)]);
  return tf.reshape(sums, shape);
}
