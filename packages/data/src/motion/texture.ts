import { gradients, type Plane } from './grey.js';
import { boxMean } from './guided-upsampling.js';

/** Pixels to each side over which texture is looked for: about the reach of a patch. */
const RADIUS = 5;
/** Mean slope, levels of grey a pixel, at which flow is believed by half. */
const SLOPE = 2;
/** What flow says at least: flat objects move, too. */
const LEAST = 0.15;

/**
 * How far flow can be believed by the texture around it, [height, width], 0..1: on flat surfaces it is only continued from
 * what is beside them.
 */
export function textureTrust(luma: Plane): Float32Array {
  const { x, y } = gradients(luma);
  const energy = boxMean({ ...luma, data: x.map((value, i) => value * value + y[i]! * y[i]!) }, RADIUS);
  return energy.data.map((value) => LEAST + (1 - LEAST) * (value / (value + SLOPE * SLOPE)));
}
