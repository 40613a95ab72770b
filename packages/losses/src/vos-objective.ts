import { ConfigError, ShapeError } from '@vosvfi/core';
import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { ObjectiveValue } from './objective.js';
import { hardVosLosses, softVosLosses, type VosLosses } from './vos-losses.js';
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

/** The terms as the paper has them: differentiable in the made frame. */
export interface PaperVosOptions {
  readonly mode?: 'paper';
  /** Weight of the two segmentation terms; 0 leaves their work out. Default 0.1 (paper). */
  readonly lambda1?: number;
  /** Weight of the consistency term; 0 leaves its work out. Default 0.1 (paper). */
  readonly lambda2?: number;
  /**
   * Target of the consistency term, which the paper leaves open. `detached` (default): the forward mask as a constant,
   * as the released code has it (there both masks are constants, and the forward one is the target). `symmetric`: the
   * mean of both directions, the target detached in each.
   */
  readonly consistency?: 'detached' | 'symmetric';
}

/**
 * The terms as the authors' released code computes them. Its masks are argmaxes copied into new tensors, so that each
 * term is 100 times the share of pixels that differ (PyTorch clamps logarithms at -100) and nothing of it is
 * differentiable: adding the terms changes the loss that is reported and not the training.
 *
 * Reproduced: hard masks; weight 1 of all three terms; the backward mask judged by the forward one; samples without an
 * object count like others; optionally BGR. Not reproduced: that only batches of one sample work (each term is the mean
 * over samples here, which is the same for one).
 */
export interface ReleasedVosOptions {
  readonly mode: 'released';
  /** Weight of the two segmentation terms. Default 1 (released code). */
  readonly lambda1?: number;
  /** Weight of the consistency term. Default 1 (released code). */
  readonly lambda2?: number;
  /**
   * Order in which the segmenter gets the colours. The released code reads pictures in BGR and gives them to a network
   * that was trained on RGB: `bgr`. Default `rgb`.
   */
  readonly channels?: 'rgb' | 'bgr';
}

/** Weights and readings of the VOS-aware terms. */
export type VosObjectiveOptions = PaperVosOptions | ReleasedVosOptions;

/**
 * VOS-aware terms (Yoo et al., "Video object segmentation-aware video frame interpolation", ICCV 2023, eq. 2 to 4): the
 * made frame is segmented twice, from the frame before and from the frame after it, and should agree with the true
 * mask both times and with itself:
 * lambda1 (CE(M_F, M_t) + CE(M_B, M_t)) + lambda2 CE(M_B, M_F).
 *
 * The made frame is encoded once for both directions. In mode `paper`, samples of which one of the three masks is empty
 * say nothing about an object: they have weight 0, and each term is the mean over the other samples (0 if there are
 * none). A weight of 0 leaves a term and its work out (the paper's Table 6); with both 0 nothing is segmented.
 *
 * @returns `total`; the weighted terms `vosForward`, `vosBackward`, `vosConsistency` that it sums (those of weight 0 are
 * absent); and in mode `paper`, for the log only, `vosSkipped`, the number of samples left out.
 * @throws ShapeError if frames or masks do not fit; ConfigError for a negative or not finite weight.
 */
export function vosObjective<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  inputs: VosObjectiveInputs,
  options: VosObjectiveOptions = {},
): ObjectiveValue {
  const byDefault = options.mode === 'released' ? 1 : 0.1;
  const { lambda1 = byDefault, lambda2 = byDefault } = options;
  checkWeights({ lambda1, lambda2 });
  checkShapes(inputs);
  const wanted = { segmentation: lambda1 > 0, consistency: lambda2 > 0 };
  if (!wanted.segmentation && !wanted.consistency) return { total: tf.scalar(0), terms: {} };
  if (options.mode === 'released') {
    const seen = options.channels === 'bgr' ? withReversedColours(inputs) : inputs;
    return weigh(hardVosLosses(segmenter, seen, wanted), { lambda1, lambda2 }, (perSample) => tf.mean(perSample));
  }
  const losses = softVosLosses(segmenter, inputs, wanted, options.consistency ?? 'detached');
  const counted = hasAllMasks(inputs);
  const average = (perSample: tf.Tensor): tf.Scalar =>
    tf.div(tf.sum(tf.mul(perSample, counted)), tf.maximum(tf.sum(counted), 1));
  const { total, terms } = weigh(losses, { lambda1, lambda2 }, average);
  return { total, terms: { ...terms, vosSkipped: tf.sum(tf.sub(1, counted)) } };
}

/** Weighted means over samples, and their sum. */
function weigh(
  { forward, backward, consistency }: VosLosses,
  { lambda1, lambda2 }: { readonly lambda1: number; readonly lambda2: number },
  average: (perSample: tf.Tensor) => tf.Scalar,
): ObjectiveValue {
  const weighted = [
    ['vosForward', forward, lambda1],
    ['vosBackward', backward, lambda1],
    ['vosConsistency', consistency, lambda2],
  ] as const;
  const terms = Object.fromEntries(
    weighted.flatMap(([name, perSample, weight]) =>
      perSample === undefined ? [] : [[name, tf.mul(average(perSample), weight) as tf.Scalar] as const],
    ),
  );
  return { total: Object.values(terms).reduce((sum, term): tf.Scalar => tf.add(sum, term)), terms };
}

function withReversedColours(inputs: VosObjectiveInputs): VosObjectiveInputs {
  const { frame, frame0, frame1 } = inputs;
  const reversed = (x: tf.Tensor): tf.Tensor => tf.concat(tf.split(x, 3, 3).reverse(), 3);
  return { ...inputs, frame: reversed(frame), frame0: reversed(frame0), frame1: reversed(frame1) };
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
