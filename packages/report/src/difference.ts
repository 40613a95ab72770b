import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { frameBytes } from '@vosvfi/data';
import type { Color } from './pictures.js';

/** Colors of {@link errorMap} from no error to the full scale, lightness rising evenly: black, violet, red, orange, pale yellow. */
const ramp: readonly Color[] = [
  [0, 0, 0],
  [64, 18, 100],
  [150, 38, 104],
  [218, 76, 62],
  [246, 150, 40],
  [252, 238, 160],
];

/** A color of the ramp; `share` from 0 to 1. */
function rampColor(share: number): Color {
  const place = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const index = Math.min(ramp.length - 2, Math.floor(place));
  const [low, high] = [ramp[index] as Color, ramp[index + 1] as Color];
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(low[channel] + (high[channel] - low[channel]) * (place - index));
  return [mix(0), mix(1), mix(2)];
}

/** The ramp of {@link errorMap} as a CSS gradient, from left to right. */
export const errorGradient: string = `linear-gradient(to right, ${ramp.map((color) => `rgb(${color.join(' ')})`).join(', ')})`;

/**
 * The absolute difference of two frames, mean over the channels, as colors.
 * @param fullScale difference in code values (1 to 255) that gets the brightest color; larger ones get it too.
 * @throws ShapeError if the frames differ in size.
 */
export function errorMap(truth: Frame, prediction: Frame, fullScale: number): Frame {
  const { width, height } = truth;
  if (prediction.width !== width || prediction.height !== height) {
    throw new ShapeError('error map', `${width}x${height}`, `${prediction.width}x${prediction.height}`);
  }
  const [a, b] = [frameBytes(truth), frameBytes(prediction)];
  // A mean of three differences takes one of 766 values.
  const colors = Array.from({ length: 766 }, (_, sum) => rampColor(sum / 3 / fullScale));
  const data = new Uint8Array(a.length);
  for (let i = 0; i < a.length; i += 3) {
    let sum = 0;
    for (let c = 0; c < 3; c += 1) sum += Math.abs((a[i + c] as number) - (b[i + c] as number));
    data.set(colors[sum] as Color, i);
  }
  return { data, width, height };
}

/** A rectangle of pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around the foreground (labels 1..254) and `margin` pixels more on every side; null if there is none. */
export function foregroundBox({ data, width, height }: Mask, margin: number): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < data.length; i += 1) {
    const label = data[i] as number;
    if (label === 0 || label === 255) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  if (right < 0) return null;
  const [x0, y0] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  return {
    x: x0,
    y: y0,
    width: Math.min(width, right + 1 + margin) - x0,
    height: Math.min(height, bottom + 1 + margin) - y0,
  };
}

/** A part of a frame. @throws ShapeError if the box reaches beyond it. */
export function cropFrame(frame: Frame, { x, y, width, height }: Box): Frame {
  if (x < 0 || y < 0 || x + width > frame.width || y + height > frame.height) {
    throw new ShapeError('crop', `a box within ${frame.width}x${frame.height}`, `${width}x${height} at ${x}, ${y}`);
  }
  const rows = Array.from({ length: height }, (_, row) => {
    const from = ((y + row) * frame.width + x) * 3;
    return frame.data.subarray(from, from + width * 3);
  });
  const data =
    frame.data instanceof Uint8Array ? new Uint8Array(width * height * 3) : new Float32Array(width * height * 3);
  for (const [row, values] of rows.entries()) data.set(values, row * width * 3);
  return { data, width, height };
}
