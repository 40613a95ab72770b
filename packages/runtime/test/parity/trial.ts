import type { HostTensor } from '@vosvfi/core';
import fc from 'fast-check';
import type * as tf from '../../src/tf.js';
import { Values } from './draw.js';

/** The call that a trial makes. */
export type Run = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** One call that all engines must agree on. */
export interface Trial {
  readonly inputs: readonly HostTensor[];
  readonly run: Run;
  /** What is right, where TensorFlow.js's own kernel for processors is missing, limited or wrong. */
  readonly reference?: Run;
  /** Inputs, by position, whose gradients are compared too. */
  readonly by?: readonly number[];
}

/** A trial with its kernels and drawn arguments in words. */
export interface NamedTrial extends Trial {
  readonly name: string;
}

/** A family of calls with drawn arguments. */
export interface ParityCase {
  readonly name: string;
  /** Kernels that every drawn trial, or some gradient of it, is sure to call. */
  readonly kernels: readonly string[];
  readonly draw: fc.Arbitrary<NamedTrial>;
}

/** A case: `kernels` (separated by spaces) that it covers, what to draw, and the call made of it. */
export function parityCase<A>(
  kernels: string,
  args: fc.Arbitrary<A>,
  trial: (args: A, values: Values) => Trial,
): ParityCase {
  const draw = fc
    .tuple(args, integerSeed)
    .map(([drawn, seed]) => ({ name: `${kernels} ${JSON.stringify(drawn)}`, ...trial(drawn, new Values(seed)) }));
  return { name: kernels, kernels: kernels.split(' '), draw };
}

const integerSeed = fc.integer({ min: 0, max: 2 ** 30 });
