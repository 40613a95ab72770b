import { keepWorkspace } from '../simd/workspace.js';
import { createWindowKernel, LANES, TAP_BYTES } from './kernel.js';

/** One value of a window: how many values after the window's first one it lies, and its weight. */
export interface Tap {
  readonly offset: number;
  readonly weight: number;
}

/** Planes and what becomes of them. */
export interface PlaneFilter {
  /** Values of a row, and rows, of each plane. */
  readonly width: number;
  readonly height: number;
  readonly planes: number;
  /** Rows that a window has. */
  readonly windowHeight: number;
  /** Windows that are applied one after another; all but the last lie within a row. Offsets count along rows of `width`. */
  readonly passes: readonly (readonly Tap[])[];
  /** Writes a row of every plane, [planes][width]. */
  readonly readRow: (row: number, outs: readonly Float64Array[]) => void;
  /**
   * Gets, for each row that a whole window fits at, the sums of all planes, [planes][width]: at x that of the window that
   * begins there. Values at which no whole window begins mean nothing. The arrays are valid during the call.
   */
  readonly takeRow: (row: number, sums: readonly Float64Array[]) => void;
}

/** Rows that are read at a time: few, so that what is made of them stays in the processor's cache. */
const STRIP = 8;

/** A strip of a picture 4,096 wide takes some 8 MiB. */
const workspace = keepWorkspace(createWindowKernel);

/** Weighted sums of windows at every place of some planes, in float64 and in the order of the taps. */
export function filterPlanes(filter: PlaneFilter): void {
  const { height, planes, windowHeight, passes } = filter;
  const strip = createStrip(filter);
  const last = passes.length - 1;
  /** Rows that wait for the last pass, from the top of its input on. */
  let waiting = 0;
  for (let next = 0; next < height; ) {
    const rows = Math.min(STRIP, height - next);
    const inputs = strip.rows(0);
    for (let row = 0; row < rows; row++) filter.readRow(next + row, inputs((last === 0 ? waiting : 0) + row));
    next += rows;
    for (let pass = 0; pass < last; pass++) {
      for (let plane = 0; plane < planes; plane++) strip.pass(pass, plane, pass === last - 1 ? waiting : 0, rows);
    }
    waiting += rows;
    const ready = waiting - windowHeight + 1;
    if (ready <= 0) continue;
    for (let plane = 0; plane < planes; plane++) strip.pass(last, plane, 0, ready);
    const sums = strip.rows(passes.length);
    for (let row = 0; row < ready; row++) filter.takeRow(next - waiting + row, sums(row));
    strip.dropRows(last, ready, waiting);
    waiting -= ready;
  }
}

interface Strip {
  /** The rows of all planes after some passes. */
  rows(passes: number): (row: number) => Float64Array[];
  /** Applies a pass to the first rows of its input, and writes from row `to` of its output on. */
  pass(pass: number, plane: number, to: number, rows: number): void;
  /** Moves rows `count` to `end - 1` of a pass's input to the top. */
  dropRows(pass: number, count: number, end: number): void;
}

/** Memory for the rows of a strip. */
function createStrip({ width, planes, windowHeight, passes }: PlaneFilter): Strip {
  const reach = Math.max(...passes.flat().map(({ offset }) => offset));
  // Windows of the last places read beyond the rows, and the kernel rounds up.
  const length = (STRIP + windowHeight) * width + reach + 2 * LANES;
  const tapStarts = passes.map((_, pass) => TAP_BYTES * passes.slice(0, pass).flat().length);
  const tapBytes = TAP_BYTES * passes.flat().length;
  const start = (done: number, plane: number): number => tapBytes + 8 * length * (done * planes + plane);
  const { memory, run } = workspace(start(passes.length + 1, 0));
  const view = new DataView(memory.buffer);
  passes.flat().forEach(({ offset, weight }, i) => {
    view.setInt32(i * TAP_BYTES, 8 * offset, true);
    view.setFloat64(i * TAP_BYTES + 8, weight, true);
  });
  const values = passes
    .concat([[]])
    .map((_, done) =>
      Array.from({ length: planes }, (__, plane) => new Float64Array(memory.buffer, start(done, plane), length)),
    );
  return {
    rows: (done) => (row) => values[done]!.map((plane) => plane.subarray(row * width, row * width + width)),
    pass: (pass, plane, to, rows) => {
      const out = start(pass + 1, plane) + 8 * to * width;
      run(start(pass, plane), out, out + 8 * rows * width, tapStarts[pass]!, tapStarts[pass + 1] ?? tapBytes);
    },
    dropRows: (pass, count, end) => {
      for (const plane of values[pass]!) plane.copyWithin(0, count * width, end * width);
    },
  };
}
