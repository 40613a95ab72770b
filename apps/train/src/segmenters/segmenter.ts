import type { WeightMap } from '@vosvfi/core';
import type { FrameSegmentationInputs, ObjectiveValue, VosObjectiveInputs } from '@vosvfi/losses';
import type { WeightsPart } from '@vosvfi/models/weights';
import type { ParameterSpec, TensorWeights } from '@vosvfi/runtime';
import type { VosRecipe } from '../recipe/vos-schema.js';

/** A segmentation network that can supervise interpolation: how it is found, and the terms that it gives. */
export interface SegmenterEntry {
  /** The weights that come along; absent where there are none. */
  readonly shippedWeights?: URL;
  /** True if the network segments single frames and follows no object, which is for the mode `frames`. Default false. */
  readonly perFrame?: boolean;
  /** Loads the network's code only now. */
  load(): Promise<SupervisingNetwork>;
}

/** What a segmentation network is made of. */
interface SupervisingWeights {
  readonly parameters: readonly ParameterSpec[];
  /** What official files hold beside `parameters`. */
  readonly optionalParameters?: readonly ParameterSpec[];
  /** The files of a folder, where official weights are several. */
  readonly files?: readonly WeightsPart[];
}

/** Supervision by objects that are followed from the neighbouring frames. */
export interface MaskSupervision extends SupervisingWeights {
  readonly perFrame?: false;
  /** Terms of the made frame `inputs.frame`; `weights` are constants. */
  terms(weights: TensorWeights, inputs: VosObjectiveInputs, vos: VosRecipe): ObjectiveValue;
}

/** Supervision by the true frame's own segmentation; needs no masks. */
export interface FrameSupervision extends SupervisingWeights {
  readonly perFrame: true;
  /** Terms of the made frame `inputs.frame`; `weights` are constants. */
  terms(weights: TensorWeights, inputs: FrameSegmentationInputs, vos: VosRecipe): ObjectiveValue;
}

/** What a segmentation network adds to the loss of an interpolation network. */
export type SupervisingNetwork = MaskSupervision | FrameSupervision;

/** A segmenter with the weights it keeps. */
export type FrozenSegmenter = SupervisingNetwork & { readonly weights: WeightMap };
