import { ShapeError } from '@vosvfi/core';
import type { FlowField } from '@vosvfi/data';

/** Samples of one picture, [height, width, channels]. */
export interface SampledPicture {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/**
 * Looks a picture up where a flow points: bilinear, coordinates clamped to the picture.
 * @returns [height, width, channels].
 * @throws ShapeError if the sizes differ.
 */
export function warpByFlow(picture: SampledPicture, channels: number, flow: FlowField): Float32Array {
  requireFlowSize('flow', flow, picture);
  const { data, width, height } = picture;
  const out = new Float32Array(width * height * channels);
  const clampX = (x: number): number => Math.min(width - 1, Math.max(0, x));
  const clampY = (y: number): number => Math.min(height - 1, Math.max(0, y));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      // Positions are float32 in the reference.
      const px = Math.fround(x + flow.data[2 * i]!);
      const py = Math.fround(y + flow.data[2 * i + 1]!);
      const [fx, fy] = [Math.fround(px - Math.floor(px)), Math.fround(py - Math.floor(py))];
      const [left, right] = [clampX(Math.floor(px)), clampX(Math.floor(px) + 1)];
      const [top, bottom] = [clampY(Math.floor(py)) * width, clampY(Math.floor(py) + 1) * width];
      for (let c = 0; c < channels; c++) {
        const at = (row: number, column: number): number => data[(row + column) * channels + c]!;
        // As the reference does: products in double but for the last, a sum in float32.
        let sum = Math.fround((1 - fx) * (1 - fy) * at(top, left));
        sum = Math.fround(sum + fx * (1 - fy) * at(top, right));
        sum = Math.fround(sum + (1 - fx) * fy * at(bottom, left));
        out[i * channels + c] = sum + Math.fround(Math.fround(fx * fy) * at(bottom, right));
      }
    }
  }
  return out;
}

/** @throws ShapeError if a flow is not of the picture's size or not filled. */
export function requireFlowSize(
  name: string,
  flow: FlowField,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  if (flow.width !== width || flow.height !== height || flow.data.length !== 2 * width * height) {
    throw new ShapeError(
      name,
      `a flow of ${width}x${height}`,
      `${flow.width}x${flow.height}, ${flow.data.length} values`,
    );
  }
}
