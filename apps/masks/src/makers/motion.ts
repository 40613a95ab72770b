import { type MotionSettings, segmentMotion } from '@vosvfi/data/motion';
import type { MaskMaker } from './maker.js';

/** Masks of what moves by itself, without weights. */
export function createMotionMaker(settings: MotionSettings): MaskMaker {
  return {
    masksOf: async (frames) => segmentMotion(frames, settings),
    dispose: async () => {},
  };
}
