import { type Random, sizeOf } from '@vosvfi/core';

type Initializer = (random: Random) => Float32Array;

/** Every value the same. */
export function constant(size: number, value: number): Initializer {
  return () => new Float32Array(size).fill(value);
}

/**
 * Normal deviates of variance gain^2 / fan-in, the fan-in being the size of one slice of the first axis: a convolution
 * of values of unit mean square gives outputs of mean square gain^2, so sqrt(2) keeps it through a ReLU.
 */
export function scaledNormal(shape: readonly number[], gain: number): Initializer {
  const deviation = gain / Math.sqrt(sizeOf(shape.slice(1)));
  return (random) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
}
