import { createHash } from 'node:crypto';
import type { Frame } from '@vosvfi/core';
import type { EvaluationItem } from '../evaluation/item.js';
import type { Geometry } from './geometry.js';
import type { ItemSource } from './item-source.js';
import type { Choice } from './selection.js';

/** Neighbouring predictions share frames, which are then not decoded twice. */
const KEPT_FRAMES = 3;

/** What a protocol makes of an item of a data set. */
export interface ItemSettings {
  readonly choice: Choice;
  readonly geometry: Geometry;
  /** Identifies the geometry in digests. */
  readonly geometryKey: string;
}

/** An item as a protocol evaluates it. */
export function createItem(source: ItemSource, { choice, geometry, geometryKey }: ItemSettings): EvaluationItem {
  const kept = new Map<number, Promise<Frame>>();
  const { frameCount, given, predictions } = choice;
  let digest: Promise<string> | undefined;
  const requireIndex = (index: number): void => {
    if (Number.isInteger(index) && index >= 0 && index < frameCount) return;
    throw new RangeError(`Item "${source.id}": expected a frame of 0..${frameCount - 1}, found ${index}.`);
  };
  return {
    id: source.id,
    frameCount,
    given,
    predictions,
    frameName: (index) => {
      requireIndex(index);
      return source.frameName(index);
    },
    frame: async (index) => {
      requireIndex(index);
      const known = kept.get(index);
      kept.delete(index);
      const frame = known ?? source.frame(index).then((read) => geometry.frame(read));
      kept.set(index, frame);
      for (const old of [...kept.keys()].slice(0, -KEPT_FRAMES)) kept.delete(old);
      return frame;
    },
    mask: async (index) => {
      requireIndex(index);
      const mask = await source.mask(index);
      return mask && geometry.mask(mask);
    },
    digest: () => {
      digest ??= digestOf(source, frameCount, geometryKey);
      return digest;
    },
  };
}

async function digestOf(source: ItemSource, frameCount: number, geometryKey: string): Promise<string> {
  const hash = createHash('sha256').update(`${geometryKey}\n`);
  await source.addTo(hash, frameCount);
  return hash.digest('hex');
}
