import { delayUntil, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** A function of tensors and weights, without side effects and without captured tensors that need gradients. */
export type RecomputedFunction = (inputs: readonly tf.Tensor[], weights: TensorWeights) => tf.Tensor;

/**
 * `fn` of `inputs` and `weights`, computed again in the backward pass: nothing that it makes on the way is kept in
 * memory between the two passes, for the time of one more forward pass of `fn` (activation recomputation; Chen et al.,
 * "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174). Values and gradients are the same. Gradients go
 * to inputs and weights; what `fn` captures is constant to it. It can be differentiated once.
 *
 * @param inputs What the backward pass starts from again; kept in memory. Float32.
 * @param weights What else takes gradients, as `fn` gets it: give only those that `fn` reads.
 * @returns What `fn` returns.
 */
export function recompute(
  fn: RecomputedFunction,
  inputs: readonly tf.Tensor[],
  weights: TensorWeights = new Map(),
): tf.Tensor {
  const keys = [...weights.keys()];
  const apply = (given: readonly tf.Tensor[]) =>
    fn(
      given.slice(0, inputs.length),
      new Map(keys.map((key, index) => [key, given[inputs.length + index] as tf.Tensor])),
    );
  const run = tf.customGrad((...args) => {
    const given = args.slice(0, inputs.length + keys.length) as tf.Tensor[];
    const save = args.at(-1) as tf.GradSaveFunc;
    save(given);
    return {
      value: apply(given),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const again = saved.map((x, index) => (index < inputs.length ? delayUntil(x, dy) : x.clone()));
        // Where `fn` does not depend on one, tfjs gives nothing.
        return gradientsOf(() => apply(again), again, dy).map(
          (gradient, index) => gradient ?? tf.zerosLike(again[index] as tf.Tensor),
        );
      },
    };
  });
  return run(...inputs, ...weights.values());
}

/** Gradients inside a backward pass: tfjs has one tape at a time and forgets that of the pass that is running. */
function gradientsOf(fn: () => tf.Tensor, xs: tf.Tensor[], dy: tf.Tensor): (tf.Tensor | null | undefined)[] {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    return tf.engine().gradients(fn, xs, dy, true).grads;
  } finally {
    state.activeTape = tape;
  }
}
