import type { HostTensor, WeightMap } from '@vosvfi/core';

/**
 * Kinks: values so near to 0 before a PReLU that the order of float32 sums decides their sign. The derivative jumps there, so
 * that two correct implementations (PyTorch on two processors among them) may differ by 1e-3 in all gradients that
 * pass through such a value, while their outputs agree to 1e-7. Both sides are right; to compare gradients, both must stand
 * on the same one. A change of the channel's bias by 1e-5 of the layer's typical value puts a value there.
 */
export interface Kink {
  /** Key of the bias that is added before the activation. */
  readonly bias: string;
  readonly channel: number;
  readonly value: number;
  /** How far rounding may move values of this layer. */
  readonly reach: number;
}

/** Rounding of a deep layer's values, relative to their root mean square. */
const relativeReach = 1e-5;

/** Key of the bias that moves the values of an observed key; nothing where there is none. */
export type BiasOf = (key: string) => string | undefined;

/** Observed keys are those of convolutions, which have a bias each. */
const ownBias: BiasOf = (key) => `${key}.bias`;

/** Kinks among the values before activations (NHWC), nearest to 0 first. */
export function findKinks(observed: ReadonlyMap<string, HostTensor>, biasOf: BiasOf = ownBias): Kink[] {
  const kinks: Kink[] = [];
  for (const [key, { data, shape }] of observed) {
    const bias = biasOf(key);
    if (bias === undefined) continue;
    const channels = shape[shape.length - 1]!;
    let squares = 0;
    for (let i = 0; i < data.length; i++) squares += data[i]! ** 2;
    const reach = relativeReach * Math.sqrt(squares / data.length);
    for (let i = 0; i < data.length; i++) {
      if (Math.abs(data[i]!) > reach) continue;
      kinks.push({ bias, channel: i % channels, value: data[i]!, reach });
    }
  }
  return kinks.sort((a, b) => Math.abs(a.value) / a.reach - Math.abs(b.value) / b.reach);
}

/** Weights that put a kink on the given side of 0, beyond the reach of rounding. */
export function settleKink(
  weights: WeightMap,
  { bias, channel, value, reach }: Kink,
  side: 'above' | 'below',
): Map<string, HostTensor> {
  const tensor = weights.get(bias);
  if (tensor === undefined) throw new Error(`There is no bias "${bias}".`);
  const data = Float32Array.from(tensor.data);
  data[channel]! += (side === 'above' ? reach : -reach) - value;
  return new Map([...weights, [bias, { ...tensor, data }]]);
}

/**
 * Runs with the given weights and, while `errorOf` the result is over `limit`, with one kink after the other above and
 * below 0 (its sign may differ between two compilations, so neither is known); what lowers the error stays. Tells how many kinks had to be settled.
 */
export async function settleKinks<T>(
  weights: WeightMap,
  kinks: readonly Kink[],
  limit: number,
  run: (weights: WeightMap) => Promise<T>,
  errorOf: (result: T) => number,
): Promise<{ result: T; settled: number }> {
  let settled = weights;
  let count = 0;
  let best = await run(settled);
  let error = errorOf(best);
  const attempts = kinks.flatMap((kink) => [[kink, 'above'] as const, [kink, 'below'] as const]);
  for (const [kink, side] of attempts) {
    if (error <= limit) break;
    const candidate = settleKink(settled, kink, side);
    const result = await run(candidate);
    const candidateError = errorOf(result);
    if (candidateError >= error * 0.99) continue;
    [settled, best, error] = [candidate, result, candidateError];
    count += 1;
  }
  return { result: best, settled: count };
}
