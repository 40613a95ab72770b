import { ConfigError, ShapeError } from '@vosvfi/core';
import { resizeBilinear, sampleMean, warpBackward } from '@vosvfi/ops';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { ActivationObserver } from '../activation-observer.js';
import { decode, encode, type Scope } from './blocks.js';
import type { IfrnetConfig } from './config.js';

/** Height and width must be multiples of this (times 1 / scale). */
export const ifrnetMultiple = 16;

/** What the network sees. */
export interface IfrnetInputs {
  /** [B, H, W, 3] RGB 0..1, H and W multiples of 16 / scale: the frame at time 0. */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3] RGB 0..1: the frame at time 1. */
  readonly frame1: tf.Tensor;
  /** [B, 1, 1, 1], each in (0, 1). */
  readonly t: tf.Tensor;
  /** Encoder and decoders see frames resized by this factor (less than 1 for large motion). Default 1. */
  readonly scale?: number;
}

/** {@link IfrnetInputs} and the true frame in between, for training. */
export interface IfrnetTrainingInputs extends Omit<IfrnetInputs, 'scale'> {
  /** [B, H, W, 3] RGB 0..1. */
  readonly frameT: tf.Tensor;
  /**
   * Compute the activations inside encoder levels and decoders again in the backward pass instead of keeping them: less
   * memory, more time, same values and gradients (`observe` is not called then). Default false.
   */
  readonly recompute?: boolean;
}

/** What the network makes. Lists are finest first. Flows are (x, y) in pixels of their own level. */
export interface IfrnetOutputs {
  /** [B, H, W, 3], clamped to 0..1. */
  readonly frame: tf.Tensor4D;
  /** [B, H, W, 2]: where a pixel of the new frame lies in `frame0`. */
  readonly flowT0: tf.Tensor4D;
  /** [B, H, W, 2]: where a pixel of the new frame lies in `frame1`. */
  readonly flowT1: tf.Tensor4D;
  /** [B, H, W, 1] in 0..1: the share of `frame0`. */
  readonly mask: tf.Tensor4D;
  /** [B, H, W, 3], added after blending. */
  readonly residual: tf.Tensor4D;
  /** Flows to `frame0` at full size (of the scaled frames), 1/2, 1/4 and 1/8. */
  readonly flowsT0: readonly tf.Tensor4D[];
  /** Flows to `frame1`, likewise. */
  readonly flowsT1: readonly tf.Tensor4D[];
  /** Intermediate features of the new frame at 1/2, 1/4 and 1/8, which the geometry loss compares. */
  readonly features: readonly tf.Tensor4D[];
  /** Raw outputs of decoders 1 to 4. */
  readonly decoded: readonly tf.Tensor4D[];
  /** Features of `frame0` at 1/2 .. 1/16. */
  readonly encoded0: readonly tf.Tensor4D[];
  /** Features of `frame1`, likewise. */
  readonly encoded1: readonly tf.Tensor4D[];
}

/** {@link IfrnetOutputs} and the encoder's view of the true frame. */
export interface IfrnetTrainingOutputs extends IfrnetOutputs {
  /** Features of the true frame at 1/2, 1/4, 1/8 and 1/16, from the same encoder, differentiable. */
  readonly targetFeatures: readonly tf.Tensor4D[];
}

/**
 * Interpolates.
 * @throws ShapeError if the inputs do not fit each other or the multiple; ConfigError for a scale out of range.
 */
export function forwardIfrnet(
  config: IfrnetConfig,
  weights: TensorWeights,
  inputs: IfrnetInputs,
  observe?: ActivationObserver,
): IfrnetOutputs {
  return run(config, { weights, observe }, inputs, undefined).outputs;
}

/** {@link forwardIfrnet} that encodes the true frame too (in the same batch). */
export function forwardIfrnetTraining(
  config: IfrnetConfig,
  weights: TensorWeights,
  inputs: IfrnetTrainingInputs,
  observe?: ActivationObserver,
): IfrnetTrainingOutputs {
  const scope = { weights, observe, recompute: inputs.recompute };
  const { outputs, targetFeatures } = run(config, scope, inputs, inputs.frameT);
  return { ...outputs, targetFeatures };
}

function run(
  config: IfrnetConfig,
  scope: Scope,
  inputs: IfrnetInputs,
  frameT: tf.Tensor | undefined,
): { outputs: IfrnetOutputs; targetFeatures: tf.Tensor4D[] } {
  const { frame0, frame1, t } = inputs;
  const scale = inputs.scale ?? 1;
  const size = checkInputs(inputs, frameT, scale);
  const mean = tf.mul(tf.add(sampleMean(frame0), sampleMean(frame1)), 0.5);
  const centred = [frame0, frame1].map((frame) => tf.sub(frame, mean) as tf.Tensor4D) as [tf.Tensor4D, tf.Tensor4D];
  const seen = centred.map((frame) => (scale === 1 ? frame : resizeBilinear(frame, size, { scale })));
  if (frameT !== undefined) seen.push(tf.sub(frameT, mean));
  const [encoded0, encoded1, targetFeatures] = encodeTogether(scope, seen);
  const levels = decodeLevels(config, scope, encoded0!, encoded1!, t);
  const blend = blendFrames(centred, mean, levels, scale);
  return {
    outputs: { ...levels, ...blend, encoded0: encoded0!, encoded1: encoded1! },
    targetFeatures: targetFeatures ?? [],
  };
}

function checkInputs(
  { frame0, frame1, t }: IfrnetInputs,
  frameT: tf.Tensor | undefined,
  scale: number,
): [number, number] {
  if (!(scale > 0 && scale <= 1))
    throw new ConfigError('ifrnet scale', `expected more than 0 and at most 1, found ${scale}.`);
  if (frame0.rank !== 4 || frame0.shape[3] !== 3) throw new ShapeError('ifrnet frame0', '[B, H, W, 3]', frame0.shape);
  const [batch, height, width] = frame0.shape as [number, number, number, number];
  for (const [name, frame] of Object.entries({ frame1, frameT })) {
    if (frame !== undefined && frame.shape.join() !== frame0.shape.join()) {
      throw new ShapeError(`ifrnet ${name}`, `[${frame0.shape.join(', ')}] as frame0`, frame.shape);
    }
  }
  if (t.shape.join() !== [batch, 1, 1, 1].join()) throw new ShapeError('ifrnet t', `[${batch}, 1, 1, 1]`, t.shape);
  const size: [number, number] = [Math.round(height * scale), Math.round(width * scale)];
  const whole = Math.abs(size[0] - height * scale) + Math.abs(size[1] - width * scale) < 1e-6;
  if (!whole || size.some((extent) => extent % ifrnetMultiple !== 0)) {
    const step = ifrnetMultiple / scale;
    throw new ShapeError('ifrnet frame0', `height and width that are multiples of ${step}`, frame0.shape, {
      hint: 'Pad the frames (padCentered) or use createIfrnetInterpolator, which does.',
    });
  }
  return size;
}

/** Encodes several batches as one and takes the levels apart again: [batch][level]. */
function encodeTogether(scope: Scope, batches: tf.Tensor4D[]): tf.Tensor4D[][] {
  const levels = encode(scope, tf.concat(batches, 0)).map((level) => tf.split(level, batches.length, 0));
  return batches.map((_, index) => levels.map((level) => level[index] as tf.Tensor4D));
}

type Levels = Pick<IfrnetOutputs, 'flowsT0' | 'flowsT1' | 'features' | 'decoded'>;

function decodeLevels(
  config: IfrnetConfig,
  scope: Scope,
  encoded0: readonly tf.Tensor4D[],
  encoded1: readonly tf.Tensor4D[],
  t: tf.Tensor,
): Levels {
  const [, height, width] = encoded0[3]!.shape;
  const time = tf.mul(tf.ones([1, height, width, 1]), t) as tf.Tensor4D;
  let output = decode(scope, 4, config.side, [encoded0[3]!, encoded1[3]!, time], joinChannels);
  let [flow0, flow1, feature] = splitOutput(output);
  const levels = { flowsT0: [flow0], flowsT1: [flow1], features: [feature], decoded: [output] };
  for (const level of [3, 2, 1] as const) {
    const inputs = [feature, encoded0[level - 1]!, encoded1[level - 1]!, flow0, flow1];
    output = decode(scope, level, config.side, inputs, joinWarped);
    const [change0, change1, next] = splitOutput(output);
    flow0 = tf.add(change0, enlargeFlow(flow0, 2));
    flow1 = tf.add(change1, enlargeFlow(flow1, 2));
    feature = next;
    levels.flowsT0.unshift(flow0);
    levels.flowsT1.unshift(flow1);
    levels.features.unshift(feature);
    levels.decoded.unshift(output);
  }
  return levels;
}

function joinChannels(inputs: readonly tf.Tensor4D[]): tf.Tensor4D {
  return tf.concat([...inputs], 3);
}

/** Intermediate feature, both encoded frames warped by their flows, and the flows. */
function joinWarped(inputs: readonly tf.Tensor4D[]): tf.Tensor4D {
  const [feature, encoded0, encoded1, flow0, flow1] = inputs as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  return joinChannels([feature, warpBackward(encoded0, flow0), warpBackward(encoded1, flow1), flow0, flow1]);
}

/** Flow to frame 0, flow to frame 1, and the rest. */
function splitOutput(output: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  return tf.split(output, [2, 2, output.shape[3] - 4], 3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

/** Resizes a flow and its displacements by `factor`. */
function enlargeFlow(flow: tf.Tensor4D, factor: number): tf.Tensor4D {
  return tf.mul(enlarge(flow, factor), factor);
}

function enlarge(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (factor === 1) return x;
  return resizeBilinear(x, [Math.round(x.shape[1] * factor), Math.round(x.shape[2] * factor)], { scale: factor });
}

function blendFrames(
  [centred0, centred1]: readonly [tf.Tensor4D, tf.Tensor4D],
  mean: tf.Tensor,
  levels: Levels,
  scale: number,
): Omit<IfrnetOutputs, keyof Levels | 'encoded0' | 'encoded1'> & Levels {
  const [logit, rest] = tf.split(levels.features[0]!, [1, 3], 3) as [tf.Tensor4D, tf.Tensor4D];
  const factor = 1 / scale;
  const flowT0 = enlarge(levels.flowsT0[0]!, factor);
  const flowT1 = enlarge(levels.flowsT1[0]!, factor);
  const [full0, full1] = [flowT0, flowT1].map((flow) => (scale === 1 ? flow : tf.mul(flow, factor))) as [
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const mask = enlarge(tf.sigmoid(logit), factor);
  const residual = enlarge(rest, factor);
  const warped0 = warpBackward(centred0, full0);
  const warped1 = warpBackward(centred1, full1);
  // The same as mask * warped0 + (1 - mask) * warped1, with one product less.
  const merged = tf.add(warped1, tf.mul(mask, tf.sub(warped0, warped1)));
  const frame = tf.clipByValue(tf.add(tf.add(merged, mean), residual), 0, 1) as tf.Tensor4D;
  return { ...levels, features: levels.features.slice(1), frame, flowT0: full0, flowT1: full1, mask, residual };
}
