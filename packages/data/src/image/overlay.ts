import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { frameBytes } from './frame-file.js';
import { labelColours } from './palette.js';

/** Options of {@link drawMask}. */
export interface DrawMaskOptions {
  /** Share of the label's colour inside an object, 0 to 1; 0.5 by default. */
  readonly opacity?: number;
  /** Width of the line in the label's full colour along the inside of an object's edge, pixels; 0 for none. Default: by the frame's size. */
  readonly contour?: number;
}

/**
 * A frame with its objects in the colours of the DAVIS table; background and void (255) stay as they are.
 * @returns an 8-bit frame.
 * @throws ShapeError if frame and mask differ in size.
 */
export function drawMask(frame: Frame, mask: Mask, options: DrawMaskOptions = {}): Frame {
  const { width, height } = frame;
  if (mask.width !== width || mask.height !== height) {
    throw new ShapeError('mask to draw', `${width} x ${height}`, `${mask.width} x ${mask.height}`);
  }
  const { opacity = 0.5, contour = Math.max(1, Math.round(Math.min(width, height) / 240)) } = options;
  const data = frameBytes(frame).slice();
  const { data: labels } = mask;
  const isEdge = (x: number, y: number, label: number) => {
    for (let step = 1; step <= contour; step++) {
      const at = y * width + x;
      if (x >= step && labels[at - step] !== label) return true;
      if (x + step < width && labels[at + step] !== label) return true;
      if (y >= step && labels[at - step * width] !== label) return true;
      if (y + step < height && labels[at + step * width] !== label) return true;
    }
    return false;
  };
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel]!;
    if (label === 0 || label === 255) continue;
    const share = isEdge(pixel % width, Math.floor(pixel / width), label) ? 1 : opacity;
    for (const channel of [0, 1, 2] as const) {
      const at = pixel * 3 + channel;
      data[at] = Math.round(data[at]! + share * (labelColours[label]![channel] - data[at]!));
    }
  }
  return { ...frame, data };
}
