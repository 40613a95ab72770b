import { ConfigError, ShapeError } from '@vosvfi/core';
import type * as tf from '@vosvfi/runtime/tf';
import { searchCoarsely } from './coarse-search.js';
import { copyFromSearched } from './searched-copy.js';
import { joinCopies, type SoftCopy } from './soft-copy.js';
import { copyFromWindow } from './window-copy.js';

/** A frame whose values are known. */
export interface MastReference {
  /** [B, h, w, C]. */
  readonly features: tf.Tensor4D;
  /** [B, h, w, L]: labels, one channel each, or colours; every fourth pixel of the frame. Constant to differentiation. */
  readonly values: tf.Tensor4D;
  /** How many frames lie between it and the query. At least 1. */
  readonly age: number;
}

/** How values are copied. */
export interface ColorizerOptions {
  /** Windows have (2 radius + 1)^2 places. Official: 12 for segmentation (the default), 6 in training. */
  readonly radius?: number;
  /** References older than this are searched first. Official: 15. */
  readonly searchAge?: number;
  /**
   * Where the values of searched references are taken from. `own` (default): where each reference was searched, as the
   * paper says. `last`: the released code samples the values of all searched references with the offset of the last one,
   * which lets the shares of one place fall on the values of another; take it to reproduce published numbers.
   */
  readonly offsets?: 'own' | 'last';
  /**
   * True (default): PyTorch 1.1, which the authors ask for, where -1 and 1 are the centres of the outermost samples.
   * False: what the released code computes on PyTorch 1.3 and newer, where they are their outer edges, so that windows are
   * displaced and magnified a little.
   */
  readonly alignCorners?: boolean;
}

/** The official defaults of segmentation. */
export const colorizerDefaults = { radius: 12, searchAge: 15, offsets: 'own', alignCorners: true } as const;

/** Steps of the coarse search in a reference of this age: 2 to 4 places; 0 for one that needs no search. */
export function searchDilation(age: number, searchAge: number = colorizerDefaults.searchAge): number {
  return age <= searchAge ? 0 : Math.min(4, Math.floor(age / searchAge) + 1);
}

/** The values of a query, and where searched references were looked at. */
export interface Colorized {
  /** [B, h, w, L]. Labels add up to 1 at most: what a softmax gives to places outside the picture is missing. */
  readonly values: tf.Tensor4D;
  /** [B, h, w, 2] for each reference that was searched, in order. */
  readonly offsets: readonly tf.Tensor4D[];
}

/**
 * Copies values from references to a query frame (MAST: Lai, Lu, Xie, "MAST: a memory-augmented self-supervised tracker",
 * CVPR 2020, arXiv 2002.07793, section 3): the softmax runs over the windows of all references together.
 *
 * @param query [B, h, w, C].
 * @param references One or more.
 * @throws ShapeError if features or values do not fit the query; ConfigError for an option out of range.
 */
export function colorize(
  query: tf.Tensor4D,
  references: readonly MastReference[],
  options: ColorizerOptions = {},
): Colorized {
  const { radius, searchAge, offsets: from, alignCorners } = { ...colorizerDefaults, ...options };
  check(query, references, { radius, searchAge });
  const found = references.map(({ features, age }) => {
    const dilation = searchDilation(age, searchAge);
    return dilation === 0 ? undefined : searchCoarsely(query, features, dilation);
  });
  const offsets = found.filter((offset) => offset !== undefined);
  const copies = references.map(({ features, values }, index): SoftCopy => {
    const offset = found[index];
    if (offset === undefined) return copyFromWindow(query, features, values, radius);
    const valueOffset = from === 'own' ? offset : (offsets.at(-1) as tf.Tensor4D);
    return copyFromSearched(query, { features, values, offset, valueOffset }, { radius, alignCorners });
  });
  return { values: joinCopies(copies), offsets };
}

function check(
  query: tf.Tensor4D,
  references: readonly MastReference[],
  { radius, searchAge }: { readonly radius: number; readonly searchAge: number },
): void {
  for (const [name, value] of Object.entries({ radius, searchAge })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError(`colorize ${name}`, `expected a positive integer, found ${value}.`);
    }
  }
  if (references.length === 0) throw new ShapeError('colorize references', 'at least one', 'none');
  references.forEach(({ features, values }, index) => {
    const subject = `colorize reference ${index}`;
    if (features.shape.join() !== query.shape.join()) {
      throw new ShapeError(`${subject} features`, `[${query.shape.join(', ')}] as the query`, features.shape);
    }
    if (values.rank !== 4 || values.shape.slice(0, 3).join() !== query.shape.slice(0, 3).join()) {
      throw new ShapeError(`${subject} values`, `[${query.shape.slice(0, 3).join(', ')}, L]`, values.shape);
    }
  });
}
