import { ConfigError, type WeightMap } from '@vosvfi/core';
import type { VideoSegmenter } from '../video-segmenter.js';
import { FrameGraph, type RvosEngine } from './frame-graph.js';
import type { RvosNetwork } from './network.js';
import { OneShotSegmentation, ZeroShotSegmentation } from './video-segmentation.js';

/** Options of {@link createRvosVideoSegmenter}. */
export interface RvosVideoSegmenterOptions extends RvosEngine {
  /**
   * Slots of the decoder (the official `maxseqlen`). A zero-shot network always fills all of them; with given objects it is the
   * largest number of them. Default 10 (official).
   */
  readonly maxObjects?: number;
}

/**
 * RVOS for videos, frame by frame, as the official evaluation runs it.
 *
 * One-shot: the frame in which objects are given is decoded with their masks; the next frame gets the same masks, later ones
 * the soft masks of the frame before. Objects have slots of the decoder in the order in which they were given, ascending within a
 * frame. At a frame that gives or corrects objects, the network is told the given masks, and the next frame is told them
 * again (the official code does so for the first frame only and goes on with its own result for later ones).
 *
 * Zero-shot: the network finds objects, label t + 1 in slot t; masks cannot be given.
 *
 * Each object has a probability of its own; where several are above one half, the likeliest wins (the official
 * scripts let the object win that was found best in the first frame).
 *
 * The official networks were trained on frames of 256 x 448 and 240 x 427. Memory does not grow with the video.
 *
 * @param weights Of `network`, official layouts.
 * @throws ConfigError for an option out of range.
 */
export function createRvosVideoSegmenter(
  network: RvosNetwork,
  weights: WeightMap,
  { maxObjects = 10, ...engine }: RvosVideoSegmenterOptions = {},
): VideoSegmenter {
  if (!Number.isInteger(maxObjects) || maxObjects < 1 || maxObjects > 254) {
    throw new ConfigError('maxObjects', `expected a whole number from 1 to 254, found ${maxObjects}.`);
  }
  const graph = new FrameGraph(network, weights, engine);
  const Segmentation = network.config.variant === 'one-shot' ? OneShotSegmentation : ZeroShotSegmentation;
  return {
    id: `${network.id}, at most ${maxObjects} objects`,
    start: () => new Segmentation(graph, maxObjects),
    dispose: () => graph.dispose(),
  };
}
