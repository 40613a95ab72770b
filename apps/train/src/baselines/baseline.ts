import type { WeightMap } from '@vosvfi/core';
import type { ObjectiveValue } from '@vosvfi/losses';
import type { InterpolationNetwork } from '@vosvfi/models';
import type { ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';

/** An interpolation network with the losses that its authors train it with. */
export interface Baseline {
  /** What interpolates, and is measured. */
  readonly network: InterpolationNetwork;
  /** What is trained and saved: the network's parameters, and those of a teacher that is trained beside it. */
  readonly parameters: readonly ParameterSpec[];
  /** Keys of a batch that its losses read beside `frame0`, `frameT` and `frame1`. */
  readonly inputs: readonly string[];
  /** Constants of its losses (a feature network); empty if there are none. */
  readonly frozen: WeightMap;
  /** The made frame [B, H, W, 3] and its own losses. `frozen` are the tensors of {@link Baseline.frozen}. */
  readonly evaluate: (
    weights: TensorWeights,
    inputs: Readonly<Record<string, tf.Tensor>>,
    frozen: TensorWeights,
  ) => { readonly frame: tf.Tensor; readonly own: ObjectiveValue };
}
