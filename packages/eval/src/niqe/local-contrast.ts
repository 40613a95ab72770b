const SIZE = 7;
const RADIUS = (SIZE - 1) / 2;
const SIGMA = 7 / 6;

/** 7x7 Gaussian window that sums to 1, rounded to float32 as the references round it. */
const window = gaussian();

function gaussian(): Float64Array {
  const values = Float64Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [dy, dx] = [Math.floor(i / SIZE) - RADIUS, (i % SIZE) - RADIUS];
    return Math.exp(-(dx * dx + dy * dy) / (2 * SIGMA * SIGMA));
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => Math.fround(value / sum));
}

/** A picture with its local mean taken away and divided by its local deviation plus 1. */
export interface LocalContrast {
  readonly normalized: Float64Array;
  /** Local standard deviation, in the picture's units. */
  readonly deviation: Float64Array;
}

/**
 * Mean-subtracted, contrast-normalized luma, with the picture's edge pixels repeated beyond its edges. The window is not
 * separated into rows and columns: in flat areas the result is rounding noise, whose sign NIQE counts.
 * @param luma [height, width], 0..255.
 */
export function localContrast(luma: Float64Array, width: number, height: number): LocalContrast {
  const [means, squares] = [new Float64Array(width * height), new Float64Array(width * height)];
  const stride = width + 2 * RADIUS;
  const padded = pad(luma, width, height);
  const paddedSquares = padded.map((value) => value * value);
  for (let t = 0; t < window.length; t++) {
    const weight = window[t]!;
    const offset = Math.floor(t / SIZE) * stride + (t % SIZE);
    for (let y = 0; y < height; y++) {
      const from = offset + y * stride;
      for (let x = 0, i = y * width; x < width; x++, i++) {
        means[i] = means[i]! + weight * padded[from + x]!;
        squares[i] = squares[i]! + weight * paddedSquares[from + x]!;
      }
    }
  }
  const deviation = squares.map((square, i) => Math.sqrt(Math.abs(square - means[i]! * means[i]!)));
  return { normalized: luma.map((value, i) => (value - means[i]!) / (deviation[i]! + 1)), deviation };
}

function pad(luma: Float64Array, width: number, height: number): Float64Array {
  const stride = width + 2 * RADIUS;
  const padded = new Float64Array(stride * (height + 2 * RADIUS));
  for (let y = 0; y < height + 2 * RADIUS; y++) {
    const row = Math.min(height - 1, Math.max(0, y - RADIUS)) * width;
    for (let x = 0; x < stride; x++) {
      padded[y * stride + x] = luma[row + Math.min(width - 1, Math.max(0, x - RADIUS))]!;
    }
  }
  return padded;
}
