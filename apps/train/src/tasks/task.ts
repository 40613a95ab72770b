import { type Frame, type HostTensor, sizeOf, type WeightMap } from '@vosvfi/core';
import type { LossFunction, ParameterSpec, Signature, TensorFunction } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';

/** What {@link runTraining} needs to know about a network and its objective. */
export interface TrainingTask {
  /** State dict of the network. */
  readonly parameters: readonly ParameterSpec[];
  /** Parameters that are running averages of what the loss sees, see `withRunningAverages`. Default: none. */
  readonly runningAverages?: readonly string[];
  /** Keys of a batch that the loss reads. */
  readonly inputs: readonly string[];
  readonly loss: LossFunction;
  /** Constants of the loss beside the network's own untrained parameters. */
  readonly frozen: WeightMap;
  /** Measures a batch; absent where there is nothing to measure. */
  readonly measure: Measure;
}

/** A function of a batch and of the weights, and how to read its outputs. */
export interface Measure {
  /** Keys of a batch that it reads. */
  readonly inputs: readonly string[];
  /** Outputs are vectors [B], one value for each sample. NaN stands for "does not apply to this sample" (but see `show`). */
  readonly run: TensorFunction;
  /** Means over samples to what is reported. */
  readonly read: (samples: Readonly<Record<string, readonly number[]>>) => Record<string, number>;
  /** How a sample is shown to a person. */
  readonly show: {
    /** Outputs of `run` [B, H, W, C] that are only made to be shown; they are not given to `read`. */
    readonly outputs: readonly string[];
    /** A picture of one sample: its part of the batch and of those outputs, each [H, W, C]. */
    readonly picture: (sample: Readonly<Record<string, HostTensor>>) => Frame;
  };
}

/** The entries of a batch that `keys` names. @throws Error naming a key that the batch lacks. */
export function pick(batch: Readonly<Record<string, HostTensor>>, keys: readonly string[]): Record<string, HostTensor> {
  return Object.fromEntries(
    keys.map((key) => {
      const tensor = batch[key];
      if (tensor === undefined) throw new Error(`The data set gives no "${key}", which the objective needs.`);
      return [key, tensor];
    }),
  );
}

/** Signature of a batch. */
export function signatureOf(batch: Readonly<Record<string, HostTensor>>): Signature {
  return Object.fromEntries(Object.entries(batch).map(([key, { shape, dtype }]) => [key, { shape, dtype }]));
}

/** The part of sample `index` of each tensor [B, ...]. */
export function sampleOf(batch: Readonly<Record<string, HostTensor>>, index: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(batch).map(
      ([
        key,
        {
          data,
          shape: [, ...shape],
          dtype,
        },
      ]) => {
        const size = sizeOf(shape);
        return [key, { data: data.subarray(index * size, (index + 1) * size), shape, dtype }];
      },
    ),
  );
}

/** An input of a compiled function, or its part of a sample. @throws Error naming a key that its signature lacks. */
export function input<T extends tf.Tensor | HostTensor>(inputs: Readonly<Record<string, T>>, key: string): T {
  const tensor = inputs[key];
  if (tensor === undefined) throw new Error(`The function reads input "${key}", which its signature lacks.`);
  return tensor;
}
