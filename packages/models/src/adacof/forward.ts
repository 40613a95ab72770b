import { ShapeError } from '@vosvfi/core';
import { type AdacofMaps, adacof } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { AdacofConfig } from './config.js';
import { decodeFrames, type EstimatorScope, encodeFrames, joinFrames, mapsOf, shareOf } from './estimator.js';

/** Height and width must be multiples of this. */
export const adacofMultiple = 32;

/** What the network sees. */
export interface AdacofInputs {
  /** [B, H, W, 3] RGB 0..1, H and W multiples of 32: the frame at time 0. */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3] RGB 0..1: the frame at time 1. */
  readonly frame1: tf.Tensor;
}

/** What the network makes. */
export interface AdacofOutputs {
  /** [B, H, W, 3], the frame at time 1/2; not clamped. */
  readonly frame: tf.Tensor4D;
  /** How frame 0 and frame 1 are sampled, [B, H, W, F * F] each. */
  readonly maps: readonly [AdacofMaps, AdacofMaps];
  /** [B, H, W, 1] in 0..1: share of what frame 0 gives. */
  readonly occlusion: tf.Tensor4D;
  /** [B, H, W, 3]: what frame 0 and frame 1 give. */
  readonly warped: readonly [tf.Tensor4D, tf.Tensor4D];
  /** The encoder's five levels, finest first. */
  readonly encoded: readonly tf.Tensor4D[];
}

/**
 * The frame in the middle of two.
 * @throws ShapeError if shapes do not fit each other or the multiple.
 */
export function forwardAdacof(
  { dilation, gradient }: Pick<AdacofConfig, 'dilation' | 'gradient'>,
  scope: EstimatorScope,
  { frame0, frame1 }: AdacofInputs,
): AdacofOutputs {
  checkFrames('adacof', frame0, frame1);
  const encoded = encodeFrames(scope, joinFrames(frame0, frame1));
  const shared = decodeFrames(scope, encoded);
  const sample = (frame: tf.Tensor, set: 1 | 2) => {
    const maps = mapsOf(scope, set, shared);
    return { maps, warped: adacof(frame, maps, { dilation, gradient }) };
  };
  const [first, second] = [sample(frame0, 1), sample(frame1, 2)];
  const occlusion = shareOf(scope, 'occlusion', shared);
  // The same as occlusion * first + (1 - occlusion) * second, with one product less.
  const frame = tf.add(second.warped, tf.mul(occlusion, tf.sub(first.warped, second.warped))) as tf.Tensor4D;
  return {
    frame,
    maps: [first.maps, second.maps],
    occlusion,
    warped: [first.warped, second.warped],
    encoded,
  };
}

/** @throws ShapeError if the frames are not a pair of a size that the network `name` takes. */
export function checkFrames(name: string, frame0: tf.Tensor, frame1: tf.Tensor): void {
  if (frame0.rank !== 4 || frame0.shape[3] !== 3) throw new ShapeError(`${name} frame0`, '[B, H, W, 3]', frame0.shape);
  if (frame1.shape.join() !== frame0.shape.join()) {
    throw new ShapeError(`${name} frame1`, `[${frame0.shape.join(', ')}] as frame0`, frame1.shape);
  }
  const [, height, width] = frame0.shape as [number, number, number, number];
  if (height % adacofMultiple === 0 && width % adacofMultiple === 0) return;
  throw new ShapeError(`${name} frame0`, `height and width that are multiples of ${adacofMultiple}`, frame0.shape, {
    hint: 'Pad the frames at the bottom and the right, or use an interpolator, which does.',
  });
}
