/** Width and height in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of the same shape, to within rounding, whose longer side is at most `side`. */
export function reducedSize({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
