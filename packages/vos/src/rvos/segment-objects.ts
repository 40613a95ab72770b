import { ShapeError } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { splitChannels } from '../split-channels.js';
import type { CellState } from './cell.js';
import type { RvosConfig } from './config.js';
import { decodeObject, poolMasks } from './decoder.js';
import type { RvosFeatures } from './encoder.js';

/** Hidden states of objects in a frame: by object, then by level, coarsest first. Each [B, h, w, C]. */
export type RvosHidden = readonly (readonly tf.Tensor4D[])[];

/** What the network is told about the objects of a frame. */
export interface RvosMemory {
  /** Number of objects. Default: as many as `masks` has. */
  readonly objects?: number;
  /** [B, H, W, K] in 0..1: the objects in the frame before, or in this one where they are given. One-shot networks need it. */
  readonly masks?: tf.Tensor4D | undefined;
  /** Hidden states of the frame before; fewer objects than now where new ones are last. Default: none. */
  readonly hidden?: RvosHidden | undefined;
}

/** Objects of a frame. */
export interface RvosObjects {
  /** [B, H, W, K]: log-odds of each object on its own; objects may overlap. */
  readonly logits: tf.Tensor4D;
  /** [B, 2 h, 2 w, 1] each: the same before it was resized. */
  readonly coarse: readonly tf.Tensor4D[];
  readonly hidden: RvosHidden;
}

/** Objects one after another, each knowing the ones before it. */
export function segmentObjects(
  config: RvosConfig,
  weights: TensorWeights,
  features: RvosFeatures,
  [height, width]: readonly [height: number, width: number],
  memory: RvosMemory,
): RvosObjects {
  const objects = numberOfObjects(config, memory);
  const masks = memory.masks === undefined ? undefined : splitChannels(memory.masks).map(poolMasks);
  const coarse: tf.Tensor4D[] = [];
  const hidden: tf.Tensor4D[][] = [];
  let previousObject: readonly CellState[] | undefined;
  for (let object = 0; object < objects; object++) {
    const decoded = decodeObject(config, weights, features, {
      masks: masks?.[object],
      previousObject,
      previousFrame: memory.hidden?.[object],
    });
    coarse.push(decoded.logits);
    hidden.push(decoded.states.map((state) => state.hidden));
    previousObject = decoded.states;
  }
  const together = coarse.length === 1 ? coarse[0]! : tf.concat(coarse, 3);
  return { logits: resizeBilinear(together, [height, width], { alignCorners: true }), coarse, hidden };
}

/** @throws ShapeError if masks are missing or given where none belong. */
function numberOfObjects({ variant }: RvosConfig, { objects, masks }: RvosMemory): number {
  const subject = 'rvos masks';
  if (variant === 'zero-shot') {
    if (masks !== undefined) throw new ShapeError(subject, 'none for a zero-shot network', masks.shape);
    if (objects === undefined) throw new ShapeError('rvos objects', 'a number for a zero-shot network', 'none');
    return objects;
  }
  if (masks === undefined || masks.rank !== 4) {
    throw new ShapeError(subject, '[B, H, W, K] for a one-shot network', masks?.shape ?? 'none');
  }
  if (objects !== undefined && objects !== masks.shape[3]) {
    throw new ShapeError(subject, `${objects} channels, one for each object`, masks.shape);
  }
  return masks.shape[3];
}
