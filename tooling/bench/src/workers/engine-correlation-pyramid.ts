import { correlationPyramid } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import { openOperator } from '../operator-task.js';
import { serve } from '../serve.js';

await serve(
  await openOperator({
    // Levels stay where they are made, as in a network; what comes out is small.
    fn: ({ fmap1, fmap2 }) =>
      Object.fromEntries(correlationPyramid(fmap1!, fmap2!).map((level, index) => [`level${index}`, tf.max(level, 3)])),
    inputs: ({ fmap1, fmap2 }) => ({ fmap1: fmap1!, fmap2: fmap2! }),
    compared: ['level0', 'level3'],
  }),
);
