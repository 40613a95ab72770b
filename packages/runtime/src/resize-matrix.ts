/** Attributes of the resizing kernels. */
export interface ResizeAttrs {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: [number, number];
}

type Taps = readonly (readonly [source: number, weight: number])[];

/** Which inputs, and with what weights, make one output position. */
export type Interpolation = (at: number, from: number, to: number, attrs: ResizeAttrs) => Taps;

function sourceScale(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** Between the two nearest. */
export const linear: Interpolation = (at, from, to, { alignCorners, halfPixelCenters }) => {
  const scale = sourceScale(from, to, alignCorners);
  const position = Math.max(0, halfPixelCenters ? scale * (at + 0.5) - 0.5 : scale * at);
  const low = Math.min(from - 1, Math.floor(position));
  const high = Math.min(from - 1, low + 1);
  const fraction = position - Math.floor(position);
  return [
    [low, 1 - fraction],
    [high, fraction],
  ];
};

/** The nearest one. */
export const nearest: Interpolation = (at, from, to, { alignCorners, halfPixelCenters }) => {
  const position = sourceScale(from, to, alignCorners) * (halfPixelCenters ? at + 0.5 : at);
  return [[Math.max(0, Math.min(from - 1, alignCorners ? Math.round(position) : Math.floor(position))), 1]];
};

/** The [to, from] matrix of a one-dimensional resize. */
export function resizeMatrix(interpolate: Interpolation, from: number, to: number, attrs: ResizeAttrs): Float32Array {
  const matrix = new Float32Array(from * to);
  for (let at = 0; at < to; at++) {
    for (const [source, weight] of interpolate(at, from, to, attrs)) {
      const index = at * from + source;
      matrix[index] = (matrix[index] as number) + weight;
    }
  }
  return matrix;
}
