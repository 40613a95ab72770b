import type { Frame, Mask } from '@vosvfi/core';
import { quantizeFrame } from '../metrics/samples.js';

/** How colours between pixels, or of many pixels, come about. */
export type ResizeFilter = 'area' | 'bicubic' | 'bilinear';

/** The source pixels of one target pixel, and how much each counts. */
interface Taps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

const filters: Record<ResizeFilter, (from: number, to: number, target: number) => [number, number][]> = {
  // Each source pixel counts as far as the target pixel covers it.
  area: (from, to, target) => {
    const scale = from / to;
    if (scale < 1) return filters.bilinear(from, to, target);
    const [start, end] = [target * scale, (target + 1) * scale];
    const taps: [number, number][] = [];
    for (let i = Math.floor(start); i < end - 1e-9; i++) {
      taps.push([i, (Math.min(end, i + 1) - Math.max(start, i)) / scale]);
    }
    return taps;
  },
  bilinear: (from, to, target) => {
    const place = ((target + 0.5) * from) / to - 0.5;
    const base = Math.floor(place);
    const part = place - base;
    return [
      [base, 1 - part],
      [base + 1, part],
    ];
  },
  bicubic: (from, to, target) => {
    const place = ((target + 0.5) * from) / to - 0.5;
    const base = Math.floor(place);
    return [-1, 0, 1, 2].map((offset) => [base + offset, cubic(Math.abs(place - base - offset))]);
  },
};

/** Keys' cubic convolution with a = -0.75. */
function cubic(x: number): number {
  const a = -0.75;
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0;
}

function tapsOf(from: number, to: number, filter: ResizeFilter): Taps[] {
  return Array.from({ length: to }, (_, target) => {
    const taps = filters[filter](from, to, target);
    return {
      indices: taps.map(([index]) => Math.min(from - 1, Math.max(0, index))),
      weights: taps.map(([, weight]) => weight),
    };
  });
}

/**
 * An 8-bit frame of another size. Pixels are squares, so that the corners of both pictures meet; beyond the border the
 * nearest pixel counts. `bilinear` and `bicubic` (a = -0.75) do not blur before they shrink; `area` takes the mean of what
 * a pixel covers. These are the rules of OpenCV's `resize`.
 */
export function resizeFrame(frame: Frame, width: number, height: number, filter: ResizeFilter): Frame {
  const { data } = quantizeFrame(frame);
  const columns = tapsOf(frame.width, width, filter);
  const narrow = new Float64Array(width * frame.height * 3);
  for (let y = 0, out = 0; y < frame.height; y++) {
    const row = y * frame.width * 3;
    for (const { indices, weights } of columns) {
      for (let c = 0; c < 3; c++, out++) {
        let sum = 0;
        for (let k = 0; k < indices.length; k++) sum += weights[k]! * data[row + indices[k]! * 3 + c]!;
        narrow[out] = sum;
      }
    }
  }
  const resized = new Uint8ClampedArray(width * height * 3);
  const line = new Float64Array(width * 3);
  tapsOf(frame.height, height, filter).forEach(({ indices, weights }, y) => {
    line.fill(0);
    for (let k = 0; k < indices.length; k++) {
      const start = indices[k]! * line.length;
      for (let i = 0; i < line.length; i++) line[i]! += weights[k]! * narrow[start + i]!;
    }
    // Sums that should end in a half do not always; the target then rounds halves to the even number.
    for (let i = 0; i < line.length; i++) resized[y * line.length + i] = Math.round(line[i]! * 1024) / 1024;
  });
  return { ...frame, data: new Uint8Array(resized.buffer), width, height };
}

/** A mask of another size; each pixel has the label of that in which its centre lies. */
export function resizeMask(mask: Mask, width: number, height: number): Mask {
  const data = new Uint8Array(width * height);
  const place = (target: number, from: number, to: number): number => Math.floor(((target + 0.5) * from) / to);
  for (let y = 0; y < height; y++) {
    const row = place(y, mask.height, height) * mask.width;
    for (let x = 0; x < width; x++) data[y * width + x] = mask.data[row + place(x, mask.width, width)]!;
  }
  return { data, width, height };
}
