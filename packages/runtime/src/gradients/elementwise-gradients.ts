import * as tf from '@tensorflow/tfjs';
import { GRAPH_BACKEND } from '../trace/graph-backend-name.js';
import { defineGradient, flat, summedTo } from './define-gradient.js';

/**
 * Steps are flat wherever they have a slope. tfjs says so for GreaterEqual only, so that a condition made of a tensor
 * that is being differentiated (`tf.where(tf.greater(x, 0), ...)`) would otherwise be an error.
 */
for (const kernel of ['Greater', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr', 'LogicalXor']) {
  defineGradient(kernel, {
    inputs: ['a', 'b'],
    gradient: (_, [a, b]) => ({ a: () => flat(a as tf.Tensor), b: () => flat(b as tf.Tensor) }),
  });
}

defineGradient('LogicalNot', { inputs: ['x'], gradient: (_, [x]) => ({ x: () => flat(x as tf.Tensor) }) });

/** The slope of a maximum goes to `a` where both are equal. tfjs's own gradient stops where shapes broadcast. */
for (const [kernel, takesFirst] of [
  ['Maximum', tf.greaterEqual],
  ['Minimum', tf.lessEqual],
] as const) {
  defineGradient(kernel, {
    inputs: ['a', 'b'],
    gradient: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const slope = dy as tf.Tensor;
      const first = () => tf.cast(takesFirst(a, b), 'float32');
      return {
        a: () => summedTo(tf.mul(slope, first()), a.shape),
        b: () => summedTo(tf.mul(slope, tf.sub(1, first())), b.shape),
      };
    },
  });
}

defineGradient('SquaredDifference', {
  inputs: ['a', 'b'],
  gradient: (dy, saved) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const slope = () => tf.mul(tf.mul(dy as tf.Tensor, 2), tf.sub(a, b));
    return { a: () => summedTo(slope(), a.shape), b: () => summedTo(tf.neg(slope()), b.shape) };
  },
});

/** Chooses instead of multiplying: nothing that was not chosen reaches the gradient, not even as 0 times infinity. */
defineGradient('Select', {
  inputs: ['condition'],
  gradient: (dy, [condition]) => {
    const slope = dy as tf.Tensor;
    const given = condition as tf.Tensor;
    // The graph's kernel broadcasts; filling tensors would take memory.
    const broadcasts = tf.getBackend() === GRAPH_BACKEND;
    const none = broadcasts ? tf.scalar(0) : tf.zerosLike(slope);
    const mask = maskOf(given, slope, broadcasts);
    const choose = (t: tf.Tensor, e: tf.Tensor): tf.Tensor =>
      tf.engine().runKernel('Select', { condition: mask, t, e });
    return { condition: () => flat(given), t: () => choose(slope, none), e: () => choose(none, slope) };
  },
});

/** What is chosen, element by element: a condition of rank 1 chooses whole rows. */
function maskOf(condition: tf.Tensor, slope: tf.Tensor, broadcasts: boolean): tf.Tensor {
  const mask = tf.cast(condition, 'bool');
  if (mask.rank !== 1 || slope.rank <= 1) return mask;
  const column = tf.reshape(mask, [-1, ...slope.shape.slice(1).map(() => 1)]);
  return broadcasts ? column : tf.logicalAnd(column, tf.ones(slope.shape, 'bool'));
}
