import { type AdacofMaps, adacof, padReplicate } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { decodeFrames, type EstimatorScope, encodeFrames, joinFrames, mapsOf, shareOf } from '../adacof/estimator.js';
import { type AdacofInputs, type AdacofOutputs, checkFrames } from '../adacof/forward.js';
import type { CdfiConfig } from './config.js';
import { mixFeatures, resizeFeatures } from './features.js';
import { type GridNet, gridNet } from './grid-net.js';

/** What the network sees. */
export type CdfiInputs = AdacofInputs;

/** What the network makes. */
export interface CdfiOutputs extends AdacofOutputs {
  /** [B, H, W, 1] in 0..1: share of the synthesized frame. */
  readonly blend: tf.Tensor4D;
  /** [B, H, W, 3]: what the synthesis makes of sampled frames and features. */
  readonly synthesized: tf.Tensor4D;
  /** What is sampled of each level, finest first: [B, h + 2, w + 2, features] with the level's h and w. */
  readonly features: readonly tf.Tensor4D[];
  /** [B, H, W, C]: what the synthesis sees. */
  readonly sampled: tf.Tensor4D;
}

/** The synthesis of a configuration. */
export function synthesisOf({ features, grid }: CdfiConfig): GridNet {
  const sampled = 3 + features.reduce((sum, channels) => sum + channels, 0);
  return { prefix: 'context_synthesis', inputs: 2 * sampled, rows: grid, outputs: 3 };
}

/**
 * The frame in the middle of two.
 * @throws ShapeError if shapes do not fit each other or the multiple.
 */
export function forwardCdfi(config: CdfiConfig, scope: EstimatorScope, { frame0, frame1 }: CdfiInputs): CdfiOutputs {
  checkFrames('cdfi', frame0, frame1);
  const encoded = encodeFrames(scope, joinFrames(frame0, frame1));
  const shared = decodeFrames(scope, encoded);
  const features = mixFeatures(scope.weights, encoded);
  const maps = [mapsOf(scope, 1, shared), mapsOf(scope, 2, shared)] as const;
  // The encoder saw both frames at once: both sets of maps sample the same features.
  const [first, second] = [sample(config, frame0, features, maps[0]), sample(config, frame1, features, maps[1])];
  const sampled = joinSampled(first, second);
  const occlusion = shareOf(scope, 'occlusion', shared);
  const blend = shareOf(scope, 'blend', shared);
  const synthesized = gridNet(scope, synthesisOf(config), sampled);
  const warped = [first[0]!, second[0]!] as const;
  // The same as share * a + (1 - share) * b, with one product less.
  const merged = tf.add(warped[1], tf.mul(occlusion, tf.sub(warped[0], warped[1])));
  const frame = tf.add(merged, tf.mul(blend, tf.sub(synthesized, merged))) as tf.Tensor4D;
  return { frame, maps, occlusion, warped, encoded, blend, synthesized, features, sampled };
}

/** A frame and the features of each level as one set of maps samples them. */
function sample(
  { kernelSize, dilation, gradient }: CdfiConfig,
  frame: tf.Tensor,
  features: readonly tf.Tensor4D[],
  maps: AdacofMaps,
): tf.Tensor4D[] {
  const [, height, width] = frame.shape as [number, number, number, number];
  const margin = ((kernelSize - 1) * dilation) / 2;
  const picture = padReplicate(frame, { top: margin, bottom: margin, left: margin, right: margin });
  const pictures = [picture, ...resizeFeatures(features, [height + 2 * margin, width + 2 * margin])];
  const collect = (x: tf.Tensor) => adacof(x, maps, { dilation, padding: 'none', gradient });
  // The official gradient counts the first three channels of each; otherwise all are sampled at once.
  if (gradient === 'official') return pictures.map(collect);
  const channels = pictures.map((x) => x.shape[3]);
  return tf.split(collect(tf.concat(pictures, 3)), channels, 3);
}

/** Both frames, then each level as both sets of maps sample it. */
function joinSampled(first: readonly tf.Tensor4D[], second: readonly tf.Tensor4D[]): tf.Tensor4D {
  return tf.concat(
    first.flatMap((level, index) => [level, second[index]!]),
    3,
  );
}
