import { filterPlanes } from '../filter/filter-planes.js';

/** How often a picture's edge pixels are repeated before windows are laid inside it; 0 for windows inside the picture. */
export type WindowPadding = number;

/**
 * Writes row `row` of the four pictures whose weighted window means make up SSIM: x, y, x^2 + y^2 and x y, each from index `at`
 * of its array on.
 */
export type SsimRows = (row: number, pictures: readonly Float64Array[], at: number) => void;

/** Two pictures to compare: sample `i` of a row is the value at `offset + (row * width + i) * step`, times a factor. */
export interface SsimPair {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly width: number;
  readonly step?: number;
  readonly offset?: number;
  readonly factors?: readonly [number, number];
}

/** Constants of SSIM: C1 = (K1 L)^2 and C2 = (K2 L)^2 with K1 = 0.01, K2 = 0.03 and L the range of the values. */
export function ssimConstants(range: number): { c1: number; c2: number } {
  return { c1: (0.01 * range) ** 2, c2: (0.03 * range) ** 2 };
}

/** Gaussian window that sums to 1; the centre of an even-sized one is right of its middle. */
export function gaussianWindow(size: number, sigma: number): Float64Array {
  const centre = Math.floor(size / 2);
  const window = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma * sigma)));
  const sum = window.reduce((total, value) => total + value, 0);
  return window.map((value) => value / sum);
}

/** {@link SsimRows} of two pictures. */
export function ssimRows({ x, y, width, step = 1, offset = 0, factors = [1, 1] }: SsimPair): SsimRows {
  const [factorX, factorY] = factors;
  return (row, pictures, at) => {
    const [outX, outY] = [pictures[0]!, pictures[1]!];
    const [squares, products] = [pictures[2]!, pictures[3]!];
    for (let i = at, s = offset + row * width * step; i < at + width; i++, s += step) {
      const a = factorX * x[s]!;
      const b = factorY * y[s]!;
      outX[i] = a;
      outY[i] = b;
      squares[i] = a * a + b * b;
      products[i] = a * b;
    }
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
  rows: SsimRows,
  size: { readonly width: number; readonly height: number },
  window: Float64Array,
  padding: WindowPadding,
  constants: SsimConstants,
): number {
  return windowedSsimMeans(rows, size, window, padding, constants).ssim;
}

/**
 * Mean over the picture of the structural similarity of Wang et al. 2004 (equation 13),
 * ((2 mx my + C1)(2 cov + C2)) / ((mx^2 + my^2 + C1)(vx + vy + C2)), and of its second factor, with moments weighted by the
 * separable window `window x window`.
 */
export function windowedSsimMeans(
  rows: SsimRows,
  size: { readonly width: number; readonly height: number },
  window: Float64Array,
  padding: WindowPadding,
  constants: SsimConstants,
): SsimMeans {
  const { width, height } = size;
  const taps = window.length;
  const paddedWidth = width + 2 * padding;
  const outWidth = paddedWidth - taps + 1;
  const sums = { ssim: 0, contrastStructure: 0 };
  let count = 0;
  filterPlanes({
    width: paddedWidth,
    height: height + 2 * padding,
    planes: 4,
    windowHeight: taps,
    passes: [1, paddedWidth].map((step) => Array.from(window, (weight, i) => ({ offset: i * step, weight }))),
    readRow: (row, pictures) => {
      rows(Math.min(height - 1, Math.max(0, row - padding)), pictures, padding);
      for (const picture of padding > 0 ? pictures : []) repeatEnds(picture, padding);
    },
    takeRow: (_, means) => {
      addSsim(sums, means, outWidth, constants);
      count += outWidth;
    },
  });
  return { ssim: sums.ssim / count, contrastStructure: sums.contrastStructure / count };
}

function repeatEnds(padded: Float64Array, padding: number): void {
  const end = padded.length - padding;
  padded.fill(padded[padding]!, 0, padding);
  padded.fill(padded[end - 1]!, end);
}

function addSsim(
  sums: { ssim: number; contrastStructure: number },
  [meanX, meanY, squares, products]: readonly Float64Array[],
  width: number,
  { c1, c2, correction = 1 }: SsimConstants,
): void {
  const [mx, my, ms, mp] = [meanX!, meanY!, squares!, products!];
  let ssim = 0;
  let contrastStructure = 0;
  for (let i = 0; i < width; i++) {
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
