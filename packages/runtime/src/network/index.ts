import type { HostTensor, Random } from '@vosvfi/core';
import type * as tf from '../tf.js';

/** Another shape in which official files hold a parameter, and what it takes to use it. */
export interface ParameterAlternative {
  readonly shape: readonly number[];
  /**
   * The values in the network's own shape, C order.
   * @param random For training: what the file lacks is drawn; without it, the network computes what the file's would.
   */
  readonly complete: (data: Float32Array, random?: Random) => Float32Array;
}

/** One entry of an official state dict. */
export interface ParameterSpec {
  /** State-dict key, exactly as in the official checkpoint. */
  readonly key: string;
  /** Shape in the official (PyTorch) memory layout: convolutions [out, in, kh, kw], linear [out, in]. */
  readonly shape: readonly number[];
  /** False for values that are loaded and saved but never trained (batch-norm statistics). Default true. */
  readonly trainable?: boolean;
  /** Default: none. */
  readonly alternative?: ParameterAlternative;
  /**
   * Other keys of the same tensor in official files, where a module is registered under several names. `key` goes before
   * them. Default: none.
   */
  readonly aliases?: readonly string[];
  /** Initial values for training from scratch, C order. */
  readonly init: (random: Random) => Float32Array;
}

/** Weights while a function runs: state-dict key to tensor, official memory layout. */
export type TensorWeights = ReadonlyMap<string, tf.Tensor>;

/**
 * A network as a plain object. `forward` is pure: it reads `weights` and `inputs` (NHWC), returns new tensors,
 * keeps nothing, and can therefore be run eagerly, traced, differentiated and exported.
 */
export interface Network<Config, Inputs, Outputs> {
  readonly id: string;
  readonly config: Config;
  readonly parameters: readonly ParameterSpec[];
  /**
   * Keys of parameters, or their beginnings, whose layers stay float32 in int8 inference, because what they make (flows,
   * masks, residuals) shows every error. Default: none.
   */
  readonly keepFloat?: readonly string[];
  readonly forward: (weights: TensorWeights, inputs: Inputs) => Outputs;
}

/** Fresh weights for `parameters`, each from its own fork of `random`, so that order and additions do not matter. */
export function initializeWeights(parameters: readonly ParameterSpec[], random: Random): Map<string, HostTensor> {
  return new Map(
    parameters.map(({ key, shape, init }) => [key, { data: init(random.fork(key)), shape, dtype: 'float32' as const }]),
  );
}

/**
 * The tensor of `key`.
 * @throws Error naming the key if it is absent: a network's definition and its `parameters` disagree.
 */
export function weightOf(weights: TensorWeights, key: string): tf.Tensor {
  const tensor = weights.get(key);
  if (tensor === undefined) throw new Error(`The network reads weight "${key}", which its weights lack.`);
  return tensor;
}
