export type { ActivationObserver } from '../layers/activation-observer.js';
export {
  type Deeplabv3Config,
  type Deeplabv3Preset,
  deeplabv3ConfigSchema,
  deeplabv3Presets,
  parseDeeplabv3Config,
} from './config.js';
export {
  createDeeplabv3,
  type Deeplabv3Inputs,
  type Deeplabv3Network,
  type Deeplabv3Outputs,
  type Deeplabv3Stages,
} from './network.js';
export {
  createDeeplabv3Segmenter,
  type Deeplabv3Segmenter,
  type Deeplabv3SegmenterOptions,
  deeplabv3ShorterSide,
  type SegmentedClasses,
} from './segmenter.js';
export { type VocClass, vocClasses } from './voc-classes.js';
