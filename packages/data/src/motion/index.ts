export { segmentMotion } from './segment-motion.js';
export {
  type MotionSettings,
  type MotionSettingsInput,
  motionSettingsSchema,
  parseMotionSettings,
} from './settings.js';
