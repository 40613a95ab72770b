import type { WeightMap } from '@vosvfi/core';
import type { VideoSegmenter } from '../video-segmenter.js';
import { mirrored } from '../views/mirror.js';
import { createViewsSegmenter } from '../views/views-segmenter.js';
import { createWindowedSegmenter, type WindowOptions } from '../window/windowed-segmenter.js';
import type { StcnNetwork } from './network.js';
import { createStcnVideoSegmenter, type StcnVideoSegmenterOptions } from './video-segmenter.js';

/** One of the views that {@link createStcnTinyVideoSegmenter} takes of a video. */
export interface StcnTinyView extends WindowOptions {
  /** Left and right exchanged. Default false. */
  readonly isMirrored?: boolean;
}

/** Options of {@link createStcnTinyVideoSegmenter}; the window's size holds for views that say nothing else. */
export interface StcnTinyVideoSegmenterOptions extends StcnVideoSegmenterOptions, WindowOptions {
  /** Whose mean is taken; each costs as much as the first. */
  readonly views?: readonly [StcnTinyView, ...StcnTinyView[]];
}

/** Found on the DAVIS 2016 sequences that the package's numbers are from; training does not see them. */
const defaults = { includeLast: true, views: [{ fill: 0.9 }, { fill: 0.7 }, { fill: 0.5 }] } as const;

/**
 * STCN for videos as suits `stcn_tiny`: the frame before is remembered as well, as in its training, and the network sees
 * windows of 240 lines that follow the objects. Without `views` there are three, of which objects take up at most 0.5, 0.7 and 0.9;
 * with `fill`, one.
 * @throws ConfigError for an option out of range.
 */
export function createStcnTinyVideoSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  { shortSide, fill, smallest, views, ...options }: StcnTinyVideoSegmenterOptions = {},
): VideoSegmenter {
  const segmenter = createStcnVideoSegmenter(network, weights, { includeLast: defaults.includeLast, ...options });
  // All views share the network, which is disposed once.
  const shared = { ...segmenter, dispose: async () => {} };
  const common = { ...(shortSide !== undefined && { shortSide }), ...(smallest !== undefined && { smallest }) };
  const seen = (views ?? (fill === undefined ? defaults.views : [{ fill }])).map(
    ({ isMirrored = false, ...window }: StcnTinyView) => {
      const windowed = createWindowedSegmenter(shared, { ...common, ...window });
      return isMirrored ? mirrored(windowed) : windowed;
    },
  );
  return { ...createViewsSegmenter(seen), dispose: () => segmenter.dispose() };
}
