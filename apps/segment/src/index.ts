export { segmentCommand } from './command.js';
export { type MaskSettings, manifestName } from './mask-folder.js';
export type { ObjectPresence } from './object-log.js';
export { describeSegmenter, type OpenSegmenterOptions, openSegmenter } from './open-segmenter.js';
export type { OverlayOptions } from './overlay-video.js';
export type { Direction } from './passes.js';
export { type SegmentOptions, type SegmentResult, segmentVideo } from './segment-video.js';
