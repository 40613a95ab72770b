import * as tf from '@vosvfi/runtime/tf';
import { openOperator } from '../operator-task.js';
import { serve } from '../serve.js';
import { splat, splatInputs } from '../splat-task.js';

await serve(
  await openOperator({
    fn: ({ image, flow, metric }) => {
      const { value, grads } = tf.valueAndGrads(
        (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor): tf.Scalar => tf.mean(tf.square(splat(x, y, z))),
      )([image!, flow!, metric!]);
      return { loss: value, dImage: grads[0]!, dFlow: grads[1]!, dMetric: grads[2]! };
    },
    inputs: splatInputs,
    // The flow's gradient is huge where hardly anything lands, and rounding decides how huge.
    compared: ['loss', 'dImage', 'dMetric'],
  }),
);
