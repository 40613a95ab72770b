import { ConfigError, ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { binaryCrossEntropy, hardCrossEntropy } from './binary-cross-entropy.js';
import type { ObjectiveValue } from './objective.js';
import type { DifferentiableSegmenter } from './vos-segmenter.js';

/** What the VOS-aware terms look at. */
export interface VosObjectiveInputs {
  /** [B, H, W, 3] RGB 0..1: the frame that the interpolation network made. */
  readonly frame: tf.Tensor;
  /** [B, H, W, 3]: the frame before it. */
  readonly frame0: tf.Tensor;
  /** [B, H, W, 3]: the frame after it. */
  readonly frame1: tf.Tensor;
  /** [B, H, W, 1], 0 or 1: the object in `frame0`. */
  readonly mask0: tf.Tensor;
  /** [B, H, W, 1], 0 or 1: the object in the true frame in between. */
  readonly maskT: tf.Tensor;
  /** [B, H, W, 1], 0 or 1: the object in `frame1`. */
  readonly mask1: tf.Tensor;
}

/** Weights and readings of the VOS-aware terms. */
export interface VosObjectiveOptions {
  /** Weight of the two segmentation terms. Default 0.1 (paper). */
  readonly lambda1?: number;
  /** Weight of the consistency term. Default 0.1 (paper). */
  readonly lambda2?: number;
  /**
   * Target of the consistency term, which the paper leaves open. `detached` (default): the forward mask as a constant,
   * as the released code has it (there both masks are constants, and the forward one is the target). `symmetric`: the
   * mean of both directions, the target detached in each.
   */
  readonly consistency?: 'detached' | 'symmetric';
  /**
   * `soft` (default): probabilities, as the method needs. `hard`: masks by argmax, as the released code has them; their
   * cross-entropy is 100 times the share of differing pixels and its gradient is exactly zero.
   */
  readonly masks?: 'soft' | 'hard';
}

/**
 * VOS-aware terms (Yoo et al., "Video object segmentation-aware video frame interpolation", ICCV 2023, eq. 2 to 4): the
 * made frame is segmented twice, from the frame before and from the frame after it, and should agree with the true
 * mask both times and with itself:
 * lambda1 (CE(M_F, M_t) + CE(M_B, M_t)) + lambda2 CE(M_B, M_F).
 *
 * The made frame is encoded once for both directions. Samples of which one of the three masks is empty say nothing
 * about an object: they have weight 0, and each term is the mean over the other samples (0 if there are none).
 *
 * @returns `total`; the weighted terms `vosForward`, `vosBackward`, `vosConsistency` that it sums; and, for the log only,
 * `vosSkipped`, the number of samples left out.
 * @throws ShapeError if frames or masks do not fit; ConfigError for a negative or not finite weight.
 */
export function vosObjective<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  inputs: VosObjectiveInputs,
  options: VosObjectiveOptions = {},
): ObjectiveValue {
  const { lambda1 = 0.1, lambda2 = 0.1, consistency = 'detached', masks = 'soft' } = options;
  checkWeights({ lambda1, lambda2 });
  checkShapes(inputs);
  const [forward, backward] = segmentFromBothSides(segmenter, inputs);
  const losses =
    masks === 'hard'
      ? hardLosses(forward, backward, inputs.maskT)
      : softLosses(forward, backward, inputs.maskT, consistency);
  const counted = hasAllMasks(inputs);
  const average = (perSample: tf.Tensor): tf.Scalar =>
    tf.div(tf.sum(tf.mul(perSample, counted)), tf.maximum(tf.sum(counted), 1));
  const terms = {
    vosForward: tf.mul(average(losses.forward), lambda1) as tf.Scalar,
    vosBackward: tf.mul(average(losses.backward), lambda1) as tf.Scalar,
    vosConsistency: tf.mul(average(losses.consistency), lambda2) as tf.Scalar,
  };
  const total: tf.Scalar = tf.add(tf.add(terms.vosForward, terms.vosBackward), terms.vosConsistency);
  return { total, terms: { ...terms, vosSkipped: tf.sum(tf.sub(1, counted)) } };
}

/** Probabilities [B, H, W, 1] of the object in the made frame: from the frame before, and from the frame after. */
function segmentFromBothSides<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  { frame, frame0, frame1, mask0, mask1 }: VosObjectiveInputs,
): [tf.Tensor, tf.Tensor] {
  // One batch of 2 B memories: fewer and larger convolutions than two of B.
  const memory = segmenter.memorize(
    stopGradient(tf.concat([frame0, frame1], 0) as tf.Tensor4D),
    stopGradient(tf.concat([mask0, mask1], 0) as tf.Tensor4D),
  );
  const probabilities = segmenter.segment(memory, segmenter.encodeQuery(frame as tf.Tensor4D));
  return tf.split(probabilities, 2, 0) as [tf.Tensor, tf.Tensor];
}

/** Losses of each sample, [B]. */
interface Losses {
  readonly forward: tf.Tensor1D;
  readonly backward: tf.Tensor1D;
  readonly consistency: tf.Tensor1D;
}

function softLosses(
  forward: tf.Tensor,
  backward: tf.Tensor,
  maskT: tf.Tensor,
  consistency: 'detached' | 'symmetric',
): Losses {
  const backwardToForward = binaryCrossEntropy(backward, stopGradient(forward));
  return {
    forward: binaryCrossEntropy(forward, maskT),
    backward: binaryCrossEntropy(backward, maskT),
    consistency:
      consistency === 'detached'
        ? backwardToForward
        : tf.mul(tf.add(backwardToForward, binaryCrossEntropy(forward, stopGradient(backward))), 0.5),
  };
}

function hardLosses(forward: tf.Tensor, backward: tf.Tensor, maskT: tf.Tensor): Losses {
  const [forwardMask, backwardMask] = [forward, backward].map(toHardMask) as [tf.Tensor, tf.Tensor];
  return {
    forward: hardCrossEntropy(forwardMask, maskT),
    backward: hardCrossEntropy(backwardMask, maskT),
    consistency: hardCrossEntropy(backwardMask, forwardMask),
  };
}

/** Argmax over background and object; a tie is background. */
function toHardMask(probability: tf.Tensor): tf.Tensor {
  return tf.cast(tf.greater(stopGradient(probability), 0.5), 'float32');
}

/** [B]: 1 where all three masks have at least one pixel of the object, else 0. */
function hasAllMasks({ mask0, maskT, mask1 }: VosObjectiveInputs): tf.Tensor {
  return [mask0, maskT, mask1]
    .map((mask): tf.Tensor => tf.cast(tf.greater(tf.max(stopGradient(mask), [1, 2, 3]), 0.5), 'float32'))
    .reduce((all, present) => tf.mul(all, present));
}

function checkWeights(weights: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(weights)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new ConfigError(`vosObjective ${name}`, `expected a number of at least 0, found ${value}.`);
    }
  }
}

function checkShapes(inputs: VosObjectiveInputs): void {
  const { frame } = inputs;
  if (frame.rank !== 4 || frame.shape[3] !== 3) throw new ShapeError('vosObjective frame', '[B, H, W, 3]', frame.shape);
  for (const [name, channels] of [...frameNames, ...maskNames]) {
    const expected = [...frame.shape.slice(0, 3), channels];
    if (inputs[name].shape.join() !== expected.join()) {
      throw new ShapeError(`vosObjective ${name}`, `[${expected.join(', ')}] as the made frame`, inputs[name].shape);
    }
  }
}

const frameNames = (['frame0', 'frame1'] as const).map((name) => [name, 3] as const);
const maskNames = (['mask0', 'maskT', 'mask1'] as const).map((name) => [name, 1] as const);
