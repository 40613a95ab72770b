/**
 * The shape that numpy-style broadcasting gives.
 * @throws Error naming both shapes if they do not fit.
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let extent = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1) continue;
      if (extent !== 1 && extent !== own) {
        throw new Error(`Shapes ${shapes.map((s) => `[${s.join(', ')}]`).join(' and ')} do not broadcast.`);
      }
      extent = own;
    }
    return extent;
  });
}

/** True if both shapes have the same extents. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `axis` counted from the front. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
