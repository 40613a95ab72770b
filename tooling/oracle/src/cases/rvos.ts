import type { HostTensor } from '@vosvfi/core';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { crop } from '@vosvfi/testing';
import { createRvos, type RvosFeatures, type RvosHidden, type RvosObjects } from '@vosvfi/vos/rvos';
import type { OracleCase, OracleContext } from '../case.js';
import { type Label, type Named, runLabels } from './labels.js';
import { storedInput } from './run-function.js';

/** Objects of each frame (the folder's `maxseqlen`). */
const objects = 3;
const frameNames = ['frame0', 'frame1', 'frame2'] as const;

const zeroShot = createRvos('rvos_zero_shot');
const oneShot = createRvos('rvos_one_shot');

function sizeOf(frame: tf.Tensor): [height: number, width: number] {
  return [frame.shape[1]!, frame.shape[2]!];
}

/** The folder keeps both decoders beside one encoder. */
function withMaskDecoder(weights: TensorWeights): TensorWeights {
  const entries = [...weights].filter(([key]) => !key.startsWith('decoder.'));
  return new Map(entries.map(([key, tensor]) => [key.replace(/^decoder_mask\./, 'decoder.'), tensor]));
}

function withoutMasks(inputs: Named, weights: TensorWeights, features: readonly RvosFeatures[]): RvosObjects[] {
  let hidden: RvosHidden | undefined;
  return features.map((given, index) => {
    const result = zeroShot.segment(weights, given, sizeOf(inputs[frameNames[index]!]!), { objects, hidden });
    hidden = result.hidden;
    return result;
  });
}

function withMasks(inputs: Named, weights: TensorWeights, features: readonly RvosFeatures[]): tf.Tensor4D[] {
  let hidden: RvosHidden | undefined;
  let masks = tf.cast(inputs.prevMask!, 'float32') as tf.Tensor4D;
  return features.map((given) => {
    const result = oneShot.segment(withMaskDecoder(weights), given, sizeOf(inputs.frame0!), { masks, hidden });
    hidden = result.hidden;
    masks = tf.sigmoid(result.logits);
    return masks;
  });
}

function loss(inputs: Named, weights: TensorWeights): tf.Scalar {
  const features = frameNames.slice(0, 2).map((name) => zeroShot.encode(weights, inputs[name] as tf.Tensor4D));
  const masks = withoutMasks(inputs, weights, features).map(({ logits }) => tf.sigmoid(logits));
  return tf.mean(tf.square(tf.sub(tf.concat(masks, 0), inputs.target!)));
}

function values(...[inputs, weights, observe]: Parameters<Label['values']>): Record<string, tf.Tensor> {
  const features = frameNames.map((name) =>
    zeroShot.encode(weights, inputs[name] as tf.Tensor4D, (key, value) => observe(`${key} ${name}`, value)),
  );
  const found = withoutMasks(inputs, weights, features);
  const followed = withMasks(inputs, weights, features);
  const [x5, x4, x3, x2] = features[0]!;
  const hidden = found[0]!.hidden[1]!;
  return {
    'mid.skip_x5': x5,
    'mid.skip_x4': x4,
    'mid.skip_x3': x3,
    'mid.skip_x2': x2,
    'zero_shot.frame0.hidden_instance1_level0': hidden[0]!,
    'zero_shot.frame0.hidden_instance1_level3': hidden[3]!,
    'train.logits_frame1_instance2': found[1]!.coarse[2]!,
    'train.loss': loss(inputs, weights),
    ...Object.fromEntries(found.map(({ logits }, index) => [`zero_shot.frame${index}.masks`, tf.sigmoid(logits)])),
    ...Object.fromEntries(followed.map((masks, index) => [`one_shot.frame${index}.masks`, masks])),
  };
}

function frameOf(frames: HostTensor, index: number): HostTensor {
  return crop(
    frames,
    frames.shape.map((extent, axis) => (axis === 0 ? [index, index + 1] : [0, extent])),
  );
}

function labelOf(context: OracleContext): Label {
  const frames = storedInput(context, 'in.frames');
  return {
    name: 'train',
    inputs: {
      ...Object.fromEntries(frameNames.map((name, index) => [name, frameOf(frames, index)])),
      prevMask: storedInput(context, 'one_shot.in.prev_mask'),
      target: storedInput(context, 'in.target'),
    },
    differentiated: { frame0: 'frame0', frame1: 'frame1' },
    isReached: (key) => !/\.running_|^decoder_mask\.|\.fc\./.test(key),
    values,
    loss,
    biasOf: (key) => `${key.split(' ')[0]}.bias`,
  };
}

/** RVOS: both decoders over three frames, and a training pass. */
export const oracleCase: OracleCase = {
  ids: ['rvos'],
  run: (context) => runLabels(context, [labelOf(context)]),
};
