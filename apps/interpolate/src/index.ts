export { interpolateCommand } from './command.js';
export { equalTimes, type InBetweenMethod, isReachedByHalving, makeInBetween } from './in-between.js';
export { interpolatePair, type PairOptions, type PairResult } from './pair.js';
export {
  defaultCutThreshold,
  describeFrame,
  type FrameSignature,
  frameDifference,
  type SceneCutPolicy,
} from './scene-cut.js';
export { interpolateVideo, resultSeconds, type VideoOptions, type VideoResult } from './video.js';
