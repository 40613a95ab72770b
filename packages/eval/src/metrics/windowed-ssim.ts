/** What the windows reach at a picture's edge: only windows inside it (`valid`), or its edge pixels repeated (`replicate`). */
export type WindowBorder = 'valid' | 'replicate';

/** The four pictures whose weighted window means make up SSIM; each `width * height`, row by row. */
export interface SsimPlanes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** x^2 + y^2. */
  readonly squares: Float64Array;
  /** x y. */
  readonly products: Float64Array;
}

/** Constants of SSIM: C1 = (K1 L)^2 and C2 = (K2 L)^2 with K1 = 0.01, K2 = 0.03 and L the range of the values. */
export function ssimConstants(range: number): { c1: number; c2: number } {
  return { c1: (0.01 * range) ** 2, c2: (0.03 * range) ** 2 };
}

/** Odd-sized Gaussian window that sums to 1. */
export function gaussianWindow(size: number, sigma: number): Float64Array {
  const radius = (size - 1) / 2;
  const window = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = window.reduce((total, value) => total + value, 0);
  return window.map((value) => value / sum);
}

/** {@link SsimPlanes} of two pictures. */
export function ssimPlanes(x: Float64Array, y: Float64Array): SsimPlanes {
  return {
    x,
    y,
    squares: x.map((value, i) => value * value + y[i]! * y[i]!),
    products: x.map((value, i) => value * y[i]!),
  };
}

/**
 * Mean over the picture of the structural similarity of Wang et al. 2004 (equation 13),
 * ((2 mx my + C1)(2 cov + C2)) / ((mx^2 + my^2 + C1)(vx + vy + C2)), with moments weighted by the separable window
 * `window x window` (population variances). Rows are filtered once and kept in a ring, so memory grows with the width only.
 */
export function meanWindowedSsim(
  planes: SsimPlanes,
  size: { readonly width: number; readonly height: number },
  window: Float64Array,
  border: WindowBorder,
  constants: { readonly c1: number; readonly c2: number },
): number {
  const { width, height } = size;
  const taps = window.length;
  const pad = border === 'replicate' ? (taps - 1) / 2 : 0;
  const outWidth = width + 2 * pad - taps + 1;
  const paddedHeight = height + 2 * pad;
  const sources = [planes.x, planes.y, planes.squares, planes.products];
  const rings = sources.map(() => Array.from({ length: taps }, () => new Float64Array(outWidth)));
  const means = sources.map(() => new Float64Array(outWidth));
  const padded = new Float64Array(width + 2 * pad);
  let sum = 0;
  let count = 0;
  for (let row = 0; row < paddedHeight; row++) {
    const sourceRow = Math.min(height - 1, Math.max(0, row - pad));
    for (let p = 0; p < sources.length; p++) {
      padRow(sources[p]!, sourceRow * width, width, pad, padded);
      filterRow(padded, window, rings[p]![row % taps]!);
    }
    if (row < taps - 1) continue;
    for (let p = 0; p < sources.length; p++) filterColumns(rings[p]!, row + 1, window, means[p]!);
    sum += sumOfSsim(means[0]!, means[1]!, means[2]!, means[3]!, constants.c1, constants.c2);
    count += outWidth;
  }
  return sum / count;
}

function padRow(source: Float64Array, offset: number, width: number, pad: number, padded: Float64Array): void {
  padded.fill(source[offset]!, 0, pad);
  padded.set(source.subarray(offset, offset + width), pad);
  padded.fill(source[offset + width - 1]!, pad + width);
}

function filterRow(row: Float64Array, window: Float64Array, out: Float64Array): void {
  const taps = window.length;
  for (let x = 0; x < out.length; x++) {
    let sum = 0;
    for (let i = 0; i < taps; i++) sum += window[i]! * row[x + i]!;
    out[x] = sum;
  }
}

/** `first` is the ring position of the window's topmost row (modulo the ring's length). */
function filterColumns(ring: readonly Float64Array[], first: number, window: Float64Array, out: Float64Array): void {
  const taps = window.length;
  out.fill(0);
  for (let i = 0; i < taps; i++) {
    const row = ring[(first + i) % taps]!;
    const weight = window[i]!;
    for (let x = 0; x < out.length; x++) out[x] = out[x]! + weight * row[x]!;
  }
}

function sumOfSsim(
  meanX: Float64Array,
  meanY: Float64Array,
  squares: Float64Array,
  products: Float64Array,
  c1: number,
  c2: number,
): number {
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const x = meanX[i]!;
    const y = meanY[i]!;
    const xy = x * y;
    const xxyy = x * x + y * y;
    sum += ((2 * xy + c1) * (2 * (products[i]! - xy) + c2)) / ((xxyy + c1) * (squares[i]! - xxyy + c2));
  }
  return sum;
}
