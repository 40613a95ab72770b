import { ConfigError, type Mask, ShapeError } from '@vosvfi/core';
import type { GivenMasks } from './video-segmenter.js';

/** Pixels of this label say nothing. */
export const voidLabel = 255;

/** Objects that are given for a frame. */
export interface GivenObjects {
  readonly mask: Mask;
  /** Labels that the mask defines, ascending, at least one; some may not occur in it. */
  readonly labels: readonly number[];
}

/**
 * The objects that `given` defines in frame `index`; undefined where it defines none (an empty mask without `labels`), which is
 * as if nothing had been given.
 * @throws ShapeError if the mask is not of the frame's size; ConfigError for `labels` that are no labels (integers 1
 * to 254) or leave out a label of the mask.
 */
export function givenObjects(
  given: GivenMasks | undefined,
  size: { readonly width: number; readonly height: number },
  index: number,
): GivenObjects | undefined {
  if (given === undefined) return undefined;
  const { masks: mask, labels } = given;
  if (mask.width !== size.width || mask.height !== size.height || mask.data.length !== size.width * size.height) {
    const found = `${mask.width} x ${mask.height} with ${mask.data.length} labels`;
    throw new ShapeError(`masks given for frame ${index}`, `${size.width} x ${size.height} as the frame`, found);
  }
  const occurring = labelsIn(mask);
  const defined = labels === undefined ? occurring : checkedLabels(labels, occurring, index);
  return defined.length === 0 ? undefined : { mask, labels: defined };
}

/** Labels of objects that occur in `mask`, ascending, without background and void. */
export function labelsIn({ data }: Mask): number[] {
  const occurs = new Uint8Array(256);
  for (const label of data) occurs[label] = 1;
  return [...occurs.keys()].filter((label) => occurs[label] === 1 && label !== 0 && label !== voidLabel);
}

function checkedLabels(labels: readonly number[], occurring: readonly number[], index: number): number[] {
  const field = `labels of frame ${index}`;
  for (const label of labels) {
    if (!Number.isInteger(label) || label < 1 || label >= voidLabel) {
      throw new ConfigError(field, `expected integers from 1 to 254, found ${label}.`);
    }
  }
  const missing = occurring.find((label) => !labels.includes(label));
  if (missing !== undefined) {
    throw new ConfigError(field, `expected every label of the masks, found [${labels.join(', ')}] without ${missing}.`);
  }
  return [...new Set(labels)].sort((a, b) => a - b);
}
