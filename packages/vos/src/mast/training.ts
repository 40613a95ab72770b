import { ShapeError } from '@vosvfi/core';
import { resizeBilinear, stopGradient, withGradient } from '@vosvfi/ops';
import { type LossFunction, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { repeatBatch } from '../repeat-batch.js';
import { colorize } from './colorizer.js';
import { normalizeLab } from './lab-frame.js';
import { type MastNetwork, subsample } from './network.js';
import { type BatchStatistics, withBatchStatistics } from './normalization.js';
import { reconstructionLoss } from './reconstruction-loss.js';

/** Options of {@link mastTrainingLoss}. */
export interface MastTrainingOptions {
  /** Windows have (2 radius + 1)^2 places. Default 6 (official code, `args.training`). */
  readonly radius?: number;
}

/** Keys of the running statistics, which {@link mastTrainingLoss} takes as weights and moves. */
export function mastStatistics({ parameters }: MastNetwork): string[] {
  return parameters.filter(({ trainable }) => trainable === false).map(({ key }) => key);
}

/**
 * MAST's self-supervised loss (section 3.2 and the official code): of two frames of a video, `frame0` and `frame1` of a
 * batch, one of the colours a and b is hidden in both, the other two channels times 1.5, and the hidden colour of the second
 * is copied from the first by what remains; see `reconstructionLoss`.
 *
 * The official code draws the colour to hide for each batch; here samples take turns, a first. A batch of one sample counts
 * twice, once for each colour. Both frames are normalized by the statistics of their own batch, as in the official training;
 * running statistics are weights too, with the difference from the mean of both batches' as gradient: an optimizer has to
 * move them by a share of it (`withRunningAverages` of `@vosvfi/train`).
 */
export function mastTrainingLoss(network: MastNetwork, { radius = 6 }: MastTrainingOptions = {}): LossFunction {
  return (weights, inputs) => {
    const [first, second] = (['frame0', 'frame1'] as const).map((name) => {
      const lab = normalizeLab(inputOf(inputs, name));
      return lab.shape[0] === 1 ? repeatBatch(lab, 2) : lab;
    }) as [tf.Tensor4D, tf.Tensor4D];
    const hidden = hiddenColours(first.shape[0]);
    const statistics: BatchStatistics[] = [];
    const encode = (lab: tf.Tensor4D): tf.Tensor4D => {
      const seen: BatchStatistics = new Map();
      statistics.push(seen);
      return network.encode(weights, hide(lab, hidden), { apply: withBatchStatistics(seen) });
    };
    const colourOf = (lab: tf.Tensor4D) => tf.sum(tf.mul(lab, hidden), 3, true) as tf.Tensor4D;
    const reference = { features: encode(first), values: subsample(colourOf(first)), age: 2 };
    const { values } = colorize(encode(second), [reference], { radius });
    const truth = colourOf(second);
    const total = reconstructionLoss(resizeBilinear(values, [truth.shape[1], truth.shape[2]]), truth);
    const copied = reconstructionLoss(colourOf(first), truth);
    return { total: tf.add(total, trackStatistics(weights, statistics)), terms: { reconstruction: total, still: copied } };
  };
}

/** 1 for the channel that is hidden in each sample, [B, 1, 1, 3]: a and b in turn. */
function hiddenColours(batch: number): tf.Tensor4D {
  const masks = Array.from({ length: batch }, (_, sample) => (sample % 2 === 0 ? [0, 1, 0] : [0, 0, 1]));
  return tf.tensor4d(masks.flat(), [batch, 1, 1, 3]);
}

/** Official code: `dropout2d_lab`; what remains is 3 / 2 as large. */
function hide(lab: tf.Tensor4D, hidden: tf.Tensor4D): tf.Tensor4D {
  return tf.mul(tf.mul(lab, tf.sub(1, hidden)), 1.5);
}

/**
 * Zero, with the difference of running statistics from the mean of what was seen as gradient.
 */
function trackStatistics(weights: TensorWeights, seen: readonly BatchStatistics[]): tf.Scalar {
  const keys = [...(seen[0] as BatchStatistics).keys()];
  const zeros = keys.flatMap((key) =>
    (['mean', 'variance'] as const).map((what) => {
      const all = seen.map((statistics) => (statistics.get(key) as { mean: tf.Tensor; variance: tf.Tensor })[what]);
      const running = weightOf(weights, `${key}.${what === 'mean' ? 'running_mean' : 'running_var'}`);
      return trackAverage(running, stopGradient(tf.div(tf.addN(all), all.length)));
    }),
  );
  return tf.addN(zeros) as tf.Scalar;
}

function trackAverage(running: tf.Tensor, seen: tf.Tensor): tf.Tensor {
  return withGradient(running, (current) => ({
    value: tf.scalar(0),
    saved: [tf.sub(current, seen)],
    gradient: (dy, [difference]) => tf.mul(dy, difference as tf.Tensor),
  }));
}

function inputOf(inputs: Readonly<Record<string, tf.Tensor>>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new ShapeError(`mastTrainingLoss ${name}`, 'a tensor', 'none');
  return tensor;
}
