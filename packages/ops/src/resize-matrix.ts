/** How output samples of a resize are placed on the input axis. */
export interface ResizeAxis {
  readonly input: number;
  readonly output: number;
  readonly alignCorners: boolean;
  /** Input samples per output sample; undefined: the ratio of the sizes. Not used with `alignCorners`. */
  readonly step: number | undefined;
}

/** Two input samples and the weight of the second, for every output sample. */
export interface LinearTaps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly fraction: Float64Array;
}

/** Bilinear taps of one axis, with PyTorch's placement: half-pixel centres clamped at 0, or aligned corners. */
function linearTaps({ input, output, alignCorners, step }: ResizeAxis): LinearTaps {
  const first = new Int32Array(output);
  const second = new Int32Array(output);
  const fraction = new Float64Array(output);
  const scale = alignCorners ? (output > 1 ? (input - 1) / (output - 1) : 0) : (step ?? input / output);
  for (let index = 0; index < output; index++) {
    const position = Math.max(0, alignCorners ? index * scale : (index + 0.5) * scale - 0.5);
    const low = Math.min(input - 1, Math.floor(position));
    first[index] = low;
    second[index] = Math.min(input - 1, low + 1);
    fraction[index] = Math.min(1, position - low);
  }
  return { first, second, fraction };
}

/** Row-major [output, input] matrix that interpolates one axis. */
export function linearMatrix(axis: ResizeAxis): Float32Array {
  const { first, second, fraction } = linearTaps(axis);
  const matrix = new Float32Array(axis.output * axis.input);
  for (let row = 0; row < axis.output; row++) {
    const start = row * axis.input;
    matrix[start + first[row]!]! += 1 - fraction[row]!;
    matrix[start + second[row]!]! += fraction[row]!;
  }
  return matrix;
}

/** Row-major [output, input] matrix of PyTorch's `nearest`: output i takes input floor(i * step). */
export function nearestMatrix({ input, output, step }: ResizeAxis): Float32Array {
  const scale = Math.fround(step ?? Math.fround(input / output));
  const matrix = new Float32Array(output * input);
  for (let row = 0; row < output; row++) {
    matrix[row * input + Math.min(input - 1, Math.floor(Math.fround(row * scale)))] = 1;
  }
  return matrix;
}
