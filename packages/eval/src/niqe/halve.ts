/** Cubic convolution kernel with a = -0.5 (Keys, 1981). */
function cubic(x: number): number {
  const d = Math.abs(x);
  if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d <= 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

/** Taps at distances -3.5 .. 3.5 from an output sample; they sum to 1. */
const raw = Float64Array.from({ length: 8 }, (_, i) => cubic((i - 3.5) / 2));
const rawSum = raw.reduce((sum, tap) => sum + tap, 0);
const taps = raw.map((tap) => tap / rawSum);

/** How far apart an axis's samples lie, and how many there are. */
interface Axis {
  readonly extent: number;
  readonly step: number;
}

/**
 * Half the size, as MATLAB's `imresize(plane, 0.5)`: bicubic, antialiased, mirrored at the edges, columns first.
 * @param plane [height, width], both even.
 */
export function halve(plane: Float64Array, width: number, height: number): Float64Array {
  const rows = new Float64Array((width * height) / 2);
  for (let row = 0; row < height / 2; row++) {
    const starts = tapPlaces(row, { extent: height, step: width });
    sumTaps(plane, starts, width, 1, rows, row * width, 1);
  }
  const half = new Float64Array(rows.length / 2);
  for (let column = 0; column < width / 2; column++) {
    sumTaps(rows, tapPlaces(column, { extent: width, step: 1 }), height / 2, width, half, column, width / 2);
  }
  return half;
}

/** Where the samples of an output sample lie. */
function tapPlaces(index: number, { extent, step }: Axis): number[] {
  return Array.from(taps, (_, t) => mirrored(2 * index - 3 + t, extent) * step);
}

/** `count` weighted sums: those of samples at `places`, then of those `stride` further, and so on. */
function sumTaps(
  plane: Float64Array,
  places: readonly number[],
  count: number,
  stride: number,
  out: Float64Array,
  outStart: number,
  outStride: number,
): void {
  const [p0, p1, p2, p3] = [places[0]!, places[1]!, places[2]!, places[3]!];
  const [p4, p5, p6, p7] = [places[4]!, places[5]!, places[6]!, places[7]!];
  const [t0, t1, t2, t3] = [taps[0]!, taps[1]!, taps[2]!, taps[3]!];
  const [t4, t5, t6, t7] = [taps[4]!, taps[5]!, taps[6]!, taps[7]!];
  for (let i = 0, at = 0, o = outStart; i < count; i++, at += stride, o += outStride) {
    const first = t0 * plane[at + p0]! + t1 * plane[at + p1]! + t2 * plane[at + p2]! + t3 * plane[at + p3]!;
    out[o] = first + t4 * plane[at + p4]! + t5 * plane[at + p5]! + t6 * plane[at + p6]! + t7 * plane[at + p7]!;
  }
}

function mirrored(index: number, extent: number): number {
  if (index < 0) return -1 - index;
  return index >= extent ? 2 * extent - 1 - index : index;
}
