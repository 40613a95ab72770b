import * as tf from '@vosvfi/runtime/tf';
import { createDeeplabv3, type Deeplabv3Preset, vocClasses } from '@vosvfi/vos/deeplabv3';
import type { OracleCase, OracleContext } from '../case.js';
import { type Label, runLabels } from './labels.js';
import { storedInput } from './run-function.js';

/** Probability [B, H, W, 1] that a pixel is not background. */
function foreground(logits: tf.Tensor4D): tf.Tensor {
  return tf.sub(1, tf.slice(tf.softmax(logits, 3), [0, 0, 0, 0], [-1, -1, -1, 1]));
}

function labelOf(context: OracleContext): Label {
  const network = createDeeplabv3(context.id as Deeplabv3Preset);
  const loss: Label['loss'] = ({ normalised, target }, weights) => {
    const { logits } = network.segment(weights, normalised as tf.Tensor4D);
    return tf.mean(tf.square(tf.sub(foreground(logits), target!)));
  };
  return {
    name: 'main',
    inputs: {
      image: storedInput(context, 'in.image'),
      normalised: storedInput(context, 'in.normalised'),
      target: storedInput(context, 'in.target'),
    },
    differentiated: { normalised: 'normalised' },
    isReached: (key) => !key.includes('.running_'),
    values: (inputs, weights, observe) => {
      const image = inputs.normalised as tf.Tensor4D;
      const { features, pooled, coarse, logits } = network.segment(weights, image, observe);
      const fromPicture = network.forward(weights, { frame: inputs.image as tf.Tensor4D });
      const classes = tf.argMax(fromPicture.logits, 3);
      const number = (flags: tf.Tensor): tf.Tensor => tf.cast(flags, 'int32');
      return {
        ...Object.fromEntries(features.map((feature, index) => [`mid.layer${index + 1}`, feature])),
        'mid.aspp': pooled,
        'mid.logits_lowres': coarse,
        'out.logits': fromPicture.logits,
        'out.argmax': number(classes),
        'out.foreground': number(tf.notEqual(classes, 0)),
        'out.person': number(tf.equal(classes, vocClasses.indexOf('person'))),
        'out.foreground_probability': foreground(logits),
        loss: loss(inputs, weights),
      };
    },
    loss,
  };
}

/** DeepLabV3: stages, classes, and the gradients of the foreground's squared error. */
export const oracleCase: OracleCase = {
  ids: ['deeplabv3_resnet50', 'deeplabv3_resnet101'],
  run: (context) => runLabels(context, [labelOf(context)]),
};
