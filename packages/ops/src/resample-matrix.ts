import { ConfigError } from '@vosvfi/core';

/** Shape of the filter that a new sample is made with. */
export type ResampleKernel = 'area' | 'box' | 'bilinear' | 'bicubic' | 'lanczos';

/** How samples are made; see {@link resampleMatrix} for what other programs do. */
export interface ResampleOptions {
  readonly kernel: ResampleKernel;
  /** Widen the filter when the picture gets smaller, so that no sample is left out. Default true. */
  readonly antialias?: boolean;
  /**
   * Outside the picture: `renormalize` (default) leaves those places out and lets the others make up for them,
   * `clamp` repeats the edge, `reflect` mirrors the picture with its edge.
   */
  readonly edge?: 'renormalize' | 'clamp' | 'reflect';
  /** The `a` of the bicubic filter. Default -0.5. */
  readonly cubic?: number;
}

/** One axis of a resize. */
export interface ResampleAxis {
  readonly input: number;
  readonly output: number;
  /** Input samples per output sample; default: the ratio of the sizes. */
  readonly step?: number | undefined;
}

interface Filter {
  readonly radius: number;
  at(distance: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Keys, "Cubic convolution interpolation", 1981. */
function cubicFilter(a: number): Filter {
  return {
    radius: 2,
    at: (distance) => {
      const x = Math.abs(distance);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    },
  };
}

function filterOf(kernel: Exclude<ResampleKernel, 'area'>, cubic: number): Filter {
  if (kernel === 'box') return { radius: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
  if (kernel === 'bilinear') return { radius: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) };
  if (kernel === 'bicubic') return cubicFilter(cubic);
  return { radius: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) };
}

/**
 * Row-major [output, input] matrix of a resize of one axis, in double precision. Output i is centred at (i + 0.5) step,
 * where input j is centred at j + 0.5. Rows sum to 1.
 *
 * | like | options |
 * | --- | --- |
 * | Pillow, PyTorch `interpolate(antialias=True)` | the defaults |
 * | PyTorch, OpenCV `bicubic` | `antialias: false, edge: 'clamp', cubic: -0.75` |
 * | MATLAB `imresize` | `edge: 'reflect'` |
 * | OpenCV `INTER_AREA` for smaller sizes | `kernel: 'area'` |
 *
 * `area` is the exact mean over the output sample's extent; the other options do not concern it. `box` takes whole
 * samples whose centres are within.
 *
 * @throws ConfigError if a size or the step is not positive.
 */
export function resampleMatrix(
  { input, output, step = input / output }: ResampleAxis,
  options: ResampleOptions,
): Float64Array {
  for (const [name, value] of Object.entries({ input, output })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError(`resampleMatrix ${name}`, `expected a positive integer, found ${value}.`);
    }
  }
  if (!(step > 0 && Number.isFinite(step))) {
    throw new ConfigError('resampleMatrix step', `expected a positive number, found ${step}.`);
  }
  const matrix = new Float64Array(output * input);
  for (let row = 0; row < output; row++) {
    const weights = matrix.subarray(row * input, (row + 1) * input);
    if (options.kernel === 'area') addOverlaps(weights, row * step, (row + 1) * step);
    else addFilter(weights, (row + 0.5) * step, step, options, filterOf(options.kernel, options.cubic ?? -0.5));
    normalize(weights);
  }
  return matrix;
}

/** How much of every sample lies between two places. */
function addOverlaps(weights: Float64Array, start: number, end: number): void {
  for (let place = Math.floor(start); place < end; place++) {
    const overlap = Math.min(end, place + 1) - Math.max(start, place);
    // The last extent may go past the edge where the size was rounded.
    if (overlap > 0) weights[Math.min(weights.length - 1, place)]! += overlap;
  }
}

function addFilter(
  weights: Float64Array,
  centre: number,
  step: number,
  { antialias = true, edge = 'renormalize' }: ResampleOptions,
  filter: Filter,
): void {
  const stretch = antialias ? Math.max(1, step) : 1;
  const reach = filter.radius * stretch;
  const share = (place: number): number => filter.at((place + 0.5 - centre) / stretch);
  const extent = weights.length;
  if (edge === 'renormalize') {
    // Rounded as Pillow does; it matters for the box.
    const from = Math.max(0, Math.floor(centre - reach + 0.5));
    const to = Math.min(extent, Math.floor(centre + reach + 0.5));
    for (let place = from; place < to; place++) weights[place] = share(place);
    return;
  }
  for (let place = Math.floor(centre - reach) - 1; place <= Math.ceil(centre + reach); place++) {
    weights[edge === 'clamp' ? clamped(place, extent) : reflected(place, extent)]! += share(place);
  }
}

function clamped(place: number, extent: number): number {
  return Math.min(extent - 1, Math.max(0, place));
}

/** The place in a picture that is followed by its mirror image, and so on. */
function reflected(place: number, extent: number): number {
  const period = 2 * extent;
  const within = ((place % period) + period) % period;
  return within < extent ? within : period - 1 - within;
}

function normalize(weights: Float64Array): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let place = 0; place < weights.length; place++) weights[place]! /= total;
}
