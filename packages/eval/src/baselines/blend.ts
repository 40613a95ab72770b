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
    const mixed = new Float32Array(frame0.data.length);
    for (let i = 0; i < mixed.length; i++) {
      mixed[i] = (1 - t) * factors[0] * frame0.data[i]! + t * factors[1] * frame1.data[i]!;
    }
    const data = peak === 255 ? Uint8Array.from(mixed, Math.round) : mixed;
    return { data, width: frame0.width, height: frame0.height };
  });
}
