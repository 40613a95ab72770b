import type { Frame } from '@vosvfi/core';

/** A plane of numbers, [height, width]. */
export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A plane of zeros. */
export function createPlane(width: number, height: number): Plane {
  return { data: new Float32Array(width * height), width, height };
}

/** Luma of a frame, 0..255, BT.601 weights. */
export function lumaOf({ data, width, height }: Frame): Plane {
  const plane = createPlane(width, height);
  const scale = data instanceof Uint8Array ? 1 : 255;
  for (let i = 0, at = 0; i < plane.data.length; i++, at += 3) {
    plane.data[i] = scale * (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!);
  }
  return plane;
}

/** Half the size, each pixel the mean of four; a last odd row or column is left out. */
function halve({ data, width, height }: Plane): Plane {
  const half = createPlane(width >> 1, height >> 1);
  for (let y = 0, i = 0; y < half.height; y++) {
    for (let x = 0, at = 2 * y * width; x < half.width; x++, i++, at += 2) {
      half.data[i] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4;
    }
  }
  return half;
}

/** The plane and its halves, the finest first, as long as the shorter side keeps `least` pixels. */
export function pyramidOf(plane: Plane, least: number): Plane[] {
  const levels = [plane];
  for (let last = plane; Math.min(last.width, last.height) >= 2 * least; ) {
    last = halve(last);
    levels.push(last);
  }
  return levels;
}

/** The plane with its rim continued `pad` pixels to each side. */
export function padded({ data, width, height }: Plane, pad: number): Plane {
  const wide = createPlane(width + 2 * pad, height + 2 * pad);
  for (let y = 0, i = 0; y < wide.height; y++) {
    const row = Math.min(height - 1, Math.max(0, y - pad)) * width;
    for (let x = 0; x < wide.width; x++, i++) wide.data[i] = data[row + Math.min(width - 1, Math.max(0, x - pad))]!;
  }
  return wide;
}

/** Central differences to the right and down, with the rim continued. */
export function gradients({ data, width, height }: Plane): { readonly x: Float32Array; readonly y: Float32Array } {
  const [gx, gy] = [new Float32Array(data.length), new Float32Array(data.length)];
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? width : 0;
    const down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      gx[i] = (data[x < width - 1 ? i + 1 : i]! - data[x > 0 ? i - 1 : i]!) / 2;
      gy[i] = (data[i + down]! - data[i - up]!) / 2;
    }
  }
  return { x: gx, y: gy };
}

/** Value between pixels, bilinear; beyond the rim the rim's. */
export function sampleAt({ data, width, height }: Plane, x: number, y: number): number {
  const px = Math.max(0, Math.min(width - 1, x));
  const py = Math.max(0, Math.min(height - 1, y));
  const x0 = Math.min(width - 2, px | 0);
  const y0 = Math.min(height - 2, py | 0);
  const [fx, fy] = [px - x0, py - y0];
  const i = y0 * width + x0;
  const top = data[i]! + fx * (data[i + 1]! - data[i]!);
  const bottom = data[i + width]! + fx * (data[i + width + 1]! - data[i + width]!);
  return top + fy * (bottom - top);
}

/** The plane at another size, bilinear, pixel centres aligned. */
export function resizePlane(plane: Plane, width: number, height: number, scale = 1): Plane {
  const out = createPlane(width, height);
  const [sx, sy] = [plane.width / width, plane.height / height];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      out.data[i] = scale * sampleAt(plane, (x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5);
    }
  }
  return out;
}
