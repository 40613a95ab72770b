import { type ComplexPlane, fourierTransform, inverseFourierTransform } from './fourier.js';
import type { Plane } from './plane.js';
import { directionTable, interpolate, ORIENTATIONS, passTables } from './pyramid-filters.js';

/** What lies above the first bands, and the bands: of each of two scales, six orientations. */
export interface SteerablePyramid {
  readonly highPass: Plane;
  /** The second scale's are half as wide and high, rounded up. */
  readonly scales: readonly (readonly Plane[])[];
}

const SCALES = 2;

/** A spectrum with frequency 0 at (height >> 1, width >> 1), and its places in polar coordinates. */
interface CentredSpectrum extends ComplexPlane {
  /** Logarithm to base 2 of the frequency, 0 for the highest along an axis. */
  readonly radius: Float64Array;
  /** -pi..pi. */
  readonly angle: Float64Array;
}

/**
 * Real parts of the bands of a complex steerable pyramid with two scales and six orientations.
 * Source: Portilla and Simoncelli, "A Parametric Texture Model Based on Joint Statistics of Complex Wavelet Coefficients",
 * IJCV 2000 (`buildSCFpyr` of their toolbox, with its tables and their linear interpolation).
 */
export function steerablePyramid(plane: Plane): SteerablePyramid {
  const spectrum = centredSpectrum(plane);
  const top = passTables(0);
  let low = filtered(spectrum, interpolated(spectrum.radius, top.low));
  const scales: Plane[][] = [];
  for (let scale = 1; scale <= SCALES; scale++) {
    const tables = passTables(-scale);
    const pass = interpolated(low.radius, tables.high);
    const banded = filtered(low, pass);
    scales.push(Array.from({ length: ORIENTATIONS }, (_, i) => orientedBand(banded, i)));
    if (scale < SCALES) {
      const inner = innerHalf(low);
      low = filtered(inner, interpolated(inner.radius, tables.low));
    }
  }
  return { highPass: realPart(filtered(spectrum, interpolated(spectrum.radius, top.high))), scales };
}

function centredSpectrum({ data, width, height }: Plane): CentredSpectrum {
  const plane = { real: Float64Array.from(data), imaginary: new Float64Array(data.length), width, height };
  fourierTransform(plane);
  const { real, imaginary } = moved(plane, width >> 1, height >> 1);
  const radius = new Float64Array(data.length);
  const angle = new Float64Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    const v = (2 * (y - (height >> 1))) / height;
    for (let x = 0; x < width; x++, i++) {
      const u = (2 * (x - (width >> 1))) / width;
      // Frequency 0 has no logarithm; the toolbox gives it that of its neighbour.
      radius[i] = Math.log2(u === 0 && v === 0 ? 2 / width : Math.sqrt(u * u + v * v));
      angle[i] = Math.atan2(v, u);
    }
  }
  return { real, imaginary, width, height, radius, angle };
}

/** The plane moved round by columns and rows. */
function moved({ real, imaginary, width, height }: ComplexPlane, columns: number, rows: number): ComplexPlane {
  const out = { real: new Float64Array(real.length), imaginary: new Float64Array(real.length), width, height };
  for (let y = 0, i = 0; y < height; y++) {
    const to = ((y + rows) % height) * width;
    for (let x = 0; x < width; x++, i++) {
      const place = to + ((x + columns) % width);
      out.real[place] = real[i]!;
      out.imaginary[place] = imaginary[i]!;
    }
  }
  return out;
}

function interpolated(places: Float64Array, table: Parameters<typeof interpolate>[1]): Float64Array {
  return places.map((place) => interpolate(place, table));
}

function filtered(spectrum: CentredSpectrum, mask: Float64Array): CentredSpectrum {
  const times = (values: Float64Array) => values.map((value, i) => value * mask[i]!);
  return { ...spectrum, real: times(spectrum.real), imaginary: times(spectrum.imaginary) };
}

/** One orientation; its directions lie on one side of frequency 0, and (-i)^5 = -i turns its phase. */
function orientedBand(spectrum: CentredSpectrum, orientation: number): Plane {
  const { real, imaginary } = filtered(spectrum, interpolated(spectrum.angle, directionTable(orientation)));
  return realPart({ ...spectrum, real: imaginary, imaginary: real.map((value) => -value) });
}

function realPart(spectrum: ComplexPlane): Plane {
  const { width, height } = spectrum;
  const plane = moved(spectrum, width - (width >> 1), height - (height >> 1));
  inverseFourierTransform(plane);
  return { data: plane.real, width, height };
}

/** The lower half of the frequencies along each axis. */
function innerHalf(spectrum: CentredSpectrum): CentredSpectrum {
  const [width, height] = [(spectrum.width + 1) >> 1, (spectrum.height + 1) >> 1];
  const [left, top] = [(spectrum.width >> 1) - (width >> 1), (spectrum.height >> 1) - (height >> 1)];
  const cut = (values: Float64Array): Float64Array => {
    const out = new Float64Array(width * height);
    for (let y = 0; y < height; y++) {
      const from = (y + top) * spectrum.width + left;
      out.set(values.subarray(from, from + width), y * width);
    }
    return out;
  };
  const { real, imaginary, radius, angle } = spectrum;
  return { real: cut(real), imaginary: cut(imaginary), radius: cut(radius), angle: cut(angle), width, height };
}
