import type { Interpolator } from '@vosvfi/core';
import { pairInterpolator } from './pair-interpolator.js';

/** Shows the previous frame again: what a display does with a clip of half the rate. */
export function repeatInterpolator(): Interpolator {
  return pairInterpolator('repeat', (frame0) => frame0);
}
