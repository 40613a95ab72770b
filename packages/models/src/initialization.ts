import type { Random } from '@vosvfi/core';

/** Values drawn uniformly in [-bound, bound). */
function uniform(size: number, bound: number): (random: Random) => Float32Array {
  return (random) => Float32Array.from({ length: size }, () => random.uniform(-bound, bound));
}

/**
 * PyTorch's default for the weight and the bias of a convolution or linear layer, kaiming uniform with a = sqrt(5):
 * both uniform in +-1 / sqrt(fan-in), where the fan-in is the size of one slice of the weight's first axis. For a transposed
 * convolution, whose weight is [in, out, kh, kw], that is out * kh * kw, as in PyTorch.
 */
export function defaultUniform(size: number, fanIn: number): (random: Random) => Float32Array {
  return uniform(size, 1 / Math.sqrt(fanIn));
}

/** Every value the same. */
export function constant(size: number, value: number): (random: Random) => Float32Array {
  return () => new Float32Array(size).fill(value);
}

/** Normal with mean 0. */
export function normal(size: number, standardDeviation: number): (random: Random) => Float32Array {
  return (random) => Float32Array.from({ length: size }, () => random.normal(0, standardDeviation));
}

/**
 * Standard deviation of weights that keep the variance of what passes a convolution and a leaky rectifier
 * (He et al., "Delving deep into rectifiers", ICCV 2015, eq. 14).
 */
export function heDeviation(fanIn: number, slope: number): number {
  return Math.sqrt(2 / ((1 + slope * slope) * fanIn));
}
