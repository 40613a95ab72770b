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

/**
 * Half the size, as MATLAB's `imresize(plane, 0.5)`: bicubic, antialiased, mirrored at the edges, columns first.
 * @param plane [height, width], both even.
 */
export function halve(plane: Float64Array, width: number, height: number): Float64Array {
  const rows = halveAxis(plane, height, width, width, 1);
  return halveAxis(rows, width, height / 2, 1, width);
}

/** Halves the axis of `extent` samples that are `step` apart, on each of `lines` lines that are `lineStep` apart. */
function halveAxis(plane: Float64Array, extent: number, lines: number, step: number, lineStep: number): Float64Array {
  const half = extent / 2;
  const out = new Float64Array(half * lines);
  const isVertical = lineStep === 1;
  for (let i = 0; i < half; i++) {
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let t = 0; t < taps.length; t++) {
        sum += taps[t]! * plane[mirrored(2 * i - 3 + t, extent) * step + line * lineStep]!;
      }
      out[isVertical ? i * lines + line : line * half + i] = sum;
    }
  }
  return out;
}

function mirrored(index: number, extent: number): number {
  if (index < 0) return -1 - index;
  return index >= extent ? 2 * extent - 1 - index : index;
}
