import type { Random } from '@vosvfi/core';

/** Integer hash to [0, 1): lattice values need millions of draws a second, which a sequential generator is too slow for. */
function latticeValue(x: number, y: number, salt: number): number {
  let h = (Math.imul(x, 374761393) + Math.imul(y, 668265263) + salt) | 0;
  h = Math.imul(h ^ (h >>> 15), 2246822519);
  h = Math.imul(h ^ (h >>> 13), 3266489917);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Where each sample falls on a lattice of the given cell: index and smoothstep weight. */
function latticeSteps(length: number, cell: number, offset: number): { index: Int32Array; weight: Float32Array } {
  const index = new Int32Array(length);
  const weight = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const position = i / cell + offset;
    const base = Math.floor(position);
    const f = position - base;
    index[i] = base;
    weight[i] = f * f * (3 - 2 * f);
  }
  return { index, weight };
}

function addOctave(field: Float32Array, width: number, height: number, cell: number, gain: number, random: Random) {
  const salt = random.integer(0, 0x7fffffff);
  const columns = latticeSteps(width, cell, random.uniform());
  const rows = latticeSteps(height, cell, random.uniform());
  const count = columns.index[width - 1]! + 2;
  let upper = new Float32Array(count);
  let lower = new Float32Array(count);
  const line = new Float32Array(count);
  const fill = (target: Float32Array, y: number) => {
    for (let i = 0; i < count; i++) target[i] = latticeValue(i, y, salt);
  };
  let loaded = -1;
  for (let y = 0; y < height; y++) {
    const row = rows.index[y]!;
    if (row !== loaded) {
      [upper, lower] = [lower, upper];
      if (loaded < 0 || row !== loaded + 1) fill(upper, row);
      fill(lower, row + 1);
      loaded = row;
    }
    const wy = rows.weight[y]!;
    for (let i = 0; i < count; i++) line[i] = gain * (upper[i]! + (lower[i]! - upper[i]!) * wy);
    const start = y * width;
    for (let x = 0; x < width; x++) {
      const i = columns.index[x]!;
      const value = line[i]!;
      field[start + x]! += value + (line[i + 1]! - value) * columns.weight[x]!;
    }
  }
}

/**
 * Value noise summed over octaves, [height, width], stretched to fill 0..1.
 * @param cell samples a lattice cell of the coarsest octave spans; each further octave halves it, down to 3 samples.
 * @param persistence gain from one octave to the next; 0.5 gives about the 1/f amplitude spectrum of photographs.
 */
export function fractalNoise(
  width: number,
  height: number,
  random: Random,
  { cell, octaves, persistence }: { cell: number; octaves: number; persistence: number },
): Float32Array {
  const field = new Float32Array(width * height);
  let gain = 1;
  let size = cell;
  for (let octave = 0; octave < octaves && (octave === 0 || size >= 3); octave++) {
    addOctave(field, width, height, Math.max(size, 3), gain, random);
    gain *= persistence;
    size /= 2;
  }
  return stretch(field);
}

function stretch(field: Float32Array): Float32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < field.length; i++) {
    const value = field[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? 1 / (high - low) : 0;
  for (let i = 0; i < field.length; i++) field[i] = (field[i]! - low) * scale;
  return field;
}
