import type { Random } from '@vosvfi/core';
import { drawSigned } from './motion.js';

/** A wave that shifts points along its crests: it bends things without changing their area. */
interface Shear {
  /** Unit vector along the crests. */
  readonly x: number;
  readonly y: number;
  /** Radians for a pixel across the crests. */
  readonly frequency: number;
  readonly phase: number;
  /** Pixels, at t = 0.5 and what is added from t = 0 to t = 1. */
  readonly amplitude: number;
  readonly change: number;
}

/** How a surface bends over time, in its own plane: limbs swing, bodies curve. */
export interface Bending {
  /** No point is moved farther than this for t in 0..1, pixels. */
  readonly reach: number;
  /** The point of the unbent surface that is at (x, y) at time t, written to `target`. */
  unbend(x: number, y: number, t: number, target: Float64Array): void;
  /** The exact reverse: where a point of the unbent surface is at time t. */
  bend(x: number, y: number, t: number, target: Float64Array): void;
}

const WAVES = 3;

/**
 * A few shears one after another. Each leaves the coordinate that it depends on as it is, so the reverse is exact.
 * @param slope Largest slope of a wave at any time.
 */
export function createBending(radius: number, slope: number, random: Random): Bending {
  const shears = Array.from({ length: WAVES }, (): Shear => {
    const angle = random.uniform(0, Math.PI);
    const frequency = (2 * Math.PI) / (radius * random.uniform(1, 4));
    const largest = slope / frequency;
    return {
      x: Math.cos(angle),
      y: Math.sin(angle),
      frequency,
      phase: random.uniform(0, 2 * Math.PI),
      amplitude: drawSigned(0.5 * largest, random),
      change: drawSigned(largest, random),
    };
  });
  const shift = ({ x, y, frequency, phase, amplitude, change }: Shear, u: number, v: number, t: number) =>
    (amplitude + change * (t - 0.5)) * Math.sin(frequency * (x * v - y * u) + phase);
  return {
    reach: shears.reduce((sum, { amplitude, change }) => sum + Math.abs(amplitude) + Math.abs(change) / 2, 0),
    unbend(x, y, t, target) {
      let [u, v] = [x, y];
      for (const shear of shears) {
        const by = shift(shear, u, v, t);
        u += shear.x * by;
        v += shear.y * by;
      }
      target[0] = u;
      target[1] = v;
    },
    bend(x, y, t, target) {
      let [u, v] = [x, y];
      for (let k = shears.length - 1; k >= 0; k--) {
        const shear = shears[k]!;
        const by = shift(shear, u, v, t);
        u -= shear.x * by;
        v -= shear.y * by;
      }
      target[0] = u;
      target[1] = v;
    },
  };
}
