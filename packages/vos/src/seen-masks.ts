import type { Mask } from '@vosvfi/core';
import { labelsIn } from './given-objects.js';
import type { GivenMasks } from './video-segmenter.js';

/**
 * A mask as something given. One without any object says that those `known` so far cannot be seen (to a segmenter, an empty
 * mask by itself would say nothing).
 */
export function seenMasks(mask: Mask, known: readonly number[]): GivenMasks {
  return labelsIn(mask).length === 0 ? { masks: mask, labels: known } : { masks: mask };
}
