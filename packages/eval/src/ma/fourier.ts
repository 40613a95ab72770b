/** Complex values, [rows, columns]. */
export interface ComplexPlane {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** Transforms `real` and `imaginary` of one length in place. */
type Transform = (real: Float64Array, imaginary: Float64Array) => void;

/** Discrete Fourier transform in place, exp(-2 pi i k n / N) without a factor. */
export function fourierTransform({ real, imaginary, width, height }: ComplexPlane): void {
  const alongRows = transformOf(width);
  for (let y = 0; y < height; y++) {
    const row = (plane: Float64Array): Float64Array => plane.subarray(y * width, (y + 1) * width);
    alongRows(row(real), row(imaginary));
  }
  const alongColumns = transformOf(height);
  const [columnReal, columnImaginary] = [new Float64Array(height), new Float64Array(height)];
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width) {
      columnReal[y] = real[at]!;
      columnImaginary[y] = imaginary[at]!;
    }
    alongColumns(columnReal, columnImaginary);
    for (let y = 0, at = x; y < height; y++, at += width) {
      real[at] = columnReal[y]!;
      imaginary[at] = columnImaginary[y]!;
    }
  }
}

/** Inverse of {@link fourierTransform}, in place. */
export function inverseFourierTransform(plane: ComplexPlane): void {
  const { real, imaginary, width, height } = plane;
  // A transform with real and imaginary parts exchanged is the inverse one, exchanged and without its factor.
  fourierTransform({ real: imaginary, imaginary: real, width, height });
  const factor = 1 / (width * height);
  for (let i = 0; i < real.length; i++) {
    real[i]! *= factor;
    imaginary[i]! *= factor;
  }
}

function transformOf(length: number): Transform {
  return (length & (length - 1)) === 0 ? powerOfTwo(length) : anyLength(length);
}

/** Cooley and Tukey's algorithm. */
function powerOfTwo(length: number): Transform {
  const cosines = Float64Array.from({ length: length / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sines = Float64Array.from({ length: length / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / length));
  return (real, imaginary) => {
    reverseBits(real, imaginary);
    for (let half = 1; half < length; half *= 2) {
      const step = length / (2 * half);
      for (let start = 0; start < length; start += 2 * half) {
        for (let i = start, k = 0; i < start + half; i++, k += step) {
          const c = cosines[k]!;
          const s = sines[k]!;
          const x = real[i + half]! * c - imaginary[i + half]! * s;
          const y = real[i + half]! * s + imaginary[i + half]! * c;
          real[i + half] = real[i]! - x;
          imaginary[i + half] = imaginary[i]! - y;
          real[i]! += x;
          imaginary[i]! += y;
        }
      }
    }
  };
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const { length } = real;
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const [x, y] = [real[i]!, imaginary[i]!];
    real[i] = real[j]!;
    imaginary[i] = imaginary[j]!;
    real[j] = x;
    imaginary[j] = y;
  }
}

/** Bluestein's algorithm: a convolution with a chirp, by transforms of a power of two. */
function anyLength(length: number): Transform {
  const padded = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const transform = powerOfTwo(padded);
  // n^2 modulo 2N keeps the angle small, so that it is exact.
  const angles = Float64Array.from({ length }, (_, n) => (Math.PI * ((n * n) % (2 * length))) / length);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  const [chirpReal, chirpImaginary] = [new Float64Array(padded), new Float64Array(padded)];
  for (let n = 0; n < length; n++) {
    const mirrored = (padded - n) % padded;
    chirpReal[n] = chirpReal[mirrored] = cosines[n]! / padded;
    chirpImaginary[n] = chirpImaginary[mirrored] = sines[n]! / padded;
  }
  transform(chirpReal, chirpImaginary);
  const [x, y] = [new Float64Array(padded), new Float64Array(padded)];
  return (real, imaginary) => {
    x.fill(0, length);
    y.fill(0, length);
    for (let n = 0; n < length; n++) {
      x[n] = real[n]! * cosines[n]! + imaginary[n]! * sines[n]!;
      y[n] = imaginary[n]! * cosines[n]! - real[n]! * sines[n]!;
    }
    transform(x, y);
    for (let k = 0; k < padded; k++) {
      const a = x[k]!;
      const b = y[k]!;
      x[k] = a * chirpReal[k]! - b * chirpImaginary[k]!;
      y[k] = a * chirpImaginary[k]! + b * chirpReal[k]!;
    }
    transform(y, x);
    for (let k = 0; k < length; k++) {
      real[k] = x[k]! * cosines[k]! + y[k]! * sines[k]!;
      imaginary[k] = y[k]! * cosines[k]! - x[k]! * sines[k]!;
    }
  };
}
