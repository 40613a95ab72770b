import { type Random, sizeOf } from '@vosvfi/core';

type Initializer = (random: Random) => Float32Array;

/** Every value the same. */
export function constant(size: number, value: number): Initializer {
  return () => new Float32Array(size).fill(value);
}

/**
 * Normal deviates of variance gain^2 / fan-in, the fan-in being the size of one slice of the first axis: a convolution
 * of values of unit mean square gives outputs of mean square gain^2, so sqrt(2) keeps it through a ReLU.
 */
export function scaledNormal(shape: readonly number[], gain: number): Initializer {
  const deviation = gain / Math.sqrt(sizeOf(shape.slice(1)));
  return (random) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
}

/**
 * Values of a matrix [rows, columns] with orthonormal rows or columns, whichever are fewer: normal deviates made orthogonal
 * one after another (Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks", ICLR 2014).
 */
export function orthogonal(rows: number, columns: number, random: Random): Float32Array {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, () => random.normal(0, 1));
    // Twice: once leaves rounding errors of nearly dependent vectors.
    for (const other of [...vectors, ...vectors]) subtractProjection(vector, other);
    const norm = Math.hypot(...vector);
    vectors.push(vector.map((value) => value / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return rows <= columns ? vectors[row]![column]! : vectors[column]![row]!;
  });
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const share = unit.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! - share * unit[i]!;
}
