import { ShapeError } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { convolve } from '../layers/convolution.js';
import { repeatBatch } from '../repeat-batch.js';
import { preActivationBlock } from './convolution.js';
import type { StcnKey } from './encoders.js';

/**
 * Turns what was read from memory into masks.
 *
 * @param reading [M B, H/16, W/16, valueChannels]: M readings (objects, memories) for each of the B queries,
 * reading by reading.
 * @param query Features of the B queries.
 * @returns Logits [M B, H, W, 1] before the sigmoid.
 * @throws ShapeError if the batch of `reading` is no multiple of the query's.
 */
export function decode(
  weights: TensorWeights,
  reading: tf.Tensor4D,
  query: Pick<StcnKey, 'f16Thin' | 'f8' | 'f4'>,
): tf.Tensor4D {
  const batch = query.f16Thin.shape[0];
  const copies = reading.shape[0] / batch;
  if (!Number.isInteger(copies)) throw new ShapeError('decode reading', `[n * ${batch}, h, w, c]`, reading.shape);
  const joined = tf.concat([reading, repeatBatch(query.f16Thin, copies)], 3);
  let x = preActivationBlock(weights, 'decoder.compress', joined);
  x = upsample(weights, 'decoder.up_16_8', x, query.f8, copies);
  x = upsample(weights, 'decoder.up_8_4', x, query.f4, copies);
  return enlarge(convolve(weights, 'decoder.pred', tf.relu(x)), 4);
}

/** The skip connection depends on the query alone, so it is made once for all readings. */
function upsample(weights: TensorWeights, key: string, x: tf.Tensor4D, skip: tf.Tensor4D, copies: number): tf.Tensor4D {
  const side = repeatBatch(convolve(weights, `${key}.skip_conv`, skip), copies);
  return preActivationBlock(weights, `${key}.out_conv`, tf.add(side, enlarge(x, 2)));
}

function enlarge(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  return resizeBilinear(x, [x.shape[1] * factor, x.shape[2] * factor]);
}
