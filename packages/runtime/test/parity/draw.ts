import { createRandom, type DType, type HostTensor, type Random, sizeOf } from '@vosvfi/core';
import fc from 'fast-check';

/** What values a drawn tensor holds. */
export type Kind =
  /** Uniform in (-2, 2): no ties, and never on a kink. */
  | 'smooth'
  /** Uniform in (0.2, 3). */
  | 'positive'
  /** Uniform in (-0.95, 0.95). */
  | 'unit'
  /** Whole float32 numbers from -3 to 3: many are equal. */
  | 'ties'
  /** Infinities, zeros of both signs, halves, large and tiny numbers. */
  | 'special'
  /** As `special`, and NaN. */
  | 'nan'
  /** int32 from -9 to 9. */
  | 'int32'
  | 'bool';

const specials = [0, -0, Infinity, -Infinity, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3e38, -3e38, 1e-6, -1e-6, 1, -1, 7.25];

const draws: Readonly<Record<Kind, (random: Random) => number>> = {
  smooth: (random) => random.uniform(-2, 2),
  positive: (random) => random.uniform(0.2, 3),
  unit: (random) => random.uniform(-0.95, 0.95),
  ties: (random) => random.integer(-3, 3),
  special: (random) => specials[random.integer(0, specials.length - 1)] as number,
  nan: (random) => (random.chance(0.2) ? Number.NaN : (specials[random.integer(0, specials.length - 1)] as number)),
  int32: (random) => random.integer(-9, 9),
  bool: (random) => random.integer(0, 1),
};

/** Makes the tensors of one trial from a drawn seed. */
export class Values {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  tensor(shape: readonly number[], kind: Kind = 'smooth'): HostTensor {
    const dtype: DType = kind === 'int32' || kind === 'bool' ? kind : 'float32';
    return this.filled(shape, dtype, () => draws[kind](this.#random));
  }

  /** int32 from `low` to `high`, both included. */
  integers(shape: readonly number[], low: number, high: number): HostTensor {
    return this.filled(shape, 'int32', () => this.#random.integer(low, high));
  }

  /** The numbers from 0 to `count` - 1 in a random order. */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.#random.integer(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  }

  filled(shape: readonly number[], dtype: DType, value: (index: number) => number): HostTensor {
    const length = sizeOf(shape);
    if (dtype === 'float32') return { dtype, shape, data: Float32Array.from({ length }, (_, i) => value(i)) };
    if (dtype === 'int32') return { dtype, shape, data: Int32Array.from({ length }, (_, i) => value(i)) };
    return { dtype, shape, data: Uint8Array.from({ length }, (_, i) => value(i)) };
  }
}

export const integer = (min: number, max: number) => fc.integer({ min, max });

/** A shape of `ranks` axes. */
export const shapes = (minRank = 0, maxRank = 4, maxExtent = 5): fc.Arbitrary<number[]> =>
  fc.array(integer(1, maxExtent), { minLength: minRank, maxLength: maxRank });

/** Two shapes that broadcast. */
export const broadcasting: fc.Arbitrary<[number[], number[]]> = fc
  .tuple(shapes(0, 4), fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 4 }), integer(0, 4))
  .chain(([shape, ones, dropped]) => {
    const side = (which: 0 | 1) => shape.map((extent, axis) => (ones[axis]?.[which] ? 1 : extent));
    const [a, b] = [side(0), side(1).slice(Math.min(dropped, shape.length))];
    return fc.boolean().map((swapped): [number[], number[]] => (swapped ? [b, a] : [a, b]));
  });

/** A shape and some of its axes, maybe counted from the end; at least `atLeast` of them. */
export const shapeAndAxes = (
  minRank = 1,
  maxRank = 4,
  atLeast = 0,
): fc.Arbitrary<{ shape: number[]; axes: number[] }> =>
  shapes(minRank, maxRank).chain((shape) =>
    fc
      .tuple(
        fc.subarray(
          shape.map((_, axis) => axis),
          { minLength: atLeast },
        ),
        fc.boolean(),
      )
      .map(([axes, fromEnd]) => ({ shape, axes: fromEnd ? axes.map((axis) => axis - shape.length) : axes })),
  );

/** A shape and one of its axes, maybe counted from the end. */
export const shapeAndAxis = (minRank = 1, maxRank = 4): fc.Arbitrary<{ shape: number[]; axis: number }> =>
  shapes(minRank, maxRank).chain((shape) => integer(-shape.length, shape.length - 1).map((axis) => ({ shape, axis })));
