/** A picture's luma, [height, width], 0..255. */
export interface Luma {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** A copy of a part of a plane, from row `top` and column `left` on. */
export function cropPlane(plane: Luma, top: number, left: number, width: number, height: number): Luma {
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + top) * plane.width + left;
    data.set(plane.data.subarray(from, from + width), y * width);
  }
  return { data, width, height };
}
