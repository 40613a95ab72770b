export { overlapAlongMotion } from './carry-mask.js';
export { type CleanOptions, cleanMask } from './clean-mask.js';
export { estimateFlow, flowPicture } from './flow.js';
export { lumaOf } from './grey.js';
export { segmentMotion } from './segment-motion.js';
export {
  type MotionSettings,
  type MotionSettingsInput,
  motionSettingsSchema,
  parseMotionSettings,
} from './settings.js';
export { otsuThreshold } from './threshold.js';
