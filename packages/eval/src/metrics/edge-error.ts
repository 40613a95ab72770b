import { ConfigError, type Frame, ShapeError } from '@vosvfi/core';
import { fullLuma } from './luma.js';
import { requireComparable } from './samples.js';

/** Which pixels count as edges. */
export interface EdgeErrorOptions {
  /** Share of the inner pixels that count: those where the true frame's gradient is largest. In (0, 1]; default 0.1. */
  readonly share?: number;
}

/**
 * Error of the gradient at the true frame's edges, relative to that gradient: sum |grad d - grad r| / sum |grad r| over the
 * tenth of the inner pixels where |grad r| is largest (and those equal to the least of them), grad being central differences
 * of luma.
 * 0 for equal frames, about 1 for a frame without edges, more for edges at wrong places; `null` if the true frame is flat.
 *
 * Free of any task as `boundaryPsnr` is, and it needs no mask: blur and ghosts cost, a change of brightness does not.
 * @throws ShapeError if sizes differ or are below 3x3; ConfigError for a share out of range.
 */
export function edgeError(reference: Frame, distorted: Frame, { share = 0.1 }: EdgeErrorOptions = {}): number | null {
  requireComparable(reference, distorted);
  if (!(share > 0 && share <= 1)) throw new ConfigError('share', `expected a number in (0, 1], found ${share}.`);
  const { width, height } = reference;
  if (width < 3 || height < 3) throw new ShapeError('reference frame', 'at least 3x3 pixels', `${width}x${height}`);
  const truth = gradients(reference);
  const found = gradients(distorted);
  const strength = truth.x.map((x, i) => Math.hypot(x, truth.y[i]!));
  const sorted = Float64Array.from(strength).sort();
  const least = sorted[sorted.length - Math.max(1, Math.round(share * sorted.length))]!;
  let error = 0;
  let whole = 0;
  for (let i = 0; i < strength.length; i++) {
    if (strength[i]! < least) continue;
    error += Math.hypot(found.x[i]! - truth.x[i]!, found.y[i]! - truth.y[i]!);
    whole += strength[i]!;
  }
  return whole === 0 ? null : error / whole;
}

/** Central differences of luma at the inner pixels, row by row. */
function gradients(frame: Frame): { readonly x: Float64Array; readonly y: Float64Array } {
  const { width, height } = frame;
  const luma = fullLuma(frame);
  const size = (width - 2) * (height - 2);
  const [x, y] = [new Float64Array(size), new Float64Array(size)];
  for (let row = 1, i = 0; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++, i++) {
      const at = row * width + column;
      x[i] = (luma[at + 1]! - luma[at - 1]!) / 2;
      y[i] = (luma[at + width]! - luma[at - width]!) / 2;
    }
  }
  return { x, y };
}
