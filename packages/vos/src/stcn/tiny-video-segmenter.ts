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

/** Options of {@link createStcnTinyVideoSegmenter}; those of the window hold for views that say nothing else. */
export interface StcnTinyVideoSegmenterOptions extends StcnVideoSegmenterOptions, WindowOptions {
  /** Whose mean is taken; each costs as much as the first. */
  readonly views?: readonly [StcnTinyView, ...StcnTinyView[]];
}

/** Found on the DAVIS 2016 sequences that the package's numbers are from; training does not see them. */
const defaults = { includeLast: true, fill: 0.8, views: [{}] } as const;

/**
 * STCN for videos as suits `stcn_tiny`: the frame before is remembered as well, as in its training, and the network sees a
 * window of 240 lines that follows the objects, of which they take up at most 0.8.
 * @throws ConfigError for an option out of range.
 */
export function createStcnTinyVideoSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  { shortSide, fill, smallest, views = defaults.views, ...options }: StcnTinyVideoSegmenterOptions = {},
): VideoSegmenter {
  const segmenter = createStcnVideoSegmenter(network, weights, { includeLast: defaults.includeLast, ...options });
  // All views share the network, which is disposed once.
  const shared = { ...segmenter, dispose: async () => {} };
  const seen = views.map(({ isMirrored = false, ...window }) => {
    const windowed = createWindowedSegmenter(shared, {
      fill: window.fill ?? fill ?? defaults.fill,
      ...defined('shortSide', window.shortSide ?? shortSide),
      ...defined('smallest', window.smallest ?? smallest),
    });
    return isMirrored ? mirrored(windowed) : windowed;
  });
  return { ...createViewsSegmenter(seen), dispose: () => segmenter.dispose() };
}

function defined(name: 'shortSide' | 'smallest', value: number | undefined): WindowOptions {
  return value === undefined ? {} : { [name]: value };
}
