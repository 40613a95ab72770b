import type { Frame, Interpolator } from '@vosvfi/core';
import { commonScale } from '../metrics/samples.js';
import { pairInterpolator } from './pair-interpolator.js';

/**
 * Cross-fade: (1 - t) frame0 + t frame1. Two 8-bit frames give an 8-bit frame (halves rounded up), else a float frame.
 * The simplest interpolator there is; a network that loses to it has learnt nothing.
 */
export function blendInterpolator(): Interpolator {
  return pairInterpolator('blend', (frame0, frame1, t): Frame => {
    const { peak, factors } = commonScale(frame0, frame1);
    const data = peak === 255 ? new Uint8Array(frame0.data.length) : new Float32Array(frame0.data.length);
    // Storing an 8-bit value truncates, so that half a step more rounds.
    const offset = peak === 255 ? 0.5 : 0;
    const [weight0, weight1] = [(1 - t) * factors[0], t * factors[1]];
    for (let i = 0; i < data.length; i++) data[i] = weight0 * frame0.data[i]! + weight1 * frame1.data[i]! + offset;
    return { data, width: frame0.width, height: frame0.height };
  });
}
