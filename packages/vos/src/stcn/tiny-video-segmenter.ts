import type { WeightMap } from '@vosvfi/core';
import type { VideoSegmenter } from '../video-segmenter.js';
import { createWindowedSegmenter, type WindowOptions } from '../window/windowed-segmenter.js';
import type { StcnNetwork } from './network.js';
import { createStcnVideoSegmenter, type StcnVideoSegmenterOptions } from './video-segmenter.js';

/** Options of {@link createStcnTinyVideoSegmenter}. */
export interface StcnTinyVideoSegmenterOptions extends StcnVideoSegmenterOptions, WindowOptions {}

/** Found on the DAVIS 2016 sequences that the package's numbers are from; training does not see them. */
const defaults = { includeLast: true, fill: 0.8 } as const;

/**
 * STCN for videos as suits `stcn_tiny`: the frame before is remembered as well, as in its training, and the network sees a
 * window of 240 lines that follows the objects, of which they take up at most 0.8.
 * @throws ConfigError for an option out of range.
 */
export function createStcnTinyVideoSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  { shortSide, fill = defaults.fill, smallest, ...options }: StcnTinyVideoSegmenterOptions = {},
): VideoSegmenter {
  return createWindowedSegmenter(createStcnVideoSegmenter(network, weights, { includeLast: defaults.includeLast, ...options }), {
    fill,
    ...(shortSide === undefined ? {} : { shortSide }),
    ...(smallest === undefined ? {} : { smallest }),
  });
}
