import type { WeightMap } from '@vosvfi/core';
import type { ObjectiveValue, VosObjectiveInputs } from '@vosvfi/losses';
import type { ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type { VosRecipe } from '../recipe/vos-schema.js';

/** A segmentation network that can supervise interpolation: how it is found, and the terms that it gives. */
export interface SegmenterEntry {
  /** The weights that come along; absent where there are none. */
  readonly shippedWeights?: URL;
  /** Loads the network's code only now. */
  load(): Promise<SupervisingNetwork>;
}

/** What a segmentation network adds to the loss of an interpolation network. */
export interface SupervisingNetwork {
  readonly parameters: readonly ParameterSpec[];
  /** Terms of the made frame `inputs.frame`; `weights` are constants. */
  terms(weights: TensorWeights, inputs: VosObjectiveInputs, vos: VosRecipe): ObjectiveValue;
}

/** A segmenter with the weights it keeps. */
export interface FrozenSegmenter extends SupervisingNetwork {
  readonly weights: WeightMap;
}
