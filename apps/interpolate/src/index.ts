export { interpolateCommand } from './command.js';
export { equalTimes, type InBetweenMethod, isReachedByHalving, makeInBetween } from './in-between.js';
export type { VideoMasksOptions } from './mask-track.js';
export { interpolatePair, type PairOptions, type PairResult } from './pair.js';
export { interpolateVideo, resultSeconds, type SceneCutPolicy, type VideoOptions, type VideoResult } from './video.js';
