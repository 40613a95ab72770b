import { stopGradient } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { binaryCrossEntropy, hardCrossEntropy } from './binary-cross-entropy.js';
import type { VosObjectiveInputs } from './vos-objective.js';
import type { DifferentiableSegmenter } from './vos-segmenter.js';

/** Losses of each sample, [B], before they are weighed; absent where the weight is 0 and the work was left out. */
export interface VosLosses {
  readonly forward?: tf.Tensor1D;
  readonly backward?: tf.Tensor1D;
  readonly consistency?: tf.Tensor1D;
}

/** Which losses are wanted. */
export interface WantedLosses {
  readonly segmentation: boolean;
  readonly consistency: boolean;
}

/** Cross-entropies of soft masks, differentiable in the made frame. */
export function softVosLosses<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  inputs: VosObjectiveInputs,
  wanted: WantedLosses,
  consistency: 'detached' | 'symmetric',
): VosLosses {
  const isForwardConstant = !wanted.segmentation && consistency === 'detached';
  const [forward, backward] = isForwardConstant
    ? segmentOneByOne(segmenter, inputs)
    : segmentFromBothSides(segmenter, inputs);
  const { maskT } = inputs;
  const agreement = (): tf.Tensor1D => {
    const backwardToForward = binaryCrossEntropy(backward, stopGradient(forward));
    if (consistency === 'detached') return backwardToForward;
    return tf.mul(tf.add(backwardToForward, binaryCrossEntropy(forward, stopGradient(backward))), 0.5);
  };
  return {
    ...(wanted.segmentation
      ? { forward: binaryCrossEntropy(forward, maskT), backward: binaryCrossEntropy(backward, maskT) }
      : {}),
    ...(wanted.consistency ? { consistency: agreement() } : {}),
  };
}

/** Cross-entropies of masks by argmax; constants to differentiation. */
export function hardVosLosses<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  inputs: VosObjectiveInputs,
  wanted: WantedLosses,
): VosLosses {
  const made = { ...inputs, frame: stopGradient(inputs.frame) };
  const [forward, backward] = segmentFromBothSides(segmenter, made).map(toHardMask) as [tf.Tensor, tf.Tensor];
  return {
    ...(wanted.segmentation
      ? { forward: hardCrossEntropy(forward, inputs.maskT), backward: hardCrossEntropy(backward, inputs.maskT) }
      : {}),
    ...(wanted.consistency ? { consistency: hardCrossEntropy(backward, forward) } : {}),
  };
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

/** As {@link segmentFromBothSides} with a constant forward mask: apart, so that nothing is differentiated through it. */
function segmentOneByOne<Query, Memory>(
  segmenter: DifferentiableSegmenter<Query, Memory>,
  { frame, frame0, frame1, mask0, mask1 }: VosObjectiveInputs,
): [tf.Tensor, tf.Tensor] {
  const query = segmenter.encodeQuery(frame as tf.Tensor4D);
  const from = (seen: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
    segmenter.segment(segmenter.memorize(stopGradient(seen as tf.Tensor4D), stopGradient(mask as tf.Tensor4D)), query);
  return [stopGradient(from(frame0, mask0)), from(frame1, mask1)];
}

/** Argmax over background and object; a tie is background. */
function toHardMask(probability: tf.Tensor): tf.Tensor {
  return tf.cast(tf.greater(stopGradient(probability), 0.5), 'float32');
}
