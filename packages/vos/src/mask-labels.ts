import type { Mask } from '@vosvfi/core';

/** The label that says nothing about a pixel. */
export const voidLabel = 255;

/** Labels of the objects in a mask, ascending: all that occur but background (0) and void (255). */
export function labelsIn({ data }: Mask): number[] {
  return [...new Set(data)].filter((label) => label !== 0 && label !== voidLabel).sort((a, b) => a - b);
}
