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

/** Constants of SSIM, and how its variances are estimated. */
export interface SsimConstants {
  readonly c1: number;
  readonly c2: number;
  /** What variances and covariances are multiplied by: n / (n - 1) for sample moments; default 1, population moments. */
  readonly correction?: number;
}

/** Means over the picture: SSIM, and its contrast and structure term alone. */
export interface SsimMeans {
  readonly ssim: number;
  readonly contrastStructure: number;
}

/** The `ssim` of {@link windowedSsimMeans}. */
export function meanWindowedSsim(
  planes: SsimPlanes,
  size: { readonly width: number; readonly height: number },
  window: Float64Array,
  border: WindowBorder,
  constants: SsimConstants,
): number {
  return windowedSsimMeans(planes, size, window, border, constants).ssim;
}

/**
 * Mean over the picture of the structural similarity of Wang et al. 2004 (equation 13),
 * ((2 mx my + C1)(2 cov + C2)) / ((mx^2 + my^2 + C1)(vx + vy + C2)), and of its second factor, with moments weighted by the
 * separable window `window x window`. Rows are filtered once and kept in a ring, so memory grows with the width only.
 */
export function windowedSsimMeans(
  planes: SsimPlanes,
  size: { readonly width: number; readonly height: number },
  window: Float64Array,
  border: WindowBorder,
  constants: SsimConstants,
): SsimMeans {
  const { width, height } = size;
  const taps = window.length;
  const pad = border === 'replicate' ? (taps - 1) / 2 : 0;
  const outWidth = width + 2 * pad - taps + 1;
  const paddedHeight = height + 2 * pad;
  const sources = [planes.x, planes.y, planes.squares, planes.products];
  const rings = sources.map(() => Array.from({ length: taps }, () => new Float64Array(outWidth)));
  const means = sources.map(() => new Float64Array(outWidth));
  const padded = new Float64Array(width + 2 * pad);
  const sums = { ssim: 0, contrastStructure: 0 };
  let count = 0;
  for (let row = 0; row < paddedHeight; row++) {
    const sourceRow = Math.min(height - 1, Math.max(0, row - pad));
    for (let p = 0; p < sources.length; p++) {
      padRow(sources[p]!, sourceRow * width, width, pad, padded);
      filterRow(padded, window, rings[p]![row % taps]!);
    }
    if (row < taps - 1) continue;
    for (let p = 0; p < sources.length; p++) filterColumns(rings[p]!, row + 1, window, means[p]!);
    addSsim(sums, means, constants);
    count += outWidth;
  }
  return { ssim: sums.ssim / count, contrastStructure: sums.contrastStructure / count };
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

function addSsim(
  sums: { ssim: number; contrastStructure: number },
  [meanX, meanY, squares, products]: readonly Float64Array[],
  { c1, c2, correction = 1 }: SsimConstants,
): void {
  const [mx, my, ms, mp] = [meanX!, meanY!, squares!, products!];
  let ssim = 0;
  let contrastStructure = 0;
  for (let i = 0; i < mx.length; i++) {
    const x = mx[i]!;
    const y = my[i]!;
    const xy = x * y;
    const xxyy = x * x + y * y;
    const term = (2 * correction * (mp[i]! - xy) + c2) / (correction * (ms[i]! - xxyy) + c2);
    contrastStructure += term;
    ssim += ((2 * xy + c1) / (xxyy + c1)) * term;
  }
  sums.ssim += ssim;
  sums.contrastStructure += contrastStructure;
}
