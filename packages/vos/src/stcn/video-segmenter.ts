import type { WeightMap } from '@vosvfi/core';
import type { VideoSegmenter } from '../video-segmenter.js';
import { memoryPolicy, type StcnMemoryPolicy } from './memory-policy.js';
import type { StcnNetwork } from './network.js';
import { type PropagationEngine, PropagationGraphs } from './propagation-graphs.js';
import { PolicySegmentation, type StcnVideoSegmentation } from './video-segmentation.js';

/** Options of {@link createStcnVideoSegmenter}. */
export interface StcnVideoSegmenterOptions extends StcnMemoryPolicy, PropagationEngine {}

/** Carries masks through videos by STCN. */
export interface StcnVideoSegmenter extends VideoSegmenter {
  start(): StcnVideoSegmentation;
}

/**
 * STCN for videos, frame by frame. A video whose masks are given at its first frame only is segmented as by the official
 * evaluation, up to the length at which the bound on memory begins to matter (see {@link StcnMemoryPolicy}).
 *
 * - Objects compete through soft aggregation, whenever they were given. Objects that were given at the same frame for the
 *   first time share one reading of memory; objects that come later have a memory of their own, which begins at that
 *   frame, as in the official evaluation on YouTube-VOS: what was remembered before says nothing about them.
 * - A frame with given masks stays in memory; other known objects are remembered there as they were predicted. Objects that are given
 *   again are corrected: the frame is one more example, older ones stay.
 * - An object that leaves the picture is known all the same and can be found when it comes back. An object that is given
 *   without a pixel (by `labels`) is known and cannot be seen.
 * - Given masks without any object are as if nothing had been given. At void pixels (255), known objects are
 *   predicted and new ones are not there.
 *
 * Memory is that of the network, of one frame's features and, for each object and remembered frame, of valueChannels x
 * H/16 x W/16 numbers (3.3 MB for `stcn` at 480p), whatever the length of the video.
 *
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range.
 */
export function createStcnVideoSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  options: StcnVideoSegmenterOptions = {},
): StcnVideoSegmenter {
  const { memoryEvery, includeLast, topK, maxMemoryFrames, ...engine } = options;
  const policy = memoryPolicy({
    ...(memoryEvery !== undefined && { memoryEvery }),
    ...(includeLast !== undefined && { includeLast }),
    ...(topK !== undefined && { topK }),
    ...(maxMemoryFrames !== undefined && { maxMemoryFrames }),
  });
  const graphs = new PropagationGraphs(network, weights, policy.topK, engine);
  return {
    id: `${network.id}, ${describePolicy(policy)}`,
    start: () => new PolicySegmentation(graphs, policy),
    dispose: () => graphs.dispose(),
  };
}

function describePolicy({ memoryEvery, includeLast, topK, maxMemoryFrames }: Required<StcnMemoryPolicy>): string {
  const last = includeLast ? ' and the last' : '';
  const limit = maxMemoryFrames === null ? '' : ` (at most ${maxMemoryFrames})`;
  return `memory of given frames, every ${memoryEvery}th${limit}${last}, top ${topK}`;
}
