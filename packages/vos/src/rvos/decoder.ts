import { resizeBilinear } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve } from '../layers/convolution.js';
import { type CellState, runCell } from './cell.js';
import type { RvosConfig } from './config.js';
import type { RvosFeatures } from './encoder.js';
import { cellWidths } from './parameters.js';

/** One object of one frame. */
export interface DecodedObject {
  /** [B, 2 h, 2 w, 1] for features of h x w at 1/4 of the frame: log-odds, at about 1/2 of it. */
  readonly logits: tf.Tensor4D;
  /** States of the cells, coarsest first. */
  readonly states: readonly CellState[];
}

/** What is known before an object is decoded. */
export interface DecoderMemory {
  /** The object's mask in the frame before, [B, h, w, 1] at the sizes of the features. One-shot networks need it. */
  readonly masks?: readonly tf.Tensor4D[] | undefined;
  /** States after the previous object of this frame. */
  readonly previousObject?: readonly CellState[] | undefined;
  /** Hidden states of this object in the frame before. */
  readonly previousFrame?: readonly tf.Tensor4D[] | undefined;
}

function resizeTo(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return resizeBilinear(x, [height, width], { alignCorners: true });
}

/** Decodes one object: four cells from coarse to fine, each with the encoder's features of its size. */
export function decodeObject(
  config: RvosConfig,
  weights: TensorWeights,
  features: RvosFeatures,
  { masks, previousObject, previousFrame }: DecoderMemory,
): DecodedObject {
  const states: CellState[] = [];
  cellWidths(config).forEach((widths, level) => {
    const skip = features[level]!;
    const coarser = states[level - 1]?.hidden;
    const input =
      coarser === undefined
        ? skip
        : (tf.concat([resizeTo(coarser, skip.shape[1], skip.shape[2]), skip], 3) as tf.Tensor4D);
    const given = {
      input,
      mask: masks?.[level],
      previousObject: previousObject?.[level],
      previousFrame: previousFrame?.[level],
    };
    states.push(runCell(weights, `decoder.clstm_list.${level}`, widths, given));
  });
  const { hidden } = states.at(-1)!;
  const [, height, width] = hidden.shape;
  return { logits: convolve(weights, 'decoder.conv_out', resizeTo(hidden, 2 * height, 2 * width)), states };
}

/** Masks [B, H, W, 1] at the sizes of the features, coarsest first: the largest value of each cell, sizes rounded up. */
export function poolMasks(mask: tf.Tensor4D): tf.Tensor4D[] {
  const halve = (x: tf.Tensor4D): tf.Tensor4D => tf.maxPool(x, 2, 2, 'same');
  const levels = [halve(halve(mask))];
  for (let level = 1; level < 4; level++) levels.push(halve(levels[level - 1]!));
  return levels.reverse();
}
