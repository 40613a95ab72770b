import { ConfigError, type Interpolator } from '@vosvfi/core';
import { blendInterpolator } from './blend.js';
import { repeatInterpolator } from './repeat.js';

const baselines: ReadonlyMap<string, () => Interpolator> = new Map([
  ['blend', blendInterpolator],
  ['repeat', repeatInterpolator],
]);

/**
 * The baseline called `model`, `blend` or `repeat`; undefined for any other name, which is a network's.
 * @throws ConfigError if a file of weights is given for a baseline, which has none.
 */
export function findBaseline(model: string, weights?: string): Interpolator | undefined {
  const make = baselines.get(model);
  if (make !== undefined && weights !== undefined) throw new ConfigError('weights', `"${model}" has no weights.`);
  return make?.();
}
