export { atShorterSide } from './at-shorter-side.js';
export { labelsIn, voidLabel } from './given-objects.js';
export { normalizeAndPad, normalizeFrame } from './imagenet-frame.js';
export { type Memory, type MemoryReading, type MemoryReadOptions, readMemory } from './memory-read.js';
export { seenMasks } from './seen-masks.js';
export { type FrameAccess, type MasksByFrame, segmentFrames, segmentSequence } from './segment-sequence.js';
export { type Aggregation, softAggregate, withoutBackground } from './soft-aggregation.js';
export type { GivenMasks, SegmentedFrame, VideoSegmentation, VideoSegmenter } from './video-segmenter.js';
export { createWindowedSegmenter, type WindowOptions } from './window/windowed-segmenter.js';
