import { ConfigError, ShapeError } from '@vosvfi/core';
import { warpBackward } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { InterpolationInputs } from '../interpolation-network.js';
import { contextFeatures, flowBlock, fuse } from './blocks.js';
import type { RifeConfig } from './config.js';

/** The official code pads frames to multiples of this (divided by `scale` if that is less than 1). */
export const rifeMultiple = 32;
/** What the layers need: multiples of this, and as much of what the flow blocks see. */
const leastMultiple = 16;

/** The three blocks see the frames at 1/4, 1/2 and 1 of the size, times `scale`. */
const reductions = [4, 2, 1] as const;

/**
 * What the network sees. Height and width are multiples of 16 (16 / `scale` if that is more); `scale`, at most 4, is for the
 * blocks that estimate the flow. RIFE does not look at `t`: its frame is at 1/2. RIFE_m does.
 */
export type RifeInputs = InterpolationInputs;

/** {@link RifeInputs} and the true frame in between, which the teacher sees. */
export interface RifeTrainingInputs extends Omit<RifeInputs, 'scale'> {
  /** [B, H, W, 3] 0..1. */
  readonly frameT: tf.Tensor;
}

/** What the network makes. Lists have the three stages, coarsest first, all at full size. */
export interface RifeOutputs {
  /** [B, H, W, 3], clamped to 0..1. */
  readonly frame: tf.Tensor4D;
  /** [B, H, W, 4] in pixels: where a pixel of the new frame lies in `frame0` (x, y) and in `frame1` (x, y). */
  readonly flows: readonly tf.Tensor4D[];
  /** [B, H, W, 1] in 0..1: the share of `frame0`. */
  readonly masks: readonly tf.Tensor4D[];
  /** [B, H, W, 3]: both frames warped and blended, without the residual. */
  readonly merged: readonly tf.Tensor4D[];
  /** [B, H, W, 3] in -1..1: what the fusion network adds to the last of them. */
  readonly residual: tf.Tensor4D;
  /** Features of `frame0` at 1/2, 1/4, 1/8 and 1/16, warped to the new frame. */
  readonly context0: readonly tf.Tensor4D[];
  /** Features of `frame1`, likewise. */
  readonly context1: readonly tf.Tensor4D[];
}

/** {@link RifeOutputs} and what the privileged teacher makes, which refines the last stage with the true frame in view. */
export interface RifeTrainingOutputs extends RifeOutputs {
  /** [B, H, W, 4]. */
  readonly flowTeacher: tf.Tensor4D;
  /** [B, H, W, 3]. */
  readonly mergedTeacher: tf.Tensor4D;
}

/** What a stage knows of the motion. */
interface Motion {
  readonly flow: tf.Tensor4D;
  readonly logit: tf.Tensor4D;
  readonly mask: tf.Tensor4D;
  readonly warped: readonly [tf.Tensor4D, tf.Tensor4D];
  readonly merged: tf.Tensor4D;
}

/**
 * Interpolates.
 * @throws ShapeError if the inputs do not fit each other or the multiple; ConfigError for a scale out of range.
 */
export function forwardRife(config: RifeConfig, weights: TensorWeights, inputs: RifeInputs): RifeOutputs {
  checkInputs(inputs);
  const stages = estimate(config, weights, inputs);
  return synthesize(weights, inputs, stages);
}

/** {@link forwardRife} with the teacher, whose weights must be there. */
export function forwardRifeTraining(
  config: RifeConfig,
  weights: TensorWeights,
  inputs: RifeTrainingInputs,
): RifeTrainingOutputs {
  checkInputs(inputs, inputs.frameT);
  const stages = estimate(config, weights, inputs);
  const last = stages[2]!;
  const x = tf.concat([...pictures(config, inputs), ...last.warped, last.logit, inputs.frameT], 3);
  const change = flowBlock(weights, 'block_tea', 1, x, last.flow);
  const teacher = motionOf(inputs, tf.add(last.flow, change.flow), tf.add(last.logit, change.logit));
  return { ...synthesize(weights, inputs, stages), flowTeacher: teacher.flow, mergedTeacher: teacher.merged };
}

/** Both frames, and the time as a channel where the network sees it. */
function pictures({ anyTime }: RifeConfig, { frame0, frame1, t }: RifeInputs): tf.Tensor[] {
  if (!anyTime) return [frame0, frame1];
  const [, height, width] = frame0.shape as [number, number, number, number];
  return [frame0, frame1, tf.mul(tf.ones([1, height, width, 1]), t)];
}

/** The three stages, each of which adds to the flows and the mask's logit of the one before. */
function estimate(config: RifeConfig, weights: TensorWeights, inputs: RifeInputs): Motion[] {
  const seen = pictures(config, inputs);
  const stages: Motion[] = [];
  for (const [index, reduction] of reductions.entries()) {
    const key = `block${index}`;
    const factor = reduction / (inputs.scale ?? 1);
    const last = stages.at(-1);
    if (last === undefined) {
      const { flow, logit } = flowBlock(weights, key, factor, tf.concat(seen, 3));
      stages.push(motionOf(inputs, flow, logit));
    } else {
      const x = tf.concat([...seen, ...last.warped, last.logit], 3);
      const change = flowBlock(weights, key, factor, x, last.flow);
      stages.push(motionOf(inputs, tf.add(last.flow, change.flow), tf.add(last.logit, change.logit)));
    }
  }
  return stages;
}

function motionOf({ frame0, frame1 }: RifeInputs, flow: tf.Tensor4D, logit: tf.Tensor4D): Motion {
  const [flow0, flow1] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const warped = [warpBackward(frame0, flow0), warpBackward(frame1, flow1)] as const;
  const mask = tf.sigmoid(logit);
  // The same as mask * warped[0] + (1 - mask) * warped[1], with one product less.
  const merged = tf.add(warped[1], tf.mul(mask, tf.sub(warped[0], warped[1]))) as tf.Tensor4D;
  return { flow, logit, mask, warped, merged };
}

function synthesize(weights: TensorWeights, { frame0, frame1 }: RifeInputs, stages: readonly Motion[]): RifeOutputs {
  const { flow, logit, warped, merged } = stages[2]!;
  const [flow0, flow1] = tf.split(flow, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const context0 = contextFeatures(weights, frame0, flow0);
  const context1 = contextFeatures(weights, frame1, flow1);
  const fused = fuse(weights, [frame0, frame1, ...warped, logit, flow], context0, context1);
  const residual = tf.sub(tf.mul(fused, 2), 1) as tf.Tensor4D;
  return {
    frame: tf.clipByValue(tf.add(merged, residual), 0, 1) as tf.Tensor4D,
    flows: stages.map((stage) => stage.flow),
    masks: stages.map((stage) => stage.mask),
    merged: stages.map((stage) => stage.merged),
    residual,
    context0,
    context1,
  };
}

function checkInputs({ frame0, frame1, t, scale = 1 }: RifeInputs, frameT?: tf.Tensor): void {
  if (!(scale > 0 && scale <= 4)) {
    throw new ConfigError('rife scale', `expected more than 0 and at most 4, found ${scale}.`);
  }
  if (frame0.rank !== 4 || frame0.shape[3] !== 3) throw new ShapeError('rife frame0', '[B, H, W, 3]', frame0.shape);
  const [batch, height, width] = frame0.shape as [number, number, number, number];
  for (const [name, frame] of Object.entries({ frame1, frameT })) {
    if (frame !== undefined && frame.shape.join() !== frame0.shape.join()) {
      throw new ShapeError(`rife ${name}`, `[${frame0.shape.join(', ')}] as frame0`, frame.shape);
    }
  }
  if (t.shape.join() !== [batch, 1, 1, 1].join()) throw new ShapeError('rife t', `[${batch}, 1, 1, 1]`, t.shape);
  const step = leastMultiple / Math.min(1, scale);
  if ([height, width].some((extent) => extent % step !== 0)) {
    throw new ShapeError('rife frame0', `height and width that are multiples of ${step}`, frame0.shape, {
      hint: 'Pad the frames or use createRifeInterpolator, which does.',
    });
  }
}
