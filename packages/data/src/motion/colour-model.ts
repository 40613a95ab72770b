/** Cells along each of the three colours. */
const BINS = 16;
const SIZE = BINS * BINS * BINS;
/** Share of the mass that is spread evenly, so that no colour is impossible. */
const EVEN = 0.02;
const SMOOTHINGS = 1;

const cellOf = (colours: Float32Array, at: number) =>
  ((colours[at]! >> 4) * BINS + (Math.max(0, Math.min(255, colours[at + 1]! * 2 - 128)) >> 4)) * BINS +
  (Math.max(0, Math.min(255, colours[at + 2]! * 2 - 128)) >> 4);

/** Counts of colours: how often each one is object, how often background. */
export interface ColourModel {
  /** Adds a colour [3] at `at`; `share` of it, 0..1, is object. */
  add(colours: Float32Array, at: number, share: number, weight: number): void;
  /** Makes the counts densities; call it before {@link ColourModel.odds}. */
  finish(): void;
  /** Logarithm of the object's density over the background's. */
  odds(colours: Float32Array, at: number): number;
  /** How little the two densities overlap, 0..1 (1 - Bhattacharyya coefficient). */
  contrast(): number;
}

/** Spreads each cell a quarter to both sides along an axis. */
function smoothAlong(cells: Float64Array, stride: number): Float64Array {
  const out = new Float64Array(SIZE);
  for (let i = 0; i < SIZE; i++) {
    const place = Math.floor(i / stride) % BINS;
    const before = cells[place > 0 ? i - stride : i]!;
    const after = cells[place < BINS - 1 ? i + stride : i]!;
    out[i] = (before + 2 * cells[i]! + after) / 4;
  }
  return out;
}

function density(cells: Float64Array): Float64Array {
  let smooth: Float64Array = cells;
  for (let k = 0; k < SMOOTHINGS; k++)
    for (const stride of [1, BINS, BINS * BINS]) smooth = smoothAlong(smooth, stride);
  let sum = 0;
  for (const value of smooth) sum += value;
  return smooth.map((value) => (1 - EVEN) * (value / Math.max(sum, 1e-9)) + EVEN / SIZE);
}

/** An empty model. */
export function createColourModel(): ColourModel {
  let object: Float64Array = new Float64Array(SIZE);
  let background: Float64Array = new Float64Array(SIZE);
  return {
    add(colours, at, share, weight) {
      const cell = cellOf(colours, at);
      object[cell] = object[cell]! + share * weight;
      background[cell] = background[cell]! + (1 - share) * weight;
    },
    finish() {
      [object, background] = [density(object), density(background)];
    },
    odds(colours, at) {
      const cell = cellOf(colours, at);
      return Math.log(object[cell]! / background[cell]!);
    },
    contrast() {
      let overlap = 0;
      for (let i = 0; i < SIZE; i++) overlap += Math.sqrt(object[i]! * background[i]!);
      return 1 - Math.min(1, overlap);
    },
  };
}
